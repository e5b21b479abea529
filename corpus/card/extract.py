"""From a composed document to its card."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from corpus.card import dates, renewal
from corpus.card.amounts import amounts
from corpus.card.annex import annexed
from corpus.card.clauses import on_time
from corpus.card.duration import duration, end, start
from corpus.card.extension import Extension, extension
from corpus.card.kinds import CONTRACTS, kind
from corpus.card.links import links
from corpus.card.model import Card, Fact
from corpus.card.numbers import number
from corpus.card.parties import parties
from corpus.card.reading import Reading
from corpus.card.signatories import signatories
from corpus.card.territories import Territories, territories
from corpus.card.themes import themes
from corpus.document import Section

ACTS = CONTRACTS | {"délibération"}


def extract(
    text: str,
    title: str = "",
    sections: Sequence[Section] = (),
    known: Territories | None = None,
    told: Mapping[str, Fact[str] | None] = {},
) -> Card:
    """The card of a text, by rules.

    Conventions and the like have a duration and an end; a délibération has those of the act that it
    approves and carries as its annex. `told` are the kind and days that are known otherwise (None:
    that there are none), by which the other fields are read.
    """
    reading = Reading(text, title, sections)
    found = told["kind"] if "kind" in told else kind(reading)
    name = found.value if found else ""
    adopted = told["adopted"] if "adopted" in told else dates.adopted(reading, name)
    signed = told["signed"] if "signed" in told else dates.signed(reading, name)
    known_by = signed or adopted
    if not known_by and not told.keys() & {"adopted", "signed"}:
        known_by = dates.first(reading, name)
    own = number(reading, name)
    among = parties(reading, name, known or territories())
    carried = annexed(reading) if name == "délibération" else None
    body = Reading(text[: carried.title_at.start]) if carried and carried.title_at else reading
    card = Card(
        kind=found,
        number=own,
        date=known_by,
        adopted=adopted,
        signed=signed,
        parties=among,
        amounts=amounts(reading) if name in ACTS else (),
        signatories=signatories(body, among) if name in ACTS else (),
        themes=themes(reading, among),
        links=links(reading, name, own.value if own else "") if name in ACTS else (),
    )
    act = reading if name in CONTRACTS else carried
    return _with_times(card, act) if act else card


def _with_times(card: Card, reading: Reading) -> Card:
    sentences = on_time(reading)
    lasts: Fact[int] | None = duration(reading, sentences)
    begins = start(reading, sentences, card.signed, card.adopted)
    avenant = card.kind is not None and card.kind.value == "avenant"
    longer = extension(reading, sentences) if avenant else Extension()
    if begins and longer.end and set(begins.evidence) & set(longer.end.evidence):
        begins = None  # the first day of what is added
    return replace(
        card,
        duration=lasts,
        start=begins,
        end=longer.end or end(reading, sentences, begins, lasts),
        extension=longer.months,
        renewal=renewal.renewal(reading, sentences, lasts, begins),
        notice=renewal.notice(reading),
    )
