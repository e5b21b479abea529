"""Plain text: paragraphs are told apart by blank lines."""

import re

from corpus.document import Block
from corpus.errors import CannotRead


def read(data: bytes) -> tuple[list[Block], str]:
    """The paragraphs of a text file; a text file declares no title."""
    return [Block(p) for p in re.split(r"\n\s*\n", decode(data)) if p.strip()], ""


def decode(data: bytes) -> str:
    """Text from UTF-8 (with or without its mark), else from Windows-1252.

    Raises:
        CannotRead: the bytes are not text.
    """
    if b"\x00" in data[:4096]:
        raise CannotRead("contient des octets nuls : enregistrez-le comme texte en UTF-8.")
    try:
        decoded = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        decoded = data.decode("cp1252", errors="replace")
    return decoded.replace("\r\n", "\n").replace("\r", "\n")
