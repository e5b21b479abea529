"""`python -m eval speed`, `reading` and `step`: how fast, and whether it keeps up."""

import json
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.table import Table

from eval.commands import there
from eval.dataset import QUESTIONS, Dataset
from eval.reading import reading
from eval.speed import speed
from eval.step import step
from eval.telling import WIDE, flat, tell
from indexer import SentenceEncoder
from indexer.command import Json, explained
from indexer.notes import decimal
from indexer.settings import Settings


@explained
def speed_command(
    dataset: Annotated[
        Path, typer.Argument(metavar="JEU", help="Jeu de questions (BEIR).")
    ] = QUESTIONS,
    passages: Annotated[
        int | None, typer.Option(min=1, help="Nombre de documents du jeu ; tous par défaut.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Chronomètre chaque étape, de la lecture à la réponse HTTP, et les rapports entre elles."""
    settings = Settings()
    encoder = SentenceEncoder(settings.model, settings.cache)
    with TemporaryDirectory() as folder:
        questions = [query.text for query in Dataset(QUESTIONS).queries()]
        report = speed(Dataset(dataset), questions, Path(folder), encoder, passages)
    if as_json:
        print(json.dumps(report))
        return
    for part, values in report.items():
        table = Table("", "", title=part, title_justify="left")
        for name, value in flat(values):
            table.add_row(name, decimal(value, ",.2f"))
        WIDE.print(table)


@explained
def reading_command(
    folder: Annotated[Path, typer.Argument(metavar="DOSSIER", help="Dossier de PDF.")],
    as_json: Json = False,
) -> None:
    """Chronomètre la lecture d'un dossier : pages par seconde, et part dans une mise à jour."""
    settings = Settings()
    encoder = SentenceEncoder(settings.model, settings.cache)
    with TemporaryDirectory() as work:
        report = reading(folder, Path(work), encoder, settings.limits)
    tell(report, as_json)


@explained
def step_command(
    folder: Annotated[
        Path, typer.Argument(metavar="DOSSIER", help="Dossier dont une copie est malmenée.")
    ],
    seconds: Annotated[float, typer.Option(min=1, help="Durée des changements.")] = 300,
    as_json: Json = False,
) -> None:
    """Suit un dossier qui change sans cesse, l'interroge, puis compare à un index refait."""
    there(folder)
    settings = Settings()
    encoder = SentenceEncoder(settings.model, settings.cache)
    questions = [query.text for query in Dataset(QUESTIONS).queries()]
    with TemporaryDirectory() as work:
        outcome = step(folder, Path(work), encoder, questions, seconds)
    tell(asdict(outcome), as_json)
    raise typer.Exit(1 if outcome.failed or outcome.differences else 0)
