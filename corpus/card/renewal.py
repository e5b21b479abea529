"""How an act is renewed, and how long before it may be left."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from corpus.card.clauses import own
from corpus.card.model import Evidence, Fact, Renewal
from corpus.card.reading import Reading
from corpus.card.words import DAY, NUMBER, TIME, after, day, months, number

GOES_ON = re.compile(
    r"\b(?:reconduct\w+|reconduite?s?|reconduire|renouvel\w+|prolong\w+|prorog\w+"
    r"|poursuiv\w+ par tacite)",
    re.IGNORECASE,
)
TACIT = re.compile(r"\b(tacite(?:ment)?|accord tacite)\b", re.IGNORECASE)
EXPRESS = re.compile(
    r"\b(expresse?s?|expressément|accord écrit|par (?:voie d['’])?avenant)\b", re.I
)
NEVER = re.compile(
    r"\b(?:n['’]|ne\b|non\b|ni\b|aucune\b|sans\b(?! pouvoir)|écarte\b|exclu)", re.IGNORECASE
)
ONLY = re.compile(r"\b(?:n['’]|ne\b)[^.;]*?\bque\b", re.IGNORECASE)
EACH = re.compile(
    rf"\b(?:par|pour)\s+(?:une\s+|de\s+nouvelles\s+)?(?:périodes?|durées?)?\s*(?:successives?\s+)?"
    rf"(?:de\s+|d['’]\s*)?({TIME})|(?:prolongée?|renouvelée?|reconduite?)\s+(?:de|d['’])\s*({TIME})",
    re.IGNORECASE,
)
YEARLY = re.compile(r"\b(d['’]année en année|chaque année|annuellement)\b", re.IGNORECASE)
SAME = re.compile(r"\b(la même durée|périodes? identiques?|une durée identique)\b", re.IGNORECASE)
TIMES = re.compile(
    rf"(?<![\w-])({NUMBER})\s+(?:seule\s+)?fois\b"
    rf"|\bdans la limite de\s+({NUMBER})\s*(?:fois|reconductions?|renouvellements?|[,.;])",
    re.IGNORECASE,
)
BOUND = (
    r"(?:\b(?:sans|ne)\s[^.;,]{0,80}?\b(?:excéder|dépasser|excède|dépasse)"
    r"|\bau-delà\s+d['’eu]|\bdans la limite\s+d['’eu]"
    r"|\bdurée\s+(?:\w+\s+){0,2}(?:totale|maximale|maximum|globale)"
    r"(?:\s+(?:est\s+)?(?:de|fixée à|à))?)"
)
CAP = re.compile(
    rf"{BOUND}\s*(?:le\s+)?({DAY})|{BOUND}\s*(?:[^.;,]{{0,40}}?\bdurée[^.;,]{{0,30}}?)?({TIME})",
    re.I,
)
UP_TO = re.compile(rf"\bjusqu['’]au\s+({DAY})", re.IGNORECASE)
LIMITED = re.compile(
    r"\b(?:dans la limite (?!des (?:crédits|moyens|montants))|excéder|dépasser|excède|dépasse"
    r"|au-delà|maximum|maximale?|au plus(?! tard)|durée totale)\b",
    re.IGNORECASE,
)
RENEWALS = re.compile(r"\bdurée (?:\w+ )?des (?:reconduc|renouvel)", re.IGNORECASE)
TOTAL = re.compile(r"\b(?:durée|reconductions?|renouvellements?)\b", re.IGNORECASE)
OPPOSED = re.compile(r"\bsauf\b|\bsi\b", re.IGNORECASE)
LEAVING = re.compile(
    r"résili|retrait|dénonc|départ|fin anticipée|rupture|\bfin\b|quitter|sortie|renonc", re.I
)
NOTICE = re.compile(
    rf"\bpréavis\s+(?:de (?:retrait|résiliation|dénonciation)\s+)?(?:est\s+)?(?:fixé à\s+)?"
    rf"(?:de\s+|d['’]\s*)({TIME})|\bdélai de (?:prévenance de\s+)?({TIME})"
    rf"|({TIME})\s+(?:à l['’]avance|auparavant|avant (?:l['’]échéance|son terme|le terme))",
    re.IGNORECASE,
)
LEAVES = re.compile(
    r"\b(préavis de (?:retrait|résiliation|dénonciation)|résili|dénonc|se retir|retrait"
    r"|mettre (?:un terme|fin)|sortir|quitter|y met|préavis)",
    re.IGNORECASE,
)
NOT_LEAVING = re.compile(r"mise en demeure|opposition|litige|conciliation|amiable", re.I)


def renewal(
    reading: Reading,
    sentences: Sequence[Evidence],
    duration: Fact[int] | None,
    start: Fact[str] | None,
) -> Fact[Renewal] | None:
    """Whether the act is renewed, and how; the first sentence that says so decides.

    A limit may stand in a later sentence; one of so many years counts from the start.
    """
    for sentence in sentences:
        said = reading.said(sentence)
        word = GOES_ON.search(said)
        if not word or not own(reading, sentence, sentence.start + word.start()):
            continue
        if how := _how(said):
            limits = [sentence, *_limits(reading, sentences, sentence)]
            found = _limited(
                _terms(how, said, duration.value if duration else 0),
                " ".join(reading.said(limit) for limit in limits),
                start.value if start else "",
            )
            return Fact(found, tuple(limits) if found.how != "exclue" else (sentence,))
    return None


def _limits(reading: Reading, sentences: Sequence[Evidence], renewed: Evidence) -> list[Evidence]:
    """The next sentence that limits the whole duration or the renewals, if the first does not."""
    if LIMITED.search(reading.said(renewed)) or TIMES.search(reading.said(renewed)):
        return []
    later = (s for s in sentences if s.start >= renewed.end)
    said = (s for s in later if TOTAL.search(reading.said(s)) and LIMITED.search(reading.said(s)))
    return [*islice(said, 1)]


def _how(said: str) -> str:
    """« tacite », « expresse » or « exclue »; empty where the sentence does not tell."""
    word = GOES_ON.search(said)
    at = word.start() if word else 0
    clause = re.sub(BOUND, "", said[said.rfind(",", 0, at) + 1 :].partition(",")[0])
    tacit, express = TACIT.search(said), EXPRESS.search(said)
    never = NEVER.search(clause)
    if express and (not never or ONLY.search(clause)) and not tacit:
        return "expresse"
    if never and (tacit or not ONLY.search(clause)):
        return "exclue"
    return "tacite" if tacit or YEARLY.search(said) else ""


def _terms(how: str, said: str, duration: int) -> Renewal:
    if how == "exclue":
        return Renewal(how)
    length = 12 if YEARLY.search(said) else duration if SAME.search(said) else 0
    clause = OPPOSED.split(said)[0]
    word = GOES_ON.search(clause)
    if not length and word and (found := EACH.search(clause, word.start())):
        length = months(found[1] or found[2])
    return Renewal(how, length)


def _limited(terms: Renewal, said: str, start: str) -> Renewal:
    """The terms with how often, or up to when, they let the act go on."""
    if terms.how == "exclue":
        return terms
    times, cap = TIMES.search(said), CAP.search(said)
    word = GOES_ON.search(said)
    count = number(times[1] or times[2]) if times else 0
    until = day(cap[1]) if cap and cap[1] else ""
    if cap and cap[2] and start and not RENEWALS.search(said, 0, cap.end()):
        until = after(start, months(cap[2]))
    elif not until and word and (to := UP_TO.search(said, word.end())):
        until = day(to[1])
    known = bool(count or until)
    return replace(
        terms, times=count, until=until, limited=not known and bool(LIMITED.search(said))
    )


def notice(reading: Reading) -> Fact[int] | None:
    """How many months before leaving the act one must say so.

    Looked for in the sections on leaving the act, then wherever a sentence speaks of the act.
    """
    sections = reading.sections_on(LEAVING)
    within = [s for one in sections for s in reading.sentences_of(one.start, one.end)]
    for sentence in [*within, *reading.sentences]:
        said = reading.said(sentence)
        if not LEAVES.search(said) or NOT_LEAVING.search(said):
            continue
        for match in NOTICE.finditer(reading.own, sentence.start, sentence.end):
            group = next(n for n in (1, 2, 3) if match[n])
            if sentence in within or own(reading, sentence, match.start()):
                return Fact(months(match[group]), (Evidence(*match.span(group)),))
    return None
