"""Names of files, and what else comes from outside, as they can be stored, shown and compared."""

import re
from unicodedata import normalize


def printable(text: str) -> str:
    """Text that UTF-8 can hold: halves of surrogates, as in names of other encodings, are not."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def unaccented(text: str) -> str:
    """Text without accents, and with letters and digits for what only looks otherwise (NFKD)."""
    return re.sub("[\u0300-\u036f]", "", normalize("NFKD", text))


def spelled(name: str) -> str:
    """A file name as all who write it share it: composed as in NFC, its suffix in small letters."""
    stem, dot, suffix = normalize("NFC", name).rpartition(".")
    return f"{stem}{dot}{suffix.lower()}"
