"""A value as somebody wrote it, among those that there are."""

from collections.abc import Mapping

from rapidfuzz import fuzz, process

from corpus.card.territories import key
from corpus.errors import UnknownValue

NEAR = 60  # of 100, for a value to be proposed
FEW = 12  # values that are all listed


def find(name: str, written: str, known: Mapping[str, str]) -> str:
    """What `written` stands for, case, accents and apostrophes apart.

    Args:
        name: the parameter that it was written for.
        known: what each spelling stands for.

    Raises:
        UnknownValue: it is none of them; the message has the nearest.
    """
    if written in known:
        return known[written]
    spelled = {key(spelling): value for spelling, value in known.items()}
    if (found := spelled.get(key(written))) is not None:
        return found
    raise UnknownValue(f"{name} = « {written[:80]} » : {refusal(written, known)}.")


def refusal(written: str, known: Mapping[str, str]) -> str:
    """That a value is unknown, and which ones are near or, where none is, which there are."""
    if near := nearest(written, known):
        return f"valeur inconnue ; {near}"
    values = sorted(set(known.values()))
    if not values:
        return "valeur inconnue ; aucun document n'en a"
    more = "" if len(values) <= FEW else "…"
    return f"valeur inconnue ; valeurs connues : {_listed(values[:FEW])}{more}"


def nearest(written: str, known: Mapping[str, str]) -> str:
    """« voyez « … » », or empty where none is near."""
    near = process.extract(
        written, known.keys(), processor=key, scorer=fuzz.WRatio, limit=6, score_cutoff=NEAR
    )
    meant = list(dict.fromkeys(known[spelling] for spelling, *_ in near))[:3]
    return f"voyez {_listed(meant)}" if meant else ""


def _listed(values: list[str]) -> str:
    return ", ".join(f"« {value} »" for value in values)
