"""DOCX: paragraphs, headings, lists, tables, notes and text boxes, as Word shows them.

python-docx opens the package and resolves the styles. Its paragraphs know neither insertions nor
notes, content controls or text boxes, so their text is read off the elements.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import docx
from docx.document import Document
from docx.oxml import parse_xml

from corpus.document import Block
from corpus.errors import CannotRead
from corpus.readers import archive, parts
from corpus.readers.docx_grid import goes_on, grid_of, heading_rows, height, width
from corpus.readers.docx_styles import MAIN, Styles, hidden, name

GONE = {"del", "moveFrom", "Fallback", "pPr", "rPr", "sdtPr"}  # shown nowhere, or twice
PLAIN = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": " "}
CONTAINERS = {"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"}


def read(data: bytes) -> tuple[list[Block], str]:
    """The blocks of a document's body, and the title of its properties.

    Raises:
        CannotRead: the file is no DOCX, is encrypted, or would unpack to too much.
    """
    archive.checked(data, "Word", ".docx")
    try:
        document: Document = docx.Document(io.BytesIO(data))
    except ValueError as error:  # the main part has another type
        raise CannotRead(
            "n'est pas un document Word sans macros : enregistrez-le en .docx."
        ) from error
    story = _Story(Styles(document), _notes(document))
    blocks = parts.gather(story.blocks(document.element.body))
    return blocks, parts.declared_title(document.core_properties.title)


@dataclass(slots=True)
class _Story:
    """The reading of one document, from its first block to its last."""

    styles: Styles
    notes: dict[tuple[str, str], Any]
    noted: int = 0
    later: list[Any] = field(default_factory=list)  # boxes and notes met inside a paragraph

    def blocks(self, container: Any) -> Iterator[Block]:
        """The blocks of the body, of a cell, of a box or of a note, in order."""
        for child in container:
            tag = name(child)
            if tag == "p":
                yield from self._paragraph(child)
            elif tag == "tbl":
                yield from self._table(child)
            elif tag in CONTAINERS:
                yield from self.blocks(child)

    def _paragraph(self, paragraph: Any) -> Iterator[Block]:
        if self.styles.in_contents(paragraph):
            return
        above, self.later = self.later, []
        text = "\n".join(" ".join(line.split()) for line in self._text(paragraph).split("\n"))
        later, self.later = self.later, above
        text = text.strip()
        mark = self.styles.mark(paragraph) if text else ""
        if level := self.styles.level(paragraph):
            yield Block(" ".join(f"{mark.removeprefix('-')} {text}".split()), level)
        elif mark:
            yield parts.Item(text, mark=mark)
        else:
            yield Block(text)
        for element in later:
            if name(element) == "txbxContent":
                yield from self.blocks(element)
            else:
                yield self._note(element)

    def _note(self, note: Any) -> Block:
        self.noted += 1
        return parts.note(self.noted, self.blocks(note))

    def _text(self, element: Any) -> str:
        """The text below an element; what stands apart from it is put off."""
        text = ""
        for child in element:
            tag = name(child)
            if tag == "t":
                text += child.text or ""
            elif tag in PLAIN:
                text += PLAIN[tag]
            elif tag in ("footnoteReference", "endnoteReference"):
                note = self.notes.get((tag, child.get(f"{MAIN}id")))
                self.later += [] if note is None else [note]
            elif tag == "txbxContent":
                self.later.append(child)
            elif tag not in GONE and not (tag == "r" and hidden(child)):
                text += self._text(child)
        return text

    def _table(self, table: Any) -> Iterator[Block]:
        rows = grid_of(table)
        cells = [
            [
                parts.Cell(list(self.blocks(cell)), width(cell), height(rows[n:], column))
                for column, cell in row.items()
                if not goes_on(cell)
            ]
            for n, row in enumerate(rows)
        ]
        yield from parts.table(cells, heading_rows(table, rows, self.styles.heads_tables(table)))


def _notes(document: Document) -> dict[tuple[str, str], Any]:
    """The footnotes and endnotes, by the tag that refers to them and their id."""
    notes = {}
    for relation in document.part.rels.values():
        kind = relation.reltype.rsplit("/", 1)[-1]  # footnotes, endnotes
        if kind in ("footnotes", "endnotes") and not relation.is_external:
            for note in parse_xml(relation.target_part.blob):
                notes[f"{kind[:-1]}Reference", note.get(f"{MAIN}id")] = note
    return notes
