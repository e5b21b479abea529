"""A person judges in the terminal, one document or passage after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from eval.dataset import Query
from eval.judgements import GRADES, Judged, Judgement, keep
from eval.pool import Item, Target
from eval.retrieval import first_passages
from eval.telling import WIDE
from indexer import Index, Passage
from indexer.encoder import Asked
from service.candidates import candidates
from service.recipe import Recipe
from service.spelling import understood

BEST = 3  # passages of a document that are shown
BEGINNING = 600  # characters of a document of which the search finds no passage
SKIP, BACK, QUIT = "p", "r", "q"
HELP = "0 hors sujet, 1 utile, 2 à montrer d'abord ; p passer, r revenir, q quitter"


@dataclass(frozen=True, slots=True)
class Viewer:
    """What a judge sees of a document: its title, and its best passages for the question."""

    index: Index
    embedded: Mapping[str, Asked]  # by query
    recipe: Recipe

    def title(self, document: str) -> str:
        found = self.index.describe([document])
        return found[document].metadata.title if document in found else "hors de l'index"

    def texts(self, query: Query, target: Target) -> list[str]:
        if target.span:
            start, end = target.span
            return [self.index.document(target.document).text[start:end]]
        own = [p.text for p in self._passages(query) if p.document == target.document]
        if own or not self.index.describe([target.document]):
            return own[:BEST]
        return [self.index.document(target.document).text[:BEGINNING]]

    def _passages(self, query: Query) -> list[Passage]:
        asked = self.embedded[query.id]
        found = candidates(
            understood(query.text, self.index, self.recipe), asked, self.index, self.recipe
        )
        return first_passages(found, self.index, len(found.keys))


def walk(items: Sequence[Item], viewer: Viewer, judge: str, path: Path, judged: Judged) -> None:
    """Ask for a grade of each item that has none; each is kept in the file as soon as it is given.

    `judged` are the judge's own judgements, and grow. What is passed over is asked again next time.
    """
    left = [(query, target) for query, target in items if (query.id, target) not in judged]
    at = 0
    while at < len(left):
        query, target = left[at]
        before = judged.get((query.id, target))
        texts = viewer.texts(query, target)
        _show(f"{at + 1} sur {len(left)}", query, viewer.title(target.document), texts)
        answer = _answer(before)
        if answer == QUIT:
            return
        if answer == BACK:
            at = max(0, at - 1)
            continue
        if answer != SKIP:
            quote = texts[0] if target.span else ""
            when = datetime.now(UTC).isoformat(timespec="seconds")
            given = Judgement(query.id, target, int(answer), judge, when, quote)
            keep(given, path)
            judged[query.id, target] = given
        at += 1


def _show(place: str, query: Query, title: str, texts: Sequence[str]) -> None:
    WIDE.rule(place, align="left")
    for text in (f"Question : {query.text}", f"Titre : {title}"):
        WIDE.print(text, markup=False, highlight=False)
    for text in texts:
        WIDE.rule(style="dim")
        WIDE.print(text, markup=False, highlight=False)
    WIDE.rule(style="dim")


def _answer(before: Judgement | None) -> str:
    """What the judge typed, once it means something; the end of the input means to quit."""
    known = "" if before is None else f" [noté {before.grade}]"
    while True:
        try:
            typed = input(f"{HELP}{known} : ").strip().lower()
        except (EOFError, KeyboardInterrupt):
            print()
            return QUIT
        if typed in {SKIP, BACK, QUIT, *map(str, GRADES)}:
            return typed
        print(f"« {typed[:20]} » n'est pas une réponse.")
