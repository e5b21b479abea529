"""The authority file of territories: one name for each, however a text calls it."""

import csv
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from corpus.card.model import Party
from corpus.errors import BadTerritories
from corpus.names import unaccented
from corpus.system import reason

OWN = Path(__file__).parent.parent / "authorities" / "territories.csv"
COLUMNS = ("name", "kind", "code", "aliases")
SPELLED = [  # how the same kind of body is written
    (r"\bept\b", "etablissement public territorial"),
    (r"\bsdis\b", "service departemental d incendie et de secours"),
    (r"^(la |le |les |l )", ""),
    (r"^(ville|mairie|municipalite)\b", "commune"),
    (r"^(conseil) (departemental|general) d", "departement d"),
    (r"^conseil regional d", "region d"),
]
KIND = re.compile(  # of a body, before the rest of its name, as `key` spells them
    r"^(?:(?:commune|departement|region|metropole|centre de gestion|office de tourisme"
    r"|communaute (?:de communes|d agglomeration|urbaine)|etablissement public territorial"
    r"|syndicat(?: \w+){0,3}?) (?:de la|de l|des|du|de|d) )"
)


@dataclass(frozen=True)
class Territories:
    """Known bodies by what they are called, in a spelling where case and accents do not count."""

    entries: dict[str, Party]

    def find(self, name: str) -> Party | None:
        return self.entries.get(key(name))


def key(name: str) -> str:
    """A name in the one spelling by which names are compared."""
    plain = unaccented(re.sub(r"\([^)]*\)", " ", name).lower())
    plain = " ".join(re.findall(r"\w+", plain.replace("œ", "oe").replace(".", "")))
    for written, same in SPELLED:
        plain = re.sub(written, same, plain)
    return plain


def place(spelled: str) -> str:
    """What a body's name says beside its kind: « belluire » of « commune de belluire »."""
    return KIND.sub("", spelled)


@dataclass(frozen=True, slots=True)
class Authority:
    """The user's file, by its path and the digest of its bytes: what is sent to workers."""

    path: Path
    digest: str


def authority(path: Path | None) -> Authority | None:
    """The user's file as it is now.

    Raises:
        BadTerritories: it cannot be read.
    """
    if path is None:
        return None
    try:
        return Authority(path, hashlib.sha256(path.read_bytes()).hexdigest())
    except OSError as error:
        raise _unreadable(path, error) from error


@lru_cache(maxsize=2)
def territories(more: Authority | None = None) -> Territories:
    """The project's file, and the user's, which takes precedence; each process reads both once.

    Raises:
        BadTerritories: the user's file cannot be read or has not the columns.
    """
    return Territories(_entries(OWN) | (_entries(more.path) if more else {}))


def _entries(path: Path) -> dict[str, Party]:
    return {key(name): p for p in _read(path) for name in (p.name, *p.aliases)}


def _read(path: Path) -> Iterable[Party]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(path, error) from error
    for line, row in enumerate(rows, start=2):
        if missing := [name for name in COLUMNS if row.get(name) is None]:
            raise BadTerritories(
                f"« {path} », ligne {line} : il manque {', '.join(missing)} ; les colonnes sont "
                f"{', '.join(COLUMNS)}, séparées par des virgules."
            )
        if not row["name"].strip():
            raise BadTerritories(f"« {path} », ligne {line} : la colonne name est vide.")
        aliases = tuple(a.strip() for a in row["aliases"].split("|") if a.strip())
        yield Party(row["name"].strip(), aliases, row["kind"].strip(), row["code"].strip())


def _unreadable(path: Path, error: Exception) -> BadTerritories:
    why = reason(error) if isinstance(error, OSError) else "ce n'est pas un CSV en UTF-8"
    return BadTerritories(f"Le fichier de territoires « {path} » est illisible, {why}.")
