"""`python -m eval scale`: one search in an index of many passages, stage by stage."""

import json
import sys
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer
from rich.table import Table

from corpus import Source
from eval.dataset import QUESTIONS, Dataset
from eval.drawn import DrawingEncoder, drawn_index
from eval.scale import scale
from eval.telling import WIDE
from indexer import SentenceEncoder
from indexer.command import Json, explained
from indexer.notes import decimal, many
from indexer.progress import shown
from indexer.settings import Settings

FRENCH = {
    "whole": "recherche entière",
    "parse": "lire la question",
    "embed": "la vectoriser",
    "filter": "filtrer",
    "dense": "classer par le sens",
    "lexical": "classer par les mots",
    "late": "comparer mot à mot",
    "fuse": "fusionner",
    "group": "grouper par acte",
    "cite": "citer et surligner",
    "facets": "compter les facettes",
}
SERIES = {"search_ms": "sans filtre", "search_with_one_filter_ms": "avec un filtre"}
WARMING = 10  # searches before those that count


@explained
def scale_command(
    dataset: Annotated[
        Path, typer.Argument(metavar="JEU", help="Jeu dont les passages sont indexés (BEIR).")
    ],
    passages: Annotated[
        int | None, typer.Option(min=1, help="Nombre de passages du jeu ; tous par défaut.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Chronomètre une recherche, étape par étape, dans un index de nombreux passages.

    Les vecteurs des passages sont tirés au sort : une recherche exacte n'en est ni plus rapide ni
    plus lente. Leurs fiches le sont aussi, pour que les facettes aient de quoi compter.
    """
    settings = Settings()
    encoder = SentenceEncoder(settings.model, settings.cache)
    start = perf_counter()
    with shown() as progress:
        index = drawn_index(
            Dataset(dataset), passages, DrawingEncoder(encoder), settings.cache, progress
        )
    print(f"Index prêt en {perf_counter() - start:.0f} s.", file=sys.stderr)
    questions = [query.text for query in Dataset(QUESTIONS).queries()]
    first = [s.read() for s in islice(Dataset(dataset).sources(), WARMING) if isinstance(s, Source)]
    report = scale(index, encoder, questions, [(d.title or d.text)[:100] for d in first])
    if as_json:
        print(json.dumps(report))
        return
    print(
        f"{many(report['questions'], 'question')} posées une à une, "
        f"{many(report['passages'], 'passage')} de {many(report['documents'], 'document')} ; "
        "vecteurs et fiches des passages tirés au sort, le reste est celui du service."
    )
    for name, title in SERIES.items():
        table = Table("", "p50 (ms)", "p95 (ms)", title=title, title_justify="left")
        for stage, values in report[name].items():
            table.add_row(FRENCH[stage], *(decimal(values[p], ".1f") for p in ("p50", "p95")))
        WIDE.print(table)
