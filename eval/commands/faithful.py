"""`python -m eval faithful`."""

import json
import sys
from typing import Annotated

import typer

from eval.commands.retrieval import Judged, Own
from eval.dataset import Dataset, spread
from eval.faithful import asked, faithful
from eval.indexed import index_of, remembering
from eval.quoting import Quoting
from indexer import SentenceEncoder
from indexer.command import Json, explained
from indexer.notes import many
from indexer.settings import Settings
from service.recipe import Recipe


@explained
def faithful_command(
    dataset: Judged,
    index: Own = None,
    most: Annotated[
        int | None, typer.Option(min=1, help="Questions à poser, au plus ; toutes par défaut.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Vérifie au caractère près ce que citent les réponses ; sort en 1 au moindre écart.

    Les questions du jeu et les titres des documents sont posés ; les documents sont relus.
    """
    settings, judged = Settings(), Dataset(dataset)
    encoder = SentenceEncoder(settings.model, settings.cache)
    home = index_of(judged, index, remembering(encoder, settings.cache), settings.cache)
    answerer = Quoting(home, encoder, Recipe().without(settings.off))
    found = faithful(spread(asked(judged, home), most), answerer, home, judged)
    wrong = found["unfaithful"]
    for line in wrong:
        print(line, file=sys.stderr)
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        print(
            f"{many(found['answers'], 'question')}, {many(found['served'], 'réponse')} : "
            f"{many(found['citations'], 'citation')}, {many(found['quotes'], 'extrait')} en tout "
            f"avec les passages proches, {many(found['marks'], 'partie')} marquées ; "
            f"{many(len(wrong), 'écart')}."
        )
    if wrong:
        raise typer.Exit(1)
