"""A folder as a library of documents: a deterministic scan that survives what it meets."""

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from corpus.beside import GIVEN, Beside, beside, is_given
from corpus.card.sidecar import Given
from corpus.card.territories import authority, territories
from corpus.errors import CannotRead, LibraryMissing
from corpus.looks import Looks, digest, explained
from corpus.names import printable
from corpus.readers import FORMATS
from corpus.source import Source, read_file, refuse
from corpus.system import reason


@dataclass(frozen=True, slots=True)
class Library:
    """The readable files under `root`, as sources; `looks` remembers them between scans.

    Cards given by hand lie beside the files (`corpus/beside.py`);
    `territories` is the user's own CSV of parties.
    """

    root: Path
    looks: Looks | None = None
    territories: Path | None = None

    def scan(self) -> Iterator[Source | tuple[str, CannotRead]]:
        """Every document of the folder in the order of its path, or why it cannot be read.

        Hidden files, other formats, links to folders and links that lead out are passed over.

        Raises:
            LibraryMissing: the folder does not exist, cannot be listed or has no name in UTF-8.
        """
        try:
            os.scandir(self.root).close()
        except OSError as error:
            raise LibraryMissing(
                f"Le dossier « {self.root} » n'existe pas, n'est pas lisible ou est un fichier : "
                "indiquez le dossier des documents."
            ) from error
        root = self.root.resolve()
        if (shown := printable(str(root))) != str(root):
            raise LibraryMissing(f"Le chemin « {shown} » n'est pas en UTF-8 : renommez le dossier.")
        known = authority(self.territories)
        territories(known)  # a faulty one is told before anything is read
        folders: dict[Path, Beside] = {}
        paths: dict[str, str] = {}  # by id
        for path in _files(root, root):
            if path.parent not in folders:
                folders[path.parent] = beside(path.parent)
                for name, fault in folders[path.parent].faults.items():
                    yield printable((path.parent / name).relative_to(root).as_posix()), fault
            if is_given(path):
                continue
            relative = path.relative_to(root).as_posix()
            found: Source | tuple[str, CannotRead]
            try:
                given = folders[path.parent].given(path, known)
                found = _source(path, relative, self.looks, given)
                if (twin := paths.setdefault(found.id, relative)) != relative:
                    raise CannotRead(
                        f"{relative} a le même nom que {twin} : renommez l'un des deux."
                    )
            except CannotRead as error:
                found = printable(relative), error
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
    """Documents under `folder` and what is given for them, in order.

    A folder that cannot be listed stands for itself.
    """
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        if folder == root:
            raise LibraryMissing(
                f"Le dossier « {root} » n'est plus lisible, {reason(error)}."
            ) from error
        yield folder
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(path, root)
        elif path.suffix.lower() in (*FORMATS, *GIVEN) and (
            not entry.is_symlink() or Path(os.path.realpath(path)).is_relative_to(root)
        ):
            yield path


def _source(path: Path, relative: str, looks: Looks | None, given: Given) -> Source:
    if (shown := printable(relative)) != relative:
        raise CannotRead(f"{shown} : le nom n'est pas en UTF-8, corrigez-le.")
    with explained(relative):
        refuse(path, relative)
        fingerprint = looks.fingerprint(path, relative) if looks else digest(path)
    identifier = document_id(relative)
    parse = partial(read_file, path, identifier, relative, fingerprint, given.authority)
    return Source(identifier, relative, fingerprint, parse, given)
