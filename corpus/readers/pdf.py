"""PDF: text, outline and title by pypdfium2, of scanned pages by OCR.

pypdf reads what pdfium refuses; it takes ten times as long and spaces words worse.
"""

import io
import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from itertools import groupby

import pypdf
import pypdfium2

from corpus.document import Block
from corpus.errors import CannotRead
from corpus.readers import ocr
from corpus.readers.parts import declared_title
from corpus.structure import unwrap

Page = tuple[str, float | None]  # its text, and the confidence of one recognised: 0 if it was not
Headings = dict[str, int]  # the levels of the headings of a page, by their folded text

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
    for number, (page, confidence) in enumerate(pages, start=1):
        marked = _mark(page, number, outline.get(number - 1, {}))
        marked = marked if marked or confidence is None else [Block("", page=number)]
        blocks.extend(replace(block, confidence=confidence) for block in marked)
    if not blocks:
        raise CannotRead(
            "ne contient aucun texte, même sur ses images : remplacez-le ou retirez-le du dossier."
        )
    if all(block.confidence == 0 for block in blocks):
        raise CannotRead(_advice(len({block.page for block in blocks})))
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
            pages.append((text, None))
    for number, found in zip(scans, _recognise(document, scans), strict=True):
        pages[number] = _better(pages[number][0], found)
    return pages


def _pages_by_pypdf(data: bytes) -> list[Page]:
    return [(page.extract_text(), None) for page in pypdf.PdfReader(io.BytesIO(data)).pages]


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
        return own, 0.0
    letters, seen = (sum(map(str.isalpha, text)) for text in (own, found.text))
    return (found.text, found.confidence) if seen > letters else (own, None)


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


def _mark(page: str, number: int, outline: Headings) -> list[Block]:
    """The blocks of a page; lines that the outline names become headings of its level."""
    page = page.replace("\x02", "-\n").replace("\r\n", "\n").replace("\r", "\n")
    if not outline:
        text = unwrap(page).strip("\n")
        return [Block(text, page=number)] if text else []
    lines = unwrap("\n".join(_apart(page.split("\n"), outline))).split("\n")
    runs = groupby(lines, lambda line: outline.get(_fold(line), 0))
    blocks = [Block("\n".join(run).strip("\n"), level, number) for level, run in runs]
    return [block for block in blocks if block.text]


def _apart(lines: Sequence[str], outline: Headings) -> Iterator[str]:
    """The lines, each heading of the outline in one, between blank lines."""
    n = 0
    while n < len(lines):
        for more in (3, 2, 1):
            heading = " ".join(lines[n : n + more])
            if _fold(heading) in outline:
                yield from ("", heading, "")
                n += more
                break
        else:
            yield lines[n]
            n += 1


def _fold(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()
