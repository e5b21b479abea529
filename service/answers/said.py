"""The sentence that answers best."""

import re
from collections.abc import Sequence

from corpus.document import Document
from service.answers import values
from service.answers.extract import Found
from service.answers.inquiry import UNSURE, Draft, Inquiry, Quote
from service.answers.model import Exact, Type
from service.answers.names import holding, of_others, plain, silent_on
from service.answers.offices import HOLDING, body_of, tells_of_body
from service.answers.rows import rows_of
from service.search import Cited, Hit

LOOKED_AT = 20  # hits that may answer
READ = 5  # passages that are read
ATTENDING = re.compile(  # without which no list of those who were there answers
    r"\b(?:presente?s?|presence|absente?s?|excuse\w*|pouvoirs?|procurations?|vot\w+|assist\w+"
    r"|seance|attend\w+)\b"
)
BESIDE = 0.8  # of the score of a better act that does not say the names of the question
EACH = re.compile(r"\bcha(?:que|cune?)\b|\bpar (?:commune|partie|adherent|agent|habitant|membre)\b")
FIGURES = {Type.AMOUNT, Type.NUMBER}  # what is somebody's
ENOUGH = 0.08  # confidence, below which an answer is declined: nothing right is lost on PIAF


def said(inquiry: Inquiry, least: float = ENOUGH) -> Draft:
    """The one sentence of the best acts that answers, or that none does surely enough.

    A second one would be right only one time in four.
    """
    question = inquiry.question
    results = inquiry.search(LOOKED_AT)
    hits = inquiry.naming(results.hits)
    if hits and hits[0] is not results.hits[0]:  # the best act is not the one that is named
        hits = _in_place_of(results.hits[0], hits, inquiry)
    if not hits:
        return inquiry.unnamed(results)
    read = inquiry.read(question, inquiry.asked, _passages(inquiry, hits))
    expected = values.expected(question)
    best = next((one for one in read if _fits(one, expected, inquiry)), None)
    if best is None:
        return Draft(results, reason=expected.lacking if expected else UNSURE)
    if best.answers < least:
        return Draft(results, confidence=best.answers)
    return Draft(results, [_quoted(best, expected)], best.answers)


def _passages(inquiry: Inquiry, hits: Sequence[Hit]) -> list[tuple[Document, Cited]]:
    """The best passages of the hits; a list of who was there answers only who asks for that."""
    there = ATTENDING.search(plain(inquiry.question.text))
    passages = [
        (hit.document, cited)
        for hit in hits
        for cited in hit.passages
        if there or not cited.passage.attendance
    ]
    return sorted(passages, key=lambda passage: -passage[1].score)[:READ]


def _fits(found: Found, expected: values.Expected | None, inquiry: Inquiry) -> bool:
    """Whether a sentence has the bodies and the kind of value for which the question asks."""
    question, index, text = inquiry.question, inquiry.index, found.text
    if of_others(question, text, index) or (expected and not expected.pattern.search(text)):
        return False
    if any(row.of_other_figures(question.stems) for row in rows_of(text)):
        return False
    figure = expected and expected.type in FIGURES and not EACH.search(plain(text))
    if figure and silent_on(question, text, found.document.title, index):  # somebody else's
        return False
    held = HOLDING.search(plain(question.text))
    return not held or tells_of_body(text, body_of(question.text), index)


def _quoted(found: Found, expected: values.Expected | None) -> Quote:
    """A sentence, in it the exact answer; the sums, where sums are asked for and it holds none."""
    at, exact = found.span.start, found.exact
    said = found.text[exact.start - at : exact.end - at] if exact else ""
    if expected and expected.exact and not expected.exact.search(said):
        sums = expected.exact.finditer(found.text)
        typed = tuple(Exact(at + s.start(), at + s.end(), Type.AMOUNT) for s in sums)
        return Quote(found.document, found.span, exact, typed)
    return Quote(found.document, found.span, exact)


def _in_place_of(nearest: Hit, hits: Sequence[Hit], inquiry: Inquiry) -> list[Hit]:
    """The hits that may answer for an act that is not the one that is named: near it, and saying
    the rarest word of the question that it says."""
    held = {stem: holding(stem, inquiry.index) for stem in inquiry.question.stems}
    own = [acts for acts in held.values() if nearest.document.id in acts]
    rarest = min(own, key=len, default=None)
    near = [hit for hit in hits if hit.score >= BESIDE * nearest.score]
    return [hit for hit in near if rarest is None or hit.document.id in rarest]
