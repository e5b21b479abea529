"""What a question names (act numbers, quoted phrases, dates) and the words it asks with."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from corpus.card.words import MONTHS
from corpus.errors import BadQuestion
from indexer.acronyms import ASKING
from indexer.lexical import Term, analyze

LONGEST = 2000  # characters
ACT_NUMBER = (
    r"(?!(?:19|20)\d\d[-/](?:19|20)\d\d\b|\d\d?[-/]\d\d?\b(?![-/]))"  # a period, a range
    r"[A-Za-z]{0,5}-?\d{2,4}(?:[./-]\w{1,8})*[/-]\d{1,5}(?:-\d+)?"
)
AFTER_NUMBER_SIGN = r"[A-Z]{0,5}[-. ]?\d[\w.\-]*(?:\s?/\s?\d[\w.\-]*)*"
REFERENCES = [  # (kind, weight, pattern); a passage that holds one gains its weight
    ("phrase", 1.0, r'"([^"]{2,200})"|«\s*([^»]{2,200}?)\s*»|“([^”]{2,200})”'),
    ("date", 0.3, rf"\b((?:\d{{1,2}}|1er)\s+(?:{'|'.join(MONTHS)})\s+\d{{4}})\b"),
    ("date", 0.3, r"\b(\d{1,2}/\d{1,2}/\d{4})\b"),
    ("article", 0.2, r"\b(article\s+[LRD]?\.?\s?\d[\d.-]*)\b"),
    ("ordinal", 0.2, r"\b((?:\w+\s)?n[°º]\s?\d{1,2})\b(?!\s?[/.-]\s?\w)"),
    ("number", 1.0, rf"\b({ACT_NUMBER})\b(?!/)"),
    ("number", 1.0, rf"\bn[°º]\s?({AFTER_NUMBER_SIGN})"),
]


@dataclass(frozen=True, slots=True)
class Reference:
    """Something that the question names to the letter."""

    kind: str
    text: str
    terms: tuple[Term, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Correction:
    """A word as it was typed, and as the search reads it."""

    typed: str
    read: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question, normalised; `stems` are the words to look for, in its order.

    `meant` are stems of other words for the same, by their weight. `corrected` are the words that
    `text` has in place of those that were typed.
    """

    text: str
    stems: tuple[str, ...]
    references: tuple[Reference, ...]
    meant: Mapping[str, float] = field(default_factory=dict)
    corrected: tuple[Correction, ...] = ()

    @property
    def words(self) -> dict[str, float]:
        """All stems to look for, by weight."""
        return {**self.meant, **dict.fromkeys(self.stems, 1.0)}


def parse(text: str) -> Question:
    """Normalise a question and find what it names.

    Raises:
        BadQuestion: it is blank or too long.
    """
    text = _normalise(text)
    if not text:
        raise BadQuestion("La question est vide : posez-la en quelques mots.")
    if len(text) > LONGEST:
        raise BadQuestion(
            f"La question compte {len(text)} caractères, {LONGEST} au plus : raccourcissez-la."
        )
    stems = tuple(term.stem for term in analyze(text))
    return Question(
        text=text,
        stems=tuple(stem for stem in stems if stem not in ASKING) or stems,
        references=tuple(_references(text)),
    )


def _normalise(text: str) -> str:
    """NFC, one line, without control or invisible characters."""
    visible = (c for c in text if unicodedata.category(c) != "Cf")  # soft hyphens and the like
    kept = (" " if unicodedata.category(c)[0] in "CZ" else c for c in visible)
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def _references(text: str) -> list[Reference]:
    found: dict[str, Reference] = {}
    taken: set[int] = set()  # characters of a date are not an act's number too
    for kind, weight, pattern in REFERENCES:
        for match in re.finditer(pattern, text, re.IGNORECASE):
            named = next(group for group in match.groups() if group)
            terms = tuple(analyze(_in_words(named) if kind == "date" else named))
            if terms and taken.isdisjoint(range(*match.span())):
                taken.update(range(*match.span()))
                found.setdefault(named.casefold(), Reference(kind, named, terms, weight))
    return list(found.values())


def _in_words(date: str) -> str:
    """« 13/10/2021 » as acts write it: « 13 octobre 2021 »."""
    day, _, rest = date.partition("/")
    month, _, year = rest.partition("/")
    if not year or not 1 <= int(month) <= 12:
        return date
    return f"{'1er' if int(day) == 1 else int(day)} {MONTHS[int(month) - 1]} {year}"
