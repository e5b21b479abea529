"""Title, kind, date, number and parties of a document, by simple rules on its first lines."""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from textwrap import shorten

from corpus.document import Block, Metadata
from corpus.register import subject_of

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet",
    "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
DATE = re.compile(rf"\b(\d{{1,2}}|1er)\s+({'|'.join(MONTHS)})\s+(\d{{4}})\b", re.IGNORECASE)
NUMERIC_DATE = re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b")
NUMBER = re.compile(
    r"\b(?:n[°º]|numéro\s*:)\s?([A-Z]{0,5}[-. ]?\d[\w.\-]*(?:\s?/\s?\d[\w.\-]*)*)", re.IGNORECASE
)
KINDS = [
    ("avenant", re.compile(r"\bavenants?\b", re.I)),
    ("délibération", re.compile(r"\bd[ée]lib[ée]rations?\b", re.I)),
    ("protocole", re.compile(r"\bprotocole\b", re.I)),
    ("charte", re.compile(r"\bcharte\b", re.I)),
    (
        "compte rendu",
        re.compile(r"\bcompte[ -]rendu\b|\bprocès-verbal\b|\brelevé de décisions\b", re.I),
    ),
    ("convention", re.compile(r"\bconvention\b", re.I)),
    ("rapport", re.compile(r"\brapport\b|\bbilan\b|\bétude\b", re.I)),
]
SHEET = re.compile(
    r"\bfiches? (de lecture|thématique|de synthèse)\b|\bnote de lecture\b", re.IGNORECASE
)
REGISTER = re.compile(
    r"^(extrait du registre|d[ée]lib[ée]ration n[°º]"
    r"|s[ée]ance (publique )?du (conseil|comité|\w+di))",
    re.I | re.M,
)
SUBJECT = re.compile(r"^OBJET\s*:\s*(.+)", re.IGNORECASE)
BETWEEN = re.compile(
    r"\bentre\s+(.{3,300}?)(?:,?\s+ci-après|(?<!ssociation)\s+pour\b|\s+dans\b|,?\s+relati[fv]"
    r"|\s[-–]\s|\s?[;(:]|(?<!\.\w)\.(?=\s|$)|$)",
    re.IGNORECASE,
)
AND_THE = r"(?i:\s+et\s+(?=les?\s|la\s|l['’]))"
LAST = [re.compile(rf"(.+){AND_THE}(.+)"), re.compile(r"(.+)\s+et\s+(?=[A-ZÀ-Ý])(.+)")]
INVENTED = re.compile(r"^document fictif\b", re.IGNORECASE)
ABOUT_AN_ACT = {"fiche", "compte rendu", "rapport"}  # the numbers in their text are of others
VISA = re.compile(r"^\W*(vu|considérant)\b", re.IGNORECASE)
LAW = r"\b(loi|décret|ordonnance|directive|circulaire|code)\b[^.;]{0,60}$"
ACT = rf"{LAW}|\b(la|une) (convention|délibération)\b[^.;]{{0,60}}$"
PART = r"\b(lot|marché|article|avenant)\s*$"  # what has a number and is no act
HEAD = 3000  # characters in which kind, date and number are looked for
OPENING = 60  # lines in which the subject of a délibération is looked for
LONGEST = 300  # characters of a title, at the most


def describe(blocks: Sequence[Block], title: str = "") -> Metadata:
    """The metadata of a document; `title` is the one that its format declares, if any."""
    lines = [line.strip() for block in blocks for line in block.text.split("\n")]
    lines = [line for line in lines if line and not INVENTED.match(line)]
    title = " ".join(_title(blocks, lines, title).split())
    head = "\n".join(line for line in lines if not VISA.match(line))[:HEAD]
    kind = _kind(title, head)
    return Metadata(
        title=shorten(title, LONGEST, placeholder=" …"),
        kind=kind,
        date=_date(head, other=LAW if kind == "fiche" else ACT),
        number=_number(title if kind in ABOUT_AN_ACT else head),
        parties=_parties(title),
    )


def _title(blocks: Sequence[Block], lines: Sequence[str], declared: str) -> str:
    if subject := subject_of(lines[:OPENING]):
        return _joined(lines[subject.start : subject.stop])
    highest = [block for block in blocks if block.level == 1]
    if highest and (len(highest) == 1 or blocks[0].level == 1):
        return highest[0].text
    subjects = filter(None, map(SUBJECT.match, lines[:OPENING]))
    return next((match[1] for match in subjects), "") or declared or next(iter(lines), "")


def _joined(lines: Sequence[str]) -> str:
    """The lines of a subject as one title."""
    title = ""
    for line in lines:
        continues = not title or title.endswith(":") or line[0] == "(" or " " not in line
        title += f"{' ' if continues else ' – '}{line.strip(' -–')}"
    return title


def _kind(title: str, head: str) -> str:
    if SHEET.search(title) or SHEET.search(head[:600]):
        return "fiche"
    if REGISTER.search(head):
        return "délibération"
    for text in (title, head):
        found = [(match.start(), kind) for kind, rule in KINDS if (match := rule.search(text))]
        if found:
            return min(found)[1]
    return "document"


def _date(head: str, other: str) -> str:
    """The first date that is not that of another act, as `other` tells from what is before it."""
    for match in sorted([*DATE.finditer(head), *NUMERIC_DATE.finditer(head)], key=re.Match.start):
        day, month, year = match.groups()
        number = int(month) if month.isdigit() else MONTHS.index(month.lower()) + 1
        if not _follows(other, match):
            with suppress(ValueError):  # no such day
                return date(int(year), number, int(day.removesuffix("er"))).isoformat()
    return ""


def _number(head: str) -> str:
    """The first number that is not that of another act, without the spaces around its slash."""
    numbers = (match for match in NUMBER.finditer(head) if not _follows(f"{ACT}|{PART}", match))
    return re.sub(r"\s*/\s*", "/", next((match[1] for match in numbers), "")).rstrip(".-")


def _follows(pattern: str, match: re.Match[str]) -> bool:
    """Whether the line holds the pattern just before the match."""
    before = match.string[: match.start()].rpartition("\n")[2]
    return re.search(pattern, before, re.IGNORECASE) is not None


def _parties(title: str) -> tuple[str, ...]:
    """The parties that a title names after « entre »: « l'A, le B et la C »."""
    listed = BETWEEN.search(title)
    last = next((m for rule in LAST if listed and (m := rule.search(listed[1]))), None)
    if not last:
        return ()
    names = [*re.split(rf",\s*|{AND_THE}", last[1]), last[2].partition(",")[0]]
    bare = (re.sub(r"^(les?\s|la\s|l['’])", "", name.strip(), flags=re.I) for name in names)
    return tuple(name for name in bare if name)
