"""The title of a document, by simple rules on its first lines, and what its card says of it."""

import re
from collections.abc import Sequence
from textwrap import shorten

from corpus.card.model import Card
from corpus.card.reading import INVENTED
from corpus.document import Block, Metadata
from corpus.register import subject_of

SUBJECT = re.compile(r"^OBJET\s*:\s*(.+)", re.IGNORECASE)
FICTION = re.compile(INVENTED, re.IGNORECASE)
OPENING = 60  # lines in which the subject of a délibération is looked for
LONGEST = 300  # characters of a title, at the most


def metadata_of(title: str, card: Card) -> Metadata:
    """What lists and filters show of a card."""
    return Metadata(
        title=card.title.value if card.title else title,
        kind=card.kind.value if card.kind else "document",
        date=card.date.value if card.date else "",
        number=card.number.value if card.number else "",
        parties=tuple(fact.value.name for fact in card.parties),
    )


def title_of(blocks: Sequence[Block], declared: str = "") -> str:
    """The subject of a délibération, the highest heading, or else the first line."""
    lines = [line.strip() for block in blocks for line in block.text.split("\n")]
    lines = [line for line in lines if line and not FICTION.match(line)]
    title = " ".join(_title(blocks, lines, declared).split())
    return shorten(title, LONGEST, placeholder=" …")


def _title(blocks: Sequence[Block], lines: Sequence[str], declared: str) -> str:
    if subject := subject_of(lines[:OPENING]):
        return _joined(lines[subject.start : subject.stop])
    highest = [block for block in blocks if block.level == 1]
    if highest and (len(highest) == 1 or blocks[0].level == 1):
        return highest[0].text
    subjects = filter(None, map(SUBJECT.match, lines[:OPENING]))
    return next((match[1] for match in subjects), "") or declared or next(iter(lines), "")


def _joined(lines: Sequence[str]) -> str:
    """The lines of a subject as one title."""
    title = ""
    for line in lines:
        continues = not title or title.endswith(":") or line[0] == "(" or " " not in line
        title += f"{' ' if continues else ' – '}{line.strip(' -–')}"
    return title
