"""A document, as it goes over HTTP: by itself, with its outline, and a page of several."""

from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel, Field

from corpus.card.model import Fact
from corpus.card.status import UNKNOWN, status_in
from corpus.document import Document
from service.card import CardOut
from service.links import source_link, text_link
from service.parameters import EXAMPLE_ID

EXAMPLE_FILE = f"/v1/documents/{EXAMPLE_ID}/file"


def _value(fact: Fact[str] | None) -> str | None:
    return fact.value if fact else None


class DocumentOut(BaseModel):
    """A document, without its text."""

    id: str = Field(examples=[EXAMPLE_ID])
    title: str = Field(examples=["Se baigner en Seine et en Marne"])
    type: str = Field(description="Type de l'acte.", examples=["fiche"])
    date: str | None = Field(description="Date de l'acte, ISO 8601.", examples=["2021-10-13"])
    number: str | None = Field(description="Numéro de l'acte.", examples=["CT2021.4/064"])
    adopted: str | None = Field(description="Jour de l'adoption.", examples=["2021-10-13"])
    signed: str | None = Field(description="Jour de la signature.", examples=["2021-11-04"])
    start: str | None = Field(description="Premier jour de l'acte.", examples=["2021-11-04"])
    end: str | None = Field(
        description="Dernier jour, sans reconduction, tel que les avenants l'ont laissé.",
        examples=["2026-11-03"],
    )
    last: str | None = Field(
        description="Dernier jour, reconductions tacites comprises ; 9999-12-31 si elles n'ont pas "
        "de limite ; null sans reconduction, ou si leur limite n'est pas connue.",
        examples=["2031-11-03"],
    )
    status: str | None = Field(
        description="État au jour demandé, ou aujourd'hui ; null s'il n'est pas connu.",
        examples=["en vigueur"],
    )
    parties: list[str] = Field(examples=[["Ville de Paris", "Grand Paris Sud Est Avenir"]])
    path: str = Field(
        description="Chemin de la source.", examples=["fiches/baignade-seine-marne.pdf"]
    )
    link: str = Field(description="Adresse de la source.", examples=[EXAMPLE_FILE])
    text: str = Field(
        description="Adresse du texte dont les citations donnent les positions.",
        examples=[f"/v1/documents/{EXAMPLE_ID}/text"],
    )

    @classmethod
    def of(cls, document: Document, day: str = "") -> "DocumentOut":
        m, card = document.metadata, document.card
        return cls(
            id=document.id,
            title=m.title,
            type=m.kind,
            date=m.date or None,
            number=m.number or None,
            adopted=_value(card.adopted),
            signed=_value(card.signed),
            start=_value(card.start),
            end=document.period.ends or None,
            last=document.period.last.replace(UNKNOWN, "") or None,
            status=status_in(document.period, day or date.today().isoformat()) or None,
            parties=list(m.parties),
            path=document.path,
            link=source_link(document),
            text=text_link(document),
        )


class SectionOut(BaseModel):
    """A section; positions are code points of the document's text."""

    title: str = Field(examples=["3.4. Le lien avec le tourisme"])
    level: int = Field(description="1 pour les titres les plus hauts.", examples=[2])
    start: int = Field(examples=[2180])
    end: int = Field(examples=[2848])


class RecognisedOut(BaseModel):
    """A page whose text was recognised on its image; positions as for a section."""

    page: int = Field(description="À partir de 1.", examples=[2])
    start: int = Field(examples=[2180])
    end: int = Field(examples=[4710])
    confidence: float = Field(
        description="Fiabilité, de 0 à 1 ; 0 si l'image n'a pas pu être lue.", examples=[0.87]
    )


class ActOut(DocumentOut):
    """An act of the index that this one is tied to, by its newest version."""

    relation: str = Field(
        description="Ce que le document fait à cet acte (« modifie ») ou en reçoit "
        "(« modifié par ») : modifier, remplacer, abroger, adopter, autoriser ou viser.",
        examples=["modifié par"],
    )


class DocumentWhole(DocumentOut):
    """A document with its outline."""

    pages: int | None = Field(description="Pages de la source, si elle en a.", examples=[3])
    characters: int = Field(description="Points de code du texte.", examples=[4710])
    sections: list[SectionOut]
    card: CardOut
    acts: list[ActOut] = Field(description="Les actes de l'index auxquels il est lié.")
    recognised: list[RecognisedOut] = Field(
        description="Pages numérisées, dont le texte a été reconnu par OCR."
    )

    @classmethod
    def of(
        cls, document: Document, day: str = "", acts: Sequence[tuple[str, Document]] = ()
    ) -> "DocumentWhole":
        sections = [
            SectionOut(title=s.title, level=s.level, start=s.start, end=s.end)
            for s in document.sections
        ]
        return cls(
            **DocumentOut.of(document, day).model_dump(),
            card=CardOut.of(document),
            acts=[
                ActOut(relation=relation, **DocumentOut.of(act, day).model_dump())
                for relation, act in acts
            ],
            pages=document.pages[-1].number if document.paged and document.pages else None,
            characters=len(document.text),
            sections=sections,
            recognised=[
                RecognisedOut(page=p.number, start=p.start, end=p.end, confidence=p.confidence)
                for p in document.pages
                if p.confidence is not None
            ],
        )


class DocumentList(BaseModel):
    """A page of the documents that pass the filters."""

    documents: list[DocumentOut]
    total: int = Field(description="Documents qui passent les filtres.", examples=[18])
