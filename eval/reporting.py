"""`python -m eval report`."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from corpus.errors import EntenteError
from eval.dataset import Dataset
from eval.indexed import index_of, remembering
from eval.report import report
from indexer import SentenceEncoder
from indexer.command import explained
from indexer.notes import many
from indexer.settings import Settings
from service.recipe import Method, Recipe


class PlotsMissing(EntenteError):
    """The library that draws is not installed: it is an extra."""


@contextmanager
def plotting() -> Iterator[None]:
    """Tell what to install where a page cannot be imported for want of matplotlib."""
    try:
        yield
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] != "matplotlib":
            raise
        raise PlotsMissing(
            "matplotlib manque : installez-le par « pip install -c constraints.txt matplotlib »."
        ) from None


@explained
def report_command(
    dataset: Annotated[
        Path, typer.Argument(metavar="JEU", help="Jeu de questions (BEIR ou TREC).")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Page HTML à écrire.")] = Path(
        "rapport.html"
    ),
    index: Annotated[
        Path | None,
        typer.Option("--index", help="Index du jeu ; par défaut, un index gardé dans le cache."),
    ] = None,
    method: Annotated[
        list[Method] | None,
        typer.Option(help="Méthodes (toutes par défaut) ; les échecs sont ceux de la première."),
    ] = None,
    most: Annotated[
        int, typer.Option(min=0, help="Échecs expliqués en détail ; les autres ont une ligne.")
    ] = 50,
) -> None:
    """Écrit un rapport en une page : mesures, comparaison des méthodes, échecs expliqués."""
    with plotting():
        from eval.page import render
    output.parent.stat()  # a folder that is missing is told before the work
    settings = Settings()
    encoder = SentenceEncoder(settings.model, settings.cache)
    remembered = remembering(encoder, settings.cache)
    opened = index_of(Dataset(dataset), index, remembered, settings.cache)
    recipes = [
        replace(Recipe().without(settings.off), method=name)
        for name in dict.fromkeys(method or Method)
    ]
    found = report(Dataset(dataset), opened, remembered, recipes, timed=encoder)
    output.write_text(render(found, date.today(), most), encoding="utf-8")
    print(f"Rapport écrit : {output} ({many(len(found.failures), 'échec')}).")
