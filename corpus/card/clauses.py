"""Which sentences speak of the time of the act itself, not of a lot, a building or another act."""

import re
from collections.abc import Iterator
from itertools import chain

from corpus.card.model import Evidence
from corpus.card.reading import Reading
from corpus.card.words import DAY
from corpus.document import Section

SUBJECT = (  # what an act calls itself
    r"\b(?:(?:présente|ladite|cette|la)\s+(?:présente\s+)?(?:convention|charte)"
    r"|(?:présent|ledit|ce|le)\s+(?:présent\s+)?(?:protocole|partenariat|groupement|avenant)"
    r"|(?:l['’]|présent\s+|cet\s+)(?:accord|avenant)|(?:convention|avenant|acte) n[°º])"
    r"(?![^\W\d]|\s+(?:initiale|précédente|de \d{4}\b|du \d))"
)
OTHER = (  # what has a time of its own
    r"\b(?:accords?-cadres?|marchés?|bail|baux|concessions?|travaux|chantiers?|contrats?|emprunts?"
    r"|prêts?|agents?|mises? à disposition|agréments?|conventions? (?:particulière|de \d{4}|du \d)"
    r"|délibération|dossiers?|garantie|véhicules?|ouvrages?|données|convention n[°º])"
)
PART = re.compile(
    r"\b(?:le|du|la|de la|celles du)\s+(?:chapitre|titre|volet|partie|lot)\s+(?:\d+|[IVX]+)\b",
    re.IGNORECASE,
)
ON_TIME = re.compile(
    r"\bdurée\b|vigueur|prise d['’]effet|reconduction|renouvellement|échéance de la conv",
    re.IGNORECASE,
)
LABEL = re.compile(  # « Durée : dix ans », « En vigueur du … au … », at the head of an act
    rf"\b(?:durée|période d['’]application)(?:\s+de la convention)?\s*:\s*[^\n]*"
    rf"|\ben vigueur du\s+{DAY}[^\n]*",
    re.IGNORECASE,
)


def on_time(reading: Reading) -> list[Evidence]:
    """The sentences on the act's own time: those of its sections on time, then labels, then others.

    Empty where parts of the act last differently: the act as a whole has no such time then.
    """
    sections = reading.sections_on(ON_TIME)
    within = [s for one in sections for s in reading.sentences_of(_body(reading, one), one.end)]
    if any(PART.search(reading.said(sentence)) for sentence in within):
        return []
    labels = [Evidence(*m.span()) for m in LABEL.finditer(reading.head)]
    return [*within, *labels, *(s for s in _elsewhere(reading) if s not in within)]


def _elsewhere(reading: Reading) -> Iterator[Evidence]:
    """The sentences that name the act, from its name on."""
    for sentence in reading.sentences:
        if found := re.search(SUBJECT, reading.said(sentence), re.IGNORECASE):
            yield Evidence(sentence.start + found.start(), sentence.end)


def _body(reading: Reading, section: Section) -> int:
    """Where the text of a section begins, after its heading."""
    line = reading.text.find("\n\n", section.start, section.end)
    return section.start if line < 0 else line


def own(reading: Reading, sentence: Evidence, at: int, subject: str = SUBJECT) -> bool:
    """Whether what stands at `at` in a sentence is said of the act: it is named after any other."""
    before = reading.own[sentence.start : at].replace("\n", " ")
    acts = [m.end() for m in re.finditer(subject, before, re.IGNORECASE)]
    others = [m.end() for m in re.finditer(OTHER, before, re.IGNORECASE)]
    return max(chain([0], acts)) >= max(chain([-1], others))
