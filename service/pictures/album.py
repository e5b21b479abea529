"""Images of pages, kept in memory: who draws them, how many at once, what befalls those that fail.

pdfium is not made for threads, and a source may be hostile: worker processes with limits of memory
and time draw (`corpus/isolation.py`), one page at a time each.
"""

import asyncio
import sys
from collections import OrderedDict
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace

import structlog
from pebble import ProcessPool

from corpus.errors import CannotRead, Overloaded, Unsettled
from corpus.isolation import Limits, workers
from corpus.readers import ocr
from service.pictures.draw import Picture, Wanted, draw

log = structlog.get_logger()

SECONDS = 15.0  # for one page, at the most: a scan that was not read before takes five
WORKERS = max(1, min(4, ocr.CORES // 2))
WAITING = 8  # pages that are drawn or wait for it
MOST = 64 * 2**20  # bytes of images that are kept: some 600 pages
FAILURE = 2**13  # bytes that a failure counts for, with the text of its page


@dataclass(frozen=True, slots=True)
class NoPicture:
    """Why a page cannot be shown, in French."""

    reason: str


class Album:
    """The images of one event loop."""

    def __init__(
        self,
        limits: Limits = Limits(),
        seconds: float = SECONDS,
        waiting: int = WAITING,
        most: int = MOST,
    ) -> None:
        """`limits` has the memory of a worker and the folder of recognised pages."""
        self._limits = replace(limits, seconds=seconds, workers=WORKERS)
        self._waiting, self._most = waiting, most
        self._kept: OrderedDict[Wanted, Picture | NoPicture] = OrderedDict()
        self._drawing: dict[Wanted, asyncio.Task[Picture | NoPicture]] = {}
        self._workers: ProcessPool | None = None

    async def picture(self, wanted: Wanted) -> Picture | NoPicture:
        """A page, or why it cannot be shown; who stops waiting for it does not stop it.

        Raises:
            Overloaded: too many pages wait.
        """
        if kept := self._kept.get(wanted):
            self._kept.move_to_end(wanted)
            return kept
        if wanted not in self._drawing:
            if len(self._drawing) >= self._waiting:
                raise Overloaded(
                    f"{len(self._drawing)} pages attendent déjà d'être dessinées : réessayez dans "
                    "quelques secondes, ou ouvrez la source."
                )
            self._drawing[wanted] = asyncio.create_task(self._draw(wanted))
        return await asyncio.shield(self._drawing[wanted])

    async def close(self) -> None:
        """Stop the workers."""
        if pool := self._workers:
            pool.stop()  # type: ignore[no-untyped-call]
            await asyncio.to_thread(pool.join)

    async def _draw(self, wanted: Wanted) -> Picture | NoPicture:
        try:
            outcome = await self._asked(wanted)
            self._keep(wanted, outcome)
        except (Unsettled, BrokenProcessPool) as error:  # may be mended by the next time
            outcome = NoPicture(str(error))
        finally:
            del self._drawing[wanted]
        if isinstance(outcome, NoPicture):
            log.warning(
                "picture.failed", path=str(wanted.path), page=wanted.number, reason=outcome.reason
            )
        return outcome

    async def _asked(self, wanted: Wanted) -> Picture | NoPicture:
        """What a worker makes of it."""
        try:
            if self._workers is None or not self._workers.active:
                self._workers = workers(self._limits)
            future = await asyncio.to_thread(
                self._workers.schedule, draw, args=[wanted], timeout=self._limits.seconds
            )
            drawn: Picture = await asyncio.wrap_future(future)
        except (Unsettled, BrokenProcessPool):
            raise
        except CannotRead as error:
            return NoPicture(str(error))
        except TimeoutError:
            return NoPicture(f"elle n'a pas pu être dessinée en {self._limits.seconds:g} s")
        except MemoryError:
            return NoPicture("elle demande trop de mémoire")
        except Exception as error:  # ProcessExpired, or whatever a reader lets through
            return NoPicture(f"elle a fait tomber son lecteur ({type(error).__name__})")
        return drawn

    def _keep(self, wanted: Wanted, outcome: Picture | NoPicture) -> None:
        """Keep an outcome; what was not asked for the longest makes room."""
        self._kept[wanted] = outcome
        held = sum(_weight(*kept) for kept in self._kept.items())
        while held > self._most:
            held -= _weight(*self._kept.popitem(last=False))


def _weight(wanted: Wanted, outcome: Picture | NoPicture) -> int:
    """Bytes, those of the page's text among them."""
    drawn = len(outcome.png) if isinstance(outcome, Picture) else FAILURE
    return drawn + sys.getsizeof(wanted.text)
