"""A question answered by the row of a table whose name it says: « combien paie Belluire ? »."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from corpus.document import Document
from indexer import Index
from indexer.acts import party_keys
from service.answers.columns import Column, column_of
from service.answers.inquiry import Draft, Inquiry, Quote
from service.answers.matching import rarities
from service.answers.model import Exact, Type
from service.answers.names import holding, of_others, silent_on
from service.answers.rows import Cell, Row, rows_of, stems
from service.answers.said import BESIDE, LOOKED_AT

SAID = 0.75  # of the words of a question by idf, which a row says under the title of its act
NAMED = 1 / 3  # of the words of the row's name, which a question says
MOST = 8  # rows of an answer
FOUND = 0.8  # confidence


@dataclass(frozen=True, slots=True)
class Match:
    """A row that may answer, and the cells that do."""

    act: Document
    row: Row
    cells: Sequence[Cell]
    order: tuple[
        float, bool
    ]  # share of the question that it says, whether that says its name whole


def tabled(inquiry: Inquiry) -> Draft | None:
    """The row whose name the question says, if it says the rest too, and what is asked of it.

    The question's words may stand in its act's title, parties and headings as well. Of several
    rows that say as much all are meant, if they are few and of one act.
    """
    results = inquiry.search(LOOKED_AT)
    weights = rarities(inquiry.question, inquiry.index)
    column = column_of(inquiry.question)
    rarest = max(weights.values(), default=1.0)  # what no document says is as rare
    asked = {stem: weights.get(stem, rarest) for stem in column.subject}
    hits = inquiry.naming(results.hits)
    near = [hit.document.id for hit in hits if hit.score >= BESIDE * hits[0].score]
    acts = (inquiry.index.document(name) for name in near)
    found = [match for act in acts for match in _matches(act, asked, column, inquiry.index)]
    found = [match for match in found if not _of_others(match, inquiry)]
    most = max((match.order for match in found), default=None)
    best = [match for match in found if match.order == most]
    if len({match.act.id for match in best}) != 1 or len(best) > MOST:
        return None
    return Draft(results, [_quoted(match, column.type) for match in best], FOUND)


def _quoted(match: Match, kind: Type | None) -> Quote:
    typed = tuple(Exact(cell.span.start, cell.span.end, kind) for cell in match.cells)
    return Quote(match.act, match.row.span, typed=typed)


def _of_others(match: Match, inquiry: Inquiry) -> bool:
    """Whether a row tells of others than those whom the question names."""
    act, question, index = match.act, inquiry.question, inquiry.index
    said = act.text[match.row.span.start : match.row.span.end]
    return silent_on(question, said, act.title, index) or of_others(question, said, index)


def _matches(
    act: Document, asked: Mapping[str, float], column: Column, index: Index
) -> Iterator[Match]:
    """The rows of an act that say enough of the question, and of which it says the name."""
    titled = stems(" ".join((act.title, *party_keys(act.card))))
    for row in rows_of(act.text):
        own = stems(act.text[row.span.start : row.span.end])
        if not own & asked.keys() or row.of_other_figures(asked):
            continue
        own |= titled | stems(" ".join(act.section_of(row.span.start, row.span.end)))
        names = {cell: stems(cell.value) for cell in row.names}
        shares = {cell: len(n & asked.keys()) / len(n) for cell, n in names.items() if n}
        best = max(shares, key=shares.__getitem__, default=None)
        if best is None or not _named(names[best], asked, index):
            continue
        said = _said(own, names[best], asked)
        cells = column.cells([c for c in row.cells if not shares.get(c)], asked.keys())
        if said >= SAID and cells:
            yield Match(act, row, cells, (said, shares[best] == 1))


def _named(name: Set[str], asked: Mapping[str, float], index: Index) -> bool:
    """Whether a question says enough of a row's name, or else its rarest word."""
    own = name & asked.keys()
    if not own or len(own) >= NAMED * len(name):
        return bool(own)
    return min(name, key=lambda stem: len(holding(stem, index))) in own


def _said(own: Set[str], name: Set[str], asked: Mapping[str, float]) -> float:
    """The share of a question that a row says; none where it lacks a word as rare as its name."""
    lacking = [weight for stem, weight in asked.items() if stem not in own]
    rarest = max(asked[stem] for stem in name & asked.keys())
    return 1 - sum(lacking) / sum(asked.values()) if max(lacking, default=0) < rarest else 0.0
