"""The sentences that answer best."""

from service.answers import values
from service.answers.inquiry import UNSURE, Draft, Inquiry, Quote

LOOKED_AT = 20  # hits that may answer
READ = 5  # passages that are read
BESIDE = 0.8  # of the score of a better act that does not say the names of the question
QUOTED = 2  # sentences of an answer
ENOUGH = (
    0.05  # confidence, below which an answer is declined: nineteen in twenty of these have none
)
CLOSE = 0.8  # of the best sentence's probability, from which a second one is quoted too


def said(inquiry: Inquiry, least: float = ENOUGH) -> Draft:
    """What the best acts say of the question, or that they do not say it surely enough."""
    question = inquiry.question
    results = inquiry.search(LOOKED_AT)
    hits = inquiry.naming(results.hits)
    if hits and hits[0] is not results.hits[0]:  # the best act is not the one that is named
        hits = [hit for hit in hits if hit.score >= BESIDE * results.hits[0].score]
    if not hits:
        return inquiry.unnamed(results)
    passages = [(hit.document, cited) for hit in hits for cited in hit.passages]
    best = sorted(passages, key=lambda passage: -passage[1].score)[:READ]
    found = inquiry.read(question, inquiry.asked, best)
    expected = values.expected(question)
    if expected:
        found = [one for one in found if expected.pattern.search(one.text)]
    if not found:
        return Draft(results, reason=expected.lacking if expected else UNSURE)
    surest = found[0].answers
    if surest < least:
        return Draft(results, confidence=surest)
    near = [one for one in found[:QUOTED] if one.answers >= CLOSE * surest]
    return Draft(results, [Quote(one.document, one.span, one.exact) for one in near], surest)
