"""The two acts that a question compares: as it puts them, and as the hits hold them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.names import unaccented
from indexer.acts import party_keys
from indexer.lexical import analyze
from service.answers.acts import numbered
from service.answers.inquiry import Inquiry
from service.answers.kinds import ACTS
from service.answers.names import plain
from service.answers.subjects import LONE_YEAR, NUMBER
from service.question import Question, parse
from service.search import Hit

ACT = rf"(?:(?:l['’]|les?\s|la\s|une?\s)?(?:\w+\s)?{ACTS}|celles?|celui|ceux|l['’]\w+)"
PUT = [  # the first that fits: how two acts are put beside each other
    r"\bentre\s+(?P<one>.+?)\s+et\s+(?P<other>.+)",
    r"\b(?:dans|de|des|du|pour|selon)\s+(?P<one>{act}\b.+?)\s+(?:et|avec|ou)\s+(?:dans\s+|de\s+|à\s+)?"
    r"(?P<other>{act}\b.+)",
    r"(?P<one>{act}\b.+?)\s+par rapport (?:à|au|aux)\s+(?P<other>.+)",
    r"\bcompar\w+\s+(?P<one>.+?)\s+(?:et|avec|à)\s+(?P<other>.+)",
]
RULES = [re.compile(put.replace("{act}", ACT), re.IGNORECASE) for put in PUT]
SHARED = re.compile(
    r"^(?:celles?|celui|ceux)\b.*?(?P<shared>\s(?:sur|pour|relati\w+|concernant)\s.*)$"
)
SAME = re.compile(
    r"(?:celles?|celui|ceux)\s+(?:de|d['’])\s?(?:n[°º]|(?:19|20)\d\d\b)", re.IGNORECASE
)
ACT_WORDS = {term.stem for word in re.findall(r"[a-z]{5,}", ACTS) for term in analyze(word)}
ACT_WORDS |= {
    t.stem for t in analyze("celle celui celles convention avenant accord signée premier")
}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the acts compared: the question's words for it, and the hit that it means, if any."""

    text: str
    hit: Hit | None


def sides(inquiry: Inquiry, hits: Sequence[Hit]) -> tuple[Side, Side] | None:
    """The two acts that are compared; None where the question does not put two."""
    text = inquiry.question.text.rstrip(" ?.")
    found = next((match for rule in RULES if (match := rule.search(text))), None)
    if found is None:
        return None
    one, other = found["one"].strip(), found["other"].strip()
    more = shared["shared"] if (shared := SHARED.match(other)) else ""
    first = _meant(inquiry, one + more, hits)
    left = [hit for hit in hits if first is None or hit.document.id != first.document.id]
    # « celle de 2021 » is about what the first one is about
    alike = LONE_YEAR.sub("", NUMBER.sub("", one)) if SAME.match(other) else ""
    return Side(one, first), Side(other, _meant(inquiry, f"{other} {alike}".strip(), left))


def _meant(inquiry: Inquiry, text: str, hits: Sequence[Hit]) -> Hit | None:
    """The hit that says all the names of a side and most of its words in its title."""
    question = parse(text)
    side = inquiry.about(question)
    naming = [hit for hit in hits if not side.lacking(hit.document)]
    own = numbered(question, naming, inquiry.index) or naming
    kind = re.search(rf"\b{ACTS}\b", unaccented(text).casefold())
    alike = [hit for hit in own if kind and plain(hit.document.metadata.kind) in kind[0]]
    words = set(question.stems) - ACT_WORDS - _numbers(question)
    counted = [(_said(words, hit), hit) for hit in alike or own]
    most = max((count for count, _ in counted), default=0)
    if words and not most:
        return None
    return next((hit for count, hit in counted if count == most), None)


def _said(words: set[str], hit: Hit) -> int:
    """How many of the words an act's title and the names of its parties say."""
    document = hit.document
    said = " ".join((document.title, *party_keys(document.card)))
    return len(words & {term.stem for term in analyze(said)})


def _numbers(question: Question) -> set[str]:
    """What no title needs to say: numbers and years, which are compared with the card."""
    told = {term.stem for reference in question.references for term in reference.terms}
    return told | {stem for stem in question.stems if stem.isdigit()}
