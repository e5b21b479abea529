"""An index of which only some documents answer: the right ones alone, or all but these."""

from collections.abc import Collection

import numpy as np

from indexer import Filters, LocalIndex
from indexer.index import Selection


class Given(LocalIndex):
    """The same index, as if every question were filtered to these documents."""

    def __init__(
        self, index: LocalIndex, documents: Collection[str], *, without: bool = False
    ) -> None:
        """`without`: as if it were filtered to all others."""
        vars(self).update(vars(index))
        every = self._catalogue.documents
        held = np.isin(every, list(documents), invert=without)
        self._given = Selection(every[held], self._keys[held[self._owners]])

    def select(self, filters: Filters) -> Selection | None:
        if (passing := super().select(filters)) is None:
            return self._given
        documents = np.intersect1d(passing.documents, self._given.documents)
        return Selection(documents, np.intersect1d(passing.keys, self._given.keys))
