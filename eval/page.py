"""A report as one page that needs nothing else: its style and its plots stand in it."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from eval import plots
from eval.compare import MAIN
from eval.explain import Standing
from eval.kinds import KINDS
from eval.reasons import bm25, cosine, lacking, ordinal, reason
from eval.report import Failure, Report
from indexer.notes import decimal, many
from service.reading import excerpt, french, long_date
from service.search import Cited, highlight

INTENTS = 100  # rows of the table of intents, at most
METHODS = {
    "convex": "convexe",
    "rrf": "rangs (RRF)",
    "dense": "sens seul",
    "lexical": "mots seuls",
}


def render(report: Report, day: date, most: int) -> str:
    """The page; `most` failures are told in full, the others in a line each."""
    return (
        environment()
        .get_template("report.html")
        .render(
            report=report,
            day=day.isoformat(),
            most=most,
            main=MAIN,
            intents=_intents(report),
            plots=_plots(report),
            reason=lambda failure: reason(failure.found, report.explained),
            pieces=_pieces,
        )
    )


def environment() -> Environment:
    """The templates of pages, with what they say in French."""
    env = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters |= {
        f.__name__: f
        for f in (bm25, cosine, decimal, french, lacking, long_date, counted, method, kind)
    }
    env.filters |= {"ordinal": ordinal, "measure": measure, "signed": signed, "chance": chance}
    return env


def counted(count: int, words: str) -> str:
    """« 7 569 questions », which stay on one line."""
    return many(count, words).replace(f"{count} ", f"{decimal(count, ',d')}\u00a0", 1)


def method(name: str) -> str:
    return METHODS.get(name, name)


def kind(name: str) -> str:
    return KINDS.get(name, name)


def measure(value: float) -> str:
    return decimal(value, ".3f")


def signed(value: float) -> str:
    """« −0,072 », « +0,010 », « 0,000 »."""
    return decimal(value, "+.3f" if round(value, 3) else ".3f").replace("-", "−")


def chance(p: float) -> str:
    return "< 0,001" if p < 0.001 else decimal(p, ".3f")


def _intents(report: Report) -> list[tuple[str, int, Mapping[str, float]]]:
    """Intents, the worst served first: name, questions, measures of both sorts."""
    scores, evidence = report.main.scores, report.main.evidence.by_intent()
    counts: dict[str, int] = {}
    for query in scores.queries:
        counts[query.intent] = counts.get(query.intent, 0) + 1
    rows: list[tuple[str, int, Mapping[str, float]]] = [
        (intent, counts[intent], {**values, **evidence.get(intent, {})})
        for intent, values in scores.by_intent().items()
    ]
    return sorted(rows, key=lambda row: row[2][MAIN])[:INTENTS]


def _plots(report: Report) -> dict[str, str]:
    main = report.main
    values = [main.scores.by_query[query.id][MAIN] for query in main.scores.queries]
    kinds = {
        method(one.method): {kind(name): i for name, i in one.by_kind.items()}
        for one in report.measured
    }
    quality = {method(one.method): (one.intervals[MAIN], one.latency) for one in report.measured}
    return {
        "kinds": plots.intervals(kinds, MAIN) if main.by_kind else "",
        "distribution": plots.distribution(values, MAIN),
        "latency": plots.quality_and_latency(quality, MAIN),
    }


def _pieces(standing: Standing, failure: Failure) -> list[tuple[str, str]]:
    """An excerpt of a passage, with the question's words marked."""
    marks = highlight(standing.passage.text, set(failure.found.stems))
    passage = standing.passage
    return excerpt(
        Cited(
            passage,
            standing.score or 0,
            0,  # the excerpt does not show it
            standing.dense,
            standing.lexical,
            standing.late or 0,
            marks,
        ),
        240,
    )
