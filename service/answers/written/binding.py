"""What belongs to what: each name, value and subject of a claim to what the source says of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from service.answers.written.reading import Reading
from service.answers.written.values import Value
from service.answers.written.windows import Window
from service.answers.written.words import alike, stems

SUBJECT = re.compile(r"\W*(?:l[ea]s?\b|l'|cette|ces?|cet|[mts]on|sa|ses|leurs?|une?|des)\W", re.I)


@dataclass(frozen=True, slots=True)
class Case:
    """A claim held against a window."""

    claim: Reading
    window: Window
    own: Reading  # the window as one text
    around: str  # title and headings
    titled: frozenset[str]  # names that a claim about the act may say


def in_order(names: Sequence[str], own: Reading) -> bool:
    """Whether names come one after the other as in the source."""
    there = [name for name, _ in own.names]
    rest = iter(there)
    return all(name in rest for name in names if name in there)


def misnamed(case: Case) -> str:
    """Names keep their order, and each does what its own clause of the source says."""
    claim, own = case.claim, case.own
    if not in_order([s for s, _ in claim.names], own):
        return "names change places"
    told = {s for s, _ in claim.names}
    for stem, at in claim.names:
        words = claim.within(claim.clause_of(at))
        shared = {clause: overlap(words, own.within(clause)) for clause in own.clauses}
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


def misattributed(case: Case) -> str:
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


def overlap(words: frozenset[str], others: frozenset[str]) -> int:
    return sum(alike(word, others) for word in words)


def misplaced(case: Case) -> str:
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
    here = overlap(words, own.within(own.clause_of(source.start)))
    return all(overlap(words, own.within(own.clause_of(v.start))) <= here for v in rivals)


def _stem(word: str) -> str:
    return next(iter(stems(word)), word)
