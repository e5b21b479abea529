"""What the readers share: lists as lines, tables as rows that read alone, titles worth having."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpus.document import Block

GENERIC_TITLE = re.compile(
    r"^(microsoft word|untitled|sans titre|document\d*$|word document$|présentation powerpoint)"
    r"|\.[a-z]{2,8}$",
    re.I,
)
WIDEST = 64  # columns that a merged cell covers, at the most
LONGEST_CELL = 1000  # characters: a longer cell is text in a frame, not data


@dataclass(frozen=True, slots=True)
class Item(Block):
    """A paragraph of a list with its mark; without a mark, it goes on with the item above."""

    mark: str = ""


@dataclass(frozen=True, slots=True)
class Table(Block):
    """The rows of a table, each on its line."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell holds, and how many columns and rows it covers."""

    blocks: Sequence[Block]
    across: int = 1
    down: int = 1

    @property
    def text(self) -> str:
        lines = (f"{b.mark} {b.text}" if isinstance(b, Item) else b.text for b in self.blocks)
        return " ".join(" ".join(lines).split())


def declared_title(title: str | None) -> str:
    """The title that a file declares, unless a program made it up."""
    title = " ".join((title or "").split())
    return "" if GENERIC_TITLE.search(title) else title


def note(number: int, blocks: Iterable[Block]) -> Block:
    """A footnote as a paragraph of its own."""
    words = " ".join(block.text for block in blocks).split()
    return Block(f"Note {number} : {' '.join(words)}")


def gather(blocks: Iterable[Block]) -> list[Block]:
    """The blocks that have text, the items of a list in one block, each on its line."""
    gathered: list[Block] = []
    in_list = False
    for block in blocks:
        if not block.text.strip():
            continue
        if isinstance(block, Item):
            line = f"{block.mark} {block.text}".strip()
            if in_list:
                above = gathered.pop().text
                line = f"{above}{chr(10) if block.mark else ' '}{line}"
            gathered.append(Block(line))
        else:
            gathered.append(Block(block.text, block.level, block.page))
        in_list = isinstance(block, Item)
    return gathered


def table(rows: Sequence[Sequence[Cell]], headings: int) -> Iterator[Block]:
    """A table as one block, or the blocks of its cells where it only lays out a page.

    The first `headings` rows name the columns.
    """
    grid = _spread(rows)
    cells = list({id(cell): cell for row in grid for cell in row}.values())
    frame = not headings and max(map(len, grid), default=0) == 1
    if frame or any(map(_lays_out, cells)):
        for cell in cells:
            yield from cell.blocks
    else:
        names = [
            " – ".join(dict.fromkeys(filter(None, names))) for names in _columns(grid[:headings])
        ]
        lines = [_row(row, names) for row in grid[headings:]]
        lines = [line for line in lines if line] or [_row(row, []) for row in grid[:headings]]
        yield Table("\n".join(lines))


def _lays_out(cell: Cell) -> bool:
    nested = any(isinstance(block, Table) or block.level for block in cell.blocks)
    return nested or sum(len(block.text) for block in cell.blocks) > LONGEST_CELL


def _spread(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """The rows with a merged cell at each of its places."""
    grid: list[dict[int, Cell]] = [{} for _ in rows]
    for n, row in enumerate(rows):
        at = 0
        for cell in row:
            while at in grid[n]:
                at += 1
            columns = range(at, at + max(1, min(cell.across, WIDEST)))
            for places in grid[n : n + max(1, cell.down)]:
                for column in columns:
                    places.setdefault(column, cell)
            at = columns.stop
    return [[places[column] for column in sorted(places)] for places in grid]


def _columns(rows: Sequence[Sequence[Cell]]) -> list[list[str]]:
    """The texts of the rows by column."""
    width = max(map(len, rows), default=0)
    return [[row[n].text for row in rows if n < len(row)] for n in range(width)]


def _row(cells: Sequence[Cell], names: Sequence[str]) -> str:
    """A row as « Site : Nord | Prix : 12 € »; a cell across the whole table stands alone."""
    alone = all(cell is cells[0] for cell in cells)
    said = []
    for n, cell in enumerate(cells):
        if cell.text and not (n and cell is cells[n - 1]):
            name = "" if (alone and len(cells) > 1) or n >= len(names) else names[n].rstrip(" :")
            said.append(f"{name} : {cell.text}" if name else cell.text)
    return " | ".join(said)
