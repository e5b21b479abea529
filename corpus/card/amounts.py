"""The sums of an act in euros, each with the words that say what it is for."""

import re

from corpus.card.model import Amount, Evidence, Fact
from corpus.card.reading import Reading

SUM = re.compile(
    r"(?<![\d,.])(\d{1,3}(?:[ \u00a0\u202f.]\d{3})+|\d+)(?:,(\d{1,2}))?\s?"
    r"(?:(millions?|milliards?|M|k)\s?(?:d['’])?\s?)?(?:€|euros?\b)(?!\s?/)",
    re.IGNORECASE,
)
SCALE = {"millio": 10**6, "m": 10**6, "millia": 10**9, "k": 10**3}
LEAST = 1000  # euros: below it a sum is the price of an entry or a meal
MOST = 20  # amounts of a card
WORDS = 90  # characters before a sum that say what it is for


def amounts(reading: Reading) -> tuple[Fact[Amount], ...]:
    """The first sums of at least `LEAST` euros, each value once, in the order of the text."""
    found: dict[float, Fact[Amount]] = {}
    for match in SUM.finditer(reading.own):
        euros = _euros(match)
        if euros >= LEAST and len(found) < MOST:
            what = _what(reading.own, match.start())
            found.setdefault(euros, Fact(Amount(euros, what), (Evidence(*match.span()),)))
    return tuple(found.values())


def _euros(match: re.Match[str]) -> float:
    whole = int(re.sub(r"\D", "", match[1]))
    unit = (match[3] or "").lower()
    scale = next((n for name, n in SCALE.items() if unit and name.startswith(unit[:6])), 1)
    return round((whole + int((match[2] or "0").ljust(2, "0")) / 100) * scale, 2)


def _what(text: str, end: int) -> str:
    """The words of the sentence just before a sum, whole words only."""
    begin = max(text.rfind("\n", 0, end), text.rfind(". ", 0, end) + 1, 0)
    words = " ".join(text[begin:end].split())
    if len(words) > WORDS:
        words = words[-WORDS:].partition(" ")[2]
    return words.strip(" ,;:|–-")
