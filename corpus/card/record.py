"""A card as JSON, and back."""

import json
from dataclasses import asdict
from typing import Any

from corpus.card.model import Amount, Card, Evidence, Fact, Link, Party, Renewal

VALUES: dict[str, type] = {
    "renewal": Renewal, "parties": Party, "amounts": Amount, "links": Link,
}  # fmt: skip


def dump(card: Card) -> str:
    """One line of JSON; a field that is empty is left out."""
    return json.dumps({k: v for k, v in asdict(card).items() if v}, ensure_ascii=False)


def load(text: str) -> Card:
    """The card that `dump` wrote."""
    fields: dict[str, Any] = {}
    for name, value in json.loads(text).items():
        if name == "problems":
            fields[name] = tuple(value)
        elif isinstance(value, list):
            fields[name] = tuple(_fact(name, one) for one in value)
        else:
            fields[name] = _fact(name, value)
    return Card(**fields)


def _fact(name: str, fact: dict[str, Any]) -> Fact[Any]:
    value, made = fact["value"], VALUES.get(name)
    if made is Party:
        value = {**value, "aliases": tuple(value["aliases"])}
    places = tuple(Evidence(**place) for place in fact["evidence"])
    return Fact(made(**value) if made else value, places, fact["given"])
