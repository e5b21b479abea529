"""How many documents there are of each kind, party, year, status and folder."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from corpus.card.status import status_in
from indexer.store import Facts

Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class Facets:
    """Documents by value, the most frequent first, then by name; unknown values do not count."""

    kind: Counts
    party: Counts
    year: Counts
    status: Counts
    folder: Counts


def count(facts: Iterable[Facts], day: str) -> Facets:
    """The counts of these documents; statuses are those of `day`, ISO 8601."""
    found = list(facts)
    return Facets(
        kind=_counts(f.kind for f in found),
        party=_counts(name for f in found for name in set(f.parties)),
        year=_counts(f.date[:4] for f in found),
        status=_counts(status_in(f.period, day) for f in found),
        folder=_counts(f.path.rpartition("/")[0] for f in found),
    )


def _counts(values: Iterable[str]) -> Counts:
    counted = Counter(value for value in values if value)
    return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))
