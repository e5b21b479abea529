"""The next generation as it is written: documents added, changed, revised and taken out."""

import hashlib
import shutil
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from corpus.document import Document
from indexer import lexical
from indexer.dense import DenseIndex
from indexer.encoder import Encoder, Vectors, embed_documents
from indexer.passages import Passage
from indexer.report import Progress, Report
from indexer.snapshot import Manifest
from indexer.splitting import Splitter, embedded_text
from indexer.store import Store, StoreWriter
from indexer.tokens import Codes, TokenIndex, TokenWriter
from indexer.versions import newest_of, sketch

CHUNK = 2048  # passages embedded together: enough to sort by length, little memory


@dataclass(frozen=True)
class Done:
    """A document that was done, and whether its text or its card are new."""

    document: Document
    new: bool


class Writer:
    """A draft of a generation, started from the base where there is one."""

    def __init__(
        self,
        draft: Path,
        base: Path | None,
        known: Container[str],
        encoder: Encoder,
        report: Report,
    ) -> None:
        self._draft, self._known, self._encoder, self._report = draft, known, encoder, report
        self._kept = np.empty((0, encoder.dimension), np.float32)
        self._base_tokens = TokenIndex.none(encoder.dimension)
        if base is not None:
            shutil.copyfile(base / "store.sqlite", draft / "store.sqlite")
            lexical.link(base / "lexical", draft / "lexical")
            dense = DenseIndex.read(base / "dense.faiss")
            self._kept = dense.vectors.copy()
            self._base_tokens = TokenIndex.read(base, encoder.dimension)
        self._store = StoreWriter(draft / "store.sqlite")
        self._lexical = lexical.LexicalWriter(draft / "lexical")
        self._base_keys = self._store.keys()
        self._new: list[Vectors] = []
        self._tokens = TokenWriter(draft, self._base_tokens)

    def run(self, done: Iterable[Done], splitter: Splitter, progress: Progress) -> None:
        """Write what was done."""
        for batch in _batches(self._new_of(done), splitter):
            self._add(batch, progress)

    def _new_of(self, done: Iterable[Done]) -> Iterator[Document]:
        for one in done:
            if one.new:
                yield one.document
            else:
                self._store.revise(one.document)

    def delete(self, documents: Sequence[str]) -> None:
        """Take documents out."""
        for identifier in documents:
            self._delete(identifier)
            self._report.removed.append(identifier)

    def _add(self, batch: Sequence[tuple[Document, list[Passage]]], progress: Progress) -> None:
        """Write documents; vectors are reused by the digest of the text that they stand for."""
        rows = [(d, p) for d, passages in batch for p in passages]
        texts = [embedded_text(d.title, p) for d, p in rows]
        digests = [hashlib.sha256(text.encode()).digest()[:16] for text in texts]
        vectors, codes = self._embedded(texts, digests, progress)
        for document, split in batch:
            changed = document.id in self._known
            (self._report.changed if changed else self._report.added).append(document.id)
            if changed:
                self._delete(document.id)
            self._store.add(document, sketch(split))
        passages = [p for _, p in rows]
        keys = list(self._store.add_passages(zip(passages, digests, strict=True)))
        for (document, passage), key in zip(rows, keys, strict=True):
            self._lexical.add(document.title, [replace(passage, key=key)])
        self._new.append(vectors)
        self._tokens.extend(codes)

    def _embedded(
        self, texts: Sequence[str], digests: Sequence[bytes], progress: Progress
    ) -> tuple[Vectors, list[Codes]]:
        """The vectors of texts, and the codes of their tokens."""
        vectors = np.empty((len(texts), self._encoder.dimension), np.float32)
        codes: list[Codes] = [np.empty(0, np.void)] * len(texts)
        missing: dict[bytes, list[int]] = {}
        for row, digest in enumerate(digests):
            key = self._store.key_with(digest)
            base = None if key is None else self._row(key)
            if base is None:
                missing.setdefault(digest, []).append(row)
                continue
            vectors[row] = self._kept[base]
            (codes[row],) = self._base_tokens.of([base])
        firsts = [rows[0] for rows in missing.values()]
        progress.to_embed(len(firsts))
        if firsts:
            fresh, tokens = embed_documents(
                self._encoder, [texts[row] for row in firsts], progress.embedded
            )
            for rows, vector, code in zip(missing.values(), fresh, tokens, strict=True):
                for row in rows:
                    vectors[row], codes[row] = vector, code
        self._report.embedded += len(firsts)
        self._report.reused += len(texts) - len(firsts)
        return vectors, codes

    def _row(self, key: int) -> int | None:
        """The row of a passage of the base; None for one that this update wrote."""
        row = int(np.searchsorted(self._base_keys, key))
        known = row < self._base_keys.size and self._base_keys[row] == key
        return row if known else None

    def _delete(self, identifier: str) -> None:
        self._store.delete(identifier)
        self._lexical.delete(identifier)

    def seal(self, description: Manifest) -> Manifest:
        """Write all structures; rows of the dense index follow the keys of the store.

        Returns:
            The description, with what is to be counted and told.
        """
        keys = self._store.keys()
        stays = np.isin(self._base_keys, keys)
        DenseIndex(np.concatenate([self._kept[stays], *self._new])).write(
            self._draft / "dense.faiss"
        )
        self._tokens.seal(stays)
        self._store.set_newest(newest_of(self._store.versions()))
        self._store.set_ties()
        self._store.commit()
        self._lexical.commit()
        with closing(Store(self._draft / "store.sqlite")) as store:
            documents, passages = store.count()
            return replace(
                description,
                documents=documents,
                passages=passages,
                unread=store.unread(),
                problems=store.problems(),
            )


def _batches(
    documents: Iterable[Document], splitter: Splitter
) -> Iterator[list[tuple[Document, list[Passage]]]]:
    """Documents with their passages, about `CHUNK` passages at a time."""
    batch: list[tuple[Document, list[Passage]]] = []
    size = 0
    for document in documents:
        passages = splitter.split(document)
        batch.append((document, passages))
        size += len(passages)
        if size >= CHUNK:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
