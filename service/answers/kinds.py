"""What a question asks for, told from how it is put; in French, and the usual English forms."""

import re

from corpus.names import unaccented
from service.answers.model import Kind
from service.question import Question

ACTS = (
    r"(?:accords?|actes?|avenants?|conventions?|cooperations?|deliberations?|documents?"
    r"|partenariats?|protocoles?|rapports?|textes?|agreements?|contracts?)"
)
THESE = r"(?:quels|quelles|which|what)"
ENDING = (
    r"(?:en vigueur|en cours|in force|expir\w+|a echeance|arriv\w+ a (?:echeance|terme)"
    r"|prennent fin|pren\w+ fin|pris fin|se (?:sont )?termin\w+|s.achev\w+|finissent"
    r"|end|ends|ended|ending)"
)
SAID = [  # the first that fits; without accents, in lower case
    (Kind.COMPARISON, r"\bdifferences?\b|\bcompar\w+|\bpar rapport a\b"),
    (
        Kind.STATUS,
        rf"\b(?:{THESE}|(?:liste|tou(?:te)?s) des|les|nos) (?:\w+ ){{0,3}}?{ACTS}\b.*\b{ENDING}\b"
        rf"|^{ACTS} .*\b{ENDING}\b"
        rf"|^(?:lesquel(?:le)?s|qu.est[- ]ce qui|what|which)\b.*\b{ENDING}\b",
    ),
    (
        Kind.LIST,
        rf"\b{THESE} (?:sont les )?(?:\w+ ){{0,2}}?{ACTS}\b"
        rf"|\bdans combien de {ACTS}\b|\b(?:liste|tous|toutes) (?:des|les) {ACTS}\b"
        rf"|^(?:les )?{ACTS} (?:qui|sur|avec|relati\w+|concernant|about|on)\b"
        rf"|^ou est[- ]il prevu\b|^ou\b.*\bgrace a une? {ACTS}\b"
        rf"|^(?!qu|com).*\bdans les {ACTS}$"
        r"|\bavec qui\b.*\b(?:partenariat|coopere)",
    ),
    (
        Kind.EXPLANATION,
        r"\b(?:comment|pourquoi|how(?! (?:much|many|long))|why)\b|\ben quoi\b"
        r"|\bque (?:prevoit|prevoient|dit|change)\b",
    ),
    (
        Kind.FACT,
        r"\b(?:combien|quand|qui|ou est|ou sont|where|who|when|how (?:much|many|long))\b"
        r"|\b(?:quel(?:le)?s?|what|which|jusqu.a)\b"
        r"|\b(?:date|duree|montant|nombre|part|prix|cout|budget|tarif)\b",
    ),
    (
        Kind.YES_NO,
        r"^(?:est[- ]ce qu|peut[- ]on|faut[- ]il|is|are|does|do|can)\b"
        r"|\b\w+-(?:t-)?(?:il|elle|on|ils|elles)\b|\ben vigueur ?\?",
    ),
]
RULES = [(kind, re.compile(rule)) for kind, rule in SAID]
BESIDE = 3  # words beside its number that a question may hold and still ask for the act itself


def kind_of(question: Question) -> Kind:
    """What a question asks for; words without a form of their own ask for an explanation."""
    plain = unaccented(question.text).casefold()
    numbers = [r for r in question.references if r.kind == "number"]
    numbered = {term.stem for reference in numbers for term in reference.terms}
    if numbers and len(set(question.stems) - numbered) <= BESIDE and "?" not in plain:
        return Kind.REFERENCE
    return next((kind for kind, rule in RULES if rule.search(plain)), Kind.EXPLANATION)
