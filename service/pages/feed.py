"""Atom feeds (RFC 4287): the acts that answer a saved question, or pass the filters of a list."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid5

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from corpus.document import Document
from indexer.index import LocalIndex
from service.answers import Answer
from service.answers.export import ILLEGAL
from service.answers.followed import followed
from service.api import NOSNIFF, Engine
from service.links import view_link
from service.listing import listing
from service.pages.acts import active
from service.pages.narrowing import removable
from service.pages.render import TEMPLATES
from service.pages.sited import of_site
from service.parameters import Fields, ListParameters, PageParameters
from service.reading import excerpt, french, state, term
from service.search import Results

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
FEED = {**NOSNIFF, "Content-Security-Policy": "default-src 'none'", "Cache-Control": "no-cache"}
MOST = 100  # acts of a list, the latest
NEAREST = 20  # documents of a question
NO_MATTER = ("page", "sort")  # parameters of a page that leave its feed as it is


@dataclass(frozen=True, slots=True)
class Found:
    """An act, where it is read from the service's root, and what a feed says of it."""

    act: Document
    link: str
    summary: str


@dataclass(frozen=True, slots=True)
class Entry(Found):
    """An act in a feed; `updated` is in RFC 3339."""

    id: str
    updated: str


def router(engine: Engine) -> APIRouter:
    """The routes of the feeds."""
    feeds = APIRouter()

    @feeds.get("/recherche.atom")
    async def question_feed(
        request: Request, asked: Annotated[PageParameters, Query()]
    ) -> Response:
        """The acts of the list that answers a question, or else the nearest documents."""
        if moved := await run_in_threadpool(of_site, engine, request, asked):
            return moved
        if same := _unchanged(request, tag := _tag(request, engine, asked)):
            return same
        q = followed(asked.q, asked.previous) or asked.q
        answer = await engine.answer(q, asked.filters, spelling=asked.spelling)
        if answer.rows:
            found = _listed(answer, asked.filters.day)
        else:
            wide = {"q": q, "sort": "own", "offset": 0, "limit": NEAREST}
            found = _nearest(await engine.search(asked.search.model_copy(update=wide)))
        filters = await run_in_threadpool(engine.index.resolve, asked.filters)
        narrowed = [words for words, _ in removable(filters, lambda _: "")]
        title = _titled(f"«\u00a0{q}\u00a0»", narrowed)
        return await run_in_threadpool(_written, request, engine, tag, title, found)

    @feeds.get("/conventions.atom")
    def acts_feed(request: Request, asked: Annotated[ListParameters, Query()]) -> Response:
        """The latest of the acts that pass the filters."""
        if same := _unchanged(request, tag := _tag(request, engine, asked)):
            return same
        listed = listing(engine.index, asked.model_copy(update={"sort": "-date"}))
        day = listed.filters.day
        found = [Found(a, view_link(a, None), _told(a, day)) for a in listed.acts[:MOST]]
        title = _titled("Actes", [words for words, _ in active(asked, listed)])
        return _written(request, engine, tag, title, found)

    return feeds


def _titled(name: str, narrowed: Sequence[str]) -> str:
    told = f" ({' ; '.join(narrowed)})" if narrowed else ""
    return f"{name}{french(told)} – Entente"


def _listed(answer: Answer, day: str) -> list[Found]:
    cited = {citation.n: citation for citation in answer.citations}
    found = []
    for row in answer.rows:
        quoted = cited.get(row.citation or 0)
        link = view_link(quoted.document if quoted else row.document, quoted)
        found.append(
            Found(row.document, link, quoted.quote if quoted else _told(row.document, day))
        )
    return found


def _nearest(results: Results) -> list[Found]:
    return [
        Found(
            hit.document,
            view_link(hit.document, hit.passages[0].passage),
            "".join(piece for piece, _ in excerpt(hit.passages[0])),
        )
        for hit in results.hits
    ]


def _told(act: Document, day: str) -> str:
    """What a card says of an act, in a few words."""
    m = act.metadata
    named = f"{m.kind.capitalize()} n° {m.number}" if m.number else m.kind.capitalize()
    parts = [", ".join(filter(None, [named, term(act), state(act, day)])), ", ".join(m.parties)]
    return french(" – ".join(filter(None, parts)))


def _written(
    request: Request, engine: Engine, tag: str, title: str, found: Sequence[Found]
) -> Response:
    """The feed, the latest act first, without the characters that XML cannot hold."""
    entries = [_entry(one, engine.index, engine.live.published) for one in found]
    entries.sort(key=lambda entry: entry.updated, reverse=True)
    text = TEMPLATES.get_template("feed.xml").render(
        title=title,
        id=_identity("flux", f"{request.url.path}?{_asked(request)}"),
        updated=engine.live.published,
        base=str(request.base_url).rstrip("/"),
        own=str(request.url),
        page=str(request.url.replace(path=request.url.path.removesuffix(".atom"))),
        entries=entries,
    )
    return Response(ILLEGAL.sub("", text), media_type=MEDIA_TYPE, headers={**FEED, "ETag": tag})


def _entry(found: Found, index: LocalIndex, published: str) -> Entry:
    """An act with an id that stays, whichever of its versions is the newest.

    It is updated on its own day; without one, or where that is to come, when its index was.
    """
    act, day = found.act, found.act.metadata.date
    known = day[:10] <= published[:10] and _is_day(day)
    return Entry(
        act,
        found.link,
        found.summary,
        _identity("acte", min(index.versions(act.id))),
        f"{day}T00:00:00+00:00" if known else published,
    )


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _identity(kind: str, name: str) -> str:
    """An IRI that is the same wherever the service runs."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'entente:{kind}:{name}')}"


def _asked(request: Request) -> str:
    """What an address asks for, however it is written."""
    given = request.query_params.multi_items()
    return urlencode(sorted((n, v) for n, v in given if v and n not in NO_MATTER))


def _tag(request: Request, engine: Engine, asked: Fields) -> str:
    """Tells a feed from any other: by its question, the day of its statuses, and the index."""
    live = engine.live
    parts: list[Any] = [
        request.url.replace(query=_asked(request)),
        asked.filters.day,
        live.index.generation,
        live.published,
    ]
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def _unchanged(request: Request, tag: str) -> Response | None:
    """The answer to who has this feed already (RFC 9110, `If-None-Match`)."""
    held = request.headers.get("if-none-match", "").split(",")
    if {"*", tag}.isdisjoint(one.strip().removeprefix("W/") for one in held):
        return None
    return Response(status_code=304, headers={**FEED, "ETag": tag})
