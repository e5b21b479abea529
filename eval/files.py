"""Text files of the evaluation, plain or gzipped."""

import gzip
from collections.abc import Iterator
from pathlib import Path

from corpus.errors import EntenteError


class NoText(EntenteError):
    """The file is no text in UTF-8."""


def lines_of(path: Path) -> Iterator[str]:
    """The lines that say something.

    Raises:
        NoText: the bytes are not UTF-8, or not gzip where the name says so.
    """
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8") as lines:
            yield from (str(line) for line in lines if line.strip())
    except (UnicodeDecodeError, gzip.BadGzipFile, EOFError):
        raise NoText(
            f"« {path} » n'est pas un texte en UTF-8 : donnez le bon fichier, ou convertissez-le."
        ) from None
