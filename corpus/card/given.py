"""A card's fields as a person writes them, in French, over those that were extracted."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from corpus.card.kinds import KINDS
from corpus.card.model import Card, Fact, Party, Renewal
from corpus.card.territories import Territories, key
from corpus.card.themes import THEMES
from corpus.card.words import DAY, TIME, after, day, months
from corpus.names import printable

MODES = ("tacite", "expresse", "exclue")
SUBFIELDS = ("mode", "durée", "fois", "jusqu'au")


class NotUnderstood(ValueError):
    """A value is not what its field expects; the text says what is expected."""


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise NotUnderstood("un texte est attendu")
    return printable(value).strip()


def _one_of(known: tuple[str, ...]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in known:
            raise NotUnderstood(f"valeurs admises : {', '.join(known)}")
        return str(value)

    return read


def _day(value: Any) -> str:
    written = str(value).strip()
    if re.fullmatch(r"\d{4}-\d\d-\d\d", written):
        year, month, number = written.split("-")
        written = f"{number}/{month}/{year}"
    if re.fullmatch(DAY, written, re.IGNORECASE) and (found := day(written)):
        return found
    raise NotUnderstood("un jour est attendu, comme 2026-11-22 ou « 22 novembre 2026 »")


def _months(value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(r"\d{1,4}", value) and 0 < int(value) <= 1200:
        return int(value)
    if isinstance(value, str) and re.fullmatch(TIME, value.strip(), re.IGNORECASE):
        return months(value)
    raise NotUnderstood("une durée est attendue, comme « 5 ans », « 18 mois » ou 18")


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise NotUnderstood("une liste est attendue")
    return tuple(_text(one) for one in value)


def _renewal(value: Any) -> Renewal:
    if not isinstance(value, dict) or value.keys() - set(SUBFIELDS) or "mode" not in value:
        raise NotUnderstood(f"les champs {', '.join(SUBFIELDS)} sont attendus, dont mode")
    times = value.get("fois", "0")
    if not isinstance(times, str) or not re.fullmatch(r"\d{1,4}", times):
        raise NotUnderstood("fois est un nombre entier")
    return Renewal(
        _one_of(MODES)(value["mode"]),
        _months(value["durée"]) if "durée" in value else 0,
        int(times),
        _day(value["jusqu'au"]) if "jusqu'au" in value else "",
    )


SINGLE: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "titre": ("title", _text),
    "nature": ("kind", _one_of(KINDS)),
    "numéro": ("number", _text),
    "date": ("date", _day),
    "adoption": ("adopted", _day),
    "signature": ("signed", _day),
    "durée": ("duration", _months),
    "début": ("start", _day),
    "fin": ("end", _day),
    "prolongation": ("extension", _months),
    "reconduction": ("renewal", _renewal),
    "préavis": ("notice", _months),
}
SEVERAL = {"parties": "parties", "signataires": "signatories", "thèmes": "themes"}
FIELDS = (*SINGLE, *SEVERAL)
DECISIVE = ("kind", "adopted", "signed")
_BY_KEY = {key(name): name for name in FIELDS}


def overridden(
    card: Card,
    given: Mapping[Any, Any],
    source: str,
    known: Territories,
    aliases: Mapping[str, str] = {},
) -> Card:
    """The card with the given fields in place of those extracted; null empties a field.

    What is not understood is left as it was extracted, and told in `problems`. `aliases` are
    fields by what else `source` calls them.
    """
    changed: dict[str, Any] = {}
    problems: list[str] = []
    for written, value in given.items():
        name = aliases.get(written) or _BY_KEY.get(key(str(written)), "")
        try:
            if not name:
                raise NotUnderstood(f"champ inconnu ; les champs sont {', '.join(FIELDS)}")
            field, read = _field(name, value, known)
            changed[field] = read
        except NotUnderstood as error:
            shown = "" if not name else f" = « {str(value)[:80]} »"
            problems.append(printable(f"{source}, {written}{shown} : {error}."))
    start, duration = changed.get("start", card.start), changed.get("duration", card.duration)
    if (changed.keys() & {"start", "duration"}) and "end" not in changed and start and duration:
        last = after(start.value, duration.value)
        changed["end"] = Fact(last, start.evidence, given=True) if last else card.end
    return replace(card, **changed, problems=(*card.problems, *problems))


def decisive(card: Card, extracted: Card) -> dict[str, Fact[str] | None]:
    """What is given in `card` otherwise than it was extracted, and other fields are read by."""
    pairs = {name: (getattr(card, name), getattr(extracted, name)) for name in DECISIVE}
    return {
        name: given
        for name, (given, found) in pairs.items()
        if (given and given.value) != (found and found.value)
    }


def _field(name: str, value: Any, known: Territories) -> tuple[str, Any]:
    """The field of the card and what stands in it then."""
    if name in SINGLE:
        field, read = SINGLE[name]
        return field, None if value is None else Fact(read(value), given=True)
    texts = () if value is None else _texts(value)
    if name == "thèmes":
        texts = tuple(_one_of(tuple(THEMES))(text) for text in texts)
    if name == "parties":
        named = (known.find(text) or Party(text) for text in texts)
        return "parties", tuple(Fact(party, given=True) for party in named)
    return SEVERAL[name], tuple(Fact(text, given=True) for text in texts)
