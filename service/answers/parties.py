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


@lru_cache(maxsize=10_000)
def _called(asked: str, name: str, aliases: tuple[str, ...]) -> str:
    """How a question calls a party; "" where it does not."""
    for spelled in map(key, (name, *aliases)):
        if len(spelled) >= SHORTEST and f" {spelled} " in asked:
            return spelled
    found = PLACE.search(name)
    place = key(name[found.end() :]) if found else ""
    if not found or not place or f" {place} " not in asked:
        return ""
    kind = [word for word in key(name[: found.start()]).split() if len(word) >= BEGINNING]
    begun = [word for word in asked.split() if len(word) >= BEGINNING]
    told = [word for word in begun if kind and kind[-1].startswith(word[:BEGINNING])]
    return place if told else ""
