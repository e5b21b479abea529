"""An encoder that computes the vector of a text once, across runs and indexes."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.encoder import Asked, Encoder, Vectors, embed_documents, embed_queries
from indexer.lexical import ANALYZER_FINGERPRINT
from indexer.tokens import CODING, Codes, layout

LARGEST = 2**30  # bytes of vectors that are kept; those that were not asked for longest go first
ASKED = 500  # keys of one query
FORGET = """
DELETE FROM embedded WHERE key IN (
    SELECT key FROM (
        SELECT key, sum(length(vector) + length(tokens)) OVER (ORDER BY used DESC, key DESC) AS kept
        FROM embedded
    ) WHERE kept > ?
)"""
Kept = tuple[NDArray[Any], NDArray[Any]]  # a vector, and what is kept of the tokens


class RememberingEncoder:
    """An encoder and a file of the vectors that it has made, by model, kind of text and text.

    Vectors are kept as they are, so that a run over them gives the figures of the first.
    """

    def __init__(self, encoder: Encoder, file: Path, largest: int = LARGEST) -> None:
        self._encoder = encoder
        self._largest = largest
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._file = _opened(file)
        except sqlite3.DatabaseError:  # damaged: it can all be computed again
            file.unlink()
            self._file = _opened(file)
        (last,) = self._file.execute("SELECT coalesce(max(used), 0) FROM embedded").fetchone()
        self._turn = int(last) + 1

    @property
    def fingerprint(self) -> str:
        return self._encoder.fingerprint

    @property
    def dimension(self) -> int:
        return self._encoder.dimension

    def encode_documents(
        self, texts: Sequence[str], progress: Callable[[int], None] = lambda n: None
    ) -> Vectors:
        return self.embed_documents(texts, progress)[0]

    def embed_documents(
        self, texts: Sequence[str], progress: Callable[[int], None] = lambda n: None
    ) -> tuple[Vectors, list[Codes]]:
        def embed(missing: Sequence[str]) -> Iterable[Kept]:
            progress(len(texts) - len(missing))
            return zip(*embed_documents(self._encoder, missing, progress), strict=True)

        kind = layout(self.dimension)
        kept = self._remembered("document", texts, embed)
        vectors = np.array([np.frombuffer(vector, np.float32) for vector, _ in kept], np.float32)
        codes = [np.frombuffer(tokens, kind) for _, tokens in kept]
        return vectors.reshape(-1, self.dimension), codes

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        vectors = [asked.vector for asked in self.embed_queries(texts)]
        return np.array(vectors, np.float32).reshape(-1, self.dimension)

    def embed_queries(self, texts: Sequence[str]) -> list[Asked]:
        kept = self._remembered("query", texts, partial(embed_queries, self._encoder))
        both = ([np.frombuffer(part, np.float32) for part in parts] for parts in kept)
        return [Asked(vector, tokens.reshape(-1, self.dimension)) for vector, tokens in both]

    def _remembered(
        self, kind: str, texts: Sequence[str], embed: Callable[[Sequence[str]], Iterable[Kept]]
    ) -> list[tuple[bytes, bytes]]:
        keys = [self._key(kind, text) for text in texts]
        known = self._known(list(dict.fromkeys(keys)))
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        fresh = {
            key: (vector.tobytes(), tokens.tobytes())
            for key, (vector, tokens) in zip(missing, embed([*missing.values()]), strict=True)
        }
        if fresh:
            self._keep(fresh)
        known.update(fresh)
        return [known[key] for key in keys]

    def _key(self, kind: str, text: str) -> bytes:
        made_by = (self.fingerprint, CODING, ANALYZER_FINGERPRINT, kind, text)
        return hashlib.sha256("\0".join(made_by).encode()).digest()[:16]

    def _known(self, keys: Sequence[bytes]) -> dict[bytes, tuple[bytes, bytes]]:
        found: dict[bytes, tuple[bytes, bytes]] = {}
        for at in range(0, len(keys), ASKED):
            part = keys[at : at + ASKED]
            marks = ",".join("?" * len(part))
            query = f"SELECT key, vector, tokens FROM embedded WHERE key IN ({marks})"
            found.update((key, (v, t)) for key, v, t in self._file.execute(query, part))
            query = f"UPDATE embedded SET used = ? WHERE key IN ({marks})"
            self._file.execute(query, [self._turn, *part])
        return found

    def _keep(self, fresh: dict[bytes, tuple[bytes, bytes]]) -> None:
        self._file.execute("BEGIN IMMEDIATE")
        rows = [(key, self._turn, *kept) for key, kept in fresh.items()]
        self._file.executemany("INSERT OR REPLACE INTO embedded VALUES (?, ?, ?, ?)", rows)
        self._file.execute(FORGET, [self._largest])
        self._file.execute("COMMIT")


def _opened(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=60, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("DROP TABLE IF EXISTS vectors")  # of earlier versions, without tokens
    connection.execute(
        "CREATE TABLE IF NOT EXISTS embedded (key BLOB PRIMARY KEY, used INTEGER NOT NULL, "
        "vector BLOB NOT NULL, tokens BLOB NOT NULL)"
    )
    return connection
