"""`POST /v1/answer`."""

from time import perf_counter

from fastapi import APIRouter

from service.answers.wire import AnswerOut
from service.api import BUSY, Engine, described
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
        return AnswerOut.of(body.question, answer, filters.day, took)

    return api
