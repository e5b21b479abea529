"""What a question demands of the cards of acts: « signées en 2021 », « d'une durée de cinq ans ».

Nothing here is likely: a card says it, or says otherwise, or does not say.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from operator import eq, ge, gt, le, lt
from typing import Any

from corpus.card.model import Amount, Renewal
from corpus.card.words import TIME, months
from corpus.document import Document
from corpus.names import unaccented
from indexer import Index
from service.answers.acts import family
from service.answers.days import meant
from service.answers.facts import LASTING
from service.answers.kinds import ACTS

Holds = Callable[[Any], bool]
COMPARED = {  # by what stands before a number: how the value and the number compare
    r"plus d(?:e |')|superieure?s? a |au dela de |(?:depass|exced)\w+ |more than |over ": gt,
    r"moins d(?:e |')|inferieure?s? a |less than |under ": lt,
    r"au moins |minimum |at least ": ge,
    r"au plus |maximum |at most ": le,
}
HOW = rf"(?:d(?:e |')|a )?(?P<how>{'|'.join(COMPARED)})?(?:d(?:e |')|a )?"
LENGTH = rf"(?P<time>{unaccented(TIME)})"
LASTS = (
    r"(?:duree|dure|durent|durant|conclue?s?|signee?s?|valables?)(?: (?:pour|est|soit|une duree))*"
)
LENGTHS = [
    (rf"\bpreavis (?:est |soit )?{HOW}{LENGTH}", "notice", "leur préavis"),
    (rf"{HOW}{LENGTH} de preavis\b", "notice", "leur préavis"),
    (rf"\b{LASTS} {HOW}{LENGTH}", "duration", "leur durée"),
]
SUM = re.compile(
    rf"(?P<how>{'|'.join(COMPARED)})(?P<sum>\d{{1,3}}(?: ?\d{{3}})*(?:,\d+)?) ?"
    r"(?P<unit>millions?(?: d'euros)?|k€|m€|euros?|€)"
)
SIGNED = (  # of several acts: « un accord signé en 2019 » is what an act may speak of
    r"\b(?:signe|conclu|adopte|vote|date|approuve)e?s\b"
    r"|\b(?:a|avons|ont) (?:signe|conclu|adopte|vote|approuve)\b"
)
DATED = re.compile(rf"{SIGNED}|\b{ACTS} (?:\w+ )?(?:de |du |d')(?:\w+ )?(?:19|20)\d\d\b")
RENEWED = {  # how an act goes on after its end, by what asks for it
    "exclue": r"(?:exclu\w*|sans|ni|aucune) (?:la |de |toute )?(?:tacite )?"
    r"(?:reconduction|renouvellement)(?: tacite)?|non (?:reconductible|renouvelable)s?"
    r"|n(?:e |')\w+ (?:\w+ )?pas (?:\w+ ){0,3}?tacite\w*(?: reconduction)?",
    "expresse": r"(?:reconduction|renouvellement)s? expresses?"
    r"|expressement (?:recondui|renouvel)\w+",
    "tacite": r"tacite\w*(?: reconduction)?|(?:renouvel|recond)\w+ automatiqu\w+|automatiquement",
}
RENEWING = r"\b(?:se )?(?:recondu\w+|renouvel\w+)\b|\bclauses?\b"
QUOTED = re.compile(r"«.+»|\".+\"|“.+”")
UNITS = {"k": 1_000, "m": 1_000_000}


@dataclass(frozen=True, slots=True)
class Condition:
    """A demand: the facts of cards that tell, what they are called in French, and when it holds."""

    facts: tuple[str, ...]
    called: str
    holds: Holds

    def of(self, act: Document, index: Index) -> Any:
        """What the act's card says, as its avenants leave it; None where it does not say."""
        own = [index.document(index.newest(act.id))]
        values = (
            _value(getattr(one.card, name))
            for name in self.facts
            for one in (family(act, index) if name in LASTING else own)
        )
        return next((value for value in values if value), None)

    def fulfilled(self, act: Document, index: Index) -> bool:
        """Whether the act's card says so."""
        value = self.of(act, index)
        return value is not None and self.holds(value)


def conditions(question: str, today: str) -> tuple[list[Condition], str]:
    """The conditions of a question, and its words without them, in small letters, unaccented.

    None of a question that quotes words.

    Args:
        today: from which « cette année » counts, ISO 8601.
    """
    if QUOTED.search(question):  # words to be found as they stand
        return [], question
    found, text = [], unaccented(question).casefold().replace("’", "'").replace("\u00a0", " ")
    for pattern, fact, called in LENGTHS:
        if said := re.search(pattern, text):
            bound = months(said["time"].replace("annee", "année"))
            found.append(Condition((fact,), called, _compared(said["how"], bound)))
            text = _without(text, said)
    if said := SUM.search(text):
        number = float(said["sum"].replace(" ", "").replace(",", "."))
        euros = number * UNITS.get(said["unit"][0], 1)
        found.append(Condition(("amounts",), "leur montant", _compared(said["how"], euros)))
        text = _without(text, said)
    for how, rule in RENEWED.items():
        if said := re.search(rf"\b(?:{rule})\b", text):
            found.append(Condition(("renewal",), "leur reconduction", partial(eq, how)))
            text = re.sub(RENEWING, " ", _without(text, said))
            break
    days, left = meant(text, today) if DATED.search(text) else (None, text)
    if days:
        dates = ("signed", "adopted", "date")
        found.append(Condition(dates, "leur date", days.__contains__))
        text = re.sub(SIGNED, " ", left)
    return found, text


def _compared(how: str | None, bound: float) -> Holds:
    compare = next((c for rule, c in COMPARED.items() if how and re.fullmatch(rule, how)), eq)
    return lambda value: bool(compare(value, bound))


def _value(held: Any) -> Any:
    """The value of a fact; the highest of several sums."""
    if isinstance(held, tuple):
        sums = [fact.value.euros for fact in held if isinstance(fact.value, Amount)]
        return max(sums, default=None)
    value = held.value if held else None
    return value.how if isinstance(value, Renewal) else value


def _without(text: str, said: re.Match[str]) -> str:
    return f"{text[: said.start()]} {text[said.end() :]}"
