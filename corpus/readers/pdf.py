"""PDF: text by pypdfium2, of scanned pages by OCR; outline and document information by pypdf.

pypdfium2 reads 60 délibérations in 1.0 s where pypdf takes 21 s, with cleaner spacing; pypdf is
the fallback for a file that pdfium refuses.
"""

import io
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

import pypdf
import pypdfium2

from corpus.document import Block
from corpus.errors import CannotRead, NeedsOcr
from corpus.readers import ocr
from corpus.readers.parts import declared_title
from corpus.structure import unwrap

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
        pages = _pages_by_pdfium(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise CannotRead("est protégé par un mot de passe : retirez-le.") from error
        reader = pypdf.PdfReader(io.BytesIO(data))
        pages = [(page.extract_text(), None) for page in reader.pages]
    outline, title = _outline_and_title(data)
    blocks: list[Block] = []
    for number, (page, confidence) in enumerate(pages, start=1):
        marked = _mark(page, number, outline.get(number, {}))
        marked = marked if marked or confidence is None else [Block("", page=number)]
        blocks.extend(replace(block, confidence=confidence) for block in marked)
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


def _pages_by_pdfium(data: bytes) -> list[tuple[str, float | None]]:
    """The text of each page, and the confidence of one that was recognised: 0 if it was not."""
    document = pypdfium2.PdfDocument(data)
    try:
        pages: list[tuple[str, float | None]] = []
        scans = []
        for number, page in enumerate(document):
            layer = page.get_textpage()
            text = layer.get_text_bounded()
            if ocr.needs_ocr(page, text):
                scans.append(number)
            pages.append((text, None))
            layer.close()
            page.close()
        for number, found in zip(scans, _recognise(document, scans), strict=True):
            pages[number] = _better(pages[number][0], found)
        return pages
    finally:
        document.close()


def _recognise(
    document: pypdfium2.PdfDocument, numbers: Sequence[int]
) -> Iterator[ocr.Recognised | None]:
    if not ocr.engine():
        return iter([None] * len(numbers))
    return ocr.recognise(document[number] for number in numbers)


def _better(own: str, found: ocr.Recognised | None) -> tuple[str, float | None]:
    """What was recognised, unless the page's own text has as much; 0 where nothing could be."""
    own = "" if ocr.is_garbled(own) else own
    if found is None:
        return own, 0.0
    letters, seen = (sum(map(str.isalpha, text)) for text in (own, found.text))
    return (found.text, found.confidence) if seen > letters else (own, None)


def _outline_and_title(data: bytes) -> tuple[dict[int, dict[str, int]], str]:
    """Levels of the outline's headings, by page and folded title, and the declared title."""
    levels: dict[int, dict[str, int]] = {}
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        stack: list[tuple[int, Any]] = [(1, item) for item in reader.outline]
        while stack:
            level, item = stack.pop()
            if isinstance(item, list):
                stack.extend((level + 1, below) for below in item)
            elif (heading := _fold(str(item.title))) and (
                page := reader.get_destination_page_number(item)
            ) is not None:
                levels.setdefault(page + 1, {})[heading] = level
        title = (reader.metadata.title if reader.metadata else "") or ""
    except Exception:  # the outline of a broken file is a loss, its text is not
        return levels, ""
    return levels, declared_title(title)


def _mark(page: str, number: int, outline: dict[str, int]) -> list[Block]:
    """The blocks of a page; lines that the outline names become headings of its level."""
    lines = page.replace("\x02", "-\n").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines = unwrap("\n".join(_apart(lines, outline))).split("\n")
    runs = groupby(lines, lambda line: outline.get(_fold(line), 0))
    blocks = [Block("\n".join(run).strip("\n"), level, number) for level, run in runs]
    return [block for block in blocks if block.text]


def _apart(lines: Sequence[str], outline: dict[str, int]) -> Iterator[str]:
    """The lines, each heading of the outline in one, between blank lines."""
    if not outline:
        yield from lines
        return
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
