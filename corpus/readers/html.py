"""HTML: the main content, without menus, scripts, banners, share bars, form fields, footers."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from corpus.document import Block
from corpus.readers import parts
from corpus.readers.furniture import main_content
from corpus.readers.text import decode

CHARSET = re.compile(
    rb"""<(?:meta\b|\?xml\b)[^>]*?(?:charset|encoding)\s*=\s*["']?([\w-]+)""", re.I
)
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
BLOCKS = HEADINGS | {
    "p", "div", "section", "article", "header", "ul", "ol", "li", "dl", "dt", "dd", "table", "tr",
    "td", "th", "caption", "blockquote", "pre", "figure", "figcaption", "address", "center", "hr",
    "details", "summary", "form", "fieldset",
}  # fmt: skip


def read(data: bytes) -> tuple[list[Block], str]:
    """The blocks of a page's main content, and its <title>."""
    charset = CHARSET.search(data[:4096])
    page = decode(data, charset[1].decode("ascii", "replace") if charset else "")
    title = LexborHTMLParser(page).css_first("title")
    return blocks(page), " ".join(title.text().split()) if title else ""


def blocks(page: str) -> list[Block]:
    """The blocks of a page's main content."""
    root = main_content(LexborHTMLParser(page))
    return parts.gather(_blocks(root)) if root is not None else []


def _blocks(node: LexborNode) -> Iterator[Block]:
    """The blocks under a node: headings, lists, tables, and what holds no block of its own."""
    loose = ""
    for child in node.iter(include_text=True):
        tag = child.tag or ""
        if tag not in BLOCKS and not _holds_blocks(child):
            loose += _inline(child)
            continue
        yield Block(_words(loose))
        loose = ""
        if tag in HEADINGS:
            yield Block(_words(_inline(child)), int(tag[1]))
        elif tag in ("ul", "ol"):
            yield from _list(child)
        elif tag == "table":
            yield from _table(child)
        elif _holds_blocks(child):
            yield from _blocks(child)
        else:
            yield Block(_words(_inline(child)))
    yield Block(_words(loose))


def _list(node: LexborNode) -> Iterator[Block]:
    """The items of a list and of those inside it, each with its bullet or number."""
    number = _integer(node, "start", 1)
    for child in node.iter():
        if child.tag in ("ul", "ol"):  # often written so, though not allowed
            yield from _list(child)
            continue
        number = _integer(child, "value", number)
        mark = f"{number}." if node.tag == "ol" else "-"
        number += 1
        for block in _blocks(child):
            if block.level or isinstance(block, parts.Item | parts.Table):
                yield block
            elif block.text:
                yield parts.Item(block.text, mark=mark)
                mark = ""


def _table(node: LexborNode) -> Iterator[Block]:
    for caption in _own(node, "caption"):
        yield Block(_words(_inline(caption)))
    rows = [_own(row, "td", "th") for row in _own(node, "tr")]
    headings = 0
    while headings < len(rows) - 1 and all(cell.tag == "th" for cell in rows[headings]):
        headings += 1
    cells = [
        [
            parts.Cell(
                list(_blocks(cell)), _integer(cell, "colspan", 1), _integer(cell, "rowspan", 1)
            )
            for cell in row
        ]
        for row in rows
    ]
    yield from parts.table(cells, headings or len(_heads(node)))


def _heads(node: LexborNode) -> list[LexborNode]:
    """The rows of a table's <thead>."""
    return [row for child in node.iter() if child.tag == "thead" for row in _own(child, "tr")]


def _own(node: LexborNode, *tags: str) -> list[LexborNode]:
    """The nodes of a table that have one of the tags, those of the tables inside it left out."""
    found = []
    for child in node.iter():
        if child.tag in tags:
            found.append(child)
        elif child.tag in ("thead", "tbody", "tfoot"):
            found += _own(child, *tags)
    return found


def _integer(node: LexborNode, attribute: str, missing: int) -> int:
    written = node.attributes.get(attribute) or ""
    return int(written) if written.isascii() and written.isdigit() and len(written) < 6 else missing


def _holds_blocks(node: LexborNode) -> bool:
    return any(child.tag in BLOCKS or _holds_blocks(child) for child in node.iter())


def _inline(node: LexborNode) -> str:
    """The text of a node; line breaks and the blocks in a cell tell its words apart."""
    if node.tag == "-text":
        return node.text()
    text = "".join(_inline(child) for child in node.iter(include_text=True))
    return f" {text} " if node.tag == "br" or node.tag in BLOCKS else text


def _words(text: str) -> str:
    return " ".join(text.split())
