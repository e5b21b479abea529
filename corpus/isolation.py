"""Documents read in processes of their own: a parser that hangs, crashes or swells loses one alone.

The workers import the readers and nothing of the model or of the index.
"""

import multiprocessing
import multiprocessing.connection
import os
import resource
import shutil
import signal
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, TimeoutError
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from threading import Thread

from pebble import ProcessExpired, ProcessPool

from corpus.document import Document
from corpus.errors import CannotRead, ReadersDown
from corpus.readers import kept, ocr
from corpus.source import Source

AHEAD = 4  # documents for each worker that wait to be read or to be taken
ROOM = 2**24  # bytes: what is sure to be asked for by any reader
RENEWED = 500  # documents after which a worker gives way to a fresh one

Outcome = tuple[Source, Document | CannotRead]
Reader = Callable[[Iterable[Source]], Iterator[Outcome]]


@dataclass(frozen=True, slots=True)
class Limits:
    """What the reading of one document may take; `memory` is address space, in bytes.

    `kept` is the folder where recognised pages are kept.
    """

    seconds: float = 600  # a long scan takes minutes
    memory: int = 2 * 2**30
    workers: int = ocr.CORES
    kept: Path | None = None


def read_here(sources: Iterable[Source]) -> Iterator[Outcome]:
    """Each document or why it cannot be read, one after the other, in this process."""
    for source in sources:
        try:
            yield source, source.read()
        except CannotRead as error:
            yield source, error


def read_apart(sources: Iterable[Source], limits: Limits = Limits()) -> Iterator[Outcome]:
    """Each document or why it cannot be read, in the order of `sources`, read by workers.

    Lazy: at most `AHEAD` documents for each worker are read before they are taken.

    Raises:
        ReadersDown: no worker can read, which is no fault of any document.
    """
    coming = iter(sources)
    first = list(islice(coming, limits.workers))
    limits = replace(limits, workers=max(1, len(first)))
    pool = workers(limits)
    waiting: deque[tuple[Source, Future[Document]]] = deque()
    try:
        for source in chain(first, coming):
            future = pool.schedule(_parse, args=[source.parse], timeout=limits.seconds)
            waiting.append((source, future))
            if len(waiting) >= AHEAD * limits.workers:
                yield _outcome(*waiting.popleft(), limits)
        while waiting:
            yield _outcome(*waiting.popleft(), limits)
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()
        if limits.kept and first:
            kept.prune(limits.kept)


def workers(limits: Limits) -> ProcessPool:
    """Processes for what parses foreign bytes, within the memory; who asks limits the time."""
    context = _context()
    return ProcessPool(
        limits.workers, RENEWED, initializer=_confine, initargs=[limits], context=context
    )


def _context() -> multiprocessing.context.ForkServerContext:
    """Workers are forked from a small process that holds the readers, not from this one."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["corpus.source"])
    return context


def _confine(limits: Limits) -> None:
    kept.FOLDER = limits.kept
    ocr.CORES = max(1, ocr.CORES // limits.workers)  # all together have as many as there are
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a parser that hangs in C must hear it too
    _leave_nothing()
    if parent := multiprocessing.parent_process():
        Thread(target=_end_with, args=[parent.sentinel], daemon=True).start()
    # last: a thread that finds no memory as it starts is waited for without end
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    bytearray(ROOM)  # a limit that leaves nothing to read with is told here


def _leave_nothing() -> None:
    """Have what this worker starts and writes end with it, however it ends.

    A process that only waits for that kills the programs of the worker's session, such as
    LibreOffice and Tesseract, and removes its temporary files.
    """
    os.setsid()
    worker, folder = os.getpid(), tempfile.mkdtemp(prefix="entente-")
    tempfile.tempdir = os.environ["TMPDIR"] = folder
    waiting, _ = os.pipe()  # its other end closes with the worker: programs do not inherit it
    if os.fork():
        os.close(waiting)
        return
    try:
        os.setsid()
        os.dup2(waiting, 0)
        os.closerange(1, os.sysconf("SC_OPEN_MAX"))
        os.read(0, 1)
        for process in chain(_session(worker), _session(worker)):  # again: one may just have forked
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os._exit(0)


def _session(leader: int) -> Iterator[int]:
    """The processes of a session, whatever groups they made."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = status.read_text().rpartition(")")[2].split()
            if int(fields[3]) == leader:
                yield int(status.parent.name)


def _end_with(parent: int) -> None:
    """Leave no orphan where the main process was killed."""
    multiprocessing.connection.wait([parent])
    os._exit(1)


def _parse(parse: Callable[[], Document]) -> Document:
    try:
        return parse()
    except CannotRead as error:
        if isinstance(error.__cause__, MemoryError):  # the readers take it for a damaged file
            raise error.__cause__ from None
        raise


def _outcome(source: Source, future: "Future[Document]", limits: Limits) -> Outcome:
    try:
        return source, source.finish(future.result())
    except CannotRead as error:
        return source, error
    except TimeoutError:
        reason = (
            f"n'a pas pu être lu en {limits.seconds:g} s : découpez-le, ou donnez plus de temps "
            "avec ENTENTE_READ_SECONDS."
        )
    except MemoryError:
        reason = (
            f"demande plus de {limits.memory // 2**20} Mo de mémoire : découpez-le, ou donnez-en "
            "plus avec ENTENTE_READ_MEMORY."
        )
    except ProcessExpired as error:
        reason = (
            f"a fait tomber son lecteur ({_death(error.exitcode)}) : exportez-le de nouveau, dans "
            "un autre format au besoin."
        )
    except BrokenProcessPool as error:
        raise ReadersDown(
            "Les processus de lecture ne démarrent pas, ou sont tombés ensemble : vérifiez la "
            f"mémoire (ENTENTE_READ_MEMORY) et la place dans « {tempfile.gettempdir()} »."
        ) from error
    except Exception as error:  # whatever a reader lets through is the loss of its document
        reason = f"n'a pas pu être lu ({type(error).__name__}) : exportez-le de nouveau."
    return source, CannotRead(f"{source.path} {reason}")


def _death(code: int | None) -> str:
    if code is not None and code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"code de sortie {code}"
