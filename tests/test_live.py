"""A new generation is swapped in under load: no error, no mixed answer; a broken one is refused."""

import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import SmallEncoder, serving, write
from selectolax.lexbor import LexborHTMLParser as Html
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from corpus import Library
from indexer import rollback, snapshot, update
from indexer.lexical import LexicalWriter
from service.live import Live

STATES = 20


def publish(folder: Path, state: int) -> int:
    """Publish a generation in which every act tells the state; even ones have an act more."""
    acts = {
        f"{n}.txt": f"Convention {n} de baignade\n\nÉtat {state} de l'acte {n}."
        for n in range(8 + (state % 2 == 0))
    }
    library = folder / "library"
    (library / "8.txt").unlink(missing_ok=True)
    write(library, acts)
    found = Library(library).scan()
    return update(found, folder / "index", SmallEncoder(), folder=str(library)).generation


class Reader(threading.Thread):
    """Asks without pause until told to stop, and keeps every answer."""

    def __init__(self, ask: Callable[[], Any]) -> None:
        super().__init__()
        self.ask, self.answers = ask, list[Any]()
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.is_set():
            self.answers.append(self.ask())


def of_the_api(client: TestClient) -> tuple[int, int, set[str]]:
    """The generation, the total, and the states that the hits tell."""
    response = client.get("/v1/search?q=convention+de+baignade&limit=100")
    assert response.status_code == 200, response.text
    found = response.json()
    texts = [passage["text"] for hit in found["hits"] for passage in hit["passages"]]
    assert len(texts) == found["total"] == len(found["hits"])
    return (
        found["generation"],
        found["total"],
        {text.split("État ")[1].split()[0] for text in texts},
    )


def of_the_page(client: TestClient) -> tuple[int, set[str]]:
    response = client.get("/recherche?q=convention+de+baignade")
    assert response.status_code == 200, response.text
    quotes = [quote.text() for quote in Html(response.text).css(".hits blockquote")]
    return len(quotes), {quote.split("État ")[1].split()[0] for quote in quotes}


def of_a_source(client: TestClient) -> int:
    """The source is the one that was indexed, or is refused; it is never another one's."""
    return client.get("/v1/documents/3.txt/file").status_code


def test_readers_see_one_whole_generation_after_the_other(tmp_path):
    states = {publish(tmp_path, 1): 1}
    with serving(tmp_path / "index", SmallEncoder(), poll=0.01) as client:
        readers = [Reader(lambda: of_the_api(client)) for _ in range(3)]
        readers += [Reader(lambda: of_the_page(client)), Reader(lambda: of_a_source(client))]
        for reader in readers:
            reader.start()
        for state in range(2, STATES + 1):
            states[publish(tmp_path, state)] = state
        deadline = time.monotonic() + 10
        while of_the_api(client)[0] != max(states) and time.monotonic() < deadline:
            time.sleep(0.01)
        for reader in readers:
            reader.stopped.set()
        for reader in readers:
            reader.join()
        last = of_the_api(client)
    assert last == (STATES, 9, {str(STATES)})
    seen = [answer for reader in readers[:3] for answer in reader.answers]
    for generation, total, told in seen:
        assert told == {str(states[generation])}
        assert total == 8 + (states[generation] % 2 == 0)
    for reader in readers[:3]:
        generations = [generation for generation, _, _ in reader.answers]
        assert generations == sorted(generations)
    assert len({generation for generation, _, _ in seen}) > 3
    for total, told in readers[3].answers:
        (state,) = told
        assert total == 8 + (int(state) % 2 == 0)
    assert set(readers[4].answers) <= {200, 409}
    assert all(reader.answers for reader in readers)


@pytest.fixture
def live(tmp_path: Path) -> Live:
    publish(tmp_path, 1)
    return Live(tmp_path / "index", SmallEncoder.fingerprint)


def flip(path: Path) -> None:
    """Change one byte; in a new file, for other generations may share the old one."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.unlink()
    path.write_bytes(data)


@pytest.mark.parametrize(
    "pattern", ["manifest.json", "store.sqlite", "dense.faiss", "lexical/*.store", "lexical/*.json"]
)
def test_a_damaged_generation_is_refused_once_and_the_one_before_goes_on(tmp_path, live, pattern):
    publish(tmp_path, 2)
    flip(next(snapshot.folder_of(tmp_path / "index", 2).glob(pattern)))
    with capture_logs() as logs:
        live.refresh()
        live.refresh()
    assert live.index.generation == 1
    assert live.index.count() == (8, 8)
    assert [(line["event"], line["kept"]) for line in logs] == [("index.refused", 1)]
    assert "endommagé" in logs[0]["reason"]
    rollback(tmp_path / "index")
    assert publish(tmp_path, 4) == 3
    live.refresh()
    assert live.index.generation == 3
    assert live.index.count() == (9, 9)


def test_a_generation_that_does_not_open_is_refused_too(tmp_path, live):
    """Its checksums are right, but it holds nothing."""
    index = tmp_path / "index"
    with snapshot.locked(index), snapshot.new_draft(index) as (number, draft):
        LexicalWriter(draft / "lexical").commit()
        described = snapshot.Manifest(number, "", 0, 0, SmallEncoder.fingerprint, "", "")
        snapshot.complete(index, draft, described)
        snapshot.publish(index, number)
    with capture_logs() as logs:
        live.refresh()
    assert live.index.generation == 1
    assert [line["event"] for line in logs] == ["index.refused"]


def test_an_index_of_another_model_is_refused_and_the_one_before_goes_on(tmp_path, live):
    class Other(SmallEncoder):
        fingerprint = "other-1"

    sources = Library(tmp_path / "library").scan()
    update(sources, tmp_path / "index", Other(), rebuild=True)
    with capture_logs() as logs:
        live.refresh()
    assert live.index.generation == 1
    assert "other-1" in logs[0]["reason"]
    assert "--rebuild" in logs[0]["reason"]


@pytest.mark.parametrize("pointer", ["", "abc", "999", "\xff"])
def test_a_broken_pointer_leaves_what_is_served(tmp_path, live, pointer):
    current = tmp_path / "index" / "current"
    current.write_bytes(pointer.encode("latin-1"))
    live.refresh()
    assert live.index.generation == 1
    current.write_text("1\n")
    publish(tmp_path, 2)
    live.refresh()
    assert live.index.generation == 2


def test_a_rollback_is_followed(tmp_path, live):
    publish(tmp_path, 2)
    live.refresh()
    assert live.index.count() == (9, 9)
    rollback(tmp_path / "index")
    live.refresh()
    assert live.index.generation == 1
    assert live.index.count() == (8, 8)


def test_an_opened_generation_is_read_after_its_files_are_gone(tmp_path, live):
    kept = live.index
    for state in range(2, 7):
        publish(tmp_path, state)
        live.refresh()
    assert not snapshot.folder_of(tmp_path / "index", 1).exists()
    assert kept.document("3.txt").text.endswith("État 1 de l'acte 3.")
    assert kept.lexical({"baignad": 1.0}, 10, {"text": 1.0})[0].size == 8


def test_an_index_made_anew_under_the_same_number_is_followed(tmp_path, live):
    shutil.rmtree(tmp_path / "index")
    assert publish(tmp_path, 2) == live.index.generation == 1
    before = live.index.count()[0]
    live.refresh()
    assert live.index.count()[0] == before + 1


def test_an_error_that_passes_does_not_keep_a_generation_out(tmp_path, live, monkeypatch):
    def busy(*_: object) -> None:
        raise OSError("Too many open files")

    publish(tmp_path, 2)
    with monkeypatch.context() as patch:
        patch.setattr("service.live.open_index", busy)
        live.refresh()
    assert live.index.generation == 1
    live.refresh()
    assert live.index.generation == 2
