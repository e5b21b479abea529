"""An index brought in step with its sources; the work grows with what changed."""

import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import numpy as np

from corpus.document import Document
from corpus.errors import CannotRead, IndexMismatch, IndexMissing, LibraryMissing
from corpus.isolation import Limits, Reader, read_here
from corpus.readers import ocr
from indexer import lexical, snapshot
from indexer.dense import DenseIndex
from indexer.encoder import Encoder, Vectors
from indexer.failures import readers
from indexer.passages import Passage
from indexer.plan import Base, Found, Plan
from indexer.snapshot import Manifest
from indexer.splitting import Splitter, embedded_text
from indexer.store import Problems, Store, StoreWriter, Unread
from indexer.versions import newest_of, sketch

CHUNK = 2048  # passages embedded together: enough to sort by length, little memory


@dataclass
class Report:
    """What an update did; `failures` gives the reason by path.

    `kept` are the failures of which an earlier version stays in the index, `unsettled` the files
    that were being written: the next update takes them. `unread` are the pages without text of
    the index, `problems` the faults of cards given by hand.
    """

    generation: int = 0
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: int = 0
    failures: dict[str, str] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)
    unread: Unread = field(default_factory=dict)
    problems: Problems = field(default_factory=dict)
    documents: int = 0
    passages: int = 0
    embedded: int = 0
    reused: int = 0


@dataclass
class Progress:
    """Called as the work goes on; the default says nothing."""

    planned: Callable[[int], None] = lambda documents: None
    read: Callable[[str], None] = lambda path: None
    to_embed: Callable[[int], None] = lambda passages: None
    embedded: Callable[[int], None] = lambda passages: None


def update(
    sources: Iterable[Found],
    index: Path,
    encoder: Encoder,
    splitter: Splitter | None = None,
    *,
    rebuild: bool = False,
    folder: str = "",
    progress: Progress | None = None,
    read: Reader = read_here,
    limits: Limits | None = None,
    retry: Container[str] = (),
) -> Report:
    """Publish a generation that holds exactly the sources; none if nothing changed.

    A document that was published and cannot be read any more stays as it was, and is reported.
    One that failed is tried again when its bytes, the readers or their limits have changed, or
    when its path is in `retry`; `limits` are those of `read`.

    Raises:
        IndexMismatch: the index was built by another model, splitter or format, and `rebuild`
            was not asked for.
        IndexCorrupted: the published generation is damaged: nothing is built on it.
        IndexLocked: another process is updating the index.
        LibraryMissing: there is no source at all and the index has documents: a share that is
            not mounted looks so; `rebuild` says that it is meant.
    """
    splitter = splitter or Splitter()
    ocr.engine()  # asks Tesseract once: a process that starts under the lock may outlive us with it
    with snapshot.locked(index), closing(_open(index, encoder, splitter, rebuild)) as base:
        plan = Plan(base, readers(limits), retry)
        plan.make(sources)
        if base.states and not plan.seen:
            raise LibraryMissing(
                f"Le dossier ne contient plus aucun document, l'index en a {len(base.states)} : "
                "si c'est voulu, relancez avec --rebuild."
            )
        report, progress = Report(), progress or Progress()
        if base.generation and plan.work:
            snapshot.check(index, base.generation)  # else new checksums would seal the damage
        if len(plan):
            progress.planned(len(plan))
        done = _done(plan, base, read, progress)
        first = next(done, None)
        if base.generation and not (first or plan.differs):
            return _reported(report, plan, snapshot.manifest(index, base.generation))
        with snapshot.new_draft(index) as (number, draft):
            start = snapshot.folder_of(index, base.generation) if base.generation else None
            writer = _Writer(draft, start, base.states, encoder, report)
            writer.run(chain([first] if first else [], done), splitter, progress)
            writer.delete(plan.gone)
            description = writer.seal(Manifest(
                generation=number,
                created=datetime.now(UTC).isoformat(timespec="seconds"),
                model=encoder.fingerprint,
                splitter=splitter.fingerprint,
                analyzer=lexical.ANALYZER_FINGERPRINT,
                folder=folder,
                failures=dict(sorted(plan.failures.items())),
            ))  # fmt: skip
            snapshot.complete(index, draft, description)
        snapshot.publish(index, number)
        snapshot.prune(index)
        return _reported(report, plan, description)


def _reported(report: Report, plan: Plan, published: Manifest) -> Report:
    """The report, with what is published now."""
    report.unchanged += plan.unchanged
    return replace(
        report,
        generation=published.generation,
        documents=published.documents,
        passages=published.passages,
        failures={path: failure.reason for path, failure in published.failures.items()},
        kept=[path for path, failure in published.failures.items() if failure.kept],
        unsettled=plan.unsettled,
        unread=published.unread,
        problems=published.problems,
    )


def _open(index: Path, encoder: Encoder, splitter: Splitter, rebuild: bool) -> Base:
    """The published generation to start from, if there is one that fits."""
    try:
        generation = 0 if rebuild else snapshot.current(index)
    except IndexMissing:
        generation = 0
    if not generation:
        return Base()
    found = snapshot.manifest(index, generation)
    for what, built, given in (
        ("le modèle", found.model, encoder.fingerprint),
        ("le découpage", found.splitter, splitter.fingerprint),
        ("l'analyse", found.analyzer, lexical.ANALYZER_FINGERPRINT),
    ):
        if built != given:
            raise IndexMismatch(
                f"L'index « {index} » a été construit avec {what} {built}, et non {given} : "
                "relancez la commande avec --rebuild."
            )
    try:
        store = Store(snapshot.folder_of(index, generation) / "store.sqlite")
        states = {state.id: state for state in store.states()}
    except sqlite3.DatabaseError:
        snapshot.check(index, generation)
        raise
    return Base(generation, store, states, found.failures, found.unread)


@dataclass(frozen=True)
class _Done:
    """A document that was done, and whether its text or its card are new."""

    document: Document
    new: bool


def _done(plan: Plan, base: Base, read: Reader, progress: Progress) -> Iterator[_Done]:
    """The documents of a plan, done; not those that are as they were in every respect."""
    for source, outcome in read(plan.due()):
        progress.read(source.path)
        if isinstance(outcome, CannotRead):
            plan.fail(source, outcome)
            continue
        stored = base.stored(source.id)
        new = stored is None or outcome != replace(
            stored, reader=outcome.reader, revision=outcome.revision
        )
        plan.unchanged += not new
        if stored != outcome:
            yield _Done(outcome, new)


class _Writer:
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
        self._base_keys = np.empty(0, np.int64)
        if base is not None:
            shutil.copyfile(base / "store.sqlite", draft / "store.sqlite")
            lexical.link(base / "lexical", draft / "lexical")
            dense = DenseIndex.read(base / "dense.faiss")
            self._kept = dense.vectors.copy()
        self._store = StoreWriter(draft / "store.sqlite")
        self._lexical = lexical.LexicalWriter(draft / "lexical")
        self._base_keys = self._store.keys()
        self._new: list[Vectors] = []

    def run(self, done: Iterable[_Done], splitter: Splitter, progress: Progress) -> None:
        """Write what was done."""
        for batch in _batches(self._new_of(done), splitter):
            self._add(batch, progress)

    def _new_of(self, done: Iterable[_Done]) -> Iterator[Document]:
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
        vectors = self._vectors(texts, digests, progress)
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

    def _vectors(
        self, texts: Sequence[str], digests: Sequence[bytes], progress: Progress
    ) -> Vectors:
        vectors = np.empty((len(texts), self._encoder.dimension), np.float32)
        missing: dict[bytes, list[int]] = {}
        for row, digest in enumerate(digests):
            key = self._store.key_with(digest)
            vector = None if key is None else self._vector(key)
            if vector is None:
                missing.setdefault(digest, []).append(row)
            else:
                vectors[row] = vector
        firsts = [rows[0] for rows in missing.values()]
        progress.to_embed(len(firsts))
        if firsts:
            fresh = self._encoder.encode_documents([texts[r] for r in firsts], progress.embedded)
            for rows, vector in zip(missing.values(), fresh, strict=True):
                vectors[rows] = vector
        self._report.embedded += len(firsts)
        self._report.reused += len(texts) - len(firsts)
        return vectors

    def _vector(self, key: int) -> Vectors | None:
        """The vector of a passage of the base; None for one that this update wrote."""
        row = int(np.searchsorted(self._base_keys, key))
        if row < self._base_keys.size and self._base_keys[row] == key:
            vector: Vectors = self._kept[row]
            return vector
        return None

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
        self._store.set_newest(newest_of(self._store.versions()))
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
