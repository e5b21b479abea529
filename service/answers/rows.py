"""The rows of tables: their names, and their other cells.

Readers write one as « Partie : Belluire | Participation : 150 000 € » (`corpus/readers/parts.py`).
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from indexer.lexical import analyze
from service.answers.names import YEAR
from service.answers.values import SUM
from service.search import Span

ROW = re.compile(r"^[^|\n]+ : [^|\n]+ \| [^\n]+$", re.MULTILINE)
CELL = re.compile(r"(?:(?P<head>[^|\n]+?) : )?(?P<value>[^|\n]+?)(?:\s+\|\s+|$)")
SHARE = re.compile(r"\d\s?%")
FIGURES = re.compile(r"[\d\W]+")
WORDS = re.compile(r"[^\W\d_]{6}")  # longer than units


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell, and where its value stands in the text."""

    head: str
    value: str
    span: Span

    @property
    def figured(self) -> bool:
        """Whether figures are all that it holds, with their unit."""
        return not WORDS.search(self.value)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, and where it stands in the text."""

    span: Span
    cells: tuple[Cell, ...]

    @property
    def names(self) -> Iterator[Cell]:
        """The cells that tell it from others: those with words, before its first sum or share."""
        for cell in self.cells:
            if SUM.search(cell.value) or SHARE.search(cell.value):
                return
            if not FIGURES.fullmatch(cell.value):
                yield cell

    def of_other_figures(self, asked: Collection[str]) -> bool:
        """Whether its names say figures, and others than the stems of a question: « lot 9 »."""
        figures = {stem for stem in asked if stem.isdigit() and not YEAR.fullmatch(stem)}
        own = ({stem for stem in stems(name.value) if stem.isdigit()} for name in self.names)
        return bool(figures) and any(not numbers <= figures for numbers in own)


def rows_of(text: str) -> Iterator[Row]:
    """The rows of all tables of a text, in its order."""
    for line in ROW.finditer(text):
        found = CELL.finditer(text, *line.span())
        cells = (Cell(c["head"] or "", c["value"], Span(*c.span("value"))) for c in found)
        yield Row(Span(*line.span()), tuple(cells))


def stems(text: str) -> set[str]:
    """The words of a text, as the index has them."""
    return {term.stem for term in analyze(text)}
