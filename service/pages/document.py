"""A document: its text with what is cited marked, the page of its source beside it, its card."""

import hashlib
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, FastAPI, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from pydantic import AfterValidator, BaseModel, Field
from starlette.exceptions import HTTPException

from corpus.card.model import Evidence
from corpus.document import Document
from corpus.isolation import Limits
from indexer import Index
from service.api import NOSNIFF, Engine
from service.links import document_link, tied
from service.pages.images import Sight, has_images, picture, sight, wanted
from service.pages.render import render
from service.pages.stated import rows
from service.pages.timeline import timeline
from service.pictures.album import Album
from service.sources import source

CITATIONS = 100  # of one document, at the most
LAST = 100_000  # page of a source


def _span(written: str) -> str:
    if not re.fullmatch(r"\d{1,9}-\d{1,9}", written, re.ASCII):
        raise ValueError("un début et une fin comme 120-180 sont attendus")
    return written


class Cited(BaseModel):
    """What of a document is in sight: a span, or the n-th of several; a page of its source."""

    debut: int = Field(default=0, ge=0)
    fin: int = Field(default=0, ge=0)
    c: list[Annotated[str, AfterValidator(_span)]] = Field(default=[], max_length=CITATIONS)
    n: int = Field(default=1, ge=1)
    page: int | None = Field(default=None, ge=1, le=LAST)

    def spans(self, length: int) -> list[Evidence]:
        """The citations, within a text of this length; those that are empty there left out."""
        written = [tuple(map(int, one.split("-"))) for one in self.c] or [(self.debut, self.fin)]
        ends = [(start, min(end, length)) for start, end in written]
        return [Evidence(start, end) for start, end in ends if start < end]


@dataclass(frozen=True, slots=True)
class View:
    """A document and its citations; the one in sight is the n-th, from 1."""

    document: Document
    spans: Sequence[Evidence]
    n: int
    page: int  # of the source, in sight

    @classmethod
    def of(cls, document: Document, asked: Cited) -> "View":
        spans = asked.spans(len(document.text))
        n = min(asked.n, len(spans)) if asked.c else 1
        own = document.page_at(spans[n - 1].start) if spans else None
        return cls(document, spans, n, asked.page or own or 1)

    @property
    def cited(self) -> Evidence | None:
        return self.spans[self.n - 1] if self.spans else None

    def to(self, n: int) -> str:
        """The address of this view with another citation in sight; empty where there is none."""
        return f"{self._address(n, None)}#passage" if 1 <= n <= len(self.spans) else ""

    def at(self, page: int) -> str:
        """The same with another page of the source in sight."""
        return f"{self._address(self.n, page)}#source"

    def _address(self, n: int, page: int | None) -> str:
        pairs: list[tuple[str, object]] = [("c", f"{s.start}-{s.end}") for s in self.spans]
        if len(pairs) > 1:
            pairs.append(("n", n))
        elif cited := self.cited:
            pairs = [("debut", cited.start), ("fin", cited.end)]
        pairs += [("page", page)] if page else []
        return f"{document_link(self.document)}?{urlencode(pairs)}"

    def pieces(self) -> list[tuple[int, int, str]]:
        """The text in pieces: "passage" is the citation in sight, "other" of others, else ""."""
        ends = {0, len(self.document.text)}
        for span in self.spans:
            ends |= {span.start, span.end}
        if cited := self.cited:  # it is one piece, whatever others it meets
            ends -= {at for at in ends if cited.start < at < cited.end}
        cuts = sorted(ends)
        return [(a, b, self._kind(a, b)) for a, b in pairwise(cuts)]

    def _kind(self, start: int, end: int) -> str:
        if self.cited == Evidence(start, end):
            return "passage"
        held = any(span.start <= start and end <= span.end for span in self.spans)
        return "other" if held else ""


def router(engine: Engine, limits: Limits) -> APIRouter:
    """The routes of a document and of the images of its pages."""
    album = Album(limits)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await album.close()

    pages = APIRouter(lifespan=lifespan)

    @pages.get("/document/{identifier}")
    def moved(request: Request, identifier: str) -> RedirectResponse:
        """Where documents were before."""
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/documents/{quote(identifier)}{query}", 301)

    @pages.get("/documents/{identifier}")
    async def document_page(
        request: Request, identifier: str, asked: Annotated[Cited, Query()]
    ) -> Response:
        """A document's text, with what is cited marked."""
        index = engine.index
        document = await run_in_threadpool(index.document, identifier)
        view = View.of(document, asked)
        shown = await _shown(view)
        told = await run_in_threadpool(_about, document, index)
        return await run_in_threadpool(
            render, request, "document.html", view=view, shown=shown, **told
        )

    async def _shown(view: View) -> Sight | None:
        """The page of the source in sight; None where it has none that can be drawn."""
        document = view.document
        if not has_images(document):
            return None
        try:
            path, _ = await run_in_threadpool(source, document, engine.library)
        except HTTPException as error:
            return Sight(view.page, 0, "", "", error.detail)
        return await sight(
            album, document, wanted(document, path, view.page, view.cited), view.cited
        )

    @pages.get("/documents/{identifier}/pages/{number}.png")
    async def page_image(
        request: Request,
        identifier: str,
        number: Annotated[int, Path(ge=1, le=LAST)],
        debut: Annotated[int, Query(ge=0)] = 0,
        fin: Annotated[int, Query(ge=0)] = 0,
    ) -> Response:
        """A page of a PDF, with the cited lines boxed."""
        document = await run_in_threadpool(engine.index.document, identifier)
        if not has_images(document):
            raise HTTPException(
                404,
                f"{document.path} n'est pas un PDF, ses pages ne sont pas dessinées : le texte "
                f"est à l'adresse {document_link(document)}.",
            )
        path, _ = await run_in_threadpool(source, document, engine.library)
        cited = next(iter(Cited(debut=debut, fin=fin).spans(len(document.text))), None)
        drawn = await picture(album, document, wanted(document, path, number, cited))
        tag = f'"{hashlib.sha256(drawn.png).hexdigest()[:32]}"'
        headers = {**NOSNIFF, "Cache-Control": "private, no-cache", "ETag": tag}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(drawn.png, media_type="image/png", headers=headers)

    return pages


def _about(document: Document, index: Index) -> dict[str, Any]:
    """What the index and the card tell of a document."""
    acts = tied(document.id, index)
    versions = index.describe(index.versions(document.id))
    return {
        "document": document,
        "acts": acts,
        "versions": sorted(versions.values(), key=lambda one: one.metadata.date, reverse=True),
        "newest": index.newest(document.id),
        "card": rows(document),
        "line": timeline(document, acts),
    }
