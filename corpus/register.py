"""The extract of a register of délibérations: who was there, then the subject and its reporter."""

import re
from collections.abc import Sequence

REPORTER = re.compile(r"\brapporte\s*:?$")
ATTENDANCE = re.compile(
    r"^([ée]taient |membres |(conseillers|élus) (\w+ )?)?(présente?s?|absente?s?|excusée?s?)\b.*:$"
    r"|^(ont|avaient|ayant) donné (pouvoir|procuration)\b.*:$",
    re.IGNORECASE,
)


def is_attendance(line: str) -> bool:
    """Whether a line announces who was there, or who was not."""
    return ATTENDANCE.match(line) is not None


def subject_of(lines: Sequence[str]) -> range | None:
    """The lines that say what is decided, between the attendance and « X rapporte : »."""
    for n, line in enumerate(lines):
        if REPORTER.search(line):
            first = next((i for i in range(n - 1, -1, -1) if is_attendance(lines[i])), n) + 1
            while first < n - 1 and _names_people(lines[first]):
                first += 1
            if first < n:
                return range(first, n)
    return None


def _names_people(line: str) -> bool:
    """Whether a line is a list such as « Anne DE LA RUE, Jean-Luc PETIT. »."""
    people = [person.split() for person in line.strip(" .,").split(",") if person.strip()]
    return all(
        all(word[0].isupper() for word in person) and person[-1].isupper() > person[0].isupper()
        for person in people
    )
