"""How good the search of this process is: the very functions that the service calls."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from corpus import Document
from eval.dataset import Dataset, Qrels, Query
from eval.evidence import SHOWN
from eval.scoring import Ranking, report
from indexer import Encoder, Index, Passage
from indexer.encoder import Asked, embed_queries
from service.candidates import Candidates, candidates
from service.recipe import Recipe
from service.search import ranked, search
from service.spelling import understood

DEPTH = 100  # documents of a run, by query


@dataclass(frozen=True, slots=True)
class InProcess:
    """The search of a recipe over an index; `timed` is the encoder whose time counts."""

    index: Index
    encoder: Encoder
    recipe: Recipe
    timed: Encoder

    def rank(self, queries: Sequence[Query], qrels: Qrels) -> Ranking:
        embedded = embed(self.encoder, queries, self.index, self.recipe)
        return rank(queries, embedded, self.index, self.recipe, qrels)

    def latency(self, queries: Sequence[Query]) -> dict[str, float]:
        times = []
        for query in queries:
            start = perf_counter()
            question = understood(query.text, self.index, self.recipe)
            (asked,) = embed_queries(self.timed, [question.text])
            search(question, asked, self.index, self.recipe)
            times.append(perf_counter() - start)
        return percentiles(times)

    def document(self, identifier: str) -> Document:
        return self.index.document(identifier)

    def absent(self, documents: Iterable[str]) -> list[str]:
        known = self.index.describe(asked := list(documents))
        return [document for document in asked if document not in known]


def retrieval(
    dataset: Dataset,
    index: Index,
    encoder: Encoder,
    recipes: Sequence[Recipe],
    timed: Encoder | None = None,
) -> dict[str, dict[str, Any]]:
    """The report of each method; `timed` is the encoder whose time counts, where the other
    remembers."""
    engines = [InProcess(index, encoder, recipe, timed or encoder) for recipe in recipes]
    return {engine.recipe.method.value: report(dataset, engine) for engine in engines}


def embed(encoder: Encoder, queries: Sequence[Query], index: Index, recipe: Recipe) -> list[Asked]:
    """What the model makes of each query as the search reads it."""
    return embed_queries(encoder, [understood(q.text, index, recipe).text for q in queries])


def rank(
    queries: Sequence[Query], embedded: Sequence[Asked], index: Index, recipe: Recipe, qrels: Qrels
) -> Ranking:
    """Acts as the service groups and ranks them, and the first passages."""
    ranking = Ranking()
    for query, asked in zip(queries, embedded, strict=True):
        found = candidates(understood(query.text, index, recipe), asked, index, recipe)
        run = ranking.run[query.id] = {}
        for rows in ranked(found, index)[:DEPTH]:
            shown = found.documents[rows[0]]
            names = standing(shown, index.versions(shown), qrels.get(query.id, {}))
            run.update(dict.fromkeys(names, float(found.score[rows[0]])))
        ranking.passages[query.id] = first_passages(found, index, max(SHOWN))
    return ranking


def first_passages(found: Candidates, index: Index, k: int) -> list[Passage]:
    """The first k passages, ties by key, as the service ranks them."""
    first = np.lexsort((found.keys, -found.score))[:k]
    return index.passages(found.keys[first].tolist())


def standing(shown: str, versions: Iterable[str], judged: dict[str, int]) -> list[str]:
    """The names of an act in a run: its judged versions, the one shown first, or that one."""
    others = (version for version in versions if version != shown)
    return [name for name in (shown, *others) if name in judged] or [shown]


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """The median and the 95th percentile in milliseconds; nothing of nothing."""
    values = np.percentile(seconds, (50, 95)) * 1000 if seconds else ()
    return {name: round(float(v), 1) for name, v in zip(("p50", "p95"), values, strict=False)}
