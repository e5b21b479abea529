"""A folder as a library of documents: a deterministic scan that survives what it meets."""

import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.clean import clean
from corpus.document import Document, compose
from corpus.errors import CannotRead, LibraryMissing
from corpus.metadata import describe
from corpus.readers import FORMATS, read_blocks
from corpus.structure import mark_headings

LARGEST = 64 * 2**20  # bytes of a file, at the most


@dataclass(frozen=True, slots=True)
class Source:
    """Something to index: its id, the fingerprint of its bytes, and how to read it."""

    id: str
    path: str
    fingerprint: str
    read: Callable[[], Document]


@dataclass(frozen=True, slots=True)
class Library:
    """The readable files under `root`, as sources."""

    root: Path

    def scan(self) -> Iterator[Source | tuple[str, CannotRead]]:
        """Every document of the folder in the order of its path, or why it cannot be read.

        Hidden files, other formats and links that lead out of the folder are passed over.

        Raises:
            LibraryMissing: the folder does not exist.
        """
        if not self.root.is_dir():
            raise LibraryMissing(
                f"Le dossier « {self.root} » n'existe pas : indiquez le dossier des documents."
            )
        root = self.root.resolve()
        for path in self._files(root):
            relative = path.relative_to(root).as_posix()
            try:
                yield _source(path, relative)
            except CannotRead as error:
                yield relative, error

    def _files(self, root: Path) -> Iterator[Path]:
        for folder, folders, names in os.walk(root, followlinks=False):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                path = Path(folder, name)
                if name.startswith(".") or path.suffix.lower() not in FORMATS:
                    continue
                if path.is_symlink() and not path.resolve().is_relative_to(root):
                    continue
                yield path


def document_id(path: str) -> str:
    """An id that is the path where that is plain, so that it reads well in URLs and TREC runs.

    `/` becomes `~`; a path with anything but a-z, 0-9, `.`, `_`, `-` is folded to these and gets
    six digits of its hash, so that no two paths share an id.
    """
    path = unicodedata.normalize("NFC", path)
    plain = path.replace("/", "~")
    if re.fullmatch(r"[a-z0-9._~-]+", plain) and "~" not in path:
        return plain
    folded = unicodedata.normalize("NFKD", plain.lower()).encode("ascii", "ignore").decode()
    slug = re.sub(r"-{2,}", "-", re.sub(r"[^a-z0-9._~-]+", "-", folded)).strip("-")
    return f"{slug[:120]}-{hashlib.sha256(path.encode()).hexdigest()[:6]}"


def _source(path: Path, relative: str) -> Source:
    data = _bytes(path, relative)
    fingerprint = hashlib.sha256(data).hexdigest()
    identifier = document_id(relative)
    return Source(
        identifier, relative, fingerprint, lambda: _read(path, identifier, relative, fingerprint)
    )


def _bytes(path: Path, relative: str) -> bytes:
    try:
        if not path.is_file():
            raise CannotRead(f"{relative} n'est pas un fichier ordinaire.")
        size = path.stat().st_size
        if size > LARGEST:
            raise CannotRead(
                f"{relative} pèse {size / 2**20:.0f} Mo, plus que les {LARGEST // 2**20} Mo admis."
            )
        data = path.read_bytes()
    except OSError as error:
        raise CannotRead(f"{relative} est illisible ({error.strerror}).") from error
    if not data:
        raise CannotRead(f"{relative} est vide.")
    return data


def _read(path: Path, identifier: str, relative: str, fingerprint: str) -> Document:
    """The document of a file.

    Raises:
        CannotRead: the file has vanished, has changed since the scan or holds no text.
    """
    data = _bytes(path, relative)
    if hashlib.sha256(data).hexdigest() != fingerprint:
        raise CannotRead(f"{relative} a changé pendant la lecture : relancez la mise à jour.")
    blocks, declared = read_blocks(path, data)
    blocks = mark_headings(clean(blocks))
    if not blocks:
        raise CannotRead(f"{relative} ne contient que des éléments de navigation.")
    text, pages, sections = compose(blocks)
    return Document(
        id=identifier,
        path=relative,
        text=text,
        fingerprint=fingerprint,
        metadata=describe(blocks, declared),
        pages=pages,
        sections=sections,
        paged=FORMATS[path.suffix.lower()].paged,
    )
