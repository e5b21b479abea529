"""The page of an error: what was refused, the filters kept, and links that put it right."""

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError

from corpus.errors import UnknownValue
from service.links import acts_link, search_link
from service.pages.narrowing import LABELS
from service.pages.render import render
from service.parameters import ListParameters, Narrowing
from service.problems import Problem

Pairs = list[tuple[str, str]]  # names of parameters, each with a value


def show_problem(request: Request, problem: Problem, error: Exception) -> Response:
    """An error, below the question that met it; the filters that were not refused are kept."""
    told = problem.detail
    left, meant = kept(request, error), []
    if isinstance(error, UnknownValue):
        told = f"{LABELS[error.name]} = « {error.written[:80]} » : {error.fault}."
        meant = near(request, error)
    return render(
        request,
        "problem.html",
        problem.status,
        q=request.query_params.get("q", "")[:500],
        problem=problem,
        told=told,
        near=meant,
        kept=[] if _of_acts(request) else left,
        without="" if left == given(request) else _again(request, left),
        back=("/conventions", "Revenir à tous les actes")
        if _of_acts(request)
        else ("/recherche", "Revenir à la recherche"),
    )


def given(request: Request) -> Pairs:
    """The filters of an address, as they were written."""
    written = request.query_params.multi_items()
    known = (ListParameters if _of_acts(request) else Narrowing).model_fields.keys() - {"page"} | {
        "site"
    }
    return [(name, value) for name, value in written if name in known and value]


def kept(request: Request, error: Exception) -> Pairs:
    """The filters that were not refused."""
    refused = _refused(error)
    return [
        (name, value)
        for name, value in given(request)
        if (name, value.strip()) not in refused and (name, "") not in refused
    ]


def near(request: Request, error: UnknownValue) -> list[tuple[str, str]]:
    """Each value that may have been meant, and the address of the page with it."""
    wrong = error.name, error.written.strip()

    def right(value: str) -> Pairs:
        return [(n, value if (n, v.strip()) == wrong else v) for n, v in given(request)]

    return [(value, _again(request, right(value))) for value in error.near]


def _of_acts(request: Request) -> bool:
    """Whether the list of acts was asked for; every other page leads to the search."""
    return request.url.path.startswith("/conventions")


def _again(request: Request, asked: Pairs) -> str:
    if _of_acts(request):
        return acts_link(asked)
    return search_link(request.query_params.get("q", ""), asked)


def _refused(error: Exception) -> set[tuple[str, str]]:
    """Parameters and the values refused; no value stands for all."""
    if isinstance(error, UnknownValue):
        return {(error.name, error.written.strip())}
    faults = error.errors() if isinstance(error, RequestValidationError) else ()
    return {
        (str(fault["loc"][1]), fault["input"].strip() if isinstance(fault["input"], str) else "")
        for fault in faults
        if len(fault["loc"]) > 1
    }
