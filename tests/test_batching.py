"""Questions asked together are embedded together, and none pays for another."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice

import numpy as np
import pytest
from conftest import SmallEncoder, serving
from numpy.testing import assert_array_equal
from selectolax.lexbor import LexborHTMLParser as Html
from structlog.testing import capture_logs

from corpus.errors import Overloaded
from indexer.encoder import Vectors
from service.batching import AT_ONCE, BATCH, Batcher
from service.problems import MEDIA_TYPE

PATIENCE = 10  # seconds before a test that hangs fails


class Model:
    """Embeds a number as itself; works on a batch only while its gate is open."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.gate = threading.Event()
        self.busy = threading.Event()

    def __call__(self, texts: Sequence[str]) -> Vectors:
        self.batches.append(list(texts))
        self.busy.set()
        assert self.gate.wait(PATIENCE)
        if "zéro" in texts:
            raise ZeroDivisionError
        if "deux vecteurs" in texts:
            return np.zeros((len(texts) + 1, 1), np.float32)
        return np.array([[float(text)] for text in texts], np.float32)


@pytest.fixture
def model() -> Model:
    return Model()


def run(model: Model, scenario: Callable[[Batcher], Awaitable[None]], waiting: int = 256) -> None:
    """Play a scenario on a batcher whose model is at work on the question « 0 »."""

    async def play() -> None:
        batcher = Batcher(model, waiting)
        async with batcher.running():
            first = asyncio.create_task(batcher.embed("0"))
            assert await asyncio.to_thread(model.busy.wait, PATIENCE)
            await scenario(batcher)
            assert await first == [0]

    asyncio.run(asyncio.wait_for(play(), PATIENCE))


async def ask(batcher: Batcher, *texts: str) -> list[asyncio.Task[Vectors]]:
    """Ask, and come back once every question waits."""
    tasks = [asyncio.create_task(batcher.embed(text)) for text in texts]
    await asyncio.sleep(0.01)
    return tasks


def test_questions_that_wait_are_embedded_in_one_batch_and_get_their_own_vectors(model):
    async def scenario(batcher: Batcher) -> None:
        tasks = await ask(batcher, *map(str, range(1, 17)))
        model.gate.set()
        assert_array_equal(await asyncio.gather(*tasks), [[n] for n in range(1, 17)])

    run(model, scenario)
    assert model.batches == [["0"], [str(n) for n in range(1, 17)]]


def test_a_batch_is_bounded(model):
    async def scenario(batcher: Batcher) -> None:
        tasks = await ask(batcher, *map(str, range(150)))
        model.gate.set()
        assert_array_equal(np.ravel(await asyncio.gather(*tasks)), range(150))

    run(model, scenario)
    assert [len(batch) for batch in model.batches] == [1, BATCH, BATCH, 150 - 2 * BATCH]


def test_a_lone_question_does_not_wait_for_others(model):
    model.gate.set()

    async def scenario(batcher: Batcher) -> None:
        assert await asyncio.wait_for(batcher.embed("7"), 1) == [7]

    run(model, scenario)


def test_beyond_the_bound_a_question_is_refused_at_once_and_those_before_are_served(model):
    async def scenario(batcher: Batcher) -> None:
        tasks = await ask(batcher, "1", "2")
        with pytest.raises(Overloaded, match="2 questions attendent déjà"):
            await batcher.embed("3")
        model.gate.set()
        assert_array_equal(await asyncio.gather(*tasks), [[1], [2]])
        assert await batcher.embed("4") == [4]

    run(model, scenario, waiting=2)


@pytest.mark.parametrize(
    ("question", "error"), [("zéro", ZeroDivisionError), ("deux vecteurs", ValueError)]
)
def test_a_model_that_fails_fails_its_batch_only(model, question, error):
    async def scenario(batcher: Batcher) -> None:
        (task,) = await ask(batcher, question)
        model.gate.set()
        with pytest.raises(error):
            await task
        assert await batcher.embed("5") == [5]

    run(model, scenario)


def test_a_client_that_gives_up_is_not_embedded_and_holds_nobody_up(model):
    async def scenario(batcher: Batcher) -> None:
        tasks = await ask(batcher, "1", "2", "3")
        tasks[1].cancel()
        await asyncio.sleep(0)
        model.gate.set()
        assert await tasks[0] == [1]
        assert await tasks[2] == [3]
        assert tasks[1].cancelled()

    run(model, scenario)
    assert model.batches == [["0"], ["1", "3"]]


def test_a_client_that_gives_up_while_the_model_works_holds_nobody_up(model):
    async def scenario(batcher: Batcher) -> None:
        model.gate.set()
        await asyncio.sleep(0.05)
        model.gate.clear()
        model.busy.clear()
        tasks = await ask(batcher, "1")
        assert await asyncio.to_thread(model.busy.wait, PATIENCE)
        tasks[0].cancel()
        after = await ask(batcher, "2")
        model.gate.set()
        assert await after[0] == [2]

    run(model, scenario)


class SlowEncoder(SmallEncoder):
    """Works only while its gate is open, and counts its calls."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.busy = threading.Event()
        self.calls: list[int] = []

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        self.calls.append(len(texts))
        self.busy.set()
        assert self.gate.wait(PATIENCE)
        if any("panne" in text for text in texts):
            raise RuntimeError("secret de fabrication")
        return super().encode_queries(texts)


@pytest.fixture
def slow() -> SlowEncoder:
    return SlowEncoder()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(32) as pool:
        yield pool


def test_sixteen_clients_at_once_cost_far_fewer_than_sixteen_calls(index_folder, slow, threads):
    words = ["baignade", "eau", "école", "commune"] * 4
    with serving(index_folder, slow) as client:
        first = threads.submit(client.get, "/v1/search?q=syndicat")
        assert slow.busy.wait(PATIENCE)
        asked = [threads.submit(client.get, "/v1/search", params={"q": word}) for word in words]
        # The loop stays free while the model works: health answers.
        assert client.get("/health/live").status_code == 200
        slow.gate.set()
        answers = [future.result(PATIENCE).json() for future in asked]
        assert first.result(PATIENCE).status_code == 200
        alone = {word: client.get("/v1/search", params={"q": word}).json() for word in set(words)}
    assert len(slow.calls) - len(alone) <= 5
    assert sum(slow.calls) == 17 + len(alone)
    for word, answer in zip(words, answers, strict=True):
        assert answer["hits"] == alone[word]["hits"]


def test_an_overloaded_service_says_when_to_come_back(index_folder, slow, threads):
    with serving(index_folder, slow, waiting=1) as client:
        asked = [threads.submit(client.get, "/v1/search?q=eau")]
        assert slow.busy.wait(PATIENCE)
        asked += [threads.submit(client.get, "/v1/search?q=eau") for _ in range(3)]
        refused = next(as_completed(asked, PATIENCE)).result()  # one more than the queue holds
        page = client.get("/recherche?q=eau")
        slow.gate.set()
        statuses = sorted(future.result(PATIENCE).status_code for future in asked)
        assert statuses == [200, 200, 503, 503]
        assert client.get("/v1/search?q=eau").status_code == 200
    assert refused.status_code == 503
    assert int(refused.headers["retry-after"]) > 0
    assert refused.headers["content-type"] == MEDIA_TYPE
    assert "1 questions attendent déjà" in refused.json()["detail"]
    assert page.status_code == 503
    assert page.headers["retry-after"] == refused.headers["retry-after"]
    shown = Html(page.text)
    assert "attendent déjà" in shown.css_first("[role=alert]").text()
    assert shown.css_first("input[name=q]").attributes["value"] == "eau"


class SlowReader(SmallEncoder):
    """Reads sentences only while its gate is open; keeps what it was asked, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.busy = threading.Event()
        self.asked: list[str] = []

    def encode_documents(
        self, texts: Sequence[str], progress: Callable[[int], None] = lambda n: None
    ) -> Vectors:
        self.asked.append("lecture")
        self.busy.set()
        assert self.gate.wait(PATIENCE)
        return super().encode_documents(texts, progress)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return super().encode_queries(texts)


@pytest.fixture
def reader() -> SlowReader:
    return SlowReader()


QUESTION = {"question": "à quel prix le syndicat livre-t-il de l'eau potable ?"}
ANSWERS = ["/v1/answer", "/v1/answer/stream", "/v1/answer/export"]


@pytest.mark.parametrize("address", ANSWERS)
def test_beyond_the_bound_an_answer_is_refused_at_once_and_those_before_are_given(
    index_folder, reader, threads, address
):
    with serving(index_folder, reader, answering=3) as client:
        asked = [threads.submit(client.post, address, json=QUESTION) for _ in range(8)]
        refused = [f.result() for f in islice(as_completed(asked, PATIENCE), 5)]
        reader.gate.set()
        statuses = sorted(future.result(PATIENCE).status_code for future in asked)
        assert client.post(address, json=QUESTION).status_code == 200
    assert statuses == [200] * 3 + [503] * 5
    for response in refused:
        assert response.status_code == 503
        assert int(response.headers["retry-after"]) > 0
        assert response.headers["content-type"] == MEDIA_TYPE
        assert "Trop de réponses" in response.json()["detail"]


def test_a_search_does_not_wait_for_the_answers_that_wait(index_folder, reader, threads):
    with serving(index_folder, reader, answering=24) as client:
        answers = [threads.submit(client.post, "/v1/answer", json=QUESTION) for _ in range(24)]
        assert reader.busy.wait(PATIENCE)
        found = threads.submit(client.get, "/v1/search?q=baignade")
        time.sleep(0.3)  # it waits for the model by now
        reader.gate.set()
        assert found.result(PATIENCE).status_code == 200
        assert {future.result(PATIENCE).status_code for future in answers} == {200}
    assert reader.asked.count("lecture") >= 24
    assert reader.asked[: reader.asked.index("baignade")].count("lecture") <= AT_ONCE


def test_a_failure_of_the_model_is_told_without_its_secrets_and_passes(index_folder, slow):
    slow.gate.set()
    with serving(index_folder, slow) as client, capture_logs() as logs:
        failed = client.get("/v1/search?q=panne")
        assert client.get("/v1/search?q=eau").status_code == 200
    assert failed.status_code == 500
    assert failed.headers["content-type"] == MEDIA_TYPE
    assert "erreur inattendue" in failed.json()["detail"]
    assert "secret" not in failed.text
    assert [(line["event"], line["path"]) for line in logs] == [("request.failed", "/v1/search")]
