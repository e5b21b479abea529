"""Ranked passages for a question, best first, grouped by document.

The score of a passage is a convex sum of its cosine, brought to [0, 1] over the candidates, and of
its BM25 as a share, at most 1, of what the question's words could give its text (min-max and
theoretical min-max: Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval",
ACM TOIS 42(1), 2023), plus the weights of the references that it holds to the letter. A document is
worth its best passage.

The share says how far the words can be trusted: where few of them are known, as with typing faults
or in another language, it stays small and the cosine decides.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import log
from typing import Any, Literal

import numpy as np
import structlog
from numpy.typing import NDArray

from corpus.card.numbers import compared
from corpus.document import Document
from indexer import Filters, Index, Passage
from indexer.encoder import Vectors
from indexer.facets import FACETS, Facets
from indexer.index import Keys, Scores
from indexer.lexical import WORD, stem
from service.question import Question, Reference

logger = structlog.get_logger()

Group = Literal["document", "passage"]
K1 = 1.2  # of tantivy's BM25
DEPTH = 5000  # passages that facets look at in each ranking, at most
RRF_K = 60  # Cormack, Clarke and Büttcher, SIGIR 2009


class Method(StrEnum):
    """How candidates are scored; all but the first are there to be compared with it."""

    CONVEX = "convex"
    RRF = "rrf"
    DENSE = "dense"
    LEXICAL = "lexical"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How candidates are found and fused; the defaults are measured in `docs/decisions.md`."""

    method: Method = Method.CONVEX
    candidates: int = 200
    dense_weight: float = 0.35
    title_weight: float = 0.5
    section_weight: float = 0.3

    @property
    def fields(self) -> dict[str, float]:
        return {"body": 1.0, "title": self.title_weight, "section": self.section_weight}


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a passage's text, in code points from its start."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cited:
    """A passage that was checked against its document, and why it was found."""

    passage: Passage
    score: float
    dense: float
    lexical: float
    highlights: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A document, or one passage of it, at its rank (from 1); a higher score is better.

    `versions` are the other documents that are the same act.
    """

    rank: int
    score: float
    document: Document
    passages: tuple[Cited, ...]
    versions: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True)
class Results:
    """One page of hits; `total` counts all hits among the candidates, `facets` the acts
    that each value would find."""

    hits: tuple[Hit, ...]
    total: int
    generation: int
    facets: Facets
    filters: Filters
    absent: tuple[str, ...] = ()  # quoted phrases that no passage holds, of those that pass


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages that may answer, with the parts of their scores; all arrays of one length."""

    keys: Keys
    dense: Scores  # cosine
    lexical: Scores  # BM25, 0 beyond the first candidates
    score: NDArray[np.float64]  # fused; higher is better
    documents: list[str]
    named: NDArray[np.bool_]  # holds something that the question names
    absent: tuple[str, ...] = ()  # quoted phrases that no passage holds

    def grouped(self, names: Sequence[Hashable]) -> list[list[int]]:
        """The rows of each name, best first; ties by key: the order never varies."""
        groups: dict[Hashable, list[int]] = {}
        for row in np.lexsort((self.keys, -self.score)).tolist():
            groups.setdefault(names[row], []).append(row)
        return list(groups.values())


def search(
    question: Question,
    vector: Vectors,
    index: Index,
    recipe: Recipe = Recipe(),
    *,
    limit: int = 10,
    offset: int = 0,
    group: Group = "document",
    filters: Filters = Filters(),
    shown: int = 3,
) -> Results:
    """The hits from `offset` on, at most `limit`, with at most `shown` passages each.

    Args:
        vector: the question's vector, float32 [dimension], of unit length.
    """
    deep = _rankings(question, vector, index, recipe, filters, max(DEPTH, recipe.candidates))
    found = _candidates(question, vector, index, recipe, deep.first(recipe.candidates))
    groups = ranked(found, index) if group == "document" else found.grouped(found.keys.tolist())
    page = [rows[:shown] for rows in groups[offset : offset + limit]]
    hits = _cite(found, page, index, question, first=offset + 1)
    facets = _facets(question, vector, index, recipe, filters, deep)
    return Results(hits, len(groups), index.generation, facets, filters, found.absent)


def _facets(
    question: Question,
    vector: Vectors,
    index: Index,
    recipe: Recipe,
    filters: Filters,
    deep: "Rankings",
) -> Facets:
    """What each value would find; for a facet that filters, as if it did not.

    `deep` are the rankings of what passes the filters, beyond the candidates.
    """

    def count(found: Rankings, only: Sequence[str]) -> Facets:
        return index.facets(found.of(recipe.method), recipe.candidates, filters.day, only)

    passing = [name for name in FACETS if name not in filters.active]
    facets, depth = count(deep, passing), max(DEPTH, recipe.candidates)
    for name in filters.active:
        wider = _rankings(question, vector, index, recipe, filters.without(name), depth)
        own: dict[str, Any] = {name: getattr(count(wider, [name]), name)}
        facets = replace(facets, **own)
    return facets


def ranked(found: Candidates, index: Index) -> list[list[int]]:
    """The rows of each act, best first, in the order of the acts: those of the version shown.

    That is the newest, or else that of the best passage: where the newest was not found, or where
    an older one alone holds what the question names.
    """
    acts = []
    for rows in found.grouped([index.newest(document) for document in found.documents]):
        newest = index.newest(found.documents[rows[0]])
        shown = [row for row in rows if found.documents[row] == newest]
        if not shown or (found.named[rows[0]] and not found.named[shown[0]]):
            best = found.documents[rows[0]]
            shown = [row for row in rows if found.documents[row] == best]
        acts.append(shown)
    acts.sort(key=lambda rows: -found.score[rows[0]])  # by what is shown; ties stay in order
    return acts


@dataclass(frozen=True, slots=True)
class Rankings:
    """Passages, best first: by meaning, by words, and those that hold what the question names."""

    meaning: Keys
    words: Keys
    bm25: Scores  # of `words`
    exact: tuple[tuple[Reference, Keys], ...]

    def first(self, k: int) -> "Rankings":
        """The first k of each."""
        exact = tuple((reference, keys[:k]) for reference, keys in self.exact)
        return Rankings(self.meaning[:k], self.words[:k], self.bm25[:k], exact)

    def of(self, method: Method) -> list[Keys]:
        """Those that a method looks at."""
        meaning = [] if method == Method.LEXICAL else [self.meaning]
        words = [] if method == Method.DENSE else [self.words, *(keys for _, keys in self.exact)]
        return [*meaning, *words]


def _rankings(
    question: Question,
    vector: Vectors,
    index: Index,
    recipe: Recipe,
    filters: Filters,
    k: int,
) -> Rankings:
    """The first k of each ranking, of the documents that pass the filters."""
    within = index.select(filters)
    meaning, _ = index.dense(vector, k, within)
    words, bm25 = index.lexical(question.stems, k, recipe.fields, within)
    exact = ((r, index.phrase(r.terms, k, within)[0]) for r in question.references)
    return Rankings(meaning, words, bm25, tuple(exact))


def candidates(
    question: Question, vector: Vectors, index: Index, recipe: Recipe, filters: Filters = Filters()
) -> Candidates:
    """The best passages by meaning and by words, and those that hold what the question names."""
    found = _rankings(question, vector, index, recipe, filters, recipe.candidates)
    return _candidates(question, vector, index, recipe, found)


def _candidates(
    question: Question, vector: Vectors, index: Index, recipe: Recipe, found: Rankings
) -> Candidates:
    """The passages of rankings, their scores fused."""
    keys = np.unique(np.concatenate(found.of(recipe.method))).astype(np.int64)
    dense = index.cosine(vector, keys)
    lexical = np.zeros(keys.size, np.float32)
    among = np.isin(found.words, keys)
    lexical[np.searchsorted(keys, found.words[among])] = found.bm25[among]
    most = ceiling(question.stems, index)
    score = _fuse(dense, lexical, index.attendance(keys), most, recipe)
    documents = index.documents_of(keys)
    named = np.zeros(keys.size, np.bool_)
    if recipe.method in (Method.CONVEX, Method.LEXICAL):
        for reference, holders in found.exact:
            holds = np.isin(keys, holders)
            named |= holds
            score = score + reference.weight * holds
        score = score + _named(question, documents, index)
    absent = (r.text for r, holders in found.exact if r.kind == "phrase" and not holders.size)
    return Candidates(keys, dense, lexical, score, documents, named, tuple(absent))


def ceiling(stems: Sequence[str], index: Index) -> float:
    """The most that BM25 (k1 1.2) can give a passage's text for these words, known or not."""
    _, passages = index.count()
    idf = 0.0
    for word in dict.fromkeys(stems):
        holding = min(index.document_frequency(word), passages)
        idf += log(1 + (passages - holding + 0.5) / (holding + 0.5))
    return idf * (K1 + 1)


def _fuse(
    dense: Scores, lexical: Scores, names: NDArray[np.bool_], most: float, recipe: Recipe
) -> NDArray[np.float64]:
    if recipe.method == Method.DENSE:
        return dense.astype(np.float64)
    if recipe.method == Method.LEXICAL:
        return lexical.astype(np.float64)
    if recipe.method == Method.RRF:
        both = [(dense, np.ones(dense.size, bool)), (lexical, lexical > 0)]
        return sum((_reciprocal(scores) * counts for scores, counts in both), np.zeros(dense.size))
    share = recipe.dense_weight
    said = np.minimum(lexical.astype(np.float64) / most, 1.0) if most else np.zeros(lexical.size)
    # a list of names means no more than the names of it that the question says
    meaning = _min_max(dense) * np.where(names, said, 1.0)
    return share * meaning + (1 - share) * said


def _reciprocal(scores: Scores) -> NDArray[np.float64]:
    ranks = np.empty(scores.size)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, scores.size + 1)
    return np.asarray(1 / (RRF_K + ranks), np.float64)


def _min_max(scores: Scores) -> NDArray[np.float64]:
    if not scores.size or scores.max() == scores.min():
        return np.zeros(scores.size)
    span = scores.max() - scores.min()
    return np.asarray((scores - scores.min()) / span, np.float64)


def _named(question: Question, documents: Sequence[str], index: Index) -> NDArray[np.float64]:
    """Half a point for the passages of the act that the question names by its own number."""
    numbers = {compared(r.text) for r in question.references if r.kind == "number"}
    named = index.numbered(numbers)
    return np.array([0.5 * (document in named) for document in documents])


def _cite(
    found: Candidates,
    groups: Sequence[Sequence[int]],
    index: Index,
    question: Question,
    first: int,
) -> tuple[Hit, ...]:
    """Hits with their passages, each checked against the stored text of its document."""
    keys = [int(found.keys[row]) for rows in groups for row in rows]
    passages = {p.key: p for p in index.passages(keys)}
    sources = index.slices(keys)
    shown = {p.document for p in passages.values()}
    documents = index.describe(sorted({v for name in shown for v in index.versions(name)}))
    stems = set(question.stems).union(t.stem for r in question.references for t in r.terms)
    hits = []
    for rank, rows in enumerate(groups, start=first):
        cited = []
        for row in rows:
            passage = passages[int(found.keys[row])]
            if sources.get(passage.key) != passage.text:
                logger.error("citation.failed", passage=passage.id, generation=index.generation)
                continue
            score, dense, lexical = (
                round(float(part[row]), 6) for part in (found.score, found.dense, found.lexical)
            )
            marks = highlight(passage.text, stems)
            cited.append(Cited(passage, score, dense, lexical, marks))
        if cited:
            name = cited[0].passage.document
            others = tuple(documents[v] for v in index.versions(name) if v != name)
            hits.append(Hit(rank, cited[0].score, documents[name], tuple(cited), others))
    return tuple(hits)


def highlight(text: str, stems: set[str]) -> tuple[Span, ...]:
    """Where words with these stems stand in a text; words a space apart make one span."""
    spans: list[Span] = []
    for word in WORD.finditer(text):
        if stem(word.group()) not in stems:
            continue
        if spans and text[spans[-1].end : word.start()] in (" ", "\u00a0"):
            spans[-1] = Span(spans[-1].start, word.end())
        else:
            spans.append(Span(*word.span()))
    return tuple(spans)
