"""Which act a question points at, and what an act is called in French."""

import re
from collections.abc import Sequence

from corpus.card.kinds import KINDS, MASCULINE
from corpus.card.numbers import compared
from corpus.card.territories import place
from corpus.document import Document
from corpus.names import unaccented
from indexer import Index
from indexer.acts import party_keys
from indexer.lexical import analyze
from service.answers.kinds import COMMON
from service.answers.names import plain
from service.question import Question
from service.reading import long_date
from service.search import Hit

CHANGES = "modifie"  # what an avenant does to its convention
RANKED = re.compile(r"\bavenant\s+n[°º]\s?(\d{1,2})\b", re.IGNORECASE)
ACCENTED = {unaccented(kind): kind for kind in KINDS}
KIND = re.compile(rf"\b(?:accord|{'|'.join(ACCENTED)})\b")
PREFERRED = 0.7  # of the best score, to be preferred to the best hit for its words and its kind
VOWEL = tuple("aeiouyh")


def pointed_at(question: Question, hits: Sequence[Hit], index: Index) -> list[Hit]:
    """The hits, in their order, that are the acts a question means; all where it does not say.

    An act's own number counts before one that it mentions; then those count whose title and parties
    say most of the question, and that are of the kind that is asked about.
    """
    if certain := numbered(question, hits, index):
        return certain
    counts = [len(owned(question, hit.document)) for hit in hits]
    near = [
        c for c, hit in zip(counts, hits, strict=True) if hit.score >= PREFERRED * hits[0].score
    ]
    most = max(near, default=0)
    kept = [hit for hit, count in zip(hits, counts, strict=True) if count >= most]
    kind = KIND.search(plain(question.text))
    alike = [hit for hit in kept if kind and hit.document.metadata.kind in _kinds(kind[0])]
    if alike and alike[0].score >= PREFERRED * kept[0].score:
        return alike
    return kept


def numbered(question: Question, hits: Sequence[Hit], index: Index) -> list[Hit]:
    """The hits whose own number, or rank as an avenant, the question says."""
    numbers = [compared(r.text) for r in question.references if r.kind == "number"]
    own = index.numbered(numbers)
    if found := [hit for hit in hits if hit.document.id in own]:
        return found
    ranks = set(RANKED.findall(question.text))
    return [hit for hit in hits if ranks & set(RANKED.findall(hit.document.title))]


def owned(question: Question, act: Document) -> set[str]:
    """The words of a question that an act's title or its parties say."""
    names = " ".join((act.title, *party_keys(act.card)))
    return subject_words(question) & {term.stem for term in analyze(names)}


def subject_words(question: Question) -> set[str]:
    """The stems of a question that tell one act from another."""
    return {stem for stem in question.stems if not stem.isdigit()} - COMMON


def _kinds(word: str) -> tuple[str, ...]:
    return ("convention", "protocole") if word == "accord" else (ACCENTED[word],)


def parties_said(said: str, act: Document) -> set[str]:
    """The names of an act's parties that a text says; `said` is between spaces, as `key` has it."""
    names = {name: place(name) for name in party_keys(act.card)}
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


def article(kind: str) -> str:
    """« la  », « le  » or « l' » before a kind of act."""
    if unaccented(kind).startswith(VOWEL):
        return "l'"
    return "le " if kind in MASCULINE else "la "


def called(act: Document) -> str:
    """« la convention n° 2021-08 », « l'avenant n° 1 du 9 décembre 2022 »: by number, or day."""
    kind = act.metadata.kind or KINDS[-1]
    ranked = RANKED.search(act.title) if kind == "avenant" else None
    number = ranked[1] if ranked else act.metadata.number
    numbered = f" n°\u00a0{number}" if number else ""
    day = act.metadata.date
    dated = f" du {long_date(day)}" if day and (ranked or not number) else ""
    named = "" if numbered or dated else f" «\u00a0{act.title}\u00a0»"
    return f"{article(kind)}{kind}{numbered}{dated}{named}"
