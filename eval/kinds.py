"""Whether an answer states the kind that its question has."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from eval.asking import Answered
from service.answers.model import Kind

# the kinds of the project's questions that are kinds of answers too; "theme", "typo" and "english"
# tell how a question is put, not what it asks for
SAME = {kind.value: kind for kind in Kind}

KINDS = {  # in French
    "list": "liste",
    "fact": "fait",
    "theme": "thème",
    "reference": "référence",
    "typo": "fautes de frappe",
    "english": "anglais",
    "yes_no": "oui ou non",
    "explanation": "explication",
    "comparison": "comparaison",
    "status": "état à une date",
}


def told_kinds(asked: Sequence[Answered]) -> dict[str, Any]:
    """The share of the questions of a known kind that are told as it, and what is confused."""
    known = [(SAME[a.query.kind], a.answer.kind) for a in asked if a.query.kind in SAME]
    pairs = Counter((right.value, told.value) for right, told in known)
    right = sum(a == b for a, b in known)
    return {
        "questions": len(known),
        "accuracy": right / len(known) if known else 0.0,
        "confused": [(a, b, n) for (a, b), n in pairs.most_common() if a != b],
    }
