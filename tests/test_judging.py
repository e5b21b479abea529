"""People judge in the terminal; what they gave is kept, read again and compared."""

import json
from pathlib import Path

import numpy as np
import pytest
from conftest import SmallEncoder, write
from typer.testing import CliRunner, Result

from corpus import Library
from eval.__main__ import app
from eval.agreement import agreement
from eval.dataset import Query, read_qrels
from eval.evidence import places, quotes
from eval.judgements import NoJudgements, grades, read
from eval.pool import Target, of_run, pooled
from eval.runs import write_run
from indexer import open_index, update

TEXTS = {
    "baignade.txt": "CONVENTION DE BAIGNADE\n\nTrois sites de baignade ouvrent en juin.",
    "eau.txt": "VENTE D'EAU\n\nLe syndicat livre de l'eau potable à la commune.",
    "ecole.txt": "TRAVAUX D'ÉCOLE\n\nLe conseil rénove une école.",
}
QUERIES = [{"_id": "q1", "text": "baignade"}, {"_id": "q2", "text": "eau potable"}]
RUNS = [
    {"q1": {"baignade.txt": 2.0, "eau.txt": 1.0}, "q2": {"eau.txt": 1.0}},
    {"q1": {"ecole.txt": 2.0, "baignade.txt": 1.0}, "q2": {"eau.txt": 2.0}},
]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dataset with its index and two runs; the model is the small one."""
    monkeypatch.setattr("eval.commands.judge.SentenceEncoder", lambda *_: SmallEncoder())
    monkeypatch.setenv("ENTENTE_CACHE", str(tmp_path / "cache"))
    update(Library(write(tmp_path / "acts", TEXTS)).scan(), tmp_path / "index", SmallEncoder())
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, QUERIES)))
    for number, run in enumerate(RUNS):
        write_run(run, tmp_path / f"run{number}")
    return tmp_path


def judge(place: Path, typed: str, *options: str, judge: str = "marie") -> Result:
    runs = [] if "--passages" in options else [str(place / "run0"), str(place / "run1")]
    arguments = ["judge", str(place), *runs, "--index", str(place / "index"), "--judge", judge]
    return CliRunner().invoke(app, [*arguments, *options], input=typed)


def test_a_pool_has_the_first_of_each_run_once_in_an_order_that_tells_nothing() -> None:
    queries = [Query(f"q{n}", "", "", "") for n in range(50)]
    runs = [
        of_run({q.id: {f"d{n}": -float(n) for n in range(start, 9)} for q in queries})
        for start in (0, 2)
    ]
    items = pooled(runs, queries, 4, seed=1)
    assert items == pooled(reversed(runs), queries, 4, seed=1)
    assert items != pooled(runs, queries, 4, seed=2)
    assert [query.id for query, _ in items[::6]] == [query.id for query in queries]
    found = [[t.document for q, t in items if q is query] for query in queries]
    assert {tuple(sorted(documents)) for documents in found} == {
        ("d0", "d1", "d2", "d3", "d4", "d5")
    }
    assert {documents[0] for documents in found} == {"d0", "d1", "d2", "d3", "d4", "d5"}


def test_what_is_judged_is_kept_and_never_asked_again(place: Path) -> None:
    first = judge(place, "2\nq\n")
    assert first.exit_code == 0, first.output
    assert "1 sur 4" in first.stdout
    assert "Question : baignade" in first.stdout
    assert "run" not in first.stdout
    assert "Il reste 3 résultats à juger." in first.stdout
    again = judge(place, "1\np\n0\n")
    assert "1 sur 3" in again.stdout
    assert "Il reste 1 résultat à juger." in again.stdout
    last = judge(place, "0\n")
    assert "Tout est jugé." in last.stdout
    rows = [json.loads(x) for x in (place / "judgements/marie.jsonl").read_text().splitlines()]
    assert len({(row["query-id"], row["corpus-id"]) for row in rows}) == len(rows) == 4
    assert {row["judge"] for row in rows} == {"marie"}
    assert all(row["when"].startswith("20") for row in rows)
    qrels = read_qrels(place / "judgements/marie.qrels")
    assert set(qrels["q1"]) == set(TEXTS)
    assert set(qrels["q2"]) == {"eau.txt"}
    assert sorted([*qrels["q1"].values(), *qrels["q2"].values()]) == [0, 0, 1, 2]
    assert "1 sur" not in judge(place, "").stdout
    assert "1 sur 4" in judge(place, "", judge="paul").stdout


def test_one_can_come_back_and_mend_a_grade(place: Path) -> None:
    told = judge(place, "2\nr\nbof\n0\nq\n").stdout
    assert "[noté 2]" in told
    assert "« bof » n'est pas une réponse." in told
    (judgement,) = read(place / "judgements/marie.jsonl").values()
    assert judgement.grade == 0


def test_a_document_is_shown_with_its_best_passage(place: Path) -> None:
    told = judge(place, "p\n" * 4).stdout
    assert "Titre : CONVENTION DE BAIGNADE" in told
    assert "Trois sites de baignade ouvrent en juin." in told
    assert "Il reste 4 résultats à juger." in told


def test_judged_passages_are_further_evidence(place: Path) -> None:
    told = judge(place, "1\n" * 100, "--passages", "--depth", "2")
    assert told.exit_code == 0, told.output
    assert "Tout est jugé." in told.stdout
    (place / "judgements/marie.evidence.jsonl").rename(place / "evidence.jsonl")
    found = quotes(place)
    assert {quote.query for quote in found} == {"q1", "q2"}
    index = open_index(place / "index")
    where, lost = places(found, index)
    assert lost == []
    spans = {pair[1].span for pair in read(place / "judgements/marie.passages.jsonl")}
    assert {(p.start, p.end) for found in where.values() for p in found} <= spans


def test_a_stage_that_is_off_puts_nothing_into_the_pool(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "1 sur 6" in judge(place, "", "--passages").stdout
    monkeypatch.setenv("ENTENTE_OFF", "dense")
    assert "1 sur 2" in judge(place, "", "--passages").stdout


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--judge", "../marie"], "--judge = « ../marie »"),
        (["--judge", ""], ""),
    ],
)
def test_a_judges_name_is_that_of_a_file(place: Path, options: list[str], told: str) -> None:
    done = judge(place, "", *options)
    assert done.exit_code == (2 if told else 0)
    assert told in done.stderr


def test_runs_or_passages_are_asked_for(place: Path) -> None:
    done = CliRunner().invoke(app, ["judge", str(place)])
    assert done.exit_code == 2
    assert "Donnez des runs à juger, ou bien --passages." in done.stderr


def test_runs_of_another_dataset_are_told(place: Path) -> None:
    for name in ("run0", "run1"):
        write_run({"q9": {"eau.txt": 1.0}}, place / name)
    done = judge(place, "")
    assert done.exit_code == 2
    assert "aucune question du jeu" in done.stderr


def pairs(*given: int) -> dict[tuple[str, Target], int]:
    return {(f"q{n}", Target("d")): grade for n, grade in enumerate(given)}


def test_kappa_is_that_of_its_definition() -> None:
    ours, theirs = [0, 1, 2, 2, 0, 1, 0, 2, 2, 1], [0, 2, 2, 1, 0, 1, 1, 2, 0, 1]
    seen, ones, others = np.zeros((3, 3)), np.zeros(3), np.zeros(3)
    for one, other in zip(ours, theirs, strict=True):
        seen[one, other] += 1
        ones[one] += 1
        others[other] += 1
    weights = np.subtract.outer(range(3), range(3)) ** 2
    expected = 1 - (weights * seen).sum() / (weights * np.outer(ones, others) / 10).sum()
    found = agreement(pairs(*ours), pairs(*theirs))
    assert found.kappa == pytest.approx(expected)
    assert (found.pairs, found.same) == (10, 6)
    assert found.apart[0][1:] == (2, 0)


def test_a_grade_that_nobody_gave_lies_between_two_that_were() -> None:
    """0 and 2 are two apart, though there is no 1: without it the weights would be of ranks."""
    ours, theirs = pairs(0, 2, 3, 0, 2), pairs(0, 3, 3, 2, 2)
    seen = sum((ours[p] - theirs[p]) ** 2 for p in ours) / len(ours)
    chance = np.mean([(x - y) ** 2 for x in ours.values() for y in theirs.values()])
    assert agreement(ours, theirs).kappa == pytest.approx(1 - seen / chance)


def test_one_grade_for_everything_says_nothing_of_agreement() -> None:
    assert agreement(pairs(1, 1), pairs(1, 1)).kappa is None
    assert agreement(pairs(0, 1, 2), pairs(0, 1, 2)).kappa == 1


def test_the_command_compares_two_judges(place: Path) -> None:
    judge(place, "2\n0\n0\n2\n")
    judge(place, "2\n2\n0\n2\n", judge="paul")
    files = [str(place / "judgements" / name) for name in ("marie.jsonl", "paul.qrels")]
    done = CliRunner().invoke(app, ["agreement", *files])
    assert done.exit_code == 0, done.output
    assert "4 paires jugées par les deux, dont 3 de même note." in done.stdout
    assert "0 et 2" in done.stdout
    found = json.loads(CliRunner().invoke(app, ["agreement", *files, "--json"]).stdout)
    assert (found["pairs"], found["apart"][0]["grades"]) == (4, [0, 2])
    assert grades(Path(files[0])).keys() == grades(Path(files[1])).keys()


def test_files_that_share_nothing_or_hold_nothing_are_told(tmp_path: Path) -> None:
    for name, line in (("a", "q1 0 a 1"), ("b", "q1 0 b 1"), ("c.jsonl", '{"query-id": 1}')):
        (tmp_path / name).write_text(f"{line}\n")
    done = CliRunner().invoke(app, ["agreement", str(tmp_path / "a"), str(tmp_path / "b")])
    assert done.exit_code == 2
    assert "n'ont jugé aucune paire en commun" in done.stderr
    with pytest.raises(NoJudgements, match=r"c\.jsonl », ligne 1"):
        read(tmp_path / "c.jsonl")
