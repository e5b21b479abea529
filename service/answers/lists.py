"""A list: the acts that are likely to answer, each with its best sentence; and how many may lack.

The probability of an act comes from a logistic regression on what the index knows of it and of the
question (`service.answers.matching`). The list is the one whose expected F1 is the highest (Ye and
others, ICML 2012: the first n by probability, for some n). How many of the others answer is a sum
of as many chances.
"""

import re
from collections.abc import Sequence

import numpy as np

from indexer.lexical import analyze
from indexer.notes import many
from service.answers import extract
from service.answers.inquiry import Draft, Inquiry, Quote, Row
from service.answers.kinds import ACTS
from service.answers.matching import Probabilities, matched, rarities
from service.answers.model import Lacking
from service.answers.names import YEAR
from service.answers.said import READ
from service.search import Hit

LIKELY = 0.1  # relevance of one act at least: the others are compared with the best
LEAST = 0.25  # probability of an act in a list
ALONE = 0.8  # probability of an act, from which a list stands by it
NEAR = 0.5  # relevance, from which a list stands too, whatever its sentences say
TOLD = 0.075  # probability that the best sentence read answers, without one of these
SAYING = 0.25  # of the question's words by idf, which a sentence says that shows why an act answers
INTERVAL = 0.9  # of the times, the number is within what is told
NOTHING = 1e-4  # a probability that counts as none
OF_A_LIST = (  # words that ask for a list, whatever its subject
    "accords actes conventions documents textes concernent couvrent parlent portent prévoient"
    " traitent visent"
)
ASKED_BY = {term.stem for term in analyze(OF_A_LIST)}

DENIED = re.compile(  # of a list's own verb, not of what its acts say
    rf"\b{ACTS}\s+(?:qui\s+)?(?:ne\s|n['’])\w+\s+(?:pas|aucune?)\b.*"
    r"|\b(?:hors\s(?!taxe|les? murs|saison)|sauf\s|except(?:[ée]e?s?)?\s|hormis\s"
    r"|à l['’]exception\s|en dehors\s|not\s+about\s|other than\s|apart from\s"
    r"|à part\s(?!entière|égale)|autres?\s+que\s|ni\s.*\sni\s"
    r"|sans\s(?:l['’]|l[ae]s?\s)(?!accord|avis|autoris|consent|concours|vote|approb)\w+"
    r"(?:\s\w+){0,2}\s*[?.!]*$).*",
    re.IGNORECASE,
)
OTHERWISE = (
    "La question écarte un sujet («\u00a0{}\u00a0»)\u00a0: ce dont un acte ne parle pas ne se lit "
    "dans aucune phrase. Demandez les actes qui en parlent, ou ceux d'un autre sujet."
)


def set_aside(question: str) -> str:
    """Why no list answers a question that sets a subject aside, in French; else ""."""
    denied = DENIED.search(question)
    return OTHERWISE.format(denied[0].strip(" ?.!")) if denied else ""


def listed(inquiry: Inquiry) -> Draft:
    """The acts that answer, the likeliest first, each with its best sentence if it says enough."""
    if told := set_aside(inquiry.question.text):
        return Draft(inquiry.search(READ), reason=told)
    results, hits, likely = matched(inquiry)
    if not hits:
        return inquiry.unnamed(results)
    order = np.argsort(-likely, kind="stable")
    kept = order[: best_cut(likely[order])].tolist()
    surest = max(hit.relevance for hit in hits)
    if not kept or surest < LIKELY or _silent(inquiry, hits, likely):
        return Draft(results, confidence=surest)
    weights = rarities(inquiry.question, inquiry.index)
    subject = {s: w for s, w in weights.items() if s not in ASKED_BY and not YEAR.fullmatch(s)}
    enough = SAYING * sum(weights.get(stem, 0.0) for stem in set(inquiry.question.stems))
    rows = []
    for i in kept:
        found = extract.evidence(hits[i], subject)
        said = sum(subject[stem] for stem in {t.stem for t in analyze(found.text)} & subject.keys())
        quote = Quote(found.document, found.span) if said and said >= enough else None
        rows.append(Row(hits[i].document, quote, round(float(likely[i]), 4)))
    lacking = estimated(likely[order[len(kept) :]])
    quotes = [row.quote for row in rows if row.quote]
    notes = _told(lacking)
    return Draft(results, quotes, surest, "", rows, lacking, notes)


def _silent(inquiry: Inquiry, hits: Sequence[Hit], likely: Probabilities) -> bool:
    """Whether the nearest acts say nothing of the subject, where none is likely by itself."""
    if likely.max() >= ALONE or max(hit.relevance for hit in hits) >= NEAR:
        return False
    read = inquiry.read(
        inquiry.question, inquiry.asked, [(hit.document, hit.passages[0]) for hit in hits[:READ]]
    )
    return not read or read[0].answers < TOLD


def best_cut(likely: Probabilities) -> int:
    """How many of the probabilities, in descending order, make the list of highest expected F1."""
    if not likely.size:
        return 0
    counts = np.arange(1, likely.size + 1)
    expected = 2 * likely.cumsum() / (counts + likely.sum())
    return min(int(expected.argmax()) + 1, int((likely >= LEAST).sum()))


def estimated(likely: Probabilities) -> Lacking:
    """How many of the acts with these probabilities answer: a Poisson binomial distribution."""
    chances = np.ones(1)
    for one in likely[likely > NOTHING].tolist():
        chances = np.convolve(chances, (1 - one, one))
    below, tail = chances.cumsum(), (1 - INTERVAL) / 2
    low, high = (int(np.searchsorted(below, point)) for point in (tail, 1 - tail))
    return Lacking(round(float(likely.sum()), 1), low, high)


def _told(lacking: Lacking) -> tuple[str, ...]:
    if not lacking.high:
        return ()
    acts = many(lacking.high, "document")
    can = "peut" if lacking.high == 1 else "peuvent"
    between = f"de {lacking.low} à {acts}" if lacking.low else f"jusqu'à {acts}"
    if lacking.low == lacking.high:
        between = acts
    return (f"{between[0].upper()}{between[1:]} de plus {can} répondre, sans être dans la liste.",)
