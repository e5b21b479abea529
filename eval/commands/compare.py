"""`python -m eval compare`."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from eval.compare import Comparison, compare
from eval.dataset import Dataset, Qrels, Query, read_qrels
from eval.runs import read_run
from eval.telling import tell_comparison
from indexer.command import Json, explained


@explained
def compare_command(
    before: Annotated[Path, typer.Argument(metavar="RUN", help="Run TREC de référence.")],
    after: Annotated[list[Path], typer.Argument(metavar="RUNS", help="Runs TREC à lui comparer.")],
    qrels: Annotated[
        Path, typer.Option(help="Jugements (BEIR ou TREC), ou dossier d'un jeu de questions.")
    ],
    most: Annotated[int, typer.Option(min=0, help="Questions changées à montrer.")] = 10,
    as_json: Json = False,
) -> None:
    """Compare des runs : écarts, intervalles à 95 %, test apparié, questions qui changent."""
    judged, queries = _judgements(qrels)
    reference = read_run(before)
    found = {str(path): compare(reference, read_run(path), judged, queries) for path in after}
    if as_json:
        rows = {name: _comparison(one, most) for name, one in found.items()}
        print(json.dumps(rows, ensure_ascii=False))
        return
    for name, comparison in found.items():
        tell_comparison(str(before), name, comparison, most)


def _judgements(place: Path) -> tuple[Qrels, list[Query]]:
    """Judgements, and the questions that they are of: by their ids alone where there is no more."""
    if place.is_dir():
        return Dataset(place).qrels(), Dataset(place).queries()
    judged = read_qrels(place)
    return judged, [Query(query, "", query, "") for query in judged]


def _comparison(comparison: Comparison, most: int) -> dict[str, Any]:
    before, after = comparison.before.mean_by_intent(), comparison.after.mean_by_intent()
    return {
        "measures": {
            name: {"before": before[name], "after": after[name], **asdict(found)}
            for name, found in comparison.differences.items()
        },
        "changes": [asdict(change) for change in comparison.changes[:most]],
    }
