"""The zip archives that DOCX and ODT are: what they would unpack to is known before any parsing."""

import io
import zipfile

from corpus.errors import CannotRead

UNPACKED = 256 * 2**20  # bytes of all members together, at the most
XML = 32 * 2**20  # bytes of one XML member, at the most: its tree takes about eight times that
MEMBERS = 10_000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how Word 97 files and encrypted DOCX begin
LOCKED = "est protégé par un mot de passe : retirez-le."


def checked(data: bytes, kind: str, extension: str) -> zipfile.ZipFile:
    """The archive, each member no larger than it declares and all within the bounds.

    Raises:
        CannotRead: the bytes are no such archive, are encrypted or damaged, or unpack to too much.
    """
    if data.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise CannotRead(LOCKED)
        raise CannotRead("est un document de Word 97 à 2003 : donnez-lui l'extension .doc.")
    if not data.startswith(b"PK"):
        raise CannotRead(f"n'est pas un document {kind} : vérifiez son extension ({extension}).")
    archive = zipfile.ZipFile(io.BytesIO(data))
    members = archive.infolist()
    if any(member.flag_bits & 1 for member in members):
        raise CannotRead(LOCKED)
    _bounded(sum(member.file_size for member in members), UNPACKED)
    _bounded(max((m.file_size for m in members if m.filename.endswith(".xml")), default=0), XML)
    # in pieces, and no piece beyond the declared size: a lie ends as a wrong checksum
    if len(members) > MEMBERS or archive.testzip():
        raise CannotRead("est endommagé : enregistrez-le de nouveau.")
    return archive


def _bounded(size: int, most: int) -> None:
    if size > most:
        raise CannotRead(
            f"occuperait {size / 2**20:.0f} Mo une fois décompressé, plus que les "
            f"{most // 2**20} Mo admis : découpez-le ou enregistrez-le en PDF."
        )
