"""Ranked passages for a question, best first, grouped by document.

A document is worth its best passage; what a passage is worth: see `service.candidates`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import structlog

from corpus.document import Document
from indexer import Filters, Index, Passage
from indexer.encoder import Asked
from indexer.facets import FACETS, Facets
from indexer.lexical import WORD, stem
from service.candidates import Candidates, Rankings, fused, rankings, widened
from service.question import Correction, Question
from service.recipe import Recipe
from service.relevance import relevance
from service.sorting import KEYS, Order, arranged

logger = structlog.get_logger()

Group = Literal["document", "passage"]
DEPTH = 5000  # passages that facets look at in each ranking, at most


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
    relevance: float  # probability that its document answers
    dense: float
    lexical: float
    late: float
    highlights: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A document, or one passage of it, at its rank (from 1); a higher score is better.

    Score and relevance are those of its best passage; `versions` are the other documents that are
    the same act.
    """

    rank: int
    score: float
    relevance: float
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
    corrected: tuple[Correction, ...] = ()


def search(
    question: Question,
    asked: Asked,
    index: Index,
    recipe: Recipe = Recipe(),
    *,
    limit: int = 10,
    offset: int = 0,
    group: Group = "document",
    filters: Filters = Filters(),
    shown: int = 3,
    order: Order = "own",
) -> Results:
    """The hits from `offset` on, at most `limit`, with at most `shown` passages each.

    Args:
        asked: what the model makes of the question.
    """
    question = widened(question, index, recipe)
    deep = rankings(question, asked, index, recipe, filters, max(DEPTH, recipe.candidates))
    found = fused(question, asked, index, recipe, deep.first(recipe.candidates))
    groups = ranked(found, index) if group == "document" else found.grouped(found.keys.tolist())
    if order in KEYS:
        described = index.describe(sorted({found.documents[rows[0]] for rows in groups}))
        groups = arranged(groups, order, lambda rows: described[found.documents[rows[0]]])
    page = [rows[:shown] for rows in groups[offset : offset + limit]]
    hits = _cite(found, page, index, question, first=offset + 1)
    facets = _facets(question, asked, index, recipe, filters, deep)
    return Results(
        hits, len(groups), index.generation, facets, filters, found.absent, question.corrected
    )


def _facets(
    question: Question,
    asked: Asked,
    index: Index,
    recipe: Recipe,
    filters: Filters,
    deep: Rankings,
) -> Facets:
    """What each value would find; for a facet that filters, as if it did not.

    `deep` are the rankings of what passes the filters, beyond the candidates.
    """

    def count(found: Rankings, only: Sequence[str]) -> Facets:
        return index.facets(found.of(recipe.method), recipe.candidates, filters.day, only)

    passing = [name for name in FACETS if name not in filters.active]
    facets, depth = count(deep, passing), max(DEPTH, recipe.candidates)
    for name in filters.active:
        wider = rankings(question, asked, index, recipe, filters.without(name), depth)
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
    stems = set(question.words).union(t.stem for r in question.references for t in r.terms)
    stages = (found.score, relevance(found), found.dense, found.lexical, found.late)
    hits = []
    for rank, rows in enumerate(groups, start=first):
        cited = []
        for row in rows:
            passage = passages[int(found.keys[row])]
            if sources.get(passage.key) != passage.text:
                logger.error("citation.failed", passage=passage.id, generation=index.generation)
                continue
            score, likely, dense, lexical, late = (round(float(s[row]), 6) for s in stages)
            marks = highlight(passage.text, stems)
            cited.append(Cited(passage, score, likely, dense, lexical, late, marks))
        if cited:
            name = cited[0].passage.document
            others = tuple(documents[v] for v in index.versions(name) if v != name)
            best, document = cited[0], documents[name]
            hits.append(Hit(rank, best.score, best.relevance, document, tuple(cited), others))
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
