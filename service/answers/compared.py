"""Two acts compared by what each says: the same facts of both cards, or the best sentence of each;
and what an avenant changes."""

from collections.abc import Sequence

from corpus.document import Document
from indexer import Index
from service.answers import cards, facts
from service.answers.acts import called, family
from service.answers.changes import changes
from service.answers.factual import factual
from service.answers.inquiry import Draft, Inquiry, Quote
from service.answers.said import ENOUGH
from service.answers.sides import sides
from service.reading import long_date
from service.search import Hit

LOOKED_AT = 50  # hits among which both acts are looked for
COMPARED = ("duration", "end", "notice", "renewal", "parties")  # where the question names no fact


def compared(inquiry: Inquiry) -> Draft:
    """What two acts say of the same, in the order of their dates."""
    results = inquiry.search(LOOKED_AT)
    both = sides(inquiry, results.hits)
    if both is None:
        return changes(inquiry) or factual(inquiry)
    found = [side.hit for side in both if side.hit]
    missing = tuple(side.text for side in both if side.hit is None)
    if not found:
        listed = " et ".join(f"«\u00a0{side.text}\u00a0»" for side in both)
        return Draft(results, reason=f"Aucun document n'est {listed}.".replace("est «", "est ni «"))
    index, asked = inquiry.index, facts.asked(inquiry.question.text)
    found.sort(key=lambda hit: hit.document.metadata.date or hit.document.period.begins)
    acts = [index.document(hit.document.id) for hit in found]
    shown = asked or _unlike(acts)
    quoted = [_stating(shown, act, acts, index) for act in acts]
    if not asked and not all(quoted):
        quoted = [_best(inquiry, hit) for hit in found]
    lack = [
        f"{hit.document.title}" for hit, quotes in zip(found, quoted, strict=True) if not quotes
    ]
    quotes = [quote for own in quoted for quote in own]
    told = [
        f"{called(a)} ({long_date(a.metadata.date)})" if a.metadata.number else called(a)
        for a in acts
    ]
    note = f"Par ordre de date\u00a0: {', puis '.join(told)}." if len(acts) > 1 else ""
    confidence = max(ENOUGH, min(hit.relevance for hit in found))
    return Draft(results, quotes, confidence, missing=(*missing, *lack), note=note)


def _stating(
    names: Sequence[str], act: Document, acts: Sequence[Document], index: Index
) -> list[Quote]:
    """What an act says, as avenants leave it unless they are what it is compared with."""
    others = {one.id for one in acts} - {act.id}
    if others & {one.id for one in family(act, index)}:
        return cards.own_of(names, act)
    return cards.stated(names, act, index)


def _unlike(acts: Sequence[Document]) -> tuple[str, ...]:
    """The facts that all the acts state, and state differently."""

    def values(name: str) -> list[object]:
        held = [getattr(act.card, name) for act in acts]
        return [
            {p.value.name for p in one} if isinstance(one, tuple) else one.value
            for one in held
            if one
        ]

    return tuple(
        name
        for name in COMPARED
        if len(said := values(name)) == len(acts) and any(one != said[0] for one in said)
    )


def _best(inquiry: Inquiry, hit: Hit) -> list[Quote]:
    passages = [(hit.document, cited) for cited in hit.passages]
    found = inquiry.read(inquiry.question, inquiry.asked, passages)
    return [Quote(one.document, one.span, one.exact) for one in found[:1]]
