"""The plots of reports."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.ticker import FuncFormatter

from eval.drawing import MARKERS, PAPER, SERIES, drawn, series
from eval.statistics import Interval
from indexer.notes import decimal

BINS = 10
FRENCH = FuncFormatter(lambda value, _: decimal(value, ".1f"))
WHOLE = FuncFormatter(lambda value, _: decimal(value, ",.0f"))


def intervals(rows: Mapping[str, Mapping[str, Interval]], measure: str) -> str:
    """A measure with its interval: for each series, by kind."""
    kinds = list(next(iter(rows.values())))
    title = f"{measure} selon la nature des questions"
    text = "Un point par méthode et son intervalle à 95 %. Le tableau donne les valeurs."
    height = 0.9 + len(kinds) * max(0.3, 0.15 * len(rows)) + 0.12 * len(rows)
    with drawn("natures", title, text, height) as plot:
        for n, (name, values) in enumerate(rows.items()):
            means = np.array([values[kind].mean for kind in kinds])
            lows, highs = ([getattr(values[k], end) for k in kinds] for end in ("low", "high"))
            at = np.arange(len(kinds)) + (n - (len(rows) - 1) / 2) * 0.18
            plot.axes.errorbar(
                means,
                at,
                xerr=np.array([means - lows, highs - means]),
                **series(n, name),
            )
        plot.axes.set_yticks(range(len(kinds)), kinds)
        plot.axes.invert_yaxis()
        plot.axes.grid(visible=False, axis="y")
        plot.axes.set_xlim(0, 1.02)
        plot.axes.set_xlabel(measure)
        plot.axes.xaxis.set_major_formatter(FRENCH)
        plot.axes.figure.legend(loc="outside lower center", ncols=min(2, len(rows)))
    return plot.svg


def distribution(values: Sequence[float], measure: str) -> str:
    """How many questions have which value of a measure."""
    counts, edges = np.histogram(values, bins=BINS, range=(0, 1))
    text = "Nombre de questions par tranche d'un dixième : " + ", ".join(
        f"{count} de {decimal(low, '.1f')} à {decimal(high, '.1f')}"
        for count, low, high in zip(counts, edges[:-1], edges[1:], strict=True)
    )
    with drawn("distribution", f"{measure} question par question", f"{text}.", 2.6) as plot:
        bars = plot.axes.bar(
            edges[:-1], counts, width=1 / BINS, align="edge", color=SERIES[0], edgecolor=PAPER
        )
        plot.axes.bar_label(bars, [decimal(count, ",.0f") if count else "" for count in counts])
        plot.axes.grid(visible=False, axis="x")
        plot.axes.margins(y=0.12)
        plot.axes.set_xlabel(measure)
        plot.axes.set_ylabel("questions")
        plot.axes.xaxis.set_major_formatter(FRENCH)
        plot.axes.yaxis.set_major_formatter(WHOLE)
    return plot.svg


def quality_and_latency(
    points: Mapping[str, tuple[Interval, Mapping[str, float]]], measure: str
) -> str:
    """A measure with its interval against the median milliseconds of a search, to their p95."""
    title = f"{measure} et durée d'une recherche"
    text = " ; ".join(
        f"{name} : {decimal(quality.mean, '.3f')} en {decimal(times['p50'], '.0f')} ms"
        for name, (quality, times) in points.items()
    )
    with drawn("durees", title, f"{text}.", 2.6 + 0.25 * len(points)) as plot:
        for n, (name, (quality, times)) in enumerate(points.items()):
            plot.axes.errorbar(
                times["p50"],
                quality.mean,
                xerr=np.array([[0], [times["p95"] - times["p50"]]]),
                yerr=np.array([[quality.mean - quality.low], [quality.high - quality.mean]]),
                **series(n, name),
            )
        plot.axes.set_xlim(left=0)
        plot.axes.set_xlabel("ms par recherche")
        plot.axes.set_ylabel(measure)
        plot.axes.xaxis.set_major_formatter(WHOLE)
        plot.axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: decimal(y, ".2f")))
        plot.axes.figure.legend(loc="outside lower center", ncols=min(2, len(points)))
    return plot.svg


def risk_and_coverage(curve: Sequence[tuple[float, float]], served: tuple[float, float]) -> str:
    """The share of wrong answers among the surest, and what is served: a point of it."""
    title = "Risque selon la couverture"
    text = "Part de réponses fausses parmi les plus sûres : " + ", ".join(
        f"{decimal(risk, '.3f')} à {decimal(coverage, '.0%')}" for coverage, risk in curve[1::2]
    )
    with drawn("risque", title, f"{text}.", 2.8) as plot:
        plot.axes.plot(*zip(*curve, strict=True), color=SERIES[0], label="toutes les réponses")
        plot.axes.plot(*served, MARKERS[1], color=SERIES[1], label="ce qui est servi")
        plot.axes.set_xlim(0, 1.02)
        plot.axes.set_ylim(0, 1.02)
        plot.axes.set_xlabel("couverture : part des questions répondues")
        plot.axes.set_ylabel("risque : part de fausses")
        plot.axes.xaxis.set_major_formatter(FRENCH)
        plot.axes.yaxis.set_major_formatter(FRENCH)
        plot.axes.figure.legend(loc="outside lower center", ncols=2)
    return plot.svg
