"""`python -m eval calibrate`."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from eval.calibrating import calibration
from eval.commands.retrieval import Judged, Own
from eval.dataset import QUESTIONS, Dataset
from eval.indexed import index_of, remembering
from eval.telling import WIDE
from indexer import SentenceEncoder, open_index
from indexer.command import Json, explained
from indexer.notes import decimal, many
from indexer.settings import Settings

KINDS = {"late": "mot à mot et mots", "words": "mots seuls"}


@explained
def calibrate_command(
    dataset: Judged,
    elsewhere: Annotated[
        list[Path],
        typer.Option("--elsewhere", help="Index d'un autre fonds, qui ne répond à rien."),
    ],
    index: Own = None,
    tested: Annotated[
        Path, typer.Option("--test", help="Jeu jugé sur lequel essayer, sans rien en apprendre.")
    ] = QUESTIONS,
    most: Annotated[
        int | None, typer.Option(min=1, help="Nombre de questions du jeu ; toutes par défaut.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Ajuste la probabilité qu'un document réponde, et dit ce qu'elle vaut.

    Les questions du jeu sont posées à son fonds, puis aux autres, où rien ne répond.
    """
    settings = Settings()
    encoder = SentenceEncoder(settings.model, settings.cache)
    remembered = remembering(encoder, settings.cache)
    own, test = Dataset(dataset), Dataset(tested)
    found = calibration(
        (own, index_of(own, index, remembered, settings.cache)),
        [open_index(folder, encoder.fingerprint) for folder in elsewhere],
        (test, index_of(test, None, remembered, settings.cache)),
        remembered,
        most,
    )
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        _tell(own.name, test.name, found)


def _tell(own: str, test: str, found: dict[str, Any]) -> None:
    print(f"{many(found['questions'], 'question')} de {own}, {many(found['cases'], 'cas')}.")
    for name, one in found["fits"].items():
        said = ", ".join(f"{part} {decimal(w, '.3f')}" for part, w in one["weights"].items())
        print(
            f"\nRégression « {KINDS[name]} » : constante {decimal(one['intercept'], '.3f')}, {said}"
        )
        figures = {f"{own}, en validation croisée par sujet": one["crossed"]}
        figures |= {f"{test}, {title}": one["test"][key] for key, title in TESTED.items()}
        _table(figures)
        auroc = decimal(one["test"]["answerable_auroc"], ".3f")
        print(f"{test}, questions à réponse contre questions sans réponse : AUROC {auroc}")
        _bins(f"{test}, fiabilité du premier acte", one["test"]["first"]["bins"])


TESTED = {"first": "premier acte", "all": "dix premiers actes"}


def _table(rows: dict[str, dict[str, Any]]) -> None:
    table = Table("", "cas", "pertinents", "AUROC", "Brier", "ECE")
    for name, row in rows.items():
        values = [decimal(row[key], ".3f") for key in ("relevant", "auroc", "brier", "ece")]
        table.add_row(name, str(row["count"]), *values)
    WIDE.print(table)


def _bins(title: str, bins: list[dict[str, float]]) -> None:
    table = Table("à partir de", "part", "annoncé", "constaté", title=title, title_justify="left")
    for row in bins:
        table.add_row(
            decimal(row["from"], ".1f"), *(decimal(row[k]) for k in ("share", "said", "is"))
        )
    WIDE.print(table)
