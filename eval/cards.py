"""Cards against a table of facts read by hand: precision and recall of each field.

A table has one act a line, as JSON: `file`, `half` (a part of the table), and the fields that the
act has; a field that is missing is one that the act does not have. What stands under `themes?` is
right where it is found and no loss where it is not. Parties are matched by any of their names,
which a bar separates; an amount by its euros and by one of the words that must say what it is for.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus import Library, Source
from corpus.card.model import Card
from corpus.card.territories import key
from eval.dataset import DatasetMissing

SINGLE = ("kind", "number", "date", "adopted", "signed", "duration", "start", "end", "notice")
RENEWAL = {"renewal": "how", "renewal_months": "months", "renewal_times": "times",
           "renewal_until": "until"}  # fmt: skip
FIELDS = (*SINGLE, *RENEWAL, "parties", "links", "amounts", "signatories", "themes")


@dataclass
class Score:
    """How many values of a field were found and right, found and wrong, or missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        found = self.right + self.wrong
        return self.right / found if found else 1.0

    @property
    def recall(self) -> float:
        there = self.right + self.missed
        return self.right / there if there else 1.0


def cards(truth: Path, folder: Path) -> dict[str, dict[str, Score]]:
    """The scores of each field, of all the table and of each of its parts.

    Raises:
        DatasetMissing: the table or one of its files is not there.
    """
    facts = {row["file"]: row for row in _rows(truth)}
    scores: dict[str, dict[str, Score]] = defaultdict(lambda: {name: Score() for name in FIELDS})
    for source in Library(folder).scan():
        if isinstance(source, Source) and (row := facts.pop(source.path, None)):
            card = source.read().card
            for half in ("all", row["half"]):
                for name in FIELDS:
                    _compare(scores[half][name], source.path, name, _found(card, name), row)
    if facts:
        raise DatasetMissing(f"« {folder} » n'a pas {', '.join(sorted(facts))} : vérifiez-le.")
    return dict(scores)


def _rows(truth: Path) -> Iterator[dict[str, Any]]:
    if not truth.is_file():
        raise DatasetMissing(f"« {truth} » n'existe pas : indiquez la table des faits (JSONL).")
    for line in truth.read_text("utf-8").splitlines():
        yield json.loads(line)


def _true(row: dict[str, Any], name: str) -> list[set[str]]:
    """The values of a field, each as all the ways to say it."""
    if name == "date":
        return _true(row, "signed") or _true(row, "adopted")
    values = row.get(name, [])
    said = [str(one) for one in (values if isinstance(values, list) else [values])]
    if name.startswith("parties"):
        return [{key(part) for part in one.split("|")} for one in said]
    if name.startswith("amounts"):
        sums = (one.partition(" ") for one in said)
        return [{f"{euros} {word}".strip() for word in what.split("|")} for euros, _, what in sums]
    return [{one} for one in said]


def _found(card: Card, name: str) -> list[set[str]]:
    if name == "parties":
        named = (fact.value for fact in card.parties)
        return [{key(one) for one in (party.name, *party.aliases)} for party in named]
    if name == "links":
        return [{f"{f.value.relation} {f.value.number}"} for f in card.links if f.value.number]
    if name == "amounts":
        return [{f"{f.value.euros:.2f} {f.value.what}"} for f in card.amounts]
    if name in ("signatories", "themes"):
        return [{fact.value} for fact in getattr(card, name)]
    if name in RENEWAL:
        value = getattr(card.renewal.value, RENEWAL[name]) if card.renewal else ""
    else:
        fact = getattr(card, name)
        value = fact.value if fact else ""
    return [{str(value)}] if value else []


def _same(name: str, found: set[str], true: set[str]) -> bool:
    if name != "amounts":
        return bool(found & true)
    (euros, _, what), *_ = (one.partition(" ") for one in found)
    sums = (one.partition(" ") for one in true)
    return any(float(n) == float(euros) and word.lower() in what.lower() for n, _, word in sums)


def _compare(
    score: Score, path: str, name: str, found: Iterable[set[str]], row: dict[str, Any]
) -> None:
    left, also = _true(row, name), _true(row, f"{name}?")
    for value in found:
        match = next((one for one in left if _same(name, value, one)), None)
        if match is not None:
            left.remove(match)
        if match is not None or any(_same(name, value, one) for one in also):
            score.right += 1
        else:
            score.wrong += 1
            score.errors.append(f"{path} : trouvé à tort {min(value)}")
    score.missed += len(left)
    score.errors.extend(f"{path} : manque {min(value)}" for value in left)
