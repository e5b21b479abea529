"""Topics as TREC writes them: numbered elements, or a line each."""

import re
from collections.abc import Iterator
from pathlib import Path

from eval.files import lines_of

TOPIC = re.compile(
    r"<top(?:ic)?\b(?P<head>[^>]*)>(?P<body>.*?)(?:</top(?:ic)?>|(?=<top)|\Z)",
    re.DOTALL | re.IGNORECASE,
)
NUMBER = re.compile(r"<num>\s*(?:Number\s*:)?\s*([^\s<]+)", re.IGNORECASE)
TITLE = re.compile(r"<(?:title|query)>\s*(?:Topic\s*:)?\s*(.*?)\s*(?=<|\Z)", re.DOTALL | re.I)
ATTRIBUTE = re.compile(r"""number\s*=\s*["']?([^\s"'>]+)""", re.IGNORECASE)


def topics_of(folder: Path) -> Path | None:
    """The topics of a folder, if it has any."""
    return next((path for path in sorted(folder.glob("topics*")) if path.is_file()), None)


def topics(path: Path) -> Iterator[tuple[str, str]]:
    """The number and the title of each topic; of a plain file, what a tab parts on a line."""
    text = "".join(lines_of(path))
    elements = list(TOPIC.finditer(text))
    for topic in elements:
        number = ATTRIBUTE.search(topic["head"]) or NUMBER.search(topic["body"])
        title = TITLE.search(topic["body"])
        if number and title:
            yield number[1], " ".join(title[1].split())
    for line in text.splitlines() if not elements else ():
        name, _, words = line.partition("\t")
        yield name.strip(), " ".join(words.split())
