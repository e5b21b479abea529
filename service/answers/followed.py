"""A follow-up question made whole by the question before it: « et pour le Val-de-Marne ? ».

By rules alone: what the follow-up names takes the place of what the earlier question names of the
same type; what it asks takes the place of what was asked, of the earlier subject. A question that
stands alone is left alone.
"""

import re
from collections.abc import Sequence

from corpus.names import unaccented
from service.answers.days import YEAR
from service.answers.subjects import (
    LONE_YEAR,
    NUMBER,
    WHOLE_NAME,
    definite,
    named_in,
    of,
    subject_of,
)

MOST = 10  # earlier questions that are looked at
LEAD = re.compile(r"^\s*(?:(?:et|mais|puis|ok|alors|sinon)\b[\s,]*)+", re.IGNORECASE)
END = re.compile(r"[\s?.!]+$")
ASKING = re.compile(
    r"\b(?:qui|quand|combien|comment|pourquoi|où|ou est|quel(?:le)?s?|est-ce|peut-on|faut-il)\b"
    r"|\b\w+-(?:t-)?(?:ils?|elles?|on)\b",
    re.IGNORECASE,
)
THIS = re.compile(  # « cette convention », « celle-ci »
    r"\b(?:cette|cet|ce|ces)\s+(?:convention|accord|acte|avenant|protocole|document|texte|charte)s?\b"
    r"|\b(?:celle|celui)-(?:ci|là)\b",
    re.IGNORECASE,
)
ITS = re.compile(
    r"\b(?:son|sa|ses|leurs?)\s+(?P<what>\w+(?:\s+(?:de|d['’])\s?\w+)?)", re.IGNORECASE
)
PRONOUN = re.compile(  # « prend-elle fin », « qui la signe », « qui l'a signée », « la quitter »
    r"-(?:t-)?(?:ils?|elles?)\b|^(?:elles?|ils?)\b"
    r"|\b(?:qui|on)\s+(?:la|le|les)\s+\w+$|\b(?:la|le|les)\s+\w+(?:er|ir|re|oir)\b|\bl['’](?:a|ont|avait)\b"
    r"|\ben\s+(?:sortir|faire partie)\b",
    re.IGNORECASE,
)
WHO = re.compile(  # « qui la signe », « qui l'a signée »
    r"qui\s+(?:l['’]\s?(?:a|ont)\s+(?P<done>\w+[éi])e?s?|(?:la|le|les)\s+(?P<does>\w+))$",
    re.IGNORECASE,
)
IMPERSONAL = re.compile(r"\by a-t-il\b|\bfaut-il\b|\bs['’]agit-il\b", re.IGNORECASE)
NOUN = re.compile(  # « la commune doit-elle »: the pronoun has its noun beside it
    r"\b(?:la|le|les|l['’]|une?|du|des)\s?\w+\s+(?:\w+\s+){0,4}\w+-(?:t-)?(?:ils?|elles?)\b",
    re.IGNORECASE,
)
FACT = re.compile(  # a fact by its name, and nothing else
    r"^(?:(?:le|la|les|son|sa|ses|l['’])\s?)?(?P<what>(?:dates?|durée|montant|préavis|budget|numéro"
    r"|parties|signataires|objet|échéance|reconduction|coût|prix|titre)\b(?:\s+(?:de|d['’])\s?\w+)?)$",
    re.IGNORECASE,
)
WHICH = re.compile(r"lesquel(?:le)?s\s+(?P<what>.+)$", re.IGNORECASE)
ALL = re.compile(r"(?:quels|quelles)\s", re.IGNORECASE)  # of which « lesquelles » asks for some
WITH = (
    r"(?P<with>(?:pour|avec|chez|dans|en|sur|à|de|du|des|au|aux|concernant)\b|d['’])?\s*"
    r"(?P<what>.+)"
)
ONE = re.compile(r"^(?:celles?|celui|ceux)\s+(?=de|du|des|d['’]|avec|pour|sur)", re.IGNORECASE)
ACT = re.compile(
    r"^(?:l['’]|la\s|le\s)?(?:convention|accord|avenant|protocole|charte|délibération)\b",
    re.IGNORECASE,
)
BETWEEN = re.compile(rf"\b(?:entre|de)\s+{YEAR}\s+(?:et|à)\s+{YEAR}\b", re.IGNORECASE)
ORDINAL = re.compile(r"\b(?P<kind>[a-zà-ÿ]{3,})\s+\d{1,3}\b", re.IGNORECASE)  # « la ligne 3 »
BARE = 3  # words of a question that has surely none of its own
AVENANT = re.compile(r"(?:l['’])?avenant(?:\s+n[°º]\s?\d+)?", re.IGNORECASE)
FEW = 6  # words of a question that may have no subject of its own


def followed(text: str, previous: Sequence[str]) -> str | None:
    """The whole question that a follow-up means; None where it stands alone.

    `previous` are the earlier questions, the newest last; each may follow the one before it.
    """
    whole = ""
    for earlier in previous[-MOST:]:
        whole = (_follow(earlier, whole) or earlier) if whole else earlier
    return _follow(text, whole) if whole.strip() else None


def _follow(text: str, base: str) -> str | None:
    led = LEAD.match(text) is not None
    said, base = END.sub("", LEAD.sub("", text)), END.sub("", base)
    if not said:
        return None
    subject = subject_of(base)
    if THIS.search(said):
        return _asked(THIS.sub(lambda _: subject, said, count=1))
    if fact := FACT.match(said):
        return _asked(f"{_which(fact['what'])} {of(subject)}") if led or ITS.match(said) else None
    if (which := WHICH.match(said)) and ALL.match(base):
        return _asked(f"{base} et {which['what']}")
    if ASKING.search(said):
        act = subject_of(base, otherwise="")
        if led and act and named_in(said) and not subject_of(said, otherwise=""):
            return _asked(f"{said}, pour {act}")  # « et combien paie Belluire ? »
        return _of_subject(said, subject, led)
    if led or ONE.match(said):
        return _asked(_exchanged(ONE.sub("", said), base, subject))
    return None


def _of_subject(said: str, subject: str, led: bool) -> str | None:
    """A question with a pronoun, or without a subject, asked of the earlier subject."""
    if its := ITS.search(said):
        whole = f"{definite(its['what'])} {of(subject)}"
        return _asked(f"{said[: its.start()]}{whole}{said[its.end() :]}")
    if named_in(said) or subject_of(said, otherwise="") or NOUN.search(said):
        return None
    if done := WHO.match(said):
        verb = f"a {done['done']}" if done["done"] else done["does"]
        return _asked(f"qui {verb} {subject}")
    if PRONOUN.search(IMPERSONAL.sub("", said)):
        return _asked(f"{said}, {subject}")
    words = len(said.split())
    bare = led or words <= BARE or said.casefold().startswith("y a-t-il")
    return _asked(f"{said}, pour {subject}") if bare and words <= FEW else None


def _exchanged(said: str, base: str, subject: str) -> str:
    """The earlier question with another year, number, act, name or thing."""
    parts = re.fullmatch(WITH, said, re.IGNORECASE)
    what = parts["what"] if parts else said
    for pattern in (NUMBER, LONE_YEAR):
        if (new := pattern.search(what)) and (not ACT.match(what) or pattern.search(base)):
            if pattern is LONE_YEAR and LONE_YEAR.search(base):
                return LONE_YEAR.sub(new[0], BETWEEN.sub(f"en {new[0]}", base))
            if pattern is NUMBER and (old := _numbered_alike(what, new, base)):
                return f"{base[: old.start()]}{new[0]}{base[old.end() :]}"
            return base.replace(subject, what, 1) if pattern is NUMBER else f"{base} en {new[0]}"
    for new in ORDINAL.finditer(what):
        alike = re.compile(rf"\b{new['kind']}\s+\d{{1,3}}\b", re.IGNORECASE)
        if alike.search(base):
            return alike.sub(new[0], base)
    if ACT.match(what):
        if AVENANT.fullmatch(what) and not AVENANT.match(subject):
            what = f"{what} à {subject}"
        return base.replace(subject, what, 1) if subject in base else f"{base} {said}"
    names = [m for m in WHOLE_NAME.finditer(base) if m.start()]
    if WHOLE_NAME.search(what) and names:
        return _renamed(base, names[-1], said, what)
    return f"{base} {said}" if parts and parts["with"] else f"{base} pour {said}"


def _numbered_alike(what: str, new: re.Match[str], base: str) -> re.Match[str] | None:
    """The number of the earlier question that stands after the same word, or else the last one."""
    numbers = [*NUMBER.finditer(base)]
    before = what[: new.start()].split()
    kind = before[-1].casefold().rpartition("'")[2].rpartition("’")[2] if before else ""
    alike = [n for n in numbers if kind and base[: n.start()].rstrip().casefold().endswith(kind)]
    return next(reversed(alike or numbers), None)


def _renamed(base: str, old: re.Match[str], said: str, what: str) -> str:
    """Another name in the place of one, with the preposition of either."""
    before, new_name = base[: old.start()], WHOLE_NAME.search(what)
    body = re.sub(r"^(?:l['’]|(?:la|le|les)\s)", "", what[: new_name.start()]) if new_name else ""
    if new_name and body and before.casefold().endswith(body.casefold()):  # « la commune de »
        return f"{before}{what[new_name.start() :]}{base[old.end() :]}"
    place = re.search(
        r"(?:\b(?:du|des|de|d['’]|à|au|aux|avec|pour|dans|en|sur|entre|chez)"
        r"(?:\s+(?:la|le|les|l['’]))?|\b(?:la|le|les|l['’]))\s*$",
        before,
        re.IGNORECASE,
    )
    kept = before[: place.start()] if place else before
    preposition = place is not None and not re.fullmatch(r"(?i)(?:la|le|les|l['’])\s*", place[0])
    new = said if preposition and said != what else what
    if preposition and said == what and place is not None:
        new = f"{re.split(r'[ ’]', place[0].strip())[0]} {what}"
    return f"{kept}{new}{base[old.end() :]}"


def _which(fact: str) -> str:
    plural = unaccented(fact).casefold().startswith(("parties", "signataires"))
    said = definite(fact)
    feminine = said.startswith("la ") or fact.casefold().startswith("échéance")
    return f"quel{'le' * (feminine or plural)}{'s' * plural} {'sont' if plural else 'est'} {said}"


def _asked(text: str) -> str:
    return f"{text.strip(' ,')}\u00a0?"
