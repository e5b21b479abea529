"""RTF and DOC, by way of LibreOffice where it is installed: it writes the ODT that is read."""

import os
import shutil
import signal
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from corpus.document import Block
from corpus.errors import CannotRead
from corpus.readers import archive, odt

SECONDS = 120  # for one conversion; an act of 20 pages takes two to three
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop>
</item>
</oor:items>
"""  # nothing in a document runs, and what it links to is not fetched


def read_rtf(data: bytes) -> tuple[list[Block], str]:
    """The blocks of an RTF file.

    Raises:
        CannotRead: the file is no RTF, LibreOffice is missing, fails or takes too long.
    """
    if not data.lstrip().startswith(b"{\\rtf"):
        raise CannotRead("n'est pas un document RTF : vérifiez son extension.")
    return odt.read(_converted(data, ".rtf"))


def read_doc(data: bytes) -> tuple[list[Block], str]:
    """The blocks of a file of Word 97 to 2003; RTF often goes by that name, and is read too.

    Raises:
        CannotRead: the file is no such file, LibreOffice is missing, fails or takes too long.
    """
    if data.startswith(b"{\\rtf"):
        return read_rtf(data)
    if not data.startswith(archive.OLE) or "WordDocument".encode("utf-16-le") not in data:
        raise CannotRead("n'est pas un document de Word 97 à 2003 : vérifiez son extension.")
    return odt.read(_converted(data, ".doc"))


def _converted(data: bytes, extension: str) -> bytes:
    """The ODT that LibreOffice makes of a file, in a folder and with a profile of its own."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise CannotRead(
            "demande LibreOffice pour être lu : installez-le (sous Debian, le paquet "
            "libreoffice-writer-nogui), ou enregistrez le document en .docx ou .odt."
        )
    with TemporaryDirectory(prefix="entente-") as folder:
        source = Path(folder, f"document{extension}")
        source.write_bytes(data)
        profile = Path(folder, "profile", "user", "registrymodifications.xcu")
        profile.parent.mkdir(parents=True)
        profile.write_text(PROFILE, "utf-8")
        _run([
            program,
            f"-env:UserInstallation={Path(folder, 'profile').as_uri()}",
            "--headless", "--norestore", "--convert-to", "odt", "--outdir", folder, str(source),
        ])  # fmt: skip
        try:
            return source.with_suffix(".odt").read_bytes()
        except FileNotFoundError as error:  # it ends with 0 even where it fails
            raise CannotRead(
                "n'a pas pu être converti par LibreOffice : s'il est protégé par un mot de passe, "
                "retirez-le, sinon enregistrez-le en .docx ou .odt."
            ) from error


def _run(command: list[str]) -> None:
    """Run a program to its end, or end it and its children when it takes too long."""
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        process_group=0,
    ) as process:
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired as error:
            raise CannotRead(
                f"occupe LibreOffice plus de {SECONDS} s : enregistrez-le en .docx ou .odt."
            ) from error
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
