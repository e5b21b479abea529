"""The card of an act, as it goes over HTTP."""

from dataclasses import asdict
from typing import Any

from pydantic import BaseModel, Field

from corpus.document import Document


class EvidenceOut(BaseModel):
    """Where the document's text says so, in code points, and what it says there."""

    start: int = Field(examples=[310])
    end: int = Field(examples=[326])
    quote: str = Field(examples=["13 octobre 2021"])


class FactOut(BaseModel):
    """A value with its evidence; one that was given by hand may have none."""

    evidence: list[EvidenceOut]
    given: bool = Field(description="Donnée à la main, et non lue dans le texte.", examples=[False])


class TextOut(FactOut):
    """A fact in words; a day is in ISO 8601."""

    value: str = Field(examples=["2021-10-13"])


class NumberOut(FactOut):
    """A number of months."""

    value: int = Field(examples=[60])


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
    limited: bool = Field(
        description="Vrai si le texte fixe une limite qui n'a pas été comprise.", examples=[False]
    )


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


class PartyFact(FactOut):
    """A party and where it is named."""

    value: PartyOut


class RenewalFact(FactOut):
    """How the act goes on and where it says so."""

    value: RenewalOut


class AmountFact(FactOut):
    """A sum and where it stands."""

    value: AmountOut


class LinkFact(FactOut):
    """Another act and where it is named."""

    value: LinkOut


class CardOut(BaseModel):
    """The card; dates are ISO 8601, durations, extension and notice in months, null is unknown."""

    kind: TextOut | None = None
    number: TextOut | None = None
    date: TextOut | None = None
    adopted: TextOut | None = None
    signed: TextOut | None = None
    duration: NumberOut | None = None
    start: TextOut | None = None
    end: TextOut | None = None
    extension: NumberOut | None = None
    renewal: RenewalFact | None = None
    notice: NumberOut | None = None
    parties: list[PartyFact] = []
    amounts: list[AmountFact] = []
    signatories: list[TextOut] = []
    themes: list[TextOut] = []
    links: list[LinkFact] = []
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
