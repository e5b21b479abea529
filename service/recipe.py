"""How the search ranks: its stages, their weights, and the methods that it is compared with."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from indexer.settings import Stage


class Method(StrEnum):
    """How candidates are scored; all but the first are there to be compared with it."""

    CONVEX = "convex"
    RRF = "rrf"
    DENSE = "dense"
    LEXICAL = "lexical"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How candidates are found and fused; the defaults are measured in `docs/decisions.md`.

    `candidates` are the passages that each ranking gives, `late_depth` those of them that late
    interaction looks at. Spelling is mended or not, whatever its weight above 0.
    """

    method: Method = Method.CONVEX
    candidates: int = 200
    dense_weight: float = 0.25
    lexical_weight: float = 0.6
    title_weight: float = 0.7
    late_weight: float = 4.0
    late_depth: int = 50
    acronyms_weight: float = 0.35
    everyday_weight: float = 0.35
    clauses_weight: float = 0.1
    references_weight: float = 1.0
    spelling_weight: float = 1.0

    @property
    def fields(self) -> dict[str, float]:
        return {"text": 1.0, "title": self.title_weight}

    def without(self, stages: Iterable[Stage]) -> "Recipe":
        """The recipe with these stages switched off."""
        off: dict[str, Any] = {f"{stage}_weight": 0.0 for stage in stages}
        return replace(self, **off)
