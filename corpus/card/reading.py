"""A document's text as the rules of the card read it: its own words, and those of other acts."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from corpus.card.model import Evidence
from corpus.document import Section

HEADING = 120  # characters beyond which a heading is a sentence
HEAD = 3000  # characters in which an act names itself
INVENTED = r"document fictif\b"
VISA = re.compile(rf"^\W*(vu|considérant|{INVENTED})\b.*", re.IGNORECASE | re.MULTILINE)
BREAK = re.compile(r"\n+|(?<=[.;])\s+(?=[^\Wa-zà-ÿ\d]|[«–•-])")
TITLES = r"\b(M|Mme|MM|L|R|D)\.$"  # where a full stop ends no sentence


@dataclass(frozen=True)
class Reading:
    """A text with its title and sections.

    `own` is the text with visas and considérants blanked, character for character: what they say
    is said of other acts.
    """

    text: str
    title: str = ""
    sections: Sequence[Section] = ()

    @cached_property
    def own(self) -> str:
        return VISA.sub(lambda found: " " * len(found[0]), self.text)

    @cached_property
    def head(self) -> str:
        return self.own[: _end_of_head(self.own)]

    @cached_property
    def title_at(self) -> Evidence | None:
        """Where the title stands in the text, however its lines are broken; None if nowhere."""
        words = re.findall(r"\w+", self.title.removesuffix(" …"))
        rest = re.search(r"\W*$", self.title)
        pattern = r"\W+".join(map(re.escape, words)) + (
            f"(?:{re.escape(rest[0])})?" if rest else ""
        )
        found = re.search(pattern, self.text) if words else None
        if found is None:
            return None
        cut = self.title.endswith("…")
        end = re.compile(r"\n|$").search(self.text, found.end()) if cut else None
        return Evidence(found.start(), end.start() if end else found.end())

    @cached_property
    def titled(self) -> str:
        """The text up to the end of the title; a semicolon stands where two parts of it meet."""
        if self.title_at is None:
            return ""
        text = list(self.text[: self.title_at.end])
        gaps = re.finditer(r"\W+", self.text[self.title_at.start : self.title_at.end])
        for gap, joint in zip(gaps, re.findall(r"\W+", self.title), strict=False):
            if "–" in joint and "\n" in gap[0]:
                text[self.title_at.start + gap.start() + gap[0].index("\n")] = ";"
        return "".join(text)

    @cached_property
    def headings(self) -> list[Evidence]:
        """Where the headings of the sections stand."""
        return [
            Evidence(s.start, s.start + len(s.title))
            for s in self.sections
            if self.text.startswith(s.title, s.start) and len(s.title) <= HEADING
        ]

    @cached_property
    def sentences(self) -> list[Evidence]:
        """The sentences of the own text, in order; a line end ends a sentence too."""
        return list(self.sentences_of(0, len(self.own)))

    def sentences_of(self, start: int, end: int) -> Iterator[Evidence]:
        at = start
        for cut in [*BREAK.finditer(self.own, start, end), None]:
            stop = cut.start() if cut else end
            if cut and re.search(TITLES, self.own[max(at, stop - 6) : stop]):
                continue
            if self.own[at:stop].strip():
                yield Evidence(at, stop)
            at = cut.end() if cut else end

    def said(self, evidence: Evidence) -> str:
        """The own text of a place, on one line; the same length as the place."""
        return self.own[evidence.start : evidence.end].replace("\n", " ")

    def sections_on(self, subject: re.Pattern[str]) -> list[Section]:
        """The deepest sections whose headings speak of a subject."""
        found = [s for s in self.sections if subject.search(s.title) and len(s.title) <= HEADING]
        return [s for s in found if not any(_within(other, s) for other in found)]


def _within(inner: Section, outer: Section) -> bool:
    return inner is not outer and outer.start < inner.start and inner.end <= outer.end


def _end_of_head(own: str) -> int:
    """Where `HEAD` characters of own text, blanks of other acts not counted, have been read."""
    left = HEAD
    for line in re.finditer(r"[^\n]*\n?", own):
        left -= len(line[0].strip())
        if left <= 0:
            return line.end() + left
    return len(own)
