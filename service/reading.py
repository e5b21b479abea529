"""What a page shows of a text: excerpt, headings; dates and messages in French typography."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from corpus.card.status import ENDLESS, UNKNOWN, label, status_in
from corpus.card.words import MONTHS
from corpus.document import Document, Page, Section
from indexer import Passage
from service.search import Cited

EXCERPT = 320  # characters: three or four lines

SIGNS = re.compile(r"[\W_]+")  # all that is no letter and no digit


def excerpt(cited: Cited, longest: int = EXCERPT) -> list[tuple[str, str]]:
    """What a page of results shows of a passage: pieces of it, and each one's kind.

    A kind is "mark" for what is highlighted, "cut" for an ellipsis, else empty. The part with most
    highlights is chosen, from the start of a sentence or a line; a heading at the start of the
    passage is left to the caption.
    """
    text, spans = cited.passage.text, cited.highlights
    first = _after_heading(cited.passage)

    def held(at: int) -> int:
        return sum(at <= span.start and span.end <= at + longest for span in spans)

    start, last = first, len(text) - longest
    if first < last:
        sentences = [m.end() for m in re.finditer(r"[.!?;:]\s+|\n+", text) if m.end() > first]
        start = max([first, *sentences], key=lambda at: (held(at), min(at, last)))
    if not held(start):
        start = next((span.start for span in spans if span.start >= first), first)
    end = min(start + longest, len(text))
    if end < len(text) and (space := text.rfind(" ", start, end)) > start:
        end = space
    inside = [s for s in spans if start <= s.start and s.end <= end]
    cuts = [start, *(at for s in inside for at in (s.start, s.end)), end]
    pieces = [
        (re.sub(r"\n\s*\n", "\n", text[a:b]), "mark" if n % 2 else "")
        for n, (a, b) in enumerate(pairwise(cuts))
    ]
    return [
        *([("[…] ", "cut")] if start > first else []),
        *(piece for piece in pieces if piece[0]),
        *([(" […]", "cut")] if end < len(text) else []),
    ]


def _after_heading(passage: Passage) -> int:
    heading = passage.section[-1] if passage.section else ""
    line, found, _ = passage.text.partition("\n\n")
    return len(line) + 2 if found and " ".join(line.split()) == heading else 0


def parts(document: Document, start: int, end: int) -> Iterator[tuple[str, Section | None]]:
    """The text from `start` to `end`, its headings told from what stands between them."""
    at = start
    for section in document.sections:
        stop = document.text.find("\n\n", section.start)
        stop = len(document.text) if stop < 0 else stop
        heading = document.text[section.start : stop]
        if at <= section.start and stop <= end and " ".join(heading.split()) == section.title:
            yield document.text[at : section.start], None
            yield heading, section
            at = stop
    yield document.text[at:end], None


def depths(document: Document) -> dict[int, int]:
    """How deep each section stands, by its start: the levels of a text may skip some."""
    above: list[int] = []
    found = {}
    for section in document.sections:
        while above and above[-1] >= section.level:
            above.pop()
        above.append(section.level)
        found[section.start] = len(above)
    return found


def reliability(confidence: float) -> str:
    """What to say of a text recognised on an image, from its confidence in [0, 1]."""
    if not confidence:
        return "page numérisée que l’OCR n’a pas lue"
    return f"texte reconnu sur une image (fiabilité {confidence:.0%})".replace("%", " %")


def scans(document: Document) -> list[str]:
    """What to say of a document's scanned pages: runs of pages, with their mean confidence."""
    runs: list[list[Page]] = []
    for page in document.pages:
        if page.confidence is None:
            continue
        last = runs[-1][-1] if runs else None
        if (
            last
            and last.number == page.number - 1
            and bool(last.confidence) == bool(page.confidence)
        ):
            runs[-1].append(page)
        else:
            runs.append([page])
    return [f"{_numbers(run)} : {reliability(_mean(run))}" for run in runs]


def _numbers(run: Sequence[Page]) -> str:
    first, last = run[0].number, run[-1].number
    return f"Page {first}" if first == last else f"Pages {first} à {last}"


def _mean(run: Sequence[Page]) -> float:
    return sum(page.confidence or 0 for page in run) / len(run)


def long_date(iso: str) -> str:
    """« 13 octobre 2021 », from an ISO 8601 date."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def short_date(iso: str) -> str:
    """« 13/10/2021 », from an ISO 8601 date."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def state(document: Document, day: str = "") -> str:
    """Whether the act is in force on a day, ISO 8601, which is told where it is not today.

    In the gender of the act's kind; empty where it is unknown.
    """
    today = date.today().isoformat()
    known = label(status_in(document.period, day or today), document.metadata.kind)
    return f"état au {long_date(day)}\u00a0: {known}" if known and day not in ("", today) else known


def term(document: Document) -> str:
    """« du 1er juin 2021 au 31 mai 2026 », or what of it is known; empty without an end."""
    begins, ends, _ = document.period
    if not ends:
        return ""
    last = long_date(ends)
    told = f"du {long_date(begins)} au {last}" if begins else f"jusqu'au {last}"
    renewed = renewal(document)
    return f"{told}, puis {renewed}" if renewed else told


def renewal(document: Document) -> str:
    """« reconductible tacitement jusqu'au 31 mai 2031 »; empty where nothing renews the act."""
    last = document.period.last
    if not last:
        return ""
    until = "" if last in (ENDLESS, UNKNOWN) else f" jusqu'au {long_date(last)}"
    return f"reconductible tacitement{until}"


def french(message: str) -> str:
    """A message with the spaces and apostrophes of French typography."""
    return re.sub(r" (?=[:;?!»])|(?<=«) ", "\u00a0", message).replace("'", "’")


def heading(section: Sequence[str], title: str) -> str:
    """The innermost heading above a passage, unless it only repeats the title."""
    said = section[-1] if section else ""
    return "" if SIGNS.sub("", said).casefold() == SIGNS.sub("", title).casefold() else said


def decimal(value: float) -> str:
    """« 7,21 »: two digits after the comma."""
    return f"{value:.2f}".replace(".", ",")
