"""A value as somebody wrote it, among those that there are."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from rapidfuzz import fuzz, process

from corpus.card.territories import key
from corpus.errors import UnknownValue, listed
from corpus.names import unaccented

NEAR = 60  # of 100, for a value to be proposed
FEW = 12  # values that are all listed


def folded(text: str) -> str:
    """A folder without case, accents, kinds of apostrophes, a last slash: all else counts."""
    return unaccented(text.strip().rstrip("/").replace("’", "'")).casefold()


class Known:
    """The values of a parameter, by each spelling that stands for them."""

    def __init__(self, pairs: Iterable[tuple[str, str]], same: Callable[[str], str] = key) -> None:
        """`pairs` are spellings, each with a value; `same` makes those equal that are as good."""
        self._same = same
        self._meant: dict[str, list[str]] = defaultdict(list)
        for spelling, value in pairs:
            self._meant[spelling].append(value)
        self._keys = {spelling: same(spelling) for spelling in self._meant}
        self._spelled: dict[str, list[str]] = defaultdict(list)
        for spelling, spelled in self._keys.items():
            self._spelled[spelled].append(spelling)

    def find(self, name: str, written: str) -> list[str]:
        """What `written` stands for: its own values, else those of the one that is as good.

        Args:
            name: the parameter that it was written for.

        Raises:
            UnknownValue: it is none of them, or as good as several; it has those, or the nearest.
        """
        spellings = [written] if written in self._meant else self._spelled.get(self._same(written))
        if not spellings:
            raise UnknownValue(name, written, *self._refused(written))
        values = self._meant[spellings[0]]
        if any(self._meant[spelling] != values for spelling in spellings):
            raise UnknownValue(name, written, "plusieurs valeurs s'écrivent ainsi", spellings)
        return values

    def near(self, written: str) -> list[str]:
        """The values that may have been meant, the nearest first."""
        found = process.extract(
            self._same(written), self._keys, scorer=fuzz.WRatio, limit=6, score_cutoff=NEAR
        )
        return list(dict.fromkeys(v for *_, spelling in found for v in self._meant[spelling]))[:3]

    def _refused(self, written: str) -> tuple[str, list[str]]:
        """That a value is unknown; which ones are near or, where none is, which there are."""
        if near := self.near(written):
            return "valeur inconnue", near
        values = sorted({value for values in self._meant.values() for value in values})
        if not values:
            return "valeur inconnue ; aucun document n'en a", []
        more = "" if len(values) <= FEW else "…"
        return f"valeur inconnue ; valeurs connues : {listed(values[:FEW])}{more}", []
