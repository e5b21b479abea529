"""How far an update is: bars for a person, lines for a log, JSON lines for a machine; on stderr."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bars

from indexer.command import console
from indexer.notes import decimal, many
from indexer.report import Progress

EVERY = 5.0  # seconds between two lines of a log
EVERY_JSON = 1.0


@dataclass
class Tally:
    """What is done and what is left; the passages of documents not read yet are an estimate."""

    documents: int = 0
    read: int = 0
    to_embed: int = 0
    embedded: int = 0
    start: float = field(default_factory=time.monotonic)

    @property
    def passages(self) -> int:
        """How many passages to embed there will be, if the documents to come are like these."""
        return round(self.to_embed * self.documents / self.read) if self.read else 0

    @property
    def per_second(self) -> float:
        """Passages embedded in a second since the start; documents read, before there are any."""
        return (self.embedded or self.read) / max(time.monotonic() - self.start, 1e-3)

    @property
    def seconds_left(self) -> float | None:
        """Seconds to the end at the rate so far; None before anything is done.

        Whichever takes longer, the documents or the passages: scans take minutes and give few.
        """
        work = (self.embedded, self.passages), (self.read, self.documents)
        elapsed = time.monotonic() - self.start
        return max(((max(total - n, 0) * elapsed / n) for n, total in work if n), default=None)

    def line(self) -> str:
        """In French, for a person."""
        text = f"{many(self.read, 'document lu')} sur {self.documents}"
        if self.to_embed:
            about = "" if self.read == self.documents else "environ "
            text += f", {many(self.embedded, 'passage calculé')} sur {about}{self.passages}"
        if self.seconds_left is None:
            return text
        return f"{text}, {self.rate()}"

    def rate(self) -> str:
        """The speed and the time left, in French; nothing before anything is done."""
        if self.seconds_left is None:
            return ""
        what = "passage" if self.embedded else "document"
        speed = decimal(self.per_second, ".1f")
        several = "s" * (round(self.per_second, 1) >= 2)
        return f"{speed} {what}{several} par seconde, reste {_duration(self.seconds_left)}"

    def json(self) -> str:
        """For a machine; `passages` is an estimate until all documents are read."""
        left = self.seconds_left
        event = {
            "event": "progress", "documents": self.documents, "read": self.read,
            "passages": self.passages, "embedded": self.embedded,
            "per_second": round(self.per_second, 2),
            "seconds_left": None if left is None else round(left, 1),
        }  # fmt: skip
        return json.dumps(event)


def _duration(seconds: float) -> str:
    """In French; an estimate by the rate so far is no count of the last seconds."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02}"
    return f"{minutes} min {rest:02} s" if minutes else "moins d'une minute"


@contextmanager
def shown(as_json: bool = False) -> Iterator[Progress]:
    """Progress as whoever reads stderr can use it."""
    tally = Tally()
    if as_json:
        yield _progress(tally, _lines(tally.json, EVERY_JSON))
    elif console.is_terminal:
        with _bars(tally) as show:
            yield _progress(tally, show)
    else:
        yield _progress(tally, _lines(tally.line, EVERY))


def _progress(tally: Tally, show: Callable[[bool], None]) -> Progress:
    """Callbacks that keep the tally; `show` is told whether something has come to its end."""

    def planned(documents: int) -> None:
        tally.documents, tally.start = documents, time.monotonic()
        show(documents > 0)

    def read(_path: str) -> None:
        tally.read += 1
        show(tally.read == tally.documents)

    def to_embed(passages: int) -> None:
        tally.to_embed += passages

    def embedded(passages: int) -> None:
        tally.embedded += passages
        show(tally.read == tally.documents and tally.embedded == tally.to_embed)

    return Progress(planned, read, to_embed, embedded)


def _lines(line: Callable[[], str], every: float) -> Callable[[bool], None]:
    last = 0.0

    def show(ended: bool) -> None:
        nonlocal last
        if ended or time.monotonic() - last >= every:
            last = time.monotonic()
            print(line(), file=sys.stderr, flush=True)

    return show


@contextmanager
def _bars(tally: Tally) -> Iterator[Callable[[bool], None]]:
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
    )  # fmt: skip
    with Bars(*columns, console=console) as bars:
        reading = bars.add_task("Lecture", total=None, rate="")
        embedding = bars.add_task("Vecteurs", total=None, rate="")

        def show(_ended: bool) -> None:
            bars.update(reading, completed=tally.read, total=tally.documents)
            total = tally.passages or None
            bars.update(embedding, completed=tally.embedded, total=total, rate=tally.rate())

        yield show
