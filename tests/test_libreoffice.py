"""RTF and DOC are read through LibreOffice, also the oracle of the numbers that we count."""

import shutil
import subprocess
from pathlib import Path

import docx
import pytest
from test_docx import item, numbered
from written import as_docx, as_odt, saved

from corpus import Library
from corpus.errors import CannotRead
from corpus.readers import libreoffice, read_blocks

ACT = """# Convention

Entre la ville et le syndicat :

1. le prix ;
2. la durée.

## Annexe

| Année | Part |
|---|---|
| 2022 | 10 |
"""
READ = [
    (1, "Convention"),
    (0, "Entre la ville et le syndicat :"),
    (0, "1. le prix ;\n2. la durée."),
    (2, "Annexe"),
    (0, "Année : 2022 | Part : 10"),
]


@pytest.fixture
def soffice() -> str:
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice n'est pas installé : make system")
    return program


def saved_as(soffice: str, source: Path, form: str, extension: str) -> bytes:
    """What LibreOffice makes of a file in another format."""
    profile = f"-env:UserInstallation={(source.parent / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", form, source.name]
    subprocess.run(command, cwd=source.parent, check=True, capture_output=True, timeout=120)
    return source.with_suffix(extension).read_bytes()


@pytest.mark.parametrize(
    ("form", "extension", "table"),
    [
        ("doc:MS Word 97", ".doc", "Année : 2022 | Part : 10"),
        ("rtf", ".rtf", "Année | Part\n2022 | 10"),  # LibreOffice forgets which row is the heading
    ],
    ids=["doc", "rtf"],
)
def test_an_old_format_is_read_like_the_others(
    soffice: str, form: str, extension: str, table: str, tmp_path: Path
) -> None:
    source = tmp_path / "acte.odt"
    source.write_bytes(as_odt(ACT))
    data = saved_as(soffice, source, form, extension)
    blocks, _ = read_blocks(f"acte{extension}", data)
    assert [(block.level, block.text) for block in blocks] == [*READ[:-1], (0, table)]
    if extension == ".rtf":  # it often goes by the other name
        assert read_blocks("acte.doc", data)[0] == blocks


def test_an_odt_that_libreoffice_wrote_is_read_like_ours(soffice: str, tmp_path: Path) -> None:
    source = tmp_path / "acte.docx"
    source.write_bytes(as_docx(ACT))
    blocks, _ = read_blocks("acte.odt", saved_as(soffice, source, "odt", ".odt"))
    assert [(block.level, block.text) for block in blocks] == READ


def test_lists_and_headings_bear_the_numbers_that_libreoffice_shows(
    soffice: str, tmp_path: Path
) -> None:
    document = docx.Document()
    levels = ("upperRoman", "Titre %1 –"), ("decimal", "%2."), ("lowerLetter", "%3)")
    number = numbered(document, *levels, ("lowerRoman", "(%4)"), ("decimalZero", "%2.%5"))
    for n, level in enumerate([0, 1, 1, 2, 2, 3, 3, 1, 2, 0, 1, 4, 4, 0]):
        item(document, f"alinéa {n}", number, level)
    data = saved(document.save)
    (tmp_path / "acte.docx").write_bytes(data)
    shown = saved_as(soffice, tmp_path / "acte.docx", "txt:Text (encoded):UTF8", ".txt")
    expected = [" ".join(line.split()) for line in shown.decode("utf-8-sig").splitlines()]
    (block,) = read_blocks("acte.docx", data)[0]
    assert block.text.split("\n") == [line for line in expected if line]


def test_without_libreoffice_the_document_is_listed_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    (tmp_path / "acte.RTF").write_text(r"{\rtf1 Bonjour}")
    (source,) = Library(tmp_path).scan()
    assert not isinstance(source, tuple)
    with pytest.raises(CannotRead, match=r"^acte\.RTF .*installez-le .*libreoffice-writer-nogui"):
        source.read()


@pytest.mark.parametrize(
    ("script", "reason"),
    [("sleep 60", "plus de 1 s"), ("exit 0", "n'a pas pu être converti")],
    ids=["hangs", "fails"],
)
def test_a_conversion_that_hangs_or_fails_loses_that_document_alone(
    script: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(libreoffice, "SECONDS", 1)
    with pytest.raises(CannotRead, match=rf"^acte\.rtf .*{reason}"):
        read_blocks("acte.rtf", rb"{\rtf1 Bonjour}")
