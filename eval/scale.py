"""How long one search takes in an index of many passages, and each of its stages.

Embedding 120,000 passages takes hours, and an exact search takes as long whatever the vectors hold:
those of the passages are drawn. So are the cards, which a collection of passages lacks and without
which no facet would count. Questions are embedded by the model; all else is the product's own.
"""

import hashlib
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import wraps
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any, ParamSpec, TypeVar
from unittest.mock import patch

import numpy as np

import service.search
from corpus import Document, Source
from corpus.card.kinds import KINDS
from corpus.card.model import Card, Fact, Party
from corpus.document import Metadata
from eval.dataset import Dataset
from indexer import Encoder, Filters, LocalIndex, Splitter, open_index, update
from indexer.encoder import Vectors
from indexer.facets import FACETS, Facets
from indexer.lexical import ANALYZER_FINGERPRINT
from indexer.plan import Found
from indexer.progress import shown
from service.question import parse

P = ParamSpec("P")
R = TypeVar("R")
DRAWN = "drawn-1"  # tells vectors and cards drawn otherwise apart
PARTIES = 600
WARM = 10  # searches before those that count
SEED = 20261122
INDEX_STAGES = {  # what a search asks of an index; what has no name here stays in « fuse »
    "select": "filter",
    "dense": "dense",
    "cosine": "dense",
    "lexical": "lexical",
    "phrase": "lexical",
    "document_frequency": "lexical",
    "describe": "cite",
    "passages": "cite",
    "slices": "cite",
    "facets": "facets",
}
SEARCH_STAGES = {"ranked": "group", "highlight": "cite"}  # public functions of `service.search`
STAGES = ("parse", "embed", "filter", "dense", "lexical", "fuse", "group", "cite", "facets")


class DrawingEncoder:
    """The model for questions; a passage's vector is drawn, always the same for the same text."""

    def __init__(self, encoder: Encoder) -> None:
        self.encode_queries = encoder.encode_queries
        self.fingerprint = f"{encoder.fingerprint}/{DRAWN}"
        self.dimension = encoder.dimension

    def encode_documents(
        self, texts: Sequence[str], progress: Callable[[int], None] = lambda n: None
    ) -> Vectors:
        vectors = np.array([self._drawn(text) for text in texts], np.float32)
        progress(len(texts))
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    def _drawn(self, text: str) -> Vectors:
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
        return np.random.default_rng(seed).standard_normal(self.dimension, np.float32)


def with_card(source: Found) -> Found:
    """The source of a passage, which will have a card as an act has: drawn by its id."""
    if not isinstance(source, Source):
        return source

    def read() -> Document:
        draw = random.Random(source.id)
        year, kind = draw.randint(1990, 2026), draw.choice(KINDS)
        day = f"{year}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
        end = f"{year + draw.randint(1, 12)}-12-31"
        names = [f"Commune de Lieu-{draw.randrange(PARTIES)}" for _ in range(2)]
        parties = tuple(Fact(Party(name)) for name in dict.fromkeys(names))
        card = Card(
            kind=Fact(kind), date=Fact(day), signed=Fact(day), end=Fact(end), parties=parties
        )
        document = source.parse()
        named = tuple(party.value.name for party in parties)
        metadata = Metadata(document.title, kind, day, parties=named)
        return replace(document, card=card, metadata=metadata)

    return replace(source, parse=read)


def index_of_drawn(
    dataset: Dataset, encoder: DrawingEncoder, cache: Path, passages: int | None
) -> LocalIndex:
    """The index of the first sources of a dataset: built once, then kept in the cache."""
    made_of = [dataset.folder.resolve(), passages, encoder.fingerprint, Splitter().fingerprint]
    made_of.append(ANALYZER_FINGERPRINT)
    place = hashlib.sha256(repr(made_of).encode()).hexdigest()[:8]
    folder = cache / "eval" / f"{dataset.name}-{passages or 'all'}-{place}"
    sources = map(with_card, islice(dataset.sources(), passages))
    start = perf_counter()
    with shown() as progress:
        report = update(sources, folder, encoder, progress=progress)
    if report.added:
        print(f"Index fait en {perf_counter() - start:.0f} s : {folder}", file=sys.stderr)
    return open_index(folder, encoder.fingerprint)


@dataclass
class Stages:
    """Seconds by stage; those of a stage within another count for the inner one only."""

    seconds: dict[str, float] = field(default_factory=dict)
    _within: list[float] = field(default_factory=list)  # seconds of the stages inside, by depth

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self._within.append(0.0)
        start = perf_counter()
        try:
            yield
        finally:
            took = perf_counter() - start
            self.seconds[name] = self.seconds.get(name, 0.0) + took - self._within.pop()
            if self._within:
                self._within[-1] += took

    def timed(self, name: str, function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            with self.stage(name):
                return function(*args, **kwargs)

        return call

    @contextmanager
    def watching(self, index: LocalIndex) -> Iterator[None]:
        """Time what a search calls, without a word of it in the search."""
        owners = [(index, INDEX_STAGES), (service.search, SEARCH_STAGES)]
        patches = [
            patch.object(owner, name, self.timed(stage, getattr(owner, name)))
            for owner, names in owners
            for name, stage in names.items()
        ]
        for one in patches:
            one.start()
        try:
            yield
        finally:
            for one in patches:
                one.stop()


def scale(
    index: LocalIndex, encoder: Encoder, questions: Sequence[str], strangers: Sequence[str]
) -> dict[str, Any]:
    """What `python -m eval scale` reports: milliseconds, with every facet counted.

    Each question is asked once and alone, in random order, after a few `strangers`: nothing of it
    is in a cache. Then each is asked again with one filter, a value that its facets have counted.
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
    text: str, index: LocalIndex, encoder: Encoder, filters: Filters
) -> tuple[dict[str, float], service.search.Results]:
    """Seconds of each stage of one search, and what it found."""
    stages = Stages()
    with stages.watching(index), stages.stage("fuse"):
        with stages.stage("parse"):
            question = parse(text)
        with stages.stage("embed"):
            vector = encoder.encode_queries([question.text])[0]
        results = service.search.search(question, vector, index, filters=filters)
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


def percentiles(times: Sequence[dict[str, float]]) -> dict[str, dict[str, float]]:
    """The median and the 95th percentile of the whole and of each stage, in milliseconds."""
    rows = {"whole": [sum(one.values()) for one in times]}
    rows |= {stage: [one.get(stage, 0.0) for one in times] for stage in STAGES}
    return {
        stage: {f"p{p}": round(float(np.percentile(row, p)) * 1000, 2) for p in (50, 95)}
        for stage, row in rows.items()
    }
