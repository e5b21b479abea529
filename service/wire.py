"""What a search finds, and whether the service is ready, as they go over HTTP."""

from typing import Literal

from pydantic import BaseModel, Field

from corpus.document import Document
from service.document import EXAMPLE_FILE, DocumentOut
from service.links import page_link, view_link
from service.parameters import EXAMPLE_ID, EXAMPLE_QUESTION
from service.search import Cited, Hit


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
