"""The numbers that a word processor shows and does not store: « 1. », « b) », « Article 3 – »."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

ROMAN = [
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Level:
    """How a level is numbered: `format` is that of ODF (1, a, A, i, I), 01, • or nothing.

    In `template`, %1 stands for the number of the first level, %2 for that of the second.
    """

    format: str
    template: str
    start: int = 1


@dataclass(slots=True)
class Counters:
    """The numbers that one list has reached, by level from 0."""

    levels: Mapping[int, Level]
    reached: dict[int, int] = field(default_factory=dict)

    def next(self, level: int, start: int | None = None) -> str:
        """The mark of the next paragraph of a level; those below it start again."""
        style = self.levels.get(level, Level("•", ""))
        self.reached[level] = start or self.reached.get(level, style.start - 1) + 1
        self.reached = {n: count for n, count in self.reached.items() if n <= level}
        if style.format == "•":
            return "-"
        return re.sub(r"%(\d+)", lambda match: self._number(int(match[1]) - 1), style.template)

    def _number(self, level: int) -> str:
        style = self.levels.get(level, Level("1", ""))
        return written(self.reached.get(level, style.start), style.format)


def written(number: int, format: str) -> str:
    """A number in letters (27 is aa, as ODF and Word count), in Roman or in Arabic numerals."""
    if format in ("a", "A") and number > 0:
        letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letters.upper() if format == "A" else letters
    if format in ("i", "I") and 0 < number < 4000:
        roman = _roman(number)
        return roman.upper() if format == "I" else roman
    return f"{number:02d}" if format == "01" else str(number) if format else ""


def _roman(number: int) -> str:
    said = ""
    for value, letters in ROMAN:
        said += letters * (number // value)
        number %= value
    return said
