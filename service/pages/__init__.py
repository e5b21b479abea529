"""The pages that people read; all work without scripts."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from indexer.settings import Settings
from service.api import Engine
from service.pages import accessibility, acts, box, document, feed, opensearch, opinion, search
from service.pages.refused import show_problem
from service.pages.render import HERE, render

__all__ = ["HERE", "router", "show_problem"]


def router(engine: Engine, settings: Settings) -> APIRouter:
    """The routes of the pages."""
    pages = APIRouter(include_in_schema=False)
    pages.include_router(search.router(engine))
    pages.include_router(acts.router(engine))
    pages.include_router(feed.router(engine))
    pages.include_router(opensearch.router(engine))
    pages.include_router(document.router(engine, settings.limits))
    pages.include_router(opinion.router(engine))
    pages.include_router(box.router(engine))
    pages.include_router(accessibility.router(settings.operator, settings.contact))

    @pages.get("/")
    def home() -> RedirectResponse:
        return RedirectResponse("/recherche")

    @pages.get("/favicon.ico")
    def icon() -> RedirectResponse:
        """Where browsers look of themselves, beside a PDF."""
        return RedirectResponse("/static/entente.svg", 301)

    @pages.get("/docs")
    def api_page(request: Request) -> Response:
        """The API, as its OpenAPI description tells it."""
        return render(request, "api.html", api=request.app.openapi())

    return pages
