"""What the styles of an ODT say: the level of a heading, the number of headings and items."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from corpus.readers.numbering import Counters, Level

OASIS = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
NAMES = {
    **{prefix: OASIS.format(prefix) for prefix in ("office", "text", "table", "style")},
    "dc": "http://purl.org/dc/elements/1.1/",
    "xml": "http://www.w3.org/XML/1998/namespace",
}
HEADING = re.compile(r"Heading_20_(\d)")  # also of a mere paragraph, where RTF was converted
BULLET = Level("•", "")


def name(element: Any) -> str:
    """The local name of an element; empty for a comment and for none."""
    tag = getattr(element, "tag", None)
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Any, qualified: str) -> str:
    """An attribute by its prefixed name; empty where there is none."""
    prefix, _, local = qualified.partition(":")
    return str(element.get(f"{{{NAMES[prefix]}}}{local}", ""))


def integer(element: Any, qualified: str, missing: int) -> int:
    """An attribute that is a number from 0 to what a page can hold."""
    written = attribute(element, qualified)
    return min(int(written), 100_000) if written.isdigit() else missing


class Styles:
    """The styles of a document; asked for its headings and lists in order, for it counts."""

    def __init__(self, sheets: Iterable[Any]) -> None:
        self._styles: dict[str, Any] = {}
        self._lists: dict[str, dict[int, Level]] = {}
        self._counters: dict[str, Counters] = {}
        self._outline = Counters({})
        for sheet in sheets:
            for style in sheet.iter(f"{{{NAMES['style']}}}style"):
                self._styles[attribute(style, "style:name")] = style
            for style in sheet.iter(f"{{{NAMES['text']}}}list-style"):
                self._lists[attribute(style, "style:name")] = _levels(style)
            for style in sheet.iter(f"{{{NAMES['text']}}}outline-style"):
                self._outline = Counters(_levels(style))
        texts = (p for p in sheet.iter(f"{{{NAMES['text']}}}p") if self._is(p, "Title"))
        self._titled = any("".join(p.itertext()).strip() for p in texts)

    def level(self, paragraph: Any) -> int:
        """The heading level, 0 for body text; the document's title is above its headings."""
        if self._is(paragraph, "Title"):
            return 1
        styled = map(HEADING.fullmatch, self._chain(attribute(paragraph, "text:style-name")))
        level = next((int(match[1]) for match in styled if match), 0)
        if name(paragraph) == "h":
            level = integer(paragraph, "text:outline-level", 1)
        return level and level + self._titled

    def heading_number(self, heading: Any) -> str:
        """The number of a heading, as the outline counts; its own list numbers any other."""
        level = integer(heading, "text:outline-level", 1) - 1
        return self._outline.next(level) if level in self._outline.levels else ""

    def counters(self, style: str, element: Any, inside: bool) -> Counters:
        """The counters of a list: those of its style where it goes on or is `inside` another of
        that style, else new ones.
        """
        goes_on = attribute(element, "text:continue-numbering") == "true" or attribute(
            element, "text:continue-list"
        )
        if style not in self._counters or not (goes_on or inside):
            self._counters[style] = Counters(self._lists.get(style, {}))
        return self._counters[style]

    def is_heading(self, cell: Any) -> bool:
        """Whether a cell is written in the style of table headings."""
        paragraphs = list(cell.iter(f"{{{NAMES['text']}}}p"))
        return name(cell) != "table-cell" or (
            bool(paragraphs) and all(self._is(p, "Table_20_Heading") for p in paragraphs)
        )

    def _is(self, paragraph: Any, wanted: str) -> bool:
        return wanted in self._chain(attribute(paragraph, "text:style-name"))

    def _chain(self, style: str) -> Iterator[str]:
        """A style and those on which it is based."""
        seen: set[str] = set()
        while style and style not in seen:
            seen.add(style)
            yield style
            above = self._styles.get(style)
            style = "" if above is None else attribute(above, "style:parent-style-name")


def _levels(style: Any) -> dict[int, Level]:
    return {integer(level, "text:level", 1) - 1: _level(level) for level in style if name(level)}


def _level(level: Any) -> Level:
    if "number" not in name(level) and "outline" not in name(level):
        return BULLET
    number = integer(level, "text:level", 1)
    shown = integer(level, "text:display-levels", 1)
    numbers = ".".join(f"%{n}" for n in range(max(1, number - shown + 1), number + 1))
    format = attribute(level, "style:num-format")
    prefix, suffix = (attribute(level, f"style:num-{part}fix") for part in ("pre", "suf"))
    template = f"{prefix}{numbers}{suffix}" if format else f"{prefix}{suffix}".strip()
    return Level(format, template, integer(level, "text:start-value", 1))
