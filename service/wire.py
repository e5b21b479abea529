"""What goes over HTTP: answers as JSON."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from corpus.card.model import Fact
from corpus.card.status import UNKNOWN, status_in
from corpus.document import Document
from service.card import CardOut
from service.links import page_link, source_link, text_link, view_link
from service.parameters import EXAMPLE_ID, EXAMPLE_QUESTION
from service.search import Cited, Hit

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


class SpanOut(BaseModel):
    """A part of a passage's text, in code points from its start."""

    start: int = Field(examples=[9])
    end: int = Field(examples=[17])


class Why(BaseModel):
    """The parts of a score: cosine of the vectors, BM25 of the words, word-by-word likeness."""

    dense: float = Field(examples=[0.874])
    lexical: float = Field(examples=[7.21])
    late: float = Field(examples=[0.842])


class PassageOut(BaseModel):
    """A passage: `text` is the document's text from `start` to `end`, in code points."""

    id: str = Field(examples=[f"{EXAMPLE_ID}:2180-2197"])
    text: str = Field(examples=["Sites de baignade"])
    start: int = Field(examples=[2180])
    end: int = Field(examples=[2197])
    page: int | None = Field(description="Page de la source, à partir de 1.", examples=[2])
    section_path: list[str] = Field(
        description="Titres des sections qui contiennent le passage.",
        examples=[["3. Le contenu", "3.4. Le lien avec le tourisme"]],
    )
    highlights: list[SpanOut] = Field(description="Mots de la question, dans `text`.")
    confidence: float | None = Field(
        description="Fiabilité d'un texte reconnu par OCR, de 0 à 1 ; vide pour un autre.",
        examples=[0.87],
    )
    score: float = Field(description="Plus haut, plus pertinent.", examples=[0.93])
    relevance: float = Field(
        description="Probabilité, de 0 à 1, que son document réponde à la question, estimée sur le "
        "passage seul : elle se compare d'une question à l'autre, ce que le score ne fait pas.",
        examples=[0.87],
    )
    why: Why
    link: str = Field(
        description="Adresse de la source, à la page du passage.",
        examples=[f"{EXAMPLE_FILE}#page=2"],
    )
    view: str = Field(
        description="Adresse du texte, ouvert au passage.",
        examples=[f"/documents/{EXAMPLE_ID}?debut=2180&fin=2197#passage"],
    )

    @classmethod
    def of(cls, cited: Cited, document: Document) -> "PassageOut":
        p = cited.passage
        return cls(
            id=p.id,
            text=p.text,
            start=p.start,
            end=p.end,
            page=p.page,
            section_path=list(p.section),
            highlights=[SpanOut(start=s.start, end=s.end) for s in cited.highlights],
            confidence=p.confidence,
            score=cited.score,
            relevance=cited.relevance,
            why=Why(dense=cited.dense, lexical=cited.lexical, late=cited.late),
            link=page_link(document, p),
            view=view_link(document, p),
        )


class HitOut(BaseModel):
    """A document and its best passages; a higher score is better."""

    rank: int = Field(description="À partir de 1.", examples=[1])
    score: float = Field(description="Celui de son meilleur passage.", examples=[0.93])
    relevance: float = Field(
        description="Celle de son meilleur passage, de 0 à 1.", examples=[0.87]
    )
    document: DocumentOut
    passages: list[PassageOut]
    versions: list[DocumentOut] = Field(
        description="Les autres documents du même acte : autres formats, autres versions."
    )

    @classmethod
    def of(cls, hit: Hit, day: str = "") -> "HitOut":
        return cls(
            rank=hit.rank,
            score=hit.score,
            relevance=hit.relevance,
            document=DocumentOut.of(hit.document, day),
            passages=[PassageOut.of(cited, hit.document) for cited in hit.passages],
            versions=[DocumentOut.of(version, day) for version in hit.versions],
        )


class FacetsOut(BaseModel):
    """Acts found, by value, most frequent first; versions of an act count once.

    The filters apply, but for each facet its own: its other values tell what they would find.
    """

    kind: dict[str, int] = Field(examples=[{"convention": 4, "avenant": 1}])
    party: dict[str, int] = Field(examples=[{"Grand Paris Sud Est Avenir": 2}])
    theme: dict[str, int] = Field(examples=[{"baignade": 3}])
    year: dict[str, int] = Field(examples=[{"2021": 3}])
    status: dict[str, int] = Field(examples=[{"en vigueur": 2}])
    folder: dict[str, int] = Field(examples=[{"fiches": 5}])


class CorrectionOut(BaseModel):
    """A word that was taken for another one."""

    typed: str = Field(description="Le mot tapé.", examples=["convantion"])
    read: str = Field(description="Le mot des documents.", examples=["convention"])


class SearchOut(BaseModel):
    """Hits in the order of their ranks."""

    query: str = Field(description="La question posée.", examples=[EXAMPLE_QUESTION])
    hits: list[HitOut]
    total: int = Field(description="Résultats en tout, parmi les candidats.", examples=[18])
    facets: FacetsOut = Field(
        description="Actes que trouverait le filtre par chaque valeur, les autres filtres gardés ; "
        "les versions d'un acte comptent pour une, même où group=passage."
    )
    on: str = Field(description="Jour des états, ISO 8601.", examples=["2026-11-22"])
    absent: list[str] = Field(
        description="Expressions entre guillemets qu'aucun passage ne contient, filtres compris.",
        examples=[["plage de sable"]],
    )
    corrected: list[CorrectionOut] = Field(
        description="Mots que ni les documents ni un lexique ne connaissent, lus comme le mot des "
        "documents le plus proche ; spelling=false prend la question telle qu'elle est tapée."
    )
    took_ms: float = Field(description="Durée, en millisecondes.", examples=[12.3])
    generation: int = Field(description="Génération de l'index qui a répondu.", examples=[7])


class Liveness(BaseModel):
    """The process answers."""

    status: Literal["ok"] = Field(default="ok", examples=["ok"])


class Readiness(Liveness):
    """The index that questions are answered from."""

    generation: int = Field(description="Numéro de génération.", examples=[7])
    documents: int = Field(examples=[18])
    passages: int = Field(examples=[147])
