"""What a question asks for, told from how it is put; in French, and the usual English forms."""

import re

from corpus.names import unaccented
from indexer.acronyms import ASKING
from indexer.lexical import analyze
from service.answers.model import Kind
from service.question import Question

ACTS = (
    r"(?:accords?|actes?|avenants?|conventions?|cooperations?|deliberations?|documents?"
    r"|partenariats?|protocoles?|rapports?|textes?|agreements?|contracts?)"
)
THESE = r"(?:quels|quelles|which|what)"
COUNTED = (
    r"\bcombien (?:y a-t-il |avons-nous )?(?:de |d.)"
    r"(?:accord|acte|avenant|convention|deliberation|protocole)s\b"
)
ENDING = (
    r"(?:en vigueur|en cours|in force|expir\w+|a echeance|arriv\w+ a (?:echeance|terme)"
    r"|prennent fin|pren\w+ fin|pris fin|se (?:sont )?termin\w+|s.achev\w+|finissent"
    r"|end|ends|ended|ending)"
)
INVERTED = (  # « est-elle », or « est elle » in haste
    r"\b\w+-(?:t-)?(?:il|elle|on|ils|elles)\b"
    r"|\b(?:est|sont|peut|peuvent|doit|doivent) (?:il|elle|on|ils|elles)\b"
)
SAID = [  # the first that fits; without accents, in lower case
    (
        Kind.COMPARISON,
        r"\bdifferences?\b|\bdiffere(?:nt)?\b|\bcompar\w+|\bpar rapport a\b"
        r"|\b(?:que|ce qui) change(?:nt)?\b|\bwhat changes\b",
    ),
    (
        Kind.STATUS,
        rf"\b(?:{THESE}|(?:liste|tou(?:te)?s) des|les|nos) (?:\w+ ){{0,3}}?{ACTS}\b.*\b{ENDING}\b"
        rf"|^{ACTS} (?!n\W|\S*\d).*\b{ENDING}\b|{COUNTED}.*\b{ENDING}\b"
        rf"|^(?:lesquel(?:le)?s|qu.est[- ]ce qui|what|which)\b.*\b{ENDING}\b",
    ),
    (
        Kind.LIST,
        rf"\b{THESE} (?:sont les )?(?:\w+ ){{0,2}}?{ACTS}\b"
        rf"|{COUNTED}|\bdans combien de {ACTS}\b|\b(?:liste|tous|toutes) (?:des|les) {ACTS}\b"
        rf"|^(?:les )?{ACTS} (?:qui|sur|avec|relati\w+|concernant|about|on)\b"
        rf"|^(?:les )?{ACTS}(?<=s) (?:(?:non |pas )?(?:signe|conclu|adopte|reconduct|renouvel)\w+"
        r"|d.une duree|de plus d|de moins d|de (?:19|20)\d\d\b)"
        rf"|^ou est[- ]il prevu\b|^ou\b.*\bgrace a une? {ACTS}\b"
        rf"|^(?!qu|com).*\bdans les {ACTS}$"
        r"|\bavec qui\b.*\b(?:partenariat|coopere)",
    ),
    (
        Kind.YES_NO,
        r"^(?:est[- ]ce qu(?:e|.)?|peut[- ]on|faut[- ]il)\b"
        r"|^(?:is|are|was|were|does|do|did|has|have|can|may|must|could|should)\b"
        r"|^(?!.*\b(?:combien|quand|qu[ei]ls?|quelles?|qui)\b)[^?]*\ben vigueur ?\?$",
    ),
    (
        Kind.EXPLANATION,
        r"\b(?:comment|pourquoi|how(?! (?:much|many|long))|why)\b|\ben quoi\b"
        r"|\bque (?:prevoit|prevoient|dit)\b",
    ),
    (
        Kind.FACT,
        r"\b(?:combien|quand|qui|ou est|ou sont|where|who|when|how (?:much|many|long))\b"
        r"|\b(?:quel(?:le)?s?|what|which|jusqu.a)\b",
    ),
    (Kind.YES_NO, INVERTED),
    (
        Kind.FACT,
        r"\b(?:dates?|durees?|montants?|nombre|part|prix|couts?|budgets?|tarifs?|surface|longueur"
        r"|cotisations?|numero|echeances?|preavis|signataires|horaires|taux)\b",
    ),
]
RULES = [(kind, re.compile(rule)) for kind, rule in SAID]
OF_AN_ACT = (  # what may be asked of any act
    "accord acte avenant convention document protocole texte date durée montant préavis partie"
    " signature signataire signer numéro échéance reconduction fin vigueur coût prix être avoir est"
    " sont budget objet quand combien conclu signé prévoir prévoit prend finir payer paie dure"
    " résilier résiliée résiliation dénoncer dénoncée retirer mettre peut possible"
    " the of on in to for is are was be does do can when until how long last who what which"
    " end ends expires start starts signed signs notice period force still terminated"
    " agreement amount"
)
COMMON = ASKING | {term.stem for term in analyze(OF_AN_ACT)}
NO_THEME = re.compile(  # a verb, a pronoun, an act, or what is asked of something
    rf"[?\d]|\b{ACTS}\b|\b(?:est|sont|a(?!\s\w)|ont|fait|faut|doit|doivent|peut|peuvent|que|qui|quoi"
    r"|dont|il|elles?|ils|on|je|nous|vous|ne|pas|se|ce|and|or)\b"
    r"|^(?:l.|la |le |les )?(?:adhesion|calcul|charges?|conditions?|definition|delais?|effectifs?"
    r"|fin|modalites?|missions?|objet|objectifs?|obligations?|parties|presiden\w+|reconduction"
    r"|renouvellement|repartition|resiliation|responsab\w+|role|siege|total)\b"
)
THEME = 3  # words, at the most, of what is no sentence but a theme
BESIDE = 3  # words beside its number that a question may hold and still ask for the act itself


def says_nothing(question: Question) -> bool:
    """Whether a question has only words that fit any act: nothing tells which one is meant."""
    return not question.references and COMMON.issuperset(question.stems)


def kind_of(question: Question) -> Kind:
    """What a question asks for; words without a form of their own ask for an explanation."""
    plain = unaccented(question.text).casefold()
    if RULES[0][1].search(plain):  # it may compare acts by their numbers
        return Kind.COMPARISON
    numbers = [r for r in question.references if r.kind == "number"]
    numbered = {term.stem for reference in numbers for term in reference.terms}
    short = len(set(question.stems) - numbered) <= BESIDE
    if numbers and short and "?" not in plain and not re.search(INVERTED, plain):
        return Kind.REFERENCE
    if found := next((kind for kind, rule in RULES if rule.search(plain)), None):
        return found
    return Kind.LIST if is_theme(question) else Kind.EXPLANATION


def is_theme(question: Question) -> bool:
    """Whether a question is a bare theme, « restauration scolaire »: it asks which acts have it."""
    plain, words = unaccented(question.text).casefold(), set(question.stems) - COMMON
    named = any(map(str.isupper, question.text[1:]))
    return 0 < len(words) <= THEME and not named and not NO_THEME.search(plain)
