"""The typing faults of a question, read as words of the documents.

A word that neither the documents nor a lexicon of French and English know is read as the word of
the documents nearest to it. What the question names to the letter stays as it is typed.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray
from spellchecker import SpellChecker

from indexer import Index
from indexer.lexical import WORD
from indexer.vocabulary import Vocabulary, folded
from service import everyday
from service.question import LONGEST, Correction, Question, parse
from service.recipe import Recipe

LANGUAGES = ("fr", "en")
SHORTEST = 5  # letters of a word that may be mistyped
TWICE = 8  # letters of one that two edits leave recognisable


def understood(text: str, index: Index, recipe: Recipe) -> Question:
    """A question as the search reads it.

    Raises:
        BadQuestion: it is blank or too long.
    """
    question = parse(quiet(text))
    return mended(question, index.vocabulary) if recipe.spelling_weight else question


def quiet(text: str) -> str:
    """A question that is all in capitals in small letters; one word may be an acronym, or two."""
    loud = text.isupper() and sum(len(word) >= SHORTEST for word in WORD.findall(text)) > 1
    return text.lower() if loud else text


def mended(question: Question, vocabulary: Vocabulary) -> Question:
    """The question, its mistyped words read as those of the documents."""
    named = {word for reference in question.references for word in WORD.findall(reference.text)}
    names = {word for word in WORD.findall(question.text)[1:] if word[0].isupper()}
    read: dict[str, str] = {}
    for word in dict.fromkeys(WORD.findall(question.text)):
        if word in named or not _mistyped(word, vocabulary):
            continue
        # « Montreuil » is no mistyped « Montreval »: a name is near only by one letter
        edits = 2 if len(word) >= TWICE and word.islower() else 1
        near = vocabulary.nearest(word, edits)
        if near and not (word in names and _in_lexicon(near)):  # « Awrès » is no « après »
            read[word] = near.capitalize() if word[0].isupper() else near
    text = WORD.sub(lambda word: read.get(word.group(), word.group()), question.text)
    if not read or len(text) > LONGEST:
        return question
    return replace(parse(text), corrected=tuple(Correction(*pair) for pair in read.items()))


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
    return word in vocabulary or _in_lexicon(word)


def _in_lexicon(word: str) -> bool:
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
