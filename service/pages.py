"""The pages that people read: the search, a document's text, the API; all work without scripts."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.templating import Jinja2Templates
from starlette.exceptions import HTTPException

from service.api import Engine
from service.links import page_link, source_link, tied, view_link
from service.problems import Problem
from service.reading import excerpt, french, long_date, parts, reliability, scans, state
from service.wire import OFFSET, SearchParameters

HERE = Path(__file__).parent
PER_PAGE = 10
SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


TEMPLATES = Jinja2Templates(HERE / "templates")
TEMPLATES.env.filters |= {
    f.__name__: f for f in (excerpt, parts, long_date, french, reliability, scans, state)
}
TEMPLATES.env.globals |= {f.__name__: f for f in (page_link, source_link, view_link)}


def render(request: Request, name: str, status: int = 200, **context: object) -> Response:
    return TEMPLATES.TemplateResponse(request, name, context, status, SECURITY)


def show_problem(request: Request, problem: Problem) -> Response:
    """An error, below the question that met it."""
    asked = request.query_params.get("q", "")
    return render(request, "problem.html", problem.status, q=asked[:500], problem=problem)


def router(engine: Engine) -> APIRouter:
    """The routes of the pages."""
    pages = APIRouter(include_in_schema=False)

    @pages.get("/")
    def home() -> RedirectResponse:
        return RedirectResponse("/recherche")

    @pages.get("/recherche")
    async def search_page(
        request: Request,
        q: Annotated[str, Query()] = "",
        page: Annotated[int, Query(ge=1, le=OFFSET // PER_PAGE)] = 1,
    ) -> Response:
        """The search, and the results of a question."""
        if not q.strip():
            documents, _ = engine.index.count()
            return render(request, "search.html", documents=documents)
        parameters = SearchParameters(q=q, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
        results = await engine.search(parameters)
        last = max(1, -(-min(results.total, OFFSET) // PER_PAGE))
        if page > last:
            raise HTTPException(404, f"page = « {page} » : la dernière est la page {last}.")
        steps = [("Page précédente", page - 1), ("Page suivante", page + 1)]
        links = [
            (name, "/recherche?" + urlencode({"q": q, "page": to}))
            for name, to in steps
            if 1 <= to <= last
        ]
        return render(
            request, "results.html", q=q, results=results, links=links, page=page, last=last
        )

    @pages.get("/document/{identifier}")
    def document_page(
        request: Request,
        identifier: str,
        debut: Annotated[int, Query(ge=0)] = 0,
        fin: Annotated[int, Query(ge=0)] = 0,
    ) -> Response:
        """A document's text, with one passage marked."""
        index = engine.index
        document = index.document(identifier)
        end = min(fin, len(document.text))
        start = min(debut, end)
        acts = tied(identifier, index)
        return render(request, "document.html", document=document, acts=acts, start=start, end=end)

    @pages.get("/docs")
    def api_page(request: Request) -> Response:
        """The API, as its OpenAPI description tells it."""
        return render(request, "api.html", api=request.app.openapi())

    return pages
