"""The rows and merged cells of a DOCX table; `table`, `row` and `cell` are its XML elements."""

from collections.abc import Sequence
from typing import Any

from corpus.readers.docx_styles import MAIN, bold, value

Row = dict[int, Any]  # the cells by the column in which they start


def grid_of(table: Any) -> list[Row]:
    """The rows of a table, without those of the tables inside it."""
    rows = []
    for row in _own(table, "tr"):
        at = int(value(row, "trPr/gridBefore", "0"))
        cells: Row = {}
        for cell in _own(row, "tc"):
            cells[at] = cell
            at += width(cell)
        rows.append(cells)
    return rows


def width(cell: Any) -> int:
    """How many columns a cell covers."""
    return int(value(cell, "tcPr/gridSpan", "1"))


def height(rows: Sequence[Row], column: int) -> int:
    """How many rows the cell covers that starts at a column of the first of them."""
    covered = 1
    while covered < len(rows) and column in rows[covered] and goes_on(rows[covered][column]):
        covered += 1
    return covered


def goes_on(cell: Any) -> bool:
    """Whether a cell is the rest of the one above it."""
    return bool(value(cell, "tcPr/vMerge", "") == "continue")


def heading_rows(table: Any, rows: Sequence[Row], styled: bool) -> int:
    """How many rows name the columns: those repeated on each page, or else a bold first one.

    `styled` says whether the table's style sets its first row apart.
    """
    repeated = [
        value(row, "trPr/tblHeader", "0") in ("continue", "1", "true", "on")
        for row in _own(table, "tr")
    ]
    if any(repeated[:1]):
        return [*repeated, False].index(False)
    if len(rows) < 2 or len(rows[0]) < 2:
        return 0
    first, second = (all(map(bold, row.values())) for row in rows[:2])
    return int(styled or (first and not second))


def _own(element: Any, name: str) -> list[Any]:
    """The rows of a table or the cells of a row, those inside content controls included."""
    found = []
    for child in element:
        if child.tag == f"{MAIN}{name}":
            found.append(child)
        elif child.tag in (f"{MAIN}sdt", f"{MAIN}sdtContent", f"{MAIN}customXml"):
            found.extend(_own(child, name))
    return found
