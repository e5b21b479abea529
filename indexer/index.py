"""What the search needs of an index, and the local index that is the default."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.card.status import Status
from corpus.card.territories import key
from corpus.document import Document
from indexer.acts import Tie
from indexer.dense import DenseIndex
from indexer.encoder import Vectors
from indexer.facets import Facets, count
from indexer.lexical import LexicalIndex, Term
from indexer.passages import Passage
from indexer.store import Facts, Store

Keys = NDArray[np.int64]
Scores = NDArray[np.float32]  # higher is better
Ranking = tuple[Keys, Scores]  # best first


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents to search; a field that is empty filters nothing."""

    kinds: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    folder: str = ""
    parties: tuple[str, ...] = ()  # by any of their names
    statuses: tuple[Status, ...] = ()
    on: str = ""  # the day of the statuses, ISO 8601; today where empty

    def __bool__(self) -> bool:
        return bool(self.kinds or self.years or self.folder or self.parties or self.statuses)

    @property
    def day(self) -> str:
        return self.on or date.today().isoformat()


@dataclass(frozen=True, slots=True)
class Selection:
    """The documents that pass the filters, and the keys of their passages."""

    documents: tuple[str, ...]
    keys: Keys


class Index(Protocol):
    """An immutable set of documents and passages, searched by meaning and by words."""

    @property
    def generation(self) -> int: ...

    def select(self, filters: Filters) -> Selection | None:
        """What passes the filters; None where they filter nothing."""

    def dense(self, vector: Vectors, k: int, within: Selection | None = None) -> Ranking:
        """The k passages nearest to a question, float32 [dimension], with their cosine."""

    def cosine(self, vector: Vectors, keys: Keys) -> Scores:
        """The cosine of a question and each of these passages."""

    def lexical(
        self,
        stems: Sequence[str],
        k: int,
        weights: dict[str, float],
        within: Selection | None = None,
    ) -> Ranking:
        """The k passages that say these words most, with their BM25 over weighted fields."""

    def phrase(self, terms: Sequence[Term], k: int, within: Selection | None = None) -> Ranking:
        """Up to k passages that hold the terms one after the other."""

    def document_frequency(self, stem: str) -> int:
        """In how many passages a word stands."""

    def passages(self, keys: Sequence[int]) -> list[Passage]: ...

    def newest(self, document: str) -> str:
        """The newest version of an act: the document itself where there is only one."""

    def versions(self, document: str) -> list[str]:
        """All documents that are the same act, this one among them."""

    def ties(self, document: str) -> tuple[Tie, ...]:
        """How the act is tied to others, by the newest version of each."""

    def documents_of(self, keys: Keys) -> list[str]:
        """The document of each passage."""

    def attendance(self, keys: Keys) -> NDArray[np.bool_]:
        """Which of these passages list who was there."""

    def describe(self, identifiers: Sequence[str]) -> dict[str, Document]:
        """Documents without their text, by id."""

    def document(self, identifier: str) -> Document: ...

    def documents(self, filters: Filters) -> list[Document]:
        """Documents without their text, in the order of their paths."""

    def facets(self, identifiers: Sequence[str], day: str) -> Facets:
        """How many of these documents there are of each kind, party, year, status and folder."""

    def slices(self, keys: Sequence[int]) -> dict[int, str]:
        """What the documents themselves hold where these passages are said to stand."""

    def count(self) -> tuple[int, int]:
        """The number of documents and of passages."""


class LocalIndex:
    """One generation on this machine: FAISS, tantivy and SQLite."""

    def __init__(self, folder: Path, generation: int = 0) -> None:
        self.generation = generation
        self._store = Store(folder / "store.sqlite")
        self._dense = DenseIndex.read(folder / "dense.faiss")
        self._lexical = LexicalIndex(folder / "lexical")
        self._keys, self._owners, self._attendance = self._store.keys()
        self._newest = self._store.newest()
        self._versions: dict[str, list[str]] = {}  # by the newest
        for document, newest in self._newest.items():
            self._versions.setdefault(newest, []).append(document)
        self._facts: dict[str, Facts] = {}  # of the documents that were counted before
        self._count = self._store.count()  # it never changes, and every question asks for it

    def select(self, filters: Filters) -> Selection | None:
        if not filters:
            return None
        documents = self._store.select(*_condition(filters))
        return Selection(documents, self._keys[np.isin(self._owners, documents)])

    def dense(self, vector: Vectors, k: int, within: Selection | None = None) -> Ranking:
        rows = None if within is None else np.searchsorted(self._keys, within.keys)
        found, scores = self._dense.search(vector, k, rows)
        return self._keys[found], scores

    def cosine(self, vector: Vectors, keys: Keys) -> Scores:
        rows = np.searchsorted(self._keys, keys)
        return np.asarray(self._dense.vectors[rows] @ vector, np.float32)

    def lexical(
        self,
        stems: Sequence[str],
        k: int,
        weights: dict[str, float],
        within: Selection | None = None,
    ) -> Ranking:
        return self._lexical.search(stems, k, weights, within.documents if within else None)

    def phrase(self, terms: Sequence[Term], k: int, within: Selection | None = None) -> Ranking:
        return self._lexical.phrase(terms, k, within.documents if within else None)

    def document_frequency(self, stem: str) -> int:
        return self._lexical.document_frequency(stem)

    def passages(self, keys: Sequence[int]) -> list[Passage]:
        return self._store.passages(keys)

    def newest(self, document: str) -> str:
        return self._newest.get(document, document)

    def versions(self, document: str) -> list[str]:
        return self._versions.get(self.newest(document), [document])

    def ties(self, document: str) -> tuple[Tie, ...]:
        return self._store.ties(self.newest(document))

    def documents_of(self, keys: Keys) -> list[str]:
        return [str(owner) for owner in self._owners[np.searchsorted(self._keys, keys)]]

    def attendance(self, keys: Keys) -> NDArray[np.bool_]:
        return np.asarray(self._attendance[np.searchsorted(self._keys, keys)], np.bool_)

    def describe(self, identifiers: Sequence[str]) -> dict[str, Document]:
        return self._store.describe(identifiers)

    def document(self, identifier: str) -> Document:
        return self._store.document(identifier)

    def documents(self, filters: Filters) -> list[Document]:
        return self._store.list(*_condition(filters))

    def facets(self, identifiers: Sequence[str], day: str) -> Facets:
        if new := [i for i in identifiers if i not in self._facts]:
            self._facts.update(self._store.facts(new))
        return count((self._facts[i] for i in identifiers), day)

    def slices(self, keys: Sequence[int]) -> dict[int, str]:
        return self._store.slices(keys)

    def count(self) -> tuple[int, int]:
        return self._count

    @property
    def vectors(self) -> Vectors:
        """All vectors, float32 [n_passages, dimension], in the order of the keys."""
        return self._dense.vectors


STATUS = {  # as `corpus.card.status.status_in` has it, of the day ?
    "à venir": "begins != '' AND ?1 < begins",
    "en vigueur": "ends != '' AND begins <= ?1 AND ?1 <= ends",
    "reconduite": "ends != '' AND ends < ?1 AND begins <= ?1 AND ?1 <= last",
    "expirée": "ends != '' AND ends < ?1 AND begins <= ?1 AND last < ?1",
}


def _condition(filters: Filters) -> tuple[str, list[object]]:
    """What SQL asks of a document, and the values of its marks; the first is the day."""
    conditions, values = ["?1 = ?1"], list[object]([filters.day])
    if filters.kinds:
        conditions.append(f"kind IN ({','.join('?' * len(filters.kinds))})")
        values.extend(filters.kinds)
    if filters.years:
        conditions.append(f"substr(date, 1, 4) IN ({','.join('?' * len(filters.years))})")
        values.extend(str(year) for year in filters.years)
    if filters.folder:
        prefix = filters.folder.rstrip("/") + "/"
        conditions.append("substr(path, 1, ?) = ?")
        values.extend([len(prefix), prefix])
    if filters.parties:
        marks = ",".join("?" * len(filters.parties))
        conditions.append(f"EXISTS (SELECT 1 FROM json_each(party_keys) WHERE value IN ({marks}))")
        values.extend(key(name) for name in filters.parties)
    if filters.statuses:
        conditions.append("(" + " OR ".join(STATUS[status] for status in filters.statuses) + ")")
    return " AND ".join(conditions), values
