"""An index brought in step with its sources; the work grows with what changed."""

import hashlib
import shutil
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from corpus.document import Document
from corpus.errors import CannotRead, IndexMismatch, IndexMissing, LibraryMissing, Unsettled
from corpus.isolation import Reader, read_here
from corpus.library import Source
from corpus.readers import ocr
from indexer import lexical, snapshot
from indexer.dense import DenseIndex
from indexer.encoder import Encoder, Vectors
from indexer.failures import Failure, failed, readers, seen_again
from indexer.passages import Passage
from indexer.splitting import Splitter, embedded_text
from indexer.store import Store, StoreWriter
from indexer.versions import newest_of, sketch

CHUNK = 2048  # passages embedded together: enough to sort by length, little memory
Found = Source | tuple[str, CannotRead]


@dataclass
class Report:
    """What an update did; `failures` gives the reason by path.

    `kept` are the failures of which an earlier version stays in the index, `unsettled` the files
    that were being written: the next update takes them. `unread` are the pages without text.
    """

    generation: int = 0
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: int = 0
    failures: dict[str, str] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)  # of cards given by hand
    unread: dict[str, list[int]] = field(default_factory=dict)
    documents: int = 0
    passages: int = 0
    embedded: int = 0
    reused: int = 0

    @property
    def changes(self) -> int:
        return len(self.added) + len(self.changed) + len(self.removed)


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
    retry: Container[str] = (),
) -> Report:
    """Publish a generation that holds exactly the sources; none if nothing changed.

    A document that was published and cannot be read any more stays as it was, and is reported.
    One that failed is tried again when its bytes or the readers have changed, or when its path is
    in `retry`.

    Raises:
        IndexMismatch: the index was built by another model, splitter or format, and `rebuild`
            was not asked for.
        IndexLocked: another process is updating the index.
        LibraryMissing: there is no source at all and the index has documents: a share that is
            not mounted looks so; `rebuild` says that it is meant.
    """
    splitter = splitter or Splitter()
    ocr.engine()  # asks Tesseract once: a process that starts under the lock may outlive us with it
    with snapshot.locked(index):
        base = None if rebuild else _base(index, encoder, splitter)
        plan = _Plan(base, retry)
        plan.make(sources)
        if base and base.fingerprints and not plan.seen:
            raise LibraryMissing(
                f"Le dossier ne contient plus aucun document, l'index en a "
                f"{len(base.fingerprints)} : si c'est voulu, relancez avec --rebuild."
            )
        if base and not plan.new and not plan.gone and plan.failures == base.failures:
            return _unchanged(index, base, plan.reported())
        with snapshot.new_draft(index) as (number, draft):
            start = snapshot.folder_of(index, base.generation) if base else None
            writer = _Writer(draft, start, encoder)
            writer.report = plan.report
            writer.run(plan, splitter, progress or Progress(), read)
            writer.seal()
            report = plan.reported()
            if base and not report.changes and plan.failures == base.failures:
                return _unchanged(index, base, report)
            description = snapshot.Manifest(
                generation=number,
                created=datetime.now(UTC).isoformat(timespec="seconds"),
                documents=report.documents,
                passages=report.passages,
                model=encoder.fingerprint,
                splitter=splitter.fingerprint,
                analyzer=lexical.ANALYZER_FINGERPRINT,
                folder=folder,
                readers=readers(),
                failures=plan.failures,
                ocr=ocr.engine(),
                unread=report.unread,
            )
            snapshot.complete(index, draft, description)
        snapshot.publish(index, number)
        snapshot.prune(index)
        return replace(report, generation=number)


def _unchanged(index: Path, base: "_Base", report: Report) -> Report:
    found = snapshot.manifest(index, base.generation)
    return replace(
        report,
        generation=base.generation,
        documents=found.documents,
        passages=found.passages,
        unread=found.unread,
    )


@dataclass(frozen=True)
class _Base:
    generation: int
    fingerprints: dict[str, str]
    paths: dict[str, str]
    readers: str
    failures: dict[str, Failure]


def _base(index: Path, encoder: Encoder, splitter: Splitter) -> _Base | None:
    """The published generation to start from, if there is one that fits."""
    try:
        generation = snapshot.current(index)
    except IndexMissing:
        return None
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
    snapshot.check(index, generation)  # else the new checksums would seal the damage
    store = Store(snapshot.folder_of(index, generation) / "store.sqlite")
    documents = store.list()
    store.close()
    again = found.unread if found.ocr != ocr.engine() else {}  # what this engine has not tried
    return _Base(
        generation,
        {d.id: "" if d.path in again else d.revision or d.fingerprint for d in documents},
        {d.path: d.id for d in documents},
        found.readers,
        found.failures,
    )


class _Plan:
    """What to read, what to take out, and what could not be read."""

    def __init__(self, base: _Base | None, retry: Container[str]) -> None:
        self._base = base or _Base(0, {}, {}, "", {})
        self._retry = retry
        self.known = self._base.fingerprints
        self.new: list[Source] = []
        self.gone: list[str] = []
        self.failures: dict[str, Failure] = {}
        self.report = Report()
        self.seen = 0

    def make(self, sources: Iterable[Found]) -> None:
        seen: set[str] = set()
        for found in sources:
            self.seen += 1
            if isinstance(found, tuple):
                path, error = found
                seen.update(self._published(path))
                self.fail(path, error, "")
            elif found.id not in seen:
                seen.add(found.id)
                self._take(found)
        self.gone = sorted(self.known.keys() - seen)

    def _published(self, path: str) -> list[str]:
        """The published document of a path; of a folder that cannot be listed, all in it."""
        paths = self._base.paths
        if path in paths:
            return [paths[path]]
        return [identifier for p, identifier in paths.items() if p.startswith(f"{path}/")]

    def _take(self, source: Source) -> None:
        before = self._base.failures.get(source.path)
        if before and before.fingerprint == source.state:
            if self._due(source.path):
                self.new.append(source)
            else:
                self.failures[source.path] = before
        elif self.known.get(source.id) == source.state:
            self.report.unchanged += 1
        else:
            self.new.append(source)

    def _due(self, path: str) -> bool:
        return path in self._retry or self._base.readers != readers()

    def fail(self, path: str, error: CannotRead, fingerprint: str) -> None:
        """Note a document that cannot be read; a file that is being written has not failed."""
        before = self._base.failures.get(path)
        kept = bool(self._published(path))
        if isinstance(error, Unsettled):
            self.report.unsettled.append(path)
            if before:
                self.failures[path] = before
        elif fingerprint or path in self._retry:
            self.failures[path] = failed(before, str(error), fingerprint, kept)
        else:
            self.failures[path] = seen_again(before, str(error), kept)

    def reported(self) -> Report:
        """The report, with the failures in the order of their paths."""
        self.failures = dict(sorted(self.failures.items()))
        self.report.failures = {path: failure.reason for path, failure in self.failures.items()}
        self.report.kept = [path for path, failure in self.failures.items() if failure.kept]
        return self.report


class _Writer:
    """A draft of a generation, started from the base where there is one."""

    def __init__(self, draft: Path, base: Path | None, encoder: Encoder) -> None:
        self._draft, self._encoder = draft, encoder
        self.report = Report()
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

    def run(self, plan: _Plan, splitter: Splitter, progress: Progress, read: Reader) -> None:
        progress.planned(len(plan.new))
        for batch in _batches(self._read(plan, progress, read), splitter):
            self._add(batch, plan, progress)
        for identifier in plan.gone:
            self._delete(identifier)
            self.report.removed.append(identifier)

    def _read(self, plan: _Plan, progress: Progress, read: Reader) -> Iterator[Document]:
        for source, outcome in read(plan.new):
            progress.read(source.path)
            if isinstance(outcome, CannotRead):
                plan.fail(source.path, outcome, source.state)
            else:
                yield outcome

    def _add(
        self, batch: Sequence[tuple[Document, list[Passage]]], plan: _Plan, progress: Progress
    ) -> None:
        """Write documents; vectors are reused by the digest of the text that they stand for."""
        rows = [(d, p) for d, passages in batch for p in passages]
        texts = [embedded_text(d.title, p) for d, p in rows]
        digests = [hashlib.sha256(text.encode()).digest()[:16] for text in texts]
        vectors = self._vectors(texts, digests, progress)
        for document, split in batch:
            self.report.warnings += document.card.problems
            changed = document.id in plan.known
            (self.report.changed if changed else self.report.added).append(document.id)
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
        self.report.embedded += len(firsts)
        self.report.reused += len(texts) - len(firsts)
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

    def seal(self) -> None:
        """Write all structures; rows of the dense index follow the keys of the store."""
        keys = self._store.keys()
        stays = np.isin(self._base_keys, keys)
        DenseIndex(np.concatenate([self._kept[stays], *self._new])).write(
            self._draft / "dense.faiss"
        )
        self._store.set_newest(newest_of(self._store.versions()))
        self._store.set_ties()
        self._store.commit()
        self._lexical.commit()
        store = Store(self._draft / "store.sqlite")
        self.report.documents, self.report.passages = store.count()
        self.report.unread = store.unread()
        store.close()


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
