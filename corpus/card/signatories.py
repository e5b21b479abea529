"""Who signed an act: the persons named under « Fait à …, le … »."""

import re
from collections.abc import Iterator, Sequence

from corpus.card.model import Evidence, Fact, Party
from corpus.card.naming import without
from corpus.card.reading import Reading

DONE = re.compile(r"^(?:fait|signé|pour extrait|pour copie)\b[^\n]*", re.IGNORECASE | re.MULTILINE)
BY = re.compile(r"\bsignée?\b[^.;\n]{0,60}?\bpar\s+(?=M)[^\n]*", re.IGNORECASE)
STOP = re.compile(r"^(?:annexe|publi|acte transmis|transmis|mention)", re.IGNORECASE | re.MULTILINE)
NOT = (  # what stands in capitals beside a name and is none
    r"(?!(?:Le|La|Les|Pour|Fait|Par|Madame|Monsieur|Mme|Commune|Ville|Département|Région|Syndicat"
    r"|Communauté|Conseil|Président\w*|Maire|Article|Annexe|Acte|Centre|Office|Directeur"
    r"|Directrice|Adjointe?|Vice-\w+|Publiée?)\b)"
)
FIRST = rf"{NOT}[A-ZÀ-Ý][a-zà-ÿ]+(?:-[A-ZÀ-Ý][a-zà-ÿ]+)?"
LAST = (
    rf"{NOT}(?:(?:de |du |d['’]|DE |DU |D['’]|LE |LA )?[A-ZÀ-ÝŒ][\wà-ÿœŒ'’]+"
    r"(?:-[A-ZÀ-ÝŒ][\wà-ÿœŒ]+)*)"
)
BROKEN = r"(?<=, )(?=[^\n]{0,30}\n)"  # « La présidente, Hélène » above « Marchadier »
PERSON = re.compile(
    rf"(?<![\w-])(?<!\bd[eu] )(?<!\bdes )(?:({FIRST} {LAST})|{BROKEN}({FIRST}\n{LAST}))(?![\w-])"
)
REACH = 900  # characters after the formula


def signatories(reading: Reading, parties: Sequence[Fact[Party]]) -> tuple[Fact[str], ...]:
    """The signatories, each once; a name in capitals is kept as it is written."""
    found: dict[str, Fact[str]] = {}
    for fact in _named(reading, [one.value for one in parties]):
        found.setdefault(fact.value.casefold(), fact)
    return tuple(found.values())


def _named(reading: Reading, parties: Sequence[Party]) -> Iterator[Fact[str]]:
    text = without(reading.text, parties)
    for start, end in (_under(reading), _in_head(reading)):
        found = [
            Fact(" ".join(match[0].split()), (Evidence(*match.span()),))
            for match in PERSON.finditer(text, start, end)
        ]
        if found:
            yield from found
            return


def _under(reading: Reading) -> tuple[int, int]:
    """Where the names under the formula stand: up to the annexes and what is added to the act."""
    done = list(DONE.finditer(reading.text))
    if not done:
        return 0, 0
    start = done[-1].start()
    stop = STOP.search(reading.text, start)
    return start, min(stop.start() if stop else len(reading.text), start + REACH)


def _in_head(reading: Reading) -> tuple[int, int]:
    """Where the head says by whom the act was signed."""
    said = BY.search(reading.head)
    return said.span() if said else (0, 0)
