"""Documents that could not be read: why, since when, and when to try again."""

import hashlib
import shutil
from collections.abc import Sized
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from importlib import metadata

from corpus import rules
from corpus.errors import CannotRead, NeedsOcr
from corpus.isolation import Limits
from corpus.readers import ocr

Failures = dict[str, "Failure"]  # by path


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that could not be read; `fingerprint` is that of its bytes, "" if not had.

    `state` is what it waits for; `readers` is what tried to read it, `since` when it was first
    told so (ISO 8601 in UTC); `kept`: an earlier version of the document stays in the index.
    """

    reason: str
    fingerprint: str = ""
    state: str = CannotRead.state
    readers: str = ""
    since: str = ""
    kept: bool = False


def failed(
    before: Failure | None, error: CannotRead, fingerprint: str, readers: str, kept: bool
) -> Failure:
    """The failure of a try; the one before where nothing is new."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    failure = Failure(str(error), fingerprint, error.state, readers, now, kept)
    return before if before and replace(failure, since=before.since) == before else failure


def counts(documents: int, failures: Failures, unread: Sized, problems: Sized) -> dict[str, int]:
    """How many documents are in each state."""
    states = [failure.state for failure in failures.values()]
    return {
        "indexés": documents,
        "lus en partie": len(unread),
        "à la fiche fautive": len(problems),
        NeedsOcr.state: states.count(NeedsOcr.state),
        CannotRead.state: states.count(CannotRead.state),
        "gardés d'une version antérieure": sum(f.kept for f in failures.values()),
    }


@cache
def readers(limits: Limits | None = None) -> str:
    """Tells two sets of readers apart: a document that one cannot read is tried with another.

    That are the rules, what is installed, and the time and memory that the readers have.
    """
    installed = sorted(f"{d.name} {d.version}" for d in metadata.distributions())
    tools = [ocr.engine(), *(shutil.which(name) or "" for name in ("soffice", "libreoffice"))]
    bounds = "" if limits is None else f"{limits.seconds} {limits.memory}"
    made_of = "\0".join([rules.reading(), *installed, *tools, bounds])
    return hashlib.sha256(made_of.encode()).hexdigest()[:16]
