"""The act that a délibération approves and carries as its annex."""

import re

from corpus.card.clauses import SUBJECT
from corpus.card.reading import Reading
from corpus.card.signatories import DONE

ACT = r"(?:convention|avenant|protocole|charte)"
APPROVED = re.compile(  # in what is decided
    rf"\b(?:adopte|approuve)r?\b[^.;\n]{{0,60}}?\b{ACT}\b[^;\n]{{0,200}}?"
    r"\b(?:(?:ci-)?annexée?s?|(?:ci-)?jointe?s?(?:\s+en\s+annexe)?)\b",
    re.IGNORECASE,
)
HEADING = re.compile(
    rf"^(?:(?:annexe|projet)\b[^\n]{{0,20}}?)?{ACT}\b[^\n.;]{{0,200}}$",
    re.IGNORECASE | re.MULTILINE,
)


def annexed(reading: Reading) -> Reading | None:
    """The annexed act as a reading of its own, what stands before it blanked: places remain.

    It must be beyond doubt: approved as annexed, headed after the closing formula of the
    délibération, and speaking of itself as the present act.
    """
    approved = APPROVED.search(reading.own)
    done = DONE.search(reading.text, approved.end()) if approved else None
    heading = HEADING.search(reading.text, done.end()) if done else None
    if heading is None or not re.search(SUBJECT, reading.text[heading.end() :], re.IGNORECASE):
        return None
    at = heading.start()
    sections = [section for section in reading.sections if section.start >= at]
    return Reading(" " * at + reading.text[at:], heading[0], sections)
