"""What the search needs of an index, and the local index that is the default."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.card.numbers import compared
from corpus.document import Document
from indexer.acronyms import Acronyms
from indexer.acts import Tie
from indexer.bodies import Bodies, Body
from indexer.dense import DenseIndex
from indexer.encoder import Asked, Vectors
from indexer.facets import FACETS, Catalogue, Facets, Filters
from indexer.lexical import LexicalIndex, Term
from indexer.passages import Passage
from indexer.store import Store
from indexer.tokens import Codes, TokenIndex, maxsim
from indexer.vocabulary import Vocabulary

Keys = NDArray[np.int64]
Scores = NDArray[np.float32]  # higher is better
Ranking = tuple[Keys, Scores]  # best first


@dataclass(frozen=True, slots=True)
class Selection:
    """The documents that pass the filters, and the keys of their passages."""

    documents: NDArray[np.object_]  # ids
    keys: Keys  # ascending


class Index(Protocol):
    """An immutable set of documents and passages, searched by meaning and by words."""

    @property
    def generation(self) -> int: ...

    @property
    def vocabulary(self) -> Vocabulary:
        """The words that the documents say."""

    def resolve(self, filters: Filters) -> Filters:
        """The same filters, each value as the documents write it.

        Raises:
            UnknownValue: no document has one of them.
        """

    def select(self, filters: Filters) -> Selection | None:
        """What passes the filters; None where they filter nothing."""

    def dense(self, vector: Vectors, k: int, within: Selection | None = None) -> Ranking:
        """The k passages nearest to a question, float32 [dimension], with their cosine."""

    def cosine(self, vector: Vectors, keys: Keys) -> Scores:
        """The cosine of a question and each of these passages."""

    def late(self, asked: Asked, keys: Keys) -> Scores:
        """How well each of these passages says each word of a question; 0: it cannot tell."""

    def lexical(
        self,
        words: Mapping[str, float],
        k: int,
        fields: Mapping[str, float],
        within: Selection | None = None,
    ) -> Ranking:
        """The k passages that say these stems most, with their BM25; stems and fields by weight."""

    def phrase(self, terms: Sequence[Term], k: int, within: Selection | None = None) -> Ranking:
        """Up to k passages that hold the terms one after the other."""

    def document_frequency(self, stem: str) -> int:
        """In how many passages a word stands, or in their titles or headings."""

    def acronyms(self, stems: Sequence[str]) -> list[str]:
        """The words of the names whose acronyms a question says, or the other way round."""

    def bodies(self, text: str) -> list[Body]:
        """The bodies that a text names as acts call their parties."""

    def passages(self, keys: Sequence[int]) -> list[Passage]: ...

    def newest(self, document: str) -> str:
        """The newest version of an act: the document itself where there is only one."""

    def versions(self, document: str) -> list[str]:
        """All documents that are the same act, this one among them."""

    def ties(self, document: str) -> tuple[Tie, ...]:
        """How the act is tied to others, by the newest version of each."""

    def documents_of(self, keys: Keys) -> list[str]:
        """The document of each passage."""

    def numbered(self, numbers: Iterable[str]) -> set[str]:
        """The documents whose own number is one of these, as numbers are compared."""

    def attendance(self, keys: Keys) -> NDArray[np.bool_]:
        """Which of these passages list who was there."""

    def stating(self, facts: Sequence[str], keys: Keys) -> NDArray[np.bool_]:
        """Which of these passages hold a place where a card read one of these facts."""

    def describe(self, identifiers: Sequence[str]) -> dict[str, Document]:
        """Documents without their text, by id."""

    def document(self, identifier: str) -> Document: ...

    def documents(self, filters: Filters) -> list[Document]:
        """Documents without their text, in the order of their paths."""

    def facets(
        self, rankings: Sequence[Keys], k: int, day: str, only: Iterable[str] = FACETS
    ) -> Facets:
        """How many acts of each value have a passage that counts, by facet.

        Those count that are among the first k of a ranking that have the same value: the passages
        that a search with k candidates would find if it were filtered by that value. Facets that
        are not in `only` count nothing.
        """

    def count_values(
        self, documents: Sequence[str], day: str, only: Iterable[str] = FACETS
    ) -> Facets:
        """How many of these documents, one for each act, have each value; as `facets` does."""

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
        self._tokens = TokenIndex.read(folder, self._dense.dimension)
        self._lexical = LexicalIndex(folder / "lexical")
        self._newest = self._store.newest()
        facts = self._store.facts()
        aliases = self._store.aliases()
        self._catalogue = Catalogue(facts, aliases, self._newest)
        self._acronyms = Acronyms(aliases)
        self._bodies = Bodies((name for known in facts for name in known.parties), aliases)
        self.vocabulary = Vocabulary(self._store.words())
        self._numbered: dict[str, set[str]] = {}
        for known in facts:
            self._numbered.setdefault(compared(known.number), set()).add(known.document)
        self._keys, owners, self._attendance = self._store.keys()
        rows = self._catalogue.rows
        self._owners = np.array([rows[document] for document in owners], np.int32)
        self._rows = np.zeros(int(self._keys.max(initial=0)) + 1, np.int32)  # by key
        self._rows[self._keys] = np.arange(self._keys.size)
        self._versions: dict[str, list[str]] = {}  # by the newest
        for document, newest in self._newest.items():
            self._versions.setdefault(newest, []).append(document)
        self._count = self._store.count()  # it never changes, and every question asks for it

    def resolve(self, filters: Filters) -> Filters:
        return self._catalogue.resolve(filters)

    def select(self, filters: Filters) -> Selection | None:
        if not filters.active:
            return None
        passing = self._catalogue.passing(self.resolve(filters))
        documents = self._catalogue.documents[passing]
        return Selection(documents, self._keys[passing[self._owners]])

    def dense(self, vector: Vectors, k: int, within: Selection | None = None) -> Ranking:
        rows = None if within is None else self._rows[within.keys]
        found, scores = self._dense.search(vector, k, rows)
        return self._keys[found], scores

    def cosine(self, vector: Vectors, keys: Keys) -> Scores:
        return self._dense.scores(vector)[self._rows[keys]]

    def late(self, asked: Asked, keys: Keys) -> Scores:
        rows = self._rows[keys]
        return maxsim(asked.tokens, self._tokens.of(rows.tolist()), self._dense.vectors[rows])

    def lexical(
        self,
        words: Mapping[str, float],
        k: int,
        fields: Mapping[str, float],
        within: Selection | None = None,
    ) -> Ranking:
        return self._lexical.search(words, k, fields, within.keys if within else None)

    def phrase(self, terms: Sequence[Term], k: int, within: Selection | None = None) -> Ranking:
        return self._lexical.phrase(terms, k, within.keys if within else None)

    def document_frequency(self, stem: str) -> int:
        return self._lexical.document_frequency(stem)

    def acronyms(self, stems: Sequence[str]) -> list[str]:
        return self._acronyms.of(stems)

    def bodies(self, text: str) -> list[Body]:
        return list(self._bodies.named(text))

    def passages(self, keys: Sequence[int]) -> list[Passage]:
        return self._store.passages(keys)

    def newest(self, document: str) -> str:
        return self._newest.get(document, document)

    def versions(self, document: str) -> list[str]:
        return self._versions.get(self.newest(document), [document])

    def ties(self, document: str) -> tuple[Tie, ...]:
        return self._store.ties(self.newest(document))

    def documents_of(self, keys: Keys) -> list[str]:
        return list(self._catalogue.documents[self._owners[self._rows[keys]]])

    def numbered(self, numbers: Iterable[str]) -> set[str]:
        return {name for number in numbers for name in self._numbered.get(number, ())}

    def attendance(self, keys: Keys) -> NDArray[np.bool_]:
        return np.asarray(self._attendance[self._rows[keys]], np.bool_)

    def stating(self, facts: Sequence[str], keys: Keys) -> NDArray[np.bool_]:
        return np.isin(keys, self._store.stating(facts, keys.tolist()))

    def describe(self, identifiers: Sequence[str]) -> dict[str, Document]:
        return self._store.describe(identifiers)

    def document(self, identifier: str) -> Document:
        return self._store.document(identifier)

    def documents(self, filters: Filters) -> list[Document]:
        within = self.select(filters)
        passing = None if within is None else set(within.documents)
        return [d for d in self._store.list() if passing is None or d.id in passing]

    def facets(
        self, rankings: Sequence[Keys], k: int, day: str, only: Iterable[str] = FACETS
    ) -> Facets:
        rows = [self._owners[self._rows[keys]] for keys in rankings]
        return self._catalogue.count(rows, k, day, only)

    def count_values(
        self, documents: Sequence[str], day: str, only: Iterable[str] = FACETS
    ) -> Facets:
        rows = np.array([self._catalogue.rows[name] for name in documents], np.int32)
        return self._catalogue.count([rows], rows.size, day, only)

    def slices(self, keys: Sequence[int]) -> dict[int, str]:
        return self._store.slices(keys)

    def count(self) -> tuple[int, int]:
        return self._count

    @property
    def words(self) -> dict[str, int]:
        """How often the documents say each word, in small letters."""
        return self._store.words()

    @property
    def vectors(self) -> Vectors:
        """All vectors, float32 [n_passages, dimension], in the order of the keys."""
        return self._dense.vectors

    @property
    def codes(self) -> list[Codes]:
        """The codes of the tokens of each passage, in the order of the keys."""
        return self._tokens.of(range(self._keys.size))
