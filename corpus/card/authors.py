"""The parties of a délibération: the body whose assembly votes, those with whom it concludes."""

import re
from collections.abc import Iterator

from corpus.card.model import Evidence
from corpus.card.naming import ARTICLE, BODY, Named, names, tidy
from corpus.card.reading import Reading

ASSEMBLY = re.compile(
    r"\b(?:conseil|comité|assemblée)\s+(?:municipal|communautaire|métropolitain|départemental"
    r"|régional|syndical|d['’]agglomération|de\s+territoire|de\s+paris)e?\s+"
    r"(?:de\s+la\s+|de\s+l['’]|du\s+|de\s+|d['’])(?P<name>(?!\d)[^,;:.\n]{3,100}?)"
    r"(?=\s+(?:n[°º]|s['’]est|légalement|régulièrement|dûment|réuni|du\s+\d|en\s+date)|[,;:.\n(]|$)",
    re.IGNORECASE,
)
LETTERHEAD = re.compile(rf"^({BODY}\s+d[^,;:.\n]{{3,90}})$", re.IGNORECASE | re.MULTILINE)
_LIST = rf"""\s+(?P<list>(?:{ARTICLE})?[^.;\n]{{3,200}}?)
(?=\s+(?:pour|relati\w+|dans|en\s+vue|portant|concernant|au\s+titre|afin|moyennant)\b|,\s+(?:d['’]une|telle)
|\s[-–]\s|[.;]|$)""".replace("\n", "")
WITH = re.compile(  # in a title
    rf"\b(?:conventions?|avenants?|partenariat|protocoles?|accords?|contrats?)\b[^.;]{{0,80}}?"
    rf"\bavec{_LIST}",
    re.IGNORECASE,
)
DECIDES = re.compile(
    r"\ben conséquence\b|\baprès en avoir délibéré\b|\bil est (?:donc )?(?:proposé|demandé)\b"
    r"|^article (?:1|premier|unique)\b",
    re.IGNORECASE | re.MULTILINE,
)
CONCLUDED = re.compile(  # in what is decided
    rf"\b(?:(?:conventions?|avenants?|protocoles?)\b[^.;\n]{{0,120}}?\bavec"
    rf"|à\s+(?:conclure|intervenir|passer|signer)\s+avec"
    rf"|convention\b[^.;\n]{{0,60}}?\b(?:proposée|consentie)\s+à){_LIST}",
    re.IGNORECASE,
)
BETWEEN = re.compile(rf"\b(?:convention|avenant|protocole)\b[^.;\n]{{0,120}}?\bentre{_LIST}", re.I)
BESIDE = re.compile(  # « Convention de partenariat Ville/Agglomération », in a title
    r"\b(?:ville|commune|département|région|métropole)\b[^/\n;]{0,60}?\s?/\s?"
    r"(?P<name>(?!\d)[^/\n;]{3,100}?)(?=\s+[–-]\s|[\n;]|$)",
    re.IGNORECASE,
)
MEMBERS = re.compile(
    r"\b(?:groupement|convention)\b[^.;:\n]{0,160}?\bentre\s+les\s+"
    r"(?:membres|parties|partenaires|collectivités|personnes)\s+suivante?s\s?:\s*\n"
    r"(?P<list>(?:[ \t]*[–•*-][^\n]+\n+)+)",
    re.IGNORECASE,
)
ITEM = re.compile(rf"^\s*[–•*-]\s*(?:{ARTICLE})?([^\n,;]{{2,100}})", re.IGNORECASE | re.MULTILINE)


def author(reading: Reading) -> list[Named]:
    """The body whose assembly votes: of its name, or of the letterhead above it."""
    for rule, group in ((LETTERHEAD, 1), (ASSEMBLY, "name")):
        text = reading.head[:400] if rule is LETTERHEAD else reading.head
        for found in rule.finditer(text):
            if not re.match(r"(?:service|conseil|direction|centre)\b", found[group], re.I):
                return [(tidy(found[group]), Evidence(*found.span(group)))]
    return []


def partners(reading: Reading) -> list[Named]:
    """Those with whom an act is concluded: in the title, else in what is decided."""
    title = reading.title_at
    if title and (found := WITH.search(reading.titled, title.start)):
        return list(names(reading.text, *found.span("list")))
    if title and (found := BESIDE.search(reading.titled, title.start)):
        return [(tidy(found["name"]), Evidence(*found.span("name")))]
    if found := MEMBERS.search(reading.own):
        return list(_items(reading.own, *found.span("list")))
    decides = DECIDES.search(reading.own)
    at = decides.start() if decides else 0
    found = CONCLUDED.search(reading.own, at) or BETWEEN.search(reading.own, at)
    return list(names(reading.text, *found.span("list"))) if found else []


def _items(text: str, start: int, end: int) -> Iterator[Named]:
    for item in ITEM.finditer(text, start, end):
        yield tidy(item[1].rstrip(" .")), Evidence(*item.span(1))
