"""The description of the API, as OpenAPI: `/openapi.json`, and what `/docs` shows of it."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from service.problems import MEDIA_TYPE

DESCRIPTION = """Recherche dans les conventions, délibérations, protocoles et avenants.

Chaque passage est une tranche exacte du texte de son document, de start à end, en points de code.
Les erreurs sont des documents de problème (RFC 9457)."""


def install(app: FastAPI) -> None:
    """Describe the application once its routes are known."""

    def describe() -> dict[str, Any]:
        if not app.openapi_schema:
            app.openapi_schema = get_openapi(
                title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes
            )
            for schema in app.openapi_schema["components"]["schemas"].values():
                schema.pop("description", None)  # the class's docstring, for who reads the code
            for operation in _operations(app.openapi_schema):
                operation["summary"] = operation.pop("description")
                for status, response in operation["responses"].items():
                    if status >= "400":  # FastAPI lists errors under the type of the answer
                        (content,) = response["content"].values()
                        response["content"] = {MEDIA_TYPE: content}
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign]


def _operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in schema["paths"].values() for operation in path.values()]
