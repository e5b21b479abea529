"""Images of the pages of PDF sources: their addresses, and what a document's page shows of them."""

import asyncio
from dataclasses import dataclass
from pathlib import Path, PurePath

from starlette.exceptions import HTTPException

from corpus.card.model import Evidence
from corpus.document import Document
from corpus.errors import Overloaded
from service.links import picture_link, source_link
from service.pictures.album import Album, NoPicture
from service.pictures.draw import Picture, Wanted

PATIENCE = 1.5  # seconds that a document's page waits for an image


@dataclass(frozen=True, slots=True)
class Sight:
    """The image beside a text; `src` is empty where there is none. Sides are in pixels, or 0."""

    number: int
    pages: int
    src: str
    alt: str
    note: str = ""
    width: int = 0
    height: int = 0


def has_images(document: Document) -> bool:
    """Whether the pages of its source can be drawn."""
    return PurePath(document.path).suffix.lower() == ".pdf"


def wanted(document: Document, path: Path, number: int, cited: Evidence | None) -> Wanted:
    """A page of the source with what is cited of it."""
    page = next((page for page in document.pages if page.number == number), None)
    if page is None or cited is None:
        return Wanted(path, document.fingerprint, number)
    start, end = max(cited.start, page.start), min(cited.end, page.end)
    if start >= end:
        return Wanted(path, document.fingerprint, number)
    return Wanted(
        path,
        document.fingerprint,
        number,
        document.text[page.start : page.end],
        start - page.start,
        end - page.start,
        bool(page.confidence),
    )


async def picture(album: Album, document: Document, asked: Wanted) -> Picture:
    """A page of the source.

    Raises:
        HTTPException: 404, it cannot be shown.
        Overloaded: too many pages wait.
    """
    drawn = await album.picture(asked)
    if isinstance(drawn, NoPicture):
        raise HTTPException(
            404,
            f"La page {asked.number} de {document.path} ne peut pas être montrée "
            f"({drawn.reason}) : la source est à l'adresse {source_link(document)}.",
        )
    return drawn


async def sight(album: Album, document: Document, asked: Wanted, cited: Evidence | None) -> Sight:
    """What the page of a document shows of a page of its source, without waiting long."""
    here = asked.start < asked.end
    span = (cited.start, cited.end) if cited and here else (0, 0)
    src = picture_link(document, asked.number, *span)
    pages = max((page.number for page in document.pages), default=1)
    title = f"Page {asked.number} de « {document.title or document.path} »"
    try:
        drawn = await asyncio.wait_for(album.picture(asked), PATIENCE)
    except (TimeoutError, Overloaded):
        boxed = "les lignes citées y sont encadrées si elles s'y retrouvent" if here else ""
        return Sight(asked.number, pages, src, f"{title} : {boxed}" if boxed else title)
    if isinstance(drawn, NoPicture):
        return Sight(
            asked.number, pages, "", "", f"Cette page ne peut pas être montrée : {drawn.reason}."
        )
    note = _told(drawn.lines) if here else ""
    alt = f"{title} : {note[:1].lower()}{note[1:]}" if note else title
    pages = max(pages, drawn.pages)
    return Sight(asked.number, pages, src, alt, note, drawn.width, drawn.height)


def _told(lines: int) -> str:
    if not lines:
        return "Le passage cité n'a pas été retrouvé sur l'image : il n'y est pas encadré."
    many = "s" * (lines > 1)
    return f"{lines} ligne{many} citée{many} encadrée{many}."
