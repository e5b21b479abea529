"""The report of `python -m eval answers`."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np

from eval.asking import Answered, Answerer, ask, questions, said
from eval.calibration import auroc, reliability
from eval.citing import Gold, citing, golds, listing, unfaithful
from eval.dataset import Dataset, DatasetMissing, Query
from eval.given import Given
from eval.kinds import told_kinds
from eval.measures import Scores
from eval.retrieval import percentiles
from eval.risk import abstention, excess, risk_coverage
from eval.spans import contains, exact_match, f1
from indexer import Index, LocalIndex
from service.answers.model import Kind

COVERAGES = tuple(n / 20 for n in range(1, 21))
MEASURES = {  # by part of the report: its title in French, and those of its measures
    "spans": (
        "Extraits attendus",
        {"exact": "exact", "f1": "F1", "sentence": "1re phrase", "answer": "réponse"},
    ),
    "citations": (
        "Citations des questions répondues",
        {"precision": "précision", "recall": "rappel", "documents": "bon document"},
    ),
    "lists": ("Listes", {"precision": "précision", "recall": "rappel"}),
}
ABSTENTION = {"precision": "précision", "recall": "rappel", "f1": "F1", "auroc": "AUROC"}
DECLINED = {
    "answerable": "avec réponse",
    "declined": "dont déclinées",
    "unanswerable": "sans réponse",
    "rightly_declined": "dont déclinées",
}
Judge = Callable[[Answered], Mapping[str, float]]


def answers(
    dataset: Dataset,
    make: Callable[[LocalIndex], Answerer],
    index: LocalIndex,
    elsewhere: LocalIndex | None = None,
    most: int | None = None,
    given: bool = False,
    withheld: bool = False,
    among: Collection[str] | None = None,
) -> dict[str, Any]:
    """What answers are worth; `make` makes the answerer of an index.

    Args:
        elsewhere: an index that answers none of the questions: those that have an answer at home
            are asked of it too, as many without an answer as with one.
        most: questions of the dataset to ask, spread evenly.
        given: whether each question is asked of the acts that answer it alone; those that have no
            answer are not asked.
        withheld: whether each question that has an answer is asked once more without the acts that
            answer it: what is nearest then answers nothing.
        among: ids of the questions that may be asked; None for all.
    """
    queries = questions(dataset, most, among)
    known, lost = golds(dataset, queries, index)
    home = _given(queries, known, make, index) if given else ask(make(index), queries, known)
    if not home:
        raise DatasetMissing(f"« {dataset.folder} » : aucune question n'a de document pertinent.")
    again = [a.query for a in home if a.answerable]
    away = ask(make(elsewhere), again) if elsewhere else []
    near = _withheld(again, known, make, index) if withheld else []
    wrong = unfaithful((a.answer for a in (*home, *near)), index)
    wrong += unfaithful((a.answer for a in away), elsewhere) if elsewhere else []
    every, answerable = [*home, *near, *away], [a for a in home if a.answerable]
    served = [a for a in answerable if a.answer.citations]  # a list may cite nothing
    acts = {act for a in answerable for act in a.gold.acts}
    lists = [a for a in answerable if a.query.kind == Kind.LIST]
    return {
        "dataset": dataset.name,
        "questions": len(every),
        "answerable": len(answerable),
        "statuses": dict(Counter(a.answer.status.value for a in every)),
        "spans": _measured([a for a in answerable if a.gold.spans], _spans),
        "citations": {
            **_measured(served, lambda a: citing(a.answer, a.gold, index)),
            "checked": sum(len(a.answer.citations) for a in every),
            "unfaithful": wrong,
        },
        "lists": _measured(lists, lambda a: listing(a.answer, a.gold, index)),
        "abstention": _abstention(every),
        "abstention_by_kind": _by_kind(every),
        "kinds": told_kinds(every),
        "risk_coverage": _risk(every, index),
        "confidence": _confidence(every, index),
        "latency_ms": percentiles([a.seconds for a in every]),
        "lost": lost,
        "absent": sorted(acts - index.describe(sorted(acts)).keys()),
        "per_query": [
            *(_told(a, index) for a in (*home, *near)),
            *(_told(a, elsewhere) for a in away if elsewhere),
        ],
    }


def _given(
    queries: Sequence[Query],
    known: Mapping[str, Gold],
    make: Callable[[LocalIndex], Answerer],
    index: LocalIndex,
) -> list[Answered]:
    found = []
    for query in queries:
        if acts := known[query.id].acts:
            right = Given(index, [v for act in acts for v in index.versions(act)])
            found += ask(make(right), [query], known)
    return found


def _withheld(
    queries: Sequence[Query],
    known: Mapping[str, Gold],
    make: Callable[[LocalIndex], Answerer],
    index: LocalIndex,
) -> list[Answered]:
    found = []
    for query in queries:
        versions = [v for act in known[query.id].acts for v in index.versions(act)]
        found += ask(make(Given(index, versions, without=True)), [query])
    return found


def _measured(asked: list[Answered], judge: Judge) -> dict[str, Any]:
    """Means over questions, over intents with their intervals, and over questions of a kind."""
    scores = Scores([a.query for a in asked], {a.query.id: judge(a) for a in asked})
    return {
        "questions": len(asked),
        "overall": scores.mean(),
        "per_intent": scores.mean_by_intent(),
        "intervals": {name: [i.low, i.high] for name, i in scores.intervals().items()},
        "by_kind": scores.by_kind(),
    }


def _spans(asked: Answered) -> dict[str, float]:
    """What is declined says nothing, and so nothing that is expected."""
    expected, sentences = asked.gold.spans, [s.text for s in asked.answer.sentences]
    return {
        "exact": exact_match(said(asked.answer), expected),
        "f1": f1(said(asked.answer), expected),
        "sentence": contains("".join(sentences[:1]), expected),
        "answer": max((contains(text, expected) for text in sentences), default=0.0),
    }


def _abstention(asked: list[Answered]) -> dict[str, float]:
    """Of declining; and how often what has an answer is surer than what has none (AUROC)."""
    has = np.array([a.answerable for a in asked])
    sure = np.array([a.answer.confidence for a in asked])
    declined = [a.declined for a in asked]
    return {**abstention(declined, [not one for one in has]), "auroc": auroc(sure, has)}


def _by_kind(asked: list[Answered]) -> dict[str, dict[str, int]]:
    """By the kind that the answer states: how many declined, of those that have an answer and of
    those that have none."""
    found = {}
    for kind in sorted({a.answer.kind for a in asked}):
        of = [a for a in asked if a.answer.kind == kind]
        has = [a for a in of if a.answerable]
        found[kind.value] = {
            "answerable": len(has),
            "declined": sum(a.declined for a in has),
            "unanswerable": len(of) - len(has),
            "rightly_declined": sum(a.declined for a in of if not a.answerable),
        }
    return found


def _risk(asked: list[Answered], index: Index) -> dict[str, Any]:
    """The curve over all questions: what is declined comes last, and has nothing right to serve."""
    # 2 apart, so that no declined answer, however sure it says to be, is level with a served one
    order = [a.answer.confidence + 2 * (not a.declined) for a in asked]
    wrong = [not a.right(index) for a in asked]
    curve = risk_coverage(order, wrong)
    share = sum(not a.declined for a in asked) / len(asked)
    return {
        "aurc": curve.aurc,
        "excess": excess(order, wrong),
        "served": {"coverage": share, "risk": curve.at(share) if share else 0.0},
        "curve": [[coverage, curve.at(coverage)] for coverage in COVERAGES],
    }


def _confidence(asked: list[Answered], index: Index) -> dict[str, Any]:
    """How far the confidence of what is answered is from how often it is right."""
    served = [a for a in asked if not a.declined]
    sure = np.array([a.answer.confidence for a in served])
    right = np.array([a.right(index) for a in served], bool)
    return reliability(sure, right, np.ones(sure.size)) if served else {"count": 0}


def _told(asked: Answered, index: Index) -> dict[str, Any]:
    answer = asked.answer
    return {
        "id": asked.query.id,
        "question": asked.query.text,
        "answerable": asked.answerable,
        "status": answer.status,
        "kind": answer.kind,
        "confidence": answer.confidence,
        "right": asked.right(index),
        "said": said(answer),
        "sentences": [{"text": s.text, "citations": s.citations} for s in answer.sentences],
        "citations": [
            {
                "n": c.n,
                "document": c.document.id,
                "start": c.start,
                "end": c.end,
                "quote": c.quote,
                "supports": asked.gold.supports(c, index.newest(c.document.id)),
            }
            for c in answer.citations
        ],
        "reason": answer.reason,
        "expected": asked.gold.spans,
    }
