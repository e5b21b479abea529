"""A document's text as a page, with one passage marked."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from service.api import Engine
from service.links import tied
from service.pages.render import render


def router(engine: Engine) -> APIRouter:
    """The route of a document."""
    pages = APIRouter(include_in_schema=False)

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

    return pages
