"""A list: one quotation of each document that is likely to answer."""

from service.answers import extract
from service.answers.inquiry import Draft, Inquiry, Quote

LISTED = 100  # hits that a list may hold
LIKELY = 0.1  # relevance of a document in a list
STRONG = 0.5  # of the best document's score


def listed(inquiry: Inquiry) -> Draft:
    """The documents that answer, best first, each with its best sentence."""
    results = inquiry.search(LISTED)
    hits = inquiry.naming(results.hits)
    if not hits:
        return inquiry.unnamed(results)
    least = STRONG * hits[0].score
    kept = [hit for hit in hits if hit.relevance >= LIKELY and hit.score >= least]
    found = [extract.first(inquiry.question, hit) for hit in kept]
    quotes = [Quote(one.document, one.span) for one in found]
    return Draft(results, quotes, hits[0].relevance)
