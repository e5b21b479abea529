"""What of a passage a claim may rest on: its statements, alone or in a row, with what they go on
from.

A line that speaks to its reader, or to a language model, supports nothing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus.document import Document
from indexer.passages import Passage
from service.answers.sentences import sentences
from service.answers.written.reading import Reading
from service.search import Span

ANAPHORA = re.compile(r"\W*(?:ils?|elles?|celles?|ceux|celui|ce|ces|cette|cet|leur|sa|son)\b", re.I)
ITEM = re.compile(r"\s*(?:[-–—•]|\w\)|\d{1,2}[.)])\s")
ORDERS = re.compile(  # a text that speaks to its reader, or to a model: it supports nothing
    r"\b(?:ignore[zr]?|oublie[zr]?|répond(?:s|ez|re)|assistant|instructions?|prompt|système\s*:"
    r"|system|utilisateur|intelligence artificielle|modèle de langue|écri(?:s|vez)|vous devez"
    r"|tu dois|you must|disregard|user)\b",
    re.IGNORECASE,
)
AROUND = 3  # sentences back, in which a pronoun finds what it stands for


@dataclass(frozen=True, slots=True)
class Unit:
    """A statement of a passage, and what it stands among."""

    start: int  # in the document
    end: int
    own: Reading
    context: frozenset[str]  # stems that it may be said with
    subject: frozenset[str]  # stems of the names that it may be said of
    named: frozenset[str]  # the names among them


Window = Sequence[Unit]  # statements that follow: a claim may rest on them together


def windows(passage: Passage, document: Document) -> list[Window]:
    """What a claim may rest on: each statement of a passage, each sentence, two that follow."""
    text, names = passage.text, canonical(document)
    spans = sentences(text)
    read = {
        n: [_unit(passage, document, spans, n, piece, names) for piece in _pieces(text, span)]
        for n, span in enumerate(spans)
        if not ORDERS.search(_line(text, span))
    }
    single = [[unit] for units in read.values() for unit in units]
    whole = [units for units in read.values() if len(units) > 1]
    pairs = [
        [*read[n], *read[n + 1]]
        for n in read
        if n + 1 in read and "\n" not in text[spans[n].end : spans[n + 1].start]
    ]
    return [*single, *whole, *pairs]


def _unit(
    passage: Passage,
    document: Document,
    spans: Sequence[Span],
    n: int,
    piece: Span,
    names: Mapping[str, str],
) -> Unit:
    raw, before = passage.text[piece.start : piece.end], _antecedent(passage.text, spans, n)
    start, end = passage.start + piece.start, passage.start + piece.end
    titles = (document.metadata.title, *document.section_of(start, end))
    context = Reading.of(" . ".join((*titles, before)), names)
    subject = Reading.of(_subject(before, raw), names)
    named = frozenset(stem for stem, _ in subject.names)
    return Unit(start, end, Reading.of(raw, names), context.stems, subject.stems, named)


def canonical(document: Document) -> dict[str, str]:
    """The other names of parties, longest first, each with the shortest that is a name."""
    found: dict[str, str] = {}
    for fact in document.card.parties:
        names = [fact.value.name, *fact.value.aliases]
        short = min(names, key=len)
        found |= {name: short for name in names if name != short}
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


def _pieces(text: str, span: Span) -> Iterator[Span]:
    """A sentence cut at its semicolons: each part is a statement of its own."""
    at = span.start
    for cut in re.finditer(r"\s?;\s", text[span.start : span.end]):
        yield Span(at, span.start + cut.start())
        at = span.start + cut.end()
    if text[at : span.end].strip():
        yield Span(at, span.end)


def _line(text: str, span: Span) -> str:
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.end)
    return text[start : end if end >= 0 else len(text)]


def _antecedent(text: str, spans: Sequence[Span], n: int) -> str:
    """What a sentence that begins with a pronoun, or an item of a list, goes on from."""
    raw = text[spans[n].start : spans[n].end]
    if ITEM.match(raw) or text[max(spans[n].start - 3, 0) : spans[n].start].strip() in ("-", "–"):
        leads = [text[s.start : s.end] for s in spans[:n]]
        return next((lead for lead in reversed(leads) if lead.rstrip().endswith(":")), "")
    if not ANAPHORA.match(raw):
        return ""
    for span in reversed(spans[max(n - AROUND, 0) : n]):
        before = text[span.start : span.end]
        if not ANAPHORA.match(before):
            return before
    return ""


def _subject(before: str, raw: str) -> str:
    """The beginning of the sentence that a pronoun goes on from; a list's lead as a whole."""
    if not ANAPHORA.match(raw):
        return before
    return " ".join(before.split()[:5])
