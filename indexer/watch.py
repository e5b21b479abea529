"""A folder followed: each time it changes and comes to rest, one update."""

import logging
import sqlite3
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import watchfiles

from corpus.errors import EntenteError
from corpus.system import told
from indexer.notes import decimal, many, notes
from indexer.report import Report

LONGEST = 5.0  # seconds of unbroken change after which a turn is taken all the same
EVERY = 600.0  # seconds after which a turn is taken though nothing was heard: events can be lost
PATIENCE = 5.0  # seconds before another try after an error
MENDED = (EntenteError, OSError, sqlite3.Error)  # by whoever is told of them
log = logging.getLogger(__name__)


def watch(
    folder: Path,
    turn: Callable[[], Report],
    tell: Callable[[str], None],
    stop: Event,
    *,
    settle: float = 1.0,
    poll: float | None = None,
    ignored: Path | None = None,
) -> None:
    """Take a turn at once, then one at each change, until `stop` is set.

    Args:
        turn: brings the index in step with the folder.
        tell: takes a line of French for each turn that has something new to say.
        settle: seconds without a change before a turn is taken.
        poll: seconds between two looks, for network folders that announce no changes.
        ignored: a folder whose changes mean nothing, as that of the index.

    Raises:
        EntenteError, OSError, sqlite3.Error: the first turn failed; later ones are told and tried
            again, as is every turn that fails for a reason that nobody foresaw.
    """
    follower = _Follower(turn, tell)
    while not stop.is_set():
        try:
            for changed in _changes(folder, stop, settle, poll, ignored):
                follower.look(changed)
        except Exception as error:  # whatever one turn meets must not end those to come
            if not follower.turns and isinstance(error, MENDED):
                raise
            log.debug("watch.turn_failed", exc_info=True)
            follower.say(f"Mise à jour remise : {_why(error)}")
            follower.due = True
            stop.wait(PATIENCE)


def _why(error: Exception) -> str:
    if isinstance(error, EntenteError):
        return str(error)
    if isinstance(error, OSError | sqlite3.Error):
        return told(error)
    *_, last = traceback.extract_tb(error.__traceback__)
    where = f"{type(error).__name__}, {Path(last.filename).name}, ligne {last.lineno}"
    return f"erreur imprévue ({where}), nouvel essai ; si elle dure, signalez-la."


class _Follower:
    """Takes the turns that are due."""

    def __init__(self, turn: Callable[[], Report], tell: Callable[[str], None]) -> None:
        self._turn, self._tell = turn, tell
        self._said, self._last = "", 0.0
        self._notes: list[str] = []
        self.turns, self.due = 0, True

    def look(self, changed: bool) -> None:
        """Take a turn if something changed, if one is due, or if the last was long ago."""
        if changed or self.due or time.monotonic() - self._last >= EVERY:
            start = self._last = time.monotonic()
            report = self._turn()
            self.turns += 1
            self.due = bool(report.unsettled)
            seconds = decimal(time.monotonic() - start, ".1f")
            self.say(summary(report), f" ({seconds} s)")
            self._tell_news(report)

    def _tell_news(self, report: Report) -> None:
        """Tell what has come to be wrong, or is no more, since the last turn."""
        before = self._notes
        self._notes = list(notes(report.failures, report.kept, report.unread, report.problems))
        for line in self._notes:
            if line not in before:
                self._tell(line)
        for line in before:
            if line not in self._notes:
                self._tell(f"Réglé – {line}")

    def say(self, text: str, more: str = "") -> None:
        if text != self._said:
            self._said = text
            self._tell(text + more)


def summary(report: Report) -> str:
    """What an update did, in one line of French."""
    parts = [changes(report), f"{len(report.failures)} en échec"]
    if report.unsettled:
        parts.append(f"{len(report.unsettled)} en cours d'écriture")
    return f"Génération {report.generation} : {', '.join(parts)}"


def changes(report: Report) -> str:
    """How many documents were added, changed, removed and left, in French."""
    counted = {
        "ajouté": len(report.added),
        "modifié": len(report.changed),
        "supprimé": len(report.removed),
        "inchangé": report.unchanged,
    }
    return ", ".join(many(count, what) for what, count in counted.items())


def _changes(
    folder: Path, stop: Event, settle: float, poll: float | None, ignored: Path | None
) -> Iterator[bool]:
    """True after each change that has come to rest, False now and then in between."""
    if poll:
        yield True
        while not stop.wait(poll):
            yield True
        return
    for changes in watchfiles.watch(
        folder,
        watch_filter=lambda change, path: ignored is None or not Path(path).is_relative_to(ignored),
        debounce=int(max(LONGEST, settle) * 1000),
        step=int(settle * 1000),
        rust_timeout=int(settle * 1000),
        yield_on_timeout=True,
        stop_event=stop,
        ignore_permission_denied=True,
    ):
        yield bool(changes)
