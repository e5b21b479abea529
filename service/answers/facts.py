"""Which facts of an act's card a question asks for, and what they are in French."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.card.model import Fact
from corpus.document import Document
from corpus.names import unaccented
from service import clauses
from service.answers.kinds import ACTS
from service.answers.model import Type

ASKS = {  # facts of a card (`corpus.card.model.Card`), by what asks for them, without accents
    ("signatories",): (
        r"\bqu(?:el|els|elle|elles) (?:maires?|president\w*|elue?s?|personnes?|direct\w+)"
        r" (?:a |ont |y ont )?sign(?:e|ee|ent|er)\b|\bquelle qualite\b.*\bsign|\bqui preside\b"
        r"|\bqui (?:la |le |les |l.)?(?:a |ont )?sign(?:e|ent) (?:\w+ )?(?:pour|au nom)\b"
        r"|\bqui (?:a |ont )?sign(?:e|ent)\b.* (?:au nom d|pour (?:la |le |l.)(?:commune|ville"
        r"|region|departement|communaute|metropole|syndicat|etat|etablissement)\b)"
        r"|\bnoms? (?:du |des |de la |de )signataires?\b"
        r"|\b(?:qui (?:est|etait)|nom d[ue]) (?:le |la )?(?:maire|president|direct(?:eur|rice))"
    ),
    ("parties", "signatories"): (
        r"\bqui (?:la |le |les |l.)?(?:signe|signent|a signe|ont signe)\b"
        r"|\bpar qui\b.*\bsigne|\bqu(?:els?|i) (?:sont |est )?(?:les |ses |le )?signataires?\b"
        r"|^(?:les )?signataires\b(?! (?:s.|se |ne |ont|sont|doivent|peuvent))"
        r"|\bwho (?:has |have )?sign(?:s|ed)?\b|\bwho (?:are|is) the signator(?:y|ies)\b"
    ),
    ("parties",): (
        r"\bentre qui\b"
        r"|\bqu[ei]ls? (?:sont |est )?(?:les |ses |le )?(?:parties|cocontractants)\b"
        r"|\bquelles (?:sont )?(?:les |ses )?parties\b|^(?:les )?parties (?:a|de)\b"
        r"|\b(?:who|what|which) (?:are|is) the part(?:y|ies)\b"
    ),
    ("signed", "adopted"): (
        r"\bdates? (?:de (?:la )?)?(?:signature|conclusion|adoption)\b"
        r"|\bquand\b.*\b(?:signee?s?|conclue?s?|adoptee?s?|votee?s?)\b"
        r"|\b(?:signee?s?|conclue?s?|adoptee?s?|votee?s?) (?:quand|a quelle date)\b"
        r"|\b(?:a )?quelle date\b.*\b(?:signee?s?|conclue?s?|adoptee?s?)\b"
        r"|\bwhen\b.*\b(?:signed|concluded|adopted)\b"
    ),
    ("start",): (
        r"\bdate (?:d.effet|de debut|d.entree en vigueur|de prise d.effet)\b"
        r"|\bquand\b.*\b(?:commence|debute|entre\w*(?:-t-elle|-t-il)? en vigueur|prend\w* effet)"
        r"|\b(?:depuis quand|a partir de quand)\b.*\b(?:applique|en vigueur|court)\b"
        r"|\bstart date\b|\bwhen\b.*\b(?:starts?|begins?|enters? into force|takes? effect)\b"
    ),
    ("amounts",): (
        r"\b(?:montant|budget|cout|programme)(?: total| global| financier)? (?:prevu )?"
        rf"(?:de |du |des |d.)(?:la |l.|le |les )?{ACTS}\b"
        rf"|\b(?:amount|budget|cost) of (?:the )?{ACTS}\b"
    ),
    ("number",): r"\bnumero (?:de |du |d.)(?:la |l.)?\w|\bson numero\b",
}
RULES = {facts: re.compile(rule) for facts, rule in ASKS.items()}
SOMEBODY = re.compile(
    r"\b[Qq]ui (?:est|était) (?:(?:M\.|Mme|Monsieur|Madame) )?(?!L[ae]s? )[A-ZÀ-Ý]\w+[ -][A-ZÀ-Ý]"
)
TYPES = {
    "number": Type.NUMBER, "signed": Type.DATE, "adopted": Type.DATE, "start": Type.DATE,
    "end": Type.DATE, "duration": Type.DURATION, "extension": Type.DURATION,
    "notice": Type.DURATION, "parties": Type.NAME, "signatories": Type.NAME,
    "amounts": Type.AMOUNT,
}  # fmt: skip
LASTING = {"end", "extension", "duration", "notice", "renewal", "amounts"}  # avenants change them
ENTERING = re.compile(
    r"\b(?:date d.entree|quand\b.*\bentre\w*(?:-t-elle|-t-il)?) en vigueur\b|\benters? into force\b"
)


@dataclass(frozen=True, slots=True)
class Read:
    """A place of an act's text where its card read a fact."""

    name: str
    fact: Fact[object]
    start: int
    end: int


def asked(text: str) -> tuple[str, ...]:
    """The facts of a card that a question asks for, by their names there; often none."""
    plain = unaccented(text).casefold()
    if RULES["signatories",].search(plain) or SOMEBODY.search(text):
        return ("signatories",)
    found = [name for names, rule in RULES.items() if rule.search(plain) for name in names]
    lasting = () if ENTERING.search(plain) else clauses.asked(text)
    return tuple(dict.fromkeys([*found, *lasting]))


def read(act: Document, name: str) -> Iterator[Read]:
    """Where the text says a fact: of several values each at its first place."""
    held = getattr(act.card, name)
    if name == "amounts":  # of many, the one that holds the others
        held = max(held, key=lambda fact: fact.value.euros, default=None)
    for fact in held if isinstance(held, tuple) else (held,):
        for place in fact.evidence[:1] if fact else ():
            yield Read(name, fact, place.start, place.end)
