"""What kind of value a question asks for: a sentence without one does not answer it."""

import re
from dataclasses import dataclass

from corpus.card.words import MONTHS
from corpus.names import unaccented
from service.answers.model import Type
from service.question import Question

NUMBER = (
    r"\d|\b(?:un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze"
    r"|seize|vingt|trente|quarante|cinquante|soixante|cent|mille|aucune?|moitié|tiers|quart)s?\b"
)
MONEY = (
    r"€|\beuros?\b|\bF\b|\bfrancs?\b|\bgratuit\w*|\bsans (?:frais|contrepartie)|\bpartie\w* financi"
)
SUM = re.compile(r"(?<![\d,])\d{1,3}(?:[\s.]?\d{3})*(?:,\d+)?\s?(?:[kM]?€|euros?\b)")
DAY = (
    rf"\b(?:19|20)\d\d\b|\b\d{{1,2}}(?:er)? (?:{'|'.join(MONTHS)})\b"
    r"|\b\d{1,2}/\d{1,2}/\d{2,4}\b"
)
LENGTH = (
    r"\b(?:ans?|années?|mois|jours?|semaines?|heures?|minutes?|trimestres?|semestres?|siècles?)\b"
    r"|\bjusqu|\bindéterminée|\bpermanente?\b|\b(?:19|20)\d\d\b"
)
PAYING = (
    r"\b(?:paie\w*|pay(?:é|er|a|eur)\w*|financ\w+|vers(?:e|ent|é\w*|era|ement)\w*|support\w+|charge|frais"
    r"|contribu\w+|particip\w+|subvention\w*|rembours\w+|acquitte\w*|coûts?"
    r"|dépenses?|répart\w+|partag\w+)\b|€|\beuros?\b"
)
BODY = (
    r"\b(?:communes?|villes?|métropoles?|départements?|régions?|état|syndicats?|communautés?"
    r"|agglomérations?|établissements?|territoires?|collectivités?|agences?|associations?"
    r"|sociétés?|entreprises?|parties|partenaires|signataires|membres|usagers?|familles?"
    r"|prestataires?|titulaires?|délégataires?|exploitants?|propriétaires?|bénéficiaires?"
    r"|acquéreurs?|vendeurs?|adhérents?|offices?|fédérations?|universités?|mairies?)\b"
    r"|(?-i:\b[A-ZÀ-ÖØ-Þ]{3,}\b|\bM(?:me|\.) |(?<=[a-zà-ÿ,’'] )[A-ZÀ-ÖØ-Þ][a-zà-ÿ]{2,})"
)
PERSON = (  # with a title, with a surname in capitals, or after a sign
    r"(?-i:\b(?:M\.|Mme|Monsieur|Madame)\s[A-ZÀ-Ý]|\b[A-ZÀ-Ý][a-zà-ÿ-]+ [A-ZÀ-Ý]{2}"
    r"|[,:|]\s[A-ZÀ-Ý][a-zà-ÿ]+(?:-[A-ZÀ-Ý][a-zà-ÿ]+)? [A-ZÀ-Ý][a-zà-ÿ]+)"
)
NOBODY = "Aucun passage proche ne nomme cette personne."


@dataclass(frozen=True, slots=True)
class Expected:
    """A kind of value: what it looks like, and what to say where no passage has one.

    `exact` is the value alone, where a pattern knows it.
    """

    pattern: re.Pattern[str]
    lacking: str
    exact: re.Pattern[str] | None = None
    type: Type | None = None


def _of(
    pattern: str,
    lacking: str,
    exact: re.Pattern[str] | None = None,
    *,
    type: Type | None = None,
) -> Expected:
    return Expected(re.compile(pattern, re.IGNORECASE), lacking, exact, type)


ASKED = [  # the first that fits; without accents, in lower case
    (
        r"\bqui (?:est|etait) (?:l[ae] )?maire\b",
        _of(rf"(?=.*\bmaire)(?=.*{PERSON})", NOBODY, type=Type.NAME),
    ),
    (
        r"\bsecretaires? de (?:la )?seance\b",
        _of(rf"(?=.*\bsecrétaire)(?=.*{PERSON})", NOBODY, type=Type.NAME),
    ),
    (
        r"\bqui (?:a )?(?:rapport|present)(?:e|ait)\b|\brapporteure?s?\b",
        _of(rf"(?=.*\b(?:rapporte|présente|expose))(?=.*{PERSON})", NOBODY, type=Type.NAME),
    ),
    (
        r"\bqui (?:a )?presid\w+|\b(?:qui (?:est|etait)|nom d[ue]) (?:l[ae] )?president",
        _of(rf"(?=.*(?<!vice-)\b(?:co-?)?présid)(?=.*{PERSON})", NOBODY, type=Type.NAME),
    ),
    (
        r"\b(?:qui (?:est|etait)|nom d[ue]) (?:l[ae] )?direct(?:eur|rice)",
        _of(rf"(?=.*\bdirect(?:eur|rice))(?=.*{PERSON})", NOBODY, type=Type.NAME),
    ),
    (
        r"\b(?:qui|who) (?:\w+ )?(?:paie|paye|finance|verse|regle|pays?|funds?)\b",
        _of(
            f"(?=.*(?:{PAYING}))(?=.*(?:{BODY}))",
            "Aucun passage proche ne dit qui paie.",
        ),
    ),
    (
        r"\bcombien (?!de |d')(?:\S+ ){0,5}?"
        r"(?:cout|paie|pay|vers|depens|doi|donn|met|touch|recoi)\w*|\bhow much\b(?! notice)"
        r"|\b(?:cout|paie|pay|vers|depens|donn|touch|recoi)\w* combien\b(?! (?:de |d'))"
        r"|\bquelle (?:est la )?(?:participation|subvention)\b"
        r"|\b(?:montant|cout|prix|tarif|somme|cotisation|estimation)\b",
        _of(
            f"(?:{NUMBER}).*(?:{MONEY})|(?:{MONEY})",
            "Aucun passage proche ne donne de montant.",
            SUM,
            type=Type.AMOUNT,
        ),
    ),
    (
        r"\bcombien d(?:e |['’])(?!temps|jours|mois|ans|annees)|\bhow many\b",
        _of(NUMBER, "Aucun passage proche ne donne de nombre.", type=Type.NUMBER),
    ),
    (r"\bdurees?\b", _of(LENGTH, "Aucun passage proche ne donne de durée.")),
    (r"\bcombien\b", _of(NUMBER, "Aucun passage proche ne donne de nombre.")),
    (
        r"^(?:depuis |a partir de |jusqu.a )?quand\b|\b(?:quelle|what) date\b|^when\b",
        _of(DAY, "Aucun passage proche ne donne de date.", type=Type.DATE),
    ),
]
RULES = [(re.compile(rule), expected) for rule, expected in ASKED]


def expected(question: Question) -> Expected | None:
    """The kind of value that a question asks for; None where it may be anything."""
    plain = unaccented(question.text).casefold()
    return next((expected for rule, expected in RULES if rule.search(plain)), None)
