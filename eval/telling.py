"""What the commands of the evaluation print, in French."""

import json
import sys
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from eval.compare import Change, Comparison
from eval.measures import MEASURES
from indexer.notes import decimal, many

WIDE = Console(width=None if sys.stdout.isatty() else 200)  # a file holds whole rows


def flat(values: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{name}: ")
        else:
            yield prefix + name, value


def tell(values: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(values, ensure_ascii=False))
        return
    for name, value in flat(values):
        print(f"{name} : {decimal(value) if isinstance(value, float) else value}")


def tell_retrieval(dataset: Path, reports: dict[str, dict[str, Any]]) -> None:
    for part, title in (("overall", "par question"), ("per_intent", "par besoin")):
        rows = {name: report["measures"][part] for name, report in reports.items()}
        _table(f"{dataset.name}, {title}", rows)
    for name, report in reports.items():
        ends = report["intervals"]
        rows = {end: {m: ends[m][n] for m in ends} for n, end in enumerate(("de", "à"))}
        _table(f"{dataset.name}, {name}, par besoin : intervalle à 95 %", rows)
        if report["absent"]:
            print(
                f"{many(len(report['absent']), 'document pertinent')} hors de l'index : "
                f"{', '.join(report['absent'][:5])}",
                file=sys.stderr,
            )
    for name, report in reports.items():
        if report["by_kind"]:
            _table(f"{dataset.name}, {name}", report["by_kind"])
        if report["evidence"]["queries"]:
            shown = report["evidence"]["overall"]
            said = ", ".join(
                f"{measure} {decimal(value, '.3f')}" for measure, value in shown.items()
            )
            print(f"{name} : {said} sur {many(report['evidence']['queries'], 'question citée')}")
        for line in report["evidence"]["lost"]:
            print(line, file=sys.stderr)
        latency = report["latency_ms"]
        print(
            f"{name} : {many(report['queries'], 'question')}, "
            f"p50 {decimal(latency['p50'], '')} ms, p95 {decimal(latency['p95'], '')} ms"
        )


def _table(title: str, rows: dict[Any, dict[str, float]]) -> None:
    table = Table("", *MEASURES, title=title, title_justify="left")
    for name, values in rows.items():
        table.add_row(str(name), *(decimal(values[m], ".3f") for m in MEASURES))
    WIDE.print(table)


def tell_comparison(one: str, other: str, comparison: Comparison, most: int) -> None:
    before, after = comparison.before.mean_by_intent(), comparison.after.mean_by_intent()
    heads = ("", one, other, "écart", "de", "à", "p", "effet", "gagnées", "perdues")
    table = Table(*heads, title=f"{other} contre {one}", title_justify="left")
    for name, found in comparison.differences.items():
        numbers = (before[name], after[name], found.mean.mean, found.mean.low, found.mean.high)
        row = [decimal(n, ".3f") for n in numbers]
        row += [decimal(found.p, ".4f"), decimal(found.effect, ".2f")]
        table.add_row(name, *row, str(found.won), str(found.lost))
    WIDE.print(table)
    for change in comparison.changes[:most]:
        _tell_change(one, other, change)


def _tell_change(one: str, other: str, change: Change) -> None:
    title = f"{change.query.id} {change.query.text} : {decimal(change.before, '.3f')} → "
    title += decimal(change.after, ".3f")
    table = Table("", one, "", other, "", title=title, title_justify="left")
    pairs = zip_longest(change.ranked_before, change.ranked_after)
    for place, pair in enumerate(pairs, start=1):
        cells = [(p.document, _note(p.relevance)) if p else ("", "") for p in pair]
        table.add_row(str(place), *(text for cell in cells for text in cell))
    WIDE.print(table)


def _note(relevance: int | None) -> str:
    return "non jugé" if relevance is None else str(relevance)
