"""A document is read in a process of its own: what goes wrong there loses that document alone."""

import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from conftest import DOCUMENTS, ROOT, SmallEncoder

from corpus import Library, Source
from corpus.document import Document
from corpus.errors import CannotRead, ReadersDown, Unsettled
from corpus.isolation import AHEAD, Limits, read_apart, read_here
from indexer import update

LIMITS = Limits(seconds=4, memory=2**30, workers=2)


def sources(folder: Path) -> list[Source]:
    return [found for found in Library(folder).scan() if isinstance(found, Source)]


def source(name: str, read: Callable[..., object], *values: object) -> Source:
    return Source(name, name, "f", partial(read, *values))  # type: ignore[arg-type]


def hang() -> None:
    """As a parser in C that hears no signal: SIGTERM is blocked."""
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    time.sleep(600)


def swallowed() -> None:
    try:
        bytearray(2**31)
    except MemoryError as error:  # as the readers do with whatever a parser raises
        raise CannotRead("swallowed.pdf est endommagé.") from error


def changed() -> None:
    raise Unsettled("changed.txt a changé.")


def test_a_document_that_workers_send_back_is_the_one_read_in_process() -> None:
    given = sources(DOCUMENTS)
    assert list(read_apart(given, LIMITS)) == list(read_here(given))


def test_the_same_holds_for_real_documents(shared: Path) -> None:
    given = sources(shared / "corpus")
    assert list(read_apart(given)) == list(read_here(given))


LOST = [
    (source("hang.pdf", time.sleep, 600), r"n'a pas pu être lu en 4 s .*ENTENTE_READ_SECONDS"),
    (source("deaf.pdf", hang), r"n'a pas pu être lu en 4 s"),
    (source("exit.pdf", os._exit, 3), r"fait tomber son lecteur \(code de sortie 3\)"),
    (source("segv.pdf", ctypes.string_at, 0), r"fait tomber son lecteur \(signal SIGSEGV\)"),
    (source("abort.pdf", os.abort), r"fait tomber son lecteur \(signal SIGABRT\)"),
    (source("eats.pdf", bytearray, 2**31), r"demande plus de 1024 Mo .*ENTENTE_READ_MEMORY"),
    (source("swallowed.pdf", swallowed), r"demande plus de 1024 Mo"),
    (source("bug.pdf", int, "x"), r"n'a pas pu être lu \(ValueError\)"),
]


def test_a_parser_that_hangs_crashes_or_swells_loses_its_document_alone() -> None:
    good = sources(DOCUMENTS)[: len(LOST)]
    mixed = [one for pair in zip([lost for lost, _ in LOST], good, strict=True) for one in pair]
    outcomes = list(read_apart(mixed, LIMITS))
    assert [given for given, _ in outcomes] == mixed
    assert [document for _, document in outcomes[1::2]] == [one.read() for one in good]
    for (lost, error), (_, reason) in zip(outcomes[::2], LOST, strict=True):
        assert isinstance(error, CannotRead)
        assert str(error).startswith(f"{lost.path} ")
        assert pytest.raises(CannotRead, match=reason).matches(error)


def test_an_update_publishes_what_the_others_hold_and_says_what_was_lost(tmp_path: Path) -> None:
    given = [sources(DOCUMENTS)[0], source("segv.pdf", ctypes.string_at, 0)]
    read = partial(read_apart, limits=LIMITS)
    report = update(given, tmp_path / "index", SmallEncoder(), read=read)
    assert (report.added, list(report.failures)) == ([given[0].id], ["segv.pdf"])
    assert "SIGSEGV" in report.failures["segv.pdf"]


def test_readers_that_cannot_start_are_no_fault_of_a_document(tmp_path: Path) -> None:
    read = partial(read_apart, limits=Limits(memory=2**20))
    with pytest.raises(ReadersDown, match="ENTENTE_READ_MEMORY"):
        update(sources(DOCUMENTS)[:3], tmp_path / "index", SmallEncoder(), read=read)
    assert not (tmp_path / "index/current").exists()


def test_why_a_document_was_refused_keeps_its_kind_on_the_way_back() -> None:
    ((_, outcome),) = read_apart([source("changed.txt", changed)], LIMITS)
    assert isinstance(outcome, Unsettled)


LOADED = """
import sys
def modules(): return [name for name in sys.modules if "." not in name]
"""
ASKED = """
import indexer, json, loaded
from corpus import Source
from corpus.isolation import read_apart
((_, modules),) = read_apart([Source("a", "a", "", loaded.modules)])
print(json.dumps(modules))
"""


def test_workers_load_neither_the_model_nor_the_index(tmp_path: Path) -> None:
    (tmp_path / "loaded.py").write_text(LOADED)
    env = {**os.environ, "PYTHONPATH": f"{ROOT}:{tmp_path}"}
    done = subprocess.run(
        [sys.executable, "-c", ASKED], cwd=ROOT, env=env, capture_output=True, text=True
    )
    modules = set(json.loads(done.stdout))
    assert {"corpus", "pypdfium2"} <= modules
    assert not modules & {"torch", "faiss", "tantivy", "sentence_transformers", "indexer"}


def test_reading_is_lazy(tmp_path: Path) -> None:
    """Only so many documents are read before they are taken."""
    marks = [tmp_path / str(n) for n in range(50)]
    reading = read_apart([source(mark.name, mark.touch) for mark in marks], LIMITS)
    next(reading)
    time.sleep(0.5)
    assert 1 <= sum(mark.exists() for mark in marks) <= AHEAD * LIMITS.workers
    reading.close()  # type: ignore[attr-defined]


ORPHANS = """
import sys, time
from functools import partial
from corpus import Source
from corpus.isolation import read_apart
from test_isolation import wait_in
list(read_apart([Source("a", "a", "", partial(wait_in, sys.argv[1]))]))
"""


def wait_in(path: str) -> None:
    Path(path).write_text(str(os.getpid()))
    time.sleep(600)


def test_workers_end_when_the_main_process_is_killed(tmp_path: Path) -> None:
    note = tmp_path / "worker"
    env = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
    main = subprocess.Popen([sys.executable, "-c", ORPHANS, str(note)], cwd=ROOT, env=env)
    wait_for(lambda: note.exists() and note.read_text() != "")
    main.kill()
    main.wait()
    wait_for(lambda: not Path(f"/proc/{note.read_text()}").exists())


CONVERTING = """
import sys
from pathlib import Path
from corpus import Library
from corpus.isolation import Limits, read_apart
for _, outcome in read_apart(Library(Path(sys.argv[1])).scan(), Limits(seconds=float(sys.argv[2]))):
    print(outcome)
"""


def converting(place: Path) -> list[Path]:
    """The processes of LibreOffice that work in a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (process / "cmdline").read_bytes()
            if str(place).encode() in command and b"UserInstallation" in command:
                found.append(process)
    return found


@pytest.mark.parametrize("end", ["limit", "worker", "main"])
def test_a_killed_worker_leaves_neither_libreoffice_nor_copies(end: str, tmp_path: Path) -> None:
    """Whether its time is up, or the worker or the main process is killed while it converts."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice n'est pas installé : make system")
    (tmp_path / "docs").mkdir()
    rows = r"\par Convention num\'e9ro {\b un} entre la ville et le syndicat." * 100_000
    (tmp_path / "docs/long.rtf").write_text(rf"{{\rtf1\ansi {rows}}}")
    (tmp_path / "tmp").mkdir()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path / "tmp")}
    seconds = "6" if end == "limit" else "100"
    command = [sys.executable, "-c", CONVERTING, str(tmp_path / "docs"), seconds]
    main = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    wait_for(lambda: len(converting(tmp_path)) > 1)
    assert list((tmp_path / "tmp").iterdir())
    bounds = (converting(tmp_path)[0] / "limits").read_text()
    assert re.search(rf"Max address space +{2 * 2**30} ", bounds)
    if end == "worker":
        worker = os.getsid(int(converting(tmp_path)[0].name))  # it leads the session
        os.kill(worker, signal.SIGKILL)
    elif end == "main":
        main.kill()
    told, _ = main.communicate(timeout=60)
    if end != "main":
        assert {"limit": "n'a pas pu être lu en 6 s", "worker": "SIGKILL"}[end] in told
    wait_for(lambda: not converting(tmp_path) and not list((tmp_path / "tmp").glob("entente-*")), 5)


def wait_for(done: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_nothing_to_read_is_no_error() -> None:
    assert list(read_apart([])) == []


def test_the_awkward_pdfs_end_as_read_or_refused_within_bounds(shared: Path) -> None:
    given = sources(shared / "pdf-torture")
    outcomes = list(read_apart(given, Limits(seconds=30)))
    assert len(outcomes) == 76
    assert sum(isinstance(outcome, Document) for _, outcome in outcomes) >= 41
    for one, outcome in outcomes:
        if isinstance(outcome, CannotRead):
            assert str(outcome).startswith(f"{one.path} ")
            assert "lecteur" not in str(outcome)
