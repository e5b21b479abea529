"""The kind of an act: what its title, or else its first lines, call it."""

import re

from corpus.card.model import Evidence, Fact
from corpus.card.reading import Reading

RULES = [
    ("avenant", r"\bavenants?\b"),
    ("délibération", r"\bd[ée]lib[ée]rations?\b"),
    ("protocole", r"\bprotocole\b"),
    ("charte", r"\bcharte\b"),
    ("compte rendu", r"\bcompte[ -]rendu\b|\bprocès-verbal\b|\brelevé de décisions\b"),
    ("convention", r"\bconvention\b"),
    ("rapport", r"\brapport\b|\bbilan\b|\bétude\b"),
]
KINDS = ("convention", "avenant", "délibération", "protocole", "charte", "compte rendu",
         "rapport", "article", "fiche", "document")  # fmt: skip
MASCULINE = {"avenant", "protocole", "compte rendu", "rapport", "article", "document"}
CONTRACTS = {"convention", "avenant", "protocole", "charte"}
SHEET = re.compile(
    r"\bfiches? (de lecture|thématique|de synthèse)\b|\bnote de lecture\b", re.IGNORECASE
)
REGISTER = re.compile(
    r"^(extrait du registre|d[ée]lib[ée]ration n[°º]"
    r"|s[ée]ance (publique )?du (conseil|comité|\w+di))",
    re.IGNORECASE | re.MULTILINE,
)
FORMULA = re.compile(  # words that only an act says of itself
    r"\b(le|la)? ?présente? (convention|avenant|délibération|protocole|charte|accord|rapport)"
    r"|^(entre( les soussignée?s)?\s*:?$|entre l|article (1|premier|unique)\b)"
    r"|\b(il (est|a été) convenu|en séance|n[°º]\s?[A-Z]{0,5}-?\d)",
    re.IGNORECASE | re.MULTILINE,
)
PROSE = 400  # characters below which a text says too little to be told an article


def kind(reading: Reading) -> Fact[str] | None:
    """The kind; an « article » speaks of an act in prose and has none of an act's formulas."""
    place = reading.title_at
    if found := SHEET.search(reading.title) or SHEET.search(reading.head[:600]):
        found = SHEET.search(reading.text) or found
        return _fact("fiche", found)
    if found := REGISTER.search(reading.head):
        return _fact("délibération", found)
    if place and (titled := _first(reading.text, place.start, place.end)):
        return titled
    named = _first(reading.head, 0, len(reading.head))
    if called := _first(reading.title, 0, len(reading.title)):  # by a title that is not in the text
        found = re.compile(dict(RULES)[called.value], re.IGNORECASE).search(reading.text)
        return _fact(called.value, found) if found else Fact(called.value)
    prose = named and len(reading.text) > PROSE and not FORMULA.search(reading.head)
    return Fact("article", named.evidence) if named and prose else named


def _first(text: str, start: int, end: int) -> Fact[str] | None:
    """The kind that is named first, and the words that name it."""
    rules = ((name, re.compile(rule, re.IGNORECASE)) for name, rule in RULES)
    found = [(m.span(), name) for name, rule in rules if (m := rule.search(text, start, end))]
    if not found:
        return None
    span, name = min(found)
    return Fact(name, (Evidence(*span),))


def _fact(name: str, found: re.Match[str]) -> Fact[str]:
    return Fact(name, (Evidence(*found.span()),))
