"""Two acts compared by what each says: the same facts of both cards, or the best sentence of each;
and what an avenant changes."""

from collections.abc import Sequence

from corpus.document import Document
from indexer import Index
from service.answers import cards, facts, values
from service.answers.acts import called, family
from service.answers.changes import changes
from service.answers.factual import factual
from service.answers.inquiry import SURE, Draft, Inquiry, Quote
from service.answers.sides import sides
from service.answers.values import Expected
from service.reading import long_date
from service.search import Hit

BOTH_AMONG = 50  # hits among which both acts are looked for
COMPARED = ("duration", "end", "notice", "renewal", "parties")  # where the question names no fact


def compared(inquiry: Inquiry) -> Draft:
    """What two acts say of the same, in the order of their dates; one not found is named."""
    results = inquiry.search(BOTH_AMONG)
    both = sides(inquiry, results.hits)
    if both is None:
        return changes(inquiry) or factual(inquiry)
    found = [side.hit for side in both if side.hit]
    if not found:
        listed = ", ni ".join(f"«\u00a0{side.text}\u00a0»" for side in both)
        return Draft(results, reason=f"Aucun document n'est {listed}.")
    found.sort(key=lambda hit: hit.document.metadata.date or hit.document.period.begins)
    quoted = _quoted(inquiry, found)
    silent = [hit.document.title for hit, own in zip(found, quoted, strict=True) if not own]
    missing = [side.text for side in both if side.hit is None]
    note = f"Par ordre de date\u00a0: {', puis '.join(map(_told, found))}." if not missing else ""
    quotes = [quote for own in quoted for quote in own]
    # the question's own words point at the acts: each is at least as likely as not to be meant
    confidence = max(SURE, min(hit.relevance for hit in found))
    return Draft(
        results, quotes, confidence, missing=(*missing, *silent), notes=(note,) if note else ()
    )


def _quoted(inquiry: Inquiry, hits: Sequence[Hit]) -> list[list[Quote]]:
    """What each act says of what is asked: by its card, or else by its best sentence."""
    asked, wanted = facts.asked(inquiry.question.text), values.expected(inquiry.question)
    acts = [inquiry.index.document(hit.document.id) for hit in hits]
    shown = asked or (() if wanted else _unlike(acts))
    quoted = [_stating(shown, act, acts, inquiry.index) for act in acts]
    if asked or all(quoted):
        return quoted
    return [_best(inquiry, hit, wanted) for hit in hits]


def _told(hit: Hit) -> str:
    act, name = hit.document, called(hit.document)
    day = long_date(act.metadata.date)
    return name if not day or day in name else f"{name} ({day})"


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

    def said(name: str) -> list[object]:
        held = [getattr(act.card, name) for act in acts]
        return [
            {p.value.name for p in one} if isinstance(one, tuple) else one.value
            for one in held
            if one
        ]

    return tuple(
        name
        for name in COMPARED
        if len(held := said(name)) == len(acts) and any(one != held[0] for one in held)
    )


def _best(inquiry: Inquiry, hit: Hit, wanted: Expected | None) -> list[Quote]:
    """The sentence of an act that answers best, with a value of the kind that is asked for."""
    passages = [(hit.document, cited) for cited in hit.passages]
    found = inquiry.read(inquiry.question, inquiry.asked, passages)
    fit = [one for one in found if wanted is None or wanted.pattern.search(one.text)]
    return [Quote(one.document, one.span, one.exact) for one in fit[:1]]
