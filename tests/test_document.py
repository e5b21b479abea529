"""A document: one text, and pages and sections that say where in it they are."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import DOCUMENTS

from corpus import Block, Document, Library, Source
from corpus.document import compose

BLOCKS = [
    Block("Convention", 1, 1),
    Block("Les parties conviennent.", 0, 1),
    Block("Article 1 – Objet", 2, 2),
    Block("Le port.", 0, 2),
    Block("a) Accès", 3, 2),
    Block("Libre.", 0, 4),
    Block("Article 2 – Durée", 2, 4),
    Block("Annexe", 1, 4),
]


def document(blocks: list[Block], paged: bool = True) -> Document:
    text, pages, sections = compose(blocks)
    return Document("a", "a.pdf", text, "", pages=pages, sections=sections, paged=paged)


def test_blocks_are_joined_a_blank_line_apart() -> None:
    assert document(BLOCKS[:3]).text == (
        "Convention\n\nLes parties conviennent.\n\nArticle 1 – Objet"
    )


def test_decomposed_accents_come_out_composed_and_offsets_count_them_once() -> None:
    decomposed = [Block(unicodedata.normalize("NFD", text), 2) for text in ("Été", "Sète", "Haÿ")]
    found = document(decomposed)
    assert found.text == "Été\n\nSète\n\nHaÿ"
    assert [found.text[s.start : s.end].strip() for s in found.sections] == ["Été", "Sète", "Haÿ"]


def test_a_page_holds_the_text_of_its_blocks() -> None:
    found = document(BLOCKS)
    assert [(p.number, found.text[p.start : p.end]) for p in found.pages] == [
        (1, "Convention\n\nLes parties conviennent."),
        (2, "Article 1 – Objet\n\nLe port.\n\na) Accès"),
        (4, "Libre.\n\nArticle 2 – Durée\n\nAnnexe"),
    ]


@pytest.mark.parametrize(
    ("words", "number"),
    [("Convention", 1), ("conviennent", 1), ("Article 1", 2), ("Accès", 2), ("Libre", 4)],
)
def test_a_place_in_the_text_is_on_its_page(words: str, number: int) -> None:
    found = document(BLOCKS)
    assert found.page_at(found.text.index(words)) == number


def test_a_document_without_pages_of_its_own_names_none() -> None:
    assert document(BLOCKS, paged=False).page_at(0) is None


def test_a_section_ends_where_the_next_of_its_level_or_above_starts() -> None:
    found = document(BLOCKS)
    assert [(s.path, found.text[s.start : s.end].split("\n\n")[-1]) for s in found.sections] == [
        (("Convention",), ""),
        (("Convention", "Article 1 – Objet"), ""),
        (("Convention", "Article 1 – Objet", "a) Accès"), ""),
        (("Convention", "Article 2 – Durée"), ""),
        (("Annexe",), "Annexe"),
    ]
    assert [found.text[s.end :].split("\n\n")[0] for s in found.sections] == [
        "Annexe",
        "Article 2 – Durée",
        "Article 2 – Durée",
        "Annexe",
        "",
    ]


@pytest.mark.parametrize(
    ("words", "path"),
    [
        ("Les parties", ("Convention",)),
        ("Article 1", ("Convention", "Article 1 – Objet")),
        ("Le port", ("Convention", "Article 1 – Objet")),
        ("Libre", ("Convention", "Article 1 – Objet", "a) Accès")),
        ("Article 2", ("Convention", "Article 2 – Durée")),
        ("Annexe", ("Annexe",)),
    ],
)
def test_a_place_in_the_text_is_in_its_deepest_section(words: str, path: tuple[str, ...]) -> None:
    found = document(BLOCKS)
    assert found.section_of(found.text.index(words), found.text.index(words) + 1) == path


def test_a_place_before_the_first_heading_is_in_no_section() -> None:
    found = document([Block("Préambule."), Block("Article 1", 4), Block("Le port.")])
    assert found.section_of(0, 1) == ()
    assert found.section_of(len(found.text), len(found.text) + 1) == ()


def test_a_heading_on_two_lines_is_one_title() -> None:
    found = document([Block("Article 1\nObjet", 4), Block("Le port.")])
    assert found.sections[0].title == "Article 1 Objet"


def test_a_skipped_level_leaves_no_hole_in_the_path() -> None:
    found = document([Block("A", 1), Block("B", 4), Block("C", 2), Block("D", 6)])
    assert [s.path for s in found.sections] == [("A",), ("A", "B"), ("A", "C"), ("A", "C", "D")]


# Real documents


def read(folder: Path) -> Iterator[Document]:
    for source in Library(folder).scan():
        assert isinstance(source, Source), source
        yield source.read()


def check(document: Document) -> None:
    """Offsets lie within the text, pages follow each other, sections nest as their paths say."""
    text = document.text
    assert text == unicodedata.normalize("NFC", text)
    assert text == text.strip()
    end = 0
    for page in document.pages:
        assert end <= page.start < page.end <= len(text)
        assert not text[end : page.start].strip()
        end = page.end
    assert end == len(text)
    around: list[tuple[int, int, tuple[str, ...]]] = [(0, len(text), ())]
    for section in document.sections:
        assert section.start < section.end <= len(text)
        assert " ".join(text[section.start : section.end].split()).startswith(section.title)
        while section.start >= around[-1][1]:
            around.pop()
        assert section.end <= around[-1][1]
        assert section.path == (*around[-1][2], section.title)
        assert document.section_of(section.start, section.start + 1) == section.path
        around.append((section.start, section.end, section.path))


def test_the_offsets_of_the_sample_corpus_hold() -> None:
    for found in read(DOCUMENTS):
        check(found)
        assert found.sections, found.path


def test_the_offsets_of_real_documents_hold(shared: Path) -> None:
    found = list(read(shared / "corpus"))
    assert len(found) == 132
    for one in found:
        check(one)
