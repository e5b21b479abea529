"""How long an act lasts, from when to when."""

import re
from collections.abc import Iterator, Sequence

from corpus.card.clauses import own
from corpus.card.model import Evidence, Fact
from corpus.card.reading import Reading
from corpus.card.words import DAY, TIME, after, day, months

REPLACED = re.compile(  # an avenant's new duration, after the old one
    rf"\bdurée\b[^.]{{0,60}}?(?:est|sont)\s+(?:remplacée|portée)\b[^.]*?"
    rf"(?:par celle|par|à)\s+(?:de\s+)?«?\s*({TIME})",
    re.IGNORECASE,
)
LASTS = re.compile(
    rf"\b(?:pour|pendant|durée(?:\s+\w+)?(?:\s+(?:de|est de|est fixée à|portée à|:))|dure|soit"
    rf"|durée\s*:|période\s+(?:\w+\s+)?(?:de|d['’])|vaut pour)\s+(?:une\s+(?:durée|période)\s+"
    rf"(?:\w+\s+)?(?:de|d['’])\s*)?({TIME})",
    re.IGNORECASE,
)
GOES_ON = re.compile(r"\b(reconduct|reconduit|renouvel|prolong|proroge|prorogé)", re.IGNORECASE)
NOT_LASTING = re.compile(
    r"^\s*(?:avant|après|auparavant|à l['’]avance|au moins|au plus tard|plus tard|suivant|restant)"
)
PERIOD = re.compile(  # not « la convention du … jusqu'au … », which is prolonged
    rf"(?<!convention )(?<!charte )(?<!protocole )\bdu\s+({DAY})\s+(?:au|jusqu['’]au)\s+({DAY})",
    re.IGNORECASE,
)
FROM = re.compile(
    rf"\b(?:à compter du|à partir du|dès le|(?:prend|prendra|produit)\s+(?:\w+\s+)?effets?\s+"
    rf"(?:le|au|à compter du|à partir du)|(?:entre|entrera|entrée)\s+en vigueur\s+"
    rf"(?:le|au|à compter du)|s['’]applique\s+(?:à compter|à partir)\s+du|commence\s+le)\s+({DAY})",
    re.IGNORECASE,
)
FROM_ACT = re.compile(r"\bà (?:compter|partir) de (?:sa|la) signature\b", re.IGNORECASE)
FROM_ADOPTION = re.compile(r"\bà (?:compter|partir) de son adoption\b", re.IGNORECASE)
UNTIL = re.compile(
    rf"\b(?:(?:jusqu['’]au|(?:prend|prendra|prenant)\s+(?:donc\s+)?fin\s+(?:le|au)"
    rf"|prend fin\b[^.;]{{0,80}}?au plus tard le|(?:s['’]achève|s['’]achèvera|expire|expirera"
    rf"|s['’]éteint|se termine|arrive à échéance|cesse)(?:ra)?\s+(?:le|au)|cesser\s+(?:le|au)"
    rf"|(?:terme|échéance)\s+(?:\w+\s+){{0,2}}(?:fixée?\s+)?au)\s+({DAY}))",
    re.IGNORECASE,
)
LIMIT = re.compile(r"\b(ne peut|sans pouvoir|limite|opposition|notifi|transmis|avant le)\b", re.I)


def duration(reading: Reading, sentences: Sequence[Evidence]) -> Fact[int] | None:
    """How many months the act lasts, as it says itself; an avenant's new duration comes first."""
    for sentence in sentences:
        if found := REPLACED.search(reading.own, sentence.start, sentence.end):
            return Fact(months(found[1]), (Evidence(*found.span(1)),))
    for sentence, match in _said(LASTS, reading, sentences):
        before = reading.own[sentence.start : match.start()]
        told = reading.own[match.end() : match.end() + 30]
        if not GOES_ON.search(before) and not NOT_LASTING.match(told):
            return Fact(months(match[1]), (Evidence(*match.span(1)),))
    return None


def start(
    reading: Reading,
    sentences: Sequence[Evidence],
    signed: Fact[str] | None,
    adopted: Fact[str] | None,
) -> Fact[str] | None:
    """The first day: the one that is said, or that of the signature or adoption it counts from."""
    for rule in (PERIOD, FROM):
        for _, match in _said(rule, reading, sentences):
            if first := day(match[1]):
                return Fact(first, (Evidence(*match.span(1)),))
    for rule, known in ((FROM_ACT, signed), (FROM_ADOPTION, adopted)):
        for _, match in _said(rule, reading, sentences):
            if known:
                return Fact(known.value, (Evidence(*match.span()), *known.evidence))
    return None


def end(
    reading: Reading,
    sentences: Sequence[Evidence],
    start: Fact[str] | None,
    duration: Fact[int] | None,
) -> Fact[str] | None:
    """The last day: the one that is said, or else the last of the duration from the start."""
    for rule, group in ((PERIOD, 2), (UNTIL, 1)):
        for sentence, match in _said(rule, reading, sentences):
            before = reading.own[sentence.start : match.start()]
            clause = re.split(r"[,;]", before)[-1]
            if (last := day(match[group])) and not (
                LIMIT.search(clause) or (GOES_ON.search(before) and rule is UNTIL)
            ):
                return Fact(last, (Evidence(*match.span(group)),))
    if start and duration and (last := after(start.value, duration.value)):
        return Fact(last, (*start.evidence, *duration.evidence))
    return None


def _said(
    rule: re.Pattern[str], reading: Reading, sentences: Sequence[Evidence]
) -> Iterator[tuple[Evidence, re.Match[str]]]:
    """Where the sentences hold the rule, said of the act itself."""
    for sentence in sentences:
        for match in rule.finditer(reading.own, sentence.start, sentence.end):
            if own(reading, sentence, match.start()):
                yield sentence, match
