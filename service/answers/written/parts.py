"""The stream of a language model as whole sentences, each with its claims and their citations."""

import re
from dataclasses import dataclass

from service.answers.sentences import sentences
from service.search import Span

OPENED = re.compile(r"<think(?:ing)?>", re.IGNORECASE)
CLOSED = re.compile(r"</think(?:ing)?>", re.IGNORECASE)
TAG = len("</thinking>")  # the longest of them
STOP = re.compile(r"[.!?…\n]")  # no sentence ends without
MARK = r"\[\d{1,3}(?:\s*[,;]\s*\d{1,3})*\]"
LATE = re.compile(rf"([.!?…]+)\s*({MARK}(?:\s*{MARK})*)")  # « … le 3 mai. [1] »
MARKS = re.compile(rf"(?:\s*{MARK})+")
BULLET = re.compile(r"^\s*[-–•]\s+")


@dataclass(frozen=True, slots=True)
class Claim:
    """A part of a sentence, and the numbers of the passages that it cites."""

    text: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence as it may be shown, and what it claims; one that cites nothing has no claim."""

    text: str
    claims: tuple[Claim, ...]


class Thoughts:
    """Leaves out of a stream what a model thinks before it speaks."""

    def __init__(self) -> None:
        self._thinking, self._held = False, ""

    def spoken(self, piece: str) -> str:
        """What a piece says aloud; what may be the beginning of a tag is held back."""
        text, said = self._held + piece, ""
        while tag := (CLOSED if self._thinking else OPENED).search(text):
            said += "" if self._thinking else text[: tag.start()]
            self._thinking, text = not self._thinking, text[tag.end() :]
        begun = text.rfind("<", -TAG)
        whole = len(text) if begun < 0 else begun
        self._held = text[whole:]
        return said if self._thinking else said + text[:whole]

    def rest(self) -> str:
        """What was held back, at the end."""
        return "" if self._thinking else self._held


class Parts:
    """Collects pieces of text and gives each sentence once it is whole.

    What was given is read no more: the work grows as the text does, not as its square.
    """

    def __init__(self) -> None:
        self._thoughts, self._text = Thoughts(), ""

    def feed(self, piece: str) -> list[Said]:
        """The sentences that a piece makes whole: what follows them has begun."""
        self._text += self._thoughts.spoken(piece)
        if not STOP.search(self._text):
            return []
        spans = self._sentences()
        if spans and self._text[spans[-1].start :].lstrip().startswith("["):
            spans.pop()  # a citation of the sentence before
        if len(spans) < 2:
            return []
        whole = [said(self._text[span.start : span.end]) for span in spans[:-1]]
        self._text = self._text[spans[-1].start :]
        return whole

    def close(self) -> list[Said]:
        """The rest, when the text is at its end."""
        self._text += self._thoughts.rest()
        return [said(self._text[span.start : span.end]) for span in self._sentences()]

    def _sentences(self) -> list[Span]:
        """Of the text as it is left, with each late citation before the stop that it follows."""
        self._text = LATE.sub(r" \2\1 ", self._text)
        return sentences(self._text)


def said(sentence: str) -> Said:
    """A sentence read: what stands before each group of citations is a claim of its own."""
    sentence = BULLET.sub("", sentence).strip()
    claims: list[Claim] = []
    at = 0
    for marks in MARKS.finditer(sentence):
        numbers = tuple(dict.fromkeys(map(int, re.findall(r"\d+", marks[0]))))
        claims.append(Claim(sentence[at : marks.start()].strip(" ,"), numbers))
        at = marks.end()
    rest = sentence[at:]
    if claims and any(map(str.isalnum, rest)):  # it was cited before its end
        last = claims.pop()
        claims.append(Claim(last.text + rest, last.numbers))
    return Said(MARKS.sub("", sentence), tuple(claims))
