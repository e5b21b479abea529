"""Whether an answer's words are those expected: exact match, F1 and containment, in French.

The rules are SQuAD's (Rajpurkar and others, EMNLP 2016): case, punctuation and articles do not
count, and the best of several expected answers does. Where French differs: see `words`.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

WORD = re.compile(r"[^\W_]+")
# « du » and « des » may be partitive or contracted, which only their sentence tells; « de la » and
# « de l' » go with them. « au » and « aux » say where or when, as « à » does: they stay
ARTICLE = re.compile(r"\b(?:de (?:la|l)|du|des|les|la|le|l|une|un)\b")


def words(text: str) -> list[str]:
    """The words that count, in NFKC and lower case, without articles.

    Signs part words (« l'eau » is two, « 14,2 » is not « 142 »), where SQuAD joins what they part.
    A text of articles alone keeps them: « un » may be the number.
    """
    every = WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    return ARTICLE.sub(" ", " ".join(every)).split() or every


def exact_match(said: str, expected: Sequence[str]) -> float:
    """1 where what is said is one of the expected answers."""
    return float(any(words(said) == words(answer) for answer in expected))


def f1(said: str, expected: Sequence[str]) -> float:
    """The harmonic mean of precision and recall over words, for the expected answer nearest."""
    return max((_f1(words(said), words(answer)) for answer in expected), default=0.0)


def _f1(said: Sequence[str], expected: Sequence[str]) -> float:
    common = (Counter(said) & Counter(expected)).total()
    return 2 * common / (len(said) + len(expected)) if common else 0.0


def contains(said: str, expected: Sequence[str]) -> float:
    """1 where what is said holds one of the expected answers, word by word and in its order."""
    return float(any(_holds(words(said), words(answer)) for answer in expected))


def _holds(said: Sequence[str], expected: Sequence[str]) -> bool:
    return bool(expected) and f" {' '.join(expected)} " in f" {' '.join(said)} "
