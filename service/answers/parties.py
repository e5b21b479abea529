"""Which parties a question names: by their whole name, an alias, or their kind and place."""

import re
from collections.abc import Iterable
from functools import lru_cache

from corpus.card.territories import key
from corpus.document import Document

PLACE = re.compile(r"\b(?:des?|du|d['’]|de la|la|les?|l['’])\s*(?=[A-ZÀ-ÖØ-Þ])")
BEGINNING = 5  # letters by which « agglo » is « agglomération »
SHORTEST = 3  # characters of a name


def naming(question: str, documents: Iterable[Document]) -> tuple[set[str], list[str]]:
    """The parties of documents that a question names, by their keys; and how it calls them."""
    asked = f" {key(question)} "
    parties, said = set(), []
    names = {(f.value.name, f.value.aliases) for d in documents for f in d.card.parties}
    for name, aliases in sorted(names):
        if called := _called(asked, name, aliases):
            parties.add(key(name))
            said.append(called)
    return parties, said


def _called(asked: str, name: str, aliases: tuple[str, ...]) -> str:
    """How a question calls a party; "" where it does not."""
    spellings, place, kind = _known_as(name, aliases)
    for spelled in spellings:
        if f" {spelled} " in asked:
            return spelled
    if not place or not kind or f" {place} " not in asked:
        return ""
    return place if any(word.startswith(kind) for word in asked.split()) else ""


@lru_cache(maxsize=10_000)
def _known_as(name: str, aliases: tuple[str, ...]) -> tuple[tuple[str, ...], str, str]:
    """The spellings of a party, its place, and how the word begins that says what it is."""
    spellings = tuple(one for one in map(key, (name, *aliases)) if len(one) >= SHORTEST)
    found = PLACE.search(name)
    if not found:
        return spellings, "", ""
    words = [word for word in key(name[: found.start()]).split() if len(word) >= BEGINNING]
    return spellings, key(name[found.end() :]), words[-1][:BEGINNING] if words else ""
