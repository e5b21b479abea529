"""Questions asked at the same time, embedded together in one batch; answers, a few at a time."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from prometheus_client import Histogram

from corpus.errors import Overloaded
from indexer.encoder import Asked
from service.beside import beside

T = TypeVar("T")
AT_ONCE = 2  # answers that are worked on; with more, a search waits longer for the model
BATCH = 64  # questions; 64 together take 5 times as little as one by one
SIZES = Histogram(
    "entente_embedding_batch_size",
    "Questions embedded together",
    buckets=(1, 2, 4, 8, 16, 32, 64),
)


def model_thread() -> ThreadPoolExecutor:
    """The one thread that loads and runs the model.

    Each thread that torch is called from gets a team of helpers of its own. With two teams there
    are more helpers than cores: they sleep instead of waiting awake, and a question takes twice
    as long to embed.
    """
    return ThreadPoolExecutor(1, thread_name_prefix="model")


class Places:
    """How many answers are in flight: `AT_ONCE` are worked on, and the others wait their turn.

    An answer takes the model several times as long as a question, and one that waits its turn holds
    up no search: it is not yet in the model's queue.

    Args:
        most: how many answers may be in flight.
    """

    def __init__(self, most: int) -> None:
        self._most, self._taken = most, 0
        self._at_work = asyncio.Semaphore(AT_ONCE)

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Work on an answer once it is its turn.

        Raises:
            Overloaded: as many answers as may be are in flight already.
        """
        if self._taken >= self._most:
            raise Overloaded(
                "Trop de réponses sont demandées à la fois\u00a0: "
                "posez votre question de nouveau dans quelques secondes."
            )
        self._taken += 1
        try:
            async with self._at_work:
                yield
        finally:
            self._taken -= 1


class Batcher:
    """A queue in front of the model: what waits while it works makes up the next batch.

    Args:
        waiting: how many questions the queue holds.
        thread: where the model was loaded; `running` shuts it down when it ends.
    """

    def __init__(
        self,
        encode: Callable[[Sequence[str]], Sequence[Asked]],
        waiting: int = 256,
        thread: ThreadPoolExecutor | None = None,
    ) -> None:
        self._encode = encode
        self._queue: asyncio.Queue[tuple[str, asyncio.Future[Asked]]] = asyncio.Queue(waiting)
        self._thread = thread or model_thread()

    async def embed(self, text: str) -> Asked:
        """What the model makes of one question.

        Raises:
            Overloaded: as many questions as the queue holds are waiting already.
        """
        future: asyncio.Future[Asked] = asyncio.get_running_loop().create_future()
        try:
            self._queue.put_nowait((text, future))
        except asyncio.QueueFull:
            raise Overloaded(
                f"{self._queue.maxsize} questions attendent déjà : "
                "posez la vôtre de nouveau dans quelques secondes."
            ) from None
        return await future

    def run(self, work: Callable[[], T]) -> T:
        """What `work` gives on the model's thread; to be called from another one."""
        return self._thread.submit(work).result()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serve the queue until the context ends."""
        try:
            async with beside(self._serve()):
                yield
        finally:
            self._thread.shutdown(wait=False, cancel_futures=True)
            while not self._queue.empty():
                self._queue.get_nowait()[1].cancel()

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            batch = [await self._queue.get()]
            while len(batch) < BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            batch = [(text, future) for text, future in batch if not future.done()]
            if not batch:
                continue
            SIZES.observe(len(batch))
            try:
                texts = [text for text, _ in batch]
                found = await loop.run_in_executor(self._thread, self._encode, texts)
                for (_, future), asked in list(zip(batch, found, strict=True)):
                    if not future.done():
                        future.set_result(asked)
            except Exception as error:  # the questions fail; the queue goes on
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)
