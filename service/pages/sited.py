"""What is asked from the page of a site, as anybody may ask it: of the folders that it searches."""

from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse

from service.api import Engine
from service.pages.narrowing import parameters
from service.parameters import PageParameters

KEPT = ("sort", "spelling", "previous", "page", "written")  # beside the question and its filters


def of_site(engine: Engine, request: Request, asked: PageParameters) -> RedirectResponse | None:
    """The address without the site's name; None where none is named.

    Raises:
        UnknownValue: no site has the name, or a filter asks for folders that are not its own.
    """
    if not asked.site:
        return None
    narrowed = engine.sites.site(asked.site).narrowed(engine.index.resolve(asked.filters))
    kept = [pair for pair in request.query_params.multi_items() if pair[0] in KEPT]
    pairs = [("q", asked.q), *parameters(narrowed), *kept]
    return RedirectResponse(f"{request.url.path}?{urlencode(pairs)}", 303)
