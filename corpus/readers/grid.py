"""The grids that the lines of a PDF page make, and the cells in them."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

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
    """Lines that cross: `xs` from left to right, `ys` from bottom to top; `shades` lie under."""

    xs: Sequence[float]
    ys: Sequence[float]
    across: Sequence[Rule]
    down: Sequence[Rule]
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
        x, y = _middle(self.xs, column), _middle(self.ys, self.rows - 1 - row)
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
        while right < self.columns and not ((row, right) in taken or self._left(row, right)):
            right += 1
        inside = range(column, right)
        below = row + 1
        while below < self.rows and not any(
            (below, n) in taken or self._above(below, n) or (n > column and self._left(below, n))
            for n in inside
        ):
            below += 1
        ends = [y for y in (row, below) if 0 < y < self.rows]  # a page break leaves them open
        closed = all(
            self._left(y, x) for y, x in product(range(row, below), (column, right))
        ) and all(self._above(y, x) for y, x in product(ends, inside))
        return Span((row, column), below - row, right - column, closed)

    def _above(self, row: int, column: int) -> bool:
        """Whether a line parts a place from the one above it; row `rows` is below all."""
        return _ruled(self.across, self.ys[-1 - row], _middle(self.xs, column))

    def _left(self, row: int, column: int) -> bool:
        """Whether a line parts a place from the one to its left."""
        return _ruled(self.down, self.xs[column], _middle(self.ys, self.rows - 1 - row))


def grids(page: pypdfium2.PdfPage) -> list[Grid]:
    """The grids of at least two rows and two columns, from the top of the page."""
    lines, shades = drawn(page)
    made = [
        Grid(_places(down), _open(_places(across), down), across, down, shades)
        for across, down in crossing(lines)
    ]
    return sorted((g for g in made if min(g.rows, g.columns) > 1), key=lambda g: -g.ys[-1])


def _places(rules: Iterable[Rule]) -> list[float]:
    return sorted({rule.at for rule in rules})


def _open(ys: list[float], down: Sequence[Rule]) -> list[float]:
    """The places of rows, with those that a page break leaves without a line."""
    for end in (min(rule.start for rule in down), max(rule.end for rule in down)):
        beyond = min(abs(end - y) for y in ys) > NEAR
        if beyond and sum(min(abs(r.start - end), abs(r.end - end)) <= NEAR for r in down) > 1:
            ys = sorted([*ys, end])
    return ys


def _ruled(rules: Iterable[Rule], at: float, place: float) -> bool:
    return any(rule.at == at and rule.spans(place) for rule in rules)


def _middle(places: Sequence[float], n: int) -> float:
    return (places[n] + places[n + 1]) / 2
