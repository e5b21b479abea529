"""How likely it is that each act answers a list, by more than its best passage.

A logistic regression, fitted on the list and theme questions of the sample corpus:

    python -m eval calibrate eval/questions --lists

What it is worth, across intents: « Answers » in `docs/decisions.md`.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from math import log

import numpy as np
from numpy.typing import NDArray

from corpus.card.territories import key
from corpus.document import Document
from corpus.names import unaccented
from indexer import Index
from indexer.lexical import analyze
from service.answers.inquiry import Inquiry
from service.answers.names import bodies_named, holding, missing
from service.answers.parties import naming
from service.question import Question
from service.search import Hit, Results, search

LISTED = 300  # acts that are looked at
WIDE = 1000  # passages of each ranking, of which late interaction looks at DEEP
DEEP = 600
LOW = 0.05  # probability, below which nothing more is asked of an act
PARTS = ("score", "relevance", "title", "said", "party", "mention", "other", "renewed")
RENEWS = PARTS.index("renewed")
BY_CARD = 0.95  # probability of an act whose card says what the question asks for
INTERCEPT = -4.886
WEIGHTS = np.array([5.614, 0.762, 2.363, 3.678, 3.894, -0.045, -2.249, 6.952])
RENEWED = re.compile(
    r"tacite|automatiquement|(?:renouvel|recond)\w+ automatiqu|\btou(?:te)?s? seule?s?\b"
    r"|personne ne (?:dit|fait|denonce)"
)
Parts = NDArray[np.float64]  # [n_acts, len(PARTS)]
Probabilities = NDArray[np.float64]


def matched(inquiry: Inquiry) -> tuple[Results, list[Hit], Probabilities]:
    """The acts that may answer, without those that do not say a name of the question."""
    results, parts = looked_at(inquiry)
    likely = certain(1 / (1 + np.exp(-(INTERCEPT + parts @ WEIGHTS))), parts)
    hits, names = list(results.hits), bodies_named(inquiry.question, inquiry.index)
    if quoted := [r.text for r in inquiry.question.references if r.kind == "phrase"]:
        held = [set(_mentioning(words, inquiry.index)) for words in quoted]
        kept = [all(hit.document.id in acts for acts in held) for hit in hits]
        hits, likely = [h for h, k in zip(hits, kept, strict=True) if k], likely[kept]
    if names:
        told = [not missing(names, hit.document, inquiry.index) if p >= LOW else True
                for hit, p in zip(hits, likely, strict=True)]  # fmt: skip
        if not any(t and p >= LOW for t, p in zip(told, likely, strict=True)):
            return results, [], likely[:0]
        hits, likely = [h for h, t in zip(hits, told, strict=True) if t], likely[told]
    return results, hits, likely


def certain(likely: Probabilities, parts: Parts) -> Probabilities:
    """The probabilities, where cards that say what is asked are all but sure."""
    return np.where(parts[:, RENEWS] > 0, np.maximum(likely, BY_CARD), likely)


def looked_at(inquiry: Inquiry) -> tuple[Results, Parts]:
    """The acts of a wide search, and what the regression reads of each."""
    recipe = replace(inquiry.recipe, candidates=WIDE, late_depth=DEEP)
    results = search(
        inquiry.question, inquiry.asked, inquiry.index, recipe,
        limit=LISTED, filters=inquiry.filters,
    )  # fmt: skip
    return results, _parts(inquiry, results.hits)


def _parts(inquiry: Inquiry, hits: Sequence[Hit]) -> Parts:
    question, index = inquiry.question, inquiry.index
    acts = [hit.document for hit in hits]
    best = max((hit.score for hit in hits), default=1.0)
    held_by = {stem: holding(stem, index) for stem in dict.fromkeys(question.stems)}
    weights = {stem: _idf(len(held), index) for stem, held in held_by.items()}
    total = sum(weights.values()) or 1.0
    parties, called = naming(question.text, acts)
    mentioning = {name for words in called for name in _mentioning(words, index)}
    renewed = bool(RENEWED.search(unaccented(question.text).casefold()))
    rows = []
    for hit in hits:
        act = hit.document
        title = {term.stem for term in analyze(act.metadata.title)}
        own = {key(fact.value.name) for fact in act.card.parties}
        party, mention = bool(parties & own), act.id in mentioning
        rows.append([
            hit.score / best,
            log(hit.relevance + 1e-4),
            sum(weights[stem] for stem in weights if stem in title) / total,
            sum(weights[stem] for stem, held in held_by.items() if act.id in held) / total,
            party,
            mention and not party,
            bool(parties) and not party and not mention,
            renewed and _tacit(act),
        ])  # fmt: skip
    return np.array(rows, np.float64).reshape(-1, len(PARTS))


def rarities(question: Question, index: Index) -> dict[str, float]:
    """The words to look for that a document says, each by how few do and by its own weight."""
    held = {stem: len(holding(stem, index)) for stem in question.words}
    return {s: w * _idf(held[s], index) for s, w in question.words.items() if held[s]}


def _mentioning(words: str, index: Index) -> list[str]:
    """The documents that say these words, one after the other."""
    found, _ = index.phrase(analyze(words), index.count()[1])
    return index.documents_of(found)


def _idf(holding: int, index: Index) -> float:
    documents, _ = index.count()
    return log(1 + (documents - holding + 0.5) / (holding + 0.5))


def _tacit(act: Document) -> bool:
    return act.card.renewal is not None and act.card.renewal.value.how == "tacite"
