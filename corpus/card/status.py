"""Whether an act is in force on a day."""

from datetime import date, timedelta
from typing import Literal, get_args

from corpus.card.kinds import MASCULINE
from corpus.card.model import Card, Period
from corpus.card.words import after

Status = Literal["à venir", "en vigueur", "reconduite", "expirée"]
STATUSES: tuple[Status, ...] = get_args(Status)
ACCORDED = {"reconduite": "reconduit", "expirée": "expiré"}
ENDLESS = "9999-12-31"


def period(card: Card) -> Period:
    """The days that decide on a card's status.

    An act without a known start begins when it is signed. Tacit renewals end at the day that the
    text sets, after as many as it allows, or never where it sets no limit; where it says how many
    but not how long they are, they are unknown and left out.
    """
    begins = card.start or card.signed
    ends = card.end.value if card.end else ""
    return Period(begins.value if begins else "", ends, _last(card))


def _last(card: Card) -> str:
    if card.end is None or card.renewal is None or card.renewal.value.how != "tacite":
        return ""
    terms = card.renewal.value
    if terms.until or not terms.times:
        return terms.until or ENDLESS
    if not terms.months:
        return ""
    return after(_next(card.end.value), terms.months * terms.times) or ENDLESS


def _next(iso: str) -> str:
    """The day after, of which the calendar's last has none."""
    return iso if iso == ENDLESS else (date.fromisoformat(iso) + timedelta(days=1)).isoformat()


def status(card: Card, day: str) -> Status | Literal[""]:
    """The status of an act on a day, ISO 8601.

    « à venir » before its first day, « en vigueur » up to its last, « reconduite » while tacit
    renewals go on after that, else « expirée »; "" where the text does not say when it ends. What
    other acts do to it does not count here: see `indexer.acts`.
    """
    return status_in(period(card), day)


def status_in(known: Period, day: str) -> Status | Literal[""]:
    """The same, of a period that is known."""
    if known.begins and day < known.begins:
        return "à venir"
    if not known.ends:
        return ""
    if day <= known.ends:
        return "en vigueur"
    return "reconduite" if known.last and day <= known.last else "expirée"


def label(status: str, kind: str) -> str:
    """A status as it is said of a kind: « convention expirée », « avenant expiré »."""
    return ACCORDED.get(status, status) if kind in MASCULINE else status
