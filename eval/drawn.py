"""An index of many passages, made in minutes: what costs hours and no search depends on is drawn.

An exact search takes as long whatever the vectors hold, so those of passages are drawn. So are the
cards, which a collection of passages lacks and without which no facet would count.
"""

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np

from corpus import Document, Source
from corpus.card.kinds import KINDS
from corpus.card.model import Card, Fact, Party
from corpus.document import Metadata
from eval.dataset import Dataset
from indexer import Encoder, LocalIndex, Splitter, open_index, update
from indexer.encoder import Vectors, embed_queries
from indexer.lexical import ANALYZER_FINGERPRINT
from indexer.plan import Found
from indexer.report import Progress
from indexer.snapshot import FORMAT
from indexer.tokens import CODING, Codes, layout

DRAWN = "drawn-2"  # tells apart what was drawn otherwise
PARTIES = 600
LETTERS = 4.7  # characters of a passage for each token that is kept of it


class DrawingEncoder:
    """The model for questions; what it would make of a passage is drawn, the same for one text."""

    def __init__(self, encoder: Encoder) -> None:
        self.encode_queries = encoder.encode_queries
        self.embed_queries = partial(embed_queries, encoder)
        self.fingerprint = f"{encoder.fingerprint}/{DRAWN}"
        self.dimension = encoder.dimension

    def encode_documents(
        self, texts: Sequence[str], progress: Callable[[int], None] = lambda n: None
    ) -> Vectors:
        return self.embed_documents(texts, progress)[0]

    def embed_documents(
        self, texts: Sequence[str], progress: Callable[[int], None] = lambda n: None
    ) -> tuple[Vectors, list[Codes]]:
        vectors, codes = zip(*map(self._drawn, texts), strict=True)
        progress(len(texts))
        return np.array(vectors, np.float32), list(codes)

    def _drawn(self, text: str) -> tuple[Vectors, Codes]:
        rng = np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]))
        vector = rng.standard_normal(self.dimension, np.float32)
        codes = np.zeros(int(len(text) / LETTERS), layout(self.dimension))
        codes["signs"] = rng.integers(0, 256, codes["signs"].shape, np.uint8)
        codes["along"], codes["scale"] = rng.random((2, codes.size))
        return vector / np.linalg.norm(vector), codes


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


def drawn_index(
    dataset: Dataset,
    passages: int | None,
    encoder: DrawingEncoder,
    cache: Path,
    progress: Progress | None = None,
) -> LocalIndex:
    """The index of the first passages of a dataset: built once, then kept in the cache."""
    made_of: list[object] = [
        dataset.folder.resolve(),
        passages,
        encoder.fingerprint,
        Splitter().fingerprint,
    ]
    made_of += [ANALYZER_FINGERPRINT, CODING, FORMAT]
    place = hashlib.sha256(repr(made_of).encode()).hexdigest()[:8]
    folder = cache / "eval" / f"{dataset.name}-{passages or 'all'}-{place}"
    update(map(with_card, islice(dataset.sources(), passages)), folder, encoder, progress=progress)
    return open_index(folder, encoder.fingerprint)
