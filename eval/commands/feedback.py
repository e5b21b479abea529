"""`python -m eval feedback`."""

from pathlib import Path
from typing import Annotated

import typer

from corpus.errors import EntenteError
from eval.feedback import candidates, write
from indexer.command import explained
from indexer.notes import many
from indexer.settings import Settings
from service.feedback import Opinions


@explained
def feedback_command(
    file: Annotated[
        Path, typer.Argument(metavar="AVIS", exists=True, help="Fichier des avis d'un service.")
    ],
    folder: Annotated[Path, typer.Argument(metavar="DOSSIER", help="Jeu de questions à écrire.")],
) -> None:
    """Fait des avis un jeu de jugements candidats, à confirmer avec judge."""
    opinions = Opinions(file, Settings().feedback_days).all()
    if not opinions:
        raise EntenteError(f"« {file} » ne contient aucun avis : il n'y a rien à juger.")
    found = candidates(opinions)
    write(found, folder)
    relevant = sum(found.grades.values())
    print(
        f"{many(len(opinions), 'avis')} sur {many(len(found.questions), 'question')} : "
        f"{many(len(found.grades), 'document')} à confirmer, dont {relevant} jugés utiles ; "
        f"{many(len(found.disputed), 'désaccord')}."
    )
    for query, document in found.disputed:
        print(f"Désaccord : {found.questions[query].question} — {document}")
    print(f"À confirmer : python -m eval judge {folder} {folder}/candidates.run --index INDEX")
