"""How far an update is, for a log and for a machine."""

import json
from pathlib import Path

import pytest
from conftest import SmallEncoder

from corpus import Library
from indexer import update
from indexer.progress import Tally, shown


def lines(library: Path, index: Path, as_json: bool, capsys: pytest.CaptureFixture) -> list[str]:
    with shown(as_json) as progress:
        update(Library(library).scan(), index, SmallEncoder(), progress=progress)
    out, err = capsys.readouterr()
    assert out == ""
    return err.splitlines()


def test_a_machine_reads_json_lines(library: Path, tmp_path: Path, capsys) -> None:
    first, *_, last = map(json.loads, lines(library, tmp_path / "index", True, capsys))
    assert first["event"] == last["event"] == "progress"
    assert (first["documents"], first["read"], first["seconds_left"]) == (3, 0, None)
    assert (last["read"], last["passages"], last["embedded"]) == (3, 3, 3)
    assert (last["seconds_left"], last["per_second"] > 0) == (0, True)


def test_a_log_says_in_french_that_the_work_goes_on(library: Path, tmp_path: Path, capsys) -> None:
    first, *_, last = lines(library, tmp_path / "index", False, capsys)
    assert first == "0 document lu sur 3"
    assert last.startswith("3 documents lus sur 3, 3 passages calculés sur 3, ")
    assert last.endswith(" par seconde, reste moins d'une minute")


def test_nothing_to_do_says_nothing(library: Path, index_folder: Path, capsys) -> None:
    assert lines(library, index_folder, False, capsys) == []


def test_the_time_left_counts_the_passages_of_documents_to_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("time.monotonic", lambda: 100.0)
    tally = Tally(documents=40, read=10, to_embed=200, embedded=100, start=0.0)
    assert tally.passages == 800
    assert tally.seconds_left == 700
    assert tally.line() == (
        "10 documents lus sur 40, 100 passages calculés sur environ 800, "
        "1,0 passage par seconde, reste 11 min 40 s"
    )


def test_scans_that_give_few_passages_count_in_the_time_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("time.monotonic", lambda: 100.0)
    tally = Tally(documents=40, read=10, to_embed=12, embedded=12, start=0.0)
    assert tally.seconds_left == 300
    tally = Tally(documents=40, read=40, to_embed=48, embedded=47, start=0.0)
    assert tally.line().endswith("reste moins d'une minute")
