"""The grids that the lines of a PDF page make, and the cells in them."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, product

import pypdfium2

from corpus.readers.rulings import NEAR, Box, Rule, crossing, drawn

Place = tuple[int, int]  # row and column, from the top left


@dataclass(frozen=True, slots=True)
class Span:
    """A cell: its first place, what it covers, and whether lines close it on all sides."""

    at: Place
    down: int
    across: int
    closed: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """Lines that cross: `xs` from left to right, `ys` from bottom to top; `shades` lie under.

    A line parts the places of `above` from those above them, and those of `left` from those to
    their left; row `rows` is below all, column `columns` right of all.
    """

    xs: Sequence[float]
    ys: Sequence[float]
    above: frozenset[Place]
    left: frozenset[Place]
    shades: Sequence[Box]

    @property
    def rows(self) -> int:
        return len(self.ys) - 1

    @property
    def columns(self) -> int:
        return len(self.xs) - 1

    def place(self, x: float, y: float) -> Place | None:
        """Where a point lies; None outside of the grid."""
        if not (self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]):
            return None
        rows, columns = self.rows, self.columns
        return rows - bisect_right(self.ys, y, 0, rows), bisect_right(self.xs, x, 0, columns) - 1

    def shaded(self, row: int, column: int) -> bool:
        """Whether a place has a ground of its own."""
        x = (self.xs[column] + self.xs[column + 1]) / 2
        y = (self.ys[-1 - row] + self.ys[-2 - row]) / 2
        return any(shade.holds(x, y) for shade in self.shades)

    def cells(self) -> dict[Place, Span]:
        """The cell of each place: the widest, then highest, rectangles that no line parts."""
        found: dict[Place, Span] = {}
        for row, column in product(range(self.rows), range(self.columns)):
            if (row, column) not in found:
                cell = self._cell(row, column, found)
                below = range(row, row + cell.down)
                found |= dict.fromkeys(product(below, range(column, column + cell.across)), cell)
        return found

    def _cell(self, row: int, column: int, taken: dict[Place, Span]) -> Span:
        right = column + 1
        while right < self.columns and not ((row, right) in taken or (row, right) in self.left):
            right += 1
        inside = range(column, right)
        below = row + 1
        while below < self.rows and not any(
            (below, n) in taken
            or (below, n) in self.above
            or (n > column and (below, n) in self.left)
            for n in inside
        ):
            below += 1
        ends = [y for y in (row, below) if 0 < y < self.rows]  # a page break leaves them open
        closed = self.left.issuperset(
            product(range(row, below), (column, right))
        ) and self.above.issuperset(product(ends, inside))
        return Span((row, column), below - row, right - column, closed)


def grids(page: pypdfium2.PdfPage) -> list[Grid]:
    """The grids of at least two rows and two columns, from the top of the page."""
    lines, shades = drawn(page)
    made = [_grid(across, down, shades) for across, down in crossing(lines)]
    return sorted((g for g in made if min(g.rows, g.columns) > 1), key=lambda g: -g.ys[-1])


def _grid(across: Sequence[Rule], down: Sequence[Rule], shades: Sequence[Box]) -> Grid:
    xs = sorted({rule.at for rule in down})
    ys = _open(sorted({rule.at for rule in across}), down)
    last = len(ys) - 1
    columns, rows = _middles(xs), _middles(ys)
    above = {(last - ys.index(rule.at), n) for rule in across for n in _spanned(rule, columns)}
    left = {(last - 1 - n, xs.index(rule.at)) for rule in down for n in _spanned(rule, rows)}
    return Grid(xs, ys, frozenset(above), frozenset(left), shades)


def _open(ys: list[float], down: Sequence[Rule]) -> list[float]:
    """The places of rows, with those that a page break leaves without a line."""
    for end in (min(rule.start for rule in down), max(rule.end for rule in down)):
        beyond = min(abs(end - y) for y in ys) > NEAR
        if beyond and sum(min(abs(r.start - end), abs(r.end - end)) <= NEAR for r in down) > 1:
            ys = sorted([*ys, end])
    return ys


def _spanned(rule: Rule, middles: Sequence[float]) -> range:
    """The rows or columns, of these middles, that a line runs along."""
    first = bisect_left(middles, rule.start - NEAR)
    return range(first, bisect_right(middles, rule.end + NEAR))


def _middles(places: Sequence[float]) -> list[float]:
    return [(one + other) / 2 for one, other in pairwise(places)]
