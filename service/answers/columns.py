"""Which cells of a row a question asks for: by the heads of its columns, or by what cells hold."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass

from indexer.lexical import analyze
from service.answers.model import Type
from service.answers.names import plain
from service.answers.rows import Cell, stems
from service.answers.values import DAY, PERSON, SUM, expected
from service.question import Question

COMMON = {  # words that ask for a cell, whatever its head
    term.stem
    for term in analyze(
        "paie payer verse verser versent coûte coûter reçoit recevoir reçu touche toucher perçoit"
        " donne prend finance attribué accordé montant somme subvention aide doit prévu chaque an"
        " année représente représentant élu élus"
    )
}
PAID = "participation|contribution|subvention|loyer"
ASKED = [  # beside what sentences are asked for too (`values.py`); without accents
    (r"^qui\b|\b(?:elu|representant|titulaire|suppleant)e?s?\b", Type.NAME),
    (
        r"\bcombien (?:\S+ ){0,3}?(?:pour|rec[ou]|perc[ou]|obten|obtien|attribu|financ)"
        rf"|\b(?:{PAID}|aide)s?\b",
        Type.AMOUNT,
    ),
    (r"\bquand\b|\bdate\b", Type.DATE),
]
TOLD = {  # by the head of a cell, without accents, or by what it holds
    Type.NAME: (r"elu|represent|titulaire|suppleant", PERSON),
    Type.AMOUNT: (rf"{PAID}|montant|cotisation|cout|prix|tarif|total", SUM.pattern),
    Type.DATE: (r"date|echeance|achevement", DAY),
}


@dataclass(frozen=True, slots=True)
class Column:
    """What a question asks of a row, and the stems by which it says of which row."""

    subject: Sequence[str]
    type: Type | None
    worded: bool  # whether words are asked for rather than figures: « quelle entreprise »

    def cells(self, others: Sequence[Cell], asked: Set[str]) -> Sequence[Cell]:
        """Of a row's cells, without its name, those that answer; often none.

        Where the question says words of some heads, that with most of them.
        """
        fit = [cell for cell in others if self._fits(cell)]
        said = {cell: len(stems(cell.head) & asked) for cell in fit}
        if any(said.values()):
            return [max(fit, key=lambda cell: (said[cell], self.worded != cell.figured))]
        return fit if self.type else ()

    def _fits(self, cell: Cell) -> bool:
        if self.type is None:
            return True
        head, value = TOLD[self.type]
        figure = self.type != Type.AMOUNT or any(map(str.isdigit, cell.value))
        held = re.search(value, cell.value, re.IGNORECASE)
        return bool(held or (figure and re.search(head, plain(cell.head))))


def column_of(question: Question) -> Column:
    """What a question asks of a row."""
    asked, value = plain(question.text), expected(question)
    kinds = (kind for rule, kind in ASKED if re.search(rule, asked))
    kind = value.type if value and value.type in TOLD else next(kinds, None)
    subject = [stem for stem in question.stems if stem not in COMMON] or question.stems
    return Column(subject, kind, bool(re.search(r"\bqu(?:i|el(?:le)?s?)\b", asked)))
