"""A running service, measured by its address: what its users get, the network included."""

from collections.abc import Iterable, Sequence
from time import perf_counter
from typing import Any
from urllib.parse import quote

import httpx2 as httpx
from pydantic import ValidationError

from corpus import Document
from corpus.errors import EntenteError, UnknownDocument
from eval.dataset import Qrels, Query
from eval.evidence import SHOWN
from eval.retrieval import DEPTH, percentiles, standing
from eval.scoring import Ranking
from indexer import Passage
from service.problems import Problem
from service.wire import HitOut, SearchOut

SECONDS = 60  # for one answer, at most


class ServerFailed(EntenteError):
    """The server is not there, not ready, not of this product, or refuses a question."""


class Server:
    """The service at an address, with the recipe and the index that it has.

    Raises:
        ServerFailed: it cannot be reached, or is not ready.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        try:
            self._client = httpx.Client(base_url=url, timeout=SECONDS)
        except httpx.InvalidURL:
            raise _no_address(url) from None
        try:
            self._check()
        except ServerFailed:
            self.close()
            raise

    def close(self) -> None:
        self._client.close()

    def _check(self) -> None:
        ready = self._ask("GET", "/health/ready")
        if ready.status_code != 200:
            raise ServerFailed(
                f"« {self._url} » n'est pas prêt (code HTTP {ready.status_code}) : attendez "
                "qu'il le soit, ou vérifiez que c'est l'adresse d'un service Entente."
            )

    def rank(self, queries: Sequence[Query], qrels: Qrels) -> Ranking:
        ranking = Ranking()
        for query in queries:
            acts = self._hits(query, limit=DEPTH)
            ranking.run[query.id] = _run(acts, qrels.get(query.id, {}))
            first = self._hits(query, limit=max(SHOWN), group="passage")
            ranking.passages[query.id] = [_passage(hit) for hit in first]
        return ranking

    def latency(self, queries: Sequence[Query]) -> dict[str, float]:
        times = []
        for query in queries:
            start = perf_counter()
            self._search(query)
            times.append(perf_counter() - start)
        return percentiles(times)

    def document(self, identifier: str) -> Document:
        response = self._ask("GET", f"/v1/documents/{quote(identifier)}/text")
        if response.status_code != 200:
            raise UnknownDocument(f"« {self._url} » n'a pas de document « {identifier} ».")
        return Document(identifier, identifier, response.text, "")

    def absent(self, documents: Iterable[str]) -> list[str]:
        return [document for document in documents if not self._knows(document)]

    def _knows(self, document: str) -> bool:
        return self._ask("GET", f"/v1/documents/{quote(document)}").status_code == 200

    def _hits(self, query: Query, **parameters: Any) -> list[HitOut]:
        response = self._search(query, **parameters)
        try:
            return SearchOut.model_validate_json(response.content).hits
        except ValidationError:
            raise ServerFailed(
                f"« {self._url} » ne répond pas comme un service Entente de cette version : "
                "vérifiez l'adresse, ou mesurez-le avec sa propre version."
            ) from None

    def _search(self, query: Query, **parameters: Any) -> httpx.Response:
        response = self._ask("POST", "/v1/search", {"q": query.text, **parameters})
        if response.status_code != 200:
            raise ServerFailed(
                f"« {self._url} » refuse la question {query.id} « {query.text[:80]} » "
                f"(code HTTP {response.status_code}) : {_detail(response)}"
            )
        return response

    def _ask(self, method: str, path: str, body: object = None) -> httpx.Response:
        try:
            return self._client.request(method, path, json=body)
        except (httpx.UnsupportedProtocol, httpx.InvalidURL):
            raise _no_address(self._url) from None
        except httpx.TimeoutException:
            raise ServerFailed(
                f"« {self._url} » n'a pas répondu en {SECONDS} s : vérifiez sa charge, relancez."
            ) from None
        except httpx.TransportError:
            raise ServerFailed(
                f"« {self._url} » ne répond pas : démarrez le service par make serve, ou corrigez "
                "l'adresse."
            ) from None


def _no_address(url: str) -> ServerFailed:
    return ServerFailed(f"« {url} » n'est pas une adresse : donnez-la comme http://127.0.0.1:8000.")


def _detail(response: httpx.Response) -> str:
    """What the service says of an error, or the first words of another answer."""
    try:
        return Problem.model_validate_json(response.content).detail
    except ValidationError:
        return response.text[:200].strip() or "sans explication."


def _run(acts: Sequence[HitOut], judged: dict[str, int]) -> dict[str, float]:
    run: dict[str, float] = {}
    for act in acts:
        names = standing(act.document.id, [version.id for version in act.versions], judged)
        run.update(dict.fromkeys(names, act.score))
    return run


def _passage(hit: HitOut) -> Passage:
    (found,) = hit.passages
    section = tuple(found.section_path)
    return Passage(hit.document.id, found.start, found.end, found.text, found.page, section)
