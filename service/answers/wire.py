"""A whole answer as JSON."""

from typing import Literal

from pydantic import BaseModel, Field

from service.answers.model import Answer, Lacking, Listed
from service.answers.pieces import EXAMPLE_QUOTE, CitationOut, HeldOut, SentenceOut
from service.document import DocumentOut
from service.parameters import EXAMPLE_ID, EXAMPLE_QUESTION
from service.wire import CorrectionOut, HitOut


class AnswerText(BaseModel):
    """The sentences of an answer, apart and together."""

    text: str = Field(
        description="Les phrases, une par ligne, sans `verdict` ni `held`\u00a0: ceux-ci se "
        "montrent d'abord.",
        examples=[EXAMPLE_QUOTE],
    )
    sentences: list[SentenceOut]


class Provenance(BaseModel):
    """What an answer was made with: enough to ask for it again."""

    version: str = Field(description="Version d'Entente.", examples=["0.1.0"])
    encoder: str = Field(
        description="Empreinte du modèle de la recherche.",
        examples=["multilingual-e5-small/384/5f"],
    )
    recipe: dict[str, float | str] = Field(
        description="Réglages de la recherche.", examples=[{"dense_weight": 0.25}]
    )
    passages: list[str] = Field(
        description="Passages que le modèle de langue a lus, dans l'ordre de leurs numéros.",
        examples=[[f"{EXAMPLE_ID}:2180-2848"]],
    )


class ListedOut(BaseModel):
    """An act of a list."""

    document: DocumentOut
    citation: int | None = Field(description="Le numéro de sa citation.", examples=[1])
    relevance: float = Field(description="Probabilité qu'il réponde, de 0 à 1.", examples=[0.87])

    @classmethod
    def of(cls, row: Listed, day: str) -> "ListedOut":
        document = DocumentOut.of(row.document, day)
        return cls(document=document, citation=row.citation, relevance=row.relevance)


class LackingOut(BaseModel):
    """How many acts that answer a list may lack."""

    expected: float = Field(examples=[1.4])
    low: int = Field(description="Au moins, neuf fois sur dix.", examples=[0])
    high: int = Field(description="Au plus, neuf fois sur dix.", examples=[3])

    @classmethod
    def of(cls, lacking: Lacking) -> "LackingOut":
        return cls(expected=lacking.expected, low=lacking.low, high=lacking.high)


class AnswerOut(BaseModel):
    """What the documents answer, or why they do not."""

    question: str = Field(examples=[EXAMPLE_QUESTION])
    kind: Literal["list", "fact", "yes_no", "explanation", "comparison", "status", "reference"] = (
        Field(description="Ce que demande la question.", examples=["fact"])
    )
    status: Literal["answered", "partial", "no_evidence"] = Field(examples=["answered"])
    answer: AnswerText | None = Field(description="null si les documents ne répondent pas.")
    held: HeldOut | None = Field(
        description="La valeur qui vaut au jour de la question, avenants compris\u00a0: à montrer "
        "avant `answer`, dont les phrases la prouvent sans toujours la dire\u00a0; null si elle "
        "n'est ni la fin ni la durée d'un acte.",
    )
    citations: list[CitationOut]
    reason: str = Field(
        description="Pourquoi il n'y a pas de réponse\u00a0; vide s'il y en a une.",
        examples=["Le document le plus proche ne nomme pas «\u00a0Lyon\u00a0»."],
    )
    nearest: list[HitOut] = Field(
        description="Les documents les plus proches, qui ne répondent pas forcément."
    )
    confidence: float = Field(
        description="Probabilité, de 0 à 1, que cette réponse soit la bonne\u00a0; sous 0,5, elle "
        "est plutôt fausse\u00a0: à montrer comme une possibilité, sans rien y marquer.",
        examples=[0.87],
    )
    on: str = Field(description="Jour des états, ISO 8601.", examples=["2026-11-22"])
    generation: int = Field(description="Génération de l'index qui a répondu.", examples=[7])
    took_ms: float = Field(description="Durée, en millisecondes.", examples=[210.4])
    written: bool = Field(
        description="Si un modèle de langue a rédigé la réponse\u00a0; sinon, elle cite mot à mot.",
        examples=[False],
    )
    model: str | None = Field(
        description="Le modèle de langue interrogé\u00a0; null s'il n'y en a pas.",
        examples=["albert"],
    )
    withheld: int = Field(
        description="Phrases du modèle de langue qu'aucun passage ne prouve, et qui sont tues.",
        examples=[0],
    )
    fallback: str = Field(
        description="Pourquoi la réponse n'est pas rédigée, si elle devait l'être.",
        examples=["Le modèle de langue est surchargé (code HTTP 429)."],
    )
    provenance: Provenance
    rows: list[ListedOut] = Field(default=[], description="Une page des actes d'une liste.")
    total: int = Field(default=0, description="Actes de la liste entière.", examples=[12])
    lacking: LackingOut | None = Field(
        default=None,
        description="Combien d'actes peuvent manquer à une liste\u00a0; null ailleurs.",
    )
    notes: list[str] = Field(
        default=[],
        description="Ce que compte la réponse, et comment elle a lu la question.",
        examples=[["5 documents ne disent pas leur fin."]],
    )
    verdict: Literal["yes", "no"] | None = Field(
        description="Ce que les citations tranchent d'une question par oui ou non\u00a0; null "
        "sinon.",
        examples=["yes"],
    )
    missing: list[str] = Field(
        description="Ce qui, dans la question, reste sans réponse (status=partial).",
        examples=[["qui paie"]],
    )
    understood_as: str = Field(
        description="La question entière pour laquelle la suite d'une autre a été prise\u00a0; "
        "vide pour une question qui se suffit.",
        examples=["qui signe la convention n° 19-CV-14\u00a0?"],
    )
    suggestions: list[str] = Field(
        description="D'autres questions auxquelles répondent les documents cités.",
        examples=[["Quel est le préavis de la convention n° 19-CV-14\u00a0?"]],
    )
    corrected: list[CorrectionOut] = Field(
        description="Mots lus comme le mot des documents le plus proche\u00a0; spelling=false "
        "prend la question telle qu'elle est tapée."
    )

    @classmethod
    def of(
        cls,
        question: str,
        answer: Answer,
        day: str,
        took_ms: float,
        provenance: Provenance,
        page: slice = slice(None),
    ) -> "AnswerOut":
        """`page` is the part of a list's rows that is told."""
        writing = answer.writing
        sentences = [SentenceOut.of(sentence) for sentence in answer.sentences]
        text = "\n".join(sentence.text for sentence in sentences)
        return cls(
            question=question,
            kind=answer.kind.value,
            status=answer.status.value,
            answer=AnswerText(text=text, sentences=sentences) if sentences else None,
            held=HeldOut.of(answer.held) if answer.held else None,
            citations=[CitationOut.of(citation, day) for citation in answer.citations],
            reason=answer.reason,
            nearest=[HitOut.of(hit, day) for hit in answer.nearest],
            confidence=round(answer.confidence, 4),
            on=day,
            generation=answer.generation,
            took_ms=round(took_ms, 1),
            written=writing is not None and not writing.fallback,
            model=writing.model if writing else None,
            withheld=writing.withheld if writing else 0,
            fallback=writing.fallback if writing else "",
            provenance=provenance,
            rows=[ListedOut.of(row, day) for row in answer.rows[page]],
            total=len(answer.rows),
            lacking=LackingOut.of(answer.lacking) if answer.lacking else None,
            notes=list(answer.notes),
            verdict=answer.verdict.value if answer.verdict else None,
            missing=list(answer.missing),
            understood_as=answer.understood_as,
            suggestions=list(answer.suggestions),
            corrected=[CorrectionOut(typed=c.typed, read=c.read) for c in answer.corrected],
        )
