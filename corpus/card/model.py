"""What a card holds: the facts of an act, each with its evidence in the document's text."""

from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T", covariant=True)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a document's text says so: code points `[start, end)`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """A value and where it was read; one that was `given` by hand needs no evidence."""

    value: T
    evidence: tuple[Evidence, ...] = ()
    given: bool = False


@dataclass(frozen=True, slots=True)
class Party:
    """A party: its canonical name, how else it is called, its kind and code if they are known."""

    name: str
    aliases: tuple[str, ...] = ()
    kind: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Renewal:
    """How an act goes on after its end: `how` is « tacite », « expresse » or « exclue ».

    `months` is the length of one renewal, `times` how many there are, `until` the last day that
    they may reach; 0 and "" are unknown. `limited`: a limit is said that these do not tell.
    """

    how: str
    months: int = 0
    times: int = 0
    until: str = ""
    limited: bool = False


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum in euros and, in a few words of the text, what it is for."""

    euros: float
    what: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """Another act: how this one relates to it, its kind, and its number or date (ISO 8601)."""

    relation: str
    kind: str
    number: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """An act's card; a field without evidence is None or empty. Dates are ISO 8601.

    An avenant's `duration`, `start`, `end` and `renewal` are the convention's as it leaves it; its
    `extension` is what it adds to the convention's end, where it does not say the new one.
    Durations, extension and notice are in months.
    """

    kind: Fact[str] | None = None
    number: Fact[str] | None = None
    date: Fact[str] | None = None
    adopted: Fact[str] | None = None
    signed: Fact[str] | None = None
    duration: Fact[int] | None = None
    start: Fact[str] | None = None
    end: Fact[str] | None = None
    extension: Fact[int] | None = None
    renewal: Fact[Renewal] | None = None
    notice: Fact[int] | None = None
    parties: tuple[Fact[Party], ...] = ()
    amounts: tuple[Fact[Amount], ...] = ()
    signatories: tuple[Fact[str], ...] = ()
    themes: tuple[Fact[str], ...] = ()
    links: tuple[Fact[Link], ...] = ()
    title: Fact[str] | None = None  # only where it is given by hand
    problems: tuple[str, ...] = field(default=())


class Period(NamedTuple):
    """Days in ISO 8601, "" where unknown: the first, the last, and the last of tacit renewals.

    `last` is "" where there are none, and « ? » where they go on to a day that is unknown.
    """

    begins: str = ""
    ends: str = ""
    last: str = ""
