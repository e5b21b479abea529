"""How often each document that cannot be read was tried.

Kept beside the generations: a try that fails as the one before publishes nothing. It is
bookkeeping, so that a file that is lost or damaged only starts the count again.
"""

import json
import os
from collections.abc import Container, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

FILE = "tries.json"


@dataclass(frozen=True, slots=True)
class Tries:
    """The tries of one file as it is: how many, and when the last was (ISO 8601 in UTC)."""

    fingerprint: str
    count: int
    last: str


def tries(index: Path) -> dict[str, Tries]:
    """The tries by path."""
    try:
        found = json.loads((index / FILE).read_text("utf-8"))
        return {path: Tries(**one) for path, one in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def count(index: Path, tried: Mapping[str, str], failing: Container[str]) -> None:
    """Count what was tried in vain, path by fingerprint; what does not fail any more is dropped."""
    known = tries(index)
    kept = {path: one for path, one in known.items() if path in failing}
    now = datetime.now(UTC).isoformat(timespec="seconds")
    for path, fingerprint in tried.items():
        before = kept.get(path)
        again = before.count if before and before.fingerprint == fingerprint else 0
        kept[path] = Tries(fingerprint, again + 1, now)
    if kept != known:
        new = index / f"{FILE}.new"
        rows = {path: asdict(one) for path, one in sorted(kept.items())}
        with suppress(OSError):  # what is published must not fail for it
            new.write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
            os.replace(new, index / FILE)
