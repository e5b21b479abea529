"""The search: a question, its answer with citations, and the documents found."""

import asyncio
from typing import Annotated
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from corpus.errors import Overloaded
from indexer.facets import Filters
from service.answers import Answer
from service.answers.export import MEDIA_TYPES, attached, exported
from service.answers.followed import followed
from service.answers.written.served import whole
from service.api import Engine
from service.links import search_link
from service.pages.acts import shortcuts
from service.pages.answered import Shown
from service.pages.examples import examples
from service.pages.narrowing import active, address, fieldsets, orders, parameters
from service.pages.render import policy, render
from service.pages.sited import of_site
from service.pages.unknown import unknown
from service.parameters import OFFSET, PER_PAGE, PageParameters
from service.search import Results

TRIES = 2  # to have the answer and the results of one generation
SCRIPTED = policy(script_src="'self'", connect_src="'self'")  # suggestions while one types


def router(engine: Engine) -> APIRouter:
    """The routes of the search and of its lists."""
    pages = APIRouter()

    @pages.get("/recherche")
    async def search_page(request: Request, asked: Annotated[PageParameters, Query()]) -> Response:
        """The search, and the results of a question; of a site, by the folders that it searches."""
        known = asked.site in engine.sites.named
        if known and (moved := await run_in_threadpool(of_site, engine, request, asked)):
            return moved
        if not asked.q.strip():
            return await _front(engine, request, asked)
        if whole := followed(asked.q, asked.previous):
            filters = await run_in_threadpool(engine.index.resolve, asked.filters)
            return RedirectResponse(search_link(whole, parameters(filters)), 303)
        return await _results(engine, request, asked)

    @pages.get("/recherche/liste.{form}")
    async def list_file(
        request: Request, form: str, asked: Annotated[PageParameters, Query()]
    ) -> Response:
        """The acts of a list, for a spreadsheet."""
        if form not in MEDIA_TYPES:
            raise HTTPException(404, f"« liste.{form[:80]} » : liste.csv ou liste.ods.")
        if moved := await run_in_threadpool(of_site, engine, request, asked):
            return moved
        answer = await engine.answer(asked.q, asked.filters, spelling=asked.spelling)
        answer = answer.ordered(asked.sort)
        base = str(request.base_url).rstrip("/")
        table = await run_in_threadpool(exported, answer, form, asked.filters.day, base)
        return attached(table, form)

    return pages


async def _front(engine: Engine, request: Request, asked: PageParameters) -> Response:
    notes = _noted(asked)
    documents, _ = engine.index.count()
    filters = await run_in_threadpool(engine.index.resolve, asked.filters)
    if filters.active:
        notes.append("Posez une question : les filtres s'appliquent à ses résultats.")
    return render(
        request,
        "search.html",
        headers=SCRIPTED,
        documents=documents,
        examples=[
            (text, search_link(text, parameters(filters)))
            for text in await run_in_threadpool(examples, engine.index, filters.day)
        ],
        shortcuts=shortcuts(),
        notes=notes,
        active=active("", filters),
        kept=parameters(filters),
    )


async def _results(engine: Engine, request: Request, asked: PageParameters) -> Response:
    q, page = asked.q, asked.page
    for _ in range(TRIES):
        results, answer = await asyncio.gather(engine.search(asked.search), _answer(engine, asked))
        if not isinstance(answer, Answer) or answer.generation == results.generation:
            break
    notes = _noted(asked)
    notes += [_absent(phrase, results.filters, results.total) for phrase in results.absent]
    last = max(1, -(-min(results.total, OFFSET) // PER_PAGE))
    if page > last:
        raise HTTPException(404, f"page = « {page} » : la dernière est la page {last}.")
    if isinstance(answer, str):
        notes.append(answer)
    shown = address(q, results.filters, spelling=asked.spelling)
    steps = [("Page précédente", page - 1), ("Page suivante", page + 1)]
    return render(
        request,
        "results.html",
        headers=SCRIPTED,
        q=q,
        notes=notes,
        answered=Shown.of(answer, asked, results.filters) if isinstance(answer, Answer) else None,
        writes=engine.endpoint is not None,
        results=results,
        active=active(q, results.filters, asked.spelling, asked.sort),
        whole=search_link(q),
        feed=f"/recherche.atom{shown.removeprefix('/recherche')}",
        orders=orders(q, results.filters, asked.spelling, asked.sort),
        sort=asked.sort,
        kept=parameters(results.filters),
        spelling=asked.spelling,
        rated=_rated(asked, results) if engine.opinions else [],
        otherwise=address(q, results.filters, spelling=not asked.spelling, sort=asked.sort),
        fieldsets=fieldsets(results.facets, results.filters),
        links=[
            (name, address(q, results.filters, to, asked.spelling, asked.sort))
            for name, to in steps
            if 1 <= to <= last
        ],
        page=page,
        last=last,
    )


def _noted(asked: PageParameters) -> list[str]:
    """What of the address was not applied: a site left here is one that nobody has set up."""
    if not asked.site:
        return unknown(asked)
    return [
        *unknown(asked),
        f"Le site « {asked.site[:80]} » n'est pas réglé sur ce service : tous les documents sont "
        "cherchés.",
    ]


def _rated(asked: PageParameters, results: Results) -> list[tuple[str, str]]:
    """What the forms for opinions of a page have in common; `parameters` lead back to it."""
    shown = address(
        asked.q, results.filters, asked.page if asked.page > 1 else 0, asked.spelling, asked.sort
    )
    parameters = [pair for pair in parse_qsl(urlsplit(shown).query) if pair[0] != "q"]
    return [
        ("question", asked.q),
        ("generation", str(results.generation)),
        ("parameters", urlencode(parameters)),
    ]


async def _answer(engine: Engine, asked: PageParameters) -> Answer | str | None:
    """The answer, or why there is none in words; none on the pages after the first."""
    if asked.page > 1:
        return None
    try:
        answer = await engine.answer(asked.q, asked.filters, spelling=asked.spelling)
        return await whole(engine, asked.answered, answer) if asked.written else answer
    except Overloaded:
        return (
            "Trop de questions à la fois : voici les documents, sans réponse ; rechargez la page."
        )


def _absent(phrase: str, filters: Filters, found: int) -> str:
    """What to say of a quoted phrase that stands nowhere."""
    where = "des documents que gardent les filtres" if filters.active else "des documents"
    near = " : voici ce qui s'en approche" if found else ""
    return f"« {phrase} » n'est dans aucun passage {where}{near}."
