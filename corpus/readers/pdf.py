"""PDF: text, outline and title by pypdfium2, of scanned pages by OCR.

pypdf reads what pdfium refuses; it takes ten times as long and spaces words worse.
"""

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import reduce
from itertools import chain, groupby

import pypdf
import pypdfium2

from corpus.clean import RECEIPT
from corpus.document import Block
from corpus.errors import CannotRead, NeedsOcr
from corpus.readers import ocr
from corpus.readers.parts import declared_title
from corpus.readers.pdf_tables import MARK, Ruled, tables
from corpus.structure import join, unwrap

LINES = 5  # of a heading, at the most
BULLET = re.compile(r"^ *([•▪●\uf0a7\uf0b7] *|– +)(?=\S)", re.MULTILINE)
GLUED = re.compile(r"^(\d{1,2}[.)])(?=[^\W\d])", re.MULTILINE)  # to the item that it numbers
FOLIO = re.compile(
    r"(.*\bp(age|\.)|[-–])?\s*\d{1,4}(\s*(/|sur)\s*\d{1,4})?\s*[-–]?$", re.IGNORECASE
)
Headings = dict[str, int]  # the levels of the headings of a page, by their folded text


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a page, in which a mark stands for each of its tables.

    `confidence` is that of a text that was recognised: 0 if it could not be.
    """

    text: str
    tables: Sequence[Ruled] = ()
    confidence: float | None = None


logging.getLogger("pypdf").setLevel(logging.ERROR)  # its warnings name no file


def read(data: bytes) -> tuple[list[Block], str]:
    """One block a page, its lines unwrapped, and the title of the document information.

    The blocks of a page that needs OCR and could not get it are of confidence 0.

    Raises:
        CannotRead: the file is encrypted, no PDF, or all of its text is still to be recognised,
            or it has none.
    """
    if b"%PDF-" not in data[:1024]:
        raise CannotRead("n'est pas un PDF : vérifiez son extension.")
    try:
        with closing(pypdfium2.PdfDocument(data)) as document:
            pages, outline, title = _pages(document), _outline(document), _title(document)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise CannotRead("est protégé par un mot de passe : retirez-le.") from error
        pages, outline, title = _pages_by_pypdf(data), {}, ""
    blocks: list[Block] = []
    for number, page in enumerate(_continued(pages), start=1):
        marked = _mark(page, number, outline.get(number - 1, {}))
        marked = marked if marked or page.confidence is None else [Block("", page=number)]
        blocks.extend(replace(block, confidence=page.confidence) for block in marked)
    if not blocks:
        raise CannotRead(
            "ne contient aucun texte, même sur ses images : remplacez-le ou retirez-le du dossier."
        )
    if all(block.confidence == 0 for block in blocks):
        raise NeedsOcr(_advice(len({block.page for block in blocks})))
    return blocks, title


def _advice(pages: int) -> str:
    images = f"{pages} page{'s' * (pages > 1)} sans texte"
    if ocr.engine():
        return f"est à océriser ({images}), et l'OCR a échoué : numérisez-le de nouveau."
    return f"est à océriser ({images}) : {ocr.REMEDY}."


def _pages(document: pypdfium2.PdfDocument) -> list[Page]:
    """The pages in order; scans are recognised together, on all cores."""
    pages: list[Page] = []
    scans = []
    for number, page in enumerate(document):
        with closing(page), closing(page.get_textpage()) as layer:
            text = layer.get_text_bounded()
            if ocr.needs_ocr(page, text):
                scans.append(number)
                pages.append(Page(text))
            else:
                pages.append(Page(*tables(page, layer) or (text, ())))
    for number, found in zip(scans, _recognise(document, scans), strict=True):
        pages[number] = _better(pages[number].text, found)
    return pages


def _continued(pages: Sequence[Page]) -> Iterator[Page]:
    """The pages, their first table under the headings of one that ends the page before.

    Between the two stand only stamps, folios, and running heads, which are on other pages too.
    """
    on = Counter(chain.from_iterable(set(_lines(page.text)) for page in pages))
    above = Page("")
    for page in pages:
        if above.tables and page.tables:
            _, *between = _lines(above.text.rpartition(MARK)[2])  # all but the mark's own
            between += _lines(page.text.partition(MARK)[0])
            if all(on[line] > 1 or FOLIO.match(line) or RECEIPT.match(line) for line in between):
                first, *others = page.tables
                page = replace(page, tables=[first.under(above.tables[-1]), *others])
        yield page
        above = page


def _lines(text: str) -> list[str]:
    return list(filter(None, map(str.strip, text.splitlines())))


def _pages_by_pypdf(data: bytes) -> list[Page]:
    return [Page(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(data)).pages]


def _recognise(
    document: pypdfium2.PdfDocument, numbers: Sequence[int]
) -> Iterator[ocr.Recognised | None]:
    if not ocr.engine():
        return iter([None] * len(numbers))
    return ocr.recognise(document[number] for number in numbers)


def _better(own: str, found: ocr.Recognised | None) -> Page:
    """What was recognised, unless the page's own text has as much; 0 where nothing could be."""
    own = "" if ocr.is_garbled(own) else own
    if found is None:
        return Page(own, confidence=0.0)
    letters, seen = (sum(map(str.isalpha, text)) for text in (own, found.text))
    return Page(found.text, confidence=found.confidence) if seen > letters else Page(own)


def _outline(document: pypdfium2.PdfDocument) -> dict[int, Headings]:
    """What the outline says of each page, by its index."""
    levels: dict[int, Headings] = {}
    for entry in document.get_toc():
        with suppress(UnicodeError):
            target, heading = entry.get_dest(), _fold(entry.get_title())
            if heading and target and (page := target.get_index()) is not None:
                levels.setdefault(page, {}).setdefault(heading, entry.level + 1)
    return levels


def _title(document: pypdfium2.PdfDocument) -> str:
    with suppress(UnicodeError):  # half of a surrogate pair
        return declared_title(document.get_metadata_value("Title"))
    return ""


def _mark(page: Page, number: int, outline: Headings) -> list[Block]:
    """The blocks of a page; lines that the outline names become headings of its level."""
    text = page.text.replace("\x02", "-\n").replace("\r\n", "\n").replace("\r", "\n")
    text = GLUED.sub(r"\1 ", BULLET.sub("- ", text))  # as items of all formats are marked
    if outline:
        text = "\n".join(_apart(text.split("\n"), outline))
    text = unwrap(text)
    if not (outline or page.tables):
        return [Block(text.strip("\n"), page=number)] if text.strip("\n") else []
    marked = {f"{MARK}{n}": one for n, one in enumerate(page.tables)}
    runs = groupby(text.split("\n"), lambda line: (line in marked, outline.get(_fold(line), 0)))
    blocks: list[Block] = []
    for (is_table, level), run in runs:
        if is_table:
            blocks.extend(block for mark in run for block in marked[mark].blocks())
        else:
            blocks.append(Block("\n".join(run).strip("\n"), level))
    return [Block(block.text, block.level, number) for block in blocks if block.text]


def _apart(lines: Sequence[str], outline: Headings) -> Iterator[str]:
    """The lines, each heading of the outline in one, between blank lines."""
    n = 0
    while n < len(lines):
        for more in range(LINES, 0, -1):
            if _fold(" ".join(lines[n : n + more])) in outline:
                yield from ("", reduce(join, map(str.strip, lines[n : n + more])), "")
                n += more
                break
        else:
            yield lines[n]
            n += 1


def _fold(text: str) -> str:
    return re.sub(rf"[^\w{MARK}]+", " ", text).strip().casefold()  # no heading has a table in it
