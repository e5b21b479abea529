"""The number of an act, told from those of the acts that it names."""

import re

from corpus.card.model import Evidence, Fact
from corpus.card.reading import Reading

NUMBER = re.compile(
    r"\b(?:n[°º]|numéro\s*:)\s?([A-Z]{0,5}[-. ]?\d[\w.\-]*(?:\s?/\s?\d[\w.\-]*)*)", re.IGNORECASE
)
RANK = re.compile(r"\bavenant\s+n[°º]\s?(\d{1,2})\b(?!\s?[-/.]\d)", re.IGNORECASE)
ABOUT_AN_ACT = {"fiche", "compte rendu", "rapport", "article"}  # their text numbers other acts
LAW = r"\b(loi|décret|ordonnance|directive|circulaire|code|arrêté)\b[^.;]{0,60}$"
ACT = rf"{LAW}|\b(la|une|cette|par|les) (convention|délibération)s?\b[^.;]{{0,60}}$"
PART = r"\b(lot|marché|article|avenant)\s*$"  # what has a number and is no act


def number(reading: Reading, kind: str) -> Fact[str] | None:
    """The first number of the head that is the act's own, without the spaces around its slash.

    An avenant without a number of its own has its rank.
    """
    start, end, text = 0, len(reading.head), reading.head
    if kind in ABOUT_AN_ACT:
        if reading.title_at is None:
            return None
        start, end, text = reading.title_at.start, reading.title_at.end, reading.text
    for match in NUMBER.finditer(text, start, end):
        if not follows(f"{ACT}|{PART}", match):
            return _fact(match)
    rank = RANK.search(reading.head) if kind == "avenant" else None
    return _fact(rank) if rank else None


def follows(pattern: str, match: re.Match[str]) -> bool:
    """Whether the line holds the pattern just before the match."""
    before = match.string[: match.start()].rpartition("\n")[2]
    return re.search(pattern, before, re.IGNORECASE) is not None


def bare(number: str) -> str:
    """A number without the spaces around its slash and what punctuation follows it."""
    return re.sub(r"\s*/\s*", "/", number).rstrip(".-")


def compared(number: str) -> str:
    """A number in the one spelling by which numbers are compared: « 2021/7 » is « 2021-7 »."""
    return re.sub(r"[\W_]+", "-", number).strip("-").casefold()


def _fact(match: re.Match[str]) -> Fact[str]:
    end = match.start(1) + len(match[1].rstrip(".-"))
    return Fact(bare(match[1]), (Evidence(match.start(1), end),))
