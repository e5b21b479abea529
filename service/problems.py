"""Errors in French, each with its value and its remedy: problem documents (RFC 9457), or pages."""

import http
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from corpus.errors import BadQuestion, EntenteError, Overloaded, UnknownDocument, UnknownValue
from indexer.faults import explain
from service.feedback.opinions import FeedbackFull

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
STATUS: dict[type[Exception], int] = {
    FeedbackFull: 507,
    BadQuestion: 422,
    UnknownDocument: 404,
    UnknownValue: 422,
    Overloaded: 503,
}
TITLES = {
    400: "Requête incorrecte",
    403: "Refusé",
    404: "Introuvable",
    405: "Méthode non admise",
    409: "La source a changé",
    413: "Requête trop longue",
    422: "Demande incorrecte",
    500: "Erreur interne",
    503: "Service surchargé",
    507: "Plus de place",
}
RETRY_AFTER = {"Retry-After": "2"}


class Problem(BaseModel):
    """A problem document, RFC 9457."""

    type: str = Field(default="about:blank", examples=["about:blank"])
    title: str = Field(examples=["Demande incorrecte"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["limit = « 1000 » : au plus 100."])
    instance: str = Field(examples=["/v1/search"])


Page = Callable[[Request, Problem, Exception], Response]


def install(app: FastAPI, page: Page, labels: Mapping[str, str]) -> None:
    """Answer every error of the application; `page` shows it where a person reads.

    There `labels` name the parameters as the fields of the page do.
    """

    async def answer(request: Request, error: Exception) -> Response:
        shown = _in_a_browser(request)
        problem, headers = described(request, error, labels if shown else {})
        if shown:
            response = page(request, problem, error)
        else:
            response = JSONResponse(problem.model_dump(), problem.status, media_type=MEDIA_TYPE)
        response.headers.update(headers)
        return response

    for kind in (EntenteError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, answer)


def described(
    request: Request, error: Exception, labels: Mapping[str, str] = MappingProxyType({})
) -> tuple[Problem, dict[str, str]]:
    """An error as a problem document, and the headers that go with it."""
    status, detail, headers = _read(request, error, labels)
    problem = Problem(
        title=TITLES.get(status) or http.HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=quote(request.scope["path"]),
    )
    return problem, headers


def _in_a_browser(request: Request) -> bool:
    """A page's own address, or a link followed from a page: only browsers ask for HTML."""
    accepted = request.headers.get("accept", "")
    return (
        request.url.path.startswith(("/recherche", "/conventions", "/documents/", "/avis"))
        or "text/html" in accepted
    )


def _read(
    request: Request, error: Exception, labels: Mapping[str, str]
) -> tuple[int, str, dict[str, str]]:
    """The status, the detail and the headers that tell of an error."""
    if isinstance(error, RequestValidationError):
        return 422, " ; ".join(_explain(fault, labels) for fault in error.errors()) + ".", {}
    if isinstance(error, HTTPException):
        return error.status_code, _http(request, error), _headers(request, error)
    if status := STATUS.get(type(error)):
        return status, str(error), RETRY_AFTER if status == 503 else {}
    log.error("request.failed", path=request.url.path, exc_info=error)
    return 500, "Une erreur inattendue s'est produite : signalez-la, elle est au journal.", {}


def _explain(fault: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    """One fault: where, which value, which rule."""
    place = ".".join(str(part) for part in fault["loc"][1:] if not isinstance(part, int))
    return explain(fault, labels.get(place, place) or "corps")


def _http(request: Request, error: HTTPException) -> str:
    path = request.scope["path"][:200]
    if error.status_code == 404 and error.detail == "Not Found":
        return f"Rien à l'adresse {path} : voyez /docs."
    if error.status_code == 405:
        return f"{request.method} n'est pas admis à l'adresse {path} : voyez /docs."
    if error.status_code == 400 and error.detail.startswith("There was an error parsing"):
        return "Le corps de la requête n'est pas du JSON en UTF-8 : corrigez-le."
    return error.detail


def _headers(request: Request, error: HTTPException) -> dict[str, str]:
    """The headers of an error; `Allow` names the methods of all routes at the address."""
    headers = dict(error.headers or {})
    path = getattr(request.scope.get("route"), "path", "")
    described = request.app.openapi()["paths"].get(path)
    if "Allow" in headers and described:
        headers["Allow"] = ", ".join(sorted({"HEAD", *map(str.upper, described)}))
    return headers
