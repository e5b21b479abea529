"""Whether all that answers show is, code point by code point, what its document holds."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from corpus.source import Source
from eval.asking import Answerer
from eval.dataset import Dataset
from indexer import Filters, Index
from service.answers.model import Answer

TOLD = 60  # characters of what is not faithful


@dataclass(frozen=True, slots=True)
class Shown:
    """A text that an answer gives as a document's, and where it says it stands."""

    document: str
    start: int
    end: int
    text: str


def shown(answer: Answer) -> Iterator[Shown]:
    """The quotes of an answer and the passages offered beside it."""
    for citation in answer.citations:
        yield Shown(citation.document.id, citation.start, citation.end, citation.quote)
    for hit in answer.nearest:
        for cited in hit.passages:
            passage = cited.passage
            yield Shown(passage.document, passage.start, passage.end, passage.text)


def marked(answer: Answer) -> Iterator[tuple[str, str]]:
    """What is marked as an exact part, each with the quotes that it should be found in; and what
    is highlighted, with its passage. A span that leads out of its text marks nothing."""
    quotes = {citation.n: citation.quote for citation in answer.citations}
    for sentence in answer.sentences:
        cited = "\n".join(quotes[n] for n in sentence.citations)
        for exact in sentence.exact:
            yield sentence.text[exact.start : exact.end], cited
    for hit in answer.nearest:
        for found in hit.passages:
            text = found.passage.text
            for span in found.highlights:
                yield text[span.start : span.end] if span.end <= len(text) else "", text


def faults(answer: Answer, *witnesses: Index | dict[str, str]) -> list[str]:
    """What of an answer one of the witnesses, or what it quotes itself, does not hold; told."""
    told = [
        f"{one.document} [{one.start}:{one.end}] : « {one.text[:TOLD]} » n'est pas ce que dit le "
        "document."
        for one in shown(answer)
        for witness in witnesses
        if _text(witness, one.document)[one.start : one.end] != one.text
    ]
    told += [
        f"« {part[:TOLD]} » n'est pas dans ce qui est cité."
        for part, text in marked(answer)
        if not part or part not in text
    ]
    return told


def faithful(
    texts: Iterable[str], answerer: Answerer, index: Index, dataset: Dataset
) -> dict[str, Any]:
    """Counts over the answers to these questions: what they show, checked against the index and
    against the dataset's documents, read anew."""
    read = {s.id: s.read().text for s in dataset.sources() if isinstance(s, Source)}
    counts: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    wrong: list[str] = []
    for text in texts:
        answer = answerer.answer(text)
        kinds[answer.kind.value] += 1
        counts["answers"] += 1
        counts["served"] += bool(answer.sentences)
        counts["citations"] += len(answer.citations)
        counts["quotes"] += sum(1 for _ in shown(answer))
        counts["marks"] += sum(1 for _ in marked(answer))
        wrong += faults(answer, index, read)
    names = ("answers", "served", "citations", "quotes", "marks")
    return {**{name: counts[name] for name in names}, "kinds": dict(kinds), "unfaithful": wrong}


def asked(dataset: Dataset, index: Index) -> list[str]:
    """The dataset's questions, judged or not, and the titles of the index's documents."""
    titles = [document.title for document in index.documents(Filters())]
    return [query.text for query in dataset.queries()] + [title for title in titles if title]


def _text(witness: Index | dict[str, str], document: str) -> str:
    held = witness.get(document, "") if isinstance(witness, dict) else witness.document(document)
    return held if isinstance(held, str) else held.text
