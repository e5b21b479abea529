"""A folder as a library of documents: a deterministic scan that survives what it meets."""

import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from corpus.card.extract import extract
from corpus.card.sidecar import Given, apply, beside, tables_in
from corpus.card.status import period
from corpus.card.territories import Territories, territories
from corpus.clean import clean
from corpus.document import Document, compose
from corpus.errors import CannotRead, LibraryMissing, Unsettled
from corpus.looks import Looks, digest, explained
from corpus.metadata import metadata_of, title_of
from corpus.readers import FORMATS, read_blocks
from corpus.structure import join_pages, mark_headings

LARGEST = 512 * 2**20  # bytes of a file, at the most: one process holds them while it reads
LONGEST = 20_000_000  # characters of a document: some 6,000 pages


@dataclass(frozen=True, slots=True)
class Source:
    """Something to index: its id, the fingerprint of its bytes, and how to read it."""

    id: str
    path: str
    fingerprint: str
    read: Callable[[], Document]
    revision: str = ""  # of the source and of the card given by hand; "" where there is none

    @property
    def state(self) -> str:
        """What tells whether the document must be read again."""
        return self.revision or self.fingerprint


@dataclass(frozen=True, slots=True)
class Library:
    """The readable files under `root`, as sources; `looks` remembers them between scans.

    Cards given by hand lie beside the files (`NAME.ext.yaml`, or a CSV of délibérations);
    `territories` is the user's own CSV of parties.
    """

    root: Path
    looks: Looks | None = None
    territories: Path | None = None

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
        known = territories(self.territories)
        own = self.territories.read_bytes() if self.territories else b""
        tables: dict[Path, dict[str, bytes]] = {}  # by folder
        paths: dict[str, str] = {}  # by id
        for path in _files(root, root):
            relative = path.relative_to(root).as_posix()
            found: Source | tuple[str, CannotRead]
            try:
                if path.parent not in tables:
                    tables[path.parent] = tables_in(path.parent)
                given = beside(path, tables[path.parent])
                found = _source(path, relative, self.looks, given, known, own)
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
        elif path.suffix.lower() in FORMATS and Path(os.path.realpath(path)).is_relative_to(root):
            yield path


def _source(
    path: Path, relative: str, looks: Looks | None, given: Given, known: Territories, own: bytes
) -> Source:
    if re.search("[\ud800-\udfff]", relative):
        raise CannotRead(f"{_printable(relative)} : le nom n'est pas en UTF-8, corrigez-le.")
    with explained(relative):
        _refuse(path, relative)
        fingerprint = looks.fingerprint(path, relative) if looks else digest(path)
        if not path.stat().st_size:  # only now: an empty file may be one that is being written
            raise CannotRead(f"{relative} est vide : remplacez-le ou retirez-le du dossier.")
    identifier = document_id(relative)
    more = given.digest + own
    revision = hashlib.sha256(fingerprint.encode() + more).hexdigest() if more else ""
    return Source(
        identifier,
        relative,
        fingerprint,
        partial(_read, path, identifier, relative, fingerprint, revision, given, known),
        revision,
    )  # what it reads with can be sent to a worker


def _printable(relative: str) -> str:
    return os.fsencode(relative).decode("utf-8", "replace")


def _refuse(path: Path, relative: str) -> None:
    """Raise CannotRead for what is not worth opening."""
    if path.is_symlink() and not path.exists():
        raise CannotRead(f"{relative} est un lien qui ne mène à aucun fichier : retirez-le.")
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


def _read(
    path: Path,
    identifier: str,
    relative: str,
    fingerprint: str,
    revision: str,
    given: Given,
    known: Territories,
) -> Document:
    """The document of a file.

    Raises:
        Unsettled: the file has vanished or has changed since the scan.
        CannotRead: it holds no text, or more than can be indexed.
    """
    with explained(relative):
        _refuse(path, relative)
        data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != fingerprint:
        raise Unsettled(f"{relative} a changé pendant la lecture : relancez la mise à jour.")
    blocks, declared = read_blocks(relative, data)
    unread = [block.page for block in blocks if block.confidence == 0]
    blocks = join_pages(mark_headings(clean(blocks)))
    if not blocks:
        raise CannotRead(
            f"{relative} ne contient que des éléments de navigation : vérifiez que c'est le bon "
            "fichier."
        )
    text, pages, sections = compose(blocks, unread)
    if len(text) > LONGEST:
        raise CannotRead(
            f"{relative} contient {len(text) // 10**6} millions de caractères, plus que les "
            f"{LONGEST // 10**6} admis : découpez-le."
        )
    title = title_of(blocks, declared)
    card = apply(extract(text, title, sections, known), given, relative, known)
    return Document(
        id=identifier,
        path=relative,
        text=text,
        fingerprint=fingerprint,
        metadata=metadata_of(title, card),
        pages=pages,
        sections=sections,
        paged=FORMATS[path.suffix.lower()].paged,
        card=card,
        revision=revision,
        period=period(card),
    )
