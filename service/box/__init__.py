"""The search box's script, as browsers load it: each release under the address of its digest.

A release that is replaced stays here beside the new one, under another name in `.js`: pages that
name its digest go on loading it.
"""

import base64
import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
NAME = "entente-recherche"
STABLE = f"/box/v1/{NAME}.js"


@dataclass(frozen=True, slots=True)
class Script:
    """One release."""

    data: bytes
    packed: bytes
    digest: str  # of its address
    integrity: str  # for the attribute of that name

    @property
    def address(self) -> str:
        return f"/box/v1/{NAME}.{self.digest}.js"


@cache
def current() -> Script:
    """The release of this version of the service."""
    return _read(FOLDER / f"{NAME}.js")


@cache
def released() -> dict[str, Script]:
    """All releases, by digest."""
    scripts = map(_read, sorted(FOLDER.glob("*.js")))
    return {script.digest: script for script in scripts}


def _read(path: Path) -> Script:
    data = path.read_bytes()
    integrity = "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode()
    digest = hashlib.sha256(data).hexdigest()[:16]
    return Script(data, gzip.compress(data, 9, mtime=0), digest, integrity)
