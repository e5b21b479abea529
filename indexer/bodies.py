"""The bodies that a text names as acts call their parties: by a name, an acronym, or a place."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from corpus.card.territories import key, place
from indexer.acronyms import ACRONYM

WORD = re.compile(r"\w+")


class Body(NamedTuple):
    """A body: how a text calls it, and all the names that acts give it, in one spelling (`key`)."""

    text: str
    names: frozenset[str]


class Bodies:
    """Finds bodies in a text, in the time of its length."""

    def __init__(self, names: Iterable[str], aliases: Iterable[tuple[str, str]]) -> None:
        """`aliases` are names, each with another name; « la Ville » is the name of many."""
        self._names = {key(name): {key(name)} for name in names if key(name)}
        for name, alias in aliases:
            own = place(key(name))
            if own and (ACRONYM.fullmatch(alias) or key(alias).endswith(own)):
                both = {key(name), key(alias)}
                self._names.setdefault(key(alias), set()).update(both)
                self._names.setdefault(key(name), set()).update(both)
        self._longest: dict[str, int] = {}  # words of a name, by its first one
        for spelled in self._names:
            words = spelled.split()
            self._longest[words[0]] = max(len(words), self._longest.get(words[0], 0))

    def named(self, text: str) -> Iterator[Body]:
        """The bodies that a text names, in its order; of names that begin alike the longest."""
        words, at = list(WORD.finditer(text)), 0
        while at < len(words):
            longest = self._longest.get(" ".join(key(words[at][0]).split()[:1]), 0)
            for count in range(longest, 0, -1):
                said = text[words[at].start() : words[min(at + count, len(words)) - 1].end()]
                if names := self._names.get(key(said)):
                    yield Body(said, frozenset(names))
                    at += count - 1
                    break
            at += 1
