"""Title, kind, date, number and parties of a document, by simple rules on its first lines."""

import re
from collections.abc import Sequence

from corpus.document import Block, Metadata

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet",
    "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
DATE = re.compile(rf"\b(\d{{1,2}}|1er)\s+({'|'.join(MONTHS)})\s+(\d{{4}})\b", re.IGNORECASE)
NUMERIC_DATE = re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b")
NUMBER = re.compile(r"\bn[°º]\s?([A-Z]{0,5}[-. ]?\d[\w.\-]*(?:\s?/\s?\d[\w.\-]*)*)", re.IGNORECASE)
KINDS = [  # in the order in which they are looked for
    ("avenant", r"\bavenants?\b"),
    ("délibération", r"\bd[ée]lib[ée]rations?\b|conseil municipal|conseil de territoire"),
    ("protocole", r"\bprotocole\b"),
    ("charte", r"\bcharte\b"),
    ("compte rendu", r"\bcompte[ -]rendu\b|\bprocès-verbal\b|\brelevé de décisions\b"),
    ("convention", r"\bconvention\b"),
    ("rapport", r"\brapport\b|\bbilan\b|\bétude\b"),
]
SHEET = re.compile(
    r"\bfiches? (de lecture|thématique|de synthèse)\b|\bnote de lecture\b", re.IGNORECASE
)
REGISTER = re.compile(
    r"extrait du registre|s[ée]ance (publique )?du (conseil|comité|\w+di)", re.IGNORECASE
)
REPORTER = re.compile(r"rapporte\s*:\s*$")
SUBJECT = re.compile(r"^OBJET\s*:\s*(.+)", re.IGNORECASE)
BETWEEN = re.compile(r"\bentre\s+(.{3,300}?)(?:,?\s+ci-après|\.|;|$)", re.IGNORECASE)
INVENTED = re.compile(r"^document fictif\b", re.IGNORECASE)
HEAD = 3000  # characters in which kind, date and number are looked for


def describe(blocks: Sequence[Block], title: str = "") -> Metadata:
    """The metadata of a document; `title` is the one that its format declares, if any."""
    lines = [line.strip() for block in blocks for line in block.text.split("\n")]
    body = [line for line in lines if not INVENTED.match(line)]
    title = (_title(blocks, body) or title)[:200]
    head = "\n".join(body)[:HEAD]
    return Metadata(
        title=title,
        kind=_kind(title, head),
        date=_date(head),
        number=_number(head),
        parties=_parties(title),
    )


def _title(blocks: Sequence[Block], lines: Sequence[str]) -> str:
    for n, line in enumerate(lines):
        if REPORTER.search(line) and (above := _lines_above(lines, n)):
            return above
        if match := SUBJECT.match(line):
            return match[1]
    headings = [" ".join(b.text.split()) for b in blocks if b.level == 1]
    return next((line for line in [*headings[:1], *lines] if line), "")


def _lines_above(lines: Sequence[str], n: int) -> str:
    """The subject of a délibération: the lines between the attendance and its reporter."""
    above: list[str] = []
    for line in reversed(lines[max(0, n - 5) : n]):
        if not line or line.endswith((".", ":", ",")) or re.search(r"[A-ZÉ-]{4,}\.?$", line):
            break
        above.insert(0, line)
    title = " – ".join(above)
    return re.sub(r"(\b(de|du|des|la|le|les|l'|à|au|et|en|pour|entre)|-) – ", r"\1 ", title)


def _kind(title: str, head: str) -> str:
    if SHEET.search(title) or SHEET.search(head[:600]):
        return "fiche"
    if REGISTER.search(head):
        return "délibération"
    for kind, pattern in KINDS:
        if re.match(pattern, title, re.IGNORECASE):
            return kind
    for text in (title, head):
        for kind, pattern in KINDS:
            if re.search(pattern, text, re.IGNORECASE):
                return kind
    return "document"


def _date(head: str) -> str:
    if match := DATE.search(head):
        day = 1 if match[1] == "1er" else int(match[1])
        return _iso(int(match[3]), MONTHS.index(match[2].lower()) + 1, day)
    if match := NUMERIC_DATE.search(head):
        return _iso(int(match[3]), int(match[2]), int(match[1]))
    return ""


def _iso(year: int, month: int, day: int) -> str:
    valid = 1789 <= year <= 2199 and 1 <= month <= 12 and 1 <= day <= 31
    return f"{year:04}-{month:02}-{day:02}" if valid else ""


def _number(head: str) -> str:
    match = NUMBER.search(head)
    return " ".join(match[1].split()).rstrip(".") if match else ""


def _parties(title: str) -> tuple[str, ...]:
    """The parties that a title names after « entre », told apart by « et » and commas."""
    match = BETWEEN.search(title)
    if not match:
        return ()
    names = re.split(r",\s*(?:et\s+)?|\s+et\s+(?=l[ea']|la\b|[A-ZÉ])", match[1])
    cleaned = (re.sub(r"^(le|la|les|l'|l’)\s*", "", n.strip(), flags=re.IGNORECASE) for n in names)
    return tuple(name for name in cleaned if name)
