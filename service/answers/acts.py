"""Which act a question points at, and what an act is called in French."""

import re
from collections.abc import Sequence

from corpus.card.kinds import KINDS, MASCULINE
from corpus.card.numbers import compared
from corpus.card.territories import key
from corpus.document import Document
from corpus.names import unaccented
from indexer import Index
from indexer.acts import party_keys
from service.question import Question
from service.reading import long_date
from service.search import Hit

CHANGES = "modifie"  # what an avenant does to its convention
RANKED = re.compile(r"\bavenant\s+n[°º]\s?(\d{1,2})\b", re.IGNORECASE)
BODY = re.compile(  # what kind of body a party is: a question says the rest of its name
    r"^(?:(?:commune|departement|region|metropole|centre de gestion|office de tourisme"
    r"|communaute (?:de communes|d agglomeration|urbaine)|etablissement public territorial"
    r"|syndicat(?: \w+){0,3}?) (?:de la|de l|des|du|de|d) )"
)
VOWEL = tuple("aeiouyh")


def pointed_at(question: Question, hits: Sequence[Hit], index: Index) -> list[Hit]:
    """The hits, in their order, that are the acts a question means; all where it does not say.

    An act's own number counts before one that it mentions, and so do its own parties.
    """
    numbers = [r.text for r in question.references if r.kind == "number"]
    own = index.numbered(map(compared, numbers)) - index.numbered([""])
    if numbered := [hit for hit in hits if hit.document.id in own]:
        return numbered
    if ranks := set(RANKED.findall(question.text)):
        if ranked := [hit for hit in hits if ranks & set(RANKED.findall(hit.document.title))]:
            return ranked
    said = f" {key(question.text)} "
    counts = [len(parties_said(said, hit.document)) for hit in hits]
    most = max(counts, default=0)
    return [hit for hit, count in zip(hits, counts, strict=True) if count == most]


def parties_said(said: str, act: Document) -> set[str]:
    """The names of an act's parties that a text says; `said` is between spaces, as `key` has it."""
    names = {name: BODY.sub("", name) for name in party_keys(act.card)}
    return {name for name, short in names.items() if f" {name} " in said or f" {short} " in said}


def family(act: Document, index: Index) -> list[Document]:
    """An act, those that it changes and those that change them, the latest first.

    Documents of one act count once, by the newest version.
    """
    newest, ties = index.newest(act.id), index.ties(act.id)
    changed = [t.target for t in ties if t.relation == CHANGES and t.source == newest]
    roots = [newest, *changed]
    changing = {
        tie.source
        for root in roots
        for tie in index.ties(root)
        if tie.relation == CHANGES and tie.target == root
    }
    acts = [index.document(name) for name in dict.fromkeys([*roots, *sorted(changing)])]
    return sorted(acts, key=lambda one: one.metadata.date or one.period.begins, reverse=True)


def called(act: Document) -> str:
    """« la convention n° 2021-08 », « l'avenant n° 1 du 9 décembre 2022 »: by number, or day."""
    kind = act.metadata.kind or KINDS[-1]
    before = "l'" if unaccented(kind).startswith(VOWEL) else "le " if kind in MASCULINE else "la "
    ranked = RANKED.search(act.title) if kind == "avenant" else None
    number = ranked[1] if ranked else act.metadata.number
    numbered = f" n°\u00a0{number}" if number else ""
    day = act.metadata.date
    dated = f" du {long_date(day)}" if day and (ranked or not number) else ""
    named = "" if numbered or dated else f" «\u00a0{act.title}\u00a0»"
    return f"{before}{kind}{numbered}{dated}{named}"
