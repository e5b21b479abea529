"""What documents are read by: rules that changed make what they read due again."""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

ROOM = Path(__file__).parent
CARD = ROOM / "card"


@cache
def reading() -> str:
    """Tells two states of the code that reads files apart; that of cards is not in it."""
    return _digest(path for path in ROOM.rglob("*.py") if not path.is_relative_to(CARD))


@cache
def cards() -> str:
    """Tells two states of what makes a card of a text apart: the code and the territories."""
    return _digest([*CARD.rglob("*.py"), *(ROOM / "authorities").glob("*.csv")])


def _digest(paths: Iterable[Path]) -> str:
    made_of = hashlib.sha256()
    for path in sorted(paths):
        made_of.update(path.relative_to(ROOM).as_posix().encode() + b"\0" + path.read_bytes())
    return made_of.hexdigest()[:16]
