"""From a file to its blocks: one reader a format, chosen by the file's extension."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePath
from unicodedata import normalize

from corpus.document import Block
from corpus.errors import CannotRead
from corpus.readers import docx, html, libreoffice, markdown, odt, pdf, text


@dataclass(frozen=True, slots=True)
class Format:
    """A format: how it is read, and the media type under which its source is served.

    `shown` says whether browsers show it; what they do not, they save.
    """

    read: Callable[[bytes], tuple[list[Block], str]]
    media_type: str
    paged: bool = False
    shown: bool = True


OPEN_XML = "application/vnd.openxmlformats-officedocument"
FORMATS = {
    ".txt": Format(text.read, "text/plain; charset=utf-8"),
    ".md": Format(markdown.read, "text/markdown; charset=utf-8"),
    ".html": Format(html.read, "text/html; charset=utf-8"),
    ".htm": Format(html.read, "text/html; charset=utf-8"),
    ".pdf": Format(pdf.read, "application/pdf", paged=True),
    ".docx": Format(docx.read, f"{OPEN_XML}.wordprocessingml.document", shown=False),
    ".odt": Format(odt.read, odt.TYPE, shown=False),
    ".doc": Format(libreoffice.read_doc, "application/msword", shown=False),
    ".rtf": Format(libreoffice.read_rtf, "application/rtf", shown=False),
}


def read_blocks(name: str, data: bytes) -> tuple[list[Block], str]:
    """The blocks of a file and the title that its format declares, in NFC.

    Raises:
        CannotRead: the bytes are not what the extension says, are damaged, or hold no text.
    """
    try:
        blocks, title = FORMATS[PurePath(name).suffix.lower()].read(data)
    except CannotRead as error:
        raise type(error)(f"{name} {error}") from error
    except Exception as error:  # parsers let all kinds through on a broken file
        raise CannotRead(f"{name} est endommagé : exportez-le de nouveau.") from error
    if not any(block.text.strip() for block in blocks):
        raise CannotRead(f"{name} ne contient aucun texte : remplacez-le ou retirez-le du dossier.")
    return [replace(b, text=normalize("NFC", b.text)) for b in blocks], normalize("NFC", title)
