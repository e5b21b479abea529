"""A sentence read for comparison: its words, names and values, what it denies and how it binds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from indexer.lexical import analyze
from service.answers.written.values import Value, clauses, tidy, values
from service.answers.written.words import ACTORS, LIGHT, marks, stems

CAPITAL = re.compile(r"\b[A-ZÀ-ÖØ-ÞŒ](?!\w?\b)\w+")
DEPARTMENT = re.compile(r"\bdépartements?\b", re.IGNORECASE)  # « départ » has its stem
PLURAL = re.compile(r"\b\w+[sx]\b")
DENIAL = re.compile(
    r"\bn(?:e\b|')[^,;.]{0,80}?\b(?:pas|plus|jamais|aucun\w*|ni|rien|point|guère|nul\w*)\b"
    r"|\baucun\w*\b|\bnul(?:le)?\b"
    r"|\bn(?:e |')(?:peu\w*|pourr\w*|sau\w*|puiss\w*)\b(?![^,;.]*\bqu[e'])",
    re.IGNORECASE,
)
WITHOUT = re.compile(r"\bsans\b|\bni\b|\bnon\b(?!-)", re.IGNORECASE)
APART = re.compile(r"[;:()|]|,(?!\d)|\.(?!\d)|\bmais\b|\bsauf\b")  # what a denial stays within


@dataclass(frozen=True)
class Reading:
    """A tidy text; `said` is what it says word for word, by place."""

    text: str

    @classmethod
    def of(cls, text: str, names: Mapping[str, str] | None = None) -> "Reading":
        """`names` are other names of parties, each with the one that stands for both."""
        text = tidy(text)
        for name, one in (names or {}).items():
            text = re.sub(rf"(?<![\w-]){re.escape(tidy(name))}(?![\w-])", one, text, flags=re.I)
        return cls(text)

    @cached_property
    def values(self) -> list[Value]:
        return values(self.text)

    @cached_property
    def clauses(self) -> list[tuple[int, int]]:
        return clauses(self.text)

    @cached_property
    def said(self) -> list[tuple[str, int]]:
        """Stems, without those of values, and where each stands."""
        taken = [(v.start, v.end) for v in self.values]
        return [
            (term.stem, term.start)
            for term in analyze(self.text)
            if not any(a <= term.start < b for a, b in taken)
        ]

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(stem for stem, _ in self.said)

    @cached_property
    def content(self) -> list[tuple[str, int]]:
        """What must be supported: neither light words nor names."""
        named = {at for _, at in self.names}
        return [(s, at) for s, at in self.said if s not in LIGHT and at not in named]

    @cached_property
    def names(self) -> list[tuple[str, int]]:
        """Words with a capital, but the first word, and actors, by stem; of actors, how many."""
        capital = {
            m.start() for m in (*CAPITAL.finditer(self.text), *DEPARTMENT.finditer(self.text))
        }
        first = re.search(r"\w+", self.text)
        if first and not first[0].isupper() and not DEPARTMENT.match(first[0]):
            capital.discard(first.start())
        many = {m.start() for m in PLURAL.finditer(self.text)}
        return [
            (f"{s}+" if s in ACTORS and at in many else s, at)
            for s, at in self.said
            if at in capital or s in ACTORS
        ]

    @cached_property
    def statements(self) -> list[tuple[frozenset[str], bool]]:
        """The stems of each part, with whether they are denied there."""
        found: list[tuple[frozenset[str], bool]] = []
        for part in APART.split(self.text):
            without = WITHOUT.search(part)
            if DENIAL.search(part) or not without:
                found.append((stems(part) - LIGHT, bool(DENIAL.search(part))))
            else:
                found.append((stems(part[: without.start()]) - LIGHT, False))
                found.append((stems(part[without.end() :]) - LIGHT, True))
        return found

    @cached_property
    def denied(self) -> frozenset[str]:
        """Stems under a negation."""
        return frozenset[str]().union(*(said for said, denied in self.statements if denied))

    @cached_property
    def marks(self) -> frozenset[str]:
        return marks(self.text)

    def clause_of(self, at: int) -> tuple[int, int]:
        return next((c for c in self.clauses if c[0] <= at < c[1]), (0, len(self.text)))

    def within(self, span: tuple[int, int]) -> frozenset[str]:
        return frozenset(s for s, at in self.content if span[0] <= at < span[1])

    def names_by(self, value: Value) -> frozenset[str]:
        """The names in a value's clause, or else in those since the last value of its kind."""
        clause = self.clause_of(value.start)
        before = [v.end for v in self.values if v.kind == value.kind and v.end <= clause[0]]
        since = max(before, default=0)
        for start, end in (clause, (since, clause[0]), (0, since)):
            if found := frozenset(s for s, at in self.names if start <= at < end):
                return found
        return frozenset()
