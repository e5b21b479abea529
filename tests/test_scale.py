"""A search in an index of drawn vectors and cards, timed by stage."""

import json
from pathlib import Path
from time import perf_counter, sleep

import numpy as np
import pytest
from conftest import LIBRARY, SmallEncoder

import service.search
from eval.dataset import Dataset
from eval.drawn import DrawingEncoder, drawn_index
from eval.scale import STAGES, one_filter, scale, timed_search
from eval.stages import Stages
from indexer import Filters, LocalIndex
from indexer.encoder import embed_queries
from indexer.facets import FACETS
from service.question import parse

QUESTIONS = ["Quelle convention parle de baignade ?", "prix de l'eau", "n° 2021/07", "« école »"]


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    """The sentences of a small library, in two folders."""
    lines = [line for text in LIBRARY.values() for line in text.splitlines() if len(line) > 20]
    rows = [
        {"_id": f"{'ab'[n % 2]}/{n}", "title": line[:20], "text": line}
        for n, line in enumerate(lines)
    ]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return Dataset(tmp_path)


def built(dataset: Dataset, passages: int | None = None) -> tuple[LocalIndex, SmallEncoder]:
    small = SmallEncoder()
    return drawn_index(dataset, passages, DrawingEncoder(small), dataset.folder / "cache"), small


def test_an_index_is_drawn_once_and_the_same_each_time(dataset: Dataset, tmp_path: Path) -> None:
    index, small = built(dataset)
    assert small.encoded == []
    assert index.count() == (len(list(dataset.sources())),) * 2
    np.testing.assert_allclose(np.linalg.norm(index.vectors, axis=1), 1, atol=1e-6)
    assert built(dataset)[0].generation == index.generation == 1
    other = drawn_index(dataset, None, DrawingEncoder(small), tmp_path / "other")
    np.testing.assert_array_equal(other.vectors, index.vectors)
    assert built(dataset, 3)[0].count() == (3, 3)


def test_each_facet_counts_and_filters(dataset: Dataset) -> None:
    index, small = built(dataset)
    _, found = timed_search(QUESTIONS[0], index, small, Filters())
    counted = [name for name in FACETS if name != "theme"]  # these texts have none
    chosen = [one_filter(found.facets, turn) for turn in range(len(counted))]
    assert [filters.active for filters in chosen] == [(name,) for name in counted]
    for filters in chosen:
        assert index.select(filters).keys.size < index.count()[1] or filters.active == ("status",)


def test_the_stages_of_a_search_add_up_to_the_whole(dataset: Dataset) -> None:
    index, small = built(dataset)
    report = scale(index, small, QUESTIONS, ["digue"])
    assert (report["questions"], report["passages"]) == (4, index.count()[1])
    for series in ("search_ms", "search_with_one_filter_ms"):
        times = report[series]
        assert list(times) == ["whole", *STAGES]
        assert all(0 <= times[stage]["p50"] <= times["whole"]["p95"] for stage in STAGES)
        for stage in ("embed", "dense", "lexical", "cite", "facets"):
            assert times[stage]["p50"] > 0
    seconds, _ = timed_search(QUESTIONS[0], index, small, Filters())
    assert set(seconds) <= set(STAGES)


def test_a_search_that_is_timed_finds_the_same_and_leaves_no_trace(dataset: Dataset) -> None:
    index, small = built(dataset)
    ranked, question = service.search.ranked, parse(QUESTIONS[0])
    _, found = timed_search(QUESTIONS[0], index, small, Filters())
    assert service.search.ranked is ranked
    assert "dense" not in vars(index)
    (asked,) = embed_queries(small, [question.text])
    assert service.search.search(question, asked, index) == found


def test_a_stage_within_another_counts_once() -> None:
    stages, start = Stages(), perf_counter()
    with stages.stage("outer"):
        sleep(0.02)
        for _ in range(2):
            with stages.stage("inner"):
                sleep(0.05)
    took = perf_counter() - start
    assert stages.seconds["inner"] >= 0.1
    assert stages.seconds["outer"] >= 0.02
    assert sum(stages.seconds.values()) <= took
