"""Whether an act is in force on a day."""

from datetime import date
from typing import Literal, get_args

from corpus.card.kinds import MASCULINE
from corpus.card.model import Card, Period
from corpus.card.words import after, later

Status = Literal["à venir", "en vigueur", "reconduite", "expirée"]
STATUSES: tuple[Status, ...] = get_args(Status)
ACCORDED = {"reconduite": "reconduit", "expirée": "expiré"}
ENDLESS = "9999-12-31"
UNKNOWN = "?"  # renewals go on to a day that the text does not tell


def period(card: Card) -> Period:
    """The days that decide on a card's status.

    An act without a known start begins when it is signed. Tacit renewals end at the day that the
    text sets, after as many as it allows, or never where it sets no limit; each is as long as the
    act itself where the text does not say how long. Unknown where a limit is not understood.
    """
    begins = card.start or card.signed
    ends = card.end.value if card.end else ""
    return Period(begins.value if begins else "", ends, _last(card))


def _last(card: Card) -> str:
    if card.end is None or card.renewal is None or card.renewal.value.how != "tacite":
        return ""
    terms = card.renewal.value
    if terms.until:
        return terms.until
    if not terms.times:
        return UNKNOWN if terms.limited else ENDLESS
    length = terms.months or _length(card)
    return later(card.end.value, length * terms.times) or ENDLESS if length else UNKNOWN


def _length(card: Card) -> int:
    """The months of an act: those it says, or the whole ones between its days; 0 is unknown."""
    if card.duration or card.start is None or card.end is None:
        return card.duration.value if card.duration else 0
    first, last = date.fromisoformat(card.start.value), date.fromisoformat(card.end.value)
    months = (last.year - first.year) * 12 + last.month - first.month
    return next((n for n in (months, months + 1) if after(card.start.value, n) == str(last)), 0)


def status_in(known: Period, day: str) -> Status | Literal[""]:
    """The status of an act on a day, ISO 8601.

    « à venir » before its first day, « en vigueur » up to its last, « reconduite » while tacit
    renewals go on after that, else « expirée »; "" where it is not known when the act ends, or they
    do.
    """
    if known.begins and day < known.begins:
        return "à venir"
    if not known.ends:
        return ""
    if day <= known.ends:
        return "en vigueur"
    if known.last == UNKNOWN:
        return ""
    return "reconduite" if known.last and day <= known.last else "expirée"


def label(status: str, kind: str) -> str:
    """A status as it is said of a kind: « convention expirée », « avenant expiré »."""
    return ACCORDED.get(status, status) if kind in MASCULINE else status
