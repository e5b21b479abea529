"""What the search gave on judged questions when someone last agreed to it, in a readable file."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from corpus.errors import EntenteError
from eval.dataset import QUESTIONS, Dataset
from eval.evidence import quotes
from eval.retrieval import InProcess
from eval.scoring import Scored, scored
from indexer import Encoder, Index
from service.recipe import Method, Recipe

WHOLE = Recipe().method
WATCHED = {  # either half alone shows what the other makes up for
    "nDCG@10": (WHOLE, "nDCG@10"),
    "recall@10": (WHOLE, "recall@10"),
    "evidence@5": (WHOLE, "evidence@5"),
    "MAP dense": (Method.DENSE, "MAP"),
    "MAP lexical": (Method.LEXICAL, "MAP"),
}
DIGITS = 4
Values = Mapping[str, Mapping[str, float]]  # by question, then by what is watched
Searches = Mapping[Method, Scored]


class NoBaseline(EntenteError):
    """There is no baseline, or it is of other questions, judgements or documents."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """Values by question, and digests of what they were measured on."""

    made_of: Mapping[str, str]
    values: Values

    def check(self, dataset: Dataset) -> None:
        """Raise NoBaseline where the dataset is another by now: values cannot be compared."""
        now = digests(dataset)
        if changed := [name for name in now if self.made_of.get(name) != now[name]]:
            raise NoBaseline(
                f"La référence de « {dataset.folder} » est d'un autre jeu ({', '.join(changed)}) : "
                f"écrivez-la de nouveau, sans autre changement, par {remedy(dataset)}"
            )


def remedy(dataset: Dataset) -> str:
    """The command that writes the baseline."""
    folder = "" if dataset.folder == QUESTIONS else f"{dataset.folder} "
    return f"python -m eval gate {folder}--write"


def digests(dataset: Dataset) -> dict[str, str]:
    """Tell other questions, judgements (with their quotes) and documents, under French names."""
    queries = [query for query in dataset.queries() if not query.synthetic]
    asked = {query.id for query in queries}
    sources = (
        source if isinstance(source, tuple) else (source.id, source.fingerprint)
        for source in dataset.sources()
    )
    content = {
        "questions": [(q.id, q.text, q.intent) for q in queries],
        "jugements": sorted(
            (q, sorted(j.items())) for q, j in dataset.qrels().items() if q in asked
        ),
        "citations": [asdict(q) for q in quotes(dataset.folder) if q.query in asked],
        "documents": sorted((name, str(fingerprint)) for name, fingerprint in sources),
    }
    return {
        name: hashlib.sha256(repr(part).encode()).hexdigest()[:12] for name, part in content.items()
    }


def watched(dataset: Dataset, index: Index, encoder: Encoder) -> Searches:
    """What the search gives, and either half of it alone; without synthetic questions."""
    methods = dict.fromkeys(method for method, _ in WATCHED.values())
    recipes = {method: replace(Recipe(), method=method) for method in methods}
    return {
        method: scored(dataset, InProcess(index, encoder, recipe, encoder))
        for method, recipe in recipes.items()
    }


def values(searches: Searches) -> dict[str, dict[str, float]]:
    """What is watched of each question, rounded."""
    found: dict[str, dict[str, float]] = {q.id: {} for q in searches[WHOLE].documents.queries}
    for name, (method, measure) in WATCHED.items():
        for scores in (searches[method].documents, searches[method].evidence):
            for query in scores.queries:
                if measure in (row := scores.by_query[query.id]):
                    found[query.id][name] = round(row[measure], DIGITS)
    return found


def write(path: Path, dataset: Dataset, searches: Searches) -> None:
    """Write a question a line: a history shows what a new baseline changes."""
    lines = [f"  {json.dumps(q)}: {json.dumps(row)}" for q, row in values(searches).items()]
    body = ",\n".join(lines)
    made_of = json.dumps(digests(dataset))
    path.write_text(f'{{"made_of": {made_of},\n "values": {{\n{body}\n}}}}\n', "utf-8")


def read(path: Path, dataset: Dataset) -> Baseline:
    """The baseline of a dataset.

    Raises:
        NoBaseline: there is none that can be read, or it is of another dataset.
    """
    try:
        baseline = Baseline(**json.loads(path.read_text("utf-8")))
    except (FileNotFoundError, ValueError, TypeError) as error:
        fault = "n'existe pas" if isinstance(error, FileNotFoundError) else "n'est pas lisible"
        raise NoBaseline(
            f"La référence « {path} » {fault} : écrivez-la par {remedy(dataset)}"
        ) from None
    baseline.check(dataset)
    return baseline
