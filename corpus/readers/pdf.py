"""Born-digital PDF: text by pypdfium2, outline and document information by pypdf.

pypdfium2 reads 60 délibérations in 1.0 s where pypdf takes 21 s, with cleaner spacing; pypdf is
the fallback for a file that pdfium refuses.
"""

import io
import logging
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import pypdf
import pypdfium2

from corpus.document import Block
from corpus.errors import CannotRead
from corpus.readers.parts import declared_title
from corpus.structure import unwrap

logging.getLogger("pypdf").setLevel(logging.ERROR)  # its warnings name no file


def read(data: bytes) -> tuple[list[Block], str]:
    """One block a page, its lines unwrapped, and the title of the document information.

    Raises:
        CannotRead: the file is encrypted or no PDF.
    """
    if b"%PDF-" not in data[:1024]:
        raise CannotRead("n'est pas un PDF : vérifiez son extension.")
    try:
        pages = _pages_by_pdfium(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise CannotRead("est protégé par un mot de passe : retirez-le.") from error
        pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]
    outline, title = _outline_and_title(data)
    blocks: list[Block] = []
    for number, page in enumerate(pages, start=1):
        blocks.extend(_mark(page, number, outline.get(number, {})))
    return blocks, title


def _pages_by_pdfium(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    try:
        pages = []
        for page in document:
            text = page.get_textpage()
            pages.append(text.get_text_bounded())
            text.close()
            page.close()
        return pages
    finally:
        document.close()


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
