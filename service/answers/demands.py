"""What a question demands, one by one: « qui paie et jusqu'à quand ? » demands two things."""

import re
from dataclasses import dataclass

from service.answers import facts
from service.question import Question

ASKING = (
    r"(?:(?:[àa] partir de|depuis|jusqu['’ ]?[àa]?|de|avec|pour|pendant|[àa])\s+)?"
    r"(?:quand|qui|que|combien|comment|pourquoi|o[uù]|quel(?:le)?s?)\b|peut-on\b|faut-il\b"
    r"|jusqu['’][àa]\s+(?:quand|quel(?:le)?)\b"
)
SPLIT = re.compile(rf"\s*,?\s+(?:et|puis)\s+(?={ASKING})|\s*\?\s+(?=\w)", re.IGNORECASE)
NOUN = (
    r"dates? (?:de (?:la )?(?:fin|signature|adoption|conclusion)|d['’]effet|d['’]entrée en vigueur)"
    r"|durée|échéance|préavis|parties|signataires|numéro|reconduction|montants?|budget|coût|prix"
    r"|participation|objet"
)
ARTICLE = r"(?:l['’]|(?:les?|la|son|sa|ses|une?)\s+)?"
LISTED = re.compile(
    rf"\b(?P<first>{ARTICLE}(?:{NOUN}))(?P<others>(?:,\s*{ARTICLE}(?:{NOUN}))*)"
    rf"\s+et\s+(?P<last>{ARTICLE}(?:{NOUN}))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Demand:
    """One thing that is asked for, in the question's words, and the facts of cards that say it."""

    text: str
    facts: tuple[str, ...]


def demands(question: Question) -> list[Demand]:
    """The things that a question demands, in its order; often the whole question is one."""
    text = question.text.rstrip(" ?")
    parts = [part.strip(" ,") for part in SPLIT.split(text) if part.strip(" ,")]
    if len(parts) == 1 and (found := LISTED.search(unquoted(text))):
        middle = [noun.strip() for noun in found["others"].split(",") if noun.strip()]
        parts = [found["first"], *middle, found["last"]]
        return [Demand(part, facts.asked(f"{part} de l'acte")) for part in parts]
    return [Demand(part, facts.asked(part)) for part in parts]


def unquoted(text: str) -> str:
    """A text whose quoted titles are blank: what stands in them is no demand."""
    return re.sub(r"«[^»]*»", lambda found: " " * len(found[0]), text)
