"""The sums of an act in euros, each with the words that say what it is for."""

import re

from corpus.card.model import Amount, Evidence, Fact
from corpus.card.reading import Reading

SUM = re.compile(
    r"(?<![\d,.])(\d{1,3}(?:[ \u00a0\u202f.]\d{3})+|\d+)(?:[,.](\d{1,2}))?\s?"
    r"(?:(millions?|milliards?|M|k)\s?(?:d['’])?\s?)?(?:€|euros?\b|EUR\b)(?!\s?/)",
    re.IGNORECASE,
)
SCALE = {"millio": 10**6, "m": 10**6, "millia": 10**9, "k": 10**3}
LEAST = 1000  # euros: below it a sum is the price of an entry or a meal
MOST = 20  # amounts of a card
WORDS = 90  # characters that say what a sum is for
REACH = 600  # characters before a sum in which its sentence begins
WORD = re.compile(r"[^\W\d_]{3}")
EDGES = " ,;:|–-()"
ENDS = re.compile(r"\n|(?<=\w{4})\.\s|;\s")  # not after « M. », « bd. » or « n. »
NOT_OWED = re.compile(  # before a sum that the act replaces, or that it tells of the past
    r"\bau lieu d[e']\s*$|\bpass(?:e|ent|er)\b[^,;:]{0,30}\s+de\s+$"
    r"|\bpassée?s? de\s(?:[^;:]*\sà\s*)?$"
    r"|\b(?:avait|avaient|a déjà|ont déjà)\b[^;:€]*$"
    r"|(?:^|\|\s*)(?:convention (?:de \d{4}|initiale)|avant (?:l['’])?avenant)[^|:]*:\s*$",
    re.IGNORECASE,
)
REPLACED = re.compile(r"\s*,?\s+(?:est|sont)\s+(?:portée?|ramenée?)s?\s+à\b", re.IGNORECASE)


def amounts(reading: Reading) -> tuple[Fact[Amount], ...]:
    """The sums that the act owes, grants or estimates, from `LEAST` euros on, each value once.

    They stand in the order of the text; where there are more than `MOST`, the greatest are given.
    """
    found: dict[float, Fact[Amount]] = {}
    for match in SUM.finditer(reading.own):
        euros = _euros(match)
        told = euros in found and found[euros].value.what
        if euros >= LEAST and not told and _owed(match):
            found[euros] = Fact(Amount(euros, _what(match)), (Evidence(*match.span()),))
    least = min(sorted(found, reverse=True)[:MOST], default=0)
    return tuple(fact for euros, fact in found.items() if euros >= least)


def _euros(match: re.Match[str]) -> float:
    whole = int(re.sub(r"\D", "", match[1]))
    unit = (match[3] or "").lower()
    scale = next((n for name, n in SCALE.items() if unit and name.startswith(unit[:6])), 1)
    return round((whole + int((match[2] or "0").ljust(2, "0")) / 100) * scale, 2)


def _owed(match: re.Match[str]) -> bool:
    before = match.string[_begin(match) : match.start()]
    return not NOT_OWED.search(before) and not REPLACED.match(match.string, match.end())


def _begin(match: re.Match[str]) -> int:
    """Where the sentence of a sum begins."""
    start = max(0, match.start() - REACH)
    return max((m.end() for m in ENDS.finditer(match.string, start, match.start())), default=start)


def _what(match: re.Match[str]) -> str:
    """The words before a sum in its sentence, or after it, or a line without a sum above it.

    Of a row of a table: its first cell that says something, and the one that holds the sum.
    """
    text, begin = match.string, _begin(match)
    stop = ENDS.search(text, match.end())
    after = re.sub(r"\([^)\n]*\)", "", text[match.end() : stop.start() if stop else None])
    above = text[:begin].rstrip().rpartition("\n")[2]
    told = (text[begin : match.start()], after, "" if SUM.search(above) else above)
    words = next((some for some in told if WORD.search(SUM.sub("", some))), "")
    *cells, last = words.split(" | ")
    named = [cell for cell in cells if WORD.search(cell.rpartition(" : ")[2])]
    whole = " ".join(" | ".join([*named[:1], last]).split())
    if len(whole) > WORDS:
        near = whole[:WORDS].rpartition(" ")[0], whole[-WORDS:].partition(" ")[2]
        whole = near[words is not after]
    return whole.strip(EDGES)
