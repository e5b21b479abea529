"""The sample corpus written in other formats gives the same passages and the same metadata."""

from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from conftest import DOCUMENTS, ROOT
from written import as_docx, as_html, as_odt

from corpus import Document, Library
from indexer.splitting import Splitter

SAMPLES = sorted([*DOCUMENTS.rglob("*.md"), *(ROOT / "corpus" / "sources").rglob("*.md")])
WRITERS: dict[str, Callable[[str], bytes]] = {
    ".docx": as_docx,
    ".odt": as_odt,
    ".html": as_html,
}


def read(folder: Path, name: str, data: bytes) -> Document:
    folder.mkdir(parents=True)
    (folder / name).write_bytes(data)
    (source,) = Library(folder).scan()
    assert not isinstance(source, tuple), source
    return source.read()


@pytest.mark.parametrize("extension", WRITERS)
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_document_is_the_same_in_every_format(
    sample: Path, extension: str, tmp_path: Path
) -> None:
    markdown = sample.read_text("utf-8")
    expected = read(tmp_path / "md", "acte.md", markdown.encode())
    found = read(tmp_path / "other", f"acte{extension}", WRITERS[extension](markdown))
    assert found.metadata == expected.metadata
    passages = [Splitter().split(document) for document in (expected, found)]
    sections, other_sections = ([p.section for p in some] for some in passages)
    assert other_sections == sections
    words, other_words = ([word for p in some for word in p.text.split()] for some in passages)
    assert SequenceMatcher(None, words, other_words, autojunk=False).ratio() >= 0.98
