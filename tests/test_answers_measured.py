"""Answers measured end to end: the simplest answerer over small documents, and the command."""

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from conftest import LIBRARY, SmallEncoder, write
from selectolax.lexbor import LexborHTMLParser
from typer.testing import CliRunner

from corpus import Library
from eval.__main__ import app
from eval.answers import answers
from eval.asking import Answered, Answerer, ask, questions, said
from eval.citing import Gold
from eval.dataset import QUESTIONS, Dataset, DatasetMissing, Query, spread
from eval.first_sentence import FirstSentence
from eval.given import Given
from eval.kinds import told_kinds
from indexer import Filters, Index, LocalIndex, SentenceEncoder, open_index, update
from indexer.notes import decimal
from service.answers.model import Answer, Kind, Sentence, Status
from service.recipe import Recipe
from service.search import Span

LISTED = ("list", "fact", 1)
ROWS = [
    {"_id": "q0", "text": "baignade surveillée sites", "kind": "fact", "answers": ["trois sites"]},
    {"_id": "q1", "text": "prix de l'eau potable", "kind": "list", "answers": ["0,42 euro"]},
    {"_id": "q2", "text": "téléphérique", "kind": "none"},
    {"_id": "q3", "text": "que dit l'école ?", "kind": "fact", "synthetic": True},
    {"_id": "q4", "text": "sans jugement", "kind": "fact"},
]
JUDGED = (
    ("q0", "conventions~baignade.md"),
    ("q0", "conventions~ôtée.md"),
    ("q1", "conventions~eau.txt"),
    ("q3", "x"),
)


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    """Questions about the small library, some quoted, some not; one has no answer."""
    quote = {"query-id": "q1", "corpus-id": JUDGED[2][1], "quote": "au prix de 0,42 euro"}
    lost = {**quote, "quote": "au prix de 3 euros"}
    files = {
        "corpus.json": json.dumps({"library": "../library"}),
        "queries.jsonl": "\n".join(map(json.dumps, ROWS)),
        "evidence.jsonl": f"{json.dumps(quote)}\n{json.dumps(lost)}",
        "qrels/test.tsv": "".join(f"{query}\t{document}\t1\n" for query, document in JUDGED),
    }
    return Dataset(write(tmp_path / "data", files))


@dataclass(frozen=True)
class Eager:
    """The simplest answerer, which never declines what has a hit."""

    index: Index

    def answer(self, text: str) -> Answer:
        return FirstSentence(self.index, SmallEncoder(), Recipe(), least=0.0).answer(text)


def cautious(index: Index) -> Answerer:
    return FirstSentence(index, SmallEncoder(), Recipe(), least=1.0)


def elsewhere(tmp_path: Path) -> LocalIndex:
    folder = write(tmp_path / "other", {"c.txt": "Le musée expose des estampes.\n\nEntrée libre."})
    update(Library(folder).scan(), tmp_path / "away", SmallEncoder())
    return open_index(tmp_path / "away")


def test_questions_that_nobody_judged_or_that_a_program_made_are_not_asked(
    dataset: Dataset,
) -> None:
    assert [query.id for query in questions(dataset)] == ["q0", "q1", "q2"]
    assert questions(dataset)[0].answers == ("trois sites",)
    assert [query.id for query in questions(dataset, 2)] == ["q0", "q2"]


def test_a_dataset_without_any_judged_question_is_refused(tmp_path: Path) -> None:
    files = {"queries.jsonl": json.dumps(ROWS[0]), "qrels/test.tsv": "q9\tx\t1\n"}
    with pytest.raises(DatasetMissing, match="aucune question n'a de document pertinent"):
        questions(Dataset(write(tmp_path, files)))


@pytest.mark.parametrize(("most", "kept"), [(None, 10), (3, 3), (4, 4), (6, 5), (99, 10)])
def test_questions_are_taken_evenly_and_no_more_than_asked(most: int | None, kept: int) -> None:
    queries = [Query(f"q{n}", "", "", "") for n in range(10)]
    found = spread(queries, most)
    assert len(found) == kept
    assert found[0] == queries[0]
    assert spread([], most) == []


def test_what_is_answered_is_measured(dataset: Dataset, index: LocalIndex, tmp_path: Path) -> None:
    found = answers(dataset, Eager, index, elsewhere(tmp_path))
    assert (found["questions"], found["answerable"]) == (5, 2)
    assert found["spans"]["overall"]["sentence"] == 1
    assert 0 < found["spans"]["overall"]["f1"] < 1
    assert found["spans"]["overall"]["exact"] == 0
    assert found["citations"]["overall"] == {"precision": 1, "recall": 1, "documents": 1}
    assert found["citations"]["unfaithful"] == []
    assert found["citations"]["checked"] == found["statuses"]["answered"]
    assert found["lists"]["questions"] == 1
    assert found["lists"]["overall"] == {"precision": 1, "recall": 1}
    (line,) = found["lost"]
    assert line == "q1 : la citation « au prix de 3 euros » n'est plus dans conventions~eau.txt."
    assert found["absent"] == ["conventions~ôtée.md"]
    right = {row["id"]: row["right"] for row in found["per_query"][:3]}
    assert right == {"q0": True, "q1": True, "q2": False}
    assert not any(row["right"] or row["answerable"] for row in found["per_query"][3:])


def test_who_never_answers_declines_all_and_serves_nothing(
    dataset: Dataset, index: LocalIndex
) -> None:
    found = answers(dataset, cautious, index)
    assert found["statuses"] == {"no_evidence": 3}
    assert found["abstention"]["recall"] == 1
    assert found["abstention"]["precision"] == pytest.approx(1 / 3)
    assert found["spans"]["overall"] == {"exact": 0, "f1": 0, "sentence": 0, "answer": 0}
    assert found["citations"]["questions"] == found["citations"]["checked"] == 0
    assert found["risk_coverage"]["served"] == {"coverage": 0, "risk": 0}
    assert found["risk_coverage"]["aurc"] == 1
    by_kind = found["abstention_by_kind"].values()
    assert sum(row["declined"] for row in by_kind) == 2
    assert sum(row["rightly_declined"] for row in by_kind) == 1


def test_what_is_served_comes_before_what_is_declined_on_the_curve(
    dataset: Dataset, index: LocalIndex
) -> None:
    """However sure a declined answer says to be."""

    @dataclass(frozen=True)
    class Unsure:
        index: Index

        def answer(self, text: str) -> Answer:
            known = "téléphérique" not in text
            maker = Eager if known else cautious
            return replace(maker(self.index).answer(text), confidence=0.0 if known else 1.0)

    found = answers(dataset, Unsure, index)
    assert found["risk_coverage"]["served"] == {"coverage": pytest.approx(2 / 3), "risk": 0}
    assert found["risk_coverage"]["aurc"] == pytest.approx(1 / 9)
    assert found["risk_coverage"]["excess"] == 0
    assert found["abstention"] == {"precision": 1, "recall": 1, "f1": 1, "auroc": 0}


def test_given_documents_alone_answer(dataset: Dataset, index: LocalIndex) -> None:
    only = Given(index, ["deliberations~ecole.html"])
    assert Eager(only).answer("baignade").citations[0].document.id == "deliberations~ecole.html"
    assert Eager(index).answer("baignade").citations[0].document.id == JUDGED[0][1]
    both = Given(index, [JUDGED[0][1], JUDGED[2][1]])
    kinds = Filters(kind=("délibération",))
    assert [d.id for d in only.documents(kinds)] == ["deliberations~ecole.html"]
    assert both.documents(kinds) == []
    found = answers(dataset, Eager, index, given=True)
    assert (found["questions"], found["answerable"]) == (2, 2)
    assert found["citations"]["overall"]["documents"] == 1


def test_without_the_acts_that_answer_nothing_is_right(dataset: Dataset, index: LocalIndex) -> None:
    found = answers(dataset, Eager, index, withheld=True)
    assert (found["questions"], found["answerable"]) == (5, 2)
    near = {row["id"]: row for row in found["per_query"][3:]}
    assert near.keys() == {"q0", "q1"}
    assert not any(row["answerable"] or row["right"] for row in near.values())
    cited = {name: {c["document"] for c in row["citations"]} for name, row in near.items()}
    assert all(cited.values())
    assert JUDGED[0][1] not in cited["q0"]
    assert JUDGED[2][1] not in cited["q1"]
    bins = found["confidence"]["bins"]
    assert found["confidence"]["count"] == found["statuses"]["answered"]
    assert sum(one["share"] * one["is"] for one in bins) == pytest.approx(2 / 5)


def test_the_exact_part_is_what_is_said() -> None:
    whole = Sentence("Elle dure quatre ans.", ())
    marked = replace(whole, exact=(Span(10, 20), Span(0, 4)))
    answer = Answer(Kind.FACT, Status.ANSWERED, (whole, marked), (), (), 0.5, 1)
    assert said(answer) == "quatre ans"
    assert said(replace(answer, sentences=(whole,))) == "Elle dure quatre ans."
    assert said(replace(answer, sentences=())) == ""


def test_only_what_stands_first_makes_an_answer_right(index: LocalIndex) -> None:
    sentences = (Sentence("Rien.", ()), Sentence("Quatre ans.", ()))
    answer = Answer(Kind.FACT, Status.ANSWERED, sentences, (), (), 0.5, 1)
    gold = Gold(frozenset({"x"}), (), ("quatre ans",))
    assert not Answered(Query("q", "", "", ""), answer, 0.0, gold).right(index)
    turned = replace(answer, sentences=sentences[::-1])
    assert Answered(Query("q", "", "", ""), turned, 0.0, gold).right(index)
    assert not Answered(Query("q", "", "", ""), turned, 0.0, Gold()).right(index)


def test_every_answer_over_the_sample_corpus_is_faithful(
    sample_index: LocalIndex, real_encoder: SentenceEncoder
) -> None:
    def make(index: Index) -> Answerer:
        return FirstSentence(index, real_encoder, Recipe(), least=0.0)

    found = answers(Dataset(QUESTIONS), make, sample_index, most=20)
    assert found["lost"] == found["citations"]["unfaithful"] == []
    assert found["citations"]["checked"] == found["questions"]
    assert found["citations"]["overall"]["documents"] > 0.5


def test_the_kind_stated_is_scored_where_the_question_has_one() -> None:
    def asked(right: str, told: Kind) -> Answered:
        found = Answer(told, Status.NO_EVIDENCE, (), (), (), 0.0, 1)
        return Answered(Query("q", "", "", right), found, 0.0, Gold())

    found = told_kinds(
        [
            asked("list", Kind.LIST),
            asked("list", Kind.FACT),
            asked("fact", Kind.FACT),
            asked("theme", Kind.FACT),
        ]
    )
    assert found == {"questions": 3, "accuracy": pytest.approx(2 / 3), "confused": [LISTED]}
    assert told_kinds([])["accuracy"] == 0


def test_each_question_is_timed(dataset: Dataset, index: LocalIndex) -> None:
    asked = ask(Eager(index), questions(dataset))
    assert all(0 < one.seconds < 10 for one in asked)


def test_the_command_tells_and_speaks_json(
    dataset: Dataset,
    sample_folder: Path,
    real_encoder: SentenceEncoder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("eval.commands.answers.SentenceEncoder", lambda *_: real_encoder)
    monkeypatch.setenv("ENTENTE_CACHE", str(tmp_path / "cache"))
    write(tmp_path / "library", LIBRARY)
    command = ["answers", str(dataset.folder), "--elsewhere", str(sample_folder)]
    done = CliRunner().invoke(app, [*command, "--per-query"])
    assert done.exit_code == 0, done.output
    assert "data : 5 questions, dont 3 sans réponse ; " in done.stdout
    assert "Abstention : précision " in done.stdout
    assert "Confiance : écart moyen " in done.stdout
    assert "Au mot près : " in done.stdout
    assert "q2 « téléphérique » : " in done.stdout
    assert "n'est plus dans conventions~eau.txt." in done.stderr
    assert "1 document pertinent hors de l'index : conventions~ôtée.md" in done.stderr
    done = CliRunner().invoke(app, [*command, "--json", "-o", str(tmp_path / "page.html")])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert "per_query" not in found
    assert set(found["latency_ms"]) == {"p50", "p95"}
    assert len(found["risk_coverage"]["curve"]) == 20
    page = (tmp_path / "page.html").read_text("utf-8")
    assert f"AURC {decimal(found['risk_coverage']['aurc'], '.3f')}" in page
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page
    assert "1 document pertinent hors de l’index" in page.replace("\u00a0", " ")
    assert not re.findall(r"\d\.\d", text_of(page))  # a decimal comma


def test_a_citation_that_is_not_what_its_document_holds_ends_the_command_with_1(
    dataset: Dataset,
    real_encoder: SentenceEncoder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    @dataclass(frozen=True)
    class Shifting:
        index: Index
        encoder: SentenceEncoder
        recipe: Recipe

        def answer(self, text: str) -> Answer:
            found = Eager(self.index).answer(text)
            return replace(
                found, citations=tuple(replace(c, start=c.start + 1) for c in found.citations)
            )

    monkeypatch.setattr("eval.commands.answers.SentenceEncoder", lambda *_: real_encoder)
    monkeypatch.setattr("eval.commands.answers.Quoting", Shifting)
    monkeypatch.setenv("ENTENTE_CACHE", str(tmp_path / "cache"))
    write(tmp_path / "library", LIBRARY)
    done = CliRunner().invoke(app, ["answers", str(dataset.folder)])
    assert done.exit_code == 1, done.output
    assert "n'est pas ce que dit le document" in done.stderr


def text_of(page: str) -> str:
    """What the body of a page says, without its plots."""
    tree = LexborHTMLParser(page)
    tree.strip_tags(["svg", "style"])
    return tree.body.text() if tree.body else ""
