"""`python -m eval judge` and `agreement`."""

import getpass
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from corpus.errors import EntenteError
from eval import judgements
from eval.agreement import Agreement, agreement
from eval.commands.retrieval import Judged, Own
from eval.dataset import Dataset, Query
from eval.indexed import index_of, remembering
from eval.judging import Viewer, walk
from eval.pool import Item, Ranked, Target, of_run, pooled
from eval.retrieval import embed, first_passages
from eval.runs import read_run
from indexer import Index, SentenceEncoder
from indexer.command import Json, explained
from indexer.encoder import Asked
from indexer.notes import decimal, many
from indexer.settings import Settings
from service.candidates import candidates
from service.recipe import Method, Recipe
from service.spelling import understood

File = Annotated[Path, typer.Argument(metavar="FICHIER", exists=True, help="Jugements.")]


@explained
def judge_command(
    dataset: Judged,
    runs: Annotated[
        list[Path] | None, typer.Argument(metavar="RUNS", help="Runs TREC, mis en commun.")
    ] = None,
    passages: Annotated[
        bool, typer.Option("--passages", help="Juge les passages que trouve chaque méthode.")
    ] = False,
    depth: Annotated[int, typer.Option(min=1, help="Premiers de chaque classement.")] = 10,
    judge: Annotated[str, typer.Option(help="Nom de qui juge.")] = "",
    index: Own = None,
    seed: Annotated[int, typer.Option(help="Graine de l'ordre.")] = 1,
) -> None:
    """Fait juger les premiers résultats de plusieurs runs, sans dire d'où ils viennent.

    Chaque note est gardée aussitôt dans judgements/ du jeu ; ce qui est jugé n'est plus demandé.
    """
    name = judge or getpass.getuser()
    if not re.fullmatch(r"[\w.-]+", name):
        raise EntenteError(f"--judge = « {name} » : des lettres, des chiffres, des tirets.")
    if bool(runs) == passages:
        raise EntenteError("Donnez des runs à juger, ou bien --passages.")
    judged, settings = Dataset(dataset), Settings()
    encoder = remembering(SentenceEncoder(settings.model, settings.cache), settings.cache)
    opened = index_of(judged, index, encoder, settings.cache)
    queries = judged.queries()
    recipe = Recipe().without(settings.off)
    rows = embed(encoder, queries, opened, recipe)
    embedded = {query.id: row for query, row in zip(queries, rows, strict=True)}
    recipes = [replace(recipe, method=method) for method in Method]
    rankings = (
        [_passages(queries, embedded, opened, one, depth) for one in recipes]
        if passages
        else [of_run(read_run(path)) for path in runs or ()]
    )
    items = pooled(rankings, queries, depth, seed)
    if not items:
        raise EntenteError("Ces runs ne répondent à aucune question du jeu : vérifiez-les.")
    _judge(items, Viewer(opened, embedded, recipe), name, judged.folder / "judgements", passages)


def _passages(
    queries: list[Query], embedded: dict[str, Asked], index: Index, recipe: Recipe, depth: int
) -> Ranked:
    """The first passages by a recipe, to be pooled."""
    return {
        query.id: [
            Target(passage.document, (passage.start, passage.end))
            for passage in first_passages(
                candidates(
                    understood(query.text, index, recipe), embedded[query.id], index, recipe
                ),
                index,
                depth,
            )
        ]
        for query in queries
    }


def _judge(items: list[Item], viewer: Viewer, name: str, folder: Path, passages: bool) -> None:
    path = folder / f"{name}{'.passages' * passages}.jsonl"
    given = judgements.read(path)
    walk(items, viewer, name, path, given)
    left = sum((query.id, target) not in given for query, target in items)
    if given:
        made = folder / f"{name}.{'evidence.jsonl' if passages else 'qrels'}"
        (judgements.write_evidence if passages else judgements.write_qrels)(given.values(), made)
        print(f"{many(len(given), 'jugement')} dans {path}, et pour d'autres outils dans {made}.")
    print(f"Il reste {many(left, 'résultat')} à juger." if left else "Tout est jugé.")


@explained
def agreement_command(
    one: File,
    other: File,
    most: Annotated[int, typer.Option(min=0, help="Désaccords à montrer.")] = 10,
    as_json: Json = False,
) -> None:
    """Dit à quel point deux personnes jugent de même : kappa de Cohen, désaccords.

    Les fichiers sont ceux de judge, ou des jugements BEIR ou TREC.
    """
    found = agreement(judgements.grades(one), judgements.grades(other))
    if as_json:
        print(json.dumps(_agreement(found, most), ensure_ascii=False))
        return
    print(f"{many(found.pairs, 'paire jugée')} par les deux, dont {found.same} de même note.")
    if found.kappa is None:
        print("Kappa indéfini : les deux n'ont donné qu'une seule et même note.")
    else:
        print(f"Kappa de Cohen, à poids quadratiques : {decimal(found.kappa, '.3f')}")
    for (query, target), ours, theirs in found.apart[:most]:
        span = ":{}-{}".format(*target.span) if target.span else ""
        print(f"{query}\t{target.document}{span}\t{ours} et {theirs}")


def _agreement(found: Agreement, most: int) -> dict[str, Any]:
    apart = [
        {"query": query, "document": target.document, "span": target.span, "grades": [one, other]}
        for (query, target), one, other in found.apart[:most]
    ]
    numbers = {"pairs": found.pairs, "same": found.same, "kappa": found.kappa}
    return {**numbers, "apart": apart}
