"""The list of all acts: narrowed, sorted, paged, saved as a table or followed as a feed."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from corpus.card.status import ENDLESS, label, status_in
from corpus.document import Document
from indexer import Filters
from service.answers.export import ACT, MEDIA_TYPES, attached, described, table
from service.api import Engine
from service.links import acts_link, view_link
from service.listing import Listing, acts, listing, term
from service.pages.narrowing import Links, fieldsets, parameters, removable
from service.pages.render import render
from service.pages.unknown import unknown
from service.parameters import ListParameters
from service.reading import long_date, short_date

PER_PAGE = 50
COLUMNS = {
    "title": "Titre",
    "kind": "Type",
    "number": "Numéro",
    "party": "Parties",
    "theme": "Thèmes",
    "date": "Date",
    "end": "Fin",
    "status": "État",
}
SHORTCUTS = [
    (words, ListParameters.model_validate(given))
    for words, given in {
        "Tous les actes": {},
        "En vigueur": {"status": ["en vigueur", "reconduite"]},
        "Expirent dans les six mois": {"within": 6, "sort": "end"},
        "Expirées depuis moins d’un an": {"within": -12, "status": ["expirée"], "sort": "-end"},
        "Reconduites tacitement": {"status": ["reconduite"]},
    }.items()
]
OWN = ("title", "ends_from", "ends_to", "within", "sort")  # parameters that are no filter
WITHIN = (3, 6, 12, 24, -6, -12)  # months that the form proposes
EXPORTED = (*ACT, "thèmes", "chemin", "adresse")


@dataclass(frozen=True, slots=True)
class Row:
    """An act as the list shows it; `note` tells of its renewals."""

    act: Document
    end: str
    note: str
    status: str

    @classmethod
    def of(cls, act: Document, day: str) -> "Row":
        status = label(status_in(act.period, day), act.metadata.kind)
        end = term(act, day)
        return cls(act, end, _renewed(act, end, day), status)


@dataclass(frozen=True, slots=True)
class Header:
    """A column's name, how it is sorted (`aria-sort`; "" if it is not), and the address to sort."""

    column: str
    name: str
    sorted: str
    href: str


def router(engine: Engine) -> APIRouter:
    """The routes of the list."""
    pages = APIRouter()

    @pages.get("/conventions")
    def acts_page(request: Request, asked: Annotated[ListParameters, Query()]) -> Response:
        """The list of the acts that pass."""
        index = engine.index
        found, every = listing(index, asked), acts(index)
        last = max(1, -(-len(found.acts) // PER_PAGE))
        if asked.page > last:
            raise HTTPException(404, f"page = « {asked.page} » : la dernière est la page {last}.")
        first = (asked.page - 1) * PER_PAGE
        day = found.filters.day
        steps = [("Page précédente", asked.page - 1), ("Page suivante", asked.page + 1)]
        return render(
            request,
            "acts.html",
            asked=asked,
            found=found,
            every=len(every),
            rows=[Row.of(act, day) for act in found.acts[first : first + PER_PAGE]],
            first=first + 1,
            last=last,
            columns=_headers(asked, found, any(act.document.card.themes for act in every)),
            shortcuts=_shortcuts(asked, found),
            active=active(asked, found),
            notes=unknown(asked),
            fieldsets=fieldsets(found.facets, found.filters),
            terms=_terms(asked),
            links=[(name, address(asked, found, page=to)) for name, to in steps if 1 <= to <= last],
            feed=address(asked, found, "/conventions.atom"),
            files=[
                (name, address(asked, found, f"/conventions/liste.{form}"))
                for name, form in (("CSV", "csv"), ("tableur ODS", "ods"))
            ],
        )

    @pages.get("/conventions/liste.{form}")
    async def acts_file(
        request: Request, form: str, asked: Annotated[ListParameters, Query()]
    ) -> Response:
        """All acts that pass, for a spreadsheet."""
        if form not in MEDIA_TYPES:
            raise HTTPException(404, f"« liste.{form[:80]} » : liste.csv ou liste.ods.")
        found = await run_in_threadpool(listing, engine.index, asked)
        base = str(request.base_url).rstrip("/")
        lines = [_line(act, found.filters.day, base) for act in found.acts]
        data = await run_in_threadpool(table, [EXPORTED, *lines], form)
        return attached(data, form, "actes")

    return pages


def address(
    asked: ListParameters, found: Listing, path: str = "/conventions", **changes: object
) -> str:
    """A state of the list, or a file of it: what was asked but for some parameters."""
    return _state(asked, found.filters, path, **changes)


def _state(
    asked: ListParameters, filters: Filters, path: str = "/conventions", **changes: object
) -> str:
    own = {name: getattr(asked, name) for name in OWN} | changes
    given = [(n, str(v)) for n, v in own.items() if v != _default(n)]
    return acts_link([*parameters(filters), *given], path)


def _default(name: str) -> object:
    return ListParameters.model_fields[name].default


def _headers(asked: ListParameters, found: Listing, themes: bool) -> list[Header]:
    """The columns; that of the themes only where the index has some."""
    headers = []
    for column, name in COLUMNS.items():
        if column == "theme" and not themes:
            continue
        shown = {column: "ascending", f"-{column}": "descending"}.get(asked.sort, "")
        turned = {"ascending": f"-{column}", "descending": column}
        first = f"-{column}" if column == "date" else column
        href = address(asked, found, sort=turned.get(shown, first))
        headers.append(Header(column, name, shown, href))
    return headers


def shortcuts() -> Links:
    """The lists that are asked for most, in words, each with its address."""
    return [(words, _state(asked, asked.filters)) for words, asked in SHORTCUTS]


def _shortcuts(asked: ListParameters, found: Listing) -> list[tuple[str, str, bool]]:
    """The same, and whether it is this one, whatever its order."""
    shown = address(asked, found, sort=_default("sort"))
    return [
        (words, href, _state(meant, meant.filters, sort=_default("sort")) == shown)
        for (words, href), (_, meant) in zip(shortcuts(), SHORTCUTS, strict=True)
    ]


def active(asked: ListParameters, found: Listing) -> Links:
    """Each thing that narrows the list, in words, and the address without it."""
    own = []
    if asked.title:
        own.append((f"Titre ou numéro : {asked.title}", address(asked, found, title="")))
    if asked.ends_from or asked.ends_to:
        words = _between(asked.ends_from, asked.ends_to)
        own.append((words, address(asked, found, ends_from="", ends_to="")))
    if asked.within:
        own.append((_within(asked.within), address(asked, found, within=0)))
    return [
        *own,
        *removable(found.filters, lambda left: address(asked, replace(found, filters=left))),
    ]


def _terms(asked: ListParameters) -> list[tuple[int, str, bool]]:
    """The terms that the form proposes, that which is asked among them."""
    months = sorted({*WITHIN, asked.within} - {0}, key=lambda n: (n < 0, abs(n)))
    return [(n, _within(n), n == asked.within) for n in months]


def _within(months: int) -> str:
    years, rest = divmod(abs(months), 12)
    count = f"{abs(months)} mois" if rest else "un an" if years == 1 else f"{years} ans"
    return f"Expire dans {count} au plus" if months > 0 else f"Expirée depuis {count} au plus"


def _between(first: str, last: str) -> str:
    if not last:
        return f"Expire à partir du {long_date(first)}"
    if not first:
        return f"Expire au plus tard le {long_date(last)}"
    return f"Expire entre le {long_date(first)} et le {long_date(last)}"


def _renewed(act: Document, end: str, day: str) -> str:
    """What to say of the tacit renewals of an act, beside the day on which it ends."""
    known = act.period
    if not known.ends or not known.last:
        return ""
    if end == known.ends:
        return "puis reconduction tacite" if day <= end else ""
    if end:
        return f"reconductions comprises ; terme initial : {short_date(known.ends)}"
    limit = "sans limite" if known.last == ENDLESS else "de durée inconnue"
    return f"reconduction tacite {limit} depuis le {short_date(known.ends)}"


def _line(act: Document, day: str, base: str) -> list[str]:
    themes = ", ".join(fact.value for fact in act.card.themes)
    return [*described(act, day), themes, act.path, base + view_link(act, None)]
