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

BETWEEN, HEAD = " | ", " : "  # cells, and the head of a cell and what it holds
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
        return any(map(str.isdigit, self.value)) and not WORDS.search(self.value)


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
    start = 0
    for line in text.split("\n"):
        if HEAD in line and BETWEEN in line:
            yield Row(Span(start, start + len(line)), tuple(_cells(line, start)))
        start += len(line) + 1


def _cells(line: str, start: int) -> Iterator[Cell]:
    """The cells of a row that starts there in the text."""
    for part in line.split(BETWEEN):
        head, told, value = part.partition(HEAD)
        head, value = (head, value) if told else ("", part)
        if value.strip():
            at = start + len(part) - len(value)
            yield Cell(head, value, Span(at, at + len(value)))
        start += len(part) + len(BETWEEN)


def stems(text: str) -> set[str]:
    """The words of a text, as the index has them."""
    return {term.stem for term in analyze(text)}
