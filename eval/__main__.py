"""The commands of the evaluation: `python -m eval --help`."""

import json
import sys
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.table import Table

from corpus import Library
from corpus.errors import CannotRead
from corpus.readers import ocr
from eval.cards import FIELDS, Score, cards
from eval.compare import Comparison, compare
from eval.dataset import Dataset, Qrels, Query, read_qrels
from eval.indexed import index_of, remembering
from eval.ocr import measure, title_ranks
from eval.reading import reading
from eval.reporting import report_command
from eval.retrieval import retrieval
from eval.runs import read_run, write_run
from eval.speed import speed
from eval.step import step
from eval.telling import WIDE, flat, tell, tell_comparison, tell_retrieval
from eval.torture import torture
from indexer import SentenceEncoder
from indexer.command import Json, explained, quiet_libraries
from indexer.notes import decimal
from indexer.settings import Settings
from indexer.usage import App
from service.search import Method, Recipe

app = App()
QUESTIONS = Path(__file__).parent / "questions"
Own = Annotated[
    Path | None,
    typer.Option("--index", help="Index du jeu ; par défaut, un index gardé dans le cache."),
]


@app.callback()
def entry() -> None:
    """Mesure la qualité et la vitesse de la recherche."""
    quiet_libraries()


@app.command("retrieval")
@explained
def retrieval_command(
    dataset: Annotated[
        Path, typer.Argument(metavar="JEU", help="Jeu de questions (BEIR ou TREC).")
    ],
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
            report.pop("per_query")
    if as_json:
        content = next(iter(reports.values())) if len(reports) == 1 else reports
        print(json.dumps(content, ensure_ascii=False))
    else:
        tell_retrieval(dataset, reports)


app.command("report")(report_command)


@app.command("compare")
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


@app.command("speed")
@explained
def speed_command(
    dataset: Annotated[
        Path, typer.Argument(metavar="JEU", help="Jeu de questions (BEIR).")
    ] = QUESTIONS,
    passages: Annotated[
        int | None, typer.Option(min=1, help="Nombre de documents du jeu ; tous par défaut.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Chronomètre chaque étape, de la lecture à la réponse HTTP, et les rapports entre elles."""
    settings = Settings()
    encoder = SentenceEncoder(settings.model, settings.cache)
    with TemporaryDirectory() as folder:
        questions = [query.text for query in Dataset(QUESTIONS).queries()]
        report = speed(Dataset(dataset), questions, Path(folder), encoder, passages)
    if as_json:
        print(json.dumps(report))
        return
    for part, values in report.items():
        table = Table("", "", title=part, title_justify="left")
        for name, value in flat(values):
            table.add_row(name, decimal(value, ",.2f"))
        WIDE.print(table)


@app.command("reading")
@explained
def reading_command(
    folder: Annotated[Path, typer.Argument(metavar="DOSSIER", help="Dossier de PDF.")],
    as_json: Json = False,
) -> None:
    """Chronomètre la lecture d'un dossier : pages par seconde, et part dans une mise à jour."""
    settings = Settings()
    encoder = SentenceEncoder(settings.model, settings.cache)
    with TemporaryDirectory() as work:
        report = reading(folder, Path(work), encoder, settings.limits)
    tell(report, as_json)


@app.command("step")
@explained
def step_command(
    folder: Annotated[
        Path, typer.Argument(metavar="DOSSIER", help="Dossier dont une copie est malmenée.")
    ],
    seconds: Annotated[float, typer.Option(min=1, help="Durée des changements.")] = 300,
    as_json: Json = False,
) -> None:
    """Suit un dossier qui change sans cesse, l'interroge, puis compare à un index refait."""
    _there(folder)
    settings = Settings()
    encoder = SentenceEncoder(settings.model, settings.cache)
    questions = [query.text for query in Dataset(QUESTIONS).queries()]
    with TemporaryDirectory() as work:
        outcome = step(folder, Path(work), encoder, questions, seconds)
    tell(asdict(outcome), as_json)
    raise typer.Exit(1 if outcome.failed or outcome.differences else 0)


@app.command("cards")
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


@app.command("ocr")
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
    _there(folder)
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


@app.command("torture")
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
    _there(folder)
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


def _there(folder: Path) -> None:
    """Tell a missing folder at once."""
    next(iter(Library(folder).scan()), None)


if __name__ == "__main__":
    app()
