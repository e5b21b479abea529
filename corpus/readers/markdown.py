"""Markdown, as markdown-it parses it (CommonMark with tables)."""

from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from corpus.document import Block
from corpus.readers.text import decode

PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")


def read(data: bytes) -> tuple[list[Block], str]:
    """The paragraphs, items, table rows and headings of a Markdown file, without their marks."""
    tokens = PARSER.parse(decode(data))
    return [block for block in _blocks(tokens) if block.text.strip()], ""


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    level = 0
    items: list[str] = []  # lines of the list that is open
    row: list[str] = []
    depth = 0
    number: list[int] = []
    for token in tokens:
        kind = token.type
        if kind in ("bullet_list_open", "ordered_list_open"):
            depth += 1
            number.append(int(token.attrs.get("start", 1)) if kind[0] == "o" else 0)
        elif kind in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
            number.pop()
            if not depth:
                yield Block("\n".join(items))
                items = []
        elif kind == "list_item_open":
            items.append(f"{number[-1]}." if number[-1] else "-")
            number[-1] += bool(number[-1])
        elif kind == "heading_open":
            level = int(token.tag[1])
        elif kind == "tr_close":
            items.append(" | ".join(row))
            row = []
        elif kind == "table_close":
            yield Block("\n".join(items))
            items = []
        elif kind in ("inline", "fence", "code_block"):
            text = _plain(token)
            if token.level and kind == "inline" and _in_cell(tokens, token):
                row.append(text)
            elif depth:
                items[-1] = f"{items[-1]} {text}"
            else:
                yield Block(text, level)
            level = 0


def _in_cell(tokens: Sequence[Token], inline: Token) -> bool:
    return tokens[tokens.index(inline) - 1].type in ("th_open", "td_open")


def _plain(token: Token) -> str:
    """The text of a token as a reader of the rendered page would see it."""
    if token.children is None:
        return token.content
    breaks = {"softbreak": " ", "hardbreak": "\n"}
    return "".join(breaks.get(child.type, child.content) for child in token.children)
