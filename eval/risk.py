"""How well an answerer knows when not to answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """The share of wrong ones among the k surest, for each k from 1 to all: `risk[k - 1]`.

    El-Yaniv and Wiener, "On the Foundations of Noise-free Selective Classification" (JMLR 2010);
    Geifman and El-Yaniv, "Selective Classification for Deep Neural Networks" (NeurIPS 2017).
    """

    risk: Values

    @property
    def aurc(self) -> float:
        """The mean risk over all coverages; lower is better.

        Geifman, Uziel and El-Yaniv, "Bias-Reduced Uncertainty Estimation for Deep Neural
        Classifiers" (ICLR 2019).
        """
        return float(self.risk.mean()) if self.risk.size else 0.0

    def at(self, coverage: float) -> float:
        """The risk of answering this share of the questions, the surest."""
        last = max(1, round(coverage * self.risk.size))
        return float(self.risk[last - 1]) if self.risk.size else 0.0


def risk_coverage(confidence: Sequence[float], wrong: Sequence[bool]) -> RiskCoverage:
    """The curve; equal confidences count as their mean over all orders."""
    _, group, counts = np.unique(
        -np.asarray(confidence, np.float64), return_inverse=True, return_counts=True
    )
    errors = np.bincount(group, np.asarray(wrong, np.float64))
    expected = np.repeat(errors / counts, counts)  # surest first
    return RiskCoverage(expected.cumsum() / np.arange(1, expected.size + 1))


def excess(confidence: Sequence[float], wrong: Sequence[bool]) -> float:
    """E-AURC of the same paper: by how much the AURC is above that of a perfect order."""
    perfect = [float(not one) for one in wrong]
    return risk_coverage(confidence, wrong).aurc - risk_coverage(perfect, wrong).aurc


def abstention(declined: Sequence[bool], unanswerable: Sequence[bool]) -> dict[str, float]:
    """Precision, recall and F1 of declining, which is right where there is no answer.

    A measure without anything to divide by is 0.
    """
    from sklearn.metrics import precision_recall_fscore_support  # a second to import

    found: Any = precision_recall_fscore_support(
        unanswerable, declined, average="binary", pos_label=True, zero_division=0
    )
    return dict(zip(("precision", "recall", "f1"), map(float, found[:3]), strict=True))
