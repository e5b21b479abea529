"""The tables that a PDF page rules, and its text without them.

A false table is worse than none: where a grid is not clearly one, its words stay in the text.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from ctypes import byref, c_double, c_int, create_string_buffer
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import NamedTuple

import pypdfium2
from pypdfium2.raw import FPDFText_GetCharOrigin, FPDFText_GetFontInfo

from corpus.document import Block
from corpus.readers.grid import Grid, Place, Span, grids
from corpus.readers.parts import LONGEST_CELL, Cell, table
from corpus.readers.rulings import NEAR, Box
from corpus.structure import join

MARK = "\x1a"  # stands in the text for a table, with its number
TEXT, HIDDEN = -1, -2  # outside of all grids; off the page
FEWEST = 4  # cells with words, at the least
CLOSED = 0.6  # of them ruled on all sides, at the least
MOST = 3  # rows of headings
YEAR = re.compile(r"\b(19|20)\d\d\b")
BOLD = re.compile(rb"bold|black|heavy|demi", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ruled:
    """A table as rows of cells, the first `headings` of which name the columns.

    `title` stands across the whole table, above; `xs` are the edges of the columns.
    """

    title: str
    rows: Sequence[Sequence[Cell]]
    headings: int
    xs: Sequence[float]

    def blocks(self) -> Iterator[Block]:
        """Its title, and its rows as those of any table."""
        if self.title:
            yield Block(self.title)
        yield from table(self.rows, self.headings)

    def under(self, above: "Ruled") -> "Ruled":
        """The table with the headings of the one that it goes on from, on the page before."""
        same = len(self.xs) == len(above.xs) and all(
            abs(x - other) <= NEAR for x, other in zip(self.xs, above.xs, strict=True)
        )
        if self.headings or self.title or not same:
            return self
        rows = [*above.rows[: above.headings], *self.rows]
        return replace(self, rows=rows, headings=above.headings)


class _Piece(NamedTuple):
    """A word, or a part of one that crosses a line, and the cell of the grid that holds it."""

    start: int
    end: int
    grid: int = TEXT
    cell: Span | None = None


@dataclass(slots=True)
class _Filled:
    """A grid with what its cells say, by their first place, and where in the text each begins."""

    grid: Grid
    cells: dict[Place, Span]
    said: dict[Place, str] = field(default_factory=dict)
    first: dict[Place, int] = field(default_factory=dict)

    def is_table(self) -> bool:
        spread = all(len({place[axis] for place in self.said}) > 1 for axis in (0, 1))
        closed = sum(self.cells[place].closed for place in self.said)
        short = all(len(words) <= LONGEST_CELL for words in self.said.values())
        return spread and short and len(self.said) >= FEWEST and closed >= CLOSED * len(self.said)

    def texts(self) -> dict[Place, str]:
        """What each cell says, on one line."""
        found = {}
        for place, words in self.said.items():
            lines = words.replace("\x02", "-\n").split("\n")
            found[place] = reduce(join, filter(None, map(str.strip, lines)), "").strip()
        return found


def tables(page: pypdfium2.PdfPage, layer: pypdfium2.PdfTextPage) -> tuple[str, list[Ruled]] | None:
    """The text of a page with a mark, on its line, for each table; None where there is no table."""
    if not (found := grids(page)):
        return None
    text = layer.get_text_range().replace("\ufffe", "\x02").replace(MARK, " ")
    if len(text) != layer.count_chars():
        return None
    filled = [_Filled(grid, grid.cells()) for grid in found]
    pieces = list(_pieces(page, layer, text, filled))
    for piece, after in zip(pieces, [*pieces[1:], None], strict=True):
        if piece.cell:
            here = filled[piece.grid]
            goes_on = after and after.grid == piece.grid and after.cell is piece.cell
            words = text[piece.start : after.start if after and goes_on else piece.end]
            here.first.setdefault(piece.cell.at, piece.start)
            here.said[piece.cell.at] = (
                here.said.get(piece.cell.at, "") + words + "\n" * (not goes_on)
            )
    kept = [n for n, one in enumerate(filled) if one.is_table()]
    return (_flow(text, pieces, kept), [_ruled(layer, filled[n]) for n in kept]) if kept else None


def _pieces(
    page: pypdfium2.PdfPage, layer: pypdfium2.PdfTextPage, text: str, filled: Sequence[_Filled]
) -> Iterator[_Piece]:
    """The words of a page in the order of its text."""
    sheet = Box(*page.get_bbox())
    x, y = c_double(), c_double()
    pointers = byref(x), byref(y)
    raw = layer.raw

    def where(index: int) -> tuple[int, Span | None]:
        FPDFText_GetCharOrigin(raw, index, *pointers)
        point = x.value, y.value
        if not sheet.holds(*point):
            return HIDDEN, None
        for n, one in enumerate(filled):
            if place := one.grid.place(*point):
                return n, one.cells[place]
        return TEXT, None

    for word in re.finditer(r"\S+", text):
        start, end = word.span()
        here = where(start)
        if here[1] is None or end - start == 1 or here == where(end - 1):
            yield _Piece(start, end, *here)
        else:
            yield from (_Piece(n, n + 1, *where(n)) for n in range(start, end))


def _ruled(layer: pypdfium2.PdfTextPage, filled: _Filled) -> Ruled:
    grid, said = filled.grid, filled.texts()
    columns = range(grid.columns)
    places = [[filled.cells[row, n] for n in columns] for row in range(grid.rows)]
    across = [row[0].across == grid.columns for row in places]
    body = [*across, False].index(False)  # below the title
    rows = [
        [
            Cell([Block(said.get(cell.at, ""))], cell.across, cell.down)
            for n, cell in enumerate(row)
            if cell.at == (at, n)
        ]
        for at, row in enumerate(places)
    ]
    bold = [
        all(_is_bold(layer, filled.first[cell.at]) for cell in row if cell.at in said)
        for row in places[body:]
    ]
    shaded = [all(grid.shaded(row, n) for n in columns) for row in range(body, grid.rows)]
    texts = [[said.get(cell.at, "") for cell in row] for row in places[body:]]
    title = "\n".join(filter(None, (row[0].text for row in rows[:body] if row)))
    return Ruled(title, rows[body:], _headings(texts, (bold, shaded)), grid.xs)


def _headings(rows: Sequence[Sequence[str]], marks: Iterable[Sequence[bool]]) -> int:
    """How many rows name the columns: those that are marked, or one of words above numbers.

    A row of names leaves at most one column without; `marks` say which rows are bold or shaded.
    """
    names = [len(set(row)) > 1 and sum(map(bool, row)) >= len(row) - 1 for row in rows]
    for marked in marks:
        lead = [*(a and b for a, b in zip(marked, names, strict=True)), False].index(False)
        if 0 < lead < min(len(rows), MOST + 1) and not any(marked[lead : lead + 2]):
            return lead
    first, *others = rows
    columns = [list(filter(None, column)) for column in zip(*others, strict=True)]
    numbers = any(column and all(map(_is_number, column)) for column in columns)
    return int(numbers and names[0] and not re.search(r"\d", YEAR.sub("", " ".join(first))))


def _is_number(text: str) -> bool:
    return any(map(str.isdigit, text)) and not any(map(str.isalpha, text))


def _is_bold(layer: pypdfium2.PdfTextPage, index: int) -> bool:
    name = create_string_buffer(128)
    FPDFText_GetFontInfo(layer, index, name, len(name), byref(c_int()))
    return BOLD.search(name.value) is not None


def _flow(text: str, pieces: Iterable[_Piece], kept: Sequence[int]) -> str:
    """The words outside of tables as they stand, each table's mark where it begins."""
    flow = ""
    seen: set[int] = set()
    last = 0  # where the words that were taken end; -1 after others
    for piece in pieces:
        if piece.grid == HIDDEN or piece.grid in kept:
            if piece.grid not in {HIDDEN, *seen}:
                seen.add(piece.grid)
                flow += f"\n\n{MARK}{kept.index(piece.grid)}\n\n"
            last = -1
            continue
        flow += ("\n" if last < 0 else text[last : piece.start]) + text[piece.start : piece.end]
        last = piece.end
    return flow
