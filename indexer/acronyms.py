"""Acronyms that stand for names, as the cards of acts tell: « GPSEA » is a body that has a name."""

import re
from collections.abc import Iterable, Sequence

from indexer.lexical import QUESTION, analyze

ACRONYM = re.compile(r"[A-Z][A-Za-z]*[A-Z][A-Za-z]*")
SHARED = 2  # names; an acronym of more bodies tells none of them apart
Stems = tuple[str, ...]
ASKING = frozenset(term.stem for word in QUESTION for term in analyze(word))


class Acronyms:
    """Finds the other name of what a question names, whichever of the two it says."""

    def __init__(self, aliases: Iterable[tuple[str, str]]) -> None:
        """`aliases` are names, each with another name."""
        self._names: dict[str, set[Stems]] = {}  # by the acronym's stem
        for name, alias in aliases:
            short, long = _stems(alias), _stems(name)
            if ACRONYM.fullmatch(alias) and len(short) == 1 and len(long) > 1:
                self._names.setdefault(short[0], set()).add(long)
        self._shorts: dict[str, list[tuple[Stems, str]]] = {}  # by a stem of the name
        for stem, names in self._names.items():
            for long in names:
                self._shorts.setdefault(max(long, key=len), []).append((long, stem))

    def of(self, stems: Sequence[str]) -> list[str]:
        """The stems that a question means as well, those that it says left out."""
        said, found = set(stems), []
        for stem in stems:
            names = self._names.get(stem, set())
            if len(names) <= SHARED:
                found += [word for long in sorted(names) for word in long]
            found += [short for long, short in self._shorts.get(stem, ()) if said.issuperset(long)]
        return [word for word in dict.fromkeys(found) if word not in said]


def _stems(name: str) -> Stems:
    """Without the words that a question does not look for (« Grand Paris Sud Est »)."""
    return tuple(term.stem for term in analyze(name) if term.stem not in ASKING)
