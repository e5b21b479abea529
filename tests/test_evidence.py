"""Quotes that show an answer are found again however their document is split."""

import json
from pathlib import Path

import pytest
from conftest import SmallEncoder, write

from corpus import Library
from eval.dataset import Dataset
from eval.evidence import Place, Quote, places, quotes, shown
from eval.retrieval import retrieval
from indexer import LocalIndex, Passage, Splitter, open_index, update
from service.recipe import Recipe

TEXT = (
    "CONVENTION DE BAIGNADE\n\nArticle 1 – Sites\n\nTrois sites de baignade ouvrent en juin.\n\n"
    "Article 2 – Durée\n\nLa convention dure quatre ans\nà compter du 1er juin 2022."
)


@pytest.fixture
def index(tmp_path: Path) -> LocalIndex:
    folder = write(tmp_path / "acts", {"a.txt": TEXT})
    update(Library(folder).scan(), tmp_path / "index", SmallEncoder())
    return open_index(tmp_path / "index")


def passage(start: int, end: int, document: str = "a") -> Passage:
    return Passage(document, start, end, "x" * (end - start), None, ())


def test_a_quote_is_found_whatever_its_white_space(index: LocalIndex) -> None:
    found, lost = places([Quote("q", "a.txt", "dure quatre ans à compter")], index)
    (place,) = found["q"]
    assert index.document("a.txt").text[place.start : place.end] == "dure quatre ans\nà compter"
    assert lost == []


def test_a_quote_that_no_text_holds_is_told(index: LocalIndex) -> None:
    gone = [Quote("q", "a.txt", "dure cinq ans"), Quote("q", "z.txt", "dure quatre ans")]
    assert places(gone, index) == ({}, gone)


@pytest.mark.parametrize(
    ("passages", "expected"),
    [
        ([passage(0, 9), passage(10, 40)], (0, 1, 1)),
        ([passage(10, 30)], (1, 1, 1)),
        ([passage(0, 20), passage(22, 40)], (0, 1, 1)),  # a quote that splitting cut in two
        ([passage(0, 20), passage(24, 40)], (0, 0, 0)),
        ([passage(10, 40, "b")] * 3 + [passage(10, 40)], (0, 0, 1)),
        ([], (0, 0, 0)),
    ],
)
def test_the_first_passages_hold_a_quote_whole(
    passages: list[Passage], expected: tuple[int, int, int]
) -> None:
    values = shown([Place("a", 12, 28)], passages)
    assert tuple(values.values()) == expected


@pytest.mark.parametrize("target", [60, 2000])
def test_splitting_otherwise_loses_no_evidence(tmp_path: Path, target: int) -> None:
    folder = write(tmp_path / "acts", {"a.txt": TEXT, "b.txt": "AVIS\n\nLe canal est ouvert."})
    data = tmp_path / "data"
    (data / "qrels").mkdir(parents=True)
    (data / "queries.jsonl").write_text(json.dumps({"_id": "q", "text": "durée de la convention"}))
    (data / "qrels/test.tsv").write_text("query-id\tcorpus-id\tscore\nq\ta.txt\t1\n")
    quoted = {"query-id": "q", "corpus-id": "a.txt", "quote": "dure quatre ans à compter du 1er"}
    (data / "evidence.jsonl").write_text(json.dumps(quoted) + "\n")
    assert [quote.document for quote in quotes(data)] == ["a.txt"]
    encoder = SmallEncoder()
    update(Library(folder).scan(), tmp_path / "index", encoder, Splitter(target))
    index = open_index(tmp_path / "index")
    report = retrieval(Dataset(data), index, encoder, [Recipe()])["convex"]
    assert report["evidence"]["overall"]["evidence@5"] == 1
    assert report["evidence"]["lost"] == []
    (data / "evidence.jsonl").write_text(json.dumps({**quoted, "quote": "dure cinq ans"}))
    report = retrieval(Dataset(data), index, encoder, [Recipe()])["convex"]
    assert report["evidence"]["queries"] == 0
    assert report["evidence"]["lost"] == [
        "q : la citation « dure cinq ans » n'est plus dans a.txt."
    ]
