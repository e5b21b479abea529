"""Who holds an office: of which body a question asks it, and whether a text says that body."""

import re

from indexer import Index
from indexer.lexical import analyze
from service.answers.names import YEAR, bodies_in, plain, tells_of

HOLDING = re.compile(  # plain: an office, in any act
    r"\bqui (?:est|etait) (?:l[ae] )?(?:maire|president|direct)|\bqui preside\b"
    r"|\bnom (?:du|de la) (?:maire|president|direct)"
)
FOR = re.compile(
    r"\b(?:pour|au nom|maire|pr[ée]sidente?|pr[ée]side|direct(?:eur|rice))\s(?P<body>.+)",
    re.IGNORECASE,
)


def body_of(text: str) -> str:
    """The body for which a question asks who signs, or holds an office; "" where it says none."""
    found = FOR.search(text)
    return YEAR.sub("", found["body"]) if found else ""


def tells_of_body(said: str, body: str, index: Index) -> bool:
    """Whether a text says a body: one that acts know by a name of its own, another by its words."""
    if bodies := bodies_in(body, index):
        return any(tells_of(plain(said), one) for one in bodies)
    words = {term.stem for term in analyze(body)}
    return bool(words) and words <= {term.stem for term in analyze(said)}
