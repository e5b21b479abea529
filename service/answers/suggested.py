"""Suggestions as JSON."""

from typing import Literal

from pydantic import BaseModel, Field

from service.answers.suggestions import Source, Suggestion
from service.links import suggested_link
from service.parameters import EXAMPLE_ID


class SuggestionOut(BaseModel):
    """What may be asked or searched."""

    text: str = Field(examples=["Quand prend fin la convention n° 19-CV-14\u00a0?"])
    source: Literal["acronym", "party", "question", "document"] = Field(examples=["question"])
    document: str | None = Field(description="L'acte dont il s'agit.", examples=[EXAMPLE_ID])
    about: str = Field(
        description="Le titre de l'acte, ou ce que veut dire le sigle.",
        examples=["Convention de coopération pour l'ouverture de lieux de baignade"],
    )
    view: str = Field(
        description="Adresse du document, ou de la recherche.",
        examples=["/recherche?q=Quand+prend+fin+la+convention+n%C2%B0%C2%A019-CV-14%C2%A0%3F"],
    )

    @classmethod
    def of(cls, one: Suggestion) -> "SuggestionOut":
        shown = one.document if one.source == Source.DOCUMENT else ""
        return cls(
            text=one.text,
            source=one.source.value,
            document=one.document or None,
            about=one.about,
            view=suggested_link(one.text, shown),
        )


class SuggestionList(BaseModel):
    """Suggestions, by what they are, then in the order of the alphabet."""

    suggestions: list[SuggestionOut]
