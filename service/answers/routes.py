"""`POST /v1/answer`, and a list of it for a spreadsheet."""

from time import perf_counter
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from service.answers.export import MEDIA_TYPES, Format, exported
from service.answers.sorting import ordered
from service.answers.wire import AnswerOut
from service.api import BUSY, NOSNIFF, Engine, described
from service.parameters import AnswerBody


def router(engine: Engine) -> APIRouter:
    """The route that answers."""
    api = APIRouter(generate_unique_id_function=lambda route: route.name)

    @api.post(
        "/v1/answer",
        responses=described({400: "Corps illisible", 413: "Corps trop long", 503: BUSY}),
        response_description="La réponse, ou pourquoi il n'y en a pas",
        tags=["réponse"],
    )
    async def answer_question(body: AnswerBody) -> AnswerOut:
        """Répond par des phrases des documents, chacune citée, ou dit qu'ils se taisent."""
        start = perf_counter()
        filters = body.filters
        answer = await engine.answer(body.question, filters)
        took = (perf_counter() - start) * 1000
        page = slice(body.offset, body.offset + body.limit)
        return AnswerOut.of(body.question, ordered(answer, body.sort), filters.day, took, page)

    @api.post(
        "/v1/answer/export",
        responses={
            **described({400: "Corps illisible", 413: "Corps trop long", 503: BUSY}),
            200: {"content": {kind.partition(";")[0]: {} for kind in MEDIA_TYPES.values()}},
        },
        response_class=Response,
        response_description="Toute la liste, un acte par ligne",
        tags=["réponse"],
    )
    async def export_answer(
        body: AnswerBody,
        request: Request,
        form: Annotated[
            Format, Query(alias="format", description="Tableur ou CSV.", examples=["ods"])
        ] = "csv",
    ) -> Response:
        """La liste entière pour un tableur ; sans ligne si la réponse n'est pas une liste."""
        answer = ordered(await engine.answer(body.question, body.filters), body.sort)
        base = str(request.base_url).rstrip("/")
        table = await run_in_threadpool(exported, answer, form, body.filters.day, base)
        named = {"Content-Disposition": f'attachment; filename="liste.{form}"'}
        return Response(table, media_type=MEDIA_TYPES[form], headers={**NOSNIFF, **named})

    return api
