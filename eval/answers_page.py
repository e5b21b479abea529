"""The report of answers as one page that needs nothing else."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from eval import plots
from eval.answers import ABSTENTION, DECLINED, MEASURES
from eval.page import environment


def render(found: Mapping[str, Any], day: date) -> str:
    """The page of what `eval.answers` found."""
    risk = found["risk_coverage"]
    served = risk["served"]["coverage"], risk["served"]["risk"]
    parts = {part: shown for part, shown in MEASURES.items() if found[part]["questions"]}
    return (
        environment()
        .get_template("answers.html")
        .render(
            found=found,
            day=day.isoformat(),
            parts=parts,
            abstention=ABSTENTION,
            declined=DECLINED,
            plot=plots.risk_and_coverage(risk["curve"], served),
        )
    )
