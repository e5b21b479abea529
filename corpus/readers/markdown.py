"""Markdown, as markdown-it parses it (CommonMark with tables)."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from corpus.document import Block
from corpus.readers import html, parts
from corpus.readers.text import decode

PARSER = MarkdownIt("commonmark").enable("table")
FRONT_MATTER = re.compile(r"\A---\n\w+:.*?\n---\n", re.DOTALL)


def read(data: bytes) -> tuple[list[Block], str]:
    """The paragraphs, items, table rows and headings of a Markdown file, without their marks."""
    tokens = PARSER.parse(FRONT_MATTER.sub("", decode(data)))
    return [block for block in _blocks(tokens) if block.text.strip()], ""


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    items: list[str] = []  # lines of the list or table that is open
    rows: list[list[parts.Cell]] = []
    numbers: list[int] = []  # of the next item of each open list; 0 where it has none
    for before, token in pairwise([Token("", "", 0), *tokens]):
        kind = token.type
        if kind in ("bullet_list_open", "ordered_list_open"):
            numbers.append(int(token.attrs.get("start", 1)) if kind[0] == "o" else 0)
        elif kind in ("bullet_list_close", "ordered_list_close"):
            numbers.pop()
        elif kind == "list_item_open":
            items.append(f"{numbers[-1]}." if numbers[-1] else "-")
            numbers[-1] += bool(numbers[-1])
        elif kind == "tr_open":
            rows.append([])
        elif kind == "table_close":
            items += [block.text for block in parts.table(rows, headings=1)]
            rows = []
        elif kind == "html_block":
            yield from html.blocks(token.content)
        elif before.type in ("th_open", "td_open"):
            rows[-1].append(parts.Cell([Block(_plain(token))]))
        elif kind in ("inline", "fence", "code_block"):
            level = int(before.tag[1]) if before.type == "heading_open" else 0
            if numbers:
                items.append(f"{items.pop() if items else ''} {_plain(token)}".strip())
            else:
                yield Block(_plain(token), level)
        if items and not numbers and kind.endswith(("list_close", "table_close")):
            yield Block("\n".join(items))
            items = []


def _plain(token: Token) -> str:
    """The text of a token as a reader of the rendered page would see it."""
    if token.children is None:
        return token.content
    return "".join(map(_visible, token.children))


def _visible(child: Token) -> str:
    if child.type == "html_inline":
        return " " if child.content.startswith("<br") else ""
    return {"softbreak": " ", "hardbreak": "\n"}.get(child.type, child.content)
