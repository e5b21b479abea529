"""The HTTP API, version 1: search, documents, health."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path, PurePath
from time import perf_counter
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse

from corpus.document import Document
from corpus.readers import FORMATS
from indexer import Filters
from indexer.encoder import Asked
from indexer.index import LocalIndex
from indexer.settings import Stage
from service.answers import Answer, answer
from service.answers.extract import Found, Passages, Reader
from service.answers.followed import followed
from service.answers.readers import Embed, Embedded
from service.answers.suggestions import Suggestion, suggester
from service.answers.written.endpoint import Endpoint
from service.batching import Batcher, Places
from service.document import DocumentList, DocumentOut, DocumentWhole
from service.feedback import Opinions
from service.links import tied
from service.live import Live
from service.parameters import (
    DocumentId,
    DocumentParameters,
    Nothing,
    OneDocument,
    SearchBody,
    SearchParameters,
    SuggestionParameters,
)
from service.problems import Problem
from service.question import Question
from service.recipe import Recipe
from service.search import Results, search
from service.sites import Sites
from service.sources import source
from service.spelling import understood
from service.wire import CorrectionOut, FacetsOut, HitOut, Liveness, Readiness, SearchOut


def described(others: dict[int, str]) -> dict[int | str, dict[str, Any]]:
    """What may go wrong, by status, beside what any parameter can meet."""
    described = {422: "Paramètre incorrect", **others}
    return {s: {"model": Problem, "description": text} for s, text in described.items()}


SEARCHED = "Les résultats, le plus pertinent d'abord"
BUSY = "Trop de questions à la fois : l'en-tête Retry-After dit quand reposer la sienne"
UNKNOWN = described({404: "Document inconnu"})
MEDIA_TYPES = dict.fromkeys(form.media_type.partition(";")[0] for form in FORMATS.values())
NOSNIFF = {"X-Content-Type-Options": "nosniff"}
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


class Engine:
    """What a request needs: the live index, the model behind its queue, and the recipe."""

    def __init__(
        self,
        live: Live,
        batcher: Batcher,
        places: Places,
        recipe: Recipe,
        read: Reader,
        embed: Embed,
        documents: Path | None = None,
        endpoint: Endpoint | None = None,
        sites: Sites = Sites(),
        opinions: Opinions | None = None,
    ) -> None:
        """`read` and `embed` are called on the model's thread."""
        self.live, self.batcher, self.recipe = live, batcher, recipe
        self._places, self._read, self._embed = places, read, embed
        self._documents, self.endpoint, self.sites = documents, endpoint, sites
        self.opinions = opinions

    @property
    def index(self) -> LocalIndex:
        return self.live.index

    @property
    def library(self) -> Path:
        """The folder of the sources."""
        return self._documents or self.live.source

    async def search(self, parameters: SearchParameters) -> Results:
        """Search the generation that is live now, from first to last."""
        index, recipe = self.index, self.recipe
        if not parameters.spelling:
            recipe = recipe.without([Stage.SPELLING])
        question = await run_in_threadpool(understood, parameters.q, index, recipe)
        site = self.sites.site(parameters.site)
        filters = site.narrowed(await run_in_threadpool(index.resolve, parameters.filters))
        asked = await self.batcher.embed(question.text)
        results = await run_in_threadpool(
            search,
            question,
            asked,
            index,
            recipe,
            limit=parameters.limit,
            offset=parameters.offset,
            group=parameters.group,
            filters=filters,
            order=parameters.sort,
        )
        return replace(results, facets=site.counted(results.facets))

    async def suggest(self, asked: SuggestionParameters) -> list[Suggestion]:
        """What may be asked of the generation that is live now."""
        index, site = self.index, self.sites.site(asked.site)
        filters = site.narrowed(
            await run_in_threadpool(index.resolve, Filters(folder=tuple(asked.folder)))
        )
        return await run_in_threadpool(
            lambda: suggester(index).suggest(asked.q, asked.limit, filters.folder)
        )

    async def answer(
        self,
        question: str,
        filters: Filters,
        previous: Sequence[str] = (),
        spelling: bool = True,
    ) -> Answer:
        """Answer from the generation that is live now; `previous` are the earlier questions.

        Raises:
            Overloaded: too many answers are in flight.
        """
        async with self._places.taken():
            return await self._answer(question, filters, previous, spelling)

    async def _answer(
        self, question: str, filters: Filters, previous: Sequence[str], spelling: bool
    ) -> Answer:
        index, recipe = self.index, self.recipe
        if not spelling:
            recipe = recipe.without([Stage.SPELLING])
        whole = followed(question, previous)
        parsed = await run_in_threadpool(understood, whole or question, index, recipe)
        resolved = await run_in_threadpool(index.resolve, filters)
        asked = await self.batcher.embed(parsed.text)
        given = await run_in_threadpool(
            answer, parsed, asked, index, self.read, recipe, filters=resolved
        )
        return replace(given, understood_as=whole or "")

    def read(self, question: Question, asked: Asked, passages: Passages) -> list[Found]:
        """The sentences that answer; like `embed` to be called from another thread than its own."""
        return self.batcher.run(partial(self._read, question, asked, passages))

    def embed(self, texts: Sequence[str]) -> Embedded:
        """What the model makes of sentences."""
        return self.batcher.run(partial(self._embed, texts))


def router(engine: Engine) -> APIRouter:
    """The routes under `/v1` and `/health`."""
    api = APIRouter(generate_unique_id_function=lambda route: route.name)

    async def found(parameters: SearchParameters) -> SearchOut:
        start = perf_counter()
        results = await engine.search(parameters)
        return SearchOut(
            query=parameters.q,
            hits=[HitOut.of(hit, results.filters.day) for hit in results.hits],
            facets=FacetsOut(**asdict(results.facets)),
            on=results.filters.day,
            absent=list(results.absent),
            corrected=[CorrectionOut(**asdict(one)) for one in results.corrected],
            total=results.total,
            took_ms=round((perf_counter() - start) * 1000, 1),
            generation=results.generation,
        )

    @api.get(
        "/v1/search",
        responses=described({503: BUSY}),
        response_description=SEARCHED,
        tags=["recherche"],
    )
    async def search_by_url(parameters: Annotated[SearchParameters, Query()]) -> SearchOut:
        """Les passages qui répondent le mieux à une question, groupés par document."""
        return await found(parameters)

    @api.post(
        "/v1/search",
        responses=described({400: "Corps illisible", 413: "Corps trop long", 503: BUSY}),
        response_description=SEARCHED,
        tags=["recherche"],
    )
    async def search_by_body(parameters: SearchBody) -> SearchOut:
        """La même recherche, la question dans le corps : elle n'entre dans aucun journal."""
        return await found(parameters)

    @api.get(
        "/v1/documents",
        responses=described({}),
        response_description="Une page de la liste",
        tags=["documents"],
    )
    def list_documents(parameters: Annotated[DocumentParameters, Query()]) -> DocumentList:
        """Les documents de l'index, dans l'ordre de leurs chemins."""
        index = engine.index
        found = index.documents(parameters.filters)
        page = [d.id for d in found[parameters.offset : parameters.offset + parameters.limit]]
        described = index.describe(page)
        day = parameters.filters.day
        return DocumentList(
            documents=[DocumentOut.of(described[i], day) for i in page], total=len(found)
        )

    @api.get(
        "/v1/documents/{document}",
        responses=UNKNOWN,
        response_description="Le document, sans son texte",
        tags=["documents"],
    )
    def show_document(
        document: DocumentId, parameters: Annotated[OneDocument, Query()]
    ) -> DocumentWhole:
        """Un document et son plan."""
        index = engine.index
        return DocumentWhole.of(index.document(document), parameters.on, tied(document, index))

    @api.get(
        "/v1/documents/{document}/text",
        responses=UNKNOWN,
        response_class=PlainTextResponse,
        response_description="Le texte, en UTF-8 et en forme NFC",
        tags=["documents"],
    )
    def show_text(document: DocumentId, _: Annotated[Nothing, Query()]) -> PlainTextResponse:
        """Le texte dont les citations donnent les positions."""
        return PlainTextResponse(engine.index.document(document).text, headers=NOSNIFF)

    @api.get(
        "/v1/documents/{document}/file",
        responses={
            **UNKNOWN,
            **described({409: "La source a changé depuis son indexation"}),
            200: {"content": {kind: {} for kind in MEDIA_TYPES}},
        },
        response_class=Response,
        response_description="Les octets de la source",
        tags=["documents"],
    )
    def show_file(document: DocumentId, _: Annotated[Nothing, Query()]) -> Response:
        """La source telle qu'elle a été indexée ; #page=N y ouvre une page d'un PDF.

        Ce qu'un navigateur ne montre pas (Word, OpenDocument, RTF) est à enregistrer.
        """
        return _source(engine.index.document(document), engine.library)

    @api.get("/health/live", response_description="Il répond", tags=["santé"])
    async def live() -> Liveness:
        """Le processus répond."""
        return Liveness()

    @api.get("/health/ready", response_description="Ils le sont", tags=["santé"])
    def ready() -> Readiness:
        """Le modèle et l'index sont chargés."""
        index = engine.index
        documents, passages = index.count()
        return Readiness(generation=index.generation, documents=documents, passages=passages)

    return api


def _source(document: Document, library: Path) -> Response:
    """The bytes of a source, if they are still those that were indexed."""
    _, data = source(document, library)
    named = PurePath(document.path)
    form = FORMATS[named.suffix.lower()]
    media_type = form.media_type
    if media_type.startswith("text/markdown"):
        media_type = "text/plain; charset=utf-8"
    shown = "inline" if form.shown else f"attachment; filename*=UTF-8''{quote(named.name, safe='')}"
    headers = {**NOSNIFF, "Content-Disposition": shown}
    if not media_type.startswith("application/pdf"):
        headers["Content-Security-Policy"] = SANDBOX
    return Response(data, media_type=media_type, headers=headers)
