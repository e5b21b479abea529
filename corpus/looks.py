"""What is known of files between two scans: only those that changed, and came to rest, are read."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from corpus.errors import CannotRead, Unsettled
from corpus.system import reason

State = tuple[int, ...]  # size, times of the last change of content and of anything, inode
AT_REST = 3.0  # seconds since the last change after which a file never seen before is at rest


def digest(path: Path) -> str:
    """The SHA-256 of a file's bytes, which are never all in memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def explained(relative: str) -> Iterator[None]:
    """Turn what the system says of a file into CannotRead, in French."""
    try:
        yield
    except FileNotFoundError as error:
        raise Unsettled(f"{relative} a disparu : relancez la mise à jour.") from error
    except PermissionError as error:
        raise CannotRead(f"{relative} est protégé : donnez le droit de le lire.") from error
    except OSError as error:
        raise CannotRead(f"{relative} ne peut pas être lu, {reason(error)}.") from error


@dataclass
class _Look:
    state: State
    since: float
    fingerprint: str = ""


@dataclass
class Looks:
    """The fingerprints of files at rest; a file is at rest once it stays as it is for `settle` s.

    Both sides of a comparison are of the file's own machine: its clock may differ from ours.
    """

    settle: float = 1.0
    _known: dict[Path, _Look] = field(default_factory=dict)

    def fingerprint(self, path: Path, relative: str) -> str:
        """The SHA-256 of a file's bytes.

        Raises:
            Unsettled: the file is being written.
        """
        state, now = state_of(path), time.monotonic()
        look = self._known.get(path)
        if look is None or look.state != state:
            look = self._known[path] = _Look(state, now)
            at_rest = time.time() - state[1] / 1e9 > max(AT_REST, self.settle)
        else:
            at_rest = now - look.since >= self.settle
        if at_rest and not look.fingerprint:
            look.fingerprint = digest(path)
            at_rest = state_of(path) == state
        if not at_rest:
            look.fingerprint = ""
            raise Unsettled(f"{relative} est en cours d'écriture : relancez la mise à jour.")
        return look.fingerprint


def state_of(path: Path) -> State:
    status = path.stat()
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino
