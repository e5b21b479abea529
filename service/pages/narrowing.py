"""What the search page shows of filters: values to choose from, and links that take one away."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from indexer.facets import FACETS, Facets, Filters
from service.links import search_link
from service.reading import long_date
from service.sorting import Order

SHOWN, MOST = 6, 100  # values of a facet at first sight, and in all
LEGENDS = {
    "kind": "Type d’acte",
    "party": "Partie",
    "theme": "Thème",
    "year": "Année",
    "status": "État",
    "folder": "Dossier",
}
PARAMETERS = {"kind": "type"}  # where a facet and its parameter are named differently
LABELS = {PARAMETERS.get(name, name): legend for name, legend in LEGENDS.items()} | {
    "on": "Date",
    "title": "Titre ou numéro",
    "ends_from": "Expire à partir du",
    "ends_to": "Expire jusqu’au",
    "within": "Échéance en mois",
    "site": "Site",
}
ORDERS: dict[Order, str] = {
    "own": "pertinence",
    "date": "date",
    "end": "fin",
    "title": "titre",
    "party": "partie",
}

Links = list[tuple[str, str]]  # words, each with an address


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet: how many acts it finds, and whether it is chosen."""

    value: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Fieldset:
    """The values of one facet, as boxes to tick: those at first sight, and the others.

    `left` counts the values beyond, which have no box.
    """

    parameter: str
    legend: str
    first: tuple[Choice, ...]
    others: tuple[Choice, ...]
    left: int


def parameters(filters: Filters) -> list[tuple[str, str]]:
    """The filters as parameters of an address."""
    given = [
        (PARAMETERS.get(name, name), str(value))
        for name in filters.active
        for value in getattr(filters, name)
    ]
    return [*given, ("on", filters.on)] if filters.on else given


def address(
    q: str, filters: Filters, page: int = 0, spelling: bool = True, sort: Order = "own"
) -> str:
    """The page of results of a question and filters; without `spelling`, of it as it is typed."""
    shown = [("page", str(page))] if page else []
    typed = [] if spelling else [("spelling", "false")]
    sorting = [] if sort == "own" else [("sort", sort)]
    return search_link(q, [*parameters(filters), *typed, *sorting, *shown])


def orders(q: str, filters: Filters, spelling: bool, sort: Order) -> list[tuple[str, str]]:
    """The orders of a page of results, each with its address; that of the page has none."""
    return [
        (name, "" if order == sort else address(q, filters, spelling=spelling, sort=order))
        for order, name in ORDERS.items()
    ]


def fieldsets(facets: Facets, filters: Filters) -> list[Fieldset]:
    """What there is to choose from: what is chosen, then the most frequent; the latest years."""
    return [_fieldset(name, getattr(facets, name), filters.written(name)) for name in FACETS]


def _fieldset(name: str, counts: Mapping[str, int], ticked: Sequence[str]) -> Fieldset:
    others = [value for value in counts if value not in ticked]
    if name == "year":
        others.sort(reverse=True)
    choices = tuple(Choice(v, counts.get(v, 0), v in ticked) for v in [*ticked, *others])
    cut = max(SHOWN, len(ticked))
    boxes = choices[:cut], choices[cut:MOST]
    left = len(choices) - len(boxes[0]) - len(boxes[1])
    return Fieldset(PARAMETERS.get(name, name), LEGENDS[name], *boxes, left)


def active(
    q: str, filters: Filters, spelling: bool = True, sort: Order = "own"
) -> list[tuple[str, str]]:
    """Each value that filters, in words, and the address of the results without it."""
    return removable(filters, lambda left: address(q, left, spelling=spelling, sort=sort))


def removable(filters: Filters, without: Callable[[Filters], str]) -> list[tuple[str, str]]:
    """Each value that filters, in words, and an address; `without` makes that of what is left."""
    found = [
        (f"{LEGENDS[name]} : {value}", without(filters.without(name, value)))
        for name in filters.active
        for value in getattr(filters, name)
    ]
    if filters.on:
        today = without(replace(filters, on=""))
        found.append((f"États au {long_date(filters.on)}", today))
    return found
