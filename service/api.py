"""The HTTP API, version 1: search, documents, health."""

import hashlib
from pathlib import Path
from time import perf_counter
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse
from starlette.exceptions import HTTPException

from corpus.readers import FORMATS
from indexer.index import LocalIndex
from service.batching import Batcher
from service.live import Live
from service.problems import Problem
from service.question import parse
from service.search import Recipe, Results, search
from service.wire import (
    DocumentId,
    DocumentList,
    DocumentOut,
    DocumentParameters,
    DocumentWhole,
    HitOut,
    SearchOut,
    SearchParameters,
)

PROBLEMS: dict[int | str, dict[str, object]] = {
    422: {"model": Problem, "description": "Paramètre incorrect"},
    503: {"model": Problem, "description": "Trop de questions à la fois ; voyez Retry-After"},
}
UNKNOWN: dict[int | str, dict[str, object]] = {
    404: {"model": Problem, "description": "Document inconnu"},
    422: PROBLEMS[422],
}
CHANGED: dict[int | str, dict[str, object]] = {
    409: {"model": Problem, "description": "La source a changé depuis son indexation"}
}
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


class Engine:
    """What a request needs: the live index, the model behind its queue, and the recipe."""

    def __init__(
        self, live: Live, batcher: Batcher, recipe: Recipe, documents: Path | None = None
    ) -> None:
        self.live, self.batcher, self.recipe = live, batcher, recipe
        self._documents = documents

    @property
    def index(self) -> LocalIndex:
        return self.live.index

    @property
    def library(self) -> Path:
        """The folder of the sources."""
        return self._documents or self.live.source

    async def search(self, parameters: SearchParameters) -> Results:
        """Search the generation that is live now, from first to last."""
        question = parse(parameters.q)
        index = self.index
        vector = await self.batcher.embed(question.text)
        return await run_in_threadpool(
            search,
            question,
            vector,
            index,
            self.recipe,
            limit=parameters.limit,
            offset=parameters.offset,
            group=parameters.group,
            filters=parameters.filters,
        )


def router(engine: Engine) -> APIRouter:
    """The routes under `/v1` and `/health`."""
    api = APIRouter()

    async def answer(parameters: SearchParameters) -> SearchOut:
        start = perf_counter()
        results = await engine.search(parameters)
        return SearchOut(
            query=parameters.q,
            hits=[HitOut.of(hit) for hit in results.hits],
            total=results.total,
            took_ms=round((perf_counter() - start) * 1000, 1),
            generation=results.generation,
        )

    @api.get("/v1/search", responses=PROBLEMS, tags=["recherche"])
    async def search_by_url(parameters: Annotated[SearchParameters, Query()]) -> SearchOut:
        """Les passages qui répondent le mieux à une question, groupés par document."""
        return await answer(parameters)

    @api.post("/v1/search", responses=PROBLEMS, tags=["recherche"])
    async def search_by_body(parameters: SearchParameters) -> SearchOut:
        """La même recherche, la question dans le corps : elle n'entre dans aucun journal."""
        return await answer(parameters)

    @api.get("/v1/documents", responses={422: PROBLEMS[422]}, tags=["documents"])
    def list_documents(parameters: Annotated[DocumentParameters, Query()]) -> DocumentList:
        """Les documents de l'index, dans l'ordre de leurs chemins."""
        found = engine.index.documents(parameters.filters)
        page = found[parameters.offset : parameters.offset + parameters.limit]
        return DocumentList(documents=[DocumentOut.of(d) for d in page], total=len(found))

    @api.get("/v1/documents/{document}", responses=UNKNOWN, tags=["documents"])
    def show_document(document: DocumentId) -> DocumentWhole:
        """Un document et son plan."""
        return DocumentWhole.of(engine.index.document(document))

    @api.get(
        "/v1/documents/{document}/text",
        responses=UNKNOWN,
        response_class=PlainTextResponse,
        tags=["documents"],
    )
    def show_text(document: DocumentId) -> PlainTextResponse:
        """Le texte dont les citations donnent les positions."""
        return PlainTextResponse(engine.index.document(document).text)

    @api.get(
        "/v1/documents/{document}/file",
        responses={**UNKNOWN, **CHANGED},
        response_class=Response,
        tags=["documents"],
    )
    def show_file(document: DocumentId) -> Response:
        """La source telle qu'elle a été indexée ; `#page=N` y ouvre une page."""
        return _source(engine, document)

    @api.get("/health/live", tags=["santé"])
    def live() -> dict[str, str]:
        """Le processus répond."""
        return {"status": "ok"}

    @api.get("/health/ready", tags=["santé"])
    def ready() -> dict[str, object]:
        """Le modèle et l'index sont chargés."""
        documents, passages = engine.index.count()
        return {
            "status": "ok",
            "generation": engine.index.generation,
            "documents": documents,
            "passages": passages,
        }

    return api


def _source(engine: Engine, identifier: str) -> Response:
    """The bytes of a source, if they are still those that were indexed."""
    document = next(iter(engine.index.describe([identifier]).values()), None)
    document = document or engine.index.document(identifier)
    root = engine.library.resolve()
    path = (root / document.path).resolve()
    try:
        data = path.read_bytes() if path.is_relative_to(root) else b""
    except OSError:
        data = b""
    if hashlib.sha256(data).hexdigest() != document.fingerprint:
        raise HTTPException(
            409,
            f"La source {document.path} a changé ou disparu depuis son indexation : relancez la "
            f"mise à jour de l'index ; le texte indexé reste à /v1/documents/{identifier}/text.",
        )
    media_type = FORMATS[path.suffix.lower()].media_type
    if media_type.startswith("text/markdown"):
        media_type = "text/plain; charset=utf-8"
    headers = {"X-Content-Type-Options": "nosniff", "Content-Disposition": "inline"}
    if not media_type.startswith("application/pdf"):
        headers["Content-Security-Policy"] = SANDBOX
    return Response(data, media_type=media_type, headers=headers)
