"""Errors as problem documents (RFC 9457), in French: each names the value and the remedy."""

import http
from collections.abc import Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from corpus.errors import BadQuestion, EntenteError, Overloaded, UnknownDocument

log = structlog.get_logger()

STATUS: dict[type[EntenteError], int] = {
    BadQuestion: 422,
    UnknownDocument: 404,
    Overloaded: 503,
}
TITLES = {
    400: "Requête incorrecte",
    404: "Introuvable",
    405: "Méthode non admise",
    409: "La source a changé",
    422: "Demande incorrecte",
    500: "Erreur interne",
    503: "Service surchargé",
}
RETRY_AFTER = {"Retry-After": "2"}
RULES = {  # pydantic's error types, in French; {x} are pydantic's own values
    "missing": "paramètre obligatoire, absent",
    "extra_forbidden": "paramètre inconnu",
    "int_parsing": "un nombre entier est attendu",
    "int_type": "un nombre entier est attendu",
    "string_type": "du texte est attendu",
    "list_type": "une liste est attendue",
    "greater_than_equal": "au moins {ge}",
    "less_than_equal": "au plus {le}",
    "string_too_long": "{max_length} caractères au plus",
    "too_long": "{max_length} valeurs au plus",
    "literal_error": "valeurs admises : {expected}",
    "json_invalid": "le corps n'est pas du JSON",
    "model_attributes_type": "un objet JSON est attendu",
}


class Problem(BaseModel):
    """A problem document, RFC 9457."""

    type: str = "about:blank"
    title: str = Field(examples=["Demande incorrecte"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["limit = « 1000 » : au plus 100."])
    instance: str = Field(examples=["/v1/search"])


def install(app: FastAPI) -> None:
    """Answer every error of the application with a problem document."""
    app.add_exception_handler(EntenteError, _domain)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def problem(
    request: Request, status: int, detail: str, headers: dict[str, str] | None = None
) -> JSONResponse:
    title = TITLES.get(status) or http.HTTPStatus(status).phrase
    content = Problem(title=title, status=status, detail=detail, instance=request.url.path)
    return JSONResponse(
        content.model_dump(), status, headers, media_type="application/problem+json"
    )


async def _domain(request: Request, error: Exception) -> JSONResponse:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
    return problem(request, status, str(error), RETRY_AFTER if status == 503 else None)


async def _validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return problem(request, 422, " ; ".join(map(_explain, error.errors())) + ".")


def _explain(fault: dict[str, Any]) -> str:
    """One fault: where, which value, which rule."""
    rule = RULES.get(fault["type"], "valeur incorrecte")
    where = ".".join(str(part) for part in _place(fault["loc"])) or "corps"
    text = f"{where} : {rule.format_map(_French(fault.get('ctx', {})))}"
    value = fault.get("input")
    if fault["type"] == "missing" or not isinstance(value, str | int | float):
        return text
    return text.replace(" : ", f" = « {str(value)[:80]} » : ", 1)


def _place(location: Sequence[Any]) -> Sequence[Any]:
    return [part for part in location[1:] if not isinstance(part, int)]


class _French(dict[str, Any]):
    def __getitem__(self, key: str) -> str:
        return str(super().__getitem__(key)).replace(" or ", " ou ").replace("'", "")


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    detail = str(error.detail)
    if error.status_code == 404 and detail == "Not Found":
        detail = f"Rien à l'adresse {request.url.path[:200]} : voyez /docs."
    if error.status_code == 405:
        detail = (
            f"{request.method} n'est pas admis à l'adresse {request.url.path[:200]} : voyez /docs."
        )
    if error.status_code == 400 and detail.startswith("There was an error parsing"):
        detail = "Le corps de la requête n'est pas du JSON."
    return problem(request, error.status_code, detail, dict(error.headers or {}))


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    log.error("request.failed", path=request.url.path, exc_info=error)
    return problem(request, 500, "Une erreur inattendue s'est produite ; elle est au journal.")
