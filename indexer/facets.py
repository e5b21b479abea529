"""Which documents pass filters, and how many facets count: both read the same pairs.

So a count of a value is what the filter by that value keeps: a party counts under any of its names,
a folder with the folders in it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import lru_cache
from itertools import accumulate, chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.card.kinds import KINDS
from corpus.card.status import STATUSES, label, status_in
from corpus.card.territories import key
from indexer.known import Known, folded
from indexer.store import Facts

Counts = dict[str, int]
Mask = NDArray[np.bool_]  # of the documents of a catalogue
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents to search: any value of each facet; one without values filters nothing."""

    kind: tuple[str, ...] = ()
    party: tuple[str, ...] = ()  # by any of their names
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
    year: Counts = field(default_factory=dict)
    status: Counts = field(default_factory=dict)
    folder: Counts = field(default_factory=dict)


KNOWN_KINDS = Known(zip(KINDS, KINDS, strict=True))
KNOWN_STATUSES = Known(
    sorted({(label(status, kind), status) for status in STATUSES for kind in KINDS})
)
FACETS = tuple(facet.name for facet in fields(Facets))


class Facet:
    """The pairs of a value and a document that has it."""

    def __init__(self, values: Iterable[Iterable[str]]) -> None:
        """`values`: those of each document, in the order of the catalogue."""
        self.codes: dict[str, int] = {}
        held = [[self._code(value) for value in sorted(set(v)) if value] for v in values]
        self._ends = np.cumsum([len(codes) for codes in held], dtype=np.int64)
        self._values = np.array([code for codes in held for code in codes], np.int64)
        self._rows = np.repeat(np.arange(len(held)), [len(codes) for codes in held])

    def _code(self, value: str) -> int:
        return self.codes.setdefault(value, len(self.codes))

    def holding(self, wanted: Iterable[str], size: int) -> Mask:
        """Which of `size` documents have one of these values."""
        codes = [self.codes[value] for value in wanted if value in self.codes]
        mask = np.zeros(size, np.bool_)
        mask[self._rows[np.isin(self._values, codes)]] = True
        return mask

    def first(self, ranking: Rows, k: int) -> tuple[Rows, Rows]:
        """For each value the first k of a ranking that have it, as pairs of value and document."""
        ends = self._ends[ranking]
        lengths = np.diff(self._ends, prepend=0)[ranking]
        steps = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        values = self._values[np.repeat(ends - lengths, lengths) + steps]
        rows = np.repeat(ranking, lengths)
        order = np.argsort(values, kind="stable")
        values, rows = values[order], rows[order]
        starts = np.searchsorted(values, values)
        kept = np.arange(values.size) - starts < k
        return values[kept], rows[kept]

    def count(self, rankings: Sequence[Rows], k: int, acts: Rows) -> Counts:
        """How many acts each value has among its first k of each ranking."""
        pairs = [self.first(ranking, k) for ranking in rankings if ranking.size]
        if not pairs:
            return {}
        coded = np.concatenate([values * acts.size + acts[rows] for values, rows in pairs])
        held = np.bincount(np.unique(coded) // acts.size, minlength=len(self.codes))
        return {value: n for value, n in zip(self.codes, held.tolist(), strict=True) if n}


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
        self._periods = [f.period for f in facts]
        self._names = _spellings(name for f in facts for name in f.parties)
        own = ((name, name) for name in self._names.values())
        self._parties = Known(chain(own, _aliases(aliases, self._names)))
        self._facets = {
            "kind": Facet([f.kind] for f in facts),
            "party": Facet(f.party_keys for f in facts),
            "year": Facet([f.date[:4]] for f in facts),
            "folder": Facet(_folders(f.path) for f in facts),
        }
        folders = self._facets["folder"].codes
        self._folders = Known(zip(folders, folders, strict=True), folded)
        self._statuses = ("", Facet(()))  # of the day that was asked for last

    def resolve(self, filters: Filters) -> Filters:
        """The same filters, each value once and as the documents write it.

        An alias that parties share stands for all of them.

        Raises:
            UnknownValue: it is no kind and no status, or no document has such a party or folder.
        """

        def each(name: str, written: Iterable[str], known: Known) -> tuple[str, ...]:
            return tuple(dict.fromkeys(v for text in written for v in known.find(name, text)))

        return replace(
            filters,
            kind=each("type", filters.kind, KNOWN_KINDS),
            party=each("party", filters.party, self._parties),
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

    def count(self, rankings: Sequence[Rows], k: int, day: str) -> Facets:
        """How many acts each value has among its first k of each ranking of documents' rows.

        A document may come several times, once for each of its passages; statuses are those of
        `day`, ISO 8601.
        """
        counted = {name: self._facet(name, day).count(rankings, k, self._acts) for name in FACETS}
        parties = counted["party"].items()
        counted["party"] = {self._names[k]: n for k, n in parties if k in self._names}
        return Facets(**{name: _ordered(counts) for name, counts in counted.items()})

    def _facet(self, name: str, day: str) -> Facet:
        if name != "status":
            return self._facets[name]
        known, facet = self._statuses
        if known != day:
            facet = Facet([status_in(period, day)] for period in self._periods)
            self._statuses = (day, facet)
        return facet


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


def _ordered(counts: Counts) -> Counts:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
