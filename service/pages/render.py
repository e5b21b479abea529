"""How a page is made: templates, what they call, and the headers of a page."""

from collections.abc import Mapping
from pathlib import Path

from fastapi import Request
from fastapi.responses import Response
from fastapi.templating import Jinja2Templates

from service.box import current
from service.links import document_link, page_link, source_link, view_link
from service.pages.answered import marked
from service.reading import (
    decimal,
    depths,
    excerpt,
    french,
    heading,
    long_date,
    parts,
    reliability,
    scans,
    short_date,
    state,
    term,
)

HERE = Path(__file__).parent
POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
TRUSTED = {"require-trusted-types-for": "'script'", "trusted-types": "'none'"}


def policy(**more: str) -> dict[str, str]:
    """The headers of a page; `more` are directives, a script's among them."""
    added = {name.replace("_", "-"): value for name, value in more.items()}
    rules = POLICY | added | (TRUSTED if "script-src" in added else {})
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in rules.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }


SECURITY = policy()
TEMPLATES = Jinja2Templates(HERE / "templates")
TEMPLATES.env.filters |= {
    f.__name__: f
    for f in (
        decimal,
        depths,
        excerpt,
        french,
        heading,
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
TEMPLATES.env.globals |= {"box": current} | {
    f.__name__: f for f in (document_link, page_link, source_link, view_link)
}


def render(
    request: Request,
    name: str,
    status: int = 200,
    headers: Mapping[str, str] = SECURITY,
    **context: object,
) -> Response:
    """The page of a template, in French, with a policy under which, by itself, no script runs."""
    return TEMPLATES.TemplateResponse(request, name, context, status, headers)
