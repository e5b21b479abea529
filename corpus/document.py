"""What a Document is: normalised text, with its pages and sections as offsets into it.

Offsets are code points of `Document.text`; every range is half open, `[start, end)`.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from corpus.card.model import Card, Period


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph as a reader found it; `level` 1 is the highest heading, 0 is body text.

    `lead` is what parts it from the block before: a sentence may go on from page to page.
    `confidence` is that of a text recognised on an image; 0 where the image could not be read.
    """

    text: str
    level: int = 0
    page: int = 1
    lead: str = "\n\n"
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the source; `number` counts from 1, as `#page=` does in a viewer.

    `confidence`, from 0 to 1, is that of a text recognised on an image; None for the source's own
    text. It is 0 where the image could not be read, and the page has at most a stamp for text.
    """

    number: int
    start: int
    end: int
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and all that it governs; `path` holds the titles from the top down to it."""

    title: str
    level: int
    start: int
    end: int
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a document; a field without evidence stays empty. `date` is ISO 8601."""

    title: str = ""
    kind: str = ""
    date: str = ""
    number: str = ""
    parties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it is searched and cited; `paged` says whether its pages are the source's."""

    id: str
    path: str
    text: str
    fingerprint: str
    metadata: Metadata = field(default_factory=Metadata)
    pages: tuple[Page, ...] = ()
    sections: tuple[Section, ...] = ()
    paged: bool = False
    card: Card = field(default_factory=Card)
    own_title: str = ""  # as it was read: another may be given by hand
    reader: str = ""  # the rules that read it; "" where it is not kept in step with them
    revision: str = ""  # of what the card was made of and by; the same
    # when the act is in force, as those that change it leave it: an index knows
    period: Period = field(default_factory=Period)

    @property
    def title(self) -> str:
        return self.metadata.title

    def page_at(self, offset: int) -> int | None:
        """The number of the page that holds the code point at `offset`; None without pages."""
        if not self.paged:
            return None
        for page in reversed(self.pages):
            if page.start <= offset:
                return page.number
        return 1

    @property
    def unread(self) -> tuple[int, ...]:
        """The numbers of the pages that could not be read."""
        return tuple(page.number for page in self.pages if page.confidence == 0)

    def confidence_of(self, start: int, end: int) -> float | None:
        """The lowest confidence of the pages under `[start, end)`; None without recognised text."""
        pages = (p for p in self.pages if p.start < end and start < p.end and p.start < p.end)
        return min((p.confidence for p in pages if p.confidence is not None), default=None)

    def section_of(self, start: int, end: int) -> tuple[str, ...]:
        """The path of the deepest section that holds all of `[start, end)`."""
        last = bisect_right(self.sections, start, key=lambda section: section.start)
        # sections nest: the last one to start is the deepest, or follows one that is closed
        above = (s for s in reversed(self.sections[:last]) if end <= s.end)
        return next((section.path for section in above), ())


def compose(
    blocks: Sequence[Block], unread: Sequence[int] = ()
) -> tuple[str, tuple[Page, ...], tuple[Section, ...]]:
    """Join blocks by their leads into one NFC text with the offsets of pages and sections.

    The pages `unread` are among the pages, though no block is left of them.
    """
    parts: list[str] = []
    pages: list[Page] = []
    headings: list[tuple[int, int, str]] = []
    at = 0
    for block in blocks:
        text = unicodedata.normalize("NFC", block.text)
        if parts:
            parts.append(block.lead)
            at += len(block.lead)
        if block.level:
            headings.append((at, block.level, " ".join(text.split())))
        if not pages or pages[-1].number != block.page:
            pages.append(Page(block.page, at, at, block.confidence))
        parts.append(text)
        pages[-1] = replace(pages[-1], end=at + len(text))
        at += len(text)
    text = "".join(parts)
    for number in sorted(set(unread) - {page.number for page in pages}):
        start = next((page.start for page in pages if page.number > number), len(text))
        pages.append(Page(number, start, start, 0.0))
        pages.sort(key=lambda page: page.number)
    return text, tuple(pages), _sections(headings, len(text))


def _sections(headings: Sequence[tuple[int, int, str]], length: int) -> tuple[Section, ...]:
    """Close each heading at the next one of its level or above."""
    sections = []
    path: list[tuple[int, str]] = []
    for n, (start, level, title) in enumerate(headings):
        path = [above for above in path if above[0] < level] + [(level, title)]
        following = islice(headings, n + 1, None)
        end = next((s for s, other, _ in following if other <= level), length)
        sections.append(Section(title, level, start, end, tuple(title for _, title in path)))
    return tuple(sections)
