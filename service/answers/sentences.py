"""The sentences of a text: what an answer quotes whole."""

import re

from service.search import Span

CLOSING = r"(?:\s?[»”\")])*"  # they belong to what they close
END = re.compile(rf"(?<=[.!?…])(?P<closing>{CLOSING})\s+(?=[«“\"(\[—–\-•A-ZÀ-ÖØ-Þ0-9])|\s*\n\s*")
ABBREVIATED = re.compile(  # words whose full stop ends no sentence
    r"\b(?:M|MM|Mme|Mlle|Dr|Me|St|Ste|art|n|p|cf|etc|al|av|env|ex|éd|vol|[A-ZL])\.$"
)
WORD = re.compile(r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:,\d+)?|\d+,\d+|\w+(?:-\w+)*")
SIGNS = " \n\u00a0\u202f,;:.)»"  # that end no answer
LONGEST = 40  # characters of the rest of a word
BEFORE = 8  # characters, in which an abbreviation fits


def sentences(text: str) -> list[Span]:
    """Where the sentences stand, in order, in code points; a line end ends a sentence too."""
    found, at = [], 0
    for end in END.finditer(text):
        stop = end.start()
        before = text[max(at, stop - BEFORE) : stop]
        if "\n" not in end[0] and ABBREVIATED.search(before):
            continue
        found.append(Span(at, max(stop, end.end("closing"))))
        at = end.end()
    found.append(Span(at, len(text)))
    return [span for span in found if any(map(str.isalnum, text[span.start : span.end]))]


def around(text: str, start: int, end: int) -> Span:
    """The sentence in which a part of a text stands; from there on where it stands in several."""
    before, after = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    line = text[before : len(text) if after < 0 else after]
    for span in sentences(line):
        if before + span.end >= end:
            return Span(min(before + span.start, start), before + span.end)
    return Span(start, end)


def in_words(text: str, cut: Span) -> Span:
    """A part of a text with the whole of its first and last words: a number is one."""
    line = text.rfind("\n", 0, cut.start) + 1
    words = [w for w in WORD.finditer(text, line, cut.end + LONGEST) if w.end() > cut.start]
    words = [w for w in words if w.start() < cut.end]
    end = cut.start + len(text[cut.start : cut.end].rstrip(SIGNS))
    return Span(words[0].start(), max(words[-1].end(), end)) if words else cut
