"""Citations open at the right page: an independent library finds the quote there."""

import random
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pypdf
from conftest import DOCUMENTS

from corpus import Document, Library
from indexer import Passage
from indexer.splitting import Splitter


def found_on_its_page(document: Document, passage: Passage, source: Path) -> bool:
    """Whether pypdf finds a passage: its start on the cited page, the rest there or where it ends.

    Lines that cleaning took out may stand between those of the passage, so each is looked for.
    """
    assert passage.page is not None
    last = document.page_at(passage.end - 1)
    assert last is not None
    reader = pypdf.PdfReader(source)
    pages = [letters(reader.pages[n].extract_text()) for n in range(passage.page - 1, last)]
    lines = [line for line in map(letters, quotes(passage.text)) if line]
    return lines[0][:40] in pages[0] and all(line in "".join(pages) for line in lines)


def quotes(text: str) -> Iterator[str]:
    """The lines of a passage; of the row of a table, its cells without the names of columns."""
    for line in text.split("\n"):
        *_, last = cells = line.split(" | ")
        yield from ((c.partition(" : ")[2] for c in cells) if " : " in last else cells)


def letters(text: str) -> str:
    """Letters and digits alone: no white space, hyphens at line ends, ligatures or quotes."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).casefold()


def drawn(folder: Path, count: int, seed: int) -> list[tuple[Document, Passage]]:
    sources = [s for s in Library(folder).scan() if not isinstance(s, tuple)]
    read = [source.read() for source in sources if source.path.endswith(".pdf")]
    passages = [(document, p) for document in read for p in Splitter().split(document)]
    return random.Random(seed).sample(passages, count)


def test_the_quotes_of_deliberations_are_on_the_cited_page(shared: Path) -> None:
    folder = shared / "corpus" / "deliberations"
    missed = [
        p.id for d, p in drawn(folder, 100, seed=1) if not found_on_its_page(d, p, folder / d.path)
    ]
    assert missed == []


def test_the_quotes_of_the_sample_conventions_are_on_the_cited_page() -> None:
    missed = [
        p.id
        for d, p in drawn(DOCUMENTS, 30, seed=1)
        if not found_on_its_page(d, p, DOCUMENTS / d.path)
    ]
    assert missed == []
