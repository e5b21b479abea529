"""Whether a passage says what a sentence of a language model claims: it must in its own words.

Each clause must find its words in one sentence of the passage, each value with its role and limit
where the claim's words point, each name with what it does; what is denied, conditional or merely
possible must stay so. What is not proven so is not supported, even where it is true.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus.document import Document
from indexer.passages import Passage
from service.answers.sentences import sentences
from service.answers.written.reading import KEPT, Reading, alike, marks, stems
from service.answers.written.values import Value
from service.search import Span

ANAPHORA = re.compile(r"\W*(?:ils?|elles?|celles?|ceux|celui|ce|ces|cette|cet|leur|sa|son)\b", re.I)
ITEM = re.compile(r"\s*(?:[-–—•]|\w\)|\d{1,2}[.)])\s")
ACT = re.compile(
    r"\W*(?:la|le|l'|cet|cette|ce)? ?(?:présente? )?"
    r"(?:convention|accord|protocole|avenant|délibération|acte|charte|contrat)\b", re.I,
)  # fmt: skip
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


Window = Sequence[Unit]  # statements that follow: a claim may rest on them together


@dataclass(frozen=True, slots=True)
class Case:
    """A claim held against a window."""

    claim: Reading
    window: Window
    own: Reading  # the window as one text
    around: str  # title and headings
    titled: frozenset[str]  # names that a claim about the act may say


def supported(claim: str, passage: Passage, document: Document) -> Span | None:
    """Where in its document a passage says a claim, word by word; None where it does not."""
    names = canonical(document)
    read, title = Reading.of(claim, names), Reading.of(document.metadata.title, names)
    titled = title.stems if ACT.match(read.text) else frozenset()
    for window in windows(passage, document):
        start, end = window[0].start, window[-1].end
        own = window[0].own if len(window) == 1 else Reading(" ; ".join(u.own.text for u in window))
        around = " . ".join((document.metadata.title, *document.section_of(start, end)))
        if not fault(Case(read, window, own, around, titled)):
            return Span(start, end)
    return None


def fault(case: Case) -> str:
    """Why a window does not support a claim; empty where it does."""
    for check in (_clauses, _names, _values, _polarity, _marks):
        if found := check(case):
            return f"{check.__name__[1:]}: {found}"
    return ""


def _clauses(case: Case) -> str:
    """Each clause of a claim rests on one statement."""
    for clause in _spoken(case.claim):
        faults = [_clause(case, clause, unit) for unit in case.window]
        if all(faults):
            return min(faults, key=len)
    said = [s for s, _ in case.claim.content if alike(s, case.own.stems)]
    return "" if said and len(said) + len(case.claim.values) >= 2 else "unanchored"


def _spoken(claim: Reading) -> list[tuple[int, int]]:
    """The clauses of a claim; one without words (« soit 12 € ») belongs to the one before."""
    found: list[tuple[int, int]] = []
    words = [at for _, at in [*claim.content, *claim.names]]
    for start, end in claim.clauses:
        if found and not any(start <= at < end for at in words):
            start = found.pop()[0]
        found.append((start, end))
    return found


def _clause(case: Case, clause: tuple[int, int], unit: Unit) -> str:
    start, end = clause
    known = unit.own.stems | unit.context
    absent = [s for s, at in case.claim.content if start <= at < end and not alike(s, known)]
    names = [(s, at) for s, at in case.claim.names if start <= at < end]
    told = unit.own.stems | unit.subject
    absent += [s for s, at in names if s not in told and not _of_the_act(case, s, at)]
    missing = [
        v.key
        for v in case.claim.values
        if start <= v.start < end and v.kind != "act" and not any(map(v.fits, unit.own.values))
    ]
    if absent or missing:
        return " ".join([*absent, *missing])
    return "" if _in_order([s for s, _ in names], unit.own) else "names change places"


def _of_the_act(case: Case, name: str, at: int) -> bool:
    """Whether a claim names the act by it (« La convention de la Lunelle … »)."""
    that = re.search(r"\bqu[e']", case.claim.text)
    return name in case.titled and not (that and that.start() < at)


def _in_order(names: Sequence[str], own: Reading) -> bool:
    there = [s for s, _ in own.names]
    once = [s for s in names if names.count(s) == 1 == there.count(s)]
    return once == sorted(once, key=there.index)


def _names(case: Case) -> str:
    """Names keep their order, and each does what its own clause of the source says."""
    claim, own = case.claim, case.own
    if not _in_order([s for s, _ in claim.names], own):
        return "names change places"
    told = {s for s, _ in claim.names}
    for stem, at in claim.names:
        words = claim.within(claim.clause_of(at))
        shared = {clause: _shared(words, own.within(clause)) for clause in own.clauses}
        having = [own.clause_of(p) for s, p in own.names if s == stem]
        best = max(own.clauses, key=lambda clause: shared[clause])
        rivals = {s for s, p in own.names if best[0] <= p < best[1]}
        if having and rivals and not rivals & told:
            if max(shared.get(c, 0) for c in having) <= shared[best] - 2:
                return f"{stem} does something else"
    return ""


def _shared(words: frozenset[str], others: frozenset[str]) -> int:
    return sum(alike(word, others) for word in words)


def _values(case: Case) -> str:
    """Each value stands where the claim's words point, and values of a kind keep their order."""
    claim, own = case.claim, case.own
    last: dict[str, int] = {}
    taken: set[int] = set()  # each of the source's values answers for one of the claim's
    for value in claim.values:
        written = claim.text[value.start : value.end]
        if value.kind == "act" and re.search(rf"{re.escape(written)}(?!\w)", case.around, re.I):
            continue
        found = [v for v in own.values if value.fits(v) and _bound(claim, value, own, v)]
        free = [v for v in found if v.start not in taken]
        placed = [v for v in free if v.start >= last.get(value.kind, 0) or value.role]
        if not placed:
            return written
        last[value.kind] = placed[0].start
        taken.add(placed[0].start)
    return ""


def _bound(claim: Reading, value: Value, own: Reading, source: Value) -> bool:
    """Whether a value is, in the source, of what the claim's clause says it is."""
    words = claim.within(claim.clause_of(value.start))
    rivals = [v for v in own.values if v.kind == value.kind and not value.fits(v)]
    if value.unit and source.unit and not alike(_stem(value.unit), {_stem(source.unit)}):
        return False
    names, there = claim.names_by(value), own.names_by(source)
    said = {s for s, _ in own.names}
    if names and there and not (names & said) <= there:
        return False
    here = _shared(words, own.within(own.clause_of(source.start)))
    return all(_shared(words, own.within(own.clause_of(v.start))) <= here for v in rivals)


def _stem(word: str) -> str:
    return next(iter(stems(word)), word)


def _polarity(case: Case) -> str:
    """What one denies of the words of both, the other denies too."""
    claim, own = case.claim, case.own
    denied = {s for s in claim.denied if alike(s, own.stems)}
    gone = {s for s in own.denied if alike(s, claim.stems)}
    if claim.denied and _shared(frozenset(denied), own.denied) * 2 < max(len(denied), 1):
        return "denied"
    if _shared(frozenset(gone), claim.denied) * 2 < len(gone):
        return "no longer denied"
    return ""


def _marks(case: Case) -> str:
    """What is conditional, possible, planned or limited stays so."""
    claim, own = case.claim, case.own
    free = {"may", "must"} if claim.denied else set()
    added = claim.marks - own.marks - marks(case.around) - free
    dropped = (marks(_near(claim, own)) & KEPT) - claim.marks - free
    return " ".join(sorted([*added, *dropped]))


def _near(claim: Reading, own: Reading) -> str:
    """The parts of a source that a claim speaks of."""
    parts = re.split(r"[;|]|(?<!\d)\.(?=\s)", own.text)
    shared = [sum(alike(s, claim.stems) for s in stems(part)) for part in parts]
    return " ; ".join(p for p, n in zip(parts, shared, strict=True) if n and n >= max(shared) / 2)


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
    return Unit(start, end, Reading.of(raw, names), context.stems, subject.stems)


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
