"""ODT: paragraphs, headings, lists, tables, notes and text boxes, as LibreOffice shows them.

The format is plain enough for lxml: elements are named after what they are.
"""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from corpus.document import Block
from corpus.errors import CannotRead
from corpus.readers import archive, parts
from corpus.readers.odt_styles import NAMES, Styles, attribute, integer, name

TYPE = "application/vnd.oasis.opendocument.text"
GONE = {
    "tracked-changes", "annotation", "forms", "sequence-decls", "table-of-content", "number",
    "alphabetical-index", "illustration-index", "table-index", "user-index", "variable-decls",
    "title", "desc", "note-citation", "ruby-text", "bibliography", "object-index",
}  # fmt: skip
SPACE = re.compile(r"[ \t\r\n]+")


def read(data: bytes) -> tuple[list[Block], str]:
    """The blocks of a document's body, and the title of its properties.

    Raises:
        CannotRead: the file is no ODT, is encrypted, or would unpack to too much.
    """
    members = archive.checked(data, "OpenDocument", ".odt")
    names = members.namelist()
    if "encrypted-package" in names or (
        "META-INF/manifest.xml" in names
        and b"encryption-data" in members.read("META-INF/manifest.xml")
    ):
        raise CannotRead(archive.LOCKED)
    if "mimetype" not in names or not members.read("mimetype").decode().startswith(TYPE):
        raise CannotRead("n'est pas un document OpenDocument : vérifiez son extension (.odt).")
    content = _parsed(members.read("content.xml"))
    sheets = [_parsed(members.read("styles.xml"))] if "styles.xml" in names else []
    body = content.find("office:body/office:text", NAMES)
    story = _Story(Styles([*sheets, content]))
    blocks = parts.gather(story.blocks(body))
    meta = _parsed(members.read("meta.xml")) if "meta.xml" in names else content
    return blocks, parts.declared_title(meta.findtext(".//dc:title", "", NAMES))


def _parsed(data: bytes) -> Any:
    """The tree of a member; entities are not resolved and nothing is fetched."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(data, parser)


class _Story:
    """The reading of one document, from its first block to its last."""

    def __init__(self, styles: Styles) -> None:
        self.styles = styles
        self.noted = 0
        self.later: list[Any] = []  # boxes and notes met inside a paragraph

    def blocks(self, container: Any, styled: str = "") -> Iterator[Block]:
        """The blocks of the body, of a cell, of a box or of a note, in order.

        `styled` is the style of the list that holds a list without one.
        """
        for child in container:
            tag = name(child)
            if tag in GONE or attribute(child, "text:display") == "none":
                continue
            if tag in ("p", "h"):
                yield from self._paragraph(child)
            elif tag == "list":
                yield from self._list(child, styled)
            elif tag == "table":
                yield from self._table(child)
            else:
                yield from self.blocks(child, styled)

    def _paragraph(self, element: Any) -> Iterator[Block]:
        above, self.later = self.later, []
        text = self._text(element)
        later, self.later = self.later, above
        text = "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()
        level = self.styles.level(element)
        if level and text:
            number = self.styles.heading_number(element) if name(element) == "h" else ""
            yield Block(" ".join(f"{number} {text}".split()), level)
        elif text:
            yield Block(text)
        for put_off in later:
            if name(put_off) == "text-box":
                yield from self.blocks(put_off)
            else:
                yield self._note(put_off)

    def _note(self, note: Any) -> Block:
        self.noted += 1
        return parts.note(self.noted, self.blocks(note))

    def _text(self, element: Any) -> str:
        """The text below an element; what stands apart from it is put off."""
        text = SPACE.sub(" ", element.text or "")
        for child in element:
            tag = name(child)
            if tag in ("note", "text-box"):
                self.later.append(child)
            elif tag == "s":
                text += " "
            elif tag in ("tab", "line-break"):
                text += "\n" if tag == "line-break" else " "
            elif tag and tag not in GONE:
                text += self._text(child)
            text += SPACE.sub(" ", child.tail or "")
        return text

    def _list(self, element: Any, styled: str, depth: int = 0) -> Iterator[Block]:
        style = attribute(element, "text:style-name") or styled
        counters = self.styles.counters(style, element, inside=depth > 0 and style == styled)
        for item in element:
            if name(item) not in ("list-item", "list-header"):
                continue
            mark = ""
            if name(item) == "list-item" and name(next(iter(item), None)) != "list":
                mark = counters.next(depth, integer(item, "text:start-value", 0) or None)
            for child in item:
                if name(child) == "list":
                    yield from self._list(child, style, depth + 1)
                    continue
                for block in self.blocks([child], style):
                    yield _item(block, mark)
                    mark = ""

    def _table(self, table: Any) -> Iterator[Block]:
        rows, headings = _rows(table)
        cells = [
            [
                parts.Cell(
                    list(self.blocks(cell)),
                    integer(cell, "table:number-columns-spanned", 1),
                    integer(cell, "table:number-rows-spanned", 1),
                )
                for cell in row
                for _ in range(min(parts.WIDEST, integer(cell, "table:number-columns-repeated", 1)))
                if name(cell) == "table-cell"
            ]
            for row in rows
        ]
        named = bool(rows) and len(rows) > 1 and all(map(self.styles.is_heading, rows[0]))
        yield from parts.table(cells, headings or int(named))


def _item(block: Block, mark: str) -> Block:
    """A block of an item: a heading is one that the list numbers, a table stays whole."""
    if block.level:
        return Block(f"{mark.removeprefix('-')} {block.text}".strip(), block.level)
    if isinstance(block, parts.Table | parts.Item):
        return block
    return parts.Item(block.text, mark=mark)


def _rows(table: Any) -> tuple[list[Any], int]:
    """The rows of a table, without those of the tables inside it, and how many are its heading."""
    rows: list[Any] = []
    headings = 0
    for child in table:
        if name(child) == "table-row":
            rows.append(child)
        elif name(child) in ("table-header-rows", "table-row-group", "table-rows"):
            inner, _ = _rows(child)
            rows += inner
            headings += len(inner) if name(child) == "table-header-rows" else 0
    return rows, headings
