"""What an update has to do: which documents to read, to make cards of again, and to take out."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field

from corpus.document import Document
from corpus.errors import CannotRead, Unsettled
from corpus.source import Source
from indexer.failures import Failures, failed
from indexer.store import State, Store

Found = Source | tuple[str, CannotRead]


@dataclass(frozen=True)
class Base:
    """The published generation that an update starts from; generation 0 is nothing."""

    generation: int = 0
    store: Store | None = None
    states: dict[str, State] = field(default_factory=dict)  # by id
    failures: Failures = field(default_factory=dict)
    unread: Container[str] = ()  # paths
    folder: str = ""

    def stored(self, identifier: str) -> Document | None:
        """A published document, whole."""
        if self.store is None or identifier not in self.states:
            return None
        return self.store.document(identifier)

    def close(self) -> None:
        if self.store:
            self.store.close()


class Plan:
    """The work of an update, and what could not be read.

    `readers` tells who reads; documents of the paths `retry` are read whatever is known of them.
    """

    def __init__(self, base: Base, readers: str, retry: Container[str] = ()) -> None:
        self._base, self._readers, self._retry = base, readers, retry
        self._paths = {state.path: state.id for state in base.states.values()}
        self._due: list[tuple[Source, bool]] = []  # whether its card alone is due
        self._behind: list[Source] = []  # that cannot be read, and whose cards are due
        self.gone: list[str] = []
        self.unsettled: list[str] = []
        self.unchanged = 0
        self.failures: Failures = {}
        self.tried: dict[str, str] = {}  # fingerprints of what was read in vain, by path
        self.seen = 0

    def make(self, sources: Iterable[Found]) -> None:
        """Compare the sources with what is published."""
        seen: set[str] = set()
        for found in sources:
            self.seen += 1
            if isinstance(found, tuple):
                path, error = found
                seen.update(self._published(path))
                self._fail(path, error, "", "")
            elif found.id not in seen:
                seen.add(found.id)
                self._take(found)
        self.gone = sorted(self._base.states.keys() - seen)

    def _published(self, path: str) -> list[str]:
        """The published document of a path; of a folder that cannot be listed, all in it."""
        if path in self._paths:
            return [self._paths[path]]
        return [identifier for p, identifier in self._paths.items() if p.startswith(f"{path}/")]

    def _take(self, source: Source) -> None:
        state = self._base.states.get(source.id)
        failure = self._base.failures.get(source.path)
        if source.path in self._retry:
            self._due.append((source, False))
        elif failure and failure.fingerprint == source.fingerprint:
            if failure.readers == self._readers:
                self.failures[source.path] = failure
                self._keep(source)
            else:
                self._due.append((source, False))
        elif state is None or not self._is_read(source, state):
            self._due.append((source, False))
        elif _is_behind(source, state):
            self._due.append((source, True))
        else:
            self.unchanged += 1

    def _keep(self, source: Source) -> None:
        """Have the card of the version that is kept follow what lies beside the file."""
        state = self._base.states.get(source.id)
        if state and _is_behind(source, state):
            self._behind.append(source)

    def _is_read(self, source: Source, state: State) -> bool:
        reader = source.reader(source.path in self._base.unread)
        return (state.fingerprint, state.reader) == (source.fingerprint, reader)

    def __len__(self) -> int:
        """The number of documents to do."""
        return len(self._due)

    @property
    def work(self) -> bool:
        """Whether anything is to be done or to be noted."""
        return bool(self._due or self._behind) or self.differs

    @property
    def differs(self) -> bool:
        """Whether documents are gone, or others failed than before."""
        return bool(self.gone) or self.failures != self._base.failures

    def due(self) -> Iterator[Source]:
        """What to do, one after the other: a text that is stored is fetched when it is its turn."""
        for source, card_alone in self._due:
            stored = self._base.stored(source.id) if card_alone else None
            yield source.again(stored) if stored else source

    def kept(self) -> Iterator[Source]:
        """What cannot be read and is kept, once the rest is done: cards that are due alone."""
        for source in tuple(self._behind):
            if stored := self._base.stored(source.id):
                yield source.again(stored)

    def fail(self, source: Source, error: CannotRead) -> None:
        """Note a document that cannot be read."""
        self._fail(source.path, error, source.fingerprint, self._readers)
        if not isinstance(error, Unsettled):
            self.tried[source.path] = source.fingerprint
            self._keep(source)

    def _fail(self, path: str, error: CannotRead, fingerprint: str, readers: str) -> None:
        """The same; a file that is being written has not failed."""
        before = self._base.failures.get(path)
        if isinstance(error, Unsettled):
            self.unsettled.append(path)
            if before:
                self.failures[path] = before
        else:
            kept = bool(self._published(path))
            self.failures[path] = failed(before, error, fingerprint, readers, kept)


def _is_behind(source: Source, state: State) -> bool:
    """Whether a published card is made of, or by, anything else than a new one would be."""
    return state.revision != source.revision(state.number)
