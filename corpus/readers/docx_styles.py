"""What the styles and lists of a DOCX say of a paragraph: its heading level and its number."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from docx.document import Document

from corpus.readers.numbering import Counters, Level

MAIN = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FORMATS = {
    "bullet": "•",
    "decimalZero": "01",
    "none": "",
    "lowerLetter": "a",
    "upperLetter": "A",
    "lowerRoman": "i",
    "upperRoman": "I",
}
OFF = ("0", "false", "off", "none")


def name(element: Any) -> str:
    """The local name of an element; empty for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def value(element: Any, path: str, missing: str | None = None) -> Any:
    """The `val` of the element below at a path of local names; « continue » where it has none."""
    found = element.find(_qualified(path))
    return missing if found is None else found.get(f"{MAIN}val", "continue")


@cache
def _qualified(path: str) -> str:
    return "/".join(f"{MAIN}{step}" for step in path.split("/"))


def hidden(run: Any) -> bool:
    """Whether a run is hidden text."""
    return value(run, "rPr/vanish", "0") not in OFF


def bold(cell: Any) -> bool:
    """Whether a cell holds text, all of it bold."""
    runs = [run for run in cell.iter(f"{MAIN}r") if run.findtext(f"{MAIN}t")]
    return bool(runs) and all(value(run, "rPr/b", "0") not in OFF for run in runs)


class Styles:
    """The styles and lists of a document; asked for its paragraphs in order, for it counts."""

    def __init__(self, document: Document) -> None:
        root = document.styles.element
        self._styles = {style.get(f"{MAIN}styleId"): style for style in root.iter(f"{MAIN}style")}
        self._default = next(
            (s.get(f"{MAIN}styleId") for s in self._styles.values() if _is_default(s)), None
        )
        self._titled = any(
            self._name(p) == "title" and p.findtext(f".//{MAIN}t")
            for p in document.element.body.iter(f"{MAIN}p")
        )
        self._lists = _lists(document)

    def in_contents(self, paragraph: Any) -> bool:
        """Whether a paragraph is a line of a generated table of contents."""
        return self._name(paragraph).startswith(("toc ", "table of figures"))

    def level(self, paragraph: Any) -> int:
        """The heading level, 0 for body text; the document's title is above its headings."""
        if self._name(paragraph) == "title":
            return 1
        outline = next(
            (v for p in self._chain(paragraph) if (v := value(p, "pPr/outlineLvl"))), "9"
        )
        return int(outline) + 1 + self._titled if int(outline) < 9 else 0

    def mark(self, paragraph: Any) -> str:
        """The number or bullet before a paragraph; empty where it has none."""
        chain = list(self._chain(paragraph))
        number = next((v for p in chain if (v := value(p, "pPr/numPr/numId"))), "0")
        level = next((v for p in chain if (v := value(p, "pPr/numPr/ilvl"))), "0")
        counters = self._lists.get(number)
        return counters.next(int(level)) if counters else ""

    def heads_tables(self, table: Any) -> bool:
        """Whether the style of a table sets its first row apart, and the table uses that."""
        look = table.find(f"{MAIN}tblPr/{MAIN}tblLook")
        style = self._styles.get(value(table, "tblPr/tblStyle"))
        if look is None or style is None:
            return False
        used = look.get(f"{MAIN}firstRow", "") in ("1", "true", "on") or bool(
            int(look.get(f"{MAIN}val", "0"), 16) & 0x20
        )
        kinds = [part.get(f"{MAIN}type") for part in style.iter(f"{MAIN}tblStylePr")]
        return used and "firstRow" in kinds

    def _name(self, paragraph: Any) -> str:
        style = self._styles.get(value(paragraph, "pPr/pStyle", self._default))
        return str(value(style, "name", "")).lower() if style is not None else ""

    def _chain(self, paragraph: Any) -> Iterator[Any]:
        """The paragraph, its style, and the styles on which that is based."""
        yield paragraph
        seen = set()
        key = value(paragraph, "pPr/pStyle", self._default)
        while key in self._styles and key not in seen:
            seen.add(key)
            yield self._styles[key]
            key = value(self._styles[key], "basedOn")


def _is_default(style: Any) -> bool:
    return style.get(f"{MAIN}type") == "paragraph" and style.get(f"{MAIN}default") in ("1", "true")


def _lists(document: Document) -> dict[str, Counters]:
    """The counters by the id of their list; lists of one definition go on counting together."""
    try:
        root = document.part.numbering_part.element
    except (KeyError, NotImplementedError):  # a document without lists
        return {}
    defined = {
        a.get(f"{MAIN}abstractNumId"): Counters(
            {int(level.get(f"{MAIN}ilvl")): _level(level) for level in a.iter(f"{MAIN}lvl")}
        )
        for a in root.iter(f"{MAIN}abstractNum")
    }
    lists = {}
    for number in root.iter(f"{MAIN}num"):
        counters = defined.get(value(number, "abstractNumId"))
        starts = {
            int(override.get(f"{MAIN}ilvl")): int(start)
            for override in number.iter(f"{MAIN}lvlOverride")
            if (start := value(override, "startOverride"))
        }
        if counters and starts:
            levels = counters.levels.items()
            counters = Counters({n: replace(v, start=starts.get(n, v.start)) for n, v in levels})
        if counters:
            lists[number.get(f"{MAIN}numId")] = counters
    return lists


def _level(level: Any) -> Level:
    style = FORMATS.get(value(level, "numFmt", "decimal"), "1")
    return Level(style, value(level, "lvlText", ""), int(value(level, "start", "1")))
