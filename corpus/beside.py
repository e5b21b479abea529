"""What lies in a folder beside its documents and is given by hand; what fits none is told."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus.card import scdl
from corpus.card.sidecar import Given, load
from corpus.card.territories import Authority
from corpus.errors import CannotRead
from corpus.names import printable, spelled
from corpus.readers import FORMATS

SIDECARS = (".yaml", ".yml")
TABLES = (".csv",)
GIVEN = (*SIDECARS, *TABLES)


@dataclass(frozen=True)
class Beside:
    """The tables and sidecars of a folder, and why one of them is of no use, by its name."""

    table: scdl.Table
    sidecars: Mapping[str, Path]  # by the name of their document, as `spelled`
    faults: Mapping[str, CannotRead]

    def given(self, path: Path, known: Authority | None) -> Given:
        """What is given for the document at `path`."""
        name = spelled(path.name)
        sidecar = self.sidecars.get(name)
        return Given(name, load(sidecar) if sidecar else None, self.table, known)


def beside(folder: Path) -> Beside:
    """What lies in a folder; hidden files are passed over."""
    files = _files(folder)
    table, faults = scdl.tables_in(path for path in files if is_given(path, TABLES))
    documents = {spelled(path.name) for path in files if path.suffix.lower() in FORMATS}
    stems = {Path(name).stem for name in documents}
    sidecars: dict[str, Path] = {}
    for path in files:
        if not is_given(path, SIDECARS):
            continue
        name = spelled(path.stem)
        if name in documents:
            if (first := sidecars.setdefault(name, path)) != path:
                faults[printable(path.name)] = _second(path, name, first)
        elif name in stems or Path(name).suffix in FORMATS:
            faults[printable(path.name)] = _orphan(path, name)
    return Beside(table, sidecars, faults)


def _second(path: Path, name: str, first: Path) -> CannotRead:
    return CannotRead(
        printable(f"{path.name} : {name} a déjà une fiche, {first.name} ; gardez l'une des deux.")
    )


def _orphan(path: Path, name: str) -> CannotRead:
    return CannotRead(
        printable(
            f"{path.name} n'a pas de document « {name} » à côté : donnez-lui le nom de son "
            "document, extension comprise, suivi de « .yaml », ou retirez-le."
        )
    )


def is_given(path: Path, suffixes: tuple[str, ...] = GIVEN) -> bool:
    """Whether a file by its suffix is one that is given by hand."""
    return path.suffix.lower() in suffixes and os.path.isfile(path)  # noqa: PTH113 – never raises


def _files(folder: Path) -> list[Path]:
    try:
        files = sorted(folder.iterdir())
    except OSError:  # it has just vanished: whoever lists its documents tells
        return []
    return [path for path in files if not path.name.startswith(".")]
