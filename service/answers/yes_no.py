"""Yes or no, where a card settles it and quotes say so; else what the documents say, unjudged.

A text that is silent settles nothing: « Non » is said by a sentence, never by the lack of one.
"""

import re
from collections.abc import Callable, Sequence

from corpus.document import Document
from service.answers import settling
from service.answers.acts import pointed_at
from service.answers.factual import factual
from service.answers.inquiry import SURE, Draft, Inquiry, Quote
from service.answers.member import member
from service.answers.names import plain
from service.answers.said import LOOKED_AT
from service.answers.settling import Settled
from service.clauses import LEAVING

Settle = Callable[[Document, Inquiry], Settled | None]
PAST = r"(?!.*\bete (?:reconduit|renouvel))"  # what has happened since is in no card
MAY = r"\b(?:peu(?:t|vent)|pourr\w+|possible|droit|prevoi\w+|permet\w*|can|may|could)\b"
ASKS: list[tuple[str, Settle]] = [  # the first that fits; without accents, in lower case
    (r"\bexpiree?s?\b|\bcaduc|\bcaduque", settling.over),
    (
        r"\ben vigueur\b|\bvalables?\b|\btoujours (?:applicable|valide)|\bin force\b",
        settling.in_force,
    ),
    (r"\b(?:remplac|abrog)ee?s?\b|\breplaced\b", settling.replaced),
    (r"\bmodifie(?:e?s?|d)\b|\bamended\b|\b(?:un|des|plusieurs|d') ?avenants?\b", settling.changed),
    (r"\bpreavis\b", settling.noticed),
    (rf"^{PAST}.*(?:\breconduct|\breconduit|\breconduire|\brenouvel|\brenew)", settling.renewed),
    (rf"^(?!.*\bete )(?=.*{MAY}).*(?:{LEAVING}|\bretrait\b)", settling.left),
]
RULES = [(re.compile(rule), settle) for rule, settle in ASKS]


DENIED = re.compile(r"\bn(?:e |')|\b(?:sans|without)\b")
THEN = re.compile(r"\betai(?:t|ent)\b|\b(?:en|au|le|fin|debut) (?:\d\S* \w+ )?(?:19|20)\d\d\b")
VALUE = re.compile(
    r"\b(?:\d[\d ]*|une? seule?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|douze)"
    r" (?:ans?|annees?|mois|jours?|semaines?|fois|euros?|€|%)"
)


def settled(inquiry: Inquiry) -> Draft:
    """What a card settles of the question, or what is said of it."""
    asked = plain(inquiry.question.text)
    if draft := member(inquiry):
        return draft
    for asks, settle in RULES:
        if asks.search(asked):
            return _by(settle, inquiry) or factual(inquiry)
    return factual(inquiry)


def _by(settle: Settle, inquiry: Inquiry) -> Draft | None:
    results = inquiry.search(LOOKED_AT)
    hits = pointed_at(inquiry.question, inquiry.naming(results.hits), inquiry.index)
    if not hits:
        return inquiry.unnamed(results)
    act = inquiry.index.document(hits[0].document.id)
    confidence = inquiry.confidence(hits[0])
    found = settle(act, inquiry) if confidence >= SURE else None
    if found is None:
        return None
    return Draft(
        results,
        found.quotes,
        confidence,
        verdict=found.verdict if _plainly(inquiry, found.quotes) else None,
        notes=(found.note,) if found.note else (),
    )


def _plainly(inquiry: Inquiry, quotes: Sequence[Quote]) -> bool:
    """Whether a question asks for what cards settle: of today, not by a denial, and of no value
    but those that the quotations say."""
    asked, index = plain(inquiry.question.text), inquiry.index
    said = [index.document(q.document.id).text[q.span.start : q.span.end] for q in quotes]
    values = VALUE.findall(asked)
    told = plain("\n".join(said))
    return not (DENIED.search(asked) or THEN.search(asked)) and all(v in told for v in values)
