"""Which documents pass filters, and how many facets count: both read the same pairs.

So a count of a value is what the filter by that value keeps: a party counts under any of its names,
a folder with the folders in it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import lru_cache, partial
from itertools import accumulate, chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.card.kinds import KINDS
from corpus.card.model import Period
from corpus.card.status import STATUSES, label, status_in
from corpus.card.territories import key
from indexer.known import Known, folded
from indexer.store import Facts

Counts = dict[str, int]
Mask = NDArray[np.bool_]  # of the documents of a catalogue
Rows = NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents to search: any value of each facet; one without values filters nothing."""

    kind: tuple[str, ...] = ()
    party: tuple[str, ...] = ()  # by any of their names
    theme: tuple[str, ...] = ()
    year: tuple[int, ...] = ()
    status: tuple[str, ...] = ()
    folder: tuple[str, ...] = ()
    on: str = ""  # the day of the statuses, ISO 8601; today where empty

    @property
    def active(self) -> tuple[str, ...]:
        """The names of the facets that filter."""
        return tuple(name for name in FACETS if getattr(self, name))

    def written(self, facet: str) -> tuple[str, ...]:
        """The values of a facet as it counts them: a year has four digits."""
        return tuple(f"{v:04}" if isinstance(v, int) else v for v in getattr(self, facet))

    def without(self, facet: str, value: object = None) -> "Filters":
        """The same, but for one facet, or for one value of it."""
        left = [v for v in getattr(self, facet) if value is not None and v != value]
        change: dict[str, Any] = {facet: tuple(left)}
        return replace(self, **change)

    @property
    def day(self) -> str:
        return self.on or date.today().isoformat()


@dataclass(frozen=True, slots=True)
class Facets:
    """Acts by value, the most frequent first, then by name; unknown values do not count."""

    kind: Counts = field(default_factory=dict)
    party: Counts = field(default_factory=dict)
    theme: Counts = field(default_factory=dict)
    year: Counts = field(default_factory=dict)
    status: Counts = field(default_factory=dict)
    folder: Counts = field(default_factory=dict)


KNOWN_KINDS = Known(zip(KINDS, KINDS, strict=True))
KNOWN_STATUSES = Known(
    sorted({(label(status, kind), status) for status in STATUSES for kind in KINDS})
)
DAYS = 8  # whose statuses are kept
FACETS = tuple(facet.name for facet in fields(Facets))


class Facet:
    """The pairs of a value and a document that has it; codes of values follow their order."""

    def __init__(
        self, values: Iterable[Iterable[str]], acts: Rows, order: Callable[[str], str] = str
    ) -> None:
        """`values` and `acts`: those of each document, in the order of the catalogue."""
        held = [sorted(set(filter(None, v))) for v in values]
        known = sorted(set(chain.from_iterable(held)), key=order)
        self.codes = {value: code for code, value in enumerate(known)}
        self._known = known
        self._lengths = np.array([len(values) for values in held], np.int32)
        self._starts = np.cumsum(self._lengths, dtype=np.int32) - self._lengths
        small = np.min_scalar_type(max(0, len(known) - 1))  # 16 bits or less sort in linear time
        self._values = np.array([self.codes[v] for values in held for v in values], small)
        self._rows = np.repeat(np.arange(len(held), dtype=np.int32), self._lengths)
        coded = self._values * np.int64(acts.size) + acts[self._rows]
        _, firsts, same = np.unique(coded, return_index=True, return_inverse=True)
        self._firsts = firsts[same].astype(np.int32)  # of the same value and act

    def holding(self, wanted: Iterable[str], size: int) -> Mask:
        """Which of `size` documents have one of these values."""
        chosen = np.zeros(len(self.codes), np.bool_)
        chosen[[self.codes[value] for value in wanted if value in self.codes]] = True
        mask = np.zeros(size, np.bool_)
        mask[self._rows[chosen[self._values]]] = True
        return mask

    def first(self, ranking: Rows, k: int) -> Rows:
        """For each value the first k of a ranking of documents that have it, as pairs."""
        lengths = self._lengths[ranking]
        before = np.cumsum(lengths, dtype=np.int32) - lengths
        pairs = np.repeat(self._starts[ranking] - before, lengths)
        pairs += np.arange(pairs.size, dtype=np.int32)
        values = self._values[pairs]
        order = np.argsort(values, kind="stable")
        values = values[order]
        kept = np.ones(values.size, np.bool_)
        kept[k:] = values[k:] != values[: max(0, values.size - k)]
        return pairs[order[kept]]

    def count(self, rankings: Iterable[Rows], k: int) -> Counts:
        """How many acts each value has among its first k of each ranking, the most first."""
        held = np.zeros(self._values.size, np.bool_)
        for ranking in rankings:
            held[self._firsts[self.first(ranking, k)]] = True
        counts = np.bincount(self._values[np.flatnonzero(held)], minlength=len(self.codes))
        found = np.flatnonzero(counts)
        found = found[np.argsort(-counts[found], kind="stable")]
        numbers = zip(found.tolist(), counts[found].tolist(), strict=True)
        return {self._known[code]: n for code, n in numbers}


class Catalogue:
    """What filters and facets know of the documents of one generation."""

    def __init__(
        self,
        facts: Sequence[Facts],
        aliases: Iterable[tuple[str, str]],
        newest: Mapping[str, str],
    ) -> None:
        """`facts` give the order; `aliases` are names of parties, each with another name.

        `newest` has the newest version of the documents whose act has several.
        """
        self.documents = np.array([f.document for f in facts], object)
        self.rows = {f.document: row for row, f in enumerate(facts)}
        acts = [self.rows[newest.get(f.document, f.document)] for f in facts]
        self._acts = np.array(acts, np.int64)
        self._names = _spellings(name for f in facts for name in f.parties)
        own = ((name, name) for name in self._names.values())
        self._parties = Known(chain(own, _aliases(aliases, self._names)))
        self._facets = {
            "kind": Facet(([f.kind] for f in facts), self._acts),
            "party": Facet((f.party_keys for f in facts), self._acts, self._party),
            "theme": Facet((f.themes for f in facts), self._acts),
            "year": Facet(([f.date[:4]] for f in facts), self._acts),
            "folder": Facet((_folders(f.path) for f in facts), self._acts),
        }
        themes, folders = self._facets["theme"].codes, self._facets["folder"].codes
        self._themes = Known(zip(themes, themes, strict=True))
        self._folders = Known(zip(folders, folders, strict=True), folded)
        self._status = lru_cache(DAYS)(partial(_statuses, [f.period for f in facts], self._acts))

    def resolve(self, filters: Filters) -> Filters:
        """The same filters, each value once and as the documents write it.

        An alias that parties share stands for all of them.

        Raises:
            UnknownValue: it is no kind and no status, or no document has such a party, theme or
                folder.
        """

        def each(name: str, written: Iterable[str], known: Known) -> tuple[str, ...]:
            return tuple(dict.fromkeys(v for text in written for v in known.find(name, text)))

        return replace(
            filters,
            kind=each("type", filters.kind, KNOWN_KINDS),
            party=each("party", filters.party, self._parties),
            theme=each("theme", filters.theme, self._themes),
            year=tuple(dict.fromkeys(filters.year)),
            status=each("status", filters.status, KNOWN_STATUSES),
            folder=each("folder", filters.folder, self._folders),
        )

    def passing(self, filters: Filters) -> Mask:
        """The documents that pass filters that were resolved."""
        mask = np.ones(self.documents.size, np.bool_)
        for name in filters.active:
            wanted = filters.written(name)
            wanted = tuple(map(key, wanted)) if name == "party" else wanted
            mask &= self._facet(name, filters.day).holding(wanted, mask.size)
        return mask

    def count(
        self, rankings: Sequence[Rows], k: int, day: str, only: Iterable[str] = FACETS
    ) -> Facets:
        """How many acts each value has among its first k of each ranking of documents' rows.

        A document may come several times, once for each of its passages; statuses are those of
        `day`, ISO 8601. Facets that are not in `only` count nothing.
        """
        counted = {name: self._facet(name, day).count(rankings, k) for name in only}
        if "party" in counted:
            parties = counted["party"].items()
            counted["party"] = {self._names[k]: n for k, n in parties if k in self._names}
        return Facets(**counted)

    def _facet(self, name: str, day: str) -> Facet:
        return self._status(day) if name == "status" else self._facets[name]

    def _party(self, spelled: str) -> str:
        """The name that is shown of a party; "" for what is another name of one."""
        return self._names.get(spelled, "")


def _statuses(periods: Sequence[Period], acts: Rows, day: str) -> Facet:
    return Facet(([status_in(period, day)] for period in periods), acts)


def _spellings(names: Iterable[str]) -> dict[str, str]:
    """The commonest spelling of each name, by its key; small letters win a tie."""
    spelled: dict[str, str] = {}
    for name, _ in sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0].swapcase())):
        spelled.setdefault(key(name), name)
    return spelled


def _aliases(
    pairs: Iterable[tuple[str, str]], names: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Each alias, with each name that it stands for however it is spelt."""
    meant: dict[str, set[str]] = defaultdict(set)
    spelled: dict[str, str] = {}
    keys = lru_cache(None)(key)  # a name comes once for each of its aliases
    for name, alias in pairs:
        if keys(alias) not in names and keys(name) in names:
            meant[keys(alias)].add(names[keys(name)])
            spelled[alias] = keys(alias)
    return ((alias, name) for alias, common in spelled.items() for name in sorted(meant[common]))


def _folders(path: str) -> Iterable[str]:
    """« a/b/acte.pdf » is in « a » and in « a/b »."""
    return accumulate(path.split("/")[:-1], lambda folder, name: f"{folder}/{name}")
