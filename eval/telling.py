"""What the commands of the evaluation print, in French."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from eval.compare import Change, Comparison
from eval.gate import Shift, Worse
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
    asked = {name: report for name, report in reports.items() if report["queries"]}
    _tell_headline(dataset, asked)
    for name, report in reports.items():
        _tell_search(name, report)
    made = {name: report["synthetic"] for name, report in reports.items()}
    _tell_synthetic(dataset, {name: report for name, report in made.items() if report["queries"]})


def _tell_headline(dataset: Path, reports: dict[str, dict[str, Any]]) -> None:
    if not reports:
        return
    for part, title in (("overall", "par question"), ("per_intent", "par besoin")):
        rows = {name: report["measures"][part] for name, report in reports.items()}
        _table(f"{dataset.name}, {title}", rows)
    for name, report in reports.items():
        ends = report["intervals"]
        rows = {end: {m: ends[m][n] for m in ends} for n, end in enumerate(("de", "à"))}
        _table(f"{dataset.name}, {name}, par besoin : intervalle à 95 %", rows)
    for name, report in reports.items():
        if report["by_kind"]:
            _table(f"{dataset.name}, {name}", report["by_kind"])


def _tell_search(name: str, report: dict[str, Any]) -> None:
    _tell_evidence(name, report["evidence"])
    for line in report["evidence"]["lost"]:
        print(line, file=sys.stderr)
    tell_absent(report["absent"])
    if latency := report["latency_ms"]:
        print(
            f"{name} : {many(report['queries'], 'question')}, "
            f"p50 {decimal(latency['p50'], '')} ms, p95 {decimal(latency['p95'], '')} ms"
        )


def tell_absent(absent: Sequence[str]) -> None:
    if absent:
        print(
            f"{many(len(absent), 'document pertinent')} hors de l'index : {', '.join(absent[:5])}",
            file=sys.stderr,
        )


def _tell_evidence(name: str, evidence: dict[str, Any]) -> None:
    if evidence["queries"]:
        said = (
            f"{measure} {decimal(value, '.3f')}" for measure, value in evidence["overall"].items()
        )
        print(f"{name} : {', '.join(said)} sur {many(evidence['queries'], 'question citée')}")


def _tell_synthetic(dataset: Path, reports: dict[str, dict[str, Any]]) -> None:
    """What questions made by a program give: apart, and under that name."""
    if not reports:
        return
    count = max(report["queries"] for report in reports.values())
    title = f"{dataset.name}, {many(count, 'question synthétique')}, hors des chiffres ci-dessus"
    _table(title, {name: report["measures"]["overall"] for name, report in reports.items()})
    for name, report in reports.items():
        _tell_evidence(f"{name}, questions synthétiques", report["evidence"])


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


def tell_gate(shifts: Mapping[str, Shift], most: int, renewal: str) -> None:
    for name, shift in shifts.items():
        change = f"{decimal(shift.before, '.3f')} → {decimal(shift.after, '.3f')}"
        said = "perte" if shift.lost else "gain" if shift.gained else "pas d'écart sûr"
        lost = many(len(shift.worse), "question perdue")
        print(f"{name} : {change} ({said}, p = {decimal(shift.p, '.4f')} ; {lost})")
    failed = {name: shift for name, shift in shifts.items() if shift.lost}
    for name, shift in failed.items():
        print(f"\n{name}, questions perdues :")
        for worse in shift.worse[:most]:
            _tell_worse(worse)
        if len(shift.worse) > most:
            print(f"  … et {many(len(shift.worse) - most, 'autre')} : voyez --most.")
    if failed:
        print(f"\nLa recherche a perdu ({', '.join(failed)}) ; si c'est voulu : {renewal}")
    elif any(shift.gained for shift in shifts.values()):
        print(f"La recherche a gagné : la référence est à renouveler par {renewal}")
    else:
        print("La recherche vaut sa référence.")


def _tell_worse(worse: Worse) -> None:
    change = f"{decimal(worse.before, '.3f')} → {decimal(worse.after, '.3f')}"
    print(
        f"  {worse.query.id} « {worse.query.text} » : {change} ; en tête :"
        + " rien" * (not worse.ranked)
    )
    for place, placed in enumerate(worse.ranked, start=1):
        print(f"    {place}. {placed.document} ({_note(placed.relevance)})")
