"""The stream of a language model as whole sentences, each with its claims and their citations."""

import re
from dataclasses import dataclass

from service.answers.sentences import sentences

THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
MARK = r"\[\d{1,3}(?:\s*[,;]\s*\d{1,3})*\]"
LATE = re.compile(rf"([.!?…])\s*({MARK}(?:\s*{MARK})*)")  # « … le 3 mai. [1] »
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


class Parts:
    """Collects pieces of text and gives each sentence once it is whole."""

    def __init__(self) -> None:
        self._text, self._given = "", 0

    def feed(self, piece: str) -> list[Said]:
        """The sentences that a piece makes whole: what follows them has begun."""
        self._text += piece
        found = self._sentences()
        if found and found[-1].lstrip().startswith("["):  # a citation of the sentence before
            found.pop()
        return self._new(found[:-1])

    def close(self) -> list[Said]:
        """The rest, when the text is at its end."""
        return self._new(self._sentences())

    def _sentences(self) -> list[str]:
        text = LATE.sub(r" \2\1 ", THOUGHT.sub("", self._text))
        return [text[span.start : span.end] for span in sentences(text)]

    def _new(self, found: list[str]) -> list[Said]:
        new, self._given = found[self._given :], max(self._given, len(found))
        return [said(sentence) for sentence in new]


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
