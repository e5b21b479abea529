"""What the front page offers to ask: questions that these very documents answer."""

from collections.abc import Iterator
from functools import lru_cache

from corpus.document import Document
from indexer.index import LocalIndex
from service.answers.offered import questions_of
from service.listing import acts

LOOKED = 100  # of the latest acts


@lru_cache(maxsize=1)
def examples(index: LocalIndex, day: str) -> tuple[str, ...]:
    """Up to five texts for the field: a list, a fact, another, what ends, and a number."""
    latest = sorted((a.document for a in acts(index)), key=lambda a: a.metadata.date, reverse=True)
    themes = index.count_values([act.id for act in latest], day, ["theme"]).theme
    numbers = (n for act in latest if len(n := act.metadata.number) > 3)  # « 1 » is an avenant's
    ending = any(act.period.ends for act in latest)
    return (
        *list(themes)[:1],
        *_facts(latest, index, day),
        *([f"quelles conventions expirent avant fin {int(day[:4]) + 1} ?"] if ending else []),
        *list(numbers)[:1],
    )


def _facts(latest: list[Document], index: LocalIndex, day: str) -> Iterator[str]:
    """Two questions that begin differently, of two acts; first of those that are not over."""
    known = index.describe([act.id for act in latest[:LOOKED]]).values()
    told: set[str] = set()
    for act in sorted(known, key=lambda act: act.period.ends <= day):
        if len(told) == 2:
            return
        for question in questions_of(act, index):
            if question.split()[0] not in told:
                told.add(question.split()[0])
                yield question.replace("\u00a0", " ")  # as people type
                break
