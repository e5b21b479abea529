"""`python -m eval gate`."""

import json
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from eval import baseline
from eval.commands import whole_recipe
from eval.commands.retrieval import Judged
from eval.dataset import QUESTIONS, Dataset
from eval.gate import Shift, judge
from eval.indexed import indexed, remembering
from eval.telling import tell_gate
from indexer import Encoder, SentenceEncoder
from indexer.command import Json, explained
from indexer.settings import Settings


@explained
def gate_command(
    dataset: Judged = QUESTIONS,
    write: Annotated[
        bool, typer.Option("--write", help="Écrit la référence : ce que la recherche donne ici.")
    ] = False,
    most: Annotated[int, typer.Option(min=0, help="Questions perdues à montrer.")] = 10,
    as_json: Json = False,
) -> None:
    """Compare la recherche à sa référence, et échoue si elle a perdu plus que le hasard.

    La référence est le fichier baseline.json du jeu. Code de sortie : 1 si la recherche a perdu.
    """
    settings = Settings()
    whole_recipe(settings)
    judged, path = Dataset(dataset), dataset / "baseline.json"
    before = None if write else baseline.read(path, judged)
    encoder = SentenceEncoder(settings.model, settings.cache)
    found = _asked(judged, remembering(encoder, settings.cache))
    if before is None:
        baseline.write(path, judged, found)
        print(f"Référence écrite : {path}")
        return
    shifts = judge(before.values, found, judged.qrels())
    if as_json:
        print(json.dumps({name: _shift(one, most) for name, one in shifts.items()}))
    else:
        tell_gate(shifts, most, baseline.remedy(judged))
    raise typer.Exit(any(shift.lost for shift in shifts.values()))


def _asked(dataset: Dataset, encoder: Encoder) -> baseline.Searches:
    """What the search gives on an index made anew: one that was kept may be of older code."""
    with TemporaryDirectory() as folder:
        return baseline.watched(dataset, indexed(dataset, Path(folder), encoder), encoder)


def _shift(shift: Shift, most: int) -> dict[str, Any]:
    worse = [asdict(one) for one in shift.worse[:most]]
    return {**asdict(shift), "worse": worse, "lost": shift.lost, "gained": shift.gained}
