"""Topics as TREC writes them: numbered elements, or a line each."""

import re
from collections.abc import Iterator
from pathlib import Path

TOPIC = re.compile(r"<top>(.*?)(?:</top>|(?=<top>)|\Z)", re.DOTALL | re.IGNORECASE)
FIELD = r"<{0}>\s*(?:{1})?\s*(.*?)\s*(?=<|\Z)"


def topics_of(folder: Path) -> Path | None:
    """The topics of a folder, if it has any."""
    return next((path for path in sorted(folder.glob("topics*")) if path.is_file()), None)


def topics(path: Path) -> Iterator[tuple[str, str]]:
    """The number and the title of each topic; of a plain file, what a tab parts on a line."""
    text = path.read_text("utf-8")
    if "<top>" in text.lower():
        for topic in TOPIC.finditer(text):
            yield _field("num", r"Number\s*:", topic[1]), _field("title", r"Topic\s*:", topic[1])
    else:
        for line in filter(str.strip, text.splitlines()):
            number, _, title = line.partition("\t")
            yield number.strip(), " ".join(title.split())


def _field(name: str, label: str, topic: str) -> str:
    found = re.search(FIELD.format(name, label), topic, re.DOTALL | re.IGNORECASE)
    return " ".join(found[1].split()) if found else ""
