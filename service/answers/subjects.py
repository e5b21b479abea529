"""The act, or the thing, that a question is about, as it says it; and French articles before it."""

import re

from service.answers.kinds import ACTS

LONE_YEAR = re.compile(r"(?<![-/.\w])(?:19|20)\d\d\b(?![-/.]\d)")
NUMBER = re.compile(
    r"(?:\bn[°º]\s?)[\w./-]*\d[\w./-]*|\b[A-Z]{2,5}-\d{4}-\d+\b|\b\d{2}-[A-Z]{2}-\d+\b|\b\d{4}-\d{2,3}\b"
)
WORD = r"[A-ZÀ-ÖØ-Þ][\w'’-]+"
WHOLE_NAME = re.compile(rf"\b{WORD}(?:\s(?:(?:de|du|des|la|le|les|sur|en)\s){{0,2}}{WORD})*")
VERB = (
    r"(?:est|sont|a|ont|court|dure|prend|expire|peut|finit|couvre\w*|pr[ée]voi\w+|s['’]\w+|se\s\w+"
    r"|prévue?s?|\w+-(?:t-)?(?:ils?|elles?|on))\b"
)
PLAIN_ACTS = ACTS.replace("cooperations", "coop[ée]rations").replace(
    "deliberations", "d[ée]lib[ée]rations"
)
SUBJECT = re.compile(
    rf"(?<!quelle )(?<!quel )(?<!quelles )(?<!quels )"
    rf"\b(?:l['’]|la\s|le\s|les\s|une?\s)?(?:\w+\s)?{PLAIN_ACTS}\b.*?(?=,?\s+{VERB}|,\s|$)",
    re.IGNORECASE,
)
THING = re.compile(r"\b(?:l['’]|(?:la|le|les|une?|du|des)\s)\w.*$", re.IGNORECASE)
FEMININE = re.compile(
    r"^(?:dates?|durée|reconduction|part|participation|subvention|fin|somme)\b", re.IGNORECASE
)


def subject_of(question: str, otherwise: str | None = None) -> str:
    """The act that a question is about, or else the thing; `otherwise` in place of a thing."""
    if found := SUBJECT.search(question.rstrip(" ?.\u00a0")):
        return definite(
            re.sub(r"^(?:de|du|des|d['’])\s", "", found[0].strip(), flags=re.IGNORECASE)
        )
    if otherwise is not None:
        return otherwise
    thing = THING.search(question)
    return thing[0].strip(" ?\u00a0") if thing else question


def named_in(text: str) -> bool:
    """Whether a text names something to the letter, beside its first word."""
    return bool(NUMBER.search(text)) or any(found.start() for found in WHOLE_NAME.finditer(text))


def definite(noun: str) -> str:
    """A noun with its definite article, unless it has one."""
    if re.match(r"(?:l['’]|(?:la|le|les|une?|du|des|cette|cet|ce)\s)", noun, re.IGNORECASE):
        return noun
    if noun.casefold().startswith(("a", "e", "é", "i", "o", "u", "h")):
        return f"l'{noun}"
    plural = re.match(r"(?:parties|signataires|conventions|accords|dates)\b", noun, re.IGNORECASE)
    feminine = FEMININE.match(noun) or re.match(r"(?:convention|charte|délib)", noun, re.IGNORECASE)
    return f"{'les' if plural else 'la' if feminine else 'le'} {noun}"


def of(noun: str) -> str:
    """« de » before a noun: « du protocole », « de l'accord »."""
    for article, joined in (("le ", "du "), ("les ", "des ")):
        if noun.casefold().startswith(article):
            return joined + noun[len(article) :]
    return f"d'{noun}" if noun.casefold().startswith(("un ", "une ")) else f"de {noun}"
