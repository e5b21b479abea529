"""How fast every stage is, and the ratios that the machine's own speed does not change.

What a ratio compares is measured in one run, the two sides taking turns.
"""

import http.client
import json
import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from threading import Thread
from time import perf_counter, sleep
from typing import Any, ParamSpec
from urllib.parse import urlencode

import numpy as np

from corpus import Document
from eval.dataset import Dataset
from indexer import Filters, LocalIndex, SentenceEncoder, Splitter, open_index, update
from indexer.encoder import Asked, Vectors, batches
from indexer.plan import Found
from indexer.report import Progress
from indexer.tokens import Codes
from service.candidates import candidates
from service.recipe import Recipe
from service.search import search
from service.spelling import understood

P = ParamSpec("P")
CLIENTS = 16
SECONDS = 6.0  # of load, for one client and for all


@dataclass
class Clock:
    """Seconds by stage."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = perf_counter()
        try:
            yield
        finally:
            self.add(name, perf_counter() - start)

    def add(self, name: str, seconds: float) -> None:
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds


class TimedEncoder:
    """The encoder, some of its batches also run through the bare model, in turns."""

    def __init__(self, encoder: SentenceEncoder, clock: Clock) -> None:
        self._encoder, self._clock = encoder, clock
        self.fingerprint, self.dimension = encoder.fingerprint, encoder.dimension

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encoder.encode_queries(texts)

    def encode_documents(
        self, texts: Sequence[str], progress: Callable[[int], None] = lambda n: None
    ) -> Vectors:
        return self.embed_documents(texts, progress)[0]

    def embed_queries(self, texts: Sequence[str]) -> list[Asked]:
        return self._encoder.embed_queries(texts)

    def embed_documents(
        self, texts: Sequence[str], progress: Callable[[int], None] = lambda n: None
    ) -> tuple[Vectors, list[Codes]]:
        vectors = np.empty((len(texts), self.dimension), np.float32)
        codes: dict[int, Codes] = {}
        every = max(1, len(texts) // 800)  # some 50 batches of each call are timed twice
        for turn, rows in enumerate(batches(texts)):
            batch = [texts[row] for row in rows]
            if turn % every == 0:
                found = self._in_turns(batch, bare_first=turn // every % 2 == 0)
            else:
                with self._clock.stage("embedding"):
                    found = self._encoder.embed_documents(batch)
            vectors[rows] = found[0]
            codes.update(zip(rows, found[1], strict=True))
            progress(len(rows))
        return vectors, [codes[row] for row in range(len(texts))]

    def _in_turns(self, batch: Sequence[str], bare_first: bool) -> tuple[Vectors, list[Codes]]:
        with self._clock.stage("comparing"):
            bare = self._encoder.forward(batch)
            bare_at = perf_counter()
            if bare_first:
                bare()
            start = perf_counter()
            found = self._encoder.embed_documents(batch)
            end = perf_counter()
            if not bare_first:
                bare()
            seconds = start - bare_at if bare_first else perf_counter() - end
        self._clock.add("bare forward", seconds)
        self._clock.add("compared embedding", end - start)
        self._clock.add("embedding", end - start)
        self._clock.add("comparing", start - end)
        return found


def indexing(sources: Sequence[Found], folder: Path, encoder: SentenceEncoder) -> dict[str, Any]:
    """Seconds of each stage of an update from nothing, and its speed over the bare model's."""
    clock = Clock()
    with clock.stage("reading"):
        documents: list[Document] = [s.read() for s in sources if not isinstance(s, tuple)]
    with clock.stage("splitting"):
        for document in documents:
            Splitter().split(document)
    progress = Progress()
    with clock.stage("update"):
        report = update(sources, folder, TimedEncoder(encoder, clock), progress=progress)
    s = clock.seconds
    product = s["update"] - s["comparing"]
    slower = s["bare forward"] / s["compared embedding"]
    return {
        "documents": report.documents,
        "passages": report.passages,
        "seconds": {
            "reading": s["reading"],
            "splitting": s["splitting"],
            "embedding": s["embedding"],
            "indexing and publication": product - s["reading"] - s["splitting"] - s["embedding"],
            "update": product,
        },
        "passages_per_second": report.embedded / product,
        "ratio_to_bare_model": slower * s["embedding"] / product,
        "ratio_of_embedding_to_bare_model": slower,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def querying(
    questions: Sequence[str], index: LocalIndex, encoder: SentenceEncoder, recipe: Recipe
) -> dict[str, float]:
    """Median milliseconds of each stage of a question asked alone."""
    rows = []
    for text in questions:
        clock = Clock()
        with clock.stage("parse"):
            question = understood(text, index, recipe)
        with clock.stage("embed"):
            (asked,) = encoder.embed_queries([question.text])
        with clock.stage("whole search"):  # first: scores of a question are kept
            search(question, asked, index, recipe)
        (asked,) = encoder.embed_queries([f"{question.text} ?"])
        with clock.stage("dense"):
            index.dense(asked.vector, recipe.candidates)
        with clock.stage("lexical"):
            index.lexical(question.words, recipe.candidates, recipe.fields)
        with clock.stage("candidates and fusion"):
            candidates(question, asked, index, recipe, Filters())
        rows.append(clock.seconds)
    return {name: median(row[name] for row in rows) * 1000 for name in rows[0]}


def serving(questions: Sequence[str], folder: Path, encoder: SentenceEncoder) -> dict[str, float]:
    """A real server process: start, memory, latency over that of the model, throughput."""
    with server(folder) as (port, process, ready):
        ask(port, questions[:5])
        alone, whole, together = [], [], []
        for n, question in enumerate(questions):
            alone.append(_seconds(encoder.encode_queries, [question]))
            whole.append(_seconds(ask, port, [question]))
            if n % CLIENTS == 0 and n + CLIENTS <= len(questions):
                batch = questions[n : n + CLIENTS]
                together.append(_seconds(encoder.encode_queries, batch) / CLIENTS)
        one = throughput(port, questions, 1)
        many = throughput(port, questions, CLIENTS)
        peak = _peak_mb(process.pid)
    return {
        "ready_seconds": ready,
        "peak_mb": peak,
        "http_p50_ms": median(whole) * 1000,
        "http_p95_ms": float(np.percentile(whole, 95)) * 1000,
        "embedding_p50_ms": median(alone) * 1000,
        "ratio_to_embedding": median(whole) / median(alone),
        # what the model itself gains when it embeds together: no server gets more
        f"ratio_of_embedding_{CLIENTS}_together": median(alone) / median(together),
        "one_client_per_second": one,
        f"{CLIENTS}_clients_per_second": many,
        f"ratio_{CLIENTS}_clients_to_one": many / one,
    }


@contextmanager
def server(folder: Path) -> Iterator[tuple[int, "subprocess.Popen[bytes]", float]]:
    """`python -m service` on a free port: the port, the process, and seconds until ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "service", "--index", str(folder), "--port", str(port)]
    start = perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=os.environ)
    try:
        while process.poll() is None and perf_counter() - start < 120:
            with suppress(OSError):
                get(http.client.HTTPConnection("127.0.0.1", port), "/health/ready")
                break
            sleep(0.05)
        else:
            raise RuntimeError("the service is not ready")
        yield port, process, perf_counter() - start
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def get(connection: http.client.HTTPConnection, path: str) -> Any:
    """The JSON at a path of the server; anything but 200 is an error."""
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise RuntimeError(f"{path}: {response.status} {body[:200]!r}")
    return json.loads(body)


def ask(port: int, questions: Sequence[str]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for question in questions:
        get(connection, "/v1/search?" + urlencode({"q": question}))
    connection.close()


def throughput(port: int, questions: Sequence[str], clients: int) -> float:
    """Searches answered per second by so many clients, each asking without pause."""
    end = perf_counter() + SECONDS
    counts = [0] * clients

    def client(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while perf_counter() < end:
            question = questions[(number * 7 + counts[number]) % len(questions)]
            get(connection, "/v1/search?" + urlencode({"q": question}))
            counts[number] += 1

    threads = [Thread(target=client, args=[number]) for number in range(clients)]
    start = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = perf_counter() - start
    if not all(counts):
        raise RuntimeError(f"clients without an answer: {counts}")
    return sum(counts) / seconds


def speed(
    dataset: Dataset,
    questions: Sequence[str],
    folder: Path,
    encoder: SentenceEncoder,
    passages: int | None = None,
) -> dict[str, Any]:
    """All that `python -m eval speed` reports, for the first `passages` sources of a dataset."""
    sources = list(dataset.sources())[:passages]
    report: dict[str, Any] = {"indexing": indexing(sources, folder, encoder)}
    index = open_index(folder, encoder.fingerprint)
    report["querying_ms"] = querying(questions, index, encoder, Recipe())
    report["serving"] = serving(questions, folder, encoder)
    return report


def _seconds(action: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> float:
    start = perf_counter()
    action(*args, **kwargs)
    return perf_counter() - start


def _peak_mb(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text("ascii")
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024
