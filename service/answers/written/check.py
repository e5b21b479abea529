"""Whether a passage says what a sentence of a language model claims: it must in its own words.

Each clause must find its words in one sentence of the passage, each value with its role and limit
where the claim's words point, each name with what it does; what is denied, conditional or merely
possible must stay so. What is not proven so is not supported, even where it is true.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

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
    """A sentence of a passage, with what its pronouns and headings stand for."""

    start: int  # in the document
    end: int
    own: Reading
    context: str  # whose words it may be said with
    subject: str  # whose names it may be said of


@dataclass(frozen=True, slots=True)
class Support:
    """The part of a document that says it."""

    start: int
    end: int


def units(passage: Passage, document: Document) -> list[Unit]:
    """The sentences of a passage, and pairs of them, each as a claim may cite it."""
    names = _canonical(document)
    text = passage.text
    spans = [piece for s in sentences(text) for piece in _pieces(text, s)]
    found: list[Unit] = []
    for n, span in enumerate(spans):
        raw = text[span.start : span.end]
        if ORDERS.search(_line(text, span)):
            continue
        before = _antecedent(text, spans, n)
        start, end = passage.start + span.start, passage.start + span.end
        titles = (document.metadata.title, *document.section_of(start, end))
        subject, context = tidy_subject(before, raw), " . ".join((*titles, before))
        found.append(
            Unit(
                start,
                end,
                Reading.of(raw, names),
                Reading.of(context, names).text,
                Reading.of(subject, names).text,
            )
        )
    pairs = [_joined(a, b, document) for a, b in zip(found, found[1:], strict=False)]
    return [*found, *(pair for pair in pairs if pair)]


def supported(claim: str, passage: Passage, document: Document) -> Support | None:
    """Where a passage says a claim, word by word; None where it does not."""
    said = Reading.of(claim, _canonical(document))
    title = Reading.of(document.metadata.title, _canonical(document))
    for unit in units(passage, document):
        if holds(said, unit, title):
            return Support(unit.start, unit.end)
    return None


def holds(claim: Reading, unit: Unit, title: Reading) -> bool:
    """Whether one sentence, or two that follow, say a claim."""
    return not _faults(claim, unit, title)


def _faults(claim: Reading, unit: Unit, title: Reading) -> str:
    """Why a unit does not support a claim; empty where it does."""
    checks = (_words, _names, _values, _order, _polarity, _marks)
    for check in checks:
        if fault := check(claim, unit, title):
            return f"{check.__name__[1:]}: {fault}"
    return ""


def _words(claim: Reading, unit: Unit, _: Reading) -> str:
    """Each word is the unit's or its context's, and the clause has some of the unit itself."""
    own = unit.own.stems
    known = own | stems(unit.context)
    absent = [s for s, _ in claim.content if not alike(s, known)]
    if absent:
        return " ".join(absent)
    anchored = [s for s, _ in claim.content if alike(s, own)]
    return "" if anchored and len(anchored) + len(claim.values) >= 2 else "unanchored"


def _names(claim: Reading, unit: Unit, title: Reading) -> str:
    own = unit.own.stems | stems(unit.subject)
    of_act = bool(ACT.match(claim.text))
    que = re.search(r"\bqu[e']", claim.text)
    for stem, at in claim.names:
        titled = of_act and stem in title.stems and not (que and que.start() < at)
        if stem not in own and not titled:
            return stem
    return _placed_names(claim, unit.own)


def _placed_names(claim: Reading, own: Reading) -> str:
    """Names keep their order, and each does what its own clause of the source says."""
    told = [s for s, _ in claim.names]
    there = [s for s, _ in own.names]
    once = [s for s in told if told.count(s) == 1 == there.count(s)]
    if once != sorted(once, key=there.index):
        return "order"
    for stem, at in claim.names:
        words = claim.within(claim.clause_of(at))
        overlaps = {c: _shared(words, own.within(c)) for c in own.clauses}
        having = [c for c in own.clauses if any(s == stem and c[0] <= p < c[1] for s, p in own.names)]
        best = max(overlaps.values(), default=0)
        if not having or max(overlaps[c] for c in having) == best:
            continue
        clause = max(overlaps, key=lambda c: overlaps[c])
        rivals = {s for s, p in own.names if clause[0] <= p < clause[1]}
        if rivals and not rivals & {s for s, _ in claim.names}:
            return f"{stem} elsewhere"
    return ""


def _shared(words: frozenset[str], others: frozenset[str]) -> int:
    return sum(alike(word, others) for word in words)


def _values(claim: Reading, unit: Unit, _: Reading) -> str:
    last: dict[str, int] = {}
    for value in claim.values:
        if value.kind == "act" and value.key in Reading(unit.context).text:
            continue
        fitting = [v for v in unit.own.values if value.fits(v) and _bound(claim, value, unit.own, v)]
        if not fitting:
            return claim.text[value.start : value.end]
        placed = [v for v in fitting if v.start >= last.get(value.kind, 0) or value.role]
        if not placed:
            return f"order of {claim.text[value.start : value.end]}"
        last[value.kind] = placed[0].start
    return ""


def _bound(claim: Reading, value: Value, own: Reading, source: Value) -> bool:
    """Whether a value stands in the source where the claim's own clause points."""
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


def _order(claim: Reading, unit: Unit, _: Reading) -> str:
    return ""


def _polarity(claim: Reading, unit: Unit, _: Reading) -> str:
    """What one denies of the words of both, the other denies too."""
    own = unit.own
    both = {s for s in claim.stems if alike(s, own.stems)}
    denied = {s for s in claim.denied if s in both}
    if claim.denied and not denied:
        return "denied"
    if denied and sum(alike(s, own.denied) for s in denied) * 2 < len(denied):
        return "added denial"
    gone = {s for s in own.denied if alike(s, claim.stems)}
    if gone and sum(alike(s, claim.denied) for s in gone) * 2 < len(gone):
        return "dropped denial"
    return ""


def _marks(claim: Reading, unit: Unit, _: Reading) -> str:
    added = claim.marks - unit.own.marks - marks(unit.context)
    if added - ({"may"} if claim.denied else set()):
        return "added " + " ".join(added)
    near = _near(claim, unit.own)
    dropped = (marks(near) & KEPT) - claim.marks - ({"may", "must"} if claim.denied else set())
    return "dropped " + " ".join(dropped) if dropped else ""


def _near(claim: Reading, own: Reading) -> str:
    """The parts of a source that a claim speaks of."""
    parts = re.split(r"[;|]|(?<!\d)\.(?=\s)", own.text)
    shared = [sum(alike(s, claim.stems) for s in stems(part)) for part in parts]
    return " ; ".join(p for p, n in zip(parts, shared, strict=True) if n >= max(shared) / 2 and n)


def _canonical(document: Document) -> dict[str, str]:
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


def tidy_subject(before: str, raw: str) -> str:
    """The beginning of the sentence that a pronoun goes on from; a list's lead as a whole."""
    if not ANAPHORA.match(raw):
        return before
    return " ".join(before.split()[:5])


def _joined(one: Unit, other: Unit, document: Document) -> Unit | None:
    """Two sentences of one line as one."""
    between = document.text[one.end : other.start]
    if "\n" in between:
        return None
    text = f"{one.own.text} ; {other.own.text}"
    return replace(one, end=other.end, own=Reading(text), context=f"{one.context} . {other.context}")
