"""Whether a passage says what a sentence of a language model claims: it must in its own words.

Each clause must find its words in one sentence of the passage, each value with its role and limit
where the claim's words point, each name with what it does; what is denied, conditional or merely
possible must stay so. What is not proven so is not supported, even where it is true.
"""

import re

from corpus.document import Document
from indexer.passages import Passage
from service.answers.written.binding import (
    Case,
    in_order,
    misattributed,
    misnamed,
    misplaced,
    overlap,
)
from service.answers.written.reading import Reading
from service.answers.written.windows import Unit, canonical, windows
from service.answers.written.words import ACTORS, KEPT, alike, marks, stems
from service.search import Span

ACT = re.compile(
    r"\W*(?:la|le|l'|cet|cette|ce)? ?(?:présente? )?"
    r"(?:convention|accord|protocole|avenant|délibération|acte|charte|contrat)\b", re.I,
)  # fmt: skip


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
    for check in (_clauses, misnamed, misattributed, misplaced, _polarity, _marks):
        if found := check(case):
            return f"{check.__name__.lstrip('_')}: {found}"
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
    return "" if in_order([s for s, _ in names], unit.own) else "names change places"


def _of_the_act(case: Case, name: str, at: int) -> bool:
    """Whether a claim names the act by it (« La convention de la Lunelle … »)."""
    that = re.search(r"\bqu[e']", case.claim.text)
    return name in case.titled and not (that and that.start() < at)


def _polarity(case: Case) -> str:
    """What one denies of the words of both, the other denies too."""
    claim, own = case.claim, case.own
    denied = {s for s in claim.denied if alike(s, own.stems)}
    gone = {s for s in own.denied if alike(s, claim.stems)}
    if claim.denied and overlap(frozenset(denied), own.denied) * 2 < max(len(denied), 1):
        return "denied"
    if overlap(frozenset(gone), claim.denied) * 2 < len(gone):
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
