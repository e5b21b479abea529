"""The days on which an act was adopted and signed, told from those of other acts."""

import re
from collections.abc import Iterator

from corpus.card.kinds import CONTRACTS
from corpus.card.model import Evidence, Fact
from corpus.card.numbers import ACT, LAW, follows
from corpus.card.reading import Reading
from corpus.card.words import DAY, day

ANY = re.compile(rf"\b({DAY})", re.IGNORECASE)
SITTING = re.compile(
    rf"\bs[ée]ance\s+(?:\w+\s+)?(?:du\s+(?!\d)[^\d\n]{{0,60}}\s+)?du\s+(?:\w+di\s+)?({DAY})",
    re.IGNORECASE,
)
ADOPTED = re.compile(
    rf"^(?:(?:acte|texte|convention|avenant|charte|protocole|la présente|le présent|n[°º])[^;\n]*?"
    rf"\b)?(?:adopté|approuvé)e?s?\b[^.;\n]{{0,80}}?\ble\s+({DAY})",
    re.IGNORECASE | re.MULTILINE,
)
SIGNED = [  # the surest first
    re.compile(rf"\bdate de signature\s*:\s*(?:le\s+)?({DAY})", re.IGNORECASE),
    re.compile(rf"\b(?:sign|conclu)(?:ée?s?|es?|)\b[^.;\n]{{0,60}}?\ble\s+({DAY})", re.IGNORECASE),
]
DONE = re.compile(rf"\b(?:fait|signé)\b[^.;\n]{{0,80}}?\ble\s+(?:\w+di\s+)?({DAY})", re.IGNORECASE)
DATED = re.compile(rf"\bn[°º]\s?\S+(?:\s?/\s?\S+)?\s+(?:du|[–-])\s+({DAY})", re.IGNORECASE)


def adopted(reading: Reading, kind: str) -> Fact[str] | None:
    """The day of the sitting of a délibération; of another act, the one on which it was adopted."""
    if kind == "délibération":
        return next(_facts(SITTING, reading.head), None) or first(reading)
    return next(_facts(ADOPTED, reading.head), None) if kind in CONTRACTS else None


def signed(reading: Reading, kind: str) -> Fact[str] | None:
    """The day on which a convention, avenant, protocole or charte was signed.

    What the head says comes first, then « Fait à …, le … », then « n° … du … ».
    """
    if kind not in CONTRACTS:
        return None
    for rule in SIGNED:
        for fact in _facts(rule, reading.head, other=ACT):
            return fact
    done = list(_facts(DONE, reading.own))
    return done[-1] if done else next(_facts(DATED, reading.head, other=ACT), None)


def first(reading: Reading, kind: str = "") -> Fact[str] | None:
    """The first day of the head that is not that of another act; a sheet is about one."""
    return next(_facts(ANY, reading.head, LAW if kind == "fiche" else ACT), None)


def _facts(rule: re.Pattern[str], text: str, other: str = "") -> Iterator[Fact[str]]:
    for match in rule.finditer(text):
        if (found := day(match[1])) and not (other and follows(other, match)):
            yield Fact(found, (Evidence(*match.span(1)),))
