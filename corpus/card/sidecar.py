"""What lies beside a document, and is given by hand: a YAML file, a row of a table (SCDL)."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from corpus import rules
from corpus.card import scdl
from corpus.card.given import overridden
from corpus.card.model import Card
from corpus.card.territories import Authority, Territories, key, territories
from corpus.names import printable

LARGEST = 2**16  # bytes of a sidecar, at the most: YAML is slow to parse


class _Plain(yaml.SafeLoader):
    """YAML whose scalars are as they are written, but for null: « 2023.10 » keeps its zero."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):  # a few lines of them can stand for gigabytes
            raise yaml.YAMLError("alias")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for written, _ in node.value:
            if (name := key(str(written.value))) in seen:
                raise _Twice(problem=str(written.value)[:80], problem_mark=written.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep)


class _Twice(yaml.MarkedYAMLError):
    """A field stands there twice: which one counts is not for us to say."""


_Plain.yaml_implicit_resolvers = {
    first: [rule for rule in resolvers if rule[0].endswith(":null")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class Sidecar:
    """A YAML file beside a document, with its own name."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Given:
    """What lies beside the document `name`, and the territories by which its card is made."""

    name: str
    sidecar: Sidecar | None
    table: scdl.Table
    authority: Authority | None

    def revision(self, number: str) -> str:
        """Tells two cards of one text apart by what they are made of and by.

        The row is found by the document's number; that of its card finds the same row, and of an
        act of another kind one that changes nothing.
        """
        row = self.table.find(self.name, number)
        made = (rules.cards(), self.authority, self.sidecar, row)
        return hashlib.sha256(repr(made).encode()).hexdigest()

    def apply(self, card: Card) -> Card:
        """The card with what is given; the sidecar has the last word."""
        known = territories(self.authority)
        own = self._by_sidecar(card, known)
        number, kind = (fact.value if fact else "" for fact in (own.number, own.kind))
        if row := self.table.find(self.name, number, kind):
            card = scdl.apply(row, card, known)
        return self._by_sidecar(card, known)

    def _by_sidecar(self, card: Card, known: Territories) -> Card:
        return card if self.sidecar is None else _apply(self.sidecar, card, known)


def load(path: Path) -> Sidecar | None:
    """A sidecar as it is on disk; one that cannot be read counts as faulty."""
    name = printable(path.name)
    try:
        with path.open("rb") as file:
            return Sidecar(name, file.read(LARGEST + 1))
    except FileNotFoundError:
        return None
    except OSError:
        return Sidecar(name, b"\xff")  # no UTF-8: it is told where the file is parsed


def _apply(sidecar: Sidecar, card: Card, known: Territories) -> Card:
    name, data = sidecar.name, sidecar.data
    if len(data) > LARGEST:
        return _told(card, f"{name} dépasse {LARGEST // 1024} Ko : ne gardez que la fiche.")
    try:
        content = yaml.load(data.decode("utf-8-sig"), _Plain)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        where = getattr(error, "problem_mark", None)
        line = f", ligne {where.line + 1}" if where else ""
        why = "ce n'est pas du YAML simple en UTF-8, corrigez-le"
        if isinstance(error, _Twice):
            why = f"« {error.problem} » est donné deux fois, n'en gardez qu'un"
        return _told(card, f"{name}{line} : {why}.")
    if content is None:
        return card
    if not isinstance(content, dict):
        return _told(card, f"{name} : des lignes « champ: valeur » sont attendues.")
    return overridden(card, content, name, known)


def _told(card: Card, problem: str) -> Card:
    return replace(card, problems=(*card.problems, printable(problem)))
