"""`POST /v1/answer`, at once, as a stream or as a spreadsheet, and `GET /v1/suggestions`."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import asdict, dataclass
from importlib import metadata
from time import perf_counter
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, ServerSentEvent

from service import problems
from service.answers.export import MEDIA_TYPES, Format, attached, exported
from service.answers.model import Answer, Held
from service.answers.pieces import CitationOut, HeldOut, Restarted, SentenceOut
from service.answers.suggested import SuggestionList, SuggestionOut
from service.answers.wire import AnswerOut, Provenance
from service.answers.written.served import told, whole
from service.answers.written.write import Event, Part, Restart
from service.api import BUSY, Engine, described
from service.parameters import AnswerBody, SuggestionParameters

FAULTS = described({400: "Corps illisible", 413: "Corps trop long", 503: BUSY})
STREAM = """Les événements de la réponse : `held` d'abord, s'il y a une valeur qui vaut, `citation`
et `sentence` à mesure, `restart` si ce qui précède est remplacé, puis `end` avec la réponse
entière, ou `error` avec un document de problème"""


@dataclass(frozen=True, slots=True)
class Extracted:
    """A question with its extractive answer, which is there before anything is sent."""

    body: AnswerBody
    answer: Answer
    day: str
    started: float


def router(engine: Engine) -> APIRouter:
    """The routes that answer."""
    api = APIRouter(generate_unique_id_function=lambda route: route.name)

    async def extracted(body: AnswerBody) -> Extracted:
        started, filters = perf_counter(), body.filters
        answer = await engine.answer(body.question, filters, body.previous, body.spelling)
        return Extracted(body, answer, filters.day, started)

    @api.post(
        "/v1/answer",
        responses=FAULTS,
        response_description="La réponse, ou pourquoi il n'y en a pas",
        tags=["réponse"],
    )
    async def answer_question(found: Annotated[Extracted, Depends(extracted)]) -> AnswerOut:
        """Répond par des phrases que les documents prouvent, chacune citée, ou s'en abstient."""
        return _whole(engine, found, await whole(engine, found.body, found.answer))

    @api.post(
        "/v1/answer/stream",
        responses=FAULTS,
        response_class=EventSourceResponse,
        response_description=STREAM,
        tags=["réponse"],
    )
    async def stream_answer(
        request: Request, found: Annotated[Extracted, Depends(extracted)]
    ) -> AsyncIterator[ServerSentEvent]:
        """La même réponse, phrase par phrase, en text/event-stream."""
        try:
            async with aclosing(told(engine, found.body, found.answer)) as events:
                async for event in events:
                    for message in _messages(engine, found, event):
                        yield message
        except Exception as error:
            problem, _ = problems.described(request, error)
            yield ServerSentEvent(event="error", data=problem)

    @api.post(
        "/v1/answer/export",
        responses={
            **FAULTS,
            200: {"content": {kind.partition(";")[0]: {} for kind in MEDIA_TYPES.values()}},
        },
        response_class=Response,
        response_description="Toute la liste, un acte par ligne",
        tags=["réponse"],
    )
    async def export_answer(
        found: Annotated[Extracted, Depends(extracted)],
        request: Request,
        form: Annotated[
            Format, Query(alias="format", description="Tableur ou CSV.", examples=["ods"])
        ] = "csv",
    ) -> Response:
        """La liste entière pour un tableur ; sans ligne si la réponse n'est pas une liste."""
        answer = found.answer.ordered(found.body.sort)
        base = str(request.base_url).rstrip("/")
        table = await run_in_threadpool(exported, answer, form, found.day, base)
        return attached(table, form)

    @api.get(
        "/v1/suggestions",
        responses=described({}),
        response_description="Les suggestions, par nature",
        tags=["réponse"],
    )
    async def suggest(parameters: Annotated[SuggestionParameters, Query()]) -> SuggestionList:
        """Suggère des questions qui ont une réponse, des actes, des parties et des sigles."""
        found = await engine.suggest(parameters)
        return SuggestionList(suggestions=[SuggestionOut.of(one) for one in found])

    return api


def _messages(engine: Engine, found: Extracted, event: Event) -> list[ServerSentEvent]:
    if isinstance(event, Held):
        return [ServerSentEvent(event="held", data=HeldOut.of(event))]
    if isinstance(event, Part):
        cited = [CitationOut.of(citation, found.day) for citation in event.citations]
        messages = [ServerSentEvent(event="citation", data=citation) for citation in cited]
        return [*messages, ServerSentEvent(event="sentence", data=SentenceOut.of(event.sentence))]
    if isinstance(event, Restart):
        return [ServerSentEvent(event="restart", data=Restarted(fallback=event.reason))]
    return [ServerSentEvent(event="end", data=_whole(engine, found, event))]


def _whole(engine: Engine, found: Extracted, answer: Answer) -> AnswerOut:
    provenance = Provenance(
        version=_version(),
        encoder=engine.live.model,
        recipe=asdict(engine.recipe),
        passages=list(answer.writing.passages) if answer.writing else [],
    )
    body, took = found.body, (perf_counter() - found.started) * 1000
    page = slice(body.offset, body.offset + body.limit)
    answer = answer.ordered(body.sort)
    return AnswerOut.of(body.question, answer, found.day, took, provenance, page)


def _version() -> str:
    """The version that is installed; empty where the code runs from its folder alone."""
    try:
        return metadata.version("entente")
    except metadata.PackageNotFoundError:
        return ""
