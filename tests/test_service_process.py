"""The real service, as `python -m service` with the default model: it starts, answers and ends."""

import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from conftest import DOCUMENTS, LIBRARY, SmallEncoder, write
from processes import STARTED, Service, answers, free_port, running, start

from corpus import Library
from indexer import snapshot, update
from indexer.settings import Settings
from indexer.tokens import rotation
from service.__main__ import load

QUESTION = "quelles conventions couvrent la baignade ?"


@pytest.fixture(scope="module")
def service(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    file = tmp_path_factory.mktemp("feedback") / "avis.sqlite"
    with running(sample_folder, ENTENTE_FEEDBACK=str(file)) as service:
        yield service


def test_what_is_slow_the_first_time_is_done_before_a_question() -> None:
    rotation.cache_clear()
    load(Settings())
    assert rotation.cache_info().currsize == 1


def test_once_it_listens_it_is_ready_with_the_whole_corpus(service):
    ready = httpx.get(f"{service.url}/health/ready").json()
    sources = [path for path in DOCUMENTS.rglob("*") if path.is_file()]
    assert ready["status"] == "ok"
    assert ready["documents"] == len(sources)


def test_the_question_on_bathing_is_answered_by_acts_on_bathing(service):
    found = httpx.get(f"{service.url}/v1/search", params={"q": QUESTION}).json()
    first = found["hits"][0]
    assert "baign" in first["document"]["title"].lower()
    for hit in found["hits"]:
        text = httpx.get(service.url + hit["document"]["text"]).text
        for passage in hit["passages"]:
            assert text[passage["start"] : passage["end"]] == passage["text"]
    assert any(
        "baignade" in passage["text"][h["start"] : h["end"]]
        for hit in found["hits"]  # of the first, it may be the title that says it
        for passage in hit["passages"]
        for h in passage["highlights"]
    )


def test_the_page_answers_too_and_its_links_lead_somewhere(service):
    page = httpx.get(f"{service.url}/recherche", params={"q": QUESTION})
    assert "<mark>" in page.text
    links = set(re.findall(r'href="(/[^"#]*)', page.text))
    assert len(links) > 20
    for link in links:
        assert httpx.get(service.url + link.replace("&amp;", "&")).status_code == 200, link


def test_every_example_of_the_documentation_works(service):
    description = httpx.get(f"{service.url}/openapi.json").json()
    kept = ""  # the id of an opinion, to be withdrawn
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            places: dict[str, dict[str, Any]] = {"path": {}, "query": {}}
            for parameter in operation.get("parameters", []):
                example = parameter["schema"]["examples"][0]
                places[parameter["in"]][parameter["name"]] = example
            body = None
            if "requestBody" in operation:
                schema = operation["requestBody"]["content"]["application/json"]["schema"]
                name = schema["$ref"].rpartition("/")[2]
                properties = description["components"]["schemas"][name]["properties"]
                body = {name: content["examples"][0] for name, content in properties.items()}
            named = {"id": kept} if method == "delete" else places["path"]
            url = service.url + path.format(**named)
            response = httpx.request(method, url, params=places["query"], json=body)
            expected = int(min(operation["responses"]))
            assert response.status_code == expected, (method, url, response.text)
            kept = response.json()["id"] if expected == 201 else kept


def test_a_question_of_any_length_gets_an_answer_in_french(service):
    for length, status in ((2_000, 200), (20_000, 422)):
        response = httpx.get(f"{service.url}/v1/search", params={"q": "e" * length})
        assert response.status_code == status


def test_many_clients_at_once_get_each_their_own_answer(service):
    questions = [f"{word} ?" for word in ("baignade", "télétravail", "hydrogène", "cantines")] * 8

    def ask(question: str) -> dict[str, Any]:
        response = httpx.post(f"{service.url}/v1/search", json={"q": question}, timeout=60)
        assert response.status_code == 200
        return response.json()

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(ask, questions))
    for question, answer in zip(questions, found, strict=True):
        assert answer["query"] == question
        assert question[:6] in str(answer["hits"][0]["passages"]).lower()


def test_metrics_count_requests_by_route_and_keep_no_question(service):
    def counted() -> float:
        metrics = httpx.get(f"{service.url}/metrics").text
        assert "hippocampes" not in metrics
        counter = r'^http_requests_total\{handler="/v1/search",method="GET",status="2xx"\} (.+)$'
        (count,) = re.findall(counter, metrics, re.M)
        return float(count)

    httpx.get(f"{service.url}/v1/search", params={"q": "hippocampes"})
    before = counted()
    for _ in range(3):
        httpx.get(f"{service.url}/v1/search", params={"q": "hippocampes"})
    assert counted() == before + 3


def test_sigterm_ends_it_with_requests_in_flight_served_and_no_question_in_its_log(service):
    body = b'{"q": "que dit le protocole sur les hippocampes ?"}'
    head = (
        "POST /v1/search HTTP/1.1\r\nHost: entente\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode()
    httpx.get(f"{service.url}/recherche", params={"q": "hippocampes"})
    with socket.create_connection(("127.0.0.1", service.port), 30) as half_sent:
        half_sent.sendall(head + body[:20])
        time.sleep(0.2)  # the server has read the head: the request is in flight
        service.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 10
        while answers(service.url):
            assert time.monotonic() < deadline, "it still takes new connections"
        assert service.process.poll() is None
        half_sent.sendall(body[20:])
        response = b""
        while received := half_sent.recv(65536):
            response += received
    assert response.startswith(b"HTTP/1.1 200 OK")
    assert b'"hits":[{' in response
    output, _ = service.process.communicate(timeout=20)
    assert service.process.returncode in (0, -signal.SIGTERM)
    assert "service.ready" in output
    assert "hippocampes" not in output
    assert "Traceback" not in output


@pytest.fixture(scope="module")
def failing(
    sample_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, subprocess.Popen[str]]:
    """Services that cannot start, all started at once: the model takes its time to load."""
    folder = tmp_path_factory.mktemp("failing")
    library = write(folder / "library", LIBRARY)
    update(Library(library).scan(), folder / "other", SmallEncoder())
    shutil.copytree(sample_folder, folder / "damaged")
    damaged = snapshot.folder_of(folder / "damaged", 1) / "dense.faiss"
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    shutil.copytree(sample_folder, folder / "no manifest")
    (snapshot.folder_of(folder / "no manifest", 1) / "manifest.json").unlink()
    taken = socket.create_server(("127.0.0.1", 0))
    port = str(taken.getsockname()[1])
    index = ("--index", str(sample_folder))
    processes = {
        "missing": start("--index", str(folder / "nothing")),
        "other model": start("--index", str(folder / "other"), "--port", str(free_port())),
        "damaged": start("--index", str(folder / "damaged"), "--port", str(free_port())),
        "no manifest": start("--index", str(folder / "no manifest")),
        "unknown setting": start(*index, ENTENTE_INDXE="x"),
        "port in use": start(*index, "--port", port),
        "port out of range": start(*index, "--port", "70000"),
        "no such host": start(*index, "--host", "192.0.2.1"),
    }
    for process in processes.values():
        process.stdout_text = process.communicate(timeout=STARTED)[0]  # type: ignore[attr-defined]
    taken.close()
    return processes


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("missing", ["Aucun index", "nothing", "python -m indexer update DOSSIER --index"]),
        ("other model", ["small-1", "multilingual-e5-small", "--rebuild"]),
        ("damaged", ["dense.faiss", "somme de contrôle", "rollback"]),
        ("no manifest", ["manifeste", "absent", "--rebuild"]),
        ("unknown setting", ["ENTENTE_INDXE est inconnu", "ENTENTE_INDEX"]),
        ("port in use", ["127.0.0.1", "un autre programme l'occupe", "--port", "ENTENTE_PORT"]),
        ("port out of range", ["65535"]),
        ("no such host", ["192.0.2.1", "n'est pas celle de cette machine", "--host"]),
    ],
)
def test_a_service_that_cannot_start_says_why_and_what_to_do(failing, case, words):
    process = failing[case]
    output = " ".join(process.stdout_text.split())
    assert process.returncode == 2, output
    assert output.startswith("Erreur : ")
    assert all(word in output for word in words), output
    assert "Traceback" not in output
