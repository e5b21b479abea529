"""The plots of a report as SVG that stands in a page: the page's variables give the colours."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from lxml import etree
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from eval.statistics import Interval
from indexer.notes import decimal
from service.reading import french

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
WIDTH = 5.0  # inches of 72 units: on a narrow screen a unit is about a pixel
BINS = 10
INK, LINE, PAPER = "#000001", "#000002", "#000003"
SERIES = ("#000011", "#000012", "#000013", "#000014")
VARIABLES = {
    INK: "var(--ink)",
    LINE: "var(--line)",
    PAPER: "var(--paper)",
    **{colour: f"var(--series-{n})" for n, colour in enumerate(SERIES, start=1)},
}
MARKERS = ("o", "s", "^", "D")  # nothing is told by colour alone
STYLE: Any = {
    "svg.fonttype": "none",  # text stays text, in the page's font
    "svg.hashsalt": "entente",  # the same report is the same file
    "text.parse_math": False,
    "font.size": 11,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": LINE,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": LINE,
    "xtick.color": LINE,
    "xtick.labelcolor": INK,
    "ytick.color": LINE,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
}
FRENCH = FuncFormatter(lambda value, _: decimal(value, ".1f"))
WHOLE = FuncFormatter(lambda value, _: decimal(value, ",.0f"))


@dataclass
class Plot:
    """A figure to be drawn on, and the SVG that it becomes.

    `name` tells the plots of a page apart; `title` and `text` are what a screen reader says.
    """

    name: str
    title: str
    text: str
    axes: Axes
    svg: str = ""


@contextmanager
def _plot(name: str, title: str, text: str, height: float) -> Iterator[Plot]:
    with rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        plot = Plot(name, title, text, figure.subplots())
        yield plot
        figure.patch.set_visible(False)
        plot.axes.patch.set_visible(False)
        file = BytesIO()
        figure.savefig(file, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Type")))
        plot.svg = _inline(file.getvalue(), plot)


def _inline(drawn: bytes, plot: Plot) -> str:
    """A drawing as part of a page: ids of its own, named, as wide as there is room."""
    root = etree.fromstring(drawn)
    for element in [*root.iter(f"{SVG}metadata"), *root.iter(f"{SVG}style")]:
        element.getparent().remove(element)
    for element in root.iter():
        if HREF in element.attrib:
            element.set("href", element.attrib.pop(HREF).replace("#", f"#{plot.name}-"))
        if "clip-path" in element.attrib:
            element.set("clip-path", element.get("clip-path").replace("#", f"#{plot.name}-"))
        if "id" in element.attrib:
            element.set("id", f"{plot.name}-{element.get('id')}")
    for size in ("width", "height"):
        del root.attrib[size]
    root.set("role", "img")
    root.set("aria-labelledby", f"{plot.name}-title {plot.name}-desc")
    for at, (tag, text) in enumerate((("title", plot.title), ("desc", plot.text))):
        element = etree.Element(f"{SVG}{tag}", id=f"{plot.name}-{tag}")
        element.text = french(text)
        root.insert(at, element)
    etree.cleanup_namespaces(root)
    svg: str = etree.tostring(root, encoding="unicode")
    for colour, variable in VARIABLES.items():
        svg = svg.replace(colour, variable)
    return svg


def _series(n: int, name: str) -> dict[str, Any]:
    return {"fmt": MARKERS[n % len(MARKERS)], "color": SERIES[n % len(SERIES)], "label": name}


def intervals(rows: Mapping[str, Mapping[str, Interval]], measure: str) -> str:
    """A measure with its interval: for each series, by kind."""
    kinds = list(next(iter(rows.values())))
    title = f"{measure} selon la nature des questions"
    text = "Un point par méthode et son intervalle à 95 %. Le tableau donne les valeurs."
    height = 0.9 + len(kinds) * max(0.3, 0.15 * len(rows)) + 0.12 * len(rows)
    with _plot("natures", title, text, height) as plot:
        for n, (name, values) in enumerate(rows.items()):
            means = np.array([values[kind].mean for kind in kinds])
            lows, highs = ([getattr(values[k], end) for k in kinds] for end in ("low", "high"))
            at = np.arange(len(kinds)) + (n - (len(rows) - 1) / 2) * 0.18
            plot.axes.errorbar(
                means,
                at,
                xerr=np.array([means - lows, highs - means]),
                **_series(n, name),
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
    with _plot("distribution", f"{measure} question par question", f"{text}.", 2.6) as plot:
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
    with _plot("durees", title, f"{text}.", 2.6 + 0.25 * len(points)) as plot:
        for n, (name, (quality, times)) in enumerate(points.items()):
            plot.axes.errorbar(
                times["p50"],
                quality.mean,
                xerr=np.array([[0], [times["p95"] - times["p50"]]]),
                yerr=np.array([[quality.mean - quality.low], [quality.high - quality.mean]]),
                **_series(n, name),
            )
        plot.axes.set_xlim(left=0)
        plot.axes.set_xlabel("ms par recherche")
        plot.axes.set_ylabel(measure)
        plot.axes.xaxis.set_major_formatter(WHOLE)
        plot.axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: decimal(y, ".2f")))
        plot.axes.figure.legend(loc="outside lower center", ncols=min(2, len(points)))
    return plot.svg
