"""The card of an act, as it goes over HTTP."""

from dataclasses import asdict
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, Field

from corpus.document import Document

T = TypeVar("T")


class EvidenceOut(BaseModel):
    """Where the document's text says so, in code points, and what it says there."""

    start: int = Field(examples=[310])
    end: int = Field(examples=[326])
    quote: str = Field(examples=["13 octobre 2021"])


class FactOut(BaseModel, Generic[T]):
    """A value with its evidence; one that was given by hand may have none."""

    value: T
    evidence: list[EvidenceOut]
    given: bool = Field(description="Donnée à la main, et non lue dans le texte.", examples=[False])


class PartyOut(BaseModel):
    """A party under its canonical name."""

    name: str = Field(examples=["Grand Paris Sud Est Avenir"])
    aliases: list[str] = Field(examples=[["GPSEA"]])
    kind: str = Field(examples=["EPT"])
    code: str = Field(description="Code INSEE ou SIREN, s'il est connu.", examples=["200058006"])


class RenewalOut(BaseModel):
    """How the act goes on; 0 and "" are unknown."""

    how: str = Field(description="tacite, expresse ou exclue.", examples=["tacite"])
    months: int = Field(description="Mois de chaque reconduction.", examples=[24])
    times: int = Field(description="Nombre de reconductions.", examples=[1])
    until: str = Field(description="Dernier jour possible.", examples=["2028-11-03"])


class AmountOut(BaseModel):
    """A sum and the words before it."""

    euros: float = Field(examples=[480000])
    what: str = Field(examples=["participation annuelle de"])


class LinkOut(BaseModel):
    """Another act that this one names."""

    relation: str = Field(
        description="modifie, adopte, abroge, remplace, remplacé par, autorisé par ou vise.",
        examples=["modifie"],
    )
    kind: str = Field(examples=["convention"])
    number: str = Field(examples=["2023-018"])
    date: str = Field(examples=["2023-04-14"])


class CardOut(BaseModel):
    """The card; dates are ISO 8601, durations and notice in months, null is unknown."""

    kind: FactOut[str] | None = None
    number: FactOut[str] | None = None
    date: FactOut[str] | None = None
    adopted: FactOut[str] | None = None
    signed: FactOut[str] | None = None
    duration: FactOut[int] | None = None
    start: FactOut[str] | None = None
    end: FactOut[str] | None = None
    renewal: FactOut[RenewalOut] | None = None
    notice: FactOut[int] | None = None
    parties: list[FactOut[PartyOut]] = []
    amounts: list[FactOut[AmountOut]] = []
    signatories: list[FactOut[str]] = []
    themes: list[FactOut[str]] = []
    links: list[FactOut[LinkOut]] = []
    problems: list[str] = Field(
        default=[],
        description="Ce qui n'a pas pu être lu d'une fiche donnée à la main.",
        examples=[
            ["acte.pdf.yaml, champ fin = « demain » : un jour comme 2026-11-22 est attendu."]
        ],
    )

    @classmethod
    def of(cls, document: Document) -> "CardOut":
        return cls.model_validate(_quoted(asdict(document.card), document.text))


def _quoted(part: Any, text: str) -> Any:
    """The same, each evidence with the text that stands there."""
    if isinstance(part, dict):
        if part.keys() == {"start", "end"}:
            return {**part, "quote": text[part["start"] : part["end"]]}
        return {name: _quoted(value, text) for name, value in part.items()}
    return [_quoted(one, text) for one in part] if isinstance(part, list | tuple) else part
