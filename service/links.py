"""Where a document, a page of it and a passage are found: addresses from the service's root."""

from collections.abc import Sequence
from typing import Protocol
from urllib.parse import quote, urlencode

from corpus.document import Document
from indexer import Index

RECEIVED = {
    "modifie": "modifié par",
    "remplace": "remplacé par",
    "abroge": "abrogé par",
    "adopte": "adopté par",
    "autorise": "autorisé par",
    "vise": "visé par",
}


class Place(Protocol):
    """A part of a document: a passage, a citation."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...

    @property
    def page(self) -> int | None: ...


def search_link(q: str, parameters: Sequence[tuple[str, str]] = ()) -> str:
    """The page of results of a question, with filters as they are written."""
    return "/recherche?" + urlencode([("q", q), *parameters])


def source_link(document: Document) -> str:
    """The file that was indexed."""
    return f"/v1/documents/{quote(document.id)}/file"


def text_link(document: Document) -> str:
    """The text whose code points citations count."""
    return f"/v1/documents/{quote(document.id)}/text"


def view_link(document: Document, passage: Place | None) -> str:
    """The text as a page, with the passage, if there is one, marked and in sight."""
    if passage is None:
        return f"/document/{quote(document.id)}"
    span = f"debut={passage.start}&fin={passage.end}"
    return f"/document/{quote(document.id)}?{span}#passage"


def suggested_link(text: str, document: str = "") -> str:
    """Where a suggestion leads: the text of a document, or the results of a question."""
    return f"/document/{quote(document)}" if document else search_link(text)


def page_link(document: Document, passage: Place) -> str:
    """The source at the page of the passage; the marked text where the source has no pages."""
    if passage.page is None:
        return view_link(document, passage)
    return f"{source_link(document)}#page={passage.page}"


def tied(document: str, index: Index) -> list[tuple[str, Document]]:
    """The acts that a document is tied to: what it does to each, or is done to it, and the act."""
    act = index.newest(document)
    found = [
        (t.relation, t.target) if t.source == act else (RECEIVED[t.relation], t.source)
        for t in index.ties(document)
    ]
    acts = index.describe([name for _, name in found])
    return [(relation, acts[name]) for relation, name in found]
