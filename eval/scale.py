"""How long one search takes in an index of many passages, with every facet counted."""

import random
from collections.abc import Sequence
from typing import Any

import numpy as np

from eval.stages import Stages
from indexer import Encoder, Filters, Index
from indexer.encoder import embed_queries
from indexer.facets import FACETS, Facets
from service.recipe import Recipe
from service.search import Results, search
from service.spelling import understood

SEED = 20261122
STAGES = ("parse", "embed", "filter", "dense", "lexical", "late", "fuse", "group", "cite", "facets")
Seconds = dict[str, float]  # by stage


def scale(
    index: Index, encoder: Encoder, questions: Sequence[str], strangers: Sequence[str]
) -> dict[str, Any]:
    """What `python -m eval scale` reports: milliseconds, with every facet counted.

    Each question is asked once and alone, in random order, after some `strangers`: no cache knows
    it. Then each is asked again with one filter, a value that its facets have counted.
    """
    order = random.Random(SEED).sample(list(questions), len(questions))
    for text in strangers:
        timed_search(text, index, encoder, Filters())
    plain = [timed_search(text, index, encoder, Filters()) for text in order]
    filters = [one_filter(results.facets, n) for n, (_, results) in enumerate(plain)]
    narrowed = [timed_search(t, index, encoder, f) for t, f in zip(order, filters, strict=True)]
    documents, passages = index.count()
    return {
        "documents": documents,
        "passages": passages,
        "questions": len(order),
        "drawn": ["vectors of passages", "cards"],
        "search_ms": percentiles([seconds for seconds, _ in plain]),
        "search_with_one_filter_ms": percentiles([seconds for seconds, _ in narrowed]),
    }


def timed_search(
    text: str, index: Index, encoder: Encoder, filters: Filters
) -> tuple[Seconds, Results]:
    """Seconds of each stage of one search, and what it found."""
    stages = Stages()
    with stages.watching(index), stages.stage("fuse"):
        with stages.stage("parse"):
            question = understood(text, index, Recipe())
        with stages.stage("embed"):
            (asked,) = embed_queries(encoder, [question.text])
        results = search(question, asked, index, filters=filters)
    return stages.seconds, results


def one_filter(facets: Facets, turn: int) -> Filters:
    """The first value of a facet, another facet at each turn, that a search has counted."""
    counted = [name for name in FACETS if getattr(facets, name)]
    if not counted:
        return Filters()
    name = counted[turn % len(counted)]
    value = next(iter(getattr(facets, name)))
    chosen: dict[str, Any] = {name: (int(value) if name == "year" else value,)}
    return Filters(**chosen)


def percentiles(times: Sequence[Seconds]) -> dict[str, dict[str, float]]:
    """The median and the 95th percentile of the whole and of each stage, in milliseconds."""
    rows = {"whole": [sum(one.values()) for one in times]}
    rows |= {stage: [one.get(stage, 0.0) for one in times] for stage in STAGES}
    return {
        stage: {f"p{p}": round(float(np.percentile(row, p)) * 1000, 2) for p in (50, 95)}
        for stage, row in rows.items()
    }
