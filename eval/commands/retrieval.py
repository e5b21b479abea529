"""`python -m eval retrieval`."""

import json
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from corpus.errors import EntenteError
from eval.dataset import Dataset
from eval.indexed import index_of, remembering
from eval.remote import Server
from eval.retrieval import retrieval
from eval.runs import write_run
from eval.scoring import report
from eval.telling import tell_retrieval
from indexer import SentenceEncoder
from indexer.command import Json, explained
from indexer.settings import Settings, Stage
from service.recipe import Method, Recipe

Judged = Annotated[Path, typer.Argument(metavar="JEU", help="Jeu de questions (BEIR ou TREC).")]
Own = Annotated[
    Path | None,
    typer.Option("--index", help="Index du jeu ; par défaut, un index gardé dans le cache."),
]


@explained
def retrieval_command(
    dataset: Judged,
    index: Own = None,
    url: Annotated[
        str | None, typer.Option("--url", help="Adresse d'un service à mesurer à la place.")
    ] = None,
    method: Annotated[
        list[Method] | None,
        typer.Option(help="Méthode ; plusieurs se comparent (convex, rrf, dense, lexical)."),
    ] = None,
    off: Annotated[
        list[Stage] | None,
        typer.Option("--off", help="Étape à éteindre ; l'option se répète (ENTENTE_OFF)."),
    ] = None,
    run: Annotated[Path | None, typer.Option("--run", help="Fichier TREC à écrire.")] = None,
    per_query: Annotated[bool, typer.Option("--per-query", help="Détail par question.")] = False,
    as_json: Json = False,
) -> None:
    """Note la recherche sur un jeu de questions jugées, ici ou sur un serveur."""
    if url:
        if index or method or off:
            raise EntenteError(
                "--url : le serveur a son index, sa méthode et ses étapes ; ôtez les options."
            )
        with closing(Server(url)) as server:
            reports = {"serveur": report(Dataset(dataset), server)}
    else:
        reports = _here(Dataset(dataset), index, method or [Recipe().method], off or ())
    for name, found in reports.items():
        ranked = found.pop("run")
        if run:
            path = run if len(reports) == 1 else run.with_name(f"{run.name}.{name}")
            write_run(ranked, path, f"entente-{name}")
            print(f"Run écrit : {path}", file=sys.stderr)
        if not per_query:
            for part in (found, found["synthetic"]):
                part.pop("per_query")
    if as_json:
        content = next(iter(reports.values())) if len(reports) == 1 else reports
        print(json.dumps(content, ensure_ascii=False))
    else:
        tell_retrieval(dataset, reports)


def _here(
    dataset: Dataset, index: Path | None, methods: Sequence[Method], off: Sequence[Stage]
) -> dict[str, dict[str, Any]]:
    settings = Settings()
    encoder = SentenceEncoder(settings.model, settings.cache)
    remembered = remembering(encoder, settings.cache)
    opened = index_of(dataset, index, remembered, settings.cache)
    recipe = Recipe().without(off or settings.off)
    recipes = [replace(recipe, method=name) for name in methods]
    return retrieval(dataset, opened, remembered, recipes, timed=encoder)
