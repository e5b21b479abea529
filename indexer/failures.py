"""Documents that could not be read: why, how often it was tried, and when to try again."""

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path

import corpus
from corpus.readers import ocr


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that could not be read; `fingerprint` is that of its bytes, "" if not had.

    `last` is the time of the last try, ISO 8601 in UTC; `kept`: an earlier version of the document
    stays in the index.
    """

    reason: str
    fingerprint: str = ""
    tries: int = 1
    last: str = ""
    kept: bool = False

    @property
    def state(self) -> str:
        """What the document waits for: « à océriser » or « en échec »."""
        return "à océriser" if "océris" in self.reason else "en échec"

    def told(self, path: str) -> str:
        """The failure in one line, its path named once."""
        text = self.reason if path in self.reason else f"{path} – {self.reason}"
        return f"{text} (une version antérieure reste dans l'index)" if self.kept else text


def failed(before: Failure | None, reason: str, fingerprint: str, kept: bool) -> Failure:
    """The failure of a try, counted with those before it on the same bytes."""
    same = before is not None and before.fingerprint == fingerprint
    tries = before.tries + 1 if before is not None and same else 1
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Failure(reason, fingerprint, tries, now, kept)


def seen_again(before: Failure | None, reason: str, kept: bool) -> Failure:
    """A failure that the scan meets at every update: no try of its own while it stays the same."""
    if before is not None and before.reason == reason:
        return replace(before, kept=kept)
    return failed(before, reason, "", kept)


def counts(documents: int, failures: Mapping[str, Failure]) -> dict[str, int]:
    """How many documents are in each state."""
    states = [failure.state for failure in failures.values()]
    return {
        "indexés": documents,
        "à océriser": states.count("à océriser"),
        "en échec": states.count("en échec"),
        "gardés d'une version antérieure": sum(f.kept for f in failures.values()),
    }


@cache
def readers() -> str:
    """Tells two sets of readers apart: a document that one cannot read is tried with another."""
    folder = Path(corpus.__file__).parent
    sources = [path.read_bytes() for path in sorted(folder.rglob("*.py"))]
    installed = sorted(f"{d.name} {d.version}" for d in metadata.distributions())
    tools = [ocr.engine(), *(shutil.which(name) or "" for name in ("soffice", "libreoffice"))]
    made_of = b"\0".join([*sources, *(text.encode() for text in installed + tools)])
    return hashlib.sha256(made_of).hexdigest()[:16]
