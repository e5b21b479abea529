"""The command of opinions: `python -m service.feedback --help`."""

from pathlib import Path
from typing import Annotated

import typer

from indexer.command import explained
from indexer.notes import many
from indexer.settings import Settings
from indexer.usage import App
from service.feedback.opinions import BadFeedback, Opinions

app = App()
File = Annotated[Path | None, typer.Option("--file", help="Fichier des avis (ENTENTE_FEEDBACK).")]


@app.command()
@explained
def export(file: File = None) -> None:
    """Écrit tous les avis, un par ligne, en JSON."""
    for opinion in _opened(file).all():
        print(opinion.model_dump_json())


@app.command()
@explained
def purge(
    file: File = None,
    days: Annotated[
        int | None,
        typer.Option(min=0, help="Âge en jours ; 0 efface tout (ENTENTE_FEEDBACK_DAYS)."),
    ] = None,
) -> None:
    """Efface les avis qui ont été gardés assez longtemps."""
    opinions = _opened(file)
    gone = opinions.purge(days)
    print(f"{many(gone, 'avis effacé')} ; {many(len(opinions.all()), 'avis gardé')}.")


def _opened(file: Path | None) -> Opinions:
    settings = Settings()
    path = file or settings.feedback
    if path is None or not path.is_file():
        told = f"« {path} » n'existe pas" if path else "aucun n'est nommé"
        raise BadFeedback(f"Fichier des avis : {told} ; voyez --file ou ENTENTE_FEEDBACK.")
    return Opinions(path, settings.feedback_days)


if __name__ == "__main__":
    app()
