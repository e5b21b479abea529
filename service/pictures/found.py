"""Where a page says what its document is cited for.

The index's text is cleaned and the page's is not: they are compared by their letters and digits
alone, whatever the spaces, hyphens, ligatures and accents between and on them.
"""

import re
import unicodedata
from collections.abc import Sequence

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

ALIKE = 85  # of 100: a part of the page is the cited one, with what was cleaned out of it
ENOUGH = 0.6  # of what is cited must be found on the page
SHORTEST = 4  # letters that agree by more than chance
GAP = 40  # characters that were cleaned out of a line, at the most
TABLE = " | "  # between the cells of a row, in the index's text
LINE = re.compile(r"[^\n]+")
CELL = re.compile(r"(?:^|(?<=\s\|\s))(?:(?:(?!\s\|\s).)*?\s:\s)?((?:(?!\s\|\s).)+)")
CLOSING = re.compile(r"[ \u00a0]?[^\w\s(«“]+")
Spans = list[tuple[int, int]]


def found(text: str, start: int, end: int, page: str) -> Spans:
    """Where `page` says `text[start:end]`, of which `text` is what the index has of that page.

    Empty where too little of it is there.
    """
    letters, places = _folded(page)
    before, quote = _folded(text[:start])[0], _folded(text[start:end])[0]
    if not quote:
        return []
    at = _which(quote, len(before), _folded(text)[0], letters)
    if at >= 0:
        spans = [(at, at + len(quote))]
    elif TABLE in text[start:end]:
        spans = _by_lines(text, start, end, letters) or _nearly(quote, letters)
    else:
        spans = _nearly(quote, letters) or _by_lines(text, start, end, letters)
    joined = _joined([(places[a], places[b - 1] + 1) for a, b in sorted(spans)])
    return [(a, _closed(page, b)) for a, b in joined]


def _folded(text: str) -> tuple[str, list[int]]:
    """The letters and digits of a text, and the place of each."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for letter in unicodedata.normalize("NFKD", character.casefold()):
            if letter.isalnum():
                letters.append(letter)
                places.append(place)
    return "".join(letters), places


def _which(quote: str, before: int, text: str, page: str) -> int:
    """Where the page has the quote, letter by letter; -1 if it has not.

    Of several it is the one that has as many before it as the index has, else the nearest.
    """
    here, known = _all(quote, page), _all(quote, text)
    if not here:
        return -1
    if len(here) == len(known) and before in known:
        return here[known.index(before)]
    return min(here, key=lambda at: abs(at - before))


def _all(quote: str, page: str) -> list[int]:
    return [match.start() for match in re.finditer(f"(?={quote})", page)]


def _nearly(quote: str, page: str) -> Spans:
    """The letters of the part of a page that is most like the quote, where they agree.

    Empty where too few do.
    """
    if len(quote) < SHORTEST or len(quote) > len(page):
        return []
    best = fuzz.partial_ratio_alignment(quote, page, score_cutoff=ALIKE)
    if best is None:
        return []
    window = page[best.dest_start : best.dest_end]
    blocks = Indel.editops(quote, window).as_matching_blocks()
    first = best.dest_start
    spans = [(first + b.b, first + b.b + b.size) for b in blocks if b.size >= SHORTEST]
    return spans if _length(spans) >= ENOUGH * len(quote) else []


def _by_lines(text: str, start: int, end: int, page: str) -> Spans:
    """The same for each line of the quote; empty where too few of their letters are found.

    Of the row of a table, « column : value | column : value », the values are sought: together, or
    else each by itself. What is found for one is not found again for another.
    """
    spans: Spans = []
    sought = 0
    for line in LINE.finditer(text, start, end):
        cells = [_folded(cell[1])[0] for cell in CELL.finditer(line[0])]
        quote = "".join(cells)
        sought += len(quote)
        before = len(_folded(text[: line.start()])[0])
        for pieces in ([quote], cells):
            here: Spans = []
            for piece in pieces:
                at = _which(piece, before, "", page) if len(piece) >= SHORTEST else -1
                here += [(at, at + len(piece))] if at >= 0 else _nearly(piece, page)
            if _length(here) >= ENOUGH * len(quote):
                break
        for one, other in here:
            page = page[:one] + "\0" * (other - one) + page[other:]
        spans += here
    return spans if _length(spans) >= ENOUGH * sought else []


def _length(spans: Sequence[tuple[int, int]]) -> int:
    return sum(b - a for a, b in spans)


def _joined(spans: Sequence[tuple[int, int]]) -> Spans:
    """The spans, those with but a little between them as one."""
    joined: Spans = []
    for a, b in spans:
        if joined and a - joined[-1][1] <= GAP:
            joined[-1] = (joined[-1][0], max(b, joined[-1][1]))
        else:
            joined.append((a, b))
    return joined


def _closed(page: str, end: int) -> int:
    """The end with the full stop, the sign of euros or the bracket that follows on the line."""
    closing = CLOSING.match(page, end)
    return closing.end() if closing else end
