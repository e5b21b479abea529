"""What a question demands, one by one: « qui paie et jusqu'à quand ? » demands two things.

Each is a whole question too, as a follow-up of the part that says of what it is asked.
"""

import re
from dataclasses import dataclass

from service.answers import facts
from service.answers.followed import followed
from service.answers.subjects import subject_of
from service.question import Question

ASKING = (
    r"(?:(?:(?:[àa] partir de|depuis|jusqu['’ ]?[àa]?|de|avec|pour|par|pendant|[àa])\s+)?"
    r"(?:quand|qui|que|combien|comment|pourquoi|o[uù]|quel(?:le)?s?)\b|peut-on\b|faut-il\b"
    r"|jusqu['’][àa]\s+(?:quand|quel(?:le)?)\b)"
)
SPLIT = re.compile(
    rf"\s*,?\s+(?:et|puis)\s+(?={ASKING})|\s*\?\s+(?=\w)"
    rf"|,\s+(?!qu[ie]\b)(?={ASKING}.*\bet\s+{ASKING})",  # « quand, par qui et pour combien »
    re.IGNORECASE,
)
MOST = 4  # demands of one question; beyond, it is taken as it is
COURTESY = re.compile(
    r"(?:bonjour|bonsoir|merci|cordialement|svp|stp|bonne (?:journée|soirée)"
    r"|s['’]il (?:vous|te) pla[iî]t)\b",
    re.IGNORECASE,
)
BARE = re.compile(rf"{ASKING}(?:\s+de\s+temps)?", re.IGNORECASE)  # the verb stands elsewhere
NOUN = (
    r"dates? (?:de (?:la )?(?:fin|signature|adoption|conclusion)|d['’]effet|d['’]entrée en vigueur)"
    r"|dur[ée]e|[ée]ch[ée]ance|pr[ée]avis|parties|signataires|num[ée]ro|reconduction|montants?"
    r"|budget|co[ûu]t|prix"
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
    """One thing that is asked for, in the question's words, and the facts of cards that say it.

    `whole` asks for it alone.
    """

    text: str
    facts: tuple[str, ...]
    whole: str


def demands(question: Question) -> list[Demand]:
    """The things that a question demands, in its order; often the whole question is one."""
    text = question.text.rstrip(" ?")
    split = dict.fromkeys(part.strip(" ,") for part in SPLIT.split(text))
    parts = [part for part in split if part and not COURTESY.match(part)]
    parts = parts if 0 < len(parts) <= MOST else [text]
    if len(parts) == 1 and (found := LISTED.search(unquoted(text))):
        middle = [noun.strip() for noun in found["others"].split(",") if noun.strip()]
        before, after = text[: found.start()], text[found.end() :]
        return [
            Demand(part, facts.asked(f"{part} de l'acte"), f"{before}{part}{after}")
            for part in (found["first"], *middle, found["last"])
        ]
    base = next((part for part in parts if subject_of(part, otherwise="")), parts[0])
    wholes = [part if part == base else _whole(part, base) for part in parts]
    return [
        Demand(part, facts.asked(whole if BARE.fullmatch(part) else part), whole)
        for part, whole in zip(parts, wholes, strict=True)
    ]


def _whole(part: str, base: str) -> str:
    """A part of a question, asked of what another part is about."""
    if BARE.fullmatch(part) and (asking := re.match(ASKING, base, re.IGNORECASE)):
        return f"{part}{base[asking.end() :]}"
    if whole := followed(part, [base]):
        return whole
    subject = "" if subject_of(part, otherwise="") else subject_of(base, otherwise="")
    return f"{part}, pour {subject}" if subject else part


def unquoted(text: str) -> str:
    """A text whose quoted titles are blank: what stands in them is no demand."""
    return re.sub(r"«[^»]*»", lambda found: " " * len(found[0]), text)
