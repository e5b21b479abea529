"""The pages that people read; all work without scripts."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from corpus.isolation import Limits
from service.api import Engine
from service.pages import acts, box, document, feed, opensearch, opinion, search
from service.pages.refused import show_problem
from service.pages.render import HERE, render

__all__ = ["HERE", "router", "show_problem"]


def router(engine: Engine, limits: Limits = Limits()) -> APIRouter:
    """The routes of the pages; `limits` are those of what reads documents."""
    pages = APIRouter(include_in_schema=False)
    pages.include_router(search.router(engine))
    pages.include_router(acts.router(engine))
    pages.include_router(feed.router(engine))
    pages.include_router(opensearch.router(engine))
    pages.include_router(document.router(engine, limits))
    pages.include_router(opinion.router(engine))
    pages.include_router(box.router(engine))

    @pages.get("/")
    def home() -> RedirectResponse:
        return RedirectResponse("/recherche")

    @pages.get("/docs")
    def api_page(request: Request) -> Response:
        """The API, as its OpenAPI description tells it."""
        return render(request, "api.html", api=request.app.openapi())

    return pages
