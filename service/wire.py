"""What goes over HTTP: parameters in, JSON out."""

from typing import Annotated, Literal

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from corpus.document import Document
from indexer import Filters
from service.links import page_link, source_link, text_link, view_link
from service.search import Cited, Hit

LIMIT, OFFSET = 100, 1000

EXAMPLE_ID = "fiches~baignade-seine-marne.pdf"
DocumentId = Annotated[
    str, Path(description="Identifiant d'un document.", examples=[EXAMPLE_ID], max_length=300)
]


class DocumentParameters(BaseModel):
    """Which documents, and which page of them."""

    model_config = ConfigDict(extra="forbid")

    type: list[str] = Field(
        default=[], max_length=20, description="Types d'actes (« convention »…)."
    )
    year: list[Annotated[int, Field(ge=1789, le=2199)]] = Field(
        default=[], max_length=50, description="Années de l'acte.", examples=[[2021]]
    )
    folder: str = Field(default="", max_length=500, description="Dossier de la source.")
    limit: int = Field(default=10, ge=1, le=LIMIT, description="Nombre de résultats.")
    offset: int = Field(default=0, ge=0, le=OFFSET, description="Résultats à passer.")

    @property
    def filters(self) -> Filters:
        return Filters(tuple(self.type), tuple(self.year), self.folder)


class SearchParameters(DocumentParameters):
    """A question and what to do with its hits."""

    q: str = Field(
        description="La question.", examples=["quelles conventions couvrent la baignade ?"]
    )
    group: Literal["document", "passage"] = Field(
        default="document", description="Un résultat par document, ou par passage."
    )


class DocumentOut(BaseModel):
    """A document, without its text."""

    id: str
    title: str
    type: str
    date: str | None = Field(description="Date de l'acte, ISO 8601.", examples=["2021-10-13"])
    number: str | None
    parties: list[str]
    path: str
    link: str = Field(description="Adresse de la source.")
    text: str = Field(description="Adresse du texte dont les citations donnent les positions.")

    @classmethod
    def of(cls, document: Document) -> "DocumentOut":
        m = document.metadata
        return cls(
            id=document.id,
            title=m.title,
            type=m.kind,
            date=m.date or None,
            number=m.number or None,
            parties=list(m.parties),
            path=document.path,
            link=source_link(document),
            text=text_link(document),
        )


class SectionOut(BaseModel):
    """A section; positions are code points of the document's text."""

    title: str
    level: int
    start: int
    end: int


class DocumentWhole(DocumentOut):
    """A document with its outline."""

    pages: int | None
    characters: int
    sections: list[SectionOut]

    @classmethod
    def of(cls, document: Document) -> "DocumentWhole":
        sections = [
            SectionOut(title=s.title, level=s.level, start=s.start, end=s.end)
            for s in document.sections
        ]
        return cls(
            **DocumentOut.of(document).model_dump(),
            pages=document.pages[-1].number if document.paged and document.pages else None,
            characters=len(document.text),
            sections=sections,
        )


class DocumentList(BaseModel):
    documents: list[DocumentOut]
    total: int


class SpanOut(BaseModel):
    """A part of a passage's text, in code points from its start."""

    start: int
    end: int


class Why(BaseModel):
    """The parts of a score: cosine of the vectors, BM25 of the words."""

    dense: float
    lexical: float


class PassageOut(BaseModel):
    """A passage: `text` is the document's text from `start` to `end`, in code points."""

    id: str
    text: str
    start: int
    end: int
    page: int | None = Field(description="Page de la source, à partir de 1.")
    section_path: list[str]
    highlights: list[SpanOut]
    score: float
    why: Why
    link: str = Field(description="Adresse de la source, à la page du passage.")
    view: str = Field(description="Adresse du texte, ouvert au passage.")

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
            score=cited.score,
            why=Why(dense=cited.dense, lexical=cited.lexical),
            link=page_link(document, p),
            view=view_link(document, p),
        )


class HitOut(BaseModel):
    """A document and its best passages; a higher score is better."""

    rank: int
    score: float
    document: DocumentOut
    passages: list[PassageOut]

    @classmethod
    def of(cls, hit: Hit) -> "HitOut":
        return cls(
            rank=hit.rank,
            score=hit.score,
            document=DocumentOut.of(hit.document),
            passages=[PassageOut.of(cited, hit.document) for cited in hit.passages],
        )


class SearchOut(BaseModel):
    """Hits in the order of their ranks."""

    query: str
    hits: list[HitOut]
    total: int
    took_ms: float
    generation: int
