"""A folder that is followed: the index keeps in step whatever happens to its files."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from conftest import ROOT, SmallEncoder, serving, write
from starlette.testclient import TestClient

from corpus import Library
from corpus.errors import CannotRead, LibraryMissing, Unsettled
from corpus.looks import Looks
from eval.comparing import differences
from eval.step import disturb
from indexer import Filters, Report, current, open_index, update
from indexer.snapshot import locked, manifest
from indexer.watch import watch

SETTLE = 0.2
SECONDS = float(os.environ.get("STEP_SECONDS", "15"))  # 300 for the long run


def paths(index: Path) -> list[str]:
    return [document.path for document in open_index(index).documents(Filters())]


def eventually(fact: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < end
        time.sleep(0.05)


@contextmanager
def followed(folder: Path, index: Path, poll: float | None = None) -> Iterator[list[str]]:
    """The folder followed by the real loop; gives the lines that it tells."""
    library, encoder, stop, lines = Library(folder, Looks(SETTLE)), SmallEncoder(), Event(), []

    def turn() -> Report:
        return update(library.scan(), index, encoder, folder=str(folder))

    options = {"settle": SETTLE, "poll": poll, "ignored": index}
    thread = Thread(target=watch, args=[folder, turn, lines.append, stop], kwargs=options)
    thread.start()
    try:
        eventually(lambda: bool(lines))
        yield lines
    finally:
        stop.set()
        thread.join(60)
    assert not thread.is_alive()


@pytest.mark.parametrize("poll", [None, 0.3])
def test_what_happens_to_files_happens_to_the_index(
    poll: float | None, library: Path, index_folder: Path
) -> None:
    with followed(library, index_folder, poll):
        write(library, {"neuf/charte.txt": "CHARTE DU CANAL\n\nLe canal est entretenu."})
        eventually(lambda: "neuf/charte.txt" in paths(index_folder))
        (library / "neuf/charte.txt").rename(library / "charte.txt")
        eventually(lambda: "charte.txt" in paths(index_folder))
        assert "neuf/charte.txt" not in paths(index_folder)
        (library / "charte.txt").unlink()
        eventually(lambda: "charte.txt" not in paths(index_folder))


def test_what_is_wrong_is_told_when_it_comes_up_and_when_it_is_mended(
    library: Path, index_folder: Path
) -> None:
    with followed(library, index_folder) as lines:
        write(library, {"casse.pdf": "%PDF-1.4 tronc", "conventions/eau.txt.yaml": "fin: demain"})
        eventually(lambda: any(line.startswith("Fiche : ") for line in lines))
        eventually(lambda: any(line.startswith("Non lu : casse.pdf est ") for line in lines))
        (library / "casse.pdf").unlink()
        eventually(lambda: "Réglé – Non lu : casse.pdf" in lines[-1])
    (fault,) = [line for line in lines if "Fiche : " in line]
    assert "conventions/eau.txt – eau.txt.yaml, fin = « demain » : un jour est attendu" in fault


def test_a_file_is_read_only_when_it_is_whole(library: Path, index_folder: Path) -> None:
    with followed(library, index_folder) as lines:
        with (library / "long.txt").open("w") as file:
            for n in range(15):
                file.write(f"Article {n}\n\nLe canal est entretenu.\n\n")
                file.flush()
                time.sleep(SETTLE / 3)
        eventually(lambda: "long.txt" in paths(index_folder))
        text = open_index(index_folder).document("long.txt").text
    assert "Article 14" in text
    assert sum("1 ajouté," in line for line in lines) == 1
    assert not manifest(index_folder, current(index_folder)).failures


def test_a_folder_that_goes_away_and_comes_back_is_followed_again(
    library: Path, index_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.watch.PATIENCE", 0.1)
    with followed(library, index_folder) as lines:
        library.rename(library.with_name("elsewhere"))
        eventually(lambda: "Mise à jour remise" in lines[-1])
        assert len(paths(index_folder)) == 3
        library.with_name("elsewhere").rename(library)
        eventually(lambda: "3 inchangés" in lines[-1])
        write(library, {"neuf.txt": "Le canal est entretenu."})
        eventually(lambda: "neuf.txt" in paths(index_folder))


def test_an_index_that_another_process_writes_is_waited_for(
    library: Path, index_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.watch.PATIENCE", 0.1)
    with followed(library, index_folder) as lines:
        with locked(index_folder):
            write(library, {"neuf.txt": "Le canal est entretenu."})
            eventually(lambda: "en cours : attendez" in lines[-1])
        eventually(lambda: "neuf.txt" in paths(index_folder))


@pytest.mark.parametrize("first", [True, False])
def test_a_turn_that_meets_what_nobody_foresaw_is_told_and_tried_again(
    first: bool, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.watch.PATIENCE", 0.1)
    lines, stop, turns = list[str](), Event(), iter([first, True, False])

    def turn() -> Report:
        if next(turns):
            raise ZeroDivisionError
        return Report()

    def tell(line: str) -> None:
        lines.append(line)
        if line.startswith("Génération") and len(lines) > 1:
            stop.set()

    watch(library, turn, tell, stop, settle=SETTLE, poll=0.1)
    assert [line.split(" : ")[0] for line in lines][-2:] == ["Mise à jour remise", "Génération 0"]
    assert "erreur imprévue (ZeroDivisionError, test_watch.py, ligne " in "".join(lines)


def test_a_folder_that_was_never_there_is_an_error(tmp_path: Path) -> None:
    def turn() -> Report:
        return update(Library(tmp_path / "no").scan(), tmp_path / "index", SmallEncoder())

    with pytest.raises((LibraryMissing, OSError)):
        watch(tmp_path / "no", turn, print, Event())


def test_a_file_at_rest_is_hashed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, {"a.txt": "Le canal."}) / "a.txt"
    looks = Looks(settle=0.1)
    with pytest.raises(Unsettled):
        looks.fingerprint(path, "a.txt")
    time.sleep(0.15)
    known = looks.fingerprint(path, "a.txt")
    monkeypatch.setattr("corpus.looks.digest", lambda path: pytest.fail(f"hashed {path} again"))
    assert looks.fingerprint(path, "a.txt") == known
    path.write_text("Le canal, encore.")
    with pytest.raises(CannotRead, match=r"a\.txt est en cours d'écriture"):
        looks.fingerprint(path, "a.txt")


def test_a_file_that_has_long_been_at_rest_is_taken_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, {"a.txt": "Le canal."}) / "a.txt"
    os.utime(path, (1, 1))
    assert Looks(settle=1).fingerprint(path, "a.txt")


QUESTIONS = ["convention de baignade", "eau potable", "délibération sur les écoles", "avenant"]


def test_under_continuous_change_the_index_keeps_in_step_and_every_question_is_answered(
    shared: Path, tmp_path: Path
) -> None:
    folder, index = tmp_path / "documents", tmp_path / "index"
    for source in sorted((shared / "corpus").rglob("*.*")):
        copy = folder / source.relative_to(shared / "corpus")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(source.read_bytes())
    update(Library(folder).scan(), index, SmallEncoder(), folder=str(folder))
    with followed(folder, index), serving(index, SmallEncoder(), poll=0.2) as client:
        outcome = disturb(folder, index, asked(client), QUESTIONS, SECONDS, SETTLE)
    print(outcome)  # seen with -s, or where one of these fails
    assert outcome.failed == []
    assert outcome.questions > SECONDS
    assert len(outcome.changes) == 5
    assert outcome.generations > 2
    update(Library(folder).scan(), tmp_path / "fresh", SmallEncoder())
    assert differences(index, tmp_path / "fresh", QUESTIONS) == []


def asked(client: TestClient) -> Callable[[str], None]:
    def ask(question: str) -> None:
        response = client.get("/v1/search", params={"q": question})
        assert response.status_code == 200, response.text
        assert response.json()["hits"], question

    return ask


def test_indexes_that_differ_are_told_apart(
    library: Path, index_folder: Path, tmp_path: Path
) -> None:
    """The comparison that the test above relies on."""
    text = (library / "conventions/eau.txt").read_text("utf-8")
    (library / "conventions/eau.txt").write_text(text.replace("0,42", "0,43"), "utf-8")
    write(library, {"vide.txt": ""})
    update(Library(library).scan(), tmp_path / "other", SmallEncoder())
    found = differences(index_folder, tmp_path / "other", ["0,42 euro", "canal"])
    kinds = {line.split()[0] for line in found}
    assert kinds == {"document", "failure", "passage", "vector", "word"}
    assert "word canal" not in found


def test_the_command_follows_a_folder_until_it_is_told_to_end(tmp_path: Path) -> None:
    """The real command with the real model, in a process of its own."""
    folder = write(tmp_path / "library", {"a.md": "# Convention de baignade\n\nTrois sites."})
    index = tmp_path / "index"
    command = [sys.executable, "-m", "indexer", "watch", str(folder), "--index", str(index)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        eventually(lambda: (index / "current").exists(), 180)
        write(folder, {"b.txt": "CHARTE\n\nLe canal est entretenu."})
        eventually(lambda: paths(index) == ["a.md", "b.txt"])
    finally:
        process.send_signal(signal.SIGTERM)
        log, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    first, *_, added, last = log.splitlines()
    assert "Génération 1 : 1 ajouté," in first
    assert "Génération 2 : 1 ajouté," in added
    assert last.endswith("Arrêt demandé : le dernier index publié reste en service.")
    assert not list((index / "generations").glob("*.draft"))
