"""Runs read, compared and shown; TREC's own layouts."""

import gzip
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corpus.errors import EntenteError
from eval.__main__ import app
from eval.compare import Comparison, compare
from eval.dataset import Dataset, DatasetMissing, Query, read_qrels
from eval.runs import NoRun, read_run, write_run

QUERIES = [Query("q1", "un", "x", ""), Query("q2", "deux", "x", ""), Query("q3", "trois", "y", "")]
QRELS = {"q1": {"a": 1}, "q2": {"b": 2, "a": 0}, "q3": {"c": 1}}
BEFORE = {"q1": {"b": 3.0, "a": 2.0}, "q2": {"b": 1.0}, "q3": {"c": 1.0}}
AFTER = {"q1": {"a": 3.0, "b": 2.0}, "q2": {"b": 1.0}, "q3": {"a": 3.0, "b": 2.0, "c": 1.0}}


def test_a_run_that_is_written_is_read_as_it_was(tmp_path: Path) -> None:
    write_run(BEFORE, tmp_path / "run")
    assert {q: list(d) for q, d in read_run(tmp_path / "run").items()} == {
        q: list(d) for q, d in BEFORE.items()
    }
    write_run({"q1": {"ct:Annexe III 74": 1.0}}, tmp_path / "run")
    assert list(read_run(tmp_path / "run")["q1"]) == ["ct:Annexe III 74"]
    (tmp_path / "run").write_text("q1 Q0 a 1 0.5\n")
    with pytest.raises(NoRun, match=r"ligne 1 : « q1 Q0 a 1 0\.5 »"):
        read_run(tmp_path / "run")


def test_a_run_is_read_by_its_scores(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("q1 Q0 a 1 0.5 x\n\nq1 Q0 b 2 0.75 x\n")
    assert list(read_run(tmp_path / "run")["q1"]) == ["b", "a"]


def test_what_changed_most_comes_first_with_both_rankings() -> None:
    found = compare(BEFORE, AFTER, QRELS, QUERIES)
    assert [change.query.id for change in found.changes] == ["q3", "q1"]
    worst, _ = found.changes
    assert (worst.before, worst.after) == (1.0, 0.5)
    assert [(p.document, p.relevance) for p in worst.ranked_after] == [
        ("a", None), ("b", None), ("c", 1),
    ]  # fmt: skip
    hits = found.differences["hit@1"]
    assert (hits.won, hits.lost) == (1, 1)  # intents: x wins a half, y loses one
    assert hits.mean.mean == pytest.approx((0.5 - 1) / 2)


def test_the_command_compares_runs(tmp_path: Path) -> None:
    write_run(BEFORE, tmp_path / "before")
    write_run(AFTER, tmp_path / "after")
    (tmp_path / "qrels.txt").write_text("q1 0 a 1\nq2 0 b 2\nq2 0 a 0\nq3 0 c 1\n")
    arguments = ["compare", str(tmp_path / "before"), str(tmp_path / "after")]
    arguments += ["--qrels", str(tmp_path / "qrels.txt")]
    told = CliRunner().invoke(app, arguments)
    assert told.exit_code == 0, told.output
    assert "q3" in told.output
    assert "non jugé" in told.output
    report = json.loads(CliRunner().invoke(app, [*arguments, "--json"]).output)[arguments[2]]
    assert report["measures"]["hit@1"]["before"] == pytest.approx(2 / 3)
    assert report["measures"]["hit@1"]["p"] == 1
    assert report["changes"][0]["query"]["id"] == "q3"


@pytest.mark.parametrize(
    "topics",
    [
        "1\tbaignade en Lunelle\n2\teau potable\n",
        "<top>\n<num> Number: 1\n<title> Topic: baignade\nen Lunelle\n\n<desc> Description:\nOù ?\n"
        "</top>\n<top>\n<num>2</num><title>eau potable</title>\n</top>\n",
    ],
)
def test_topics_and_qrels_of_trec_are_a_dataset(tmp_path: Path, topics: str) -> None:
    (tmp_path / "topics.txt").write_text(topics, "utf-8")
    with gzip.open(tmp_path / "qrels.txt.gz", "wt") as file:
        file.write("1 0 a 1\n1 0 b 0\n2 0 b 2\n")
    dataset = Dataset(tmp_path)
    assert [(q.id, q.text) for q in dataset.queries()] == [
        ("1", "baignade en Lunelle"), ("2", "eau potable"),
    ]  # fmt: skip
    assert dataset.qrels() == {"1": {"a": 1, "b": 0}, "2": {"b": 2}}


def test_a_judgement_that_is_none_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "q.tsv").write_text("query-id\tcorpus-id\tscore\nq1\ta\t1\nq2\ta\n")
    with pytest.raises(DatasetMissing, match=r"ligne 3 : « q2\ta »"):
        read_qrels(tmp_path / "q.tsv")


def test_runs_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for folder, run in (("old", BEFORE), ("new", AFTER)):
        (tmp_path / folder).mkdir()
        write_run(run, tmp_path / folder / "run")
    (tmp_path / "qrels.txt").write_text("q1 0 a 1\nq3 0 c 1\n")
    runs = [str(tmp_path / name / "run") for name in ("old", "old", "new")]
    arguments = ["compare", *runs, "--qrels", str(tmp_path / "qrels.txt"), "--json"]
    found = json.loads(CliRunner().invoke(app, arguments).output)
    assert list(found) == runs[1:]


@pytest.mark.parametrize(
    ("run", "qrels", "error"),
    [
        (b"", b"q1 0 a 1\n", r"« .*run » est vide"),
        (b"q9 Q0 a 1 0.5 x\n", b"q1 0 a 1\n", "aucune des 1 questions jugées"),
        (b"q1 Q0 a 1 0.5 x\n", b"q1 0 a 0\n", "n'a de document pertinent"),
        (b"\x00\xff\xfe", b"q1 0 a 1\n", r"« .*run » n'est pas un texte en UTF-8"),
        (b"q1 Q0 a 1 0.5 x\n", b"\xe9 0 a 1\n", r"« .*qrels » n'est pas un texte en UTF-8"),
    ],
)
def test_what_cannot_be_compared_is_told(
    tmp_path: Path, run: bytes, qrels: bytes, error: str
) -> None:
    (tmp_path / "run").write_bytes(run)
    (tmp_path / "qrels").write_bytes(qrels)
    with pytest.raises(EntenteError, match=error):
        compared(tmp_path / "run", tmp_path / "qrels")


def compared(run: Path, qrels: Path) -> Comparison:
    one = read_run(run)
    return compare(one, one, read_qrels(qrels), [Query("q1", "", "x", "")])


def test_topics_of_later_tracks_are_read(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "topics.xml.gz", "wt") as file:
        file.write(
            '<topics task="x">\n<topic number="7">\n<query>eau potable</query>\n'
            "<question>où ?</question>\n</topic>\n</topics>\n"
        )
    (tmp_path / "qrels").write_text("7 0 a 1\n")
    assert [(q.id, q.text) for q in Dataset(tmp_path).queries()] == [("7", "eau potable")]
