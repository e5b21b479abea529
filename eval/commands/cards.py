"""`python -m eval cards`."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from eval.cards import FIELDS, Score, cards
from eval.telling import WIDE
from indexer.command import Json, explained
from indexer.notes import decimal


@explained
def cards_command(
    truth: Annotated[
        Path, typer.Argument(metavar="TABLE", help="Table des faits, en JSON, un acte par ligne.")
    ],
    folder: Annotated[
        Path, typer.Argument(metavar="DOSSIER", help="Dossier des documents de la table.")
    ],
    as_json: Json = False,
) -> None:
    """Note les fiches des actes, champ par champ, contre une table lue à la main."""
    scores = cards(truth, folder)
    if as_json:
        print(json.dumps({half: _as_numbers(fields) for half, fields in scores.items()}))
        return
    for half, fields in scores.items():
        table = Table("", "précision", "rappel", "justes", "à tort", "manquants", title=half)
        for name in FIELDS:
            score = fields[name]
            if counts := [score.right, score.wrong, score.missed] * any(
                (score.right, score.wrong, score.missed)
            ):
                ratios = (decimal(score.precision, ".3f"), decimal(score.recall, ".3f"))
                table.add_row(name, *ratios, *map(str, counts))
        WIDE.print(table)
    for name in FIELDS:
        for error in scores.get("all", {})[name].errors if scores else ():
            print(f"{name} : {error}")


def _as_numbers(fields: dict[str, Score]) -> dict[str, dict[str, float]]:
    return {
        name: {
            "precision": score.precision,
            "recall": score.recall,
            "right": score.right,
            "wrong": score.wrong,
            "missed": score.missed,
        }
        for name, score in fields.items()
    }
