"""HTML: the main content, without menus, scripts, form fields and footers."""

from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from corpus.document import Block
from corpus.readers.text import decode

FURNITURE = (
    "script, style, noscript, template, nav, footer, aside, iframe, svg, dialog, "
    "button, label, legend, select, textarea, "
    "[hidden], [aria-hidden=true], [role=navigation], [role=banner], [role=search]"
)
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
BLOCKS = HEADINGS | {
    "p", "div", "section", "article", "header", "ul", "ol", "li", "dl", "dt", "dd", "table", "tr",
    "td", "th", "caption", "blockquote", "pre", "figure", "figcaption", "address", "center", "hr",
    "details", "summary", "form", "fieldset",
}  # fmt: skip


def read(data: bytes) -> tuple[list[Block], str]:
    """The blocks of a page's main content, and its <title>."""
    tree = LexborHTMLParser(decode(data))
    title = tree.css_first("title")
    declared = " ".join(title.text().split()) if title else ""
    root = tree.css_first("main") or tree.css_first("[role=main]") or tree.body
    if root is None:
        return [], declared
    for node in root.css(FURNITURE):
        node.decompose()
    return [block for block in _blocks(root) if block.text], declared


def _blocks(node: LexborNode) -> Iterator[Block]:
    """The blocks under a node: headings, rows of tables, and what holds no block of its own."""
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
        elif tag == "tr" and child.css_first("table") is None:
            yield Block(" | ".join(_words(_inline(cell)) for cell in child.iter()))
        elif _holds_blocks(child):
            yield from _blocks(child)
        elif text := _words(_inline(child)):
            yield Block(f"- {text}" if tag == "li" else text)
    yield Block(_words(loose))


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
