"""The search in the address bar of a browser: its description and its suggestions (OpenSearch)."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from service.api import NOSNIFF, Engine
from service.pages.render import TEMPLATES
from service.parameters import SuggestionParameters

DESCRIPTION = "application/opensearchdescription+xml; charset=utf-8"
SUGGESTIONS = "application/x-suggestions+json"


def router(engine: Engine) -> APIRouter:
    """The routes that browsers call."""
    pages = APIRouter()

    @pages.get("/opensearch.xml")
    def description(request: Request) -> Response:
        """How a browser searches here."""
        base = str(request.base_url).rstrip("/")
        text = TEMPLATES.get_template("opensearch.xml").render(base=base)
        return Response(text, media_type=DESCRIPTION, headers=NOSNIFF)

    @pages.get("/opensearch/suggestions")
    async def suggestions(asked: Annotated[SuggestionParameters, Query()]) -> Response:
        """What is typed, and what it may become."""
        found = await engine.suggest(asked)
        texts = [one.text for one in found]
        return JSONResponse([asked.q, texts], media_type=SUGGESTIONS, headers=NOSNIFF)

    return pages
