"""`python -m eval ocr` and `torture`: how difficult documents are read."""

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from corpus.errors import CannotRead
from corpus.readers import ocr
from eval.commands import there
from eval.ocr import measure, title_ranks
from eval.torture import torture
from indexer import SentenceEncoder
from indexer.command import Json, explained
from indexer.notes import decimal
from indexer.settings import Settings


@explained
def ocr_command(
    folder: Annotated[
        Path, typer.Argument(metavar="DOSSIER", help="Dossier de PDF qui ont un texte.")
    ],
    pages: Annotated[int, typer.Option(min=1, help="Pages tirées au sort.")] = 10,
    seed: Annotated[int, typer.Option(help="Graine du tirage.")] = 1,
    scan: Annotated[int, typer.Option(min=50, help="Points par pouce de la numérisation.")] = 200,
    render: Annotated[int, typer.Option(min=50, help="Points par pouce du rendu.")] = ocr.DPI,
    psm: Annotated[int, typer.Option(help="Mise en page, selon Tesseract.")] = ocr.LAYOUT,
    titles: Annotated[
        bool, typer.Option("--titles", help="Cherche aussi dix numérisations par leur titre.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Numérise des pages dont le texte est connu, et compare ce que l'OCR y lit."""
    if not ocr.engine():
        raise CannotRead(f"Tesseract ou son français manque : {ocr.REMEDY}.")
    there(folder)
    report = measure(folder, pages, seed, scan=scan, render=render, mode=psm)
    if titles:
        encoder = SentenceEncoder(Settings().model, Settings().cache)
        with TemporaryDirectory() as place:
            report["titles"] = title_ranks(folder, 10, 50, seed, encoder, Path(place))
    if as_json:
        print(json.dumps(report, ensure_ascii=False))
        return
    print(
        f"{pages} pages numérisées à {scan} ppp, rendues à {render} ppp, psm {psm} : "
        f"erreur de {decimal(report['character_error_rate'], '.2%')} dans l'ordre de lecture, "
        f"de {decimal(report['line_error_rate'], '.2%')} ligne par ligne ; "
        f"fiabilité {decimal(report['confidence'], '.1%')}, "
        f"{decimal(report['seconds_a_page'])} s par page."
    )
    for title, rank in report.get("titles", []):
        print(f"{rank or 'au-delà de 100'}\t{title}")


@explained
def torture_command(
    folder: Annotated[
        Path, typer.Argument(metavar="DOSSIER", help="Dossier de documents difficiles.")
    ],
    as_json: Json = False,
) -> None:
    """Lit des documents difficiles et dit ce que chacun devient, en combien de temps et de place.

    Code de sortie : 0 si tout a été lu ou refusé avec sa raison.
    """
    there(folder)
    outcomes = torture(folder)
    if as_json:
        print(json.dumps([asdict(outcome) for outcome in outcomes], ensure_ascii=False))
        return
    for outcome in outcomes:
        print(f"{outcome.state}\t{decimal(outcome.seconds)} s\t{outcome.reason or outcome.path}")
    longest = max(outcomes, key=lambda outcome: outcome.seconds)
    states = Counter(outcome.state for outcome in outcomes)
    print(
        f"{len(outcomes)} documents : {', '.join(f'{n} {s}' for s, n in states.most_common())}.\n"
        f"Mémoire au plus : {outcomes[-1].memory / 2**20:.0f} Mo ; "
        f"le plus long : {longest.path}, {decimal(longest.seconds)} s."
    )
