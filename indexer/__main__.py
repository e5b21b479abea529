"""The commands of the indexer: `python -m indexer --help`."""

import json
import signal
import sys
from collections.abc import Callable, Container
from dataclasses import asdict
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Event
from typing import Annotated, Any

import typer

from corpus import Library
from corpus.errors import LibraryMissing, UnknownDocument
from corpus.isolation import read_apart
from corpus.looks import Looks
from indexer import snapshot
from indexer.command import Index, Json, explained, settings_for, settle_libraries
from indexer.encoder import SentenceEncoder
from indexer.facets import Filters
from indexer.failures import counts
from indexer.notes import decimal, many, notes
from indexer.progress import shown
from indexer.report import Progress, Report
from indexer.settings import Settings
from indexer.tries import Tries, tries
from indexer.update import update
from indexer.usage import App
from indexer.watch import changes, watch

app = App()
Folder = Annotated[Path, typer.Argument(metavar="DOSSIER", help="Dossier des documents.")]


@app.callback()
def entry() -> None:
    """Tient l'index d'Entente au pas d'un dossier de documents."""
    settle_libraries()


@app.command("update")
@explained
def update_command(
    folder: Folder,
    index: Index = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Repart de zéro.")] = False,
    as_json: Json = False,
) -> None:
    """Publie un index qui reflète exactement le dossier.

    Code de sortie : 0 si tout a été lu, 1 si des documents n'ont pas pu l'être, 2 en cas d'erreur.
    """
    _update_once(folder, settings_for(index), as_json, rebuild=rebuild)


@app.command()
@explained
def retry(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CHEMIN",
            help="Chemins à relire ; sinon tous ceux en échec ou lus en partie.",
        ),
    ] = None,
    index: Index = None,
    as_json: Json = False,
) -> None:
    """Relit ce qui n'a pas pu l'être, même en partie et même si les fichiers n'ont pas changé."""
    settings = settings_for(index)
    found = snapshot.manifest(settings.index, snapshot.current(settings.index))
    unread = [*found.failures, *found.unread]
    for path in paths or ():
        if path not in unread:
            known = ", ".join(unread) or "aucun"
            raise UnknownDocument(f"« {path} » n'est pas à relire ; à relire : {known}.")
    if not found.folder:
        raise LibraryMissing(
            f"L'index « {settings.index} » ne dit pas d'où viennent ses documents : lancez "
            f"`python -m indexer update DOSSIER --index {settings.index}`."
        )
    _update_once(Path(found.folder), settings, as_json, retry=paths or unread)


def _update_once(
    folder: Path,
    settings: Settings,
    as_json: bool,
    *,
    rebuild: bool = False,
    retry: Container[str] = (),
) -> None:
    library = Library(folder, territories=settings.territories)
    next(iter(library.scan()), None)  # a missing folder is told before the model is loaded
    with snapshot.locked(settings.index):  # and so is an index that cannot be written
        pass
    turn = _turn(library, settings, rebuild=rebuild, retry=retry)
    with shown(as_json) as progress:
        report = turn(progress)
    _tell(report, settings.index, as_json)
    raise typer.Exit(1 if report.failures or report.unsettled or report.unread else 0)


def _turn(
    library: Library, settings: Settings, *, rebuild: bool = False, retry: Container[str] = ()
) -> Callable[[Progress | None], Report]:
    """What brings the index in step with a folder; the model is loaded here, once."""
    encoder = SentenceEncoder(settings.model, settings.cache)
    return lambda progress: update(
        library.scan(),
        settings.index,
        encoder,
        rebuild=rebuild,
        folder=str(library.root.resolve()),
        progress=progress,
        read=partial(read_apart, limits=settings.limits),
        limits=settings.limits,
        retry=retry,
    )


@app.command("watch")
@explained
def watch_command(
    folder: Folder,
    index: Index = None,
    settle: Annotated[
        float, typer.Option(min=0.1, help="Secondes de calme avant de lire un fichier.")
    ] = 1.0,
    poll: Annotated[
        float | None,
        typer.Option(
            min=1.0,
            help="Regarde le dossier toutes les N secondes au lieu d'attendre d'être averti : "
            "pour un dossier du réseau.",
        ),
    ] = None,
) -> None:
    """Suit le dossier et met l'index à jour à chaque changement, jusqu'à ce qu'on l'arrête.

    Une ligne par mise à jour ; le modèle reste chargé. S'arrête par Ctrl-C ou SIGTERM.
    """
    settings = settings_for(index)
    library = Library(folder, Looks(settle), settings.territories)
    next(iter(Library(folder).scan()), None)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        turn = _turn(library, settings)
        watch(
            folder.resolve(),
            lambda: turn(None),
            _log,
            Event(),
            settle=settle,
            poll=poll,
            ignored=settings.index.resolve(),
        )
    except KeyboardInterrupt:
        _log("Arrêt demandé : le dernier index publié reste en service.")


def _log(text: str) -> None:
    print(f"{datetime.now():%Y-%m-%d %H:%M:%S} {text}", flush=True)


def _tell(report: Report, index: Path, as_json: bool) -> None:
    if as_json:
        print(json.dumps(asdict(report), ensure_ascii=False))
        return
    print(
        f"Génération {report.generation} : {many(report.documents, 'document')}, "
        f"{many(report.passages, 'passage')}.\n"
        f"{changes(report)} ; "
        f"{many(report.embedded, 'vecteur calculé')}, {many(report.reused, 'repris')}."
    )
    for path in report.unsettled:
        print(f"Pas encore lu : {path} est en cours d'écriture, relancez.", file=sys.stderr)
    for line in notes(report.failures, report.kept, report.unread, report.problems):
        print(line, file=sys.stderr)
    if report.failures or report.unread:
        print(f"Pour relire ces documents : {_retry(index)}", file=sys.stderr)


def _retry(index: Path) -> str:
    return f"python -m indexer retry --index {index}"


@app.command()
@explained
def status(index: Index = None, as_json: Json = False) -> None:
    """Décrit la génération publiée, compte les documents par état et liste ce qui ne va pas."""
    folder = settings_for(index).index
    found = snapshot.manifest(folder, snapshot.current(folder))
    states = counts(found.documents, found.failures, found.unread, found.problems)
    content: dict[str, Any] = asdict(found)
    content["kept"] = snapshot.generations(folder)
    content["bytes"] = sum(size for size, _ in content.pop("files").values())
    content["states"] = states
    tried = tries(folder)
    content["tries"] = {path: one.count for path, one in tried.items()}
    size = decimal(content["bytes"] / 2**20, ".1f")
    if as_json:
        print(json.dumps(content, ensure_ascii=False))
        return
    print(
        f"Génération {found.generation} du {found.created}, dossier {found.folder}\n"
        f"{many(found.documents, 'document')}, {many(found.passages, 'passage')}, "
        f"{size} Mo\n"
        f"Modèle {found.model}, découpage {found.splitter}, analyse {found.analyzer}\n"
        f"Générations gardées : {', '.join(map(str, content['kept']))}\n"
        f"Documents {', '.join(f'{state} : {n}' for state, n in states.items())}"
    )
    reasons = {
        path: f"{f.reason} [depuis le {f.since}{_tried(tried.get(path))}]"
        for path, f in found.failures.items()
    }
    kept = [path for path, failure in found.failures.items() if failure.kept]
    for line in notes(reasons, kept, found.unread, found.problems):
        print(line)
    if found.failures or found.unread:
        print(f"Pour relire ces documents : {_retry(folder)}")


def _tried(known: Tries | None) -> str:
    return f" ; {many(known.count, 'essai')}, le dernier le {known.last}" if known else ""


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
        raise snapshot.damaged(folder, problems)


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
