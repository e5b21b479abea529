"""A generation is published whole or not at all, and checked when it is opened."""

import contextlib
import json
import multiprocessing
import os
import random
import signal
import statistics
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from conftest import SmallEncoder, write

from corpus import Library
from corpus.errors import IndexCorrupted, IndexMismatch, IndexMissing
from corpus.readers import ocr
from indexer import LocalIndex, current, open_index, rollback, update, verify
from indexer.lexical import analyze
from indexer.snapshot import folder_of, generations
from indexer.versions import sketch

KILLS = 100
WORDS = ("tramway", "péniche")


def publish(library: Path, index: Path, word: str) -> int:
    """Publish a state of which every document says the word."""
    texts = {f"{n:02}.txt": f"Rapport {n} de la commission : {word} numéro {n}." for n in range(12)}
    write(library, texts)
    return update(Library(library).scan(), index, SmallEncoder()).generation


def nursery(orders: Connection) -> None:
    """Fork a publisher at each order, tell its process id, and tell again when it has ended."""
    ocr.engine()
    sketch(())  # loads what the first update of a process loads
    while order := orders.recv():
        if not (child := os.fork()):
            publish(*order)
            os._exit(0)
        orders.send(child)
        os.waitpid(child, 0)
        orders.send(None)


def state(index: LocalIndex) -> dict[str, int]:
    """How many passages say each word, by the full text; all structures must agree."""
    assert index.vectors.shape[0] == index.count()[1]
    found = {w: index.lexical({analyze(w)[0].stem: 1.0}, 100, {"text": 1.0})[0].size for w in WORDS}
    return {word: n for word, n in found.items() if n}


def test_killed_at_any_moment_an_update_leaves_the_old_or_the_new_state(tmp_path: Path) -> None:
    library, folder = tmp_path / "library", tmp_path / "index"
    context = multiprocessing.get_context("forkserver")
    here, there = context.Pipe()
    context.Process(target=nursery, args=(there,), daemon=True).start()

    def publisher(word: str) -> int:
        here.send((library, folder, word))
        return int(here.recv())

    durations = []
    for n in range(5):
        start = time.perf_counter()
        publisher(WORDS[n % 2])
        here.recv()
        durations.append(time.perf_counter() - start)
    publish(library, folder, WORDS[1])
    outcomes = Counter[str]()
    for n in range(KILLS):
        old, new = WORDS[1 - n % 2], WORDS[n % 2]
        child = publisher(new)
        time.sleep(random.uniform(0, 1.5 * statistics.median(durations)))
        with contextlib.suppress(ProcessLookupError):  # it has ended
            os.kill(child, signal.SIGKILL)
        here.recv()
        assert verify(folder, current(folder)) == []
        found = state(open_index(folder))
        assert found in ({old: 12}, {new: 12}), f"mise à jour {n}"
        drafts = list((folder / "generations").glob("*.draft"))
        outcomes["new" if new in found else "draft" if drafts else "old"] += 1
        publish(library, folder, new)
    print(f"{KILLS} kills: {dict(outcomes)}")
    assert outcomes["draft"] > KILLS / 20  # else no update was killed at its work
    assert outcomes["new"] > 0
    here.send(None)


def test_a_flipped_byte_in_any_file_is_found_and_refused(index_folder: Path) -> None:
    generation = folder_of(index_folder, 1)
    files = [p for p in generation.rglob("*") if p.is_file() and not p.name.endswith(".lock")]
    assert {"manifest.json", "store.sqlite", "dense.faiss", "meta.json"} <= {p.name for p in files}
    for path in files:
        if not (original := path.read_bytes()):  # no tokens: the small encoder gives none
            continue
        at = len(original) // 2
        path.write_bytes(original[:at] + bytes([original[at] ^ 1]) + original[at + 1 :])
        with pytest.raises((IndexCorrupted, IndexMismatch), match=r"rebuild|rollback"):
            open_index(index_folder)
        path.write_bytes(original)
    assert open_index(index_folder).count()[0] == 3


@pytest.mark.parametrize("name", ["dense.faiss", "store.sqlite", "tokens.npy"])
def test_an_update_does_not_build_on_a_damaged_generation(name: str, tmp_path: Path) -> None:
    library, index = tmp_path / "library", tmp_path / "index"
    publish(library, index, "tramway")
    path = folder_of(index, 1) / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(IndexCorrupted, match=f"{name}.*--rebuild"):
        publish(library, index, "péniche")
    assert current(index) == 1


def test_a_missing_file_is_named(index_folder: Path) -> None:
    (folder_of(index_folder, 1) / "dense.faiss").unlink()
    assert verify(index_folder, 1) == ["dense.faiss manque"]


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (None, IndexMissing, "Aucun index dans"),
        ("", IndexCorrupted, "rollback"),
        ("abc", IndexCorrupted, "« abc »"),
        ("42", IndexCorrupted, "« 42 », qui n'existe pas"),
    ],
)
def test_a_bad_pointer_is_explained(
    index_folder: Path, content: str | None, error: type[Exception], message: str
) -> None:
    pointer = index_folder / "current"
    pointer.unlink()
    if content is not None:
        pointer.write_text(content)
    with pytest.raises(error, match=message):
        open_index(index_folder)


def rewrite(index_folder: Path, change: Callable[[dict], None]) -> None:
    path = folder_of(index_folder, 1) / "manifest.json"
    content = json.loads(path.read_text("utf-8"))
    change(content)
    path.write_text(json.dumps(content), "utf-8")


def test_another_format_is_refused_with_the_command_that_rebuilds(index_folder: Path) -> None:
    rewrite(index_folder, lambda content: content.update(format=0))
    with pytest.raises(IndexMismatch, match=r"format 0.*--rebuild"):
        open_index(index_folder)


def test_a_manifest_changed_by_hand_is_refused(index_folder: Path) -> None:
    rewrite(index_folder, lambda content: content.update(documents=99))
    with pytest.raises(IndexCorrupted, match="manifeste"):
        open_index(index_folder)


def test_another_model_is_refused_with_both_named(index_folder: Path) -> None:
    with pytest.raises(IndexMismatch, match=r"small-1.*autre-modele.*--rebuild"):
        open_index(index_folder, "autre-modele")


def test_a_foreign_folder_is_no_index(tmp_path: Path) -> None:
    write(tmp_path, {"current": "1\n", "generations/000001/manifest.json": "[]"})
    with pytest.raises(IndexCorrupted, match="manifeste"):
        open_index(tmp_path)


def test_rollback_publishes_the_state_before(tmp_path: Path) -> None:
    for word in ("tramway", "péniche"):
        publish(tmp_path / "library", tmp_path / "index", word)
    assert rollback(tmp_path / "index") == 1
    assert state(open_index(tmp_path / "index")) == {"tramway": 12}
    with pytest.raises(IndexMissing, match="générations gardées : 1, 2"):
        rollback(tmp_path / "index")


def test_rollback_refuses_a_damaged_generation(tmp_path: Path) -> None:
    for word in ("tramway", "péniche"):
        publish(tmp_path / "library", tmp_path / "index", word)
    (folder_of(tmp_path / "index", 1) / "dense.faiss").unlink()
    with pytest.raises(IndexCorrupted, match=r"dense\.faiss"):
        rollback(tmp_path / "index")
    assert current(tmp_path / "index") == 2


def test_rollback_of_nothing_makes_no_folder(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="rien à rétablir"):
        rollback(tmp_path / "faute")
    assert not (tmp_path / "faute").exists()


def test_an_update_after_a_rollback_starts_from_what_is_published(tmp_path: Path) -> None:
    library, index = tmp_path / "library", tmp_path / "index"
    for word in ("tramway", "péniche"):
        publish(library, index, word)
    rollback(index)
    assert publish(library, index, "funiculaire") == 3
    assert generations(index) == [1, 2, 3]
    assert open_index(index).count() == (12, 12)


def test_an_open_generation_outlives_its_removal(tmp_path: Path) -> None:
    library, index = tmp_path / "library", tmp_path / "index"
    publish(library, index, "tramway")
    opened = open_index(index)
    for n in range(4):
        publish(library, index, f"ligne{n}")
    assert 1 not in generations(index)
    assert state(opened) == {"tramway": 12}
    assert len(opened.passages(opened.dense(opened.vectors[0], 3)[0].tolist())) == 3
