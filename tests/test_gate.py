"""The gate: what fails it, what does not, and what it says."""

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from conftest import ROOT
from typer.testing import CliRunner

from corpus import Source
from eval import baseline
from eval.__main__ import app
from eval.dataset import QUESTIONS, Dataset, Query
from eval.gate import Shift, judge
from eval.indexed import remembering
from eval.measures import Scores
from eval.scoring import Ranking, Scored
from eval.statistics import difference, loss
from indexer import Encoder, SentenceEncoder, open_index, update
from indexer.settings import Settings
from service.recipe import Method

SHUFFLES = int(os.environ.get("SHUFFLES", "2"))  # 20 gave the figure of docs/decisions.md
NO_STEMS = """
from tantivy import Filter, TextAnalyzerBuilder, Tokenizer
from indexer import lexical
lexical.ANALYZER = (
    TextAnalyzerBuilder(Tokenizer.simple())
    .filter(Filter.lowercase())
    .filter(Filter.custom_stopword(lexical.ELIDED))
    .filter(Filter.stopword("french"))
    .filter(Filter.ascii_fold())
    .build()
)
from eval.__main__ import app
app(["gate", "--most", "3"])
"""
RUNNER = CliRunner()


def test_a_search_without_stems_fails_the_gate() -> None:
    """The analyzer is replaced before anything else is imported: index and questions use it."""
    command = [sys.executable, "-c", NO_STEMS]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300)
    assert done.returncode == 1, done.stderr
    assert "La recherche a perdu (MAP lexical)" in done.stdout
    assert "\n  q" in done.stdout
    assert "\n    1. " in done.stdout


@dataclass(frozen=True)
class Shuffled(Dataset):
    """A dataset whose documents come in another order and under other names."""

    found: tuple[Source, ...]

    def sources(self) -> Iterator[Source]:
        return iter(self.found)


def shuffled(dataset: Dataset, seed: int, folder: Path) -> Shuffled:
    draw = random.Random(seed)
    sources = [source for source in dataset.sources() if isinstance(source, Source)]
    draw.shuffle(sources)
    drawn = draw.sample(range(10**6), len(sources))
    names = {source.id: f"d{number}" for source, number in zip(sources, drawn, strict=True)}
    shutil.copytree(dataset.folder / "qrels", folder / "qrels")
    shutil.copyfile(dataset.folder / "queries.jsonl", folder / "queries.jsonl")
    rows = [
        f"{query}\t{names[document]}\t{relevance}\n"
        for query, judged in dataset.qrels().items()
        for document, relevance in judged.items()
    ]
    (folder / "qrels/test.tsv").write_text("".join(rows))
    lines = (dataset.folder / "evidence.jsonl").read_text("utf-8").splitlines()
    quoted = [{**row, "corpus-id": names[row["corpus-id"]]} for row in map(json.loads, lines)]
    (folder / "evidence.jsonl").write_text("\n".join(map(json.dumps, quoted)))
    return Shuffled(folder, tuple(renamed(source, names[source.id]) for source in sources))


def renamed(source: Source, name: str) -> Source:
    return replace(source, id=name, parse=lambda: replace(source.parse(), id=name))


def searches(dataset: Dataset, folder: Path, encoder: Encoder) -> baseline.Searches:
    update(dataset.sources(), folder, encoder)
    return baseline.watched(dataset, open_index(folder), encoder)


def test_other_names_and_another_order_of_documents_pass_the_gate(
    real_encoder: SentenceEncoder, tmp_path: Path
) -> None:
    own, encoder = Dataset(QUESTIONS), remembering(real_encoder, Settings().cache)
    before = baseline.values(searches(own, tmp_path / "index", encoder))
    for seed in range(SHUFFLES):
        other = shuffled(own, seed, tmp_path / str(seed))
        assert not {source.id for source in other.found} & {s.id for s in own.sources()}
        found = searches(other, tmp_path / f"index{seed}", encoder)
        shifts = judge(before, found, other.qrels())
        moved = sum(row != before[query] for query, row in baseline.values(found).items())
        print(f"seed {seed}: {moved} questions moved")
        assert [name for name, shift in shifts.items() if shift.lost] == []
        assert all(len(scored.ranking.run) > 100 for scored in found.values())


ASKED = [Query(f"q{n}", f"question {n}", f"i{n}", "") for n in range(40)]


def given(values: Mapping[str, float]) -> baseline.Searches:
    """Searches whose every measure of a question is its value."""
    names = {measure for _, measure in baseline.WATCHED.values()}
    scores = Scores(ASKED, {q.id: dict.fromkeys(names, values[q.id]) for q in ASKED})
    found = Scored(Ranking({q.id: {"a": 1.0} for q in ASKED}), scores, scores, {}, [])
    return dict.fromkeys(Method, found)


def judged(changes: list[float]) -> Shift:
    """What the gate says of a measure that was 0.5 everywhere and changed so."""
    before = baseline.values(given({q.id: 0.5 for q in ASKED}))
    after = {q.id: 0.5 + c for q, c in zip(ASKED, changes + [0.0] * 40, strict=False)}
    return judge(before, given(after), {q.id: {"a": 2} for q in ASKED})["nDCG@10"]


@pytest.mark.parametrize(
    ("changes", "lost", "gained"),
    [
        ([], False, False),
        ([-0.3] * 12, True, False),
        ([0.3] * 12, False, True),
        ([-0.3] * 12 + [0.3] * 12, False, False),  # as much won as lost
        ([-0.3] * 6, False, False),  # chance alone loses so one time in 64: five are watched
        ([-0.3] * 7, True, False),
        ([-0.0049] * 40, False, False),  # sure, and too small to matter
    ],
)
def test_only_a_loss_beyond_chance_that_matters_fails(
    changes: list[float], lost: bool, gained: bool
) -> None:
    shift = judged(changes)
    assert (shift.lost, shift.gained) == (lost, gained)


def test_the_questions_that_lost_are_named_most_first() -> None:
    shift = judged([-0.1, 0.2, -0.4])
    assert [(w.query.id, w.before, w.after) for w in shift.worse] == [
        ("q2", 0.5, 0.1), ("q0", 0.5, 0.4),
    ]  # fmt: skip
    assert shift.worse[0].ranked[0].relevance == 2


def test_the_test_of_one_side_asks_whether_something_was_lost() -> None:
    ours, theirs = [0.9, 0.8, 0.7, 0.4, 0.6, 0.7], [0.5, 0.7, 0.4, 0.6, 0.3, 0.2]
    assert loss(theirs, ours) == pytest.approx(difference(theirs, ours).p / 2)
    assert loss(ours, theirs) > 0.9


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    rows = {
        "corpus.jsonl": [
            {"_id": "a", "title": "Baignade", "text": "Trois sites de baignade ouvrent en juin."},
            {"_id": "b", "title": "Eau", "text": "Le syndicat vend de l'eau potable."},
        ],
        "queries.jsonl": [
            {"_id": "q1", "text": "baignade"},
            {"_id": "q2", "text": "eau potable"},
            {"_id": "s1", "text": "piscine", "synthetic": True},
        ],
    }
    for name, lines in rows.items():
        (tmp_path / name).write_text("\n".join(map(json.dumps, lines)))
    (tmp_path / "qrels").write_text("q1 0 a 1\nq2 0 b 1\ns1 0 b 1\n")
    return tmp_path


def test_the_command_writes_a_baseline_and_passes_by_it(dataset: Path) -> None:
    absent = RUNNER.invoke(app, ["gate", str(dataset)])
    assert absent.exit_code == 2
    assert f"n'existe pas : écrivez-la par python -m eval gate {dataset} --write" in absent.stderr
    assert RUNNER.invoke(app, ["gate", str(dataset), "--write"]).exit_code == 0
    written = json.loads((dataset / "baseline.json").read_text())
    assert list(written["values"]) == ["q1", "q2"]
    passed = RUNNER.invoke(app, ["gate", str(dataset)])
    assert passed.exit_code == 0
    assert "La recherche vaut sa référence." in passed.stdout


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("queries.jsonl", "baignade", "piscine", "(questions)"),
        ("qrels", "q2 0 b 1", "q2 0 b 2", "(jugements)"),
        ("corpus.jsonl", "juin", "mai", "(documents)"),
        ("baseline.json", "made_of", "fait_de", "n'est pas lisible"),
    ],
)
def test_a_baseline_of_another_dataset_is_told_with_the_remedy(
    dataset: Path, file: str, old: str, new: str, told: str
) -> None:
    made_of = json.dumps(baseline.digests(Dataset(dataset)))
    (dataset / "baseline.json").write_text(f'{{"made_of": {made_of}, "values": {{}}}}')
    path = dataset / file
    path.write_text(path.read_text().replace(old, new))
    done = RUNNER.invoke(app, ["gate", str(dataset)])
    assert done.exit_code == 2
    assert told in done.stderr
    assert "--write" in done.stderr


def test_a_synthetic_question_leaves_the_baseline_as_it_is(dataset: Path) -> None:
    before = baseline.digests(Dataset(dataset))
    path = dataset / "queries.jsonl"
    path.write_text(path.read_text().replace("piscine", "bassin"))
    assert baseline.digests(Dataset(dataset)) == before
