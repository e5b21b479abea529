"""The sample corpus written in other formats gives the same passages and the same card."""

import dataclasses
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest
from conftest import DOCUMENTS, ROOT
from written import as_docx, as_html, as_odt

from corpus import Document, Library
from corpus.typeset import typeset
from indexer.splitting import Splitter

SAMPLES = sorted([*DOCUMENTS.rglob("*.md"), *(ROOT / "corpus" / "sources").rglob("*.md")])
WRITERS: dict[str, Callable[[str], bytes]] = {
    ".docx": as_docx,
    ".odt": as_odt,
    ".html": as_html,
}


def read(folder: Path) -> Document:
    (source,) = Library(folder).scan()
    assert not isinstance(source, tuple), source
    return source.read()


def card(document: Document) -> dict[str, Any]:
    """The facts of a card without their places, which differ from format to format.

    Themes are in no order: a running head of two pages stays, and weighs.
    """
    facts = {f.name: getattr(document.card, f.name) for f in dataclasses.fields(document.card)}
    facts["themes"] = tuple(sorted(facts["themes"], key=lambda fact: fact.value))
    return {
        name: [f.value for f in fact] if isinstance(fact, tuple) else fact and fact.value
        for name, fact in facts.items()
        if name != "problems"
    }


def likeness(document: Document, other: Document) -> float:
    """How many of the words of their passages two documents share, in order."""
    words, others = (
        [word for p in Splitter().split(d) for word in p.text.split()] for d in (document, other)
    )
    return SequenceMatcher(None, words, others, autojunk=False).ratio()


def sections(document: Document) -> list[tuple[str, ...]]:
    return [p.section for p in Splitter().split(document)]


@pytest.fixture(params=SAMPLES, ids=lambda path: path.stem)
def sample(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


@pytest.fixture
def expected(sample: Path, tmp_path: Path) -> Document:
    (tmp_path / "md").mkdir()
    (tmp_path / "md" / "acte.md").write_bytes(sample.read_bytes())
    return read(tmp_path / "md")


@pytest.mark.parametrize("extension", WRITERS)
def test_a_document_is_the_same_in_every_format(
    sample: Path, expected: Document, extension: str, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    written = WRITERS[extension](sample.read_text("utf-8"))
    (tmp_path / "other" / f"acte{extension}").write_bytes(written)
    found = read(tmp_path / "other")
    assert found.metadata == expected.metadata
    assert card(found) == card(expected)
    assert sections(found) == sections(expected)
    assert likeness(expected, found) >= 0.98


def test_a_document_is_the_same_on_pages(sample: Path, expected: Document, tmp_path: Path) -> None:
    """A page break may move the border of a passage, so sections are not compared."""
    typeset(sample, tmp_path / "pdf" / "acte.pdf")
    found = read(tmp_path / "pdf")
    assert found.metadata == expected.metadata
    assert card(found) == card(expected)
    assert likeness(expected, found) >= 0.98
