"""A DOCX, ODT, DOC or RTF that cannot be read says why and what to do, and costs little."""

import io
import resource
import zipfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import docx
import odfdo
import pytest
from written import as_docx, as_odt, saved

from corpus import Library
from corpus.errors import CannotRead
from corpus.readers import read_blocks

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
ENTITIES = '<!DOCTYPE x [<!ENTITY a "{0}"><!ENTITY f SYSTEM "{1}">]>'


def wide(text: str) -> bytes:
    """Text as it stands in the directory of an OLE file."""
    return text.encode("utf-16-le")


def repacked(
    data: bytes,
    change: Callable[[str, bytes], bytes] = lambda name, member: member,
    **added: bytes,
) -> bytes:
    """An archive with its members changed and others added."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, member in added.items():
            new.writestr(name, member)
    return file.getvalue()


def bomb(data: bytes, size: int, name: str, declared: int | None = None) -> bytes:
    """An archive with a member of zeros of a size, which may declare another."""
    file = io.BytesIO(data)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(info, "w", force_zip64=True) as member:
            for _ in range(size // 2**20):
                member.write(bytes(2**20))
        if declared is not None:
            info.file_size = declared
    return file.getvalue()


def encrypted_odt() -> bytes:
    """What LibreOffice writes: the manifest says how the members are encrypted."""
    return repacked(
        as_odt("Bonjour"),
        lambda name, member: (
            member.replace(b"/>", b"><manifest:encryption-data/></manifest:file-entry>", 1)
            if name == "META-INF/manifest.xml"
            else member
        ),
    )


def with_macros() -> bytes:
    """A .docm under the name of a .docx."""
    return repacked(
        as_docx("Bonjour"),
        lambda name, member: member.replace(
            b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            b"application/vnd.ms-word.document.macroEnabled.main+xml",
        ),
    )


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.docx", lambda: b"%PDF-1.7 texte", "n'est pas un document Word : vérifiez son ext"),
        ("a.odt", lambda: b"%PDF-1.7 texte", "n'est pas un document OpenDocument : vérifiez"),
        ("a.doc", lambda: b"%PDF-1.7 texte", "n'est pas un document de Word 97 à 2003 : vérifiez"),
        ("a.rtf", lambda: b"%PDF-1.7 texte", "n'est pas un document RTF : vérifiez son extension"),
        ("a.docx", lambda: as_odt("Bonjour"), "est endommagé : exportez-le de nouveau"),
        ("a.odt", lambda: as_docx("Bonjour"), "n'est pas un document OpenDocument : vérifiez"),
        ("a.odt", lambda: saved(odfdo.Document("spreadsheet").save), "n'est pas un document Open"),
        ("a.docx", lambda: as_docx("Bonjour")[:3000], "est endommagé : exportez-le de nouveau"),
        ("a.odt", lambda: as_odt("Bonjour")[:3000], "est endommagé : exportez-le de nouveau"),
        ("a.docx", lambda: b"PK\x03\x04" + bytes(99), "est endommagé : exportez-le de nouveau"),
        ("a.docx", lambda: OLE + wide("EncryptedPackage"), "mot de passe : retirez-le"),
        ("a.docx", lambda: OLE + wide("WordDocument"), "donnez-lui l'extension .doc"),
        ("a.doc", lambda: OLE + wide("Workbook"), "n'est pas un document de Word 97 à 2003"),
        ("a.odt", encrypted_odt, "mot de passe : retirez-le"),
        ("a.docx", with_macros, "document Word sans macros : enregistrez-le en .docx"),
        ("a.docx", lambda: saved(docx.Document().save), "ne contient aucun texte"),
        ("a.odt", lambda: as_odt(""), "ne contient aucun texte"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_says_what_to_do(
    name: str, data: Callable[[], bytes], reason: str
) -> None:
    with pytest.raises(CannotRead, match=rf"^dossier/{name} .*{reason}"):
        read_blocks(f"dossier/{name}", data())


def test_a_document_that_holds_macros_is_read_without_them() -> None:
    data = repacked(as_docx("Bonjour"), **{"word/vbaProject.bin": OLE})
    assert [block.text for block in read_blocks("a.docx", data)[0]] == ["Bonjour"]


@pytest.mark.parametrize("write", [as_docx, as_odt], ids=["docx", "odt"])
def test_entities_are_neither_fetched_nor_expanded(
    write: Callable[[str], bytes], tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    entities = ENTITIES.format("a" * 99, secret.as_uri()).encode()

    def change(name: str, member: bytes) -> bytes:
        if name not in ("word/document.xml", "content.xml"):
            return member
        start = member.index(b"?>") + 2 if member.startswith(b"<?") else 0
        return member[:start] + entities + member[start:].replace(b"MOT", b"&a;&f;")

    blocks, _ = read_blocks(f"a.{write.__name__[3:]}", repacked(write("Avant MOT"), change))
    assert [block.text for block in blocks] == ["Avant"]


@pytest.mark.parametrize(
    ("size", "name", "declared", "reason"),
    [
        (2**20, "word/media/image1.bmp", 10 * 2**30, "occuperait 1024. Mo .* 256 Mo admis"),
        (40 * 2**20, "word/comments.xml", None, "occuperait 40 Mo .* 32 Mo admis"),
        (600 * 2**20, "word/comments.xml", 1000, "est endommagé"),
    ],
    ids=["of 10 GB", "in one part", "that lies"],
)
def test_a_zip_bomb_is_refused_before_it_unpacks(
    size: int, name: str, declared: int | None, reason: str
) -> None:
    data = bomb(as_docx("Bonjour"), size, name, declared)
    memory, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, perf_counter()
    with pytest.raises(CannotRead, match=reason):
        read_blocks("bombe.docx", data)
    assert perf_counter() - start < 5
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory  # KiB
    assert grown < 100 * 1024


def test_no_bad_file_stops_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(as_docx("Bonjour"))
    (tmp_path / "b.odt").write_bytes(b"PK")
    (tmp_path / "c.odt").write_bytes(as_odt("Bonsoir"))
    read = []
    for source in Library(tmp_path).scan():
        assert not isinstance(source, tuple)
        try:
            read.append(source.read().text)
        except CannotRead as error:
            read.append(str(error).partition(" ")[0])
    assert read == ["Bonjour", "b.odt", "Bonsoir"]
