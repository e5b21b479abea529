"""What people thought of an answer or of a result, kept apart from the index, in a file of its own.

Nothing says who thought it: no name, no address, the day without its hour. What is older than the
days of keeping is deleted, and overwritten in the file.
"""

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import structlog
from pydantic import BaseModel, ConfigDict

from corpus.errors import EntenteError
from corpus.system import reason

log = structlog.get_logger()
MOST = 100_000  # opinions of one file
SCHEMA = """
CREATE TABLE IF NOT EXISTS opinion (id TEXT PRIMARY KEY, day TEXT NOT NULL, given TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS opinion_day ON opinion (day);
"""


class BadFeedback(EntenteError):
    """The file of opinions cannot be used."""


class FeedbackFull(EntenteError):
    """The file of opinions takes no more."""


class About(StrEnum):
    """What an opinion is about."""

    ANSWER = "answer"
    RESULT = "result"


class Reason(StrEnum):
    """Why something was of no use."""

    WRONG = "wrong"  # what the answer says is false
    UNSUPPORTED = "unsupported"  # what is quoted does not say it
    INCOMPLETE = "incomplete"
    OUTDATED = "outdated"
    OFF_TOPIC = "off_topic"
    EXISTS = "exists"  # it was declined, and the documents do say it
    PASSAGE = "passage"  # the right document, but not the right passage
    DUPLICATE = "duplicate"


class Quoted(BaseModel):
    """A passage that was shown: code points of its document's text; no `quote` once it changed."""

    model_config = ConfigDict(frozen=True)

    document: str
    start: int
    end: int
    quote: str = ""


class Opinion(BaseModel):
    """One opinion, of a day (ISO 8601, UTC); whoever gave it alone knows its `id`."""

    model_config = ConfigDict(frozen=True)

    about: About
    question: str
    useful: bool
    generation: int  # of the index that had answered
    cited: tuple[Quoted, ...] = ()
    parameters: str = ""  # the filters, as an address has them
    reason: Reason | None = None
    comment: str = ""
    id: str = ""
    day: str = ""


class Opinions:
    """The file of opinions; each call opens it anew, so threads and processes may share it."""

    def __init__(self, path: Path, days: int) -> None:
        """Open or create the file; an opinion is kept for so many days.

        Raises:
            BadFeedback: it cannot be written, or is no file of opinions.
        """
        self.path, self.days = path, days
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # the service's user alone
            with self._opened() as file:
                file.executescript(SCHEMA)
            self.purge()
        except (OSError, sqlite3.Error) as error:
            why = reason(error) if isinstance(error, OSError) else "ce n'en est pas un"
            raise BadFeedback(
                f"Le fichier des avis « {path} » ne peut pas servir ({why}) : "
                "donnez-en un autre à ENTENTE_FEEDBACK."
            ) from None

    def keep(self, opinion: Opinion) -> Opinion:
        """Keep an opinion, as of today; returned with its id.

        Raises:
            FeedbackFull: the file has as many as it takes.
        """
        self.purge()
        given = {"id": secrets.token_urlsafe(16), "day": _today().isoformat()}
        kept = opinion.model_copy(update=given)
        with self._opened() as file:
            if file.execute("SELECT count(*) FROM opinion").fetchone()[0] >= MOST:
                raise FeedbackFull(
                    f"Le fichier des avis en a {MOST} et n'en prend plus : relevez-les, puis "
                    "videz-le par « python -m service.feedback purge »."
                )
            row = kept.id, kept.day, kept.model_dump_json()
            file.execute("INSERT INTO opinion VALUES (?, ?, ?)", row)
        return kept

    def explain(self, opinion: Opinion, reason: Reason | None, comment: str) -> None:
        """Add why to an opinion that is kept; nothing happens to one that is gone."""
        given = opinion.model_copy(update={"reason": reason, "comment": comment})
        with self._opened() as file:
            row = given.model_dump_json(), given.id
            file.execute("UPDATE opinion SET given = ? WHERE id = ?", row)

    def withdraw(self, id: str) -> bool:
        """Delete an opinion; whether there was one."""
        with self._opened() as file:
            return file.execute("DELETE FROM opinion WHERE id = ?", (id,)).rowcount > 0

    def purge(self, days: int | None = None) -> int:
        """Delete what has been kept for so many days, by default its time; how many."""
        kept = timedelta(days=self.days if days is None else days)
        with self._opened() as file:
            last = (_today() - kept).isoformat()
            return file.execute("DELETE FROM opinion WHERE day <= ?", (last,)).rowcount

    def forget(self) -> None:
        """The same where nobody waits for it: what goes wrong is logged."""
        try:
            self.purge()
        except sqlite3.Error as error:
            log.error("feedback.not_purged", file=str(self.path), reason=str(error))

    def get(self, id: str) -> Opinion | None:
        """The opinion of an id."""
        with self._opened() as file:
            row = file.execute("SELECT given FROM opinion WHERE id = ?", (id,)).fetchone()
        return Opinion.model_validate_json(row[0]) if row else None

    def all(self) -> list[Opinion]:
        """All opinions, the oldest first."""
        with self._opened() as file:
            rows = file.execute("SELECT given FROM opinion ORDER BY day, rowid").fetchall()
        return [Opinion.model_validate_json(row[0]) for row in rows]

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """A transaction."""
        with closing(sqlite3.connect(self.path, timeout=5)) as file, file:
            file.execute("PRAGMA secure_delete = ON")
            yield file


def _today() -> date:
    return datetime.now(UTC).date()
