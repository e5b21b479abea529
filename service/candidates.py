"""Passages that may answer a question, and how good each one is.

The score of a passage is a sum of what the stages of a recipe say of it:

- its cosine, brought to [0, 1] over the candidates, and its BM25 as a share of the most that the
  question's words could give any text (min-max and theoretical min-max: Bruch, Gai and Ingber, "An
  Analysis of Fusion Functions for Hybrid Retrieval", ACM TOIS 42(1), 2023). The share says how far
  the words can be trusted: where few of them are known, as with typing faults or in another
  language, it stays small and the vectors decide. What the title and the words meant add comes on
  top: where both say the words it may pass 1 (on two of the project's 124 questions, 1.18 at most);
- for the best of these, how well it says each word of the question (`indexer.tokens`);
- a little more where its act says there what the question asks for (`service.clauses`);
- the weights of the references that it holds to the letter.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from math import log

import numpy as np
from numpy.typing import NDArray

from corpus.card.numbers import compared
from indexer import Filters, Index
from indexer.encoder import Asked
from indexer.index import Keys, Scores
from service import clauses, everyday
from service.question import Question, Reference
from service.recipe import Method, Recipe

K1 = 1.2  # of tantivy's BM25
RRF_K = 60  # Cormack, Clarke and Büttcher, SIGIR 2009
Sums = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages that may answer, with the parts of their scores; all arrays of one length."""

    keys: Keys
    dense: Scores  # cosine
    lexical: Scores  # BM25, 0 beyond the first candidates
    share: Sums  # of BM25 in the most that the question's words could give one field
    late: Scores  # mean of the best cosine of each word, 0 beyond the first candidates
    score: Sums  # fused; higher is better
    documents: list[str]
    named: NDArray[np.bool_]  # holds something that the question names
    absent: tuple[str, ...] = ()  # quoted phrases that no passage holds

    def grouped(self, names: Sequence[Hashable]) -> list[list[int]]:
        """The rows of each name, best first; ties by key: the order never varies."""
        groups: dict[Hashable, list[int]] = {}
        for row in np.lexsort((self.keys, -self.score)).tolist():
            groups.setdefault(names[row], []).append(row)
        return list(groups.values())


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


def widened(question: Question, index: Index, recipe: Recipe) -> Question:
    """The question, with names for its acronyms and words of acts for its everyday ones."""
    meant: dict[str, float] = {}
    if recipe.everyday_weight:
        meant |= dict.fromkeys(everyday.meant(question.text), recipe.everyday_weight)
    if recipe.acronyms_weight:
        meant |= dict.fromkeys(index.acronyms(question.stems), recipe.acronyms_weight)
    return replace(question, meant=meant)


def rankings(
    question: Question, asked: Asked, index: Index, recipe: Recipe, filters: Filters, k: int
) -> Rankings:
    """The first k of each ranking, of the documents that pass the filters."""
    within = index.select(filters)
    meaning, _ = index.dense(asked.vector, k if recipe.dense_weight else 0, within)
    found = index.lexical(question.words, k if recipe.lexical_weight else 0, recipe.fields, within)
    references = question.references if recipe.references_weight else ()
    exact = ((r, index.phrase(r.terms, k, within)[0]) for r in references)
    return Rankings(meaning, *found, tuple(exact))


def candidates(
    question: Question, asked: Asked, index: Index, recipe: Recipe, filters: Filters = Filters()
) -> Candidates:
    """The best passages by meaning and by words, and those that hold what the question names."""
    question = widened(question, index, recipe)
    found = rankings(question, asked, index, recipe, filters, recipe.candidates)
    return fused(question, asked, index, recipe, found)


def fused(
    question: Question, asked: Asked, index: Index, recipe: Recipe, found: Rankings
) -> Candidates:
    """The passages of rankings, with the sum of what the stages say."""
    keys = np.unique(np.concatenate(found.of(recipe.method))).astype(np.int64)
    dense = index.cosine(asked.vector, keys)
    lexical = np.zeros(keys.size, np.float32)
    among = np.isin(found.words, keys)
    lexical[np.searchsorted(keys, found.words[among])] = found.bm25[among]
    documents = index.documents_of(keys)
    late, named = np.zeros(keys.size, np.float32), np.zeros(keys.size, np.bool_)
    most = ceiling(question.stems, index)
    share = lexical.astype(np.float64) / most if most else np.zeros(keys.size)
    if recipe.method == Method.CONVEX:
        # a list of names means no more than the names of it that the question says
        trust = np.where(index.attendance(keys), np.minimum(share, 1.0), 1.0)
        score = recipe.lexical_weight * share + recipe.dense_weight * _min_max(dense) * trust
    else:
        score = _compared(recipe.method, dense, lexical)
    if recipe.method in (Method.CONVEX, Method.LEXICAL):
        exact, named = _exact(question, index, found, keys, documents)
        score = score + recipe.references_weight * exact
    if recipe.method == Method.CONVEX and recipe.late_weight:
        late = _late(asked, index, keys, score, recipe.late_depth)
        score = score + recipe.late_weight * (late - late[late > 0].min(initial=1)).clip(0) * trust
    facts = clauses.asked(question.text)
    if recipe.method == Method.CONVEX and recipe.clauses_weight and facts:
        best = _best(keys, score, recipe.late_depth)
        score[best] += recipe.clauses_weight * index.stating(facts, keys[best])
    absent = (r.text for r, holders in found.exact if r.kind == "phrase" and not holders.size)
    return Candidates(keys, dense, lexical, share, late, score, documents, named, tuple(absent))


def _late(asked: Asked, index: Index, keys: Keys, score: Sums, depth: int) -> Scores:
    """Late interaction for the best `depth` passages; 0 for the others."""
    late = np.zeros(keys.size, np.float32)
    best = _best(keys, score, depth)
    late[best] = index.late(asked, keys[best])
    return late


def _best(keys: Keys, score: Sums, depth: int) -> NDArray[np.int64]:
    """The rows of the best `depth` passages."""
    return np.lexsort((keys, -score))[:depth]


def _exact(
    question: Question, index: Index, found: Rankings, keys: Keys, documents: Sequence[str]
) -> tuple[Sums, NDArray[np.bool_]]:
    """What references to the letter add, and which passages hold one.

    Passages of the act that the question names by its own number gain half a point more.
    """
    exact, named = np.zeros(keys.size), np.zeros(keys.size, np.bool_)
    for reference, holders in found.exact:
        holds = np.isin(keys, holders)
        named |= holds
        exact += reference.weight * holds
    own = index.numbered(compared(r.text) for r in question.references if r.kind == "number")
    if own:
        exact += 0.5 * np.array([document in own for document in documents])
    return exact, named


def ceiling(stems: Sequence[str], index: Index) -> float:
    """The most that BM25 (k1 1.2) can give one field for these words, known or not."""
    _, passages = index.count()
    idf = 0.0
    for word in dict.fromkeys(stems):
        holding = min(index.document_frequency(word), passages)
        idf += log(1 + (passages - holding + 0.5) / (holding + 0.5))
    return idf * (K1 + 1)


def _compared(method: Method, dense: Scores, lexical: Scores) -> Sums:
    """The scores of a method that the search is compared with."""
    if method == Method.DENSE:
        return dense.astype(np.float64)
    if method == Method.LEXICAL:
        return lexical.astype(np.float64)
    both = [(dense, np.ones(dense.size, bool)), (lexical, lexical > 0)]
    return sum((_reciprocal(scores) * counts for scores, counts in both), np.zeros(dense.size))


def _reciprocal(scores: Scores) -> Sums:
    ranks = np.empty(scores.size)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, scores.size + 1)
    return np.asarray(1 / (RRF_K + ranks), np.float64)


def _min_max(scores: Scores) -> Sums:
    if not scores.size or scores.max() == scores.min():
        return np.zeros(scores.size)
    span = scores.max() - scores.min()
    return np.asarray((scores - scores.min()) / span, np.float64)
