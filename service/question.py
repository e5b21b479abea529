"""What a question names (act numbers, quoted phrases, dates) and the words it asks with."""

import re
import unicodedata
from dataclasses import dataclass

from corpus.errors import BadQuestion
from corpus.metadata import MONTHS
from indexer.lexical import QUESTION, Term, analyze

LONGEST = 2000  # characters
REFERENCES = [  # (name, weight, pattern); the weight is added to the score of a passage that has it
    ("phrase", 1.0, re.compile(r'"([^"]{2,200})"|«\s*([^»]{2,200}?)\s*»|“([^”]{2,200})”')),
    (
        "number",
        1.0,
        re.compile(r"\b([A-Za-z]{0,5}-?\d{2,4}(?:[./-]\w{1,8})*[/-]\d{1,5}(?:-\d+)?)\b"),
    ),
    (
        "number",
        1.0,
        re.compile(r"\bn[°º]\s?([A-Z]{0,5}[-. ]?\d[\w.\-]*(?:\s?/\s?\d[\w.\-]*)*)", re.I),
    ),
    ("date", 0.3, re.compile(rf"\b((?:\d{{1,2}}|1er)\s+(?:{'|'.join(MONTHS)})\s+\d{{4}})\b", re.I)),
    ("article", 0.2, re.compile(r"\b(article\s+[LRD]?\.?\s?\d[\d.-]*)\b", re.I)),
]


@dataclass(frozen=True, slots=True)
class Reference:
    """Something that the question names to the letter."""

    kind: str
    text: str
    terms: tuple[Term, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Question:
    """A question, normalised; `stems` are the words to look for, in its order."""

    text: str
    stems: tuple[str, ...]
    references: tuple[Reference, ...]


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
    asking = {word.stem for question in QUESTION for word in analyze(question)}
    stems = tuple(term.stem for term in analyze(text))
    return Question(
        text=text,
        stems=tuple(stem for stem in stems if stem not in asking) or stems,
        references=tuple(_references(text)),
    )


def _normalise(text: str) -> str:
    """NFC, one line, without control or invisible characters."""
    kept = (" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def _references(text: str) -> list[Reference]:
    found: dict[str, Reference] = {}
    for kind, weight, pattern in REFERENCES:
        for match in pattern.finditer(text):
            named = next(group for group in match.groups() if group)
            if terms := tuple(analyze(named)):
                found.setdefault(named.casefold(), Reference(kind, named, terms, weight))
    return list(found.values())
