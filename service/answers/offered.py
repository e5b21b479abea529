"""The questions that the card of an act answers, as they can be offered."""

from collections.abc import Callable, Iterator

from corpus.card.kinds import MASCULINE
from corpus.card.model import Card
from corpus.card.numbers import compared
from corpus.document import Document
from indexer import Index
from service.answers.acts import RANKED, article
from service.answers.names import ACTS
from service.answers.subjects import of

LONGEST = 110  # characters of a question
OFFERED: list[tuple[str, Callable[[Card], bool]]] = [  # {act}, {of_act}; where the card knows
    ("Quand prend fin {act}\u00a0?", lambda card: _read(card.end)),
    ("Quelle est la durée {of_act}\u00a0?", lambda card: _read(card.duration)),
    ("Quel est le préavis {of_act}\u00a0?", lambda card: _read(card.notice)),
    ("Qui signe {act}\u00a0?", lambda card: len(list(filter(_read, card.parties))) > 1),
    ("Quelle est la date de signature {of_act}\u00a0?", lambda card: _read(card.signed)),
]


def questions_of(act: Document, index: Index) -> Iterator[str]:
    """The questions about an act that its card answers with the words of its text.

    None that nobody would read to its end: of an act that has a long title and no number.
    """
    yield from (text for text in _questions(act, index) if len(text) <= LONGEST)


def _questions(act: Document, index: Index) -> Iterator[str]:
    kind = act.metadata.kind
    if kind not in ACTS or index.newest(act.id) != act.id:
        return
    called = _told(act, index)
    for text, known in OFFERED:
        if known(act.card):
            yield text.format(act=called, of_act=of(called))
    if act.card.renewal and _read(act.card.renewal) and act.card.renewal.value.how == "tacite":
        pronoun, ending = ("il", "") if kind in MASCULINE else ("elle", "e")
        yield f"{called[:1].upper()}{called[1:]} est-{pronoun} reconduit{ending} tacitement\u00a0?"


def _told(act: Document, index: Index) -> str:
    """An act by its number where no other has it, or else by its whole title."""
    number, kind = act.metadata.number, act.metadata.kind
    alone = number and index.numbered([compared(number)]) == {act.id}
    ranked = RANKED.search(act.title) or number.isdigit()
    if alone and not ranked and any(map(str.isdigit, number)):
        return f"{article(kind)}{kind} n°\u00a0{number}"
    return f"{article(kind)}{kind} «\u00a0{act.title}\u00a0»"


def _read(fact: object) -> bool:
    """Whether a card's fact stands in the text: one given by hand need not."""
    return bool(fact is not None and getattr(fact, "evidence", ()))
