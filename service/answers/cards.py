"""What cards answer by themselves: when an act ends, its notice, who its parties are."""

from collections.abc import Sequence

from corpus.document import Document
from indexer import Index
from service.answers.acts import called, family
from service.answers.amended import amended
from service.answers.facts import LASTING, TYPES, Read, read
from service.answers.inquiry import Quote
from service.answers.model import Exact
from service.answers.sentences import around
from service.answers.signing import signed
from service.search import Span

ENDS = ("end", "extension", "duration")  # facts that say when an act ends


def stated(facts: Sequence[str], act: Document, index: Index) -> list[Quote]:
    """Where an act and those that change it state these facts, the latest to change it first.

    An avenant wins over the convention that it changes: both are told. Of a number, a signature or
    a party, only the act's own is.
    """
    lasting = [name for name in facts if name in LASTING]
    own = [name for name in facts if name not in LASTING]
    found = own_of(own, index.document(act.id))
    for one in family(act, index) if lasting else ():
        found += own_of(lasting, one)
    return found


def own_of(facts: Sequence[str], act: Document) -> list[Quote]:
    """The sentences of one act that state these facts; each once, with all that it states."""
    quotes: dict[Span, list[Exact]] = {}
    for name in facts:
        if name == "signatories":
            if found := signed(act):
                quotes.setdefault(found.span, []).extend(found.typed)
            continue
        for place in read(act, name):
            around = sentence_at(act, place)
            exact = Exact(place.start, place.end, TYPES.get(name))
            held = quotes.setdefault(around, [])
            if all(exact.end <= one.start or one.end <= exact.start for one in held):
                held.append(exact)
    return [
        Quote(act, span, typed=tuple(e for e in exacts if e.type))
        for span, exacts in quotes.items()
    ]


def sentence_at(document: Document, place: Read) -> Span:
    """The sentence of a document in which a place stands."""
    return around(document.text, place.start, place.end)


def winning(facts: Sequence[str], act: Document, index: Index) -> str:
    """Which act of a family wins where two of them state a fact differently, in French."""
    for name in facts:
        said = [(one, place) for one in family(act, index) for place in read(one, name)]
        if name not in LASTING or not said:
            continue
        value = said[0][1].fact.value
        same = [one for one, place in said if place.fact.value == value]
        other = [one for one, place in said if place.fact.value != value]
        if other and (name != "amounts" or amended(own_of([name], other[-1]), index)[:-1]):
            # those that come after only repeat what the first of the same said
            return capital(f"{called(same[-1])} l'emporte sur {called(other[-1])}.")
    return ""


def capital(text: str) -> str:
    """A text with a capital."""
    return text[:1].upper() + text[1:]
