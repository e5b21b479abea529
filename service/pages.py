"""The pages that people read: the search, and a document's text; both work without scripts."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.templating import Jinja2Templates

from corpus.errors import BadQuestion, Overloaded, UnknownDocument
from corpus.metadata import MONTHS
from service.api import Engine
from service.links import page_link, source_link, view_link
from service.search import Span
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


def pieces(text: str, spans: Sequence[Span]) -> list[tuple[str, bool]]:
    """A text cut at its spans: each piece, and whether it is highlighted."""
    cuts = [0, *(at for span in spans for at in (span.start, span.end)), len(text)]
    cut = [(text[a:b], n % 2 == 1) for n, (a, b) in enumerate(pairwise(cuts))]
    return [piece for piece in cut if piece[0]]


def long_date(iso: str) -> str:
    """« 13 octobre 2021 », from an ISO 8601 date."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def router(engine: Engine) -> APIRouter:
    """The routes of the pages."""
    pages = APIRouter(include_in_schema=False)
    templates = Jinja2Templates(HERE / "templates")
    templates.env.filters |= {"pieces": pieces, "long_date": long_date}
    templates.env.globals |= {
        "page_link": page_link, "source_link": source_link, "view_link": view_link,
    }  # fmt: skip

    def render(request: Request, name: str, status: int = 200, **context: object) -> Response:
        return templates.TemplateResponse(request, name, context, status, SECURITY)

    @pages.get("/")
    def home() -> RedirectResponse:
        return RedirectResponse("/recherche")

    @pages.get("/recherche", response_class=HTMLResponse)
    async def search_page(
        request: Request,
        q: Annotated[str, Query()] = "",
        page: Annotated[int, Query(ge=1, le=OFFSET // PER_PAGE)] = 1,
    ) -> Response:
        """The search page; a question that cannot be served is explained on the page."""
        if not q.strip():
            documents, _ = engine.index.count()
            return render(request, "search.html", q="", documents=documents)
        parameters = SearchParameters(q=q, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
        try:
            results = await engine.search(parameters)
        except (BadQuestion, Overloaded) as error:
            status = 503 if isinstance(error, Overloaded) else 422
            return render(request, "search.html", status, q=q[:500], error=str(error))
        last = -(-min(results.total, OFFSET) // PER_PAGE)
        steps = [("Page précédente", page - 1), ("Page suivante", page + 1)]
        links = [
            (name, "/recherche?" + urlencode({"q": q, "page": to}))
            for name, to in steps
            if 1 <= to <= last
        ]
        return render(
            request, "search.html", q=q, results=results, links=links, page=page, last=last
        )

    @pages.get("/document/{identifier}", response_class=HTMLResponse)
    def document_page(
        request: Request,
        identifier: str,
        debut: Annotated[int, Query(ge=0)] = 0,
        fin: Annotated[int, Query(ge=0)] = 0,
    ) -> Response:
        """A document's text, with one passage marked."""
        try:
            document = engine.index.document(identifier)
        except UnknownDocument as error:
            return render(request, "search.html", 404, q="", error=str(error))
        end = min(fin, len(document.text))
        start = min(debut, end)
        return render(request, "document.html", document=document, start=start, end=end)

    return pages
