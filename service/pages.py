"""The pages that people read: the search, a document's text, the API; all work without scripts."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from fastapi.templating import Jinja2Templates
from starlette.exceptions import HTTPException

from corpus.errors import UnknownValue, listed
from indexer.facets import Filters
from indexer.known import Known
from service import refused
from service.api import Engine
from service.links import page_link, search_link, source_link, tied, view_link
from service.narrowing import LABELS, active, address, fieldsets, parameters
from service.parameters import OFFSET, PER_PAGE, PageParameters
from service.problems import Problem
from service.reading import excerpt, french, long_date, parts, reliability, scans, state, term

HERE = Path(__file__).parent
FEW = 3  # unknown parameters that are told by name
PARAMETERS = Known((name, name) for name in PageParameters.model_fields)
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
    f.__name__: f for f in (excerpt, parts, long_date, french, reliability, scans, state, term)
}
TEMPLATES.env.globals |= {f.__name__: f for f in (page_link, source_link, view_link)}


def render(request: Request, name: str, status: int = 200, **context: object) -> Response:
    return TEMPLATES.TemplateResponse(request, name, context, status, SECURITY)


def show_problem(request: Request, problem: Problem, error: Exception) -> Response:
    """An error, below the question that met it; the filters that were not refused are kept."""
    q, told = request.query_params.get("q", ""), problem.detail
    left, near = refused.kept(request, error), []
    if isinstance(error, UnknownValue):
        told = f"{LABELS[error.name]} = « {error.written[:80]} » : {error.fault}."
        near = refused.near(request, error)
    return render(
        request,
        "problem.html",
        problem.status,
        q=q[:500],
        problem=problem,
        told=told,
        near=near,
        kept=left,
        without="" if left == refused.given(request) else search_link(q, left),
    )


def _unknown(names: Sequence[str]) -> list[str]:
    """What to say of parameters that the page does not have."""
    notes = []
    for name in names[:FEW]:
        near = PARAMETERS.near(name)
        meant = f" ; voyez {listed(near)}" if near else ""
        notes.append(f"Le paramètre « {name[:80]} » est inconnu : il n'a pas été appliqué{meant}.")
    if (others := len(names) - FEW) > 0:
        s = "s" if others > 1 else ""
        notes.append(
            f"{others} autre{s} paramètre{s} de l'adresse {'sont' if s else 'est'} inconnu{s}."
        )
    return notes


def _absent(phrase: str, filters: Filters, found: int) -> str:
    """What to say of a quoted phrase that stands nowhere."""
    where = "des documents que gardent les filtres" if filters.active else "des documents"
    near = " : voici ce qui s'en approche" if found else ""
    return f"« {phrase} » n'est dans aucun passage {where}{near}."


def router(engine: Engine) -> APIRouter:
    """The routes of the pages."""
    pages = APIRouter(include_in_schema=False)

    @pages.get("/")
    def home() -> RedirectResponse:
        return RedirectResponse("/recherche")

    @pages.get("/recherche")
    async def search_page(request: Request, asked: Annotated[PageParameters, Query()]) -> Response:
        """The search, and the results of a question."""
        q, page = asked.q, asked.page
        notes = _unknown(asked.unknown)
        if not q.strip():
            documents, _ = engine.index.count()
            filters = await run_in_threadpool(engine.index.resolve, asked.filters)
            if filters.active:
                notes.append("Posez une question : les filtres s'appliquent à ses résultats.")
            return render(
                request,
                "search.html",
                documents=documents,
                notes=notes,
                active=active(q, filters),
                kept=parameters(filters),
            )
        results = await engine.search(asked.search)
        notes += [_absent(phrase, results.filters, results.total) for phrase in results.absent]
        last = max(1, -(-min(results.total, OFFSET) // PER_PAGE))
        if page > last:
            raise HTTPException(404, f"page = « {page} » : la dernière est la page {last}.")
        steps = [("Page précédente", page - 1), ("Page suivante", page + 1)]
        return render(
            request,
            "results.html",
            q=q,
            notes=notes,
            results=results,
            active=active(q, results.filters, asked.spelling),
            spelling=asked.spelling,
            otherwise=address(q, results.filters, spelling=not asked.spelling),
            fieldsets=fieldsets(results.facets, results.filters),
            links=[
                (name, address(q, results.filters, to, asked.spelling))
                for name, to in steps
                if 1 <= to <= last
            ],
            page=page,
            last=last,
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
