"""The one name under which a body is counted, however a text writes it."""

import re

from corpus.card.naming import BODY
from corpus.card.territories import key

BARE = re.compile(  # a kind of body without a name of its own
    r"^(?:commune|ville|mairie|municipalité|département|région|métropole|agglomération|territoire"
    r"|communauté(?: de communes| d['’]agglomération| urbaine)?|collectivité|intercommunalité"
    r"|syndicat(?: mixte| intercommunal)?|établissement(?: public)?(?: territorial)?|association"
    r"|société|office|centre|agence|chambre|conseil (?:départemental|régional|municipal))$",
    re.IGNORECASE,
)
OF = r"(?:de la |de l['’]|du |des |de |d['’])"
PROPER = (
    r"[A-ZÀ-ÝŒ][\w’'-]*"
    r"(?: (?:(?:de|du|des|la|le|les|et|en|sur|sous|aux) ){0,2}[A-ZÀ-ÝŒ][\w’'-]*)*"
)
SMALL = {
    "de", "du", "des", "la", "le", "les", "l", "d", "et", "en", "sur", "sous", "aux", "à", "pour",
}  # fmt: skip
_GENERIC = (  # what a body is, before what it is called
    "agglomération", "communes", "commune", "urbaine", "mixte", "intercommunal", "intercommunale",
    "interdépartemental", "départemental", "départementale", "régional", "régionale", "municipal",
    "municipale", "communal", "communale", "public", "publique", "territorial", "territoriale",
    "gestion", "économie", "société", "syndicat", "département", "région", "service",
    "établissement", "communauté", "métropole", "centre", "office", "association",
)  # fmt: skip
GENERIC = {key(word): word for word in _GENERIC}
TERRITORY = re.compile(r"(?:commune|communauté|département|région|métropole|ccas)\b", re.I)
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
    kind = rf"(?i:(?:communauté d['’])?{re.escape(name)} (?:{OF})?)"
    line = re.sub(r"(?<!\n)\n(?!\n)", " ", text)
    named = {key(found[0]): found[0] for found in re.finditer(rf"\b{kind}{PROPER}", line)}
    longest = max(named, key=len, default="")
    alone = all(longest.endswith(one) for one in named)
    return named[longest] if named and alone else ""


def proper(name: str) -> str:
    """A name with its first letter as a capital, and small letters in what says its kind.

    « COMMUNE DE SAINT-ELME » and « commune de Saint-Elme » are both « Commune de Saint-Elme ».
    """
    first = re.split(r"[\s'’]", name, maxsplit=1)[0]
    if not (re.match(BODY, name, re.IGNORECASE) or key(first) in GENERIC or first in INITIALS):
        return name
    name = name.replace("’", "'")
    for written, same in SAME:
        name = re.sub(written, same, name, flags=re.IGNORECASE)
    shouted = name == name.upper() or TERRITORY.match(name) is not None
    words = re.split(r"([\s']+)", name)
    generic = True
    for at in range(0, len(words), 2):
        word = words[at]
        plain = key(word)
        generic = generic and (at == 0 or plain in GENERIC or word.lower() in SMALL)
        if word in INITIALS:
            continue
        if generic or word.lower() in SMALL:
            words[at] = GENERIC.get(plain, word.lower())
        elif shouted and word == word.upper():
            words[at] = "-".join(_title(part) for part in word.lower().split("-"))
    spelled = "".join(words)
    return spelled[:1].upper() + spelled[1:]


def _title(part: str) -> str:
    return part if part in SMALL else part.capitalize()
