"""French full-text search, ranked by BM25: the one module that knows tantivy.

Analysis: words, lower case, elided particles (l', d', qu', …) and stop words out, accents folded,
then Snowball's French stems: folded first, « securite » and « sécurité » have one stem.
"""

import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import tantivy
from numpy.typing import NDArray
from tantivy import Filter, Occur, Query, TextAnalyzerBuilder, Tokenizer

from corpus.system import as_os_errors
from indexer.passages import Passage

ANALYZER_FINGERPRINT = "french-3"
ELIDED = ["l", "d", "c", "j", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"]
QUESTION = [  # words that ask rather than name
    "quel", "quelle", "quels", "quelles", "quoi", "combien", "comment", "pourquoi", "où", "quand",
    "lequel", "laquelle", "lesquels", "lesquelles", "est", "sont", "a", "ont", "peut", "y",
]  # fmt: skip
ANALYZER = (
    TextAnalyzerBuilder(Tokenizer.simple())
    .filter(Filter.lowercase())
    .filter(Filter.custom_stopword(ELIDED))
    .filter(Filter.stopword("french"))
    .filter(Filter.ascii_fold())
    .filter(Filter.stemmer("french"))
    .build()
)
WORD = re.compile(r"[^\W_]+")  # what the analyzer takes for one
FIELDS = ("text", "title")  # all that a passage says, its title and headings too; titles alone
GAP = "de " * 10  # stop words leave a gap that no phrase crosses, and no word in the index
LOCKS = {".tantivy-writer.lock", ".tantivy-meta.lock"}
SET = 2  # what a key in a query costs, in passages that are ranked
Keys = NDArray[np.int64]
Ranking = tuple[Keys, NDArray[np.float32]]  # best first
HEAP = 64 * 2**20  # bytes that the writer holds before it writes a segment


@dataclass(frozen=True, slots=True)
class Term:
    """An analyzed word: its stem, its position, and where it stands in the text."""

    stem: str
    position: int
    start: int
    end: int


def analyze(text: str) -> list[Term]:
    """The terms of a text, in order; offsets are code points."""
    tokens = ANALYZER.pre_tokenize(text).tokens
    return [Term(t.text, t.position, t.char_offset_from, t.char_offset_to or 0) for t in tokens]


@lru_cache(2**16)
def stem(word: str) -> str | None:
    """The stem of one word; None for a stop word. Far faster than `analyze` for known words."""
    return next((term.stem for term in analyze(word)), None)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    # An unsigned field refuses a Python int, and the writer thread dies without saying so.
    builder.add_integer_field("key", stored=False, indexed=True, fast=True)
    builder.add_text_field("document", tokenizer_name="raw", index_option="basic")
    for field in FIELDS:
        builder.add_text_field(field, tokenizer_name="french")
    return builder.build()


SCHEMA = _schema()


def _open(folder: Path) -> tantivy.Index:
    index = tantivy.Index(SCHEMA, path=str(folder), reuse=True)
    index.register_tokenizer("french", ANALYZER)
    return index


class LexicalWriter:
    """Adds and deletes passages in `folder`; nothing is seen by a reader before `commit`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._writer = _open(folder).writer(HEAP, num_threads=1)
        self._folder = folder

    def add(self, title: str, passages: Iterable[Passage]) -> None:
        for passage in passages:
            after = (f"{GAP} {part}" for part in (*passage.section, passage.text))
            document = tantivy.Document(
                document=passage.document, title=title, text=[title, *after]
            )
            document.add_integer("key", passage.key)
            self._writer.add_document(document)

    def delete(self, document: str) -> None:
        self._writer.delete_documents_by_term("document", document)

    def commit(self) -> None:
        with as_os_errors(self._folder):
            self._writer.commit()
            self._writer.wait_merging_threads()
        for lock in LOCKS:
            (self._folder / lock).unlink(missing_ok=True)


def link(source: Path, target: Path) -> None:
    """Make `target` a copy of the index in `source`, at no cost: segments are never rewritten."""
    target.mkdir(parents=True)
    for path in source.iterdir():
        if path.name in LOCKS:
            continue
        if path.suffix == ".json":
            shutil.copyfile(path, target / path.name)
        else:
            os.link(path, target / path.name)


class LexicalIndex:
    """An immutable view of a folder that a `LexicalWriter` wrote."""

    def __init__(self, folder: Path) -> None:
        self._searcher = _open(folder).searcher()

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(
        self,
        words: Mapping[str, float],
        k: int,
        fields: Mapping[str, float],
        within: Keys | None = None,
    ) -> Ranking:
        """Keys of the k best passages and their BM25 (k1 1.2, b 0.75), best first.

        A passage's score is the sum over stems (`words`) and fields, each by its weight. Only
        the passages `within`, keys in ascending order, are ranked.
        """
        queries = [
            (Occur.Should, Query.boost_query(Query.term_query(SCHEMA, field, stem, "freq"), w * f))
            for stem, w in words.items()
            for field, f in fields.items()
            if w * f
        ]
        return self._run(queries, k, within)

    def phrase(self, terms: Sequence[Term], k: int, within: Keys | None = None) -> Ranking:
        """Keys of passages that hold the terms one after the other, and their BM25."""
        return self._run([(Occur.Should, _phrase(terms))] if terms else [], k, within)

    def document_frequency(self, stem: str) -> int:
        """In how many passages the text holds the stem."""
        return int(self._searcher.doc_freq("text", stem))

    def _run(self, queries: list[tuple[Occur, Query]], k: int, within: Keys | None) -> Ranking:
        if not queries or not k or (within is not None and not within.size):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        query = Query.boolean_query(queries)
        return self._first(query, k) if within is None else self._within(query, k, within)

    def _within(self, query: Query, k: int, within: Keys) -> Ranking:
        """Asks for the keys in the query, or ranks more than k and keeps those: what costs less."""
        depth = int(1.25 * k * len(self) / within.size)  # where k of them are to be expected
        if SET * within.size < depth:
            wanted = Query.term_set_query(SCHEMA, "key", within.tolist())
            allowed = Query.const_score_query(wanted, 0.0)
            both = Query.boolean_query([(Occur.Must, query), (Occur.Must, allowed)])
            return self._first(both, k)
        while True:
            depth = min(depth, len(self) + 1)
            keys, scores = self._first(query, depth)
            kept = np.flatnonzero(np.isin(keys, within))[:k]
            if kept.size == k or keys.size < depth:
                return keys[kept], scores[kept]
            depth *= 4

    def _first(self, query: Query, k: int) -> Ranking:
        hits = self._searcher.search(query, k, count=False).hits
        keys = self._searcher.fast_field_values("key", [address for _, address in hits])
        scores = [score for score, _ in hits]
        return np.array(keys, np.int64), np.array(scores, np.float32)


def _phrase(terms: Sequence[Term]) -> Query:
    if len(terms) == 1:
        return Query.term_query(SCHEMA, "text", terms[0].stem, "freq")
    words: list[str | tuple[int, str]] = [(t.position - terms[0].position, t.stem) for t in terms]
    return Query.phrase_query(SCHEMA, "text", words)
