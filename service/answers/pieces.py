"""The pieces of an answer as JSON: a stream sends them one by one, an answer holds them all."""

from typing import Literal

from pydantic import BaseModel, Field

from service.answers.model import Citation, Exact, Held, Sentence, Type
from service.document import EXAMPLE_FILE, DocumentOut
from service.links import page_link, view_link
from service.parameters import EXAMPLE_ID
from service.wire import SpanOut

EXAMPLE_QUOTE = "La convention prend fin le 31 décembre 2026."


class CitationOut(BaseModel):
    """`quote` is the document's text from `start` to `end`, in code points."""

    n: int = Field(description="Le numéro que citent les phrases.", examples=[1])
    document: DocumentOut
    page: int | None = Field(description="Page de la source, à partir de 1.", examples=[2])
    start: int = Field(examples=[2180])
    end: int = Field(examples=[2224])
    quote: str = Field(examples=[EXAMPLE_QUOTE])
    section_path: list[str] = Field(examples=[["Titre IV", "Article 9 – Durée"]])
    overtaken: bool = Field(
        description="Si ce qu'elle dit ne vaut plus : un acte postérieur le change.",
        examples=[False],
    )
    href: str = Field(
        description="La page d'Entente qui montre le texte lu, la citation surlignée\u00a0: pour "
        "vérifier.",
        examples=[f"/documents/{EXAMPLE_ID}?debut=2180&fin=2224#passage"],
    )
    link: str = Field(
        description="Le fichier d'origine, ouvert à la page de la citation si c'est un PDF\u00a0: "
        "pour l'acte tel qu'il est publié.",
        examples=[f"{EXAMPLE_FILE}#page=2"],
    )

    @classmethod
    def of(cls, citation: Citation, day: str) -> "CitationOut":
        return cls(
            n=citation.n,
            document=DocumentOut.of(citation.document, day),
            page=citation.page,
            start=citation.start,
            end=citation.end,
            quote=citation.quote,
            section_path=list(citation.section),
            overtaken=citation.overtaken,
            href=view_link(citation.document, citation),
            link=page_link(citation.document, citation),
        )


class HeldOut(BaseModel):
    """The value that holds, by itself, and the citations that settle it."""

    value: str = Field(description="Jour ou durée, ISO 8601.", examples=["2026-12-31"])
    text: str = Field(description="La même, en français.", examples=["31 décembre 2026"])
    type: Literal["date", "duration"] = Field(examples=["date"])
    computed: bool = Field(
        description="Si aucune citation ne la dit : elle est calculée d'après elles.",
        examples=[False],
    )
    citations: list[int] = Field(
        description="Les numéros des citations qui la fixent, et de celles qu'elle dépasse.",
        examples=[[1]],
    )

    @classmethod
    def of(cls, held: Held) -> "HeldOut":
        return cls(
            value=held.value,
            text=held.text,
            type="date" if held.type == Type.DATE else "duration",
            computed=held.computed,
            citations=list(held.citations),
        )


class ExactOut(SpanOut):
    """What answers by itself, and what it is."""

    type: Literal["date", "amount", "duration", "name", "number"] | None = Field(
        description="Ce que c'est\u00a0; null si ce n'est pas connu.", examples=["date"]
    )

    @classmethod
    def of(cls, exact: Exact) -> "ExactOut":
        return cls(start=exact.start, end=exact.end, type=exact.type.value if exact.type else None)


class SentenceOut(BaseModel):
    """A sentence of the answer, and the numbers of its citations."""

    text: str = Field(examples=[EXAMPLE_QUOTE])
    citations: list[int] = Field(examples=[[1]])
    exact: list[ExactOut] = Field(description="Ce qui répond de soi-même, dans `text`.")

    @classmethod
    def of(cls, sentence: Sentence) -> "SentenceOut":
        exact = [ExactOut.of(one) for one in sentence.exact]
        return cls(text=sentence.text, citations=list(sentence.citations), exact=exact)


class Restarted(BaseModel):
    """What was shown before is replaced."""

    fallback: str = Field(examples=["La réponse du modèle de langue s'est interrompue."])
