"""Graded judgements as people gave them: who, when, what; and the files that others read."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import EntenteError
from eval.dataset import read_qrels
from eval.files import lines_of
from eval.pool import Target

GRADES = (0, 1, 2)  # not relevant, relevant, to be shown first
Pair = tuple[str, Target]  # a query's id and what is judged for it


class NoJudgements(EntenteError):
    """The file holds no judgements."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A grade that a person gave on a day (ISO 8601); `quote` is the text of a passage."""

    query: str
    target: Target
    grade: int
    judge: str
    when: str
    quote: str = ""


Judged = dict[Pair, Judgement]


def keep(judgement: Judgement, path: Path) -> None:
    """Add a judgement at once: whatever happens next, it is not asked for again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    row: dict[str, object] = {"query-id": judgement.query, "corpus-id": judgement.target.document}
    if judgement.target.span:
        start, end = judgement.target.span
        row |= {"start": start, "end": end, "quote": judgement.quote}
    row |= {"score": judgement.grade, "judge": judgement.judge, "when": judgement.when}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")


def read(path: Path) -> Judged:
    """The judgements of a file, the last of each pair; none where there is no file.

    Raises:
        NoJudgements: a line is no judgement.
    """
    found: Judged = {}
    for number, line in enumerate(lines_of(path) if path.exists() else (), start=1):
        try:
            judgement = _judgement(json.loads(line))
        except (ValueError, KeyError, TypeError):
            raise NoJudgements(
                f"« {path} », ligne {number} : « {line.strip()[:80]} » n'est pas un jugement ; "
                "corrigez ou ôtez la ligne."
            ) from None
        found[judgement.query, judgement.target] = judgement
    return found


def _judgement(row: dict[str, str]) -> Judgement:
    span = (int(row["start"]), int(row["end"])) if "start" in row else None
    target = Target(row["corpus-id"], span)
    who, when, quote = row.get("judge", ""), row.get("when", ""), row.get("quote", "")
    return Judgement(row["query-id"], target, int(row["score"]), who, when, quote)


def grades(path: Path) -> dict[Pair, int]:
    """The grades of a file: of `judge`, or judgements as BEIR and TREC write them."""
    if path.suffix == ".jsonl":
        return {pair: judgement.grade for pair, judgement in read(path).items()}
    qrels = read_qrels(path)
    return {(q, Target(d)): grade for q, judged in qrels.items() for d, grade in judged.items()}


def write_qrels(judgements: Iterable[Judgement], path: Path) -> None:
    """Judgements of documents as TREC writes them."""
    lines = (f"{j.query} 0 {j.target.document} {j.grade}\n" for j in judgements)
    path.write_text("".join(lines), encoding="utf-8")


def write_evidence(judgements: Iterable[Judgement], path: Path) -> None:
    """The relevant passages as lines of `evidence.jsonl`."""
    rows = (
        {"query-id": j.query, "corpus-id": j.target.document, "quote": j.quote}
        for j in judgements
        if j.grade > 0
    )
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text("".join(lines), encoding="utf-8")
