"""How fast a folder is read, against pypdf on one core, and its share of an update from nothing."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import pypdf

from corpus import Document, Library, Source
from corpus.isolation import Limits, Outcome, read_apart, read_here
from indexer import update
from indexer.encoder import Encoder

TURNS = 3


def reading(folder: Path, work: Path, encoder: Encoder, limits: Limits) -> dict[str, Any]:
    """Pages a second of the folder's PDF, each way taking its turn, and the share of reading.

    Args:
        work: an empty folder for the index.
    """
    sources = [s for s in Library(folder).scan() if isinstance(s, Source)]
    pdfs = [s for s in sources if s.path.lower().endswith(".pdf")]
    ways: dict[str, Callable[[], int]] = {
        "pypdf": lambda: _by_pypdf(folder / s.path for s in pdfs),
        "one process": lambda: _read(read_here(pdfs)),
        "workers": lambda: _read(read_apart(pdfs, limits)),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    pages = 0
    for _ in range(TURNS):
        for name, way in ways.items():
            start = perf_counter()
            pages = way()
            seconds[name].append(perf_counter() - start)
    rates = {name: pages / median(taken) for name, taken in seconds.items()}
    return {
        "documents": len(pdfs),
        "pages": pages,
        "workers": limits.workers,
        "pages_per_second": rates,
        "ratio_to_pypdf": rates["workers"] / rates["pypdf"],
        "ratio_to_pypdf_in_one_process": rates["one process"] / rates["pypdf"],
        "update": _share(sources, work, encoder, limits),
    }


def _by_pypdf(paths: Iterable[Path]) -> int:
    pages = 0
    for path in paths:
        for page in pypdf.PdfReader(path).pages:
            page.extract_text()
            pages += 1
    return pages


def _read(outcomes: Iterable[Outcome]) -> int:
    documents = (document for _, document in outcomes if isinstance(document, Document))
    return sum(len(document.pages) for document in documents)


def _share(
    sources: Iterable[Source], work: Path, encoder: Encoder, limits: Limits
) -> dict[str, float]:
    """Seconds of an update, and of those that it spent waiting for documents."""
    waited = 0.0

    def timed(given: Iterable[Source]) -> Iterator[Outcome]:
        nonlocal waited
        outcomes = read_apart(given, limits)
        while True:
            start = perf_counter()
            outcome = next(outcomes, None)
            waited += perf_counter() - start
            if outcome is None:
                return
            yield outcome

    start = perf_counter()
    report = update(sources, work, encoder, read=timed)
    total = perf_counter() - start
    return {
        "passages": report.passages,
        "seconds": total,
        "reading": waited,
        "share_of_reading": waited / total,
    }
