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
    """A part of a document: a passage, a citation, an evidence."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


class Paged(Place, Protocol):
    """A part of a document that knows its page."""

    @property
    def page(self) -> int | None: ...


def search_link(q: str, parameters: Sequence[tuple[str, str]] = ()) -> str:
    """The page of results of a question, with filters as they are written."""
    return "/recherche?" + urlencode([("q", q), *parameters])


def acts_link(parameters: Sequence[tuple[str, str]] = (), path: str = "/conventions") -> str:
    """The list of acts, or a file of it, as the parameters narrow it."""
    return path + ("?" + urlencode(parameters) if parameters else "")


def source_link(document: Document) -> str:
    """The file that was indexed."""
    return f"/v1/documents/{quote(document.id)}/file"


def text_link(document: Document) -> str:
    """The text whose code points citations count."""
    return f"/v1/documents/{quote(document.id)}/text"


def document_link(document: Document) -> str:
    """The text as a page."""
    return f"/documents/{quote(document.id)}"


def view_link(document: Document, passage: Place | None, others: Sequence[Place] = ()) -> str:
    """The text as a page, with the passage, if there is one, marked and in sight.

    `others` are all citations of the document, this one among them: links lead from one to another.
    """
    if passage is None:
        return document_link(document)
    spans = [(place.start, place.end) for place in others]
    here = passage.start, passage.end
    if len(spans) < 2 or here not in spans:
        return f"{document_link(document)}?debut={passage.start}&fin={passage.end}#passage"
    cited = "&".join(f"c={start}-{end}" for start, end in spans)
    return f"{document_link(document)}?{cited}&n={spans.index(here) + 1}#passage"


def picture_link(document: Document, page: int, start: int = 0, end: int = 0) -> str:
    """The image of a page of the source, with what is cited boxed."""
    span = f"?debut={start}&fin={end}" if start < end else ""
    return f"{document_link(document)}/pages/{page}.png{span}"


def suggested_link(text: str, document: str = "") -> str:
    """Where a suggestion leads: the text of a document, or the results of a question."""
    return f"/documents/{quote(document)}" if document else search_link(text)


def page_link(document: Document, passage: Paged) -> str:
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
