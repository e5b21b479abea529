"""Text comes out right whatever its encoding, also where it was decoded twice."""

from pathlib import Path

import pytest

from corpus import Library
from corpus.readers import read_blocks
from corpus.readers.text import decode

TEXT = "L’été à Créteil : 12 €, « Cœur » de l’Haÿ"
LATIN_9 = "L'été à Créteil : 12 €, «Cœur» de l'Haÿ"
UTF_8, CP1252 = "utf-8", "cp1252"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", CP1252])
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
def test_a_mark_or_the_bytes_themselves_tell_the_encoding(name: str, encoding: str) -> None:
    assert read_blocks(name, TEXT.encode(encoding))[0][0].text == TEXT


@pytest.mark.parametrize("text", [LATIN_9, "à", "ŒUVRE", "Le cœur", "12 €", "½ journée à Sète"])
def test_latin_9_is_told_from_windows_1252_by_what_french_writes(text: str) -> None:
    assert decode(text.encode("cp1252")) == text
    if "½" not in text:
        assert decode(text.encode("iso8859-15")) == text


def test_a_page_says_its_encoding() -> None:
    page = '<?xml version="1.0" encoding="{0}"?><html><head><meta charset="{0}"></head><p>{1}</p>'
    for encoding, text in [("iso-8859-15", LATIN_9), ("windows-1250", "Dvořák")]:
        data = page.format(encoding, text).encode(encoding)
        assert read_blocks("a.html", data)[0][0].text == text
    wrong = page.format("iso-8859-1", TEXT).encode(UTF_8)
    assert read_blocks("a.html", wrong)[0][0].text == TEXT
    for unknown in ("utf-9", "iso-8859-12", "rot13", "x" * 99):
        data = page.format(unknown, TEXT).encode(CP1252)
        assert read_blocks("a.html", data)[0][0].text == TEXT


@pytest.mark.parametrize("misread", [CP1252, "latin-1"])
def test_text_that_was_decoded_twice_is_repaired(misread: str) -> None:
    text = "La délibération est approuvée à l’unanimité à Sète."
    twice = text.encode(UTF_8).decode(misread, "replace")
    assert decode(twice.encode(UTF_8)) == text
    assert decode(f"Été : {text}\n{twice}".encode()) == f"Été : {text}\n{text}"


def test_a_few_bytes_in_another_encoding_do_not_spoil_the_rest() -> None:
    assert decode(TEXT.encode(UTF_8) + " coupé".encode(CP1252)) == f"{TEXT} coupé"
    assert decode(TEXT.encode(UTF_8)[:-1]).startswith(TEXT[:-1])


def test_the_real_texts_are_not_touched(shared: Path) -> None:
    read = 0
    for source in Library(shared / "corpus").scan():
        if isinstance(source, tuple) or not source.path.endswith((".txt", ".pdf")):
            continue
        text = source.read().text
        assert decode(text.encode(UTF_8)) == text, source.path
        for encoding in (CP1252, "iso8859-15"):
            known = text.encode(encoding, "ignore")
            if not known.isascii():
                assert decode(known) == known.decode(encoding), source.path
        read += 1
    assert read > 100
