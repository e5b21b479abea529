"""From a file to its blocks: one reader a format, chosen by the file's extension."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from corpus.document import Block
from corpus.errors import CannotRead
from corpus.readers import html, markdown, pdf, text


@dataclass(frozen=True, slots=True)
class Format:
    """A format: how it is read, and the media type under which its source is served."""

    read: Callable[[bytes], tuple[list[Block], str]]
    media_type: str
    paged: bool = False


FORMATS = {
    ".txt": Format(text.read, "text/plain; charset=utf-8"),
    ".md": Format(markdown.read, "text/markdown; charset=utf-8"),
    ".html": Format(html.read, "text/html; charset=utf-8"),
    ".htm": Format(html.read, "text/html; charset=utf-8"),
    ".pdf": Format(pdf.read, "application/pdf", paged=True),
}


def read_blocks(path: Path, data: bytes) -> tuple[list[Block], str]:
    """The blocks of a file and the title that its format declares.

    Raises:
        CannotRead: the bytes are not what the extension says, or hold no text.
    """
    blocks, title = FORMATS[path.suffix.lower()].read(data)
    if not any(block.text.strip() for block in blocks):
        raise CannotRead(
            f"{path.name} ne contient aucun texte : s'il s'agit d'un document numérisé, "
            "il faut d'abord l'océriser."
        )
    return blocks, title
