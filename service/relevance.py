"""How likely it is that the document of a passage answers the question.

A logistic regression on what the search knows of a passage by itself, not on how it compares with
the other candidates: where nothing answers, all of them are unlikely. (Those that late interaction
did not look at count as the worst of those that it did.)

The coefficients are for the default model and recipe. They come from PIAF (7,569 questions on
articles of Wikipedia, Licence Ouverte), asked of its own passages and of two collections that
answer none, the sample corpus and real délibérations; no question of the project's own took part:

    python -m eval calibrate piaf --elsewhere SAMPLE --elsewhere REAL

What they are worth: « Probability of relevance » in `docs/decisions.md`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.candidates import Candidates

PARTS = ("late", "words", "named")
Parts = NDArray[np.float64]  # [n_passages, 3]
Probabilities = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression; a part without a weight does not count."""

    intercept: float
    weights: dict[str, float]

    def __call__(self, parts: Parts) -> Probabilities:
        """Probabilities [n_passages] in [0, 1]."""
        weights = np.array([self.weights.get(name, 0.0) for name in PARTS])
        return np.asarray(1 / (1 + np.exp(-(self.intercept + parts @ weights))), np.float64)


LATE = Logistic(-33.971, {"late": 38.974, "words": 2.708, "named": 2.066})
WORDS = Logistic(-4.431, {"words": 7.364})


def relevance(found: Candidates) -> Probabilities:
    """The probability of each candidate, [n_passages] in [0, 1].

    Where late interaction said nothing (an encoder without tokens, another method), cosines may be
    of any scale: the words alone decide.
    """
    return (LATE if found.late.any() else WORDS)(parts(found))


def parts(found: Candidates) -> Parts:
    """What the regression reads of each candidate.

    Late interaction looks at the best candidates only: the others count as the worst of these.
    The root of BM25's share, as the first words that are found say more than the last.
    """
    least = found.late[found.late > 0].min(initial=1)
    late = np.where(found.late > 0, found.late, least)
    return np.column_stack((late, np.sqrt(found.share), found.named)).astype(np.float64)
