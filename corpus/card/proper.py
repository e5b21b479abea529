"""The one name under which a body is counted, however a text writes it."""

import re

from corpus.card.naming import BODY
from corpus.card.territories import key

BARE = re.compile(  # a kind of body without a name of its own
    r"^(?:commune|ville|mairie|municipalité|département|région|métropole|agglomération|territoire"
    r"|communauté(?: de communes| d['’]agglomération| urbaine)?|collectivité|intercommunalité"
    r"|syndicat(?: mixte| intercommunal)?|établissement(?: public)?(?: territorial)?|association"
    r"|société|office|centre|conseil (?:départemental|régional|municipal))$",
    re.IGNORECASE,
)
OF = r"(?:de\s+la\s+|de\s+l['’]|du\s+|des\s+|de\s+|d['’])"
PROPER = (
    r"[A-ZÀ-ÝŒ][\w’'-]*"
    r"(?:\s+(?:(?:de|du|des|la|le|les|et|en|sur|sous|aux)\s+){0,2}[A-ZÀ-ÝŒ][\w’'-]*)*"
)
SMALL = {
    "de", "du", "des", "la", "le", "les", "l", "d", "et", "en", "sur", "sous", "aux", "à", "pour",
}  # fmt: skip
GENERIC = {  # what a body is, before what it is called
    "agglomération", "communes", "commune", "urbaine", "mixte", "intercommunal", "intercommunale",
    "interdépartemental", "départemental", "départementale", "régional", "régionale", "municipal",
    "municipale", "communal", "communale", "public", "publique", "territorial", "territoriale",
    "gestion", "économie", "société", "syndicat", "ville", "département", "région", "service",
    "établissement", "communauté", "métropole", "centre", "office", "association",
}  # fmt: skip
INITIALS = {"EPT", "SDIS", "CCAS", "SEM", "SPL", "GIP", "CCI", "CMA", "CAF", "EPCI"}
SAME = [  # how the same body is called
    (r"^(?:ville|mairie|municipalité) (?=d[e'’u])", "commune "),
    (r"^conseil (?:départemental|général) (?=d[e'’u])", "département "),
    (r"^conseil régional (?=d[e'’u])", "région "),
]


def full_name(text: str, name: str) -> str:
    """A bare « département » as the text names it elsewhere; "" where it names none, or several."""
    if not BARE.match(name):
        return name
    kind = rf"(?i:(?:communauté\s+d['’])?{re.escape(name)}\s+(?:{OF})?)"
    named = {key(found[0]): found[0] for found in re.finditer(rf"\b{kind}{PROPER}", text)}
    longest = max(named, key=len, default="")
    alone = all(longest.endswith(one) for one in named)
    return " ".join(named[longest].split()) if named and alone else ""


def proper(name: str) -> str:
    """A name with its first letter as a capital, and small letters in what says its kind.

    « COMMUNE DE SAINT-ELME » and « commune de Saint-Elme » are both « Commune de Saint-Elme ».
    """
    if not re.match(BODY, name, re.IGNORECASE):
        return name
    for written, same in SAME:
        name = re.sub(written, same, name, flags=re.IGNORECASE)
    shouted = name == name.upper()
    words = re.split(r"([\s'’]+)", name)
    generic = True
    for at, word in enumerate(words):
        low = word.lower()
        if at % 2 or word in INITIALS:
            continue
        generic = generic and (at == 0 or low in SMALL | GENERIC)
        if low in SMALL and shouted or generic:
            words[at] = low
        elif shouted:
            words[at] = "-".join(_title(part) for part in low.split("-"))
    spelled = "".join(words)
    return spelled[:1].upper() + spelled[1:]


def _title(part: str) -> str:
    return part if part in SMALL else part.capitalize()
