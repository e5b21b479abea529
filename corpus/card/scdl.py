"""Tables of délibérations by the schema of the SCDL: a row says what a délibération's card holds.

The schema: https://schema.data.gouv.fr/scdl/deliberations/. What a card has no field for is left:
budget, control of legality, votes.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from corpus.card.given import overridden
from corpus.card.model import Card, Fact, Party
from corpus.card.numbers import compared
from corpus.card.territories import Territories, key
from corpus.card.themes import RULES
from corpus.errors import CannotRead
from corpus.looks import State, explained, state_of
from corpus.names import printable, spelled

FIELDS = {"DELIB_ID": "numéro", "DELIB_DATE": "adoption", "DELIB_OBJET": "titre"}
COLUMNS = (*FIELDS, "COLL_NOM", "COLL_SIRET", "DELIB_MATIERE_CODE", "DELIB_MATIERE_NOM")
HEADER = 2**16  # bytes of the line of columns, at the most
MATTERS = {  # the nomenclature ACTES, where one of its matters is one of our themes
    "1": "achats", "2": "urbanisme et foncier", "3": "urbanisme et foncier",
    "4": "emploi et ressources humaines", "6.1": "sécurité et secours", "7": "finances",
    "8.1": "éducation", "8.2": "social", "8.3": "mobilités", "8.4": "urbanisme et foncier",
    "8.5": "logement", "8.6": "emploi et ressources humaines", "8.7": "mobilités",
    "8.8": "environnement", "8.9": "culture",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """What a table says of a délibération, by column; those that are not used or empty are not."""

    table: str
    said: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """The rows of a folder's tables, by the file name of their address and by their number."""

    by_file: dict[str, Row] = field(default_factory=dict)
    by_number: dict[str, Row] = field(default_factory=dict)

    def find(self, name: str, number: str, kind: str = "") -> Row | None:
        """The row of a file; by its number where no address names it.

        A délibération's number says nothing of an act of another kind.
        """
        numbered = self.by_number.get(compared(number)) if kind in ("", "délibération") else None
        return self.by_file.get(spelled(name)) or numbered


def tables_in(paths: Iterable[Path]) -> tuple[Table, dict[str, CannotRead]]:
    """All rows of a folder's tables, and why one cannot be read, by its name.

    `paths` are in the order of their names; of two rows for one délibération, that of the first
    table counts.
    """
    rows, faulty = Table(), dict[str, CannotRead]()
    for path in reversed(tuple(paths)):
        name = printable(path.name)
        try:
            with explained(name):
                table = _table(path, state_of(path))
        except CannotRead as error:
            faulty[name] = error
        else:
            rows.by_file.update(table.by_file)
            rows.by_number.update(table.by_number)
    return rows, faulty


def apply(row: Row, card: Card, known: Territories) -> Card:
    """The card with what a row says: the assembly leads the parties, the matter the themes."""
    said = {column: row.said[column] for column in FIELDS if column in row.said}
    card = overridden(card, {"nature": "délibération", **said}, row.table, known, FIELDS)
    if name := row.said.get("COLL_NOM"):
        party = known.find(name) or Party(name)
        if not party.code and (siret := row.said.get("COLL_SIRET")):
            party = replace(party, code=siret[:9])  # the SIREN
        others = [p for p in card.parties[1:] if key(p.value.name) != key(party.name)]
        card = replace(card, parties=(Fact(party, given=True), *others))
    if theme := _theme(
        row.said.get("DELIB_MATIERE_CODE", ""), row.said.get("DELIB_MATIERE_NOM", "")
    ):
        themes = [fact for fact in card.themes if fact.value != theme]
        card = replace(card, themes=(Fact(theme, given=True), *themes))
    return card


def _theme(code: str, name: str) -> str:
    """The theme of a matter: by its code, or else by the words of its name."""
    two = re.match(r"\d(\.\d)?", code)
    by_code = MATTERS.get(two[0], MATTERS.get(two[0][0], "")) if two else ""
    words = name.lower()
    return by_code or next((theme for theme, rule in RULES.items() if rule.search(words)), "")


@lru_cache(maxsize=256)
def _table(path: Path, _state: State) -> Table:
    """The rows of a table, read line by line; none of a CSV of something else."""
    with path.open("rb") as file:
        header = file.readline(HEADER)
    if b"DELIB_ID" not in header.replace(b"\0", b"").upper():
        return Table()
    marked = header.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    name = printable(path.name)
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252") * (b"\0" not in header):
        try:
            with suppress(UnicodeDecodeError):
                return _read(path, encoding)
        except csv.Error as error:
            raise CannotRead(f"{name} n'est pas du CSV bien formé : corrigez-le.") from error
    raise CannotRead(f"{name} est dans un encodage inconnu : enregistrez-le en UTF-8.")


def _read(path: Path, encoding: str) -> Table:
    found = Table()
    with path.open(encoding=encoding, newline="") as file:
        header = file.readline().upper()
        separator = max(",;\t", key=header.count)
        names = [name.strip() for name in next(csv.reader([header], delimiter=separator))]
        for values in csv.DictReader(file, names, delimiter=separator):
            said = {c: text for c in COLUMNS if (text := (values.get(c) or "").strip())}
            row = Row(printable(path.name), said)
            if name := _file_name(values.get("DELIB_URL") or ""):
                found.by_file.setdefault(name, row)
            if number := compared(said.get("DELIB_ID", "")):
                found.by_number.setdefault(number, row)
    return found


def _file_name(address: str) -> str:
    try:
        return spelled(unquote(urlsplit(address.strip()).path).rpartition("/")[2])
    except ValueError:  # no address
        return ""
