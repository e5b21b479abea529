"""`python -m eval calibrate`."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from eval import listing
from eval.calibrating import calibration
from eval.commands import whole_recipe
from eval.commands.retrieval import Judged, Own
from eval.dataset import QUESTIONS, Dataset
from eval.indexed import index_of, remembering
from eval.telling import WIDE
from indexer import SentenceEncoder, open_index
from indexer.command import Json, explained
from indexer.notes import decimal, many
from indexer.settings import Settings

FITS = {"late": "mot à mot, mots et références", "words": "mots seuls"}
LISTS = {"precision": "précision", "recall": "rappel", "within": "manquants dans l'intervalle"}
TESTED = {"first": "premier acte", "all": "dix premiers actes"}


@explained
def calibrate_command(
    dataset: Judged,
    elsewhere: Annotated[
        list[Path] | None,
        typer.Option(
            "--elsewhere",
            metavar="DOSSIER",
            help="Index d'un fonds qui ne répond à aucune question ; répétable.",
        ),
    ] = None,
    index: Own = None,
    tested: Annotated[
        Path, typer.Option("--test", help="Jeu sur lequel essayer, sans rien en apprendre.")
    ] = QUESTIONS,
    most: Annotated[
        int | None, typer.Option(min=1, help="Questions à poser, au plus ; toutes par défaut.")
    ] = None,
    lists: Annotated[
        bool, typer.Option("--lists", help="Ajuste la probabilité des listes, et rien d'autre.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Ajuste la probabilité qu'un document réponde, et dit ce qu'elle vaut.

    Les questions du jeu sont posées à son fonds, au même sans les documents qui répondent, et aux
    autres fonds. Les coefficients trouvés sont à recopier dans service/relevance.py ; ceux des
    listes, dans service/answers/matching.py.
    """
    settings = Settings()
    whole_recipe(settings)
    encoder = SentenceEncoder(settings.model, settings.cache)
    remembered = remembering(encoder, settings.cache)
    own, test = Dataset(dataset), Dataset(tested)
    if lists:
        of = index_of(own, index, remembered, settings.cache)
        fitted = listing.report(listing.cases(own, of, remembered))
        print(json.dumps(fitted, ensure_ascii=False)) if as_json else _tell_lists(own.name, fitted)
        return
    found = calibration(
        (own, index_of(own, index, remembered, settings.cache)),
        [open_index(folder, encoder.fingerprint) for folder in elsewhere or ()],
        (test, index_of(test, None, remembered, settings.cache)),
        remembered,
        most,
    )
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        _tell(own.name, test.name, found)


def _tell_lists(own: str, found: dict[str, Any]) -> None:
    weights = (f"{part} {decimal(weight, '.3f')}" for part, weight in found["weights"].items())
    print(f"Listes : constante {decimal(found['intercept'], '.3f')}, {', '.join(weights)}")
    table = Table("", *LISTS.values(), title=f"{own}, en validation croisée par besoin")
    for row in [*found["per_query"], {"id": "moyenne", **found["crossed"]}]:
        table.add_row(row["id"], *(decimal(row[key], ".3f") for key in LISTS))
    WIDE.print(table)


def _tell(own: str, test: str, found: dict[str, Any]) -> None:
    print(f"{own} : {many(found['questions'], 'question')}, {found['cases']} cas.")
    for name, one in found["fits"].items():
        weights = (f"{part} {decimal(weight, '.3f')}" for part, weight in one["weights"].items())
        intercept = decimal(one["intercept"], ".3f")
        print(f"\nRégression « {FITS[name]} » : constante {intercept}, {', '.join(weights)}")
        rows = {f"{own}, en validation croisée par sujet": one["crossed"]}
        rows |= {f"{test}, {title}": one["test"][key] for key, title in TESTED.items()}
        _tell_figures(rows)
        apart = {case: decimal(value, ".3f") for case, value in one["answerable_auroc"].items()}
        print(
            "AUROC des questions à réponse contre les autres : "
            f"{own} sans les documents qui répondent {apart['without']}, "
            f"{own} posé ailleurs {apart['elsewhere']}, "
            f"{test} {decimal(one['test']['answerable_auroc'], '.3f')}"
        )
        for title, row in rows.items():
            _tell_bins(f"Fiabilité : {title}", row["bins"])


def _tell_figures(rows: dict[str, dict[str, Any]]) -> None:
    table = Table("", "cas", "pertinents", "AUROC", "Brier", "ECE")
    for name, row in rows.items():
        values = [decimal(row[key], ".3f") for key in ("relevant", "auroc", "brier", "ece")]
        table.add_row(name, str(row["count"]), *values)
    WIDE.print(table)


def _tell_bins(title: str, bins: list[dict[str, float]]) -> None:
    table = Table("à partir de", "part", "annoncé", "constaté", title=title, title_justify="left")
    for row in bins:
        said = (decimal(row[key]) for key in ("share", "said", "is"))
        table.add_row(decimal(row["from"], ".1f"), *said)
    WIDE.print(table)
