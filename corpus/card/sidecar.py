"""Cards given by hand: a YAML file beside a document, or a table of délibérations (SCDL)."""

import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from corpus.card.given import overridden
from corpus.card.model import Card
from corpus.card.territories import Territories, key

SUFFIX = ".yaml"
LARGEST = 2**20  # bytes of a file, at the most
SCDL = {"DELIB_ID": "numéro", "DELIB_DATE": "adoption"}  # its columns that a card has


class _Plain(yaml.SafeLoader):
    """YAML without days of its own: « 2026-02-30 » is text, and told as a fault of its field."""


_Plain.yaml_implicit_resolvers = {
    first: [rule for rule in rules if not rule[0].endswith(":timestamp")]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class Given:
    """What lies beside a document: the sidecar, then the tables of its folder, by file name."""

    sidecar: tuple[str, bytes] | None = None
    tables: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def digest(self) -> bytes:
        """Of all the bytes; empty where there are none."""
        files = [*([self.sidecar] if self.sidecar else []), *sorted(self.tables.items())]
        parts = (name.encode() + b"\0" + hashlib.sha256(data).digest() for name, data in files)
        return b"".join(parts)


def beside(path: Path, tables: Mapping[str, bytes]) -> Given:
    """What is given for the document at `path`; a sidecar that cannot be read counts as empty."""
    own = path.with_name(path.name + SUFFIX)
    return Given((own.name, _bytes(own)) if own.is_file() else None, tables)


def tables_in(folder: Path) -> dict[str, bytes]:
    """The CSV files of a folder that have the columns of the SCDL's délibérations."""
    files = {path.name: _bytes(path) for path in sorted(folder.glob("*.csv"))}
    return {name: data for name, data in files.items() if b"DELIB_ID" in data[:2000]}


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes() if path.stat().st_size <= LARGEST else b"\xff"
    except OSError:
        return b"\xff"  # no UTF-8: it is told where the file is read


def apply(card: Card, given: Given, path: str, known: Territories) -> Card:
    """The card with what is given by hand; the sidecar has the last word."""
    for name, data in given.tables.items():
        try:
            row = _row(data, card, path)
        except csv.Error:
            card = _told(card, f"{name} : ce n'est pas du CSV bien formé, corrigez-le.")
            continue
        if row:
            card = overridden(card, row, name, known)
    if given.sidecar is None:
        return card
    name, data = given.sidecar
    try:
        content = yaml.load(data.decode("utf-8-sig"), _Plain)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        where = getattr(error, "problem_mark", None)
        line = f", ligne {where.line + 1}" if where else ""
        return _told(card, f"{name}{line} : ce n'est pas du YAML en UTF-8, corrigez-le.")
    if content is None:
        return card
    if not isinstance(content, dict):
        return _told(card, f"{name} : des lignes « champ: valeur » sont attendues.")
    return overridden(card, content, name, known)


def _told(card: Card, problem: str) -> Card:
    return replace(card, problems=(*card.problems, problem))


def _row(data: bytes, card: Card, path: str) -> dict[str, Any]:
    """The fields of the délibération in a table: that of its number, or of its file's address."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    separator = max(",;\t", key=text.partition("\n")[0].count)
    number = key(card.number.value) if card.number else ""
    for row in csv.DictReader(io.StringIO(text), delimiter=separator):
        url = (row.get("DELIB_URL") or "").rpartition("/")[2]
        same = number and key(row.get("DELIB_ID") or "") == number
        if same or (url and url == path.rpartition("/")[2]):
            found: dict[str, Any] = {name: row[c] for c, name in SCDL.items() if row.get(c)}
            others = [fact.value.name for fact in card.parties[1:]]
            if assembly := row.get("COLL_NOM"):
                found["parties"] = [assembly, *(name for name in others if name != assembly)]
            return {"nature": "délibération", **found}
    return {}
