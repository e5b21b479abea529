"""An opinion as it comes over HTTP, checked against the live index."""

import re
from typing import Annotated

from fastapi import HTTPException, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from corpus.errors import BadQuestion
from indexer.index import LocalIndex
from service.feedback.opinions import About, Opinion, Opinions, Quoted, Reason
from service.parameters import EXAMPLE_ID, EXAMPLE_QUESTION, Text
from service.question import LONGEST

CITED = 50  # passages of one opinion
PLACE = re.compile(r"(.{1,300}):(\d{1,9})-(\d{1,9})", re.DOTALL)
OURS = (None, "same-origin", "none")  # of « Sec-Fetch-Site »: who is no browser sends none


def _place(text: str) -> str:
    if not PLACE.fullmatch(text):
        raise ValueError("l'identifiant d'un passage est attendu, comme acte.pdf:120-260")
    return text


class Why(BaseModel):
    """Why something was of no use, in a word and in one's own words."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason | None = Field(
        default=None, description="Pourquoi ce n'est pas utile.", examples=["incomplete"]
    )
    comment: Text = Field(
        default="",
        max_length=500,
        description="Pourquoi, avec ses mots ; sans nom ni donnée personnelle.",
        examples=["Il manque l'avenant de 2023."],
    )


class Given(Why):
    """An opinion about an answer or a result."""

    about: About = Field(description="Ce dont c'est l'avis.", examples=["answer"])
    question: Text = Field(
        min_length=1,
        max_length=LONGEST,
        description="La question telle qu'elle a été posée.",
        examples=[EXAMPLE_QUESTION],
    )
    useful: bool = Field(description="Si c'est utile.", examples=[False])
    generation: int = Field(
        ge=0, le=2**53, description="Génération de l'index qui a répondu.", examples=[7]
    )
    parameters: Text = Field(
        default="",
        max_length=4000,
        description="Les filtres, comme dans l'adresse de la page.",
        examples=["status=en+vigueur"],
    )
    cited: list[Annotated[Text, AfterValidator(_place)]] = Field(
        default=[],
        max_length=CITED,
        description="Les passages qui ont été montrés : ceux que la réponse cite, ou ceux du "
        "résultat.",
        examples=[[f"{EXAMPLE_ID}:2180-2197"]],
    )

    def opinion(self, index: LocalIndex) -> Opinion:
        """The opinion, with what was quoted if the generation that answered is still live.

        Raises:
            UnknownDocument, BadQuestion: it cites what no document has.
        """
        return Opinion(
            about=self.about,
            question=self.question,
            useful=self.useful,
            generation=self.generation,
            cited=tuple(quoted(place, index, self.generation) for place in self.cited),
            parameters=self.parameters,
            reason=self.reason,
            comment=self.comment.strip(),
        )


def quoted(place: str, index: LocalIndex, generation: int) -> Quoted:
    """What stands at « document:start-end »."""
    document, start, end = PLACE.fullmatch(place).groups()  # type: ignore[union-attr]
    span = Quoted(document=document, start=int(start), end=int(end))
    if generation != index.generation:
        return span
    text = index.document(document).text
    if not span.start < span.end <= len(text):
        raise BadQuestion(
            f"cited = « {place[:80]} » : ce passage n'est pas dans le document, "
            f"qui a {len(text)} caractères."
        )
    return span.model_copy(update={"quote": text[span.start : span.end]})


def first_party(request: Request) -> None:
    """Refuse what a page of somebody else's had a browser send."""
    if request.headers.get("sec-fetch-site") not in OURS:
        raise HTTPException(403, "Un avis se donne depuis une page d'Entente, non d'ailleurs.")


def kept_by(opinions: Opinions | None) -> Opinions:
    """The file of opinions, if this service keeps any."""
    if opinions is None:
        raise HTTPException(
            404, "Ce service ne garde pas d'avis : ENTENTE_FEEDBACK nommerait leur fichier."
        )
    return opinions
