"""The days of an act on a line: adopted, signed, begun, changed, ended."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from corpus.card.status import ENDLESS, UNKNOWN
from corpus.card.words import later
from corpus.document import Document
from service.links import document_link
from service.pages.stated import lasting

CHANGED = {
    "modifié par": "Modification",
    "remplacé par": "Remplacement",
    "abrogé par": "Abrogation",
}
TODAY = "Aujourd’hui"
Told = tuple[str, str]  # words, and an address or nothing


@dataclass(frozen=True, slots=True)
class Day:
    """What falls on one day; `place` is where it stands on the line, from 0 to 100."""

    iso: str
    told: tuple[Told, ...]
    place: float

    @property
    def is_today(self) -> bool:
        return self.told == ((TODAY, ""),)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The days in order, and between which places the act is in force."""

    days: tuple[Day, ...]
    begins: float
    ends: float


def timeline(
    document: Document, acts: Sequence[tuple[str, Document]], today: date | None = None
) -> Timeline | None:
    """The line of an act; None where fewer than two days of it are known."""
    told: dict[str, list[Told]] = {}
    for iso, *words in _told(document, acts):
        told.setdefault(iso, []).append((words[0], words[1]))
    if len(told) < 2:
        return None
    told.setdefault((today or date.today()).isoformat(), []).append((TODAY, ""))
    first, last = min(told), max(told)

    def place(iso: str) -> float:
        """Room for the dots at both ends."""
        return round(1 + 98 * _days(first, iso) / _days(first, last), 2)

    days = tuple(Day(iso, tuple(told[iso]), place(iso)) for iso in sorted(told))
    begins, ends, until = document.period
    until = last if until == ENDLESS else ends if until in ("", UNKNOWN) else until
    if not (begins and ends and begins <= until):
        return Timeline(days, 0, 0)
    return Timeline(days, place(begins), place(until))


def _days(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def _told(document: Document, acts: Sequence[tuple[str, Document]]) -> Iterator[tuple[str, ...]]:
    """Days of an act, each with its words and an address."""
    card, (begins, ends, last) = document.card, document.period
    known = {
        "Adoption": card.adopted.value if card.adopted else "",
        "Signature": card.signed.value if card.signed else "",
        "Début": begins if not card.signed or begins != card.signed.value or card.start else "",
        "Fin d’abord prévue": card.end.value if card.end and card.end.value != ends else "",
        "Fin, avant reconduction tacite" if last else "Fin": ends,
        "Fin des reconductions tacites": last if last not in (ENDLESS, UNKNOWN, ends) else "",
    }
    yield from ((day, words, "") for words, day in known.items() if day)
    if card.notice and ends and (day := later(ends, -card.notice.value)):
        yield day, f"Préavis de {lasting(card.notice.value)} avant la fin", ""
    for relation, act in acts:
        if relation in CHANGED and act.metadata.date:
            named = act.title or act.path
            yield act.metadata.date, f"{CHANGED[relation]} : {named}", document_link(act)
