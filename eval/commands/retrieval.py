"""`python -m eval retrieval`."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from eval.dataset import Dataset
from eval.indexed import index_of, remembering
from eval.retrieval import retrieval
from eval.runs import write_run
from eval.telling import tell_retrieval
from indexer import SentenceEncoder
from indexer.command import Json, explained
from indexer.settings import Settings
from service.search import Method, Recipe

Judged = Annotated[Path, typer.Argument(metavar="JEU", help="Jeu de questions (BEIR ou TREC).")]
Own = Annotated[
    Path | None,
    typer.Option("--index", help="Index du jeu ; par défaut, un index gardé dans le cache."),
]


@explained
def retrieval_command(
    dataset: Judged,
    index: Own = None,
    method: Annotated[
        list[Method] | None,
        typer.Option(help="Méthode ; plusieurs se comparent (convex, rrf, dense, lexical)."),
    ] = None,
    run: Annotated[Path | None, typer.Option("--run", help="Fichier TREC à écrire.")] = None,
    per_query: Annotated[bool, typer.Option("--per-query", help="Détail par question.")] = False,
    as_json: Json = False,
) -> None:
    """Note la recherche sur un jeu de questions jugées."""
    settings = Settings()
    encoder = SentenceEncoder(settings.model, settings.cache)
    remembered = remembering(encoder, settings.cache)
    opened = index_of(Dataset(dataset), index, remembered, settings.cache)
    recipes = [replace(Recipe(), method=name) for name in method or [Recipe().method]]
    reports = retrieval(Dataset(dataset), opened, remembered, recipes, timed=encoder)
    for name, report in reports.items():
        ranked = report.pop("run")
        if run:
            path = run if len(reports) == 1 else run.with_name(f"{run.name}.{name}")
            write_run(ranked, path, f"entente-{name}")
            print(f"Run écrit : {path}", file=sys.stderr)
        if not per_query:
            for part in (report, report["synthetic"]):
                part.pop("per_query")
    if as_json:
        content = next(iter(reports.values())) if len(reports) == 1 else reports
        print(json.dumps(content, ensure_ascii=False))
    else:
        tell_retrieval(dataset, reports)
