"""Who was elected or appointed, as the act lists them: « Ont été élus : », and a name a line."""

import re
from collections.abc import Iterator
from dataclasses import replace

from corpus.document import Document
from indexer.lexical import analyze
from service.answers.acts import subject_words
from service.answers.inquiry import SURE, Draft, Inquiry, Quote
from service.answers.model import Exact, Type
from service.answers.names import plain
from service.answers.said import LOOKED_AT
from service.search import Span

ASKS = re.compile(
    r"\bqui (?:\w+ ){0,2}?(?:represent|siege|(?:a|ont|est|sont)(?: ete)? (?:elu|design|nomm))"
    r"|\b(?:representants?|titulaires?|suppleants?|elus|membres)\b"
    r".*\b(?:conseil|commission|comite|association|assemblee|societe|agence|ville|commune)"
    r"|^(?:l[ae]s? )?representante?s?\b"
    r"|\bwho (?:was|were) (?:elected|appointed)\b"
)
ANNOUNCED = re.compile(
    r"^[^\n]{0,60}?\b(?:a|ont|est|sont)(?: été)? (?:élu|désigné|nommé|proclamé)(?:\(e\))?e?s?"
    r"\b[^\n.;]{0,100}$",
    re.IGNORECASE | re.MULTILINE,
)
PARTICLE = r"(?:d['’]|(?:de|du|des|le|la|di|da|el)\s)"
NAME = rf"{PARTICLE}?[A-ZÀ-Ý][\w'’-]+(?:\s{PARTICLE}?[A-ZÀ-Ý][\w'’-]+){{1,5}}"
LISTED = re.compile(
    rf"(?:(?P<label>[^\n:]{{3,60}}):\s?)?"
    rf"(?P<name>(?!Le\b|La\b|Les\b|Pour\b|Vu\b)(?:(?:M\.|Mme)\s)?(?:{NAME}|Monsieur le Maire))?"
)
BLANK = " \n\u00a0–•-"  # what a line of a list begins with
WIDEST = 120  # characters of a line
LONGEST = 1500  # characters of a list
ABOVE = 300  # characters before it, which say of what it is the list
ELECTING = {
    term.stem
    for term in analyze(
        "élu élue élus désigné désignée désignés nommé nommée nommés représente représentent"
        " représentant représentants siège siègent membre membres titulaire titulaires suppléant"
        " suppléants ville commune"
    )
}
SEATS = ("titulaire", "suppleant")


def elected(inquiry: Inquiry) -> Draft | None:
    """The list whose title and heading say most of what is asked; of one seat if one is asked."""
    asked = plain(inquiry.question.text)
    if not ASKS.search(asked):
        return None
    results, index = inquiry.search(LOOKED_AT), inquiry.index
    words = subject_words(inquiry.question) - ELECTING
    lists = [
        (len(words & _above(quote)), hit, quote)
        for hit in inquiry.naming(results.hits)
        for quote in lists_of(index.document(hit.document.id))
    ]
    if not lists:
        return None
    said, hit, best = max(lists, key=lambda row: row[0])  # the best hit's of several
    confidence = inquiry.confidence(hit)
    if words and said == len(words):
        confidence = max(hit.relevance, SURE)
    return Draft(results, [_of_seat(best, asked)], confidence) if confidence >= SURE else None


def _above(quote: Quote) -> set[str]:
    """The words of an act's title, and of the lines above a list and its announcement."""
    act, at = quote.document, quote.span.start
    told = f"{act.title}\n{act.text[max(0, at - ABOVE) : quote.typed[0].start]}"
    return {term.stem for term in analyze(told)}


def lists_of(act: Document) -> Iterator[Quote]:
    """The lists of those whom an act elects, each with its announcement; the names are marked."""
    for announced in ANNOUNCED.finditer(act.text):
        names, at = [], announced.end()
        while at < min(len(act.text), announced.end() + LONGEST):
            line_end = act.text.find("\n", at + 1)
            line_end = len(act.text) if line_end < 0 else line_end
            line = act.text[at:line_end].strip(BLANK)
            listed = LISTED.fullmatch(line) if len(line) <= WIDEST else None
            if line and not listed:
                break
            if listed and listed["name"]:
                start = act.text.index(listed["name"], at)
                names.append(Exact(start, start + len(listed["name"]), Type.NAME))
            at = line_end
        if names:
            yield Quote(act, Span(announced.start(), names[-1].end), typed=tuple(names))


def _of_seat(quote: Quote, asked: str) -> Quote:
    """The same with the names marked of the one seat for which a question asks."""
    seats = [seat for seat in SEATS if seat in asked]
    if len(seats) != 1:
        return quote
    text, kept = quote.document.text, []
    for name in quote.typed:
        before = plain(text[quote.span.start : name.start])
        if max(SEATS, key=before.rfind) == seats[0] and seats[0] in before:
            kept.append(name)
    return replace(quote, typed=tuple(kept or quote.typed))
