"""Plain text, whatever its encoding: paragraphs are told apart by blank lines."""

import codecs
import re

import ftfy

from corpus.document import Block
from corpus.errors import CannotRead

MARKS = {  # that open a text, the longer first
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
FRENCH = ("cp1252", "iso8859-15", "mac_roman")  # what French texts are in, if not in UTF-8
EXPECTED = re.compile(  # in French, beyond ASCII
    r"[éèêëàâäçùûüîïôöæ’«»–•€°…\xa0]|[œŒ](?=\w)|(?<![a-z])[ÉÈÊËÀÂÇÙÛÎÏÔ]"
)
DECLARED = {"iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252"}  # as browsers do
KNOWN = re.compile(
    r"iso-8859-(1[013-6]?|[2-9])|latin[1-9]|us-ascii|(windows-|cp)125[0-8]|macintosh|macroman"
)
MIXED = "entente.mixed"  # the name of the error handler below
SEVERAL_BYTES = re.compile(rb"[\xc3-\xc5\xe2][\x80-\xbf]+")  # accents and quotes in UTF-8
REPAIRS = ftfy.TextFixerConfig(
    unescape_html=False,
    remove_terminal_escapes=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    fix_surrogates=False,
    remove_control_chars=False,
    normalization=None,
)  # what was decoded twice, and nothing else


def read(data: bytes) -> tuple[list[Block], str]:
    """The paragraphs of a text file; a text file declares no title."""
    return [Block(p) for p in re.split(r"\n\s*\n", decode(data)) if p.strip()], ""


def decode(data: bytes, declared: str = "") -> str:
    """Text in the encoding of its mark, else in UTF-8, else as `declared`, else as detected.

    What was decoded twice is repaired: « Ã© » is « é ».

    Raises:
        CannotRead: the bytes are not text.
    """
    text = _decoded(data, declared.strip().lower())
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isascii() else ftfy.fix_text(text, REPAIRS)


def _decoded(data: bytes, declared: str) -> str:
    for mark, encoding in MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if b"\x00" in data[:4096]:
        raise CannotRead("contient des octets nuls : enregistrez-le comme texte en UTF-8.")
    slips = data.decode("utf-8", "replace").count("\ufffd") - data.count(b"\xef\xbf\xbd")
    if not slips or len(SEVERAL_BYTES.findall(data)) > 2 * slips:
        return data.decode("utf-8", MIXED)
    if KNOWN.fullmatch(declared):
        return data.decode(DECLARED.get(declared, declared), "replace")
    readings = [data.decode(encoding, "replace") for encoding in FRENCH]
    return max(readings, key=lambda text: len(EXPECTED.findall(text)))  # the first of equals


def _slip(error: UnicodeError) -> tuple[str, int]:
    """A few bytes in Windows-1252 within a text in UTF-8."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(MIXED, _slip)
