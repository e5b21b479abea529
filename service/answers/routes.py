"""`POST /v1/answer` and `GET /v1/suggestions`."""

from time import perf_counter
from typing import Annotated

from fastapi import APIRouter, Query

from service.answers.wire import AnswerOut, SuggestionList, SuggestionOut
from service.api import BUSY, Engine, described
from service.parameters import AnswerBody, SuggestionParameters


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
        answer = await engine.answer(body.question, filters, body.previous, body.spelling)
        took = (perf_counter() - start) * 1000
        return AnswerOut.of(body.question, answer, filters.day, took)

    @api.get(
        "/v1/suggestions",
        responses=described({}),
        response_description="Les suggestions, par nature",
        tags=["réponse"],
    )
    async def suggest(parameters: Annotated[SuggestionParameters, Query()]) -> SuggestionList:
        """Suggère des questions qui ont une réponse, des actes, des parties et des sigles."""
        found = await engine.suggest(parameters.q, parameters.limit)
        return SuggestionList(suggestions=[SuggestionOut.of(one) for one in found])

    return api
