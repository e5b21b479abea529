"""Generations of an index: written beside the current one, published by one atomic rename.

INDEX/current                  the number of the published generation
INDEX/generations/000007/      manifest.json, store.sqlite, dense.faiss, lexical/, tokens.*
INDEX/generations/000008.draft what an update is writing, or left when it was killed
INDEX/lock                     held by the one process that may write
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from corpus.errors import IndexCorrupted, IndexLocked, IndexMismatch, IndexMissing
from corpus.system import reason
from indexer.failures import Failure, Failures
from indexer.index import LocalIndex
from indexer.store import Problems, Unread

FORMAT = 6
KEPT = 3  # generations, the current one included
REBUILD = "reconstruisez-le avec `python -m indexer update DOSSIER --index {index} --rebuild`"


@dataclass(frozen=True)
class Manifest:
    """What a generation holds; `files` gives size and SHA-256 of each, by relative path."""

    generation: int
    created: str
    model: str
    splitter: str
    analyzer: str
    documents: int = 0
    passages: int = 0
    folder: str = ""
    failures: Failures = field(default_factory=dict)
    unread: Unread = field(default_factory=dict)
    problems: Problems = field(default_factory=dict)
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    format: int = FORMAT


def generations(index: Path) -> list[int]:
    """Numbers of the complete generations, oldest first."""
    folder = index / "generations"
    if not folder.is_dir():
        return []
    return sorted(int(p.name) for p in folder.iterdir() if p.name.isdigit())


def folder_of(index: Path, generation: int) -> Path:
    return index / "generations" / f"{generation:06}"


def current(index: Path) -> int:
    """The number of the published generation.

    Raises:
        IndexMissing: nothing was published in this folder.
        IndexCorrupted: the pointer is unreadable.
    """
    try:
        pointer = (index / "current").read_text("ascii").strip()
    except FileNotFoundError:
        raise IndexMissing(
            f"Aucun index dans « {index} » : créez-le avec "
            f"`python -m indexer update DOSSIER --index {index}`."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        why = reason(error) if isinstance(error, OSError) else "ce n'est pas un nombre"
        raise IndexCorrupted(f"« {index / 'current'} » est illisible, {why}.") from error
    if not pointer.isdigit() or not folder_of(index, int(pointer)).is_dir():
        raise IndexCorrupted(
            f"« {index / 'current'} » désigne la génération « {pointer[:20]} », qui n'existe pas : "
            f"revenez à une autre avec `python -m indexer rollback --index {index}`."
        )
    return int(pointer)


def manifest(index: Path, generation: int) -> Manifest:
    """The manifest of a generation.

    Raises:
        IndexCorrupted: it is missing or no manifest.
        IndexMismatch: it was written by another format.
    """
    path = folder_of(index, generation) / "manifest.json"
    try:
        content = json.loads(path.read_text("utf-8"))
        written = content["format"]
        if written == FORMAT:
            own = content.pop("checksum")
            if own != _checksum(content):
                raise ValueError("somme de contrôle")
            files = {name: (size, digest) for name, (size, digest) in content["files"].items()}
            failures = {path: Failure(**values) for path, values in content["failures"].items()}
            return Manifest(**{**content, "files": files, "failures": failures})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexCorrupted(
            f"Le manifeste « {path} » est absent ou endommagé : {REBUILD.format(index=index)}."
        ) from error
    raise IndexMismatch(
        f"L'index « {index} » est au format {written}, ce programme lit le format {FORMAT} : "
        f"{REBUILD.format(index=index)}."
    )


def open_index(index: Path, model: str | None = None) -> LocalIndex:
    """The published generation, checked against its checksums and against the model.

    Raises:
        IndexMissing, IndexCorrupted, IndexMismatch.
    """
    generation = current(index)
    found = manifest(index, generation)
    if model is not None and found.model != model:
        raise IndexMismatch(
            f"L'index « {index} » a été construit avec le modèle {found.model}, le modèle chargé "
            f"est {model} : {REBUILD.format(index=index)}."
        )
    check(index, generation)
    return LocalIndex(folder_of(index, generation), generation)


def check(index: Path, generation: int) -> None:
    """Do nothing if every file of a generation has the checksum of its manifest.

    Raises:
        IndexCorrupted: one has not; the message says which.
    """
    if problems := verify(index, generation):
        raise damaged(index, problems)


def damaged(index: Path, problems: Sequence[str]) -> IndexCorrupted:
    """The error for what `verify` found, with the way out."""
    return IndexCorrupted(
        f"L'index « {index} » est endommagé ({' ; '.join(problems)}) : revenez à la génération "
        f"précédente avec `python -m indexer rollback --index {index}`, ou "
        f"{REBUILD.format(index=index)}."
    )


def verify(index: Path, generation: int) -> list[str]:
    """What is wrong with the files of a generation, in French; nothing if all is well."""
    folder = folder_of(index, generation)
    expected = manifest(index, generation).files
    found = dict(_files(folder))
    problems = [f"{name} manque" for name in sorted(expected.keys() - found.keys())]
    for name in sorted(expected.keys() & found.keys()):
        if _fingerprint(found[name]) != expected[name]:
            problems.append(f"{name} ne correspond pas à sa somme de contrôle")
    return problems


def rollback(index: Path, asked: int | None = None) -> int:
    """Publish an older generation: the given one, or the newest one before the current.

    Raises:
        IndexMissing: there is no such generation.
    """
    if not generations(index):
        raise IndexMissing(f"Aucun index dans « {index} » : rien à rétablir.")
    with locked(index):
        known = generations(index)
        generation = asked
        if generation is None:
            try:
                now = current(index)
            except IndexCorrupted:
                now = known[-1] + 1 if known else 0
            generation = max((n for n in known if n < now), default=0)
        if generation not in known:
            kept = ", ".join(map(str, known)) or "aucune"
            lost = "Pas de génération à rétablir"
            if asked is not None:
                lost = f"La génération {asked} n'est pas gardée"
            raise IndexMissing(f"{lost} ; générations gardées : {kept}.")
        check(index, generation)
        publish(index, generation)
        return generation


@contextmanager
def locked(index: Path) -> Iterator[None]:
    """Hold the right to write; the system gives it back whatever becomes of the process.

    Raises:
        IndexLocked: another process holds it.
    """
    index.mkdir(parents=True, exist_ok=True)
    with (index / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IndexLocked(
                f"Une autre mise à jour de « {index} » est en cours : attendez sa fin."
            ) from None
        yield


@contextmanager
def new_draft(index: Path) -> Iterator[tuple[int, Path]]:
    """The next number and an empty folder to write it in, removed at the end if not completed.

    Drafts that killed updates have left are removed too.
    """
    folder = index / "generations"
    folder.mkdir(parents=True, exist_ok=True)
    for draft in folder.glob("*.draft"):
        shutil.rmtree(draft)
    number = max(generations(index), default=0) + 1
    draft = folder / f"{number:06}.draft"
    draft.mkdir()
    try:
        yield number, draft
    finally:
        if draft.exists():
            shutil.rmtree(draft)


def complete(index: Path, draft: Path, description: Manifest) -> None:
    """Seal a draft: checksums, manifest, all on disk, then its final name."""
    files = {name: _fingerprint(path, sync=True) for name, path in _files(draft)}
    content = asdict(description) | {"files": files}
    content["checksum"] = _checksum(content)
    _write_synced(draft / "manifest.json", json.dumps(content, indent=1, ensure_ascii=False))
    for folder in (draft / "lexical", draft):
        _sync_folder(folder)
    os.rename(draft, folder_of(index, description.generation))
    _sync_folder(index / "generations")


def publish(index: Path, generation: int) -> None:
    """Point to a generation: the one step that readers see."""
    _write_synced(index / "current.new", f"{generation}\n")
    os.replace(index / "current.new", index / "current")
    _sync_folder(index)


def prune(index: Path) -> None:
    """Remove all but the last generations; readers keep what they have open."""
    now = current(index)
    for generation in [n for n in generations(index) if n != now][: -(KEPT - 1)]:
        gone = folder_of(index, generation)
        shutil.rmtree(gone.rename(gone.with_suffix(".draft")))  # never half of a generation


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != "manifest.json" and not path.name.endswith(".lock"):
            yield path.relative_to(folder).as_posix(), path


def _fingerprint(path: Path, sync: bool = False) -> tuple[int, str]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        if sync:
            os.fsync(file.fileno())
        return os.fstat(file.fileno()).st_size, digest


def _checksum(content: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _write_synced(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
