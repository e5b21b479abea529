"""The sentences that answer best; where the cards know the fact, those that state it."""

from service import clauses
from service.answers import cards, extract, values
from service.answers.inquiry import UNSURE, Draft, Inquiry, Quote
from service.search import Span

LOOKED_AT = 20  # hits that may answer
READ = 2  # acts whose sentences are compared
QUOTED = 2  # sentences of an answer
ENOUGH = 0.5  # confidence, below which an answer is declined: nine in ten of these have none
CLOSE = 0.03  # of the best sentence's score, within which a second one is quoted too


def said(inquiry: Inquiry) -> Draft:
    """What the best acts say of the question, or that they do not say it surely enough."""
    question, index = inquiry.question, inquiry.index
    results = inquiry.search(LOOKED_AT)
    hits = inquiry.naming(results.hits)
    if not hits:
        return inquiry.unnamed(results)
    facts = clauses.asked(question.text)
    if facts and (stated := cards.stated(facts, hits[0].document, index)):
        quotes = [Quote(s.document, s.sentence, s.exact) for s in stated]
        return _sure(Draft(results, quotes, hits[0].relevance))
    passages = [(hit.document, cited) for hit in hits[:READ] for cited in hit.passages]
    found = extract.ranked(question, inquiry.asked, passages, inquiry.read)
    expected = values.expected(question)
    if expected:
        found = [one for one in found if expected.pattern.search(one.text)]
    if not found:
        return Draft(results, reason=expected.lacking if expected else UNSURE)
    best = [one for one in found if one.score >= found[0].score - CLOSE][:QUOTED]
    quotes = [Quote(one.document, Span(one.start, one.end)) for one in best]
    return _sure(Draft(results, quotes, extract.probability(found, hits[0].relevance)))


def _sure(draft: Draft) -> Draft:
    """The draft, declined where it is not sure enough."""
    return draft if draft.confidence >= ENOUGH else Draft(draft.results, (), draft.confidence)
