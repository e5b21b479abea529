"""What may be asked over HTTP: parameters in, checked."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticKnownError

from corpus.card.kinds import KINDS
from corpus.card.status import STATUSES
from indexer import Filters
from service.question import LONGEST
from service.reading import long_date
from service.sorting import Column, Order

LIMIT, OFFSET = 100, 1000
PER_PAGE = 10


def _well_formed(text: str) -> str:
    """Refuse the halves of surrogate pairs, which JSON can write and UTF-8 cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise PydanticKnownError("string_unicode") from None
    return text


def _day(text: str) -> str:
    """Refuse what is no day of the calendar in ISO 8601."""
    try:
        if text and (len(text) != 10 or date.fromisoformat(text).isoformat() != text):
            raise ValueError
    except ValueError:
        raise ValueError("un jour comme 2026-11-22 est attendu") from None
    return text


def _listed(value: Any) -> Any:
    """One text as a list of one."""
    return [value] if isinstance(value, str) else value


def _stripped(value: Any) -> Any:
    """A text without the spaces around it; of a list, those that are not empty then."""
    if isinstance(value, list):
        return [text for one in value if (text := _stripped(one)) != ""]
    return value.strip() if isinstance(value, str) else value


Text = Annotated[str, AfterValidator(_well_formed)]
Name = Annotated[str, Field(max_length=500), AfterValidator(_well_formed)]
DayText = Annotated[Text, AfterValidator(_day)]
EXAMPLE_ID = "fiches~baignade-seine-marne.pdf"
EXAMPLE_QUESTION = "quelles conventions couvrent la baignade ?"
DocumentId = Annotated[
    str, Path(description="Identifiant d'un document.", examples=[EXAMPLE_ID], max_length=300)
]


class Nothing(BaseModel):
    """No parameters at all."""

    model_config = ConfigDict(extra="forbid")


class Day(BaseModel):
    """The day of the statuses."""

    on: DayText = Field(
        default="",
        max_length=10,
        description="Jour des états, ISO 8601 ; aujourd'hui par défaut.",
        examples=["2026-11-22"],
    )


class OneDocument(Nothing, Day):
    """How a document is shown."""


Folders = Annotated[list[Name], BeforeValidator(_listed)]
FOLDERS: list[str] = Field(
    default=[],
    max_length=20,
    description="Dossiers de la source, avec ceux qu'ils contiennent.",
    examples=[["fiches"]],
)
SITE: str = Field(
    default="",
    description="Site dont la page demande, tel que le service l'a réglé : sa recherche se tient "
    "à ses dossiers.",
    examples=[""],
)


class Narrowing(Day):
    """Which documents: those that have, of each parameter, one of the values."""

    type: list[Name] = Field(
        default=[],
        max_length=20,
        description=f"Types d'actes : {', '.join(KINDS)}.",
        examples=[["convention"]],
    )
    party: list[Name] = Field(
        default=[],
        max_length=20,
        description="Parties, par leur nom ou leur sigle.",
        examples=[["Grand Paris Sud Est Avenir"]],
    )
    theme: list[Name] = Field(
        default=[],
        max_length=20,
        description="Thèmes de l'acte.",
        examples=[["baignade"]],
    )
    year: list[Annotated[int, Field(ge=1, le=9999)]] = Field(
        default=[], max_length=50, description="Années de l'acte.", examples=[[2021]]
    )
    status: list[Name] = Field(
        default=[],
        max_length=4,
        description=f"États de l'acte au jour donné par on : {', '.join(STATUSES)}.",
        examples=[["en vigueur"]],
    )
    folder: Folders = FOLDERS

    @property
    def filters(self) -> Filters:
        return Filters(
            kind=tuple(self.type),
            party=tuple(self.party),
            theme=tuple(self.theme),
            year=tuple(self.year),
            status=tuple(self.status),
            folder=tuple(self.folder),
            on=self.on,
        )


class DocumentParameters(Narrowing):
    """Which documents, and which page of them."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(
        default=10, ge=1, le=LIMIT, description="Nombre de résultats.", examples=[10]
    )
    offset: int = Field(default=0, ge=0, le=OFFSET, description="Résultats à passer.", examples=[0])


class Fields(Narrowing):
    """What a page is asked: fields that a form leaves empty, and others, do no harm."""

    model_config = ConfigDict(extra="allow")

    @model_validator(mode="before")
    @classmethod
    def _drop_empty(cls, given: dict[str, Any]) -> dict[str, Any]:
        stripped = {n: _stripped(vs) for n, vs in given.items()}
        return {name: value for name, value in stripped.items() if value not in ("", [])}

    @property
    def unknown(self) -> list[str]:
        """Parameters that the page does not have."""
        return list(self.model_extra or ())


class PageParameters(Fields):
    """What the search page is asked."""

    q: Text = ""
    page: int = Field(default=1, ge=1, le=OFFSET // PER_PAGE)
    spelling: bool = True
    sort: Order = "own"
    previous: list[Text] = Field(default=[], max_length=10)
    written: bool = False
    site: Name = SITE

    @property
    def answered(self) -> "AnswerBody":
        """The same as the API is asked for an answer."""
        narrowing = {name: getattr(self, name) for name in Narrowing.model_fields}
        return AnswerBody(question=self.q, spelling=self.spelling, **narrowing)

    @property
    def search(self) -> "SearchParameters":
        """The same as the API is asked it."""
        narrowing = {name: getattr(self, name) for name in Narrowing.model_fields}
        offset = (self.page - 1) * PER_PAGE
        return SearchParameters(
            q=self.q,
            limit=PER_PAGE,
            offset=offset,
            spelling=self.spelling,
            sort=self.sort,
            **narrowing,
        )


class ListParameters(Fields):
    """What the list of acts is asked, beside what any search may be.

    `within` counts months from the day of the statuses; below 0 those before it. A column after a
    minus is sorted downwards.
    """

    title: Name = ""
    ends_from: DayText = ""
    ends_to: DayText = ""
    within: int = Field(default=0, ge=-1200, le=1200)
    sort: Column = "-date"
    page: int = Field(default=1, ge=1, le=10**6)

    @field_validator("ends_to")
    @classmethod
    def _in_order(cls, last: str, info: ValidationInfo) -> str:
        if last and last < (first := info.data.get("ends_from", "")):
            raise ValueError(f"un jour à partir du {long_date(first)} est attendu")
        return last


Asked = Annotated[
    Text,
    Field(
        description="La question.",
        examples=[EXAMPLE_QUESTION],
        json_schema_extra={
            "minLength": 1,
            "maxLength": LONGEST,
            "pattern": r"[^\s\x00-\x1f\x7f-\x9f]",
        },
    ),
]


class SearchParameters(DocumentParameters):
    """A question and what to do with its hits."""

    q: Asked
    group: Literal["document", "passage"] = Field(
        default="document",
        description="Un résultat par document, ou par passage.",
        examples=["document"],
    )
    site: Name = SITE
    spelling: bool = Field(
        default=True,
        description="Lire un mot mal tapé comme le mot des documents le plus proche.",
        examples=[True],
    )
    sort: Order = Field(
        default="own",
        description="Ordre des résultats : own ou relevance, du plus au moins pertinent ; sinon "
        "date (la plus récente d'abord), fin, titre ou première partie.",
        examples=["date"],
    )


class SearchBody(SearchParameters):
    """The same as JSON, where a number is no text."""

    model_config = ConfigDict(strict=True)


class AnswerBody(Narrowing):
    """A question to be answered, and from which documents; as JSON, where a number is no text."""

    model_config = ConfigDict(strict=True, extra="forbid")

    question: Asked
    written: bool = Field(
        default=True,
        description="Faire rédiger la réponse, si le service a un modèle de langue.",
        examples=[True],
    )
    sort: Order = Field(
        default="own",
        description="Ordre d'une liste : own, celui de la réponse (pertinence ; date de fin pour "
        "un état) ; sinon pertinence, date (la plus récente d'abord), fin, titre ou première "
        "partie.",
        examples=["end"],
    )
    limit: int = Field(
        default=LIMIT, ge=1, le=LIMIT, description="Lignes d'une liste.", examples=[20]
    )
    offset: int = Field(default=0, ge=0, le=OFFSET, description="Lignes à passer.", examples=[0])
    previous: list[Asked] = Field(
        default=[],
        max_length=10,
        description="Les questions d'avant, la dernière en dernier : « et son montant ? » se "
        "comprend par elles.",
        examples=[["Jusqu'à quand court la convention n° 19-CV-14 ?"]],
    )
    spelling: bool = Field(
        default=True,
        description="Lire un mot mal tapé comme le mot des documents le plus proche.",
        examples=[True],
    )

    @property
    def search(self) -> SearchParameters:
        """The search that finds what answers."""
        narrowing = {name: getattr(self, name) for name in Narrowing.model_fields}
        return SearchParameters(q=self.question, **narrowing)


class SuggestionParameters(Nothing):
    """What is typed so far."""

    q: Text = Field(
        max_length=LONGEST,
        description="Les premières lettres d'un ou de plusieurs mots, avec ou sans accents.",
        examples=["préavis baig"],
    )
    folder: Folders = FOLDERS
    site: Name = SITE
    limit: int = Field(default=8, ge=1, le=50, description="Nombre de suggestions.", examples=[8])
