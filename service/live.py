"""The published generation, swapped for the next one while requests go on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import structlog
from prometheus_client import Gauge

from indexer import LocalIndex, current, open_index
from indexer.snapshot import manifest

log = structlog.get_logger()
GENERATION = Gauge("entente_index_generation", "Generation that questions are answered from")
PASSAGES = Gauge("entente_index_passages", "Passages of that generation")


class Live:
    """Gives the index to answer from; a request takes it once and keeps it to its end."""

    def __init__(self, folder: Path, model: str) -> None:
        """Open the published generation.

        Raises:
            IndexMissing, IndexCorrupted, IndexMismatch: see `open_index`.
        """
        self.folder, self._model = folder, model
        self._refused = 0
        self._open()

    def _open(self) -> None:
        index = open_index(self.folder, self._model)
        self.source = Path(manifest(self.folder, index.generation).folder)
        self.index: LocalIndex = index
        documents, passages = index.count()
        GENERATION.set(index.generation)
        PASSAGES.set(passages)
        log.info(
            "index.opened", generation=index.generation, documents=documents, passages=passages
        )

    @asynccontextmanager
    async def following(self, seconds: float) -> AsyncIterator[None]:
        """Look at the pointer every so often, and swap when it has moved."""
        task = asyncio.create_task(self._follow(seconds))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _follow(self, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            await asyncio.to_thread(self.refresh)

    def refresh(self) -> None:
        """Swap if another generation is published; one that is broken is refused, once."""
        try:
            published = current(self.folder)
            if published not in (self.index.generation, self._refused):
                self._refused = published
                self._open()
                self._refused = 0
        except Exception as error:  # whatever is wrong with it, the one that serves goes on
            log.error("index.refused", kept=self.index.generation, reason=str(error))
