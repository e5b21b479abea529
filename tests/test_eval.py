"""Measures against values computed by hand, and the commands' output."""

import gzip
import json
from math import log2
from pathlib import Path

import pytest
from conftest import SmallEncoder
from typer.testing import CliRunner

from eval.__main__ import app
from eval.compare import compare
from eval.dataset import Dataset, DatasetMissing, Query
from eval.measures import measure
from eval.retrieval import retrieval
from eval.runs import write_run
from eval.telling import tell_retrieval
from indexer import SentenceEncoder, open_index, update
from indexer.settings import Stage
from service.recipe import Method, Recipe

CORPUS = [
    {"_id": "a", "title": "Baignade", "text": "Trois sites de baignade ouvrent en juin."},
    {"_id": "b", "title": "Eau", "text": "Le syndicat vend de l'eau potable."},
    {"_id": "c", "title": "École", "text": "Le conseil rénove une école."},
]
QUERIES = [
    {"_id": "q1", "text": "baignade", "intent": "x", "kind": "theme"},
    {"_id": "q2", "text": "eau potable", "intent": "x", "kind": "fact"},
    {"_id": "q3", "text": "école", "intent": "y", "kind": "fact"},
    {"_id": "q4", "text": "téléphérique", "intent": "z", "kind": "none"},
]


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    folder = tmp_path / "beir"
    (folder / "qrels").mkdir(parents=True)
    lines = "\n".join(json.dumps(row) for row in CORPUS)
    with gzip.open(folder / "corpus.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(lines)
    (folder / "queries.jsonl").write_text("\n".join(json.dumps(row) for row in QUERIES), "utf-8")
    (folder / "qrels/test.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq1\ta\t2\nq2\tb\t1\nq2\ta\t0\nq3\tb\t1\nq3\tc\t1\n", "utf-8"
    )
    return Dataset(folder)


def test_measures_are_those_computed_by_hand() -> None:
    queries = [Query("q1", "", "x", ""), Query("q2", "", "x", ""), Query("q3", "", "y", "")]
    qrels = {"q1": {"a": 5, "b": 1, "z": 0}, "q2": {"c": 1}, "q3": {"a": 1}}
    run = {
        "q1": {"b": 0.9, "z": 0.8, "a": 0.7},
        "q2": {"a": 1.0, "c": 0.5},
        "q3": {"b": 1.0},
    }
    scores = measure(queries, qrels, run)
    ideal = 1 + 1 / log2(3)
    assert scores.by_query["q1"]["nDCG@10"] == pytest.approx((1 + 1 / log2(4)) / ideal)
    assert scores.by_query["q1"]["MAP"] == pytest.approx((1 + 2 / 3) / 2)
    assert scores.by_query["q2"] == {
        "nDCG@10": pytest.approx(1 / log2(3)),
        "hit@1": 0,
        "hit@3": 1,
        "hit@5": 1,
        "recall@10": 1,
        "recall@100": 1,
        "MRR": 0.5,
        "MAP": 0.5,
    }
    assert set(scores.by_query["q3"].values()) == {0}
    assert scores.mean()["MRR"] == pytest.approx((1 + 0.5 + 0) / 3)
    assert scores.mean_by_intent()["MRR"] == pytest.approx((0.75 + 0) / 2)


def test_equal_scores_keep_the_order_of_the_run() -> None:
    queries = [Query("q", "", "q", "")]
    for first, second, reciprocal in (("a", "z", 1.0), ("z", "a", 0.5)):
        scores = measure(queries, {"q": {"a": 1}}, {"q": {first: 0.5, second: 0.5}})
        assert scores.by_query["q"]["MRR"] == reciprocal


def test_a_dataset_is_scored_by_query_kind_and_intent(dataset: Dataset, tmp_path: Path) -> None:
    encoder = SmallEncoder()
    update(dataset.sources(), tmp_path / "index", encoder)
    report = retrieval(dataset, open_index(tmp_path / "index"), encoder, [Recipe()])["convex"]
    assert report["queries"] == 3
    assert report["measures"]["overall"]["hit@1"] == 1
    assert report["by_kind"].keys() == {"fact", "theme"}
    assert report["per_query"]["q3"]["recall@100"] <= 1
    assert report["latency_ms"].keys() == {"p50", "p95"}


def test_synthetic_questions_enter_no_headline_figure(dataset: Dataset, tmp_path: Path) -> None:
    encoder, recipes = SmallEncoder(), [Recipe()]
    update(dataset.sources(), tmp_path / "index", encoder)
    index = open_index(tmp_path / "index")
    before = retrieval(dataset, index, encoder, recipes)["convex"]
    made = {"_id": "s1", "text": "eau", "intent": "x", "kind": "fact", "synthetic": True}
    path = dataset.folder / "queries.jsonl"
    path.write_text(f"{path.read_text('utf-8')}\n{json.dumps(made)}", "utf-8")
    with (dataset.folder / "qrels/test.tsv").open("a") as file:
        file.write("s1\tc\t1\n")
    (dataset.folder / "evidence.jsonl").write_text(
        json.dumps({"query-id": "s1", "corpus-id": "c", "quote": "une école"})
    )
    after = retrieval(dataset, index, encoder, recipes)["convex"]
    for part in ("queries", "measures", "intervals", "by_kind", "per_query", "evidence"):
        assert after[part] == before[part], part
    assert before["synthetic"]["queries"] == 0
    assert after["synthetic"]["queries"] == 1
    assert after["synthetic"]["measures"]["overall"]["hit@1"] == 0
    assert after["synthetic"]["evidence"]["queries"] == 1
    assert set(after["run"]) == {*before["run"], "s1"}


def test_a_comparison_leaves_synthetic_questions_out() -> None:
    queries = [Query("q", "", "q", ""), Query("s", "", "s", "", synthetic=True)]
    qrels = {"q": {"a": 1}, "s": {"a": 1}}
    found = compare({"q": {"a": 1.0}}, {"q": {"a": 1.0}, "s": {"a": 1.0}}, qrels, queries)
    assert found.after.mean_by_intent()["MRR"] == 1
    assert list(found.changes) == []
    with pytest.raises(DatasetMissing, match="posée par une personne"):
        compare({"s": {"a": 1.0}}, {"s": {"a": 1.0}}, qrels, queries[1:])


def test_synthetic_questions_are_told_under_that_name(
    dataset: Dataset, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = dataset.folder / "queries.jsonl"
    encoder, recipes = SmallEncoder(), [Recipe()]
    update(dataset.sources(), tmp_path / "index", encoder)
    index = open_index(tmp_path / "index")
    rows = [{**row, "synthetic": row["_id"] != "q1"} for row in QUERIES]
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    tell_retrieval(dataset.folder, retrieval(dataset, index, encoder, recipes))
    told = capsys.readouterr().out
    assert "beir, 2 questions synthétiques, hors des chiffres ci-dessus" in told
    assert "convex : 1 question, p50" in told
    path.write_text("\n".join(json.dumps({**row, "synthetic": True}) for row in QUERIES), "utf-8")
    tell_retrieval(dataset.folder, retrieval(dataset, index, encoder, recipes))
    told = capsys.readouterr().out
    assert "3 questions synthétiques" in told
    assert "par besoin" not in told


def test_a_run_is_written_as_trec_reads_it(tmp_path: Path) -> None:
    write_run({"q1": {"b": 0.5, "a": 0.5, "c": 0.25}}, tmp_path / "run")
    assert (tmp_path / "run").read_text() == (
        "q1 Q0 b 1 0.499999 entente\nq1 Q0 a 2 0.499998 entente\nq1 Q0 c 3 0.249997 entente\n"
    )


def test_of_several_judgements_those_of_the_test_count(dataset: Dataset) -> None:
    (dataset.folder / "qrels/dev.tsv").write_text("query-id\tcorpus-id\tscore\nq1\tc\t1\n")
    assert set(dataset.qrels()) == {"q1", "q2", "q3"}
    (dataset.folder / "qrels/test.tsv").rename(dataset.folder / "qrels/train.tsv")
    with pytest.raises(DatasetMissing, match=r"dev\.tsv, train\.tsv"):
        dataset.qrels()


def test_methods_differ_in_what_they_rank(dataset: Dataset, tmp_path: Path) -> None:
    encoder = SmallEncoder()
    update(dataset.sources(), tmp_path / "index", encoder)
    index = open_index(tmp_path / "index")
    reports = retrieval(dataset, index, encoder, [Recipe(method) for method in Method])
    assert set(reports["lexical"]["run"]["q1"]) == {"a"}
    assert set(reports["dense"]["run"]["q1"]) == {"a", "b", "c"}
    assert "q4" not in reports["dense"]["run"]  # nothing is relevant to it


def test_an_ablation_is_scored_by_the_search_without_the_stages(
    dataset: Dataset, real_encoder: SentenceEncoder, tmp_path: Path
) -> None:
    update(dataset.sources(), tmp_path / "index", real_encoder)
    index, runs = open_index(tmp_path / "index"), []
    for off in ((), (Stage.LATE, Stage.TITLE)):
        found = retrieval(dataset, index, real_encoder, [Recipe().without(off)])["convex"]
        write_run(found["run"], tmp_path / "expected", "entente-convex")
        runs.append((tmp_path / "expected").read_text())
    arguments = ["retrieval", str(dataset.folder), "--index", str(tmp_path / "index")]
    arguments += ["--off", "late", "--off", "title", "--run", str(tmp_path / "run")]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert (tmp_path / "run").read_text() == runs[1] != runs[0]


def test_a_folder_that_is_no_dataset_is_explained(tmp_path: Path) -> None:
    with pytest.raises(DatasetMissing, match=r"corpus\.jsonl"):
        list(Dataset(tmp_path).sources())
    with pytest.raises(DatasetMissing, match="qrels"):
        Dataset(tmp_path).qrels()
