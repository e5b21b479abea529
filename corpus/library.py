"""A folder as a library of documents: a deterministic scan that survives what it meets."""

import hashlib
import os
import re
import stat
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

UNREAD = {".doc", ".docx", ".odt", ".rtf"}  # documents that are listed, but not read yet
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

        Hidden files, other formats, links to folders and links that lead out are passed over.

        Raises:
            LibraryMissing: the folder does not exist or cannot be listed.
        """
        try:
            os.scandir(self.root).close()
        except OSError as error:
            raise LibraryMissing(
                f"Le dossier « {self.root} » n'existe pas ou n'est pas lisible : "
                "indiquez le dossier des documents."
            ) from error
        root = self.root.resolve()
        paths: dict[str, str] = {}  # by id
        for path in _files(root, root):
            relative = path.relative_to(root).as_posix()
            found: Source | tuple[str, CannotRead]
            try:
                found = _source(path, relative)
                if (twin := paths.setdefault(found.id, relative)) != relative:
                    raise CannotRead(
                        f"{relative} a le même nom que {twin} : renommez l'un des deux."
                    )
            except CannotRead as error:
                found = _printable(relative), error
            yield found


def document_id(path: str) -> str:
    """An id that is the path where that is plain, so that it reads well in URLs and TREC runs.

    `/` becomes `~`; a path with anything but a-z, 0-9, `.`, `_`, `-` is folded to these and gets
    six digits of its hash.
    """
    path = unicodedata.normalize("NFC", path)
    plain = path.replace("/", "~")
    if re.fullmatch(r"[a-z0-9._~-]+", plain) and "~" not in path:
        return plain
    folded = unicodedata.normalize("NFKD", plain.lower()).encode("ascii", "ignore").decode()
    slug = re.sub(r"-{2,}", "-", re.sub(r"[^a-z0-9._~-]+", "-", folded)).strip("-")
    return f"{slug[:120]}-{hashlib.sha256(path.encode()).hexdigest()[:6]}"


def _files(folder: Path, root: Path) -> Iterator[Path]:
    """What to read under `folder`, in order; a folder that cannot be listed stands for itself."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        if folder == root:
            raise LibraryMissing(f"Le dossier « {root} » n'est plus lisible ({error}).") from error
        yield folder
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(path, root)
        elif path.suffix.lower() in FORMATS.keys() | UNREAD and Path(
            os.path.realpath(path)
        ).is_relative_to(root):
            yield path


def _source(path: Path, relative: str) -> Source:
    if re.search("[\ud800-\udfff]", relative):
        raise CannotRead(f"{_printable(relative)} : le nom n'est pas en UTF-8, corrigez-le.")
    if path.suffix.lower() in UNREAD:
        raise CannotRead(
            f"{relative} : le format {path.suffix} n'est pas lu, exportez le document en PDF."
        )
    data = _bytes(path, relative)
    fingerprint = hashlib.sha256(data).hexdigest()
    identifier = document_id(relative)
    return Source(
        identifier, relative, fingerprint, lambda: _read(path, identifier, relative, fingerprint)
    )


def _printable(relative: str) -> str:
    return os.fsencode(relative).decode("utf-8", "replace")


def _bytes(path: Path, relative: str) -> bytes:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise CannotRead(f"Le dossier {relative} ne peut pas être listé : donnez-en le droit.")
        if not stat.S_ISREG(status.st_mode):
            raise CannotRead(f"{relative} n'est pas un fichier ordinaire : retirez-le du dossier.")
        if status.st_size > LARGEST:
            raise CannotRead(
                f"{relative} pèse {status.st_size / 2**20:.0f} Mo, plus que les "
                f"{LARGEST // 2**20} Mo admis : découpez-le."
            )
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise CannotRead(f"{relative} a disparu : relancez la mise à jour.") from error
    except PermissionError as error:
        raise CannotRead(f"{relative} est protégé : donnez le droit de le lire.") from error
    except OSError as error:
        raise CannotRead(
            f"{relative} ne peut pas être lu ({error.strerror}) : copiez-le de nouveau."
        ) from error
    if not data:
        raise CannotRead(f"{relative} est vide : remplacez-le ou retirez-le du dossier.")
    return data


def _read(path: Path, identifier: str, relative: str, fingerprint: str) -> Document:
    """The document of a file.

    Raises:
        CannotRead: the file has vanished, has changed since the scan or holds no text.
    """
    data = _bytes(path, relative)
    if hashlib.sha256(data).hexdigest() != fingerprint:
        raise CannotRead(f"{relative} a changé pendant la lecture : relancez la mise à jour.")
    blocks, declared = read_blocks(relative, data)
    unread = [block.page for block in blocks if block.confidence == 0]
    blocks = mark_headings(clean(blocks))
    if not blocks:
        raise CannotRead(
            f"{relative} ne contient que des éléments de navigation : vérifiez que c'est le bon "
            "fichier."
        )
    text, pages, sections = compose(blocks, unread)
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
