"""The judged questions on the sample corpus: whole, and every judgement shown by a quote."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from conftest import DOCUMENTS, ROOT

from corpus import Library

QUESTIONS = ROOT / "eval" / "questions"
KINDS = {"list", "fact", "theme", "reference", "typo", "english", "none"}


def collapse(text: str) -> str:
    return " ".join(text.split())


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def questions() -> list[dict[str, Any]]:
    return rows(QUESTIONS / "queries.jsonl")


@pytest.fixture(scope="module")
def evidence() -> list[dict[str, Any]]:
    return rows(QUESTIONS / "evidence.jsonl")


@pytest.fixture(scope="module")
def judgements() -> dict[tuple[str, str], int]:
    """The score of every judged pair of a question and a document."""
    head, *lines = (QUESTIONS / "qrels" / "test.tsv").read_text("utf-8").splitlines()
    assert head == "query-id\tcorpus-id\tscore"
    pairs = [line.split("\t") for line in lines]
    scores = {(query, document): int(score) for query, document, score in pairs}
    assert len(scores) == len(lines), "a pair is judged twice"
    return scores


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """The documents as the product reads them, white space collapsed."""
    found = {}
    for source in Library(DOCUMENTS).scan():
        assert not isinstance(source, tuple), source
        document = source.read()
        found[document.id] = collapse(document.text)
    return found


def judged(query: str, judgements: dict[tuple[str, str], int]) -> dict[str, int]:
    return {document: score for (asked, document), score in judgements.items() if asked == query}


def test_ids_are_unique(questions: list[dict[str, Any]]) -> None:
    ids = Counter(question["_id"] for question in questions)
    assert [name for name, times in ids.items() if times > 1] == []


def test_there_are_enough_questions_of_every_kind(questions: list[dict[str, Any]]) -> None:
    kinds = Counter(question["kind"] for question in questions)
    assert kinds.total() >= 80
    assert set(kinds) == KINDS
    assert kinds["none"] >= 12


def test_judgements_name_existing_questions_and_documents(
    questions: list[dict[str, Any]],
    judgements: dict[tuple[str, str], int],
    texts: dict[str, str],
) -> None:
    assert {query for query, _ in judgements} <= {question["_id"] for question in questions}
    assert {document for _, document in judgements} <= set(texts)
    assert set(judgements.values()) <= {1, 2}


def test_every_relevant_pair_has_a_quote(
    judgements: dict[tuple[str, str], int], evidence: list[dict[str, Any]]
) -> None:
    assert {(row["query-id"], row["corpus-id"]) for row in evidence} == set(judgements)


def test_every_quote_stands_in_its_document(
    evidence: list[dict[str, Any]], texts: dict[str, str]
) -> None:
    quotes = [(row["query-id"], row["corpus-id"], collapse(row["quote"])) for row in evidence]
    assert [q for q in quotes if not q[2] or q[2] not in texts[q[1]]] == []


def test_only_questions_without_an_answer_have_no_judgement(
    questions: list[dict[str, Any]], judgements: dict[tuple[str, str], int]
) -> None:
    for question in questions:
        scores = judged(question["_id"], judgements)
        assert bool(scores) == (question["kind"] != "none"), question["_id"]


def test_questions_of_one_intent_share_their_judgements(
    questions: list[dict[str, Any]], judgements: dict[tuple[str, str], int]
) -> None:
    shared: dict[str, dict[str, int]] = {}
    for question in questions:
        scores = judged(question["_id"], judgements)
        assert scores == shared.setdefault(question["intent"], scores), question["_id"]
