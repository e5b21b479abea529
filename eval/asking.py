"""A dataset's questions put to an answerer, some of them where nothing answers them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

from eval.citing import Gold
from eval.dataset import Dataset, DatasetMissing, Query, spread
from eval.spans import contains
from indexer import Index
from service.answers.model import Answer, Status

NONE = "none"  # the kind of the questions that nothing answers


class Answerer(Protocol):
    """What is measured: a question in, an answer out."""

    def answer(self, text: str) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Answered:
    """A question, what it was answered in how many seconds, and what would have been right."""

    query: Query
    answer: Answer
    seconds: float
    gold: Gold

    @property
    def answerable(self) -> bool:
        return bool(self.gold.acts)

    @property
    def declined(self) -> bool:
        return self.answer.status == Status.NO_EVIDENCE

    def right(self, index: Index) -> bool:
        """Whether what stands first answers: by an expected span, or else by a citation."""
        if not self.answerable or self.declined or not self.answer.sentences:
            return False
        first = self.answer.sentences[0]
        if self.gold.spans:
            return bool(contains(first.text, self.gold.spans))
        cited = (c for c in self.answer.citations if c.n in first.citations)
        return any(self.gold.supports(c, index.newest(c.document.id)) for c in cited)


def questions(
    dataset: Dataset, most: int | None = None, among: Collection[str] | None = None
) -> list[Query]:
    """Those that are known to have an answer or to have none; none that a program made.

    Args:
        among: ids of the questions that may be asked.

    Raises:
        DatasetMissing: there is none.
    """
    qrels = dataset.qrels()
    known = [
        query
        for query in dataset.queries()
        if (among is None or query.id in among)
        and not query.synthetic
        and (query.kind == NONE or any(qrels.get(query.id, {}).values()))
    ]
    if not known:
        raise DatasetMissing(
            f"« {dataset.folder} » : aucune question n'a de document pertinent, et aucune n'est "
            f"de nature {NONE}."
        )
    return spread(known, most)


def ask(
    answerer: Answerer, queries: Iterable[Query], golds: Mapping[str, Gold] | None = None
) -> list[Answered]:
    """The questions one at a time; without what answers them, they have no answer there."""
    found = []
    for query in queries:
        start = perf_counter()
        answer = answerer.answer(query.text)
        seconds = perf_counter() - start
        found.append(Answered(query, answer, seconds, (golds or {}).get(query.id, Gold())))
    return found


def said(answer: Answer) -> str:
    """The answer as SQuAD would have it, one span: the first of the exact parts, or all of the
    first sentence; nothing where it is declined."""
    exact = [s.text[span.start : span.end] for s in answer.sentences for span in s.exact]
    return next(iter([*exact, *(s.text for s in answer.sentences)]), "")
