"""HTML: the main content, without menus, scripts, forms and footers."""

from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from corpus.document import Block
from corpus.readers.text import decode

FURNITURE = (
    "script, style, noscript, template, nav, footer, aside, form, iframe, svg, button, dialog, "
    "[hidden], [aria-hidden=true], [role=navigation], [role=banner], [role=search]"
)
BLOCKS = {"p", "li", "tr", "blockquote", "pre", "dt", "dd", "figcaption", "address", "caption"}
CONTAINERS = {
    "body", "main", "article", "section", "div", "header", "ul", "ol", "dl", "table", "thead",
    "tbody", "tfoot", "figure", "details", "center", "fieldset", "hgroup",
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
    loose: list[str] = []
    for child in node.iter(include_text=True):
        tag = child.tag or ""
        if tag not in CONTAINERS | BLOCKS and not _heading(tag):
            loose.append("\n" if tag == "br" else child.text())
            continue
        if text := _tidy("".join(loose)):
            yield Block(text)
        loose = []
        if level := _heading(tag):
            yield Block(" ".join(child.text().split()), level)
        elif tag in CONTAINERS or (tag in {"li", "blockquote", "dd"} and _has_blocks(child)):
            yield from _blocks(child)
        else:
            yield Block(_text(child, tag))
    if text := _tidy("".join(loose)):
        yield Block(text)


def _heading(tag: str) -> int:
    return int(tag[1]) if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456" else 0


def _has_blocks(node: LexborNode) -> bool:
    return node.css_first("p, ul, ol, table, div, h1, h2, h3, h4") is not None


def _text(node: LexborNode, tag: str) -> str:
    if tag == "tr":
        return " | ".join(" ".join(cell.text().split()) for cell in node.css("th, td"))
    text = _tidy(node.text(separator=""))
    return f"- {text}" if tag == "li" and text else text


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return " ".join(line for line in lines if line)
