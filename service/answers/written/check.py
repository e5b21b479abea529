"""Whether a passage says what a sentence of a language model claims: it must in its own words.

Each clause must find its words in one sentence of the passage, each value with its role and limit
where the claim's words point, each name with what it does; what is denied, conditional or merely
possible must stay so. What is not proven so is not supported, even where it is true.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.document import Document
from indexer.passages import Passage
from service.answers.written.reading import Reading
from service.answers.written.values import Value
from service.answers.written.windows import Unit, Window, canonical, windows
from service.answers.written.words import ACTORS, KEPT, alike, marks, stems
from service.search import Span

ACT = re.compile(
    r"\W*(?:la|le|l'|cet|cette|ce)? ?(?:présente? )?"
    r"(?:convention|accord|protocole|avenant|délibération|acte|charte|contrat)\b", re.I,
)  # fmt: skip


SUBJECT = re.compile(r"\W*(?:l[ea]s?\b|l'|cette|ces?|cet|[mts]on|sa|ses|leurs?|une?|des)\W", re.I)


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
    titled = title.stems.union(name for name, _ in title.names)
    titled = titled if ACT.match(read.text) else frozenset()
    for window in windows(passage, document):
        start, end = window[0].start, window[-1].end
        own = window[0].own if len(window) == 1 else Reading(" ; ".join(u.own.text for u in window))
        around = " . ".join((document.metadata.title, *document.section_of(start, end)))
        if not fault(Case(read, window, own, around, titled)):
            return Span(start, end)
    return None


def fault(case: Case) -> str:
    """Why a window does not support a claim; empty where it does."""
    for check in (_clauses, _names, _heads, _values, _polarity, _marks):
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
    told = {*unit.subject, *unit.named, *(name for name, _ in unit.own.names)}
    told |= unit.own.stems - ACTORS
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
    """Whether names come one after the other as in the source."""
    there = [name for name, _ in own.names]
    rest = iter(there)
    return all(name in rest for name in names if name in there)


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
        doing = _doing(best, case)
        least = max((shared.get(clause, 0) for clause in having), default=shared[best])
        if doing and not doing & told and least <= shared[best] - 2:
            return f"{stem} does something else"
    return ""


def _doing(clause: tuple[int, int], case: Case) -> frozenset[str]:
    """The names in a clause, or else those that it takes over: from before, or by a pronoun."""
    names = case.own.names
    within = frozenset(s for s, at in names if clause[0] <= at < clause[1])
    before = frozenset(s for s, at in names if at < clause[0])
    return within or before or case.window[0].named


def _heads(case: Case) -> str:
    """What a clause says of its own subject is not said of another."""
    claim, own = case.claim, case.own
    for clause in own.clauses:
        stated = sorted((at, s) for s, at in (*own.content, *own.names) if _in(at, clause))
        if not stated or not SUBJECT.match(own.text, *clause):
            continue
        words = own.within(clause)
        elsewhere = own.stems - words
        drawn = any(alike(s, words) and not alike(s, elsewhere) for s, _ in claim.content)
        there = [value for value in own.values if _in(value.start, clause)]
        valued = any(value.fits(one) for value in claim.values for one in there)
        if (drawn or valued) and not alike(stated[0][1], claim.stems):
            return f"said of {stated[0][1]}"
    return ""


def _in(at: int, clause: tuple[int, int]) -> bool:
    return clause[0] <= at < clause[1]


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
    rivals = [
        v
        for v in own.values
        if v.kind == value.kind and not any(told.fits(v) for told in claim.values)
    ]
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
    for stated, denied_here in claim.statements:
        known = {s for s in stated if alike(s, own.stems)}
        other = {s for s in known if _turned(s, denied_here, own)}
        if other and len(other) * 2 >= len(known):
            return "turned round"
    return ""


def _turned(stem: str, denied: bool, own: Reading) -> bool:
    """Whether a source only says the opposite of a word: denies it, or does not."""
    ways = {way for stated, way in own.statements if alike(stem, stated)}
    return ways == {not denied}


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
