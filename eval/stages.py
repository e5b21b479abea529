"""What each stage of a search takes, timed without a word of it in the search."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import wraps
from time import perf_counter
from typing import ParamSpec, TypeVar
from unittest.mock import patch

import service.search
from indexer import Index

P = ParamSpec("P")
R = TypeVar("R")
ASKED = {  # of an index; what has no name here counts for the stage that asks
    "select": "filter",
    "dense": "dense",
    "cosine": "dense",
    "late": "late",
    "stating": "clauses",
    "lexical": "lexical",
    "phrase": "lexical",
    "document_frequency": "lexical",
    "describe": "cite",
    "passages": "cite",
    "slices": "cite",
    "facets": "facets",
}
CALLED = {"ranked": "group", "highlight": "cite"}  # of `service.search`


@dataclass
class Stages:
    """Seconds by stage; what a stage within another takes counts for the inner one only."""

    seconds: dict[str, float] = field(default_factory=dict)
    _within: list[float] = field(default_factory=list)  # seconds of the stages inside, by depth

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self._within.append(0.0)
        start = perf_counter()
        try:
            yield
        finally:
            took = perf_counter() - start
            self.seconds[name] = self.seconds.get(name, 0.0) + took - self._within.pop()
            if self._within:
                self._within[-1] += took

    def timed(self, name: str, function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            with self.stage(name):
                return function(*args, **kwargs)

        return call

    @contextmanager
    def watching(self, index: Index) -> Iterator[None]:
        """Time what a search asks of this index, and its own stages that have a name."""
        with ExitStack() as patches:
            for owner, names in ((index, ASKED), (service.search, CALLED)):
                for name, stage in names.items():
                    timed = self.timed(stage, getattr(owner, name))
                    patches.enter_context(patch.object(owner, name, timed))
            yield
