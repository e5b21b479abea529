"""The published generation, swapped for the next one while requests go on."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import structlog
from prometheus_client import Gauge

from corpus.errors import EntenteError
from indexer import LocalIndex, current, open_index
from indexer.snapshot import folder_of, manifest
from service.beside import beside, repeated

log = structlog.get_logger()
GENERATION = Gauge("entente_index_generation", "Generation that questions are answered from")
PASSAGES = Gauge("entente_index_passages", "Passages of that generation")


Identity = tuple[int, int, int]


def identity(folder: Path) -> Identity:
    """Tells the published generation from any other, also from one of its number made anew."""
    generation = current(folder)
    written = (folder_of(folder, generation) / "manifest.json").stat()
    return generation, written.st_ino, written.st_mtime_ns


class Live:
    """Gives the index to answer from; a request takes it once and keeps it to its end."""

    def __init__(
        self, folder: Path, model: str, prepare: Callable[[LocalIndex], object] = lambda _: None
    ) -> None:
        """Open the published generation; `prepare` makes what is kept of it, before it serves.

        Raises:
            IndexMissing, IndexCorrupted, IndexMismatch: see `open_index`.
        """
        self.folder, self.model = folder, model
        self._prepare = prepare
        self._refused: Identity | None = None
        self._open()

    def _open(self) -> None:
        opened = identity(self.folder)
        index = open_index(self.folder, self.model)
        self._prepare(index)
        described = manifest(self.folder, index.generation)
        self.source, self.published = Path(described.folder), described.created
        self.index: LocalIndex = index
        self._opened, self._reason = opened, ""
        documents, passages = index.count()
        GENERATION.set(index.generation)
        PASSAGES.set(passages)
        log.info(
            "index.opened", generation=index.generation, documents=documents, passages=passages
        )

    def following(self, seconds: float) -> AbstractAsyncContextManager[None]:
        """Look at the pointer every so often, and swap when it has moved."""
        return beside(repeated(seconds, self.refresh))

    def refresh(self) -> None:
        """Swap if another generation is published; one that is broken is refused, once."""
        published: Identity | None = None
        try:
            published = identity(self.folder)
            if published not in (self._opened, self._refused):
                self._open()
        except EntenteError as error:
            self._refused = published
            self._tell(error)
        except Exception as error:  # it may pass: the one that serves goes on meanwhile
            self._tell(error)

    def _tell(self, error: Exception) -> None:
        """Log why the published generation is not served; once as long as the reason is one."""
        if str(error) != self._reason:
            self._reason = str(error)
            log.error("index.refused", kept=self.index.generation, reason=self._reason)
