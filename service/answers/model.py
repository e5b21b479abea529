"""What an answer is: sentences, each with its citations, or the reason why there are none."""

from dataclasses import dataclass, replace
from enum import StrEnum

from corpus.document import Document
from service.question import Correction
from service.search import Hit, Span
from service.sorting import Order, arranged


class Kind(StrEnum):
    """What a question asks for."""

    LIST = "list"  # documents
    FACT = "fact"  # a date, an amount, a number, a party, a person, a duration
    YES_NO = "yes_no"
    EXPLANATION = "explanation"
    COMPARISON = "comparison"  # of documents
    STATUS = "status"  # what is in force on a day, or ends by then
    REFERENCE = "reference"  # an act by its number


class Status(StrEnum):
    """Whether the documents answer."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    NO_EVIDENCE = "no_evidence"


class Verdict(StrEnum):
    """What the quotations settle of a yes-or-no question."""

    YES = "yes"
    NO = "no"


class Type(StrEnum):
    """What an exact answer is."""

    DATE = "date"
    AMOUNT = "amount"
    DURATION = "duration"
    NAME = "name"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Exact(Span):
    """What answers by itself; its type is None where it is not known."""

    type: Type | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """An exact part of a document: `document.text[start:end] == quote`, in code points."""

    n: int  # from 1, as the sentences name it
    document: Document
    start: int
    end: int
    quote: str
    page: int | None
    section: tuple[str, ...]
    overtaken: bool = False  # what it states holds no more: a later act changes it


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the answer; `exact` are the parts of its text that answer by themselves."""

    text: str
    citations: tuple[int, ...]
    exact: tuple[Exact, ...] = ()


@dataclass(frozen=True, slots=True)
class Writing:
    """What a language model had to do with an answer.

    `fallback` says, in French, why the answer is none of its own; `withheld` counts its sentences
    that no passage supports, which are shown nowhere.
    """

    model: str
    passages: tuple[str, ...] = ()  # ids of those that it saw
    withheld: int = 0
    fallback: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """An act of a list; `citation` is the number of its best evidence, None without any."""

    document: Document
    citation: int | None
    relevance: float  # probability that it answers


@dataclass(frozen=True, slots=True)
class Lacking:
    """How many acts that answer a list may lack: expected, and within an interval of 90 %."""

    expected: float
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Held:
    """The value that holds on a day, after all that changes it, and the citations that settle it.

    `value` is a day or a duration in ISO 8601, `text` the same in French. One that is `computed`
    stands in no document: it is reckoned from what they say.
    """

    value: str
    text: str
    type: Type
    computed: bool = False
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a question; one without sentences says why in `reason`, in French.

    `confidence` in [0, 1] is the probability that it answers. `nearest` are the hits that come
    nearest, to be offered as such. A partial answer names in `missing` what it does not answer;
    `note` tells what no quotation says: which act wins, and where acts contradict each other. Both
    are in French, as is `understood_as`: the whole question for which a follow-up was taken.
    """

    kind: Kind
    status: Status
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    nearest: tuple[Hit, ...]
    confidence: float
    generation: int
    reason: str = ""
    writing: Writing | None = None
    rows: tuple[Listed, ...] = ()  # of a list: one for each act, in order
    lacking: Lacking | None = None  # of a list
    notes: tuple[str, ...] = ()  # in French: what the answer counts, how it read the question
    verdict: Verdict | None = None
    missing: tuple[str, ...] = ()
    understood_as: str = ""
    suggestions: tuple[str, ...] = ()  # other questions that the documents cited answer
    corrected: tuple[Correction, ...] = ()
    held: Held | None = None  # of a question about one act's end or duration

    def ordered(self, order: Order) -> "Answer":
        """The same with its rows in an order; « own » is the one that its kind has."""
        rows = arranged(self.rows, order, lambda row: row.document)
        if order == "relevance":
            rows.sort(key=lambda row: -row.relevance)
        return replace(self, rows=tuple(rows))
