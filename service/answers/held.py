"""The value that holds: the last day of an act, or how long it lasts, as its avenants leave it."""

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.card.status import status_in
from corpus.card.words import DAY, day
from corpus.document import Document
from indexer import Index
from service.answers.acts import family
from service.answers.facts import LASTING, read
from service.answers.inquiry import Quote
from service.answers.model import Held, Type
from service.reading import long_date


def marked(quotes: Sequence[Quote], index: Index) -> list[Quote]:
    """The quotations; of those whose values no longer hold, that they do not."""
    return [replace(quote, overtaken=_overtaken(quote, index)) for quote in quotes]


def held(
    facts: Sequence[str], act: Document, quotes: Sequence[Quote], index: Index, today: str
) -> tuple[Held | None, list[Quote]]:
    """The last day of an act, or its duration; and its quotations, with which of them settle it.

    None while tacit renewals go on, where an act is prolonged whose duration is asked for, and
    where an act is quoted that replaces it: no one value answers.
    """
    relatives = family(act, index)
    if {quote.document.id for quote in quotes} - {one.id for one in relatives}:
        return None, list(quotes)
    if "end" in facts:
        ends = act.period.ends
        if not ends or status_in(act.period, today) == "reconduite":
            return None, list(quotes)
        saying = [quote for quote in quotes if ends in _days(quote, index)]
        found = Held(ends, long_date(ends), Type.DATE, computed=not saying)
        return found, _settling(saying, quotes)
    places = [(one, place) for one in relatives for place in read(one, "duration")]
    if tuple(facts) != ("duration",) or not places or any(o.card.extension for o in relatives):
        return None, list(quotes)
    one, place = places[0]
    saying = [quote for quote in quotes if not quote.overtaken]
    text = one.text[place.start : place.end]
    return Held(f"P{place.fact.value}M", text, Type.DURATION), _settling(saying, quotes)


def _settling(saying: Sequence[Quote], quotes: Sequence[Quote]) -> list[Quote]:
    """The quotations; those that settle a value are the one that sets it, which is the first then,
    and those that it overtakes.

    They come the latest act's first: what comes before the last to say a value repeats it. A value
    that none says is reckoned from them all.
    """
    if not saying:
        return [replace(quote, settles=True) for quote in quotes]
    first = next(quote for quote in saying if quote.document.id == saying[-1].document.id)
    rest = [replace(q, settles=q.overtaken) for q in quotes if q is not first]
    return [replace(first, settles=True), *rest]


def _days(quote: Quote, index: Index) -> set[str]:
    text = index.document(quote.document.id).text[quote.span.start : quote.span.end]
    return {day(found[0]) for found in re.finditer(DAY, text)}


def _overtaken(quote: Quote, index: Index) -> bool:
    """Whether nothing holds of what a quotation states and later acts may change."""
    act = index.document(quote.document.id)
    relatives = family(act, index)
    later = relatives[: next((n for n, one in enumerate(relatives) if one.id == act.id), 0)]
    stated = [
        _holds(name, place.fact.value, act, later)
        for name in sorted(LASTING - {"amounts"})
        for place in read(act, name)
        if quote.span.start <= place.start < quote.span.end
    ]
    return bool(stated) and not any(stated)


def _holds(name: str, value: object, act: Document, later: Sequence[Document]) -> bool:
    """Whether a value that an act states is the one that holds, as later acts leave it."""
    if name == "extension":  # another one adds to it
        return True
    if name == "end" or (name == "duration" and act.card.end):
        ends = value if name == "end" else act.card.end and act.card.end.value
        return ends == act.period.ends
    return all(place.fact.value == value for one in later for place in read(one, name))
