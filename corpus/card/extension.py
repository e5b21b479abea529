"""What an avenant adds to the time of the act that it changes."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from corpus.card.clauses import own
from corpus.card.model import Evidence, Fact
from corpus.card.reading import Reading
from corpus.card.words import DAY, TIME, after, day, months

CHANGED = (  # the avenant itself, or the act that it changes
    r"\b(?:(?:convention|charte|protocole|accord|partenariat|groupement|avenant)\b"
    r"(?:\s+(?:de \d{4}\b|du \d|n[°º]))?|(?:échéance|terme)(?=,|\s+(?:est|fixée?|initiale?)\b))"
)
PROLONGS = (  # in the present: what was prolonged, or may be, is told of another time
    r"(?:\b(?:est|sont|sera|seront|soit)\s+(?:\w+\s+){0,2}(?:prolong|prorog|report|repouss"
    r"|renouvel)ée?s?|\b(?:est|sera|soit)\s+(?:ainsi\s+|donc\s+)?reconduite?"
    r"|\b(?:de|d['’]|à)\s*(?:prolonger|proroger|reporter|repousser|renouveler|reconduire)"
    r"|\b(?:prolonge|proroge|reporte|repousse|renouvelle|reconduit|(?:prolonga|proroga)tion)\b)"
)
LAST = re.compile(
    rf"{PROLONGS}[^.;]{{0,150}}?\b(?:jusqu['’]au|au|soit le|à la date du)\s+(?:\w+di\s+)?({DAY})",
    re.IGNORECASE,
)
LONGER = re.compile(
    rf"{PROLONGS}[^.;]{{0,100}}?\b(?:de|d['’]|pour)\s*(?:(?:une\s+)?(?:nouvelle\s+)?"
    rf"(?:durée|période)\s+(?:\w+\s+)?(?:de|d['’])\s*)?({TIME})"
    rf"(?:[^.;]{{0,40}}?\bà (?:compter|partir) du\s+({DAY}))?",
    re.IGNORECASE,
)
UNSURE = re.compile(
    r"\b(?:peut|peuvent|pourra|pourront|pourrait|pouvoir|possibilité|susceptible|tacite(?:ment)?"
    r"|le cas échéant|chaque année)\b|\b(?:n['’]|ne\s)",
    re.IGNORECASE,
)
EARLIER = re.compile(r"\bavenant n[°º]", re.IGNORECASE)


class Extension(NamedTuple):
    """The last day that an avenant sets, or else the months that it adds."""

    end: Fact[str] | None = None
    months: Fact[int] | None = None


def extension(reading: Reading, on_time: Sequence[Evidence]) -> Extension:
    """How an avenant prolongs the act that it changes; the sentences on its time come first."""
    for match in _said(LAST, reading, on_time):
        if last := day(match[1]):
            return Extension(end=Fact(last, (Evidence(*match.span(1)),)))
    for match in _said(LONGER, reading, on_time):
        longer = Fact(months(match[1]), (Evidence(*match.span(1)),))
        first = day(match[2]) if match[2] else ""
        if last := first and after(first, longer.value):
            return Extension(Fact(last, (*longer.evidence, Evidence(*match.span(2)))))
        return Extension(months=longer)
    return Extension()


def _said(
    rule: re.Pattern[str], reading: Reading, on_time: Sequence[Evidence]
) -> Iterator[re.Match[str]]:
    """Where the rule holds of the act that is changed, beyond doubt and now."""
    named = re.compile(CHANGED, re.IGNORECASE)
    others = (s for s in reading.sentences if named.search(reading.said(s)))
    for sentence in chain(on_time, others):
        if UNSURE.search(reading.said(sentence)):
            continue
        for match in rule.finditer(reading.own, sentence.start, sentence.end):
            earlier = EARLIER.search(reading.own, sentence.start, match.start())
            if not earlier and own(reading, sentence, match.start(1), CHANGED):
                yield match
