"""What acts say for the everyday words of a question: « cantine », « restauration scolaire ».

The words are those of `everyday.tsv`, one of them or an expression a line, each with one or two
terms of acts.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from indexer.lexical import analyze

TABLE = Path(__file__).parent / "everyday.tsv"
Stems = tuple[str, ...]


@cache
def table() -> dict[Stems, Stems]:
    """The stems of what acts say, by those of the everyday word or expression."""
    lines = TABLE.read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    found: dict[Stems, Stems] = {}
    for everyday, terms in rows:  # « balade » and « se balader » have one stem
        key = _stems(everyday)
        found[key] = tuple(dict.fromkeys((*found.get(key, ()), *_stems(terms))))
    return found


def meant(text: str) -> list[str]:
    """The stems that acts use for what a text says; an expression goes before its words."""
    return list(dict.fromkeys(stem for terms in _found(_stems(text)) for stem in terms))


def _found(said: Stems) -> Iterator[Stems]:
    longest, at = max(map(len, table())), 0
    while at < len(said):
        parts = (said[at : at + n] for n in range(longest, 0, -1))
        part = next((part for part in parts if part in table()), said[at : at + 1])
        yield table().get(part, ())
        at += len(part)


def _stems(text: str) -> Stems:
    return tuple(term.stem for term in analyze(text))
