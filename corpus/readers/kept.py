"""What Tesseract read on images before: the same image is not recognised twice."""

import os
import zlib
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from PIL import Image

FOLDER: Path | None = None  # where it is kept; nowhere, until a command says so
MOST = 256 * 2**20  # bytes: some 20,000 pages


def recalled(image: Image.Image, settings: str, recognise: Callable[[], str]) -> str:
    """What was recognised on an image by the same `settings`, or is now."""
    if FOLDER is None:
        return recognise()
    made_of = f"{settings} {image.size} {image.mode} ".encode() + image.tobytes()
    path = FOLDER / sha256(made_of).hexdigest()
    with suppress(OSError, ValueError, zlib.error):  # what is damaged is recognised again
        found = zlib.decompress(path.read_bytes()).decode()
        os.utime(path)  # the last to be removed
        return found
    text = recognise()
    with suppress(OSError):  # a full disk costs time, not a page
        FOLDER.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=FOLDER, delete=False) as file:
            file.write(zlib.compress(text.encode()))
        Path(file.name).replace(path)
    return text


def prune(folder: Path) -> None:
    """Remove what was not asked for the longest, down to `MOST` bytes."""
    left = MOST
    with suppress(OSError):
        files = ((path.stat(), path) for path in folder.iterdir())
        for status, path in sorted(files, key=lambda one: -one[0].st_mtime_ns):
            left -= status.st_size
            if left < 0:
                path.unlink()
