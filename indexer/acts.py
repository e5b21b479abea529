"""Which indexed acts an act's links lead to, and how long each lasts as the others leave it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from corpus.card.kinds import CONTRACTS
from corpus.card.model import Card, Fact, Link, Period
from corpus.card.numbers import compared
from corpus.card.status import period
from corpus.card.territories import key
from corpus.card.words import after, later
from corpus.document import Document
from indexer.versions import RANK

REVERSED = {"autorisé par": "autorise", "remplacé par": "remplace"}  # said by the other act
RELATIONS = ("modifie", "remplace", "abroge", "adopte", "autorise", "vise")  # the surest first


@dataclass(frozen=True, slots=True)
class Tie:
    """What the act `source` does to the act `target`; each is the id of its newest version."""

    source: str
    relation: str
    target: str


def ties(acts: Sequence[Document]) -> list[Tie]:
    """The links that lead to one act and no other; the surest relation between two acts.

    `acts` are the newest versions, with their cards.
    """
    named: dict[tuple[str, str], list[Document]] = {}
    for act in acts:
        days = {day.value for day in _days(act.card)}
        for name in days | {compared(act.metadata.number)} - {""}:
            named.setdefault((act.metadata.kind, name), []).append(act)
    found: dict[tuple[str, str], Tie] = {}
    for tie in sorted(_all(acts, named), key=lambda tie: RELATIONS.index(tie.relation)):
        found.setdefault((tie.source, tie.target), tie)
    return list(found.values())


def _all(
    acts: Sequence[Document], named: Mapping[tuple[str, str], Sequence[Document]]
) -> Iterator[Tie]:
    for act in acts:
        for link in (fact.value for fact in act.card.links):
            alike = named.get((link.kind, compared(link.number) or link.date), ())
            meant = [other for other in alike if other is not act and _means(act, link, other)]
            if len(meant) == 1:
                ends = act.id, meant[0].id
                reversed_as = REVERSED.get(link.relation)
                yield (
                    Tie(ends[1], reversed_as, ends[0])
                    if reversed_as
                    else Tie(ends[0], link.relation, ends[1])
                )


def _means(act: Document, link: Link, other: Document) -> bool:
    """Whether a link can mean this act of that kind and number.

    Assemblies number their délibérations alike, and sign several acts a day: the two must have a
    party in common. The number of a convention is its own, unless the parties are known and others.
    « Avenant n° 1 » is one of many: its day must be told too.
    """
    days = {day.value for day in _days(other.card)}
    ranked = bool(RANK.fullmatch(link.number))
    if (link.date and days and link.date not in days) or (ranked and not link.date):
        return False
    mine, theirs = party_keys(act.card), party_keys(other.card)
    if link.kind not in CONTRACTS or not link.number or ranked:
        return not mine.isdisjoint(theirs)
    return not (mine and theirs and mine.isdisjoint(theirs))


def _days(card: Card) -> list[Fact[str]]:
    return [day for day in (card.date, card.adopted, card.signed) if day]


def party_keys(card: Card) -> set[str]:
    """All the names by which the parties of a card may be asked for."""
    parties = (fact.value for fact in card.parties)
    return {key(name) for party in parties for name in (party.name, *party.aliases)}


def periods(acts: Sequence[Document], ties: Sequence[Tie]) -> dict[str, Period]:
    """The period of each act, by id: avenants move it, what replaces or repeals an act ends it.

    An avenant lasts as long as the convention that it changes, from its own signature on.
    """
    by_id = {act.id: act for act in acts}
    found = {act.id: period(act.card) for act in acts}
    changes: dict[str, list[Document]] = {}
    for tie in ties:
        if tie.relation == "modifie" and by_id[tie.source].metadata.kind == "avenant":
            changes.setdefault(tie.target, []).append(by_id[tie.source])
    for target, avenants in changes.items():
        avenants.sort(key=lambda avenant: (avenant.metadata.date, avenant.metadata.number))
        found[target] = period(_changed(by_id[target].card, avenants))
    for tie in ties:
        if tie.relation in ("remplace", "abroge") and by_id[tie.target].metadata.kind in CONTRACTS:
            begins = found[tie.source].begins or by_id[tie.source].metadata.date
            found[tie.target] = _ended(found[tie.target], begins)
    for target, avenants in changes.items():
        for avenant in avenants:
            known = avenant.card.signed or avenant.card.adopted
            begins = known.value if known else found[avenant.id].begins
            found[avenant.id] = found[target]._replace(begins=begins)
    return found


def _changed(card: Card, avenants: Sequence[Document]) -> Card:
    """A convention's card as its avenants leave it, in their order; without their evidence."""
    for avenant in (document.card for document in avenants):
        begins = card.start or avenant.start  # an avenant's own start is not the convention's
        end = avenant.end
        if end is None and avenant.duration and begins:
            last = after(begins.value, avenant.duration.value)
            end = Fact(last) if last else None
        if end is None and avenant.extension and card.end:
            last = later(card.end.value, avenant.extension.value)
            end = Fact(last) if last else None
        card = replace(card, end=end or card.end, renewal=avenant.renewal or card.renewal)
    return card


def _ended(known: Period, begins: str) -> Period:
    """A period that is over when another one begins."""
    if begins in ("", date.min.isoformat()):  # the first day of the calendar has no eve
        return known
    eve = (date.fromisoformat(begins) - timedelta(days=1)).isoformat()
    if known.ends and known.ends < eve:
        return known._replace(last=min(known.last, eve))
    return known._replace(ends=eve, last="")
