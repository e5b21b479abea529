"""Work that goes on beside the requests, as long as the service runs."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress


@asynccontextmanager
async def beside(work: Coroutine[object, object, None]) -> AsyncIterator[None]:
    """Run some work until the context ends."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def repeated(seconds: float, call: Callable[[], object]) -> None:
    """Make a call in a thread, again and again, with so many seconds before each."""
    while True:
        await asyncio.sleep(seconds)
        await asyncio.to_thread(call)
