"""A library: the same documents in the same order, whatever else lies in the folder."""

import hashlib
import json
import os
import re
import socket
import tracemalloc
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from conftest import write

from corpus import Library, Source
from corpus.errors import CannotRead, LibraryMissing
from corpus.library import document_id
from corpus.readers import ocr
from eval.torture import torture

TEXT = "Convention de baignade\n\nLe conseil approuve la convention."


def read(folder: Path) -> dict[str, str]:
    """The text of each document, or the reason why there is none, by path and in order."""
    found = {}
    for source in Library(folder).scan():
        if isinstance(source, Source):
            try:
                found[source.path] = source.read().text
            except CannotRead as error:
                found[source.path] = str(error)
        else:
            found[source[0]] = str(source[1])
    return found


def sources(folder: Path) -> dict[str, Source]:
    return {s.path: s for s in Library(folder).scan() if isinstance(s, Source)}


# The scan


def test_a_folder_whose_name_is_not_in_utf_8_is_refused_with_what_to_do(tmp_path: Path) -> None:
    folder = write(tmp_path / os.fsdecode(b"d\xe9p"), {"a.txt": TEXT})
    with pytest.raises(LibraryMissing, match=r"d\ufffdp » n'est pas en UTF-8 : renommez"):
        list(Library(folder).scan())


def test_documents_come_in_the_order_of_their_paths(tmp_path: Path) -> None:
    names = ["b.txt", "a/z.md", "a/b/c.html", "c/a.txt", "a.txt", "B.txt", "é.txt"]
    write(tmp_path, dict.fromkeys(names, TEXT))
    expected = ["B.txt", "a/b/c.html", "a/z.md", "a.txt", "b.txt", "c/a.txt", "é.txt"]
    assert list(read(tmp_path)) == list(read(tmp_path)) == expected


def test_a_document_says_where_it_comes_from(tmp_path: Path) -> None:
    write(tmp_path, {"Actes/Été 2021.txt": TEXT})
    source = sources(tmp_path)["Actes/Été 2021.txt"]
    document = source.read()
    assert document == source.read()
    assert document.text == TEXT
    assert (document.id, document.path) == (source.id, source.path)
    assert document.fingerprint == source.fingerprint == hashlib.sha256(TEXT.encode()).hexdigest()
    assert (document.title, document.paged) == ("Convention de baignade", False)


def test_hidden_files_and_other_formats_are_passed_over(tmp_path: Path) -> None:
    names = [".a.txt", ".git/a.txt", "a/.b/c.txt", "a.png", "b", "txt", "~a.txt", "A.TXT", "b.Md"]
    write(tmp_path, dict.fromkeys(names, TEXT))
    assert list(read(tmp_path)) == ["A.TXT", "b.Md", "~a.txt"]


def test_only_links_that_stay_inside_are_followed(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"secret.txt": TEXT, "deep/secret.txt": TEXT})
    inside = write(tmp_path / "library-2" / ".." / "library", {"a/real.txt": TEXT})
    (inside / "out.txt").symlink_to(outside / "secret.txt")
    (inside / "out").symlink_to(outside)
    (inside / "up").symlink_to(inside)
    (inside / "in.txt").symlink_to(inside / "a" / "real.txt")
    (inside / "sideways.txt").symlink_to(inside / ".." / "outside" / "secret.txt")
    assert read(inside) == {"a/real.txt": TEXT, "in.txt": TEXT}


def test_a_folder_may_be_reached_by_a_link_or_a_relative_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "real", {"a.txt": TEXT})
    (tmp_path / "link").symlink_to("real")
    monkeypatch.chdir(tmp_path)
    assert read(tmp_path / "link") == read(Path("real")) == {"a.txt": TEXT}


def test_an_empty_folder_is_an_empty_library(tmp_path: Path) -> None:
    assert list(Library(tmp_path).scan()) == []


@pytest.mark.parametrize("name", ["absent", "file.txt", "file.txt/absent", "loop"])
def test_a_library_must_be_a_folder(tmp_path: Path, name: str) -> None:
    write(tmp_path, {"file.txt": TEXT})
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(LibraryMissing, match=rf"{name} » .*indiquez le dossier"):
        list(Library(tmp_path / name).scan())


# Files that cannot be read


def test_no_bad_file_stops_the_others(tmp_path: Path) -> None:
    folder = write(tmp_path / "library", {"a.txt": TEXT, "z.txt": TEXT, "x.pdf/a.txt": TEXT})
    write(folder, {"empty.md": "", "fake.pdf": TEXT, "nav.html": "<nav>Menu</nav>"})
    write(folder, {"pages.txt": "Page 1 sur 2", "spaces.txt": " \n "})
    (folder / "nul.txt").write_bytes(b"a\x00b")
    os.mkfifo(folder / "pipe.txt")
    (folder / "dangling.txt").symlink_to(folder / "absent.txt")
    (folder / "loop.txt").symlink_to("loop.txt")
    (folder / "huge.txt").touch()
    os.truncate(folder / "huge.txt", 2**33)
    with socket.socket(socket.AF_UNIX) as server:
        with chdir(folder):  # the path of a socket is a hundred characters at most
            server.bind("socket.txt")
        found = read(folder)
    reasons = {
        "dangling.txt": "est un lien qui ne mène à aucun fichier : retirez-le",
        "empty.md": "est vide : remplacez-le",
        "fake.pdf": "n'est pas un PDF : vérifiez son extension",
        "huge.txt": "pèse 8192 Mo, plus que les 512 Mo admis : découpez-le",
        "loop.txt": "est un lien qui ne mène à aucun fichier",
        "nav.html": "ne contient aucun texte",
        "nul.txt": "contient des octets nuls : .*UTF-8",
        "pages.txt": "ne contient que des éléments de navigation : vérifiez",
        "pipe.txt": "n'est pas un fichier ordinaire : retirez-le",
        "socket.txt": "n'est pas un fichier ordinaire : retirez-le",
        "spaces.txt": "ne contient aucun texte",
    }
    assert {path for path, text in found.items() if text == TEXT} == {
        "a.txt",
        "x.pdf/a.txt",
        "z.txt",
    }
    assert {path for path, text in found.items() if text != TEXT} == reasons.keys()
    for path, reason in reasons.items():
        assert re.match(rf"{path} {reason}", found[path]), found[path]


def test_a_huge_file_is_not_taken_into_memory(tmp_path: Path) -> None:
    (tmp_path / "huge.txt").touch()
    os.truncate(tmp_path / "huge.txt", 2**33)
    tracemalloc.start()
    read(tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20


def test_a_file_that_vanishes_after_the_scan_is_reported(tmp_path: Path) -> None:
    source = sources(write(tmp_path, {"a/b.txt": TEXT}))["a/b.txt"]
    (tmp_path / "a/b.txt").unlink()
    with pytest.raises(CannotRead, match=r"^a/b\.txt a disparu : relancez la mise à jour"):
        source.read()


def test_a_file_that_changes_after_the_scan_is_reported(tmp_path: Path) -> None:
    source = sources(write(tmp_path, {"a/b.txt": TEXT}))["a/b.txt"]
    (tmp_path / "a/b.txt").write_text(TEXT + "!")
    with pytest.raises(CannotRead, match=r"^a/b\.txt a changé .*: relancez la mise à jour"):
        source.read()


@contextmanager
def unprivileged() -> Iterator[None]:
    """Root reads everything, so that its tests step down to a user who does not."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that every user reaches."""
    with TemporaryDirectory() as name:
        folder = write(Path(name), {"a.txt": TEXT, "b/c.txt": TEXT, "d.txt": TEXT})
        for path in (folder, folder / "b"):
            path.chmod(0o755)
        yield folder
        for path in (folder, folder / "b"):
            path.chmod(0o755)


def test_a_file_without_the_right_to_read_is_reported(public_folder: Path) -> None:
    (public_folder / "a.txt").chmod(0)
    with unprivileged():
        found = read(public_folder)
    assert found["a.txt"].startswith("a.txt est protégé : donnez le droit")
    assert found["b/c.txt"] == found["d.txt"] == TEXT


def test_a_folder_without_the_right_to_list_is_reported(public_folder: Path) -> None:
    (public_folder / "b").chmod(0)
    with unprivileged():
        found = read(public_folder)
    assert list(found) == ["a.txt", "b", "d.txt"]
    assert found["b"].startswith("Le dossier b ne peut pas être listé : donnez-en le droit")


def test_a_library_that_cannot_be_listed_is_not_an_empty_one(public_folder: Path) -> None:
    public_folder.chmod(0)
    with unprivileged(), pytest.raises(LibraryMissing, match="n'est pas lisible"):
        list(Library(public_folder).scan())


# Names


def test_a_name_that_is_no_utf_8_is_reported(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": TEXT})
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text(TEXT)
    found = read(tmp_path)
    assert list(found) == ["a.txt", "caf\ufffd.txt"]
    assert re.match("caf\ufffd.txt : le nom n'est pas en UTF-8", found["caf\ufffd.txt"])
    json.dumps(found, ensure_ascii=False).encode()


def test_decomposed_names_and_texts_are_those_that_one_types(tmp_path: Path) -> None:
    name, text = (unicodedata.normalize("NFD", word) for word in ("Délibération.txt", "Été à Haÿ"))
    assert name != "Délibération.txt"
    (document,) = (s.read() for s in sources(write(tmp_path, {name: text})).values())
    assert (document.text, document.title) == ("Été à Haÿ", "Été à Haÿ")
    assert document.id == document_id("Délibération.txt")
    assert (tmp_path / document.path).read_text() == text


def test_two_names_that_read_alike_do_not_share_an_id(tmp_path: Path) -> None:
    twins = [unicodedata.normalize(form, "été.txt") for form in ("NFC", "NFD")]
    found = read(write(tmp_path, dict.fromkeys(twins, TEXT)))
    assert sorted(found) == sorted(twins)
    first, second = found
    assert found[first] == TEXT
    assert found[second] == f"{second} a le même nom que {first} : renommez l'un des deux."


@pytest.mark.parametrize(
    ("path", "identifier"),
    [
        ("a.txt", "a.txt"),
        ("conventions/2021/eau-1_b.md", "conventions~2021~eau-1_b.md"),
        ("Actes/Été n° 2.pdf", r"actes~ete-n-2\.pdf-[0-9a-f]{6}"),
        ("a~b.txt", r"a~b\.txt-[0-9a-f]{6}"),
        ("日本.txt", r"\.txt-[0-9a-f]{6}"),
        ("a b\t\nc.txt", r"a-b-c\.txt-[0-9a-f]{6}"),
        ("é" * 300 + ".txt", r"e{120}-[0-9a-f]{6}"),
    ],
)
def test_an_id_reads_like_its_path(path: str, identifier: str) -> None:
    assert re.fullmatch(identifier, document_id(path))


def test_ids_are_plain_and_never_shared() -> None:
    """Plain: one word of a TREC run, and a URL that needs no escape."""
    random = Random(1)
    alike = [
        "a/b.txt",
        "a~b.txt",
        "A/b.txt",
        "á/b.txt",
        "a b.txt",
        "a-b.txt",
        "a_b.txt",
        "ａ/b.txt",
    ]
    drawn = ["".join(random.choices("aAéE/ ~-_.œ日", k=random.randint(1, 9))) for _ in range(20000)]
    paths = {unicodedata.normalize("NFC", path) + ".txt" for path in drawn} | set(alike)
    ids = [document_id(path) for path in sorted(paths)]
    assert all(re.fullmatch(r"[a-z0-9._~-]+", identifier) for identifier in ids)
    assert len(set(ids)) == len(paths)


# Awkward PDF


PASSWORDS = {  # pdf.js gives a password for each of these
    "bug1782186.pdf", "issue21579.pdf", "issue3371.pdf", "issue6010_1.pdf", "issue6010_2.pdf",
    "print_protection.pdf", "saslprep-r6.pdf",
}  # fmt: skip
DAMAGED = {"Pages-tree-refs.pdf", "poppler-742-0-fuzzed.pdf"}


@pytest.mark.parametrize("tools", [os.environ["PATH"], ""], ids=["with OCR", "without"])
def test_awkward_pdfs_are_read_or_refused_in_bounded_time_and_memory(
    shared: Path, monkeypatch: pytest.MonkeyPatch, tools: str
) -> None:
    monkeypatch.setenv("PATH", tools)
    outcomes = torture(shared / "pdf-torture")
    assert len(outcomes) == 76
    for outcome in outcomes:
        assert (outcome.words > 0) == (not outcome.reason)
        assert outcome.reason == "" or outcome.reason.startswith(f"{outcome.path} ")
        assert outcome.seconds < 20
        assert outcome.memory < 2**30
    reasons = {outcome.path: outcome.reason for outcome in outcomes}
    assert {path for path, reason in reasons.items() if "mot de passe" in reason} == PASSWORDS
    assert {path for path, reason in reasons.items() if "endommagé" in reason} == DAMAGED
    states = {outcome.path: outcome.state for outcome in outcomes}
    assert {path for path, state in states.items() if state == "en échec"} == PASSWORDS | DAMAGED
    pictures = {state for path, state in states.items() if path.startswith("bitmap-")}
    garbled = {states["issue19802.pdf"], states["issue_cff_unsigned_bbox.pdf"]}
    assert Counter(states.values())["indexé"] == 39
    if tools and ocr.engine():
        assert (pictures, garbled) == ({"vide"}, {"indexé par OCR"})
    else:
        assert (pictures, garbled) == ({"à océriser"}, {"à océriser"})
