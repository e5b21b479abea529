"""The acts that an act names by number or date, and how it relates to them."""

import re
from collections.abc import Iterator

from corpus.card.model import Evidence, Fact, Link
from corpus.card.numbers import bare
from corpus.card.reading import Reading
from corpus.card.words import DAY, day

OF = r"(?:convention|avenant|délibération|protocole|charte|arrêté)s?\b"
NAMED = r"(?P<kind>convention|avenant|délibération|protocole|charte|arrêté)s?"
NUMBERED = re.compile(
    rf"\b{NAMED}\b(?:(?!\b{OF})[^.;:\n]){{0,400}}?\bn[°º]\s?(?P<number>[A-Z]{{0,6}}[-. ]?\d[\w.\-]*"
    r"(?:\s?/\s?\d[\w.\-]*)*)(?<![.\-])"
    rf"(?:[^.;:,\n]{{0,60}}?,?\s+(?:du|en\s+date\s+du|signée?\s+le|de\s+\w+,?\s+du)\s+(?P<date>{DAY}))?"
    r"(?:\s*\(n[°º]\s?(?P<own>[A-Z]{0,6}[-. ]?\d[\w./\-]*)\))?",
    re.IGNORECASE,
)
ALSO = re.compile(
    r"(?:,|\bet)\s+[^.;:\n]{0,60}?\bn[°º]\s?(?P<number>[A-Z]{0,6}[-.]?\d[\w.\-/]*\w)", re.I
)
DATED = re.compile(  # an act without a number, by the day on which it was signed
    rf"\b{NAMED}\b(?:(?!\b{OF}|n[°º])[^.;:\d\n]){{0,150}}?\b(?:du|signée?\s+le|conclue?\s+le)\s+"
    rf"(?P<date>{DAY})(?!\s+(?:au|jusqu))",
    re.IGNORECASE,
)
RULES = [  # (relation, what stands before the act in its sentence); the first that holds
    (
        "autorisé par",
        r"(?:autorisée?|habilitée?|(?:agissant )?en vertu|en application)\b[^;\n]{0,80}$",
    ),
    ("remplacé par", r"\bremplacée?\b[^.;\n]{0,80}\bpar\s+(?:la\s+|le\s+|l['’])$"),
    (
        "abroge",
        r"\b(?:abroge|(?<!\bse )retire|rapporte(?!\s+(?:que?\b|qu['’]|sur\b|à\b)))\b[^.;\n]{0,80}$",
    ),
    ("remplace", r"\b(?:remplace|se substitue à|annule et remplace)\s+(?:la\s+|le\s+|l['’])$"),
]
REPORTS = re.compile(  # « Madame Durand rapporte », who speaks and repeals nothing
    r"^(?!.*\b(?:le conseil|le comité|l['’]assemblée|la présente)\b)"
    r".*\b(?:M\.|MM\.|Mmes?|Madame|Monsieur|Maître|(?:rapporteu|présiden|mair|adjoin|élu)\w*)"
    r"[^;:\n]{0,80}\s(?:rapporte|retire)\b[^.;\n]*$",
    re.IGNORECASE,
)
CLAUSE = re.compile(r"[,;:.]\s|\b(?:et|mais|qui)\b")
DENIED = re.compile(
    r"(?:\bn['’]|\bne\s)[^;]{0,200}?\b(?:pas|plus|point|ni|jamais|nullement|aucun\w*)\b",
    re.IGNORECASE,
)
ADOPTS = r"\b(?:adopte|approuve|autorise)\b[^.;\n]{0,80}$"
AMENDS = r"\bmodifi(?:e|er|cation)\b[^.;\n]{0,60}$"
CHANGES = r"\bavenant\b[^\n]{0,60}\bà\s+(?:la|le|l['’])\s*$"
REACH = 300  # characters before an act in which it is said what is done to it


def links(reading: Reading, kind: str, number: str) -> tuple[Fact[Link], ...]:
    """The links, in the order of the text; one to each act, the surest that the text gives.

    The convention that an avenant changes is known by its date where it has no number.
    """
    found: dict[str, Fact[Link]] = {}
    for link in _all(reading, kind):
        known = found.get(link.value.number)
        if link.value.number != number and (known is None or known.value.relation == "vise"):
            found[link.value.number] = link
    if kind == "avenant" and not any(f.value.relation == "modifie" for f in found.values()):
        found.update({link.value.date: link for link in _changed(reading)})
    return tuple(found.values())


def _changed(reading: Reading) -> Iterator[Fact[Link]]:
    """The first convention that the text says it is an avenant to, by its date."""
    for match in DATED.finditer(reading.text):
        before = reading.text[reading.text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if re.search(CHANGES, before, re.IGNORECASE):
            link = Link("modifie", match["kind"].lower(), "", day(match["date"]))
            yield Fact(link, (Evidence(*match.span("date")),))
            return


def _all(reading: Reading, kind: str) -> Iterator[Fact[Link]]:
    for match in NUMBERED.finditer(reading.text):
        line = reading.text.rfind("\n", 0, match.start()) + 1
        before = reading.text[max(line, match.start() - REACH) : match.start()]
        visa = not reading.own[line : match.start() + 1].strip()
        if not (relation := _relation(before, kind, visa)):
            continue
        written = day(match["date"]) if match["date"] else ""
        yield _fact(relation, match, written)
        if visa or relation == "autorisé par":
            stop = re.compile(r"[.;\n]|$").search(reading.text, match.end())
            for other in ALSO.finditer(
                reading.text, match.end("number"), stop.start() if stop else 0
            ):
                if not re.search(rf"(?i){NAMED}", other[0]):
                    yield _fact(relation, other, "", match["kind"])


def _relation(before: str, kind: str, visa: bool) -> str:
    if kind == "avenant" and re.search(CHANGES, before, re.IGNORECASE):
        return "modifie"
    if visa:
        return "vise"
    if kind == "délibération" and _holds(ADOPTS, before):
        return "adopte"
    if kind == "délibération" and _holds(AMENDS, before):
        return "modifie"
    return next((name for name, rule in RULES if _holds(rule, before)), "")


def _holds(rule: str, before: str) -> bool:
    """Whether the rule is said, and its clause neither denies it nor has somebody report it."""
    if not (found := re.search(rule, before, re.IGNORECASE)):
        return False
    start = max((m.end() for m in CLAUSE.finditer(before, 0, found.start())), default=0)
    return not DENIED.search(before, start) and not REPORTS.search(before)


def _fact(relation: str, match: re.Match[str], date: str, kind: str = "") -> Fact[Link]:
    group = "own" if match.groupdict().get("own") else "number"  # « avenant n° 1 (n° 22-CV-31) »
    end = match.start(group) + len(match[group].rstrip(".-"))
    link = Link(relation, (kind or match["kind"]).lower(), bare(match[group]), date)
    return Fact(link, (Evidence(match.start(group), end),))
