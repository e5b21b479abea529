"""What an update did, and how it tells how far it is."""

from collections.abc import Callable
from dataclasses import dataclass, field

from indexer.store import Problems, Unread


@dataclass
class Report:
    """What an update did; `failures` gives the reason by path.

    `kept` are the failures of which an earlier version stays in the index, `unsettled` the files
    that were being written: the next update takes them. `unread` are the pages without text of
    the index, `problems` the faults of cards given by hand.
    """

    generation: int = 0
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: int = 0
    failures: dict[str, str] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)
    unread: Unread = field(default_factory=dict)
    problems: Problems = field(default_factory=dict)
    documents: int = 0
    passages: int = 0
    embedded: int = 0
    reused: int = 0


@dataclass
class Progress:
    """Called as the work goes on; the default says nothing."""

    planned: Callable[[int], None] = lambda documents: None
    read: Callable[[str], None] = lambda path: None
    to_embed: Callable[[int], None] = lambda passages: None
    embedded: Callable[[int], None] = lambda passages: None
