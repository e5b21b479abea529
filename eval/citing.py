"""Whether citations support what is said: against quotes, expected spans, or judged documents."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eval.dataset import Dataset, Query
from eval.evidence import Place, Quote, places, quotes, told
from eval.spans import contains
from indexer import Index
from service.answers.model import Answer, Citation


@dataclass(frozen=True, slots=True)
class Gold:
    """What is known to answer a question; of a question without an answer, nothing.

    `acts` are the relevant documents, each by the newest version of its act.
    """

    acts: frozenset[str] = frozenset()
    places: tuple[Place, ...] = ()  # of quotes
    spans: tuple[str, ...] = ()

    def supports(self, citation: Citation, act: str) -> bool:
        """Whether a citation, from the act of this newest version, shows the answer.

        It overlaps a quote; or, where there is none, holds an expected span in a relevant act; or,
        where there is none of these either, stands in one.
        """
        if self.places:
            return any(_overlap(citation, place) for place in self.places)
        return act in self.acts and (not self.spans or bool(contains(citation.quote, self.spans)))


def _overlap(citation: Citation, place: Place) -> bool:
    """Whether they share at least half of the shorter: no word or two at an edge."""
    shared = min(citation.end, place.end) - max(citation.start, place.start)
    shorter = min(citation.end - citation.start, place.end - place.start)
    return citation.document.id == place.document and shared > 0 and 2 * shared >= shorter


def golds(
    dataset: Dataset, queries: Sequence[Query], index: Index
) -> tuple[dict[str, Gold], list[str]]:
    """What answers each question, and the quotes that no text holds any more, told in French."""
    qrels, asked = dataset.qrels(), {query.id for query in queries}
    stated = [quote for quote in quotes(dataset.folder) if quote.query in asked]
    where, lost = places(stated, index)
    also, _ = places(_in_versions(stated, index), index)
    found = {}
    for query in queries:
        relevant = [name for name, grade in qrels.get(query.id, {}).items() if grade > 0]
        acts = frozenset(map(index.newest, relevant))
        quoted = (*where.get(query.id, ()), *also.get(query.id, ()))
        found[query.id] = Gold(acts, quoted, query.answers) if acts else Gold()
    return found, told(lost, asked)


def _in_versions(stated: Iterable[Quote], index: Index) -> list[Quote]:
    """The same quotes looked for in the other versions of their acts, which say them too."""
    return [
        Quote(quote.query, version, quote.text)
        for quote in stated
        for version in index.versions(quote.document)
        if version != quote.document
    ]


def citing(answer: Answer, gold: Gold, index: Index) -> dict[str, float]:
    """Citation precision and recall of an answer, by sentence, and the share in relevant acts.

    Precision: of the citations. Recall: of the sentences, those with a citation that supports
    (after Gao and others, "Enabling Large Language Models to Generate Text with Citations", EMNLP
    2023, whose judge is a model where ours is a quote). Without citations all are 0.
    """
    acts = {c.n: index.newest(c.document.id) for c in answer.citations}
    right = {c.n for c in answer.citations if gold.supports(c, acts[c.n])}
    return {
        "precision": _share(n in right for n in acts),
        "recall": _share(bool(right.intersection(s.citations)) for s in answer.sentences),
        "documents": _share(act in gold.acts for act in acts.values()),
    }


def listing(answer: Answer, gold: Gold, index: Index) -> dict[str, float]:
    """Precision and recall of the acts listed or cited, all versions of one counted once.

    Nothing told has a precision of 0, as in trec_eval.
    """
    shown = [row.document.id for row in answer.rows] + [c.document.id for c in answer.citations]
    told = {index.newest(document) for document in shown}
    return {
        "precision": _share(act in gold.acts for act in told),
        "recall": _share(act in told for act in gold.acts),
    }


def unfaithful(answers: Iterable[Answer], index: Index) -> list[str]:
    """The citations that are not, code point by code point, what their document holds; told."""
    cited: dict[str, list[Citation]] = {}
    for answer in answers:
        for citation in answer.citations:
            cited.setdefault(citation.document.id, []).append(citation)
    return [
        f"{name} [{c.start}:{c.end}] : « {c.quote[:60]} » n'est pas ce que dit le document."
        for name, citations in cited.items()
        for text in (index.document(name).text,)
        for c in citations
        if text[c.start : c.end] != c.quote
    ]


def _share(values: Iterable[bool]) -> float:
    every = list(values)
    return sum(every) / len(every) if every else 0.0
