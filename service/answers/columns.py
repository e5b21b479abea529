"""Which cells of a row a question asks for: by the heads of its columns, or by what cells hold."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass

from indexer.lexical import analyze
from service.answers.model import Type
from service.answers.names import plain
from service.answers.rows import Cell, stems
from service.answers.values import DAY, PERSON, SUM
from service.question import Question

COMMON = {  # words that ask for a cell, whatever its head
    term.stem
    for term in analyze(
        "paie payer verse verser versent coûte coûter reçoit recevoir reçu touche toucher perçoit"
        " donne prend finance attribué accordé montant somme subvention aide doit prévu chaque an"
        " année représente représentant élu élus"
    )
}
PAID = "montant|participation|contribution|subvention|cotisation|cout|prix|tarif|loyer"
ASKED = [  # without accents: the question, the head of a cell; what its value holds
    (
        r"^qui\b|\b(?:elu|representant|titulaire|suppleant)e?s?\b",
        r"elu|represent|titulaire|suppleant",
        PERSON,
        Type.NAME,
    ),
    (
        r"\bcombien (?:\S+ ){0,3}?(?:pour|cout|paie|pay|vers|doi|donn|touch|rec[ou]|perc[ou]"
        r"|obten|obtien|attribu|financ)"
        rf"|\b(?:{PAID}|aide)s?\b",
        rf"(?:{PAID}|total)",
        SUM.pattern,
        Type.AMOUNT,
    ),
    (r"\bquand\b|\bdate\b", r"date|echeance|achevement", DAY, Type.DATE),
]


@dataclass(frozen=True, slots=True)
class Column:
    """What a question asks of a row, and the stems by which it says of which row."""

    subject: Sequence[str]
    head: re.Pattern[str] | None = None
    value: re.Pattern[str] | None = None
    type: Type | None = None
    worded: bool = False  # whether words are asked for rather than figures: « quelle entreprise »

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
        if self.head is None or self.value is None:
            return True
        figure = self.type != Type.AMOUNT or any(map(str.isdigit, cell.value))
        return bool(
            self.value.search(cell.value) or (figure and self.head.search(plain(cell.head)))
        )


def column_of(question: Question) -> Column:
    """What a question asks of a row."""
    asked = plain(question.text)
    worded = bool(re.search(r"\bqu(?:i|el(?:le)?s?)\b", asked))
    subject = [stem for stem in question.stems if stem not in COMMON] or question.stems
    for asking, head, value, kind in ASKED:
        if re.search(asking, asked):
            return Column(subject, re.compile(head), re.compile(value, re.IGNORECASE), kind, worded)
    return Column(subject, worded=worded)
