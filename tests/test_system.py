"""What the system says of files reaches no one in English."""

import errno
import os
import re
import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import DOCUMENTS, ROOT, SmallEncoder, write

from corpus import Library
from corpus.errors import BadTerritories
from corpus.system import REASONS, reason, told
from indexer import update
from indexer.snapshot import generations


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "indexer", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_every_reason_has_a_remedy_and_no_english() -> None:
    for number, text in REASONS.items():
        assert " : " in text
        assert os.strerror(number).lower() not in text.lower()
    assert reason(OSError(9999, "Strange")) == "erreur n° 9999 du système : vérifiez le disque"


@pytest.mark.parametrize(
    ("index", "message"),
    [
        ("file", "file : existe déjà : choisissez un autre chemin."),
        ("file/below", "file/below : n'est pas dans un dossier : vérifiez le chemin."),
        ("a" * 300, ": nom trop long : raccourcissez-le."),
        ("/proc/index", "/proc/index : introuvable : vérifiez le chemin."),
    ],
)
def test_an_index_that_cannot_be_written_is_told_in_french(
    index: str, message: str, tmp_path: Path
) -> None:
    write(tmp_path, {"file": "", "docs/a.txt": "Convention de baignade."})
    done = run("update", tmp_path / "docs", "--index", tmp_path / index)
    assert done.returncode == 2
    assert done.stderr.endswith(f"{message}\n")
    assert "rrno" not in done.stderr


def test_too_many_open_files_are_told_in_french(tmp_path: Path) -> None:
    folder = write(tmp_path, {"a.txt": "Convention de baignade."})
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    held = os.open(tmp_path, os.O_RDONLY)
    resource.setrlimit(resource.RLIMIT_NOFILE, (held + 1, before[1]))
    try:
        with pytest.raises(OSError, match="Too many") as found:
            (folder / "a.txt").open("rb")
    finally:
        os.close(held)
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert re.fullmatch(r".*a\.txt : trop de fichiers ouverts : relevez .*\.", told(found.value))


def test_a_folder_in_place_of_a_file_of_territories_is_told_in_french(tmp_path: Path) -> None:
    with pytest.raises(BadTerritories, match="illisible, est un dossier : indiquez un fichier"):
        list(Library(tmp_path, territories=tmp_path).scan())


@pytest.mark.parametrize("kilobytes", [300, 900, 1200, 1400])
def test_a_full_disk_is_told_in_french_and_leaves_no_half_of_an_index(
    kilobytes: int, tmp_path: Path
) -> None:
    """A real disk that is too small, whichever of the index's files comes to its end."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(tmp_path)]
    if subprocess.run(command, capture_output=True).returncode:
        pytest.skip("il faut le droit de monter un disque")
    try:
        with pytest.raises((OSError, sqlite3.Error)) as found:
            update(Library(DOCUMENTS).scan(), tmp_path / "index", SmallEncoder())
        assert "place" in told(found.value)
        assert generations(tmp_path / "index") == []
    finally:
        subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


def test_a_database_that_cannot_be_written_is_told_in_french() -> None:
    assert "vérifiez la place" in told(sqlite3.OperationalError("database or disk is full"))
    assert "place" in told(OSError(errno.ENOSPC, "No space left on device", "/x"))
