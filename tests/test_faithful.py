"""All that answers show, checked against the index and against the documents read anew."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from conftest import LIBRARY, SmallEncoder, write
from typer.testing import CliRunner

from eval.__main__ import app
from eval.dataset import Dataset
from eval.faithful import asked, faithful, faults
from eval.first_sentence import FirstSentence
from indexer import Index, LocalIndex, SentenceEncoder
from service.answers.model import Answer
from service.recipe import Recipe
from service.search import Span


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    files = {
        "corpus.json": json.dumps({"library": "../library"}),
        "queries.jsonl": json.dumps({"_id": "q0", "text": "baignade surveillée sites"}),
    }
    write(tmp_path / "library", LIBRARY)
    return Dataset(write(tmp_path / "data", files))


@dataclass(frozen=True)
class Eager:
    """The simplest answerer, which declines half of what it is asked, by its length."""

    index: Index

    def answer(self, text: str) -> Answer:
        least = float(len(text) % 2)
        return FirstSentence(self.index, SmallEncoder(), Recipe(), least=least).answer(text)


def test_questions_and_titles_are_asked_and_all_that_is_shown_is_counted(
    dataset: Dataset, index: LocalIndex
) -> None:
    texts = asked(dataset, index)
    assert texts[0] == "baignade surveillée sites"
    assert len(texts) > 1
    found = faithful(texts, Eager(index), index, dataset)
    assert found["unfaithful"] == []
    assert found["answers"] == len(texts) == sum(found["kinds"].values())
    assert 0 < found["served"] < found["answers"]
    assert found["quotes"] > found["citations"] > 0
    assert found["marks"] > 0


def test_a_document_that_says_something_else_when_read_anew_is_told(
    dataset: Dataset, index: LocalIndex, tmp_path: Path
) -> None:
    for path in (tmp_path / "library").rglob("*.md"):
        path.write_text(path.read_text("utf-8").replace("aignade", "atation"), encoding="utf-8")
    texts = ["baignade surveillée ?!", "baignade surveillée"]  # one of them is answered
    found = faithful(texts, Eager(index), index, dataset)
    assert found["served"] == 1
    assert found["unfaithful"]


def test_a_quote_that_is_shifted_and_a_mark_that_leads_out_are_told(index: LocalIndex) -> None:
    answer = FirstSentence(index, SmallEncoder(), Recipe(), least=0.0).answer("baignade surveillée")
    assert faults(answer, index) == []
    (citation,), (sentence,) = answer.citations, answer.sentences
    shifted = replace(answer, citations=(replace(citation, start=citation.start + 1),))
    assert any("n'est pas ce que dit" in line for line in faults(shifted, index))
    out = Span(len(sentence.text), len(sentence.text) + 3)
    marked = replace(answer, sentences=(replace(sentence, exact=(out,)),))
    assert faults(marked, index) == ["«  » n'est pas dans ce qui est cité."]


def test_the_command_tells_what_it_checked(
    dataset: Dataset,
    real_encoder: SentenceEncoder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("eval.commands.faithful.SentenceEncoder", lambda *_: real_encoder)
    monkeypatch.setenv("ENTENTE_CACHE", str(tmp_path / "cache"))
    done = CliRunner().invoke(app, ["faithful", str(dataset.folder), "--most", "3"])
    assert done.exit_code == 0, done.output
    assert "2 questions" in done.stdout
    assert "0 écart." in done.stdout
