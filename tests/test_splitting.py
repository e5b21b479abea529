"""Passages are exact slices that follow the sections."""

import re
from pathlib import Path

import pytest
from conftest import DOCUMENTS

from corpus import Document, Library
from corpus.document import Block, Metadata, compose
from corpus.structure import mark_headings
from indexer import Splitter
from indexer.splitting import embedded_text

SENTENCE = "Les parties conviennent de se réunir deux fois par an en comité de pilotage. "


def document(*blocks: Block, title: str = "Convention") -> Document:
    text, pages, sections = compose(blocks)
    return Document("d", "d.md", text, "f", Metadata(title=title), pages, sections)


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("folder", ["sample", "shared"])
def test_every_passage_is_the_slice_that_it_says(
    folder: str, request: pytest.FixtureRequest
) -> None:
    root = DOCUMENTS if folder == "sample" else request.getfixturevalue("shared") / "corpus"
    read = 0
    for source in Library(Path(root)).scan():
        assert not isinstance(source, tuple), source
        found = source.read()
        passages = Splitter().split(found)
        for p in passages:
            assert found.text[p.start : p.end] == p.text
        assert bare("".join(p.text for p in passages)) == bare(found.text)
        read += 1
    assert read >= 30


def test_a_heading_opens_the_passage_of_what_follows() -> None:
    split = Splitter().split(
        document(
            Block("Convention", 1),
            Block("Article 1 – Objet", 2),
            Block(SENTENCE * 12),
            Block("Article 2 – Durée", 2),
            Block(SENTENCE * 12),
        )
    )
    (second,) = [p for p in split if "Article 2" in p.text]
    assert second.text.startswith("Article 2 – Durée")
    assert second.section == ("Convention", "Article 2 – Durée")


def test_a_list_stays_with_the_sentence_that_opens_it() -> None:
    items = "\n".join(f"- la collectivité n° {n} en prend sa part ;" for n in range(12))
    text = SENTENCE * 11 + "\nLes dépenses sont réparties ainsi :\n" + items
    for longest in range(600, 1100, 20):
        for passage in Splitter(longest=longest).split(document(Block(text))):
            assert not passage.text.rstrip().endswith(":"), longest


def test_who_was_there_stands_apart_from_what_was_said() -> None:
    text, pages, sections = compose(
        mark_headings(
            [
                Block(
                    "Extrait du registre\nÉtaient présents :\nAnne PETIT, Max LÉVY.\nAbsents :\n"
                    "Luc ROY.\nTarifs de la piscine\nAnne PETIT rapporte :\nLes tarifs montent."
                )
            ]
        )
    )
    split = Splitter().split(Document("d", "d.md", text, "f", Metadata(), pages, sections))
    assert [(p.text.split("\n")[0], p.attendance) for p in split] == [
        ("Extrait du registre", False),
        ("Étaient présents :", True),
        ("Tarifs de la piscine", False),
    ]


def test_a_passage_over_two_articles_names_neither_but_what_holds_both() -> None:
    blocks = [Block("Titre II", 1)]
    for n in range(1, 5):
        blocks += [Block(f"Article {n} – Suite", 2), Block(f"Clause {n}.")]
    (passage,) = Splitter().split(document(*blocks))
    assert passage.section == ("Titre II",)


def test_an_article_that_can_stand_alone_does() -> None:
    blocks = []
    for n in range(1, 4):
        blocks += [Block(f"Article {n} – Suite", 2), Block(SENTENCE * 4)]
    passages = Splitter().split(document(*blocks))
    assert [p.section for p in passages] == [(f"Article {n} – Suite",) for n in (1, 2, 3)]


def test_long_sections_are_cut_at_sentences_into_like_parts() -> None:
    passages = Splitter().split(document(Block(SENTENCE * 40)))
    lengths = [len(p.text) for p in passages]
    assert all(p.text.endswith(".") for p in passages)
    assert max(lengths) <= 1000
    assert min(lengths) >= 400


def test_a_text_without_any_break_is_cut_all_the_same() -> None:
    passages = Splitter().split(document(Block("x" * 3500)))
    assert "".join(p.text for p in passages) == "x" * 3500
    assert max(len(p.text) for p in passages) <= 1000


def test_a_signature_does_not_stand_alone() -> None:
    passages = Splitter().split(document(Block(SENTENCE * 8), Block("Fait à Créteil.", 2)))
    assert [p.text.endswith("Fait à Créteil.") for p in passages] == [True]


def test_the_model_reads_title_and_section_path_once() -> None:
    passages = Splitter().split(
        document(
            Block("Convention", 1), Block("Axe 1", 2), Block(SENTENCE * 12), Block(SENTENCE * 12)
        )
    )
    assert embedded_text("Convention", passages[0]).count("Convention") == 1
    assert embedded_text("Convention", passages[-1]).startswith("Convention > Axe 1\n")
