"""Why the passage that should have come first did not: its scores and ranks beside the winners'."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from eval.dataset import Query
from eval.evidence import Place
from indexer import Index, Passage
from indexer.encoder import Asked
from indexer.index import Keys, Ranking
from indexer.lexical import analyze
from service.candidates import Candidates, candidates, widened
from service.question import Question
from service.recipe import Recipe
from service.search import ranked
from service.spelling import understood

FIRST = 3  # passages shown of what came first


@dataclass(frozen=True, slots=True)
class Standing:
    """A passage before fusion and after it; ranks count from 1.

    `meaning` and `words` are its ranks among all passages of the index, `words` None where it says
    none of the question's. `late`, `score` and `fused` are None where it was no candidate.
    """

    passage: Passage
    title: str
    relevance: int | None  # of its document; None where it was not judged
    dense: float  # cosine
    lexical: float  # BM25 as the search counted it
    late: float | None  # likeness word by word; None where the search did not look that near
    score: float | None
    meaning: int
    words: int | None
    fused: int | None


@dataclass(frozen=True, slots=True)
class Missing:
    """A word of the question that a passage lacks, and how many passages of the index have it."""

    word: str
    holders: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """The best passages of the first acts, and the one that should have led, if it is indexed."""

    first: tuple[Standing, ...]
    expected: Standing | None
    missing: tuple[Missing, ...]  # from `expected`
    stems: tuple[str, ...] = ()  # of the question, as the search read it


@dataclass(frozen=True, slots=True)
class Trace:
    """A question's candidates, and the two rankings that they come from, without an end."""

    found: Candidates
    meaning: Ranking
    words: Ranking

    def standing(self, passage: Passage, title: str, relevance: int | None) -> Standing:
        """Where a passage of the index stands in them."""
        keys, cosines = self.meaning
        near = int(np.flatnonzero(keys == passage.key)[0])
        said = _row(self.words[0], passage.key)
        dense, lexical = float(cosines[near]), 0.0 if said is None else float(self.words[1][said])
        late = score = fused = None
        if (row := _row(self.found.keys, passage.key)) is not None:
            dense, lexical = float(self.found.dense[row]), float(self.found.lexical[row])
            score, fused = float(self.found.score[row]), self.fused(row)
            late = float(self.found.late[row]) or None
        rank = None if said is None else said + 1
        return Standing(
            passage, title, relevance, dense, lexical, late, score, near + 1, rank, fused
        )

    def fused(self, row: int) -> int:
        """The rank of a candidate among the candidates."""
        order = np.lexsort((self.found.keys, -self.found.score))
        return int(np.flatnonzero(order == row)[0]) + 1


def _row(keys: Keys, key: int) -> int | None:
    return next(iter(np.flatnonzero(keys == key).tolist()), None)


def explain(
    query: Query,
    asked: Asked,
    index: Index,
    recipe: Recipe,
    judged: Mapping[str, int],
    where: Sequence[Place] = (),
) -> Explanation:
    """What came first for a question, and the passage that should have.

    That is the one with a quote (`where`), or else any passage of a relevant document: of several,
    the one that came nearest.
    """
    question = widened(understood(query.text, index, recipe), index, recipe)
    _, size = index.count()
    trace = Trace(
        candidates(question, asked, index, recipe),
        index.dense(asked.vector, size),
        index.lexical(question.words, size, recipe.fields),
    )
    found = trace.found
    leaders = [rows[0] for rows in ranked(found, index)[:FIRST]]
    first = index.passages(found.keys[leaders].tolist())
    expected = _expected(trace, index, judged, where)
    shown = [*first, *([expected] if expected else [])]
    described = index.describe(sorted({passage.document for passage in shown}))
    standings = [
        trace.standing(
            passage,
            described[passage.document].title or described[passage.document].path,
            _relevance(passage.document, judged, index),
        )
        for passage in shown
    ]
    top = tuple(standings[: len(first)])
    if expected is None:
        return Explanation(top, None, (), question.stems)
    lacking = missing(question, expected, standings[-1].title, index)
    return Explanation(top, standings[-1], lacking, question.stems)


def _relevance(document: str, judged: Mapping[str, int], index: Index) -> int | None:
    """The best judgement of an act's versions."""
    return max((judged[v] for v in index.versions(document) if v in judged), default=None)


def _expected(
    trace: Trace, index: Index, judged: Mapping[str, int], where: Sequence[Place]
) -> Passage | None:
    relevant = {document for document, relevance in judged.items() if relevance > 0}
    keys, _ = trace.meaning
    owners = index.documents_of(keys)
    own = [int(key) for key, owner in zip(keys, owners, strict=True) if owner in relevant]
    held = index.passages(own)
    order = {key: n for n, key in enumerate(own)}
    found = trace.found
    score = dict(zip(found.keys.tolist(), found.score.tolist(), strict=True))

    def nearness(passage: Passage) -> tuple[float, int]:
        return score.get(passage.key, -inf), -order[passage.key]

    parts = [[p for p in held if _touches(p, place)] for place in where]
    # of a quote that splitting cut, the part that came last is the one that was missed
    needed = [min(part, key=nearness) for part in parts if part]
    return max(needed or held, key=nearness, default=None)


def _touches(passage: Passage, place: Place) -> bool:
    return (
        passage.document == place.document
        and passage.start < place.end
        and place.start < passage.end
    )


def missing(question: Question, passage: Passage, title: str, index: Index) -> tuple[Missing, ...]:
    """The words of a question that neither a passage nor its headings say, in its order."""
    said = {term.stem for term in analyze(" \n".join((title, *passage.section, passage.text)))}
    words: dict[str, str] = {}
    for term in analyze(question.text):
        if term.stem in question.stems and term.stem not in said:
            words.setdefault(term.stem, question.text[term.start : term.end])
    return tuple(Missing(word, index.document_frequency(stem)) for stem, word in words.items())
