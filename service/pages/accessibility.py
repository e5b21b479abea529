"""The accessibility statement; its figures are those of the grid in `rgaa.csv`."""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.pages.render import HERE, TEMPLATES, render

GRID = HERE / "rgaa.csv"
DAY = "2026-11-23"  # when the grid was last gone through
LEGAL = "non conforme"  # whatever the grid says, as long as no audit was made
THEMES = (
    "Images", "Cadres", "Couleurs", "Multimédia", "Tableaux", "Liens", "Scripts",
    "Éléments obligatoires", "Structuration de l’information", "Présentation de l’information",
    "Formulaires", "Navigation", "Consultation",
)  # fmt: skip


class State(StrEnum):
    """What is known of a criterion, on all pages together."""

    MET = "conforme"
    FAILED = "non conforme"
    ABSENT = "non applicable"
    UNKNOWN = "non vérifié"


class Means(StrEnum):
    """How that was found."""

    AXE = "axe"
    BROWSER = "navigateur"  # a test in a real browser
    CODE = "lecture du code"
    EYE = "à l’œil"


@dataclass(frozen=True, slots=True)
class Criterion:
    """A row of the grid: a criterion of RGAA 4.1.2."""

    number: str
    subject: str
    state: State
    means: Means
    remark: str

    @property
    def theme(self) -> str:
        return THEMES[int(self.number.split(".")[0]) - 1]


def read(path: Path = GRID) -> list[Criterion]:
    """The grid, in the order of its numbers."""
    with path.open(encoding="utf-8", newline="") as rows:
        return [
            Criterion(
                row["number"],
                row["subject"],
                State(row["state"]),
                Means(row["means"]),
                row["remark"],
            )
            for row in csv.DictReader(rows, strict=True)
        ]


def router(operator: str, contact: str) -> APIRouter:
    """The statement of the `operator`, whom `contact` reaches: an address of mail or of the web."""
    pages = APIRouter()
    grid = read()

    @pages.get("/accessibilite")
    def statement(request: Request) -> Response:
        """The statement, with the whole grid."""
        return render(
            request,
            "accessibility.html",
            operator=operator,
            contact=contact,
            href=_href(contact),
            state=LEGAL,
            day=DAY,
            counts=counts(grid),
            failed=[one for one in grid if one.state is State.FAILED],
            unknown=[one for one in grid if one.state is State.UNKNOWN],
            themes=[(name, list(some)) for name, some in groupby(grid, lambda one: one.theme)],
        )

    return pages


def counts(grid: Sequence[Criterion]) -> dict[str, int]:
    """How many criteria have each state, and how many apply."""
    states = Counter(one.state for one in grid)
    return {state.name.lower(): states[state] for state in State} | {
        "all": len(grid),
        "applicable": len(grid) - states[State.ABSENT],
    }


def _href(contact: str) -> str:
    """Where a contact leads; nowhere, unless it is an address of mail or of the web."""
    if contact.startswith(("https://", "http://")):
        return contact
    return f"mailto:{contact}" if "@" in contact and " " not in contact else ""


TEMPLATES.env.globals["accessibility"] = LEGAL  # the footer of every page tells it
