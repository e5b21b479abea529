"""Who signed an act: the persons named under « Fait à …, le … »."""

import re

from corpus.card.model import Evidence, Fact
from corpus.card.reading import Reading

DONE = re.compile(r"^(?:fait|signé|pour extrait|pour copie)\b[^\n]*", re.IGNORECASE | re.MULTILINE)
FIRST = r"[A-ZÀ-Ý][a-zà-ÿ]+(?:-[A-ZÀ-Ý][a-zà-ÿ]+)?"
LAST = r"(?:(?:de |du |d['’]|DE |DU |D['’]|LE |LA )?[A-ZÀ-ÝŒ][\wà-ÿœŒ'’]+(?:-[A-ZÀ-ÝŒ][\wà-ÿœŒ]+)*)"
PERSON = re.compile(rf"(?<![\w-])({FIRST} {LAST})(?![\w-])")
NO_PERSON = re.compile(
    r"^(?:Le|La|Les|Pour|Fait|Par|Madame|Monsieur|Commune|Ville|Département|Région|Syndicat"
    r"|Communauté|Conseil|Président\w*|Maire|Article|Annexe|Acte|Rivemont|Centre|Office)\b"
)
REACH = 900  # characters after the formula


def signatories(reading: Reading) -> tuple[Fact[str], ...]:
    """The signatories, each once; a name in capitals is kept as it is written."""
    done = list(DONE.finditer(reading.text))
    if not done:
        return ()
    start = done[-1].start()
    stop = re.compile(r"^(?:annexe|publi|acte transmis|transmis)", re.I | re.M).search(
        reading.text, start
    )
    end = min(stop.start() if stop else len(reading.text), start + REACH)
    found: dict[str, Fact[str]] = {}
    for match in PERSON.finditer(reading.text, start, end):
        if not NO_PERSON.match(match[1]):
            found.setdefault(match[1].casefold(), Fact(match[1], (Evidence(*match.span(1)),)))
    return tuple(found.values())
