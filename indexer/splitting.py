"""Documents into passages that can be cited: exact slices that follow the sections.

LangChain's recursive splitter divides what is too long, at the best break that there is; it is
given a section at a time and keeps every character, so that offsets are sums of lengths.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from langchain_text_splitters import RecursiveCharacterTextSplitter

from corpus.document import Document
from corpus.register import is_attendance
from indexer.passages import Passage

SPACE = re.compile(r"\s*")
LED_IN = r"(?<!:)(?<!:\s)"  # a list stays with the sentence that opens it
BREAKS = [
    rf"{LED_IN}\n\n", rf"{LED_IN}\n", r"(?<=[.!?…])\s", r"\n", r"(?<=[;:])\s", r",\s", r"\s", "",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Splitter:
    """Passages of at most `longest` characters, the headings that open them not counted.

    Sections below `shortest` join the next one.

    A token of the default model is 4.1 characters of French: 1,000 characters are about 240
    tokens. Articles are short, and a citation that names the wrong one is worse than a short one.
    """

    longest: int = 1000
    shortest: int = 300

    @property
    def tiny(self) -> int:
        """Below this a slice never stands alone if it can be helped: a heading, a signature."""
        return self.shortest // 2

    @property
    def fingerprint(self) -> str:
        return f"sections-4/{self.longest}/{self.shortest}"

    def split(self, document: Document) -> list[Passage]:
        """The passages of a document in reading order; together they hold all of its text."""
        if not document.text.strip():
            return []
        spans: list[tuple[int, int]] = []
        for start, end in self._units(document):
            spans.extend(self._divide(document, start, end))
        return [self._passage(document, start, end) for start, end in self._join(document, spans)]

    def _units(self, document: Document) -> Iterator[tuple[int, int]]:
        """Sections, short ones joined to what follows: a heading never stands alone.

        Who was there is not joined to what was said.
        """
        cuts = sorted({0, len(document.text), *(s.start for s in document.sections)})
        start = 0
        for cut, following in pairwise(cuts[1:]):
            short = cut - start < self.shortest and following - start <= self.longest
            lists = _attendance(document, start) != _attendance(document, cut)
            if lists or (not short and _body(document, start) < cut):
                yield start, cut
                start = cut
        yield start, len(document.text)

    def _divide(self, document: Document, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The slices of one unit, of about equal length, without the white space around them.

        The headings that open the unit stay with its first slice, beyond its length.
        """
        text = document.text
        head, body = start, _body(document, start)
        start = body if body < end else start
        length = end - start
        parts = ceil(length / self.longest)
        size = min(self.longest, ceil(length / parts * 1.15))
        pieces = [text[start:end]]
        if parts > 1:
            pieces = RecursiveCharacterTextSplitter(
                separators=BREAKS,
                is_separator_regex=True,
                keep_separator="end",
                strip_whitespace=False,
                chunk_size=size,
                chunk_overlap=0,
            ).split_text(text[start:end])
        for piece in pieces:
            lead = len(piece) - len(piece.lstrip())
            if bare := piece.strip():
                yield head if head >= 0 else start + lead, start + lead + len(bare)
                head = -1
            start += len(piece)

    def _join(self, document: Document, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Join a tiny slice to the one before it where both fit in one passage."""
        joined: list[tuple[int, int]] = []
        for start, end in spans:
            if (
                joined
                and end - joined[-1][0] <= self.longest
                and (end - start < self.tiny or joined[-1][1] - joined[-1][0] < self.tiny)
                and _attendance(document, start) == _attendance(document, joined[-1][0])
            ):
                joined[-1] = (joined[-1][0], end)
            else:
                joined.append((start, end))
        return joined

    def _passage(self, document: Document, start: int, end: int) -> Passage:
        return Passage(
            document=document.id,
            start=start,
            end=end,
            text=document.text[start:end],
            page=document.page_at(start),
            section=document.section_of(start, end),
            attendance=_attendance(document, start),
            confidence=document.confidence_of(start, end),
        )


def _attendance(document: Document, at: int) -> bool:
    """Whether the code point at `at` stands in a list of who was there."""
    return any(map(is_attendance, document.section_of(at, at + 1)[-1:]))


def _body(document: Document, start: int) -> int:
    """Where text begins after the headings at `start`."""
    first = bisect_left(document.sections, start, key=lambda section: section.start)
    for section in document.sections[first:]:
        if section.start != start:
            break
        space = SPACE.match(document.text, start + len(section.title))
        start = space.end() if space else start
    return start


def embedded_text(title: str, passage: Passage) -> str:
    """What the model reads of a passage: title, section path, then the text itself.

    A heading that opens the passage is not said twice.
    """
    said = f"{_words(title)} {_words(passage.text[:400])}"
    path = [part for part in passage.section if _words(part) not in said]
    opening = _words(passage.text[: 2 * len(title)])
    context = " > ".join(path if opening.startswith(_words(title)) else [title, *path])
    return f"{context}\n{passage.text}" if context else passage.text


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
