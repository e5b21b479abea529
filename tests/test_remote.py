"""A running service, measured by its address."""

import http.server
import json
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from processes import Service, free_port, running
from typer.testing import CliRunner

from eval.__main__ import app
from eval.dataset import QUESTIONS, Dataset
from eval.remote import Server, ServerFailed
from eval.retrieval import InProcess
from eval.scoring import report
from indexer import LocalIndex, SentenceEncoder
from indexer.encoder import Vectors
from service.recipe import Recipe


@pytest.fixture(scope="module")
def service(sample_folder: Path) -> Iterator[Service]:
    with running(sample_folder) as service:
        yield service


class OneByOne(SentenceEncoder):
    """The model as a lone user meets it: each question is a batch of its own."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        self.__dict__ = encoder.__dict__

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        one = super().encode_queries
        return np.concatenate([one([text]) for text in texts])


def test_a_server_is_scored_as_the_search_in_process(
    service: Service, sample_index: LocalIndex, real_encoder: SentenceEncoder, tmp_path: Path
) -> None:
    encoder, folder = OneByOne(real_encoder), shutil.copytree(QUESTIONS, tmp_path / "questions")
    lines = (folder / "queries.jsonl").read_text("utf-8").splitlines(keepends=True)
    (folder / "queries.jsonl").write_text("".join(lines[::6]), "utf-8")
    here = report(Dataset(folder), InProcess(sample_index, encoder, Recipe(), encoder))
    arguments = ["retrieval", str(folder), "--url", service.url, "--json", "--per-query"]
    done = CliRunner().invoke(app, [*arguments, "--run", str(tmp_path / "run")])
    assert done.exit_code == 0, done.stderr
    there = json.loads(done.stdout)
    run, times = here.pop("run"), there.pop("latency_ms")
    assert min(here.pop("latency_ms")["p50"], times["p50"]) > 0
    assert there == json.loads(json.dumps(here))
    written = [line.split() for line in (tmp_path / "run").read_text().splitlines()]
    assert [(q, d) for q, _, d, *_ in written] == [(q, d) for q in run for d in run[q]]


def test_what_a_server_does_not_hold_is_told(service: Service, tmp_path: Path) -> None:
    (tmp_path / "queries.jsonl").write_text(
        json.dumps({"_id": "q", "text": "baignade Seine Marne"})
    )
    (tmp_path / "qrels").write_text("q 0 a?b/é.txt 1\nq 0 fiches~baignade-seine-marne.pdf 1\n")
    quote = {"query-id": "q", "corpus-id": "a?b/é.txt", "quote": "eau"}
    (tmp_path / "evidence.jsonl").write_text(json.dumps(quote))
    with closing(Server(service.url)) as server:
        found = report(Dataset(tmp_path), server)
    assert found["absent"] == ["a?b/é.txt"]
    assert found["evidence"]["lost"] == ["q : la citation « eau » n'est plus dans a?b/é.txt."]
    assert found["measures"]["overall"]["hit@5"] == 1


def test_a_refused_question_is_named_with_the_reason(service: Service) -> None:
    (query, *_) = Dataset(QUESTIONS).queries()
    refused = r"la question q001 « xxx.*code HTTP 422.*2000 au plus"
    with closing(Server(f"{service.url}/")) as server, pytest.raises(ServerFailed, match=refused):
        server.rank([replace(query, text="x" * 2001)], {})


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("127.0.0.1:8000", "n'est pas une adresse : donnez-la comme http://127.0.0.1:8000"),
        ("http://[::1", "n'est pas une adresse"),
        ("http://127.0.0.1:PORT", "ne répond pas : démarrez le service par make serve"),
        ("http://127.0.0.1:OTHER", "n'est pas prêt (code HTTP 404)"),
    ],
)
def test_a_server_that_cannot_be_measured_is_told(url: str, told: str) -> None:
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        url = url.replace("PORT", str(free_port())).replace("OTHER", str(other.server_port))
        done = CliRunner().invoke(app, ["retrieval", str(QUESTIONS), "--url", url])
        other.shutdown()
    assert done.exit_code == 2
    assert told in " ".join(done.stderr.split())


@pytest.mark.parametrize("option", ["--method=dense", "--off=late", "--index=x"])
def test_a_servers_index_method_and_stages_are_its_own(option: str) -> None:
    arguments = ["retrieval", str(QUESTIONS), "--url", "http://x", option]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 2
    assert "--url : le serveur a son index, sa méthode et ses étapes" in done.stderr
