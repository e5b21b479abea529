"""An encoder that computes the vector of a text once, across runs and indexes."""

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from indexer.encoder import Encoder, Vectors

LARGEST = 2**30  # bytes of vectors that are kept; those that were not asked for longest go first
ASKED = 500  # keys of one query


class RememberingEncoder:
    """An encoder and a file of the vectors that it has made, by model, kind of text and text.

    Vectors are kept as they are, so that a run over them gives the figures of the first.
    """

    def __init__(self, encoder: Encoder, file: Path, largest: int = LARGEST) -> None:
        self._encoder = encoder
        self._most = max(1, largest // (4 * encoder.dimension))
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._file = _opened(file)
        except sqlite3.DatabaseError:  # damaged: it can all be computed again
            file.unlink()
            self._file = _opened(file)
        (last,) = self._file.execute("SELECT coalesce(max(used), 0) FROM vectors").fetchone()
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
        def embed(missing: Sequence[str]) -> Vectors:
            progress(len(texts) - len(missing))
            return self._encoder.encode_documents(missing, progress)

        return self._remembered("document", texts, embed)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._remembered("query", texts, self._encoder.encode_queries)

    def _remembered(
        self, kind: str, texts: Sequence[str], embed: Callable[[Sequence[str]], Vectors]
    ) -> Vectors:
        keys = [self._key(kind, text) for text in texts]
        known = self._known(list(dict.fromkeys(keys)))
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            fresh = embed(list(missing.values()))
            self._keep(dict(zip(missing, fresh, strict=True)))
            known.update(zip(missing, fresh, strict=True))
        return np.array([known[key] for key in keys], np.float32).reshape(-1, self.dimension)

    def _key(self, kind: str, text: str) -> bytes:
        return hashlib.sha256(f"{self.fingerprint}\0{kind}\0{text}".encode()).digest()[:16]

    def _known(self, keys: Sequence[bytes]) -> dict[bytes, Vectors]:
        found: dict[bytes, Vectors] = {}
        for at in range(0, len(keys), ASKED):
            part = keys[at : at + ASKED]
            marks = ",".join("?" * len(part))
            query = f"SELECT key, vector FROM vectors WHERE key IN ({marks})"
            for key, vector in self._file.execute(query, part):
                found[key] = np.frombuffer(vector, np.float32)
            query = f"UPDATE vectors SET used = ? WHERE key IN ({marks})"
            self._file.execute(query, [self._turn, *part])
        return found

    def _keep(self, fresh: dict[bytes, Vectors]) -> None:
        self._file.execute("BEGIN IMMEDIATE")
        rows = [(key, self._turn, vector.tobytes()) for key, vector in fresh.items()]
        self._file.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)
        (count,) = self._file.execute("SELECT count(*) FROM vectors").fetchone()
        self._file.execute(
            "DELETE FROM vectors WHERE key IN (SELECT key FROM vectors ORDER BY used, key LIMIT ?)",
            [max(0, count - self._most)],
        )
        self._file.execute("COMMIT")


def _opened(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=60, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS vectors "
        "(key BLOB PRIMARY KEY, used INTEGER NOT NULL, vector BLOB NOT NULL) WITHOUT ROWID"
    )
    return connection
