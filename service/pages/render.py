"""How a page is made: templates, what they call, and the headers of a page."""

from pathlib import Path

from fastapi import Request
from fastapi.responses import Response
from fastapi.templating import Jinja2Templates

from service.links import document_link, page_link, source_link, view_link
from service.pages.answered import marked
from service.reading import (
    decimal,
    excerpt,
    french,
    long_date,
    parts,
    reliability,
    scans,
    short_date,
    state,
    term,
)

HERE = Path(__file__).parent
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
    f.__name__: f
    for f in (
        decimal,
        excerpt,
        french,
        long_date,
        marked,
        parts,
        reliability,
        scans,
        short_date,
        state,
        term,
    )
}
TEMPLATES.env.globals |= {f.__name__: f for f in (document_link, page_link, source_link, view_link)}


def render(request: Request, name: str, status: int = 200, **context: object) -> Response:
    """The page of a template, in French, with a policy under which no script runs."""
    return TEMPLATES.TemplateResponse(request, name, context, status, SECURITY)
