"""Which facts of an act's card a question asks for: when it ends, how long it lasts, its notice.

Their clauses name neither the parties nor the subject, which the question does: by words and
meaning alone, the page with the parties comes before them. The card knows where each stands.
"""

import re
import unicodedata

LEAVING = (
    r"\b(?:quitter|sortir|se retirer|resili\w+|denonc\w+|(?:mettre|met|mis|mise) (?:un terme|fin)"
    r"|rompre|rompue?|leave|withdraw|terminated?)\b"
)
HOW_LONG = r"\bcombien de (?:temps|jours|semaines|mois)\b|\bdelai\b|\bhow long\b|\ba l.avance\b"
ASKS = {  # facts of a card (`corpus.card.model.Card`), by what asks for them, without accents
    ("notice",): rf"\bpreavis\b|\bnotice\b|{LEAVING}.*(?:{HOW_LONG})|(?:{HOW_LONG}).*{LEAVING}",
    ("end", "extension", "duration"): (
        r"\bjusqu.? ?a? ?(?:quan[dt]?|quelle date|quelle annee)\b"
        r"|\b(?:s.arrete|se termine|s.acheve|expire|prend fin|finit)\b"
        r"|\b(?:date de fin|echeance|en vigueur)\b"
        r"|\buntil when\b|\bexpires?\b|\bin force\b|\bwhen\b.*\b(?:ends?|over)\b|\bend date\b"
    ),
    ("duration",): (
        r"\bduree?\b|\b(?:pour|pendant) combien de temps\b"
        r"|\bhow long\b.*\b(?:lasts?|run|valid)\b|\bduration\b"
    ),
    ("renewal",): r"\b(?:prolong|reconduct|reconduit|reconduir|renouvel|renew|extend)",
}
RULES = {facts: re.compile(rule) for facts, rule in ASKS.items()}


def asked(question: str) -> tuple[str, ...]:
    """The facts that a question asks for, by their names on a card, in one order; often none."""
    plain = unicodedata.normalize("NFKD", question.casefold())
    said = "".join(character for character in plain if not unicodedata.combining(character))
    found = {fact for facts, rule in RULES.items() if rule.search(said) for fact in facts}
    return tuple(sorted(found))
