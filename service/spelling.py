"""The typing faults of a question, read as words of the documents.

A word that neither the documents nor a lexicon of French and English know is read as the word of
the documents nearest to it. What the question names to the letter stays as it is typed. A question
in capitals is read in small letters, its names with a capital.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray
from spellchecker import SpellChecker

from corpus.card.territories import territories
from indexer import Index
from indexer.lexical import WORD
from indexer.vocabulary import Vocabulary, folded
from service import everyday
from service.question import LONGEST, Correction, Question, parse
from service.recipe import Recipe

LANGUAGES = ("fr", "en")
SHORTEST = 5  # letters of a word that may be mistyped
TWICE = 8  # letters of one that two edits leave recognisable
NAMED = 4  # letters of a name
CAPITALS = 2  # words as long as a name, which in capitals make a question that is all capitals
ACRONYM = 5  # letters, up to which a word in capitals that no lexicon knows stands for a name


def understood(text: str, index: Index, recipe: Recipe) -> Question:
    """A question as the search reads it.

    Raises:
        BadQuestion: it is blank or too long.
    """
    question = parse(text)
    return mended(question, index.vocabulary) if recipe.spelling_weight else question


def mended(question: Question, vocabulary: Vocabulary) -> Question:
    """The question, its mistyped words read as those of the documents."""
    asked = _lowered(question)
    shouted = asked is not question
    named = {word for reference in asked.references for word in WORD.findall(reference.text)}
    read: dict[str, str] = {}
    for n, word in enumerate(dict.fromkeys(WORD.findall(asked.text))):
        if word in named or not _mistyped(word, vocabulary):
            continue
        # « Montreuil » is no mistyped « Montreval »: a name is near only by one letter
        edits = 2 if len(word) >= TWICE and word.islower() and not shouted else 1
        near = vocabulary.nearest(word, edits)
        if near and not (n and word[0].isupper() and in_lexicon(near)):  # « à Awrès » is a place
            read[word] = near.capitalize() if word[0].isupper() else near
    text = WORD.sub(lambda word: read.get(word.group(), word.group()), asked.text)
    if shouted:
        text = WORD.sub(lambda word: _named(word.group(), named), text)
    if text == asked.text or len(text) > LONGEST:
        return asked
    typed = {word: word.upper() if shouted else word for word in read}
    return replace(
        parse(text), corrected=tuple(Correction(typed[word], read[word]) for word in read)
    )


def _lowered(question: Question) -> Question:
    """A question that is in capitals throughout, in small letters but for what it names."""
    words = [word for word in WORD.findall(question.text) if word.isalpha()]
    if not question.text.isupper() or sum(len(word) >= NAMED for word in words) < CAPITALS:
        return question
    kept = {word for reference in question.references for word in WORD.findall(reference.text)}
    return parse(WORD.sub(lambda word: _lower(word.group(), kept), question.text))


def _lower(word: str, kept: set[str]) -> str:
    acronym = word.isalpha() and 1 < len(word) <= ACRONYM and not in_lexicon(word)
    return word if word in kept or not word.isalpha() or acronym else word.lower()


def _named(word: str, kept: set[str]) -> str:
    """A word of a question in capitals, with one where it is a name: no lexicon knows it."""
    plain = word.islower() and len(word) >= NAMED and word not in kept
    return word.capitalize() if plain and (word in _towns() or not in_lexicon(word)) else word


@cache
def _towns() -> frozenset[str]:
    """Known communes of one word: a lexicon has « Paris » too."""
    entries = territories().entries.items()
    return frozenset(name for name, party in entries if party.kind == "commune" and name.isalpha())


def _mistyped(word: str, vocabulary: Vocabulary) -> bool:
    """Whether nobody knows a word; acronyms, numbers and short words are taken for known."""
    return (
        len(word) >= SHORTEST
        and word.isalpha()
        and word[1:].islower()
        and not known(word, vocabulary)
    )


def known(word: str, vocabulary: Vocabulary) -> bool:
    """Whether the documents, or a lexicon of French or English, have a word."""
    return word in vocabulary or in_lexicon(word)


def in_lexicon(word: str) -> bool:
    """Whether French or English has a word, or the table of everyday words."""
    known, key = lexicon(), hash(folded(word))
    row = np.searchsorted(known, key)
    return bool(row < known.size and known[row] == key)


@cache
def lexicon() -> NDArray[np.int64]:
    """Hashes, ascending, of the words of French and English, and of the table of everyday words.

    They take 2.3 MB, a set of the words themselves 24; it takes half a second to make.
    """
    return np.unique(np.fromiter((hash(folded(word)) for word in _words()), np.int64))


def _words() -> Iterator[str]:
    for language in LANGUAGES:  # one after the other: each takes some 40 MB while it is read
        yield from SpellChecker(language=language)
    yield from WORD.findall(everyday.TABLE.read_text("utf-8"))
