"""How far two judges agree beyond chance."""

from collections.abc import Mapping
from dataclasses import dataclass

from corpus.errors import EntenteError
from eval.judgements import Pair


class NothingShared(EntenteError):
    """Two judges have judged no pair in common."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Cohen's kappa with quadratic weights: 1 is full agreement, 0 what chance gives.

    It is None where both gave everything one and the same grade: chance agrees as well. `apart` are
    the pairs that they grade otherwise, the farthest first, with both grades.
    """

    pairs: int
    same: int
    kappa: float | None
    apart: list[tuple[Pair, int, int]]


def agreement(one: Mapping[Pair, int], other: Mapping[Pair, int]) -> Agreement:
    """Compare what both have judged (Cohen, "Weighted kappa", Psychological Bulletin 70, 1968).

    Raises:
        NothingShared: there is no such pair.
    """
    from sklearn.metrics import cohen_kappa_score  # a second to import

    shared = sorted(one.keys() & other.keys(), key=repr)
    if not shared:
        raise NothingShared(
            "Les deux fichiers n'ont jugé aucune paire en commun : vérifiez qu'ils sont du même "
            "jeu, ou faites juger les mêmes runs."
        )
    ours, theirs = ([grades[pair] for pair in shared] for grades in (one, other))
    labels = list(range(min(ours + theirs), max(ours + theirs) + 1))  # distances are of grades
    kappa = (
        cohen_kappa_score(ours, theirs, labels=labels, weights="quadratic") if labels[1:] else None
    )
    apart = [(pair, one[pair], other[pair]) for pair in shared if one[pair] != other[pair]]
    apart.sort(key=lambda found: -abs(found[1] - found[2]))
    return Agreement(len(shared), len(shared) - len(apart), kappa, apart)
