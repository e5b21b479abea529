"""One plot as SVG that stands in a page: the page's variables give the colours."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from lxml import etree
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from service.reading import french

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
WIDTH = 5.0  # inches of 72 units: on a narrow screen a unit is about a pixel
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
def drawn(name: str, title: str, text: str, height: float) -> Iterator[Plot]:
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


def series(n: int, name: str) -> dict[str, Any]:
    return {"fmt": MARKERS[n % len(MARKERS)], "color": SERIES[n % len(SERIES)], "label": name}
