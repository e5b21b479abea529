"""The commands of the indexer: `python -m indexer --help`."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, ParamSpec

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from corpus import Library
from corpus.errors import EntenteError, IndexCorrupted
from corpus.readers import ocr
from indexer import snapshot
from indexer.encoder import SentenceEncoder
from indexer.faults import explain
from indexer.index import Filters
from indexer.settings import PREFIX, Settings
from indexer.update import Progress, Report, update

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
Index = Annotated[
    Path | None, typer.Option("--index", help="Dossier de l'index (ENTENTE_INDEX, « index »).")
]
Json = Annotated[bool, typer.Option("--json", help="Écrit du JSON, pour une machine.")]
console = Console(stderr=True)
P = ParamSpec("P")


@app.callback()
def entry() -> None:
    """Tient l'index d'Entente au pas d'un dossier de documents."""
    quiet_libraries()


def quiet_libraries() -> None:
    """Keep to ourselves what the model's libraries say of how they were loaded."""
    for name in ("transformers", "sentence_transformers"):
        logging.getLogger(name).setLevel(logging.ERROR)


def explained(command: Callable[P, None]) -> Callable[P, None]:
    """Turn what a person can mend into a message and exit code 2."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            return command(*args, **kwargs)
        except EntenteError as error:
            _refuse(str(error))
        except OSError as error:
            _refuse(f"{error.filename or 'système'} : {error.strerror or error}.")
        except ValidationError as error:
            for fault in error.errors():
                name = "".join(str(part) for part in fault["loc"]).upper()
                _refuse(explain(fault, PREFIX + name if name else "réglages"))
        raise typer.Exit(2)

    return run


def _refuse(message: str) -> None:
    text = f"Erreur : {message}"
    console.print(text, style="red", markup=False, highlight=False, soft_wrap=True)


def settings_for(index: Path | None) -> Settings:
    """The settings, with an option of the command in place of its variable."""
    given: dict[str, Any] = {} if index is None else {"index": index}
    return Settings(**given)


@app.command("update")
@explained
def update_command(
    folder: Annotated[Path, typer.Argument(help="Dossier des documents.")],
    index: Index = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Repart de zéro.")] = False,
    as_json: Json = False,
) -> None:
    """Publie un index qui reflète exactement le dossier.

    Code de sortie : 0 si tout a été lu, 1 si des documents n'ont pas pu l'être, 2 en cas d'erreur.
    """
    settings = settings_for(index)
    library = Library(folder)
    next(iter(library.scan()), None)  # a missing folder is told before the model is loaded
    encoder = SentenceEncoder(settings.model, settings.cache)
    with progress_bars(quiet=as_json) as progress:
        report = update(
            library.scan(),
            settings.index,
            encoder,
            rebuild=rebuild,
            folder=str(folder.resolve()),
            progress=progress,
        )
    _tell(report, as_json)
    raise typer.Exit(1 if report.failures or report.unread else 0)


@contextmanager
def progress_bars(quiet: bool = False) -> Iterator[Progress]:
    """Bars for a person, on stderr; none for a machine."""
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Bars(*columns, console=console, disable=quiet or not console.is_terminal) as bars:
        reading = bars.add_task("Lecture", total=None)
        embedding = bars.add_task("Vecteurs", total=0)
        planned = 0

        def to_embed(passages: int) -> None:
            nonlocal planned
            planned += passages
            bars.update(embedding, total=planned)

        yield Progress(
            planned=lambda documents: bars.update(reading, total=documents),
            read=lambda path: bars.advance(reading),
            to_embed=to_embed,
            embedded=lambda passages: bars.advance(embedding, passages),
        )


def _tell(report: Report, as_json: bool) -> None:
    if as_json:
        print(json.dumps(asdict(report), ensure_ascii=False))
        return
    print(
        f"Génération {report.generation} : {report.documents} documents, "
        f"{report.passages} passages.\n"
        f"{len(report.added)} ajoutés, {len(report.changed)} modifiés, "
        f"{len(report.removed)} supprimés, {report.unchanged} inchangés ; "
        f"{report.embedded} vecteurs calculés, {report.reused} repris."
    )
    for line in _not_read(report.failures, report.unread):
        print(line, file=sys.stderr)


def _not_read(failures: dict[str, str], unread: dict[str, list[int]]) -> Iterator[str]:
    for path, reason in failures.items():
        yield f"Non lu : {path} – {reason}"
    remedy = "numérisez-les de nouveau" if ocr.engine() else ocr.REMEDY
    for path, pages in unread.items():
        yield f"Lu en partie : {path} – pages à océriser : {', '.join(map(str, pages))} ; {remedy}."


@app.command()
@explained
def status(index: Index = None, as_json: Json = False) -> None:
    """Décrit la génération publiée et liste les documents qui n'ont pas pu être lus."""
    folder = settings_for(index).index
    found = snapshot.manifest(folder, snapshot.current(folder))
    content: dict[str, Any] = asdict(found)
    content["kept"] = snapshot.generations(folder)
    content["bytes"] = sum(size for size, _ in content.pop("files").values())
    if as_json:
        print(json.dumps(content, ensure_ascii=False))
        return
    print(
        f"Génération {found.generation} du {found.created}, dossier {found.folder}\n"
        f"{found.documents} documents, {found.passages} passages, "
        f"{content['bytes'] / 2**20:.1f} Mo\n"
        f"Modèle {found.model}, découpage {found.splitter}, analyse {found.analyzer}\n"
        f"Générations gardées : {', '.join(map(str, content['kept']))}"
    )
    for line in _not_read(found.failures, found.unread):
        print(line)


@app.command()
@explained
def documents(index: Index = None, as_json: Json = False) -> None:
    """Liste les documents de l'index."""
    opened = snapshot.open_index(settings_for(index).index)
    for document in opened.documents(Filters()):
        m = document.metadata
        if as_json:
            line = {"id": document.id, "path": document.path, **asdict(m)}
            print(json.dumps(line, ensure_ascii=False))
        else:
            print(f"{document.id}\t{m.kind}\t{m.date}\t{m.title}")


@app.command()
@explained
def verify(index: Index = None, as_json: Json = False) -> None:
    """Relit chaque fichier de la génération publiée et le compare à sa somme de contrôle."""
    folder = settings_for(index).index
    generation = snapshot.current(folder)
    problems = snapshot.verify(folder, generation)
    if as_json:
        print(json.dumps({"generation": generation, "problems": problems}, ensure_ascii=False))
    elif not problems:
        print(f"Génération {generation} : intacte.")
    if problems:
        raise IndexCorrupted(f"Génération {generation} : {' ; '.join(problems)}.")


@app.command()
@explained
def rollback(
    index: Index = None,
    to: Annotated[int | None, typer.Option("--to", help="Numéro de génération.")] = None,
) -> None:
    """Publie de nouveau une génération gardée : la précédente, ou celle que l'on indique."""
    generation = snapshot.rollback(settings_for(index).index, to)
    print(f"Génération {generation} rétablie.")


if __name__ == "__main__":
    app()
