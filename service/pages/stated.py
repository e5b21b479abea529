"""The card of an act in words, each value with the sentences where it was read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from corpus.card.kinds import MASCULINE
from corpus.card.model import Amount, Fact, Link, Party, Renewal
from corpus.document import Document
from service.answers.sentences import around
from service.links import view_link
from service.reading import long_date

MOST = 6  # values of a field at first sight
SENTENCES = 20  # of one value, among which its link leads


@dataclass(frozen=True, slots=True)
class Value:
    """A value in words, and the address of the text that states it; empty where none does."""

    words: str
    link: str
    given: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A field of a card: its values at first sight, and the others."""

    label: str
    first: tuple[Value, ...]
    others: tuple[Value, ...]


def rows(document: Document) -> list[Row]:
    """The fields of a document's card that are known."""
    found = []
    for label, name, words in FIELDS:
        held: Fact[Any] | tuple[Fact[Any], ...] | None = getattr(document.card, name)
        facts = held if isinstance(held, tuple) else [held] if held else []
        values = tuple(_values(document, facts, words))
        if name == "end":
            values += _moved(document)
        if values:
            found.append(Row(label, values[:MOST], values[MOST:]))
    return found


def _values(
    document: Document, facts: Iterable[Fact[Any]], words: Callable[[Any], str]
) -> Iterable[Value]:
    for fact in facts:
        places = [around(document.text, one.start, one.end) for one in fact.evidence]
        sentences = list(dict.fromkeys(places))[:SENTENCES]
        link = view_link(document, sentences[0], sentences) if sentences else ""
        yield Value(words(fact.value), link, fact.given)


def _moved(document: Document) -> tuple[Value, ...]:
    """The end as other acts have left it, where it is another."""
    own, ends = document.card.end, document.period.ends
    if not ends or (own and own.value == ends):
        return ()
    return (Value(f"{long_date(ends)}, d’après les actes liés", "", False),)


def lasting(months: int) -> str:
    """« 5 ans », « 18 mois », « 1 an »."""
    years, left = divmod(months, 12)
    if left or not years:
        return f"{months} mois"
    return f"{years} an{'s' * (years > 1)}"


def euros(amount: float) -> str:
    """« 480 000 € », « 0,42 € »."""
    written = f"{amount:,.2f}".removesuffix(".00")
    return written.replace(",", "\u202f").replace(".", ",") + "\u00a0€"


def the(kind: str) -> str:
    """« l’avenant », « le protocole », « la convention »."""
    if kind[:1].lower() in "aeéiou":
        return f"l’{kind}"
    return f"{'le' if kind in MASCULINE else 'la'} {kind}"


def _renewal(renewal: Renewal) -> str:
    parts = [
        {"tacite": "tacite", "expresse": "expresse"}.get(renewal.how, renewal.how),
        f"de {lasting(renewal.months)}" if renewal.months else "",
        f"{renewal.times}\u00a0fois" if renewal.times else "",
        f"jusqu’au {long_date(renewal.until)} au plus tard" if renewal.until else "",
    ]
    return ", ".join(filter(None, parts))


def _amount(amount: Amount) -> str:
    what = amount.what.replace(" | ", ", ")  # of a row of a table
    return f"{euros(amount.euros)} – {what}" if what else euros(amount.euros)


def _party(party: Party) -> str:
    return f"{party.name} ({', '.join(party.aliases)})" if party.aliases else party.name


def _link(link: Link) -> str:
    number = f" n°\u00a0{link.number}" if link.number else ""
    day = f" du {long_date(link.date)}" if link.date else ""
    return f"{link.relation} {the(link.kind)}{number}{day}"


FIELDS: list[tuple[str, str, Callable[[Any], str]]] = [
    ("Nature", "kind", str),
    ("Numéro", "number", str),
    ("Parties", "parties", _party),
    ("Adoption", "adopted", long_date),
    ("Signature", "signed", long_date),
    ("Début", "start", long_date),
    ("Durée", "duration", lasting),
    ("Fin", "end", long_date),
    ("Prolongation", "extension", lasting),
    ("Reconduction", "renewal", _renewal),
    ("Préavis", "notice", lasting),
    ("Montants", "amounts", _amount),
    ("Signataires", "signatories", str),
    ("Thèmes", "themes", str),
    ("Actes cités", "links", _link),
]
