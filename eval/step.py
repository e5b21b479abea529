"""A folder under continuous change while it is followed and questioned: is the index in step?"""

import random
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep

from corpus import Library, Source
from corpus.errors import EntenteError, IndexMissing
from eval.comparing import differences
from eval.speed import ask, server
from indexer import Filters, SentenceEncoder, current, open_index, update
from indexer.snapshot import manifest

PATIENCE = 120.0  # seconds that the index has to come in step after the last change
TOLERANCE = 1e-3  # of a dimension: the model's sums depend on the batch that a text is in


@dataclass
class Outcome:
    """What happened to the folder, and what was wrong; both lists are empty where all is well."""

    changes: dict[str, int] = field(default_factory=dict)
    generations: int = 0
    questions: int = 0
    failed: list[str] = field(default_factory=list)
    seconds_to_step: float = 0.0
    differences: list[str] = field(default_factory=list)


class Churn:
    """Adds, edits, renames, deletes and writes by halves, with what the folder held at first."""

    def __init__(self, folder: Path, pause: float, seed: int = 0) -> None:
        self._folder, self._pause = folder, pause
        self._random = random.Random(seed)
        self._models = sorted(p for p in folder.rglob("*") if p.is_file())
        self._contents = [(p.suffix, p.read_bytes()) for p in self._models]
        self._least = len(self._models) * 2 // 3
        self._number = 0
        self.changes: Counter[str] = Counter()

    def change(self) -> None:
        """One change, drawn at random."""
        files = sorted(p for p in self._folder.rglob("*") if p.is_file())
        kinds: list[Callable[[Path], None]] = [self.add, self.halves]
        if len(files) > self._least:
            kinds += [self.edit, self.rename, self.delete, self.delete]
        kind = self._random.choice(kinds)
        kind(self._random.choice(files))
        self.changes[kind.__name__] += 1

    def add(self, _: Path) -> None:
        suffix, content = self._content()
        self._new(suffix).write_bytes(content)

    def edit(self, path: Path) -> None:
        if path.suffix == ".pdf":
            path.write_bytes(self._random.choice([c for s, c in self._contents if s == ".pdf"]))
        else:
            with path.open("ab") as file:
                file.write(f"\n\nAvenant {self._number} : la date est reportée.\n".encode())
        self._number += 1

    def rename(self, path: Path) -> None:
        path.rename(self._new(path.suffix))

    def delete(self, path: Path) -> None:
        path.unlink()

    def halves(self, _: Path) -> None:
        suffix, content = self._content()
        with self._new(suffix).open("wb", buffering=0) as file:
            for part in (content[: len(content) // 2], content[len(content) // 2 :]):
                file.write(part)
                sleep(self._random.choice([0.1, self._pause]))

    def _content(self) -> tuple[str, bytes]:
        suffix, content = self._random.choice(self._contents)
        if suffix != ".pdf":
            content += f"\n\nExemplaire {self._number}.\n".encode()
        return suffix, content

    def _new(self, suffix: str) -> Path:
        self._number += 1
        folder = self._folder / self._random.choice([".", "nouveaux", "nouveaux/actes"])
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"pièce {self._number}{suffix}"


def disturb(
    folder: Path,
    index: Path,
    ask: Callable[[str], object],
    questions: Sequence[str],
    seconds: float,
    settle: float,
) -> Outcome:
    """Change a folder that is being followed, ask all the while, then wait for the index.

    Args:
        ask: asks one question; any exception is a question that failed.
        settle: seconds of rest that the follower waits for; halves come apart by more or less.
    """
    outcome, done, churn = Outcome(), Event(), Churn(folder, settle * 2)
    first = current(index)

    def asking() -> None:
        while not done.is_set():
            try:
                ask(questions[outcome.questions % len(questions)])
            except Exception as error:  # whatever it is, it is what we look for
                outcome.failed.append(repr(error))
            outcome.questions += 1

    asker = Thread(target=asking)
    asker.start()
    try:
        end = monotonic() + seconds
        while monotonic() < end:
            churn.change()
            sleep(settle / 4)
        outcome.seconds_to_step = _wait_for_step(folder, index)
    finally:
        done.set()
        asker.join()
    outcome.changes, outcome.generations = dict(churn.changes), current(index) - first
    return outcome


def _wait_for_step(folder: Path, index: Path) -> float:
    start = monotonic()
    wanted = {s.path: s.fingerprint for s in Library(folder).scan() if isinstance(s, Source)}
    while monotonic() - start < PATIENCE and _fingerprints(index) != wanted:
        sleep(0.2)
    return monotonic() - start


def _fingerprints(index: Path) -> dict[str, str]:
    documents = open_index(index).documents(Filters())
    failures = manifest(index, current(index)).failures
    read = {d.path: d.fingerprint for d in documents}
    return read | {path: failure.fingerprint for path, failure in failures.items()}


def step(
    source: Path, work: Path, encoder: SentenceEncoder, questions: Sequence[str], seconds: float
) -> Outcome:
    """Follow a copy of a folder with `python -m indexer watch`, and question a real service.

    `encoder` is for the index that is built from nothing at the end.
    """
    folder, index, settle = work / "documents", work / "index", 1.0
    shutil.copytree(source, folder, copy_function=shutil.copyfile)
    command = [sys.executable, "-m", "indexer", "watch", str(folder), "--index", str(index)]
    watching = subprocess.Popen(command, stdout=sys.stderr)
    try:
        _wait_for_index(index, watching)
        with server(index) as (port, _, _):
            asked = partial(_ask, port)
            outcome = disturb(folder, index, asked, questions, seconds, settle)
    finally:
        watching.send_signal(signal.SIGTERM)
        code = watching.wait(60)
    if code:
        outcome.failed.append(f"watch ended with {code}")
    update(Library(folder).scan(), work / "fresh", encoder)
    outcome.differences = differences(index, work / "fresh", questions, TOLERANCE)
    return outcome


def _ask(port: int, question: str) -> None:
    ask(port, [question])


def _wait_for_index(index: Path, watching: "subprocess.Popen[bytes]") -> None:
    while watching.poll() is None:
        with suppress(IndexMissing):
            current(index)
            return
        sleep(0.5)
    raise EntenteError("watch s'est arrêté avant d'avoir publié un index.")
