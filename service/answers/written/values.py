"""Days, hours, sums, shares, lengths and numbers in French prose, however they are written.

« 1er janvier 2027 » and « 01/01/2027 », « trois ans » and « 36 mois », « 480 000 € » with any space
are one value each. A value knows its clause: what it is the beginning, the end or the limit of.
"""

import re
from dataclasses import dataclass

from text_to_num import alpha2digit

from corpus.card.words import MONTHS
from corpus.names import unaccented

SMALL = {"deux": "2", "trois": "3", "quatre": "4", "cinq": "5", "six": "6", "zéro": "0"}
ONE = "ans?|année|mois|jour|semaine|semestre|trimestre|heure|fois|euro"
TIDY = [  # in order, on text in which numbers are figures still to come
    (re.compile(r"[\s\u00a0\u202f\u2009]+"), " "),
    (re.compile("[’ʼ]"), "'"),
    (re.compile(r"\bpour cent\b"), "%"),
    (re.compile(r"\b1 ?er\b"), "1"),
    (re.compile(r"\bpr(?:end|en|is)\w* (?:à (?:sa|leur) charge|en charge)\b"), "supporte"),
]
FIGURES = [
    (re.compile(rf"(?<![\w-])({'|'.join(SMALL)})(?![\w-])", re.I), lambda m: SMALL[m[1].lower()]),
    (re.compile(rf"(?<![\w-])une? (?=(?:{ONE})\b)", re.I), lambda m: "1 "),
    (re.compile(r"(?<![\d,.])\d{1,3}(?: \d{3})+(?!\d)"), lambda m: m[0].replace(" ", "")),
    (  # « ne peut excéder 3 », « pas plus de 3 »: at most 3
        re.compile(r"(?:\bn(?:e |')|\bsans (?:que [^,;]*?)?)(?:peut |peuvent |pouvoir |puisse )?"
                   r"(?:excé|excè|dépass)\w*(?: pas)?(?: le| la)?"),
        lambda m: "au plus",
    ),
    (
        re.compile(r"\bn(?:e |')(\w+ )pas ([^,;.]{0,20}?)\bplus de\b"),
        lambda m: f"{m[1]}{m[2]}au plus",
    ),
]  # fmt: skip
BREAK = re.compile(
    r"[;:|«»]|,(?!\d)|\.(?!\d)| (?:et|ou|puis|mais|dont|soit|alors que|tandis que|contre) "
)
N = r"\d+(?:[.,]\d+)?"
MONTH = "|".join(MONTHS).replace("é", "[ée]").replace("û", "[ûu]")
VALUE = re.compile(
    rf"(?P<day>\b\d{{1,2}} (?:{MONTH})\b(?: \d{{4}})?|\b\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{4}}\b"
    rf"|\b(?:{MONTH}) \d{{4}}\b)"
    r"|(?P<act>\bn ?[°º] ?[\w./-]*\w|\barticles? \d+[\d-]*|\b[LRD]\. ?\d[\d-]*"
    r"|\b\w*\d+[-/][\w/-]*\d\w*)"
    rf"|(?P<hour>\b{N} ?(?:h|heures?)\b(?: ?\d\d\b)?)"
    rf"|(?P<share>\b{N} ?%)"
    rf"|(?P<sum>\b{N}(?: 1000+| ?[kM])?(?: d'| )?(?:€|euros?\b))"
    rf"|(?P<length>\b{N} (?:ans?|années?|mois|semestres?|trimestres?|semaines?|jours?|minutes?)\b)"
    rf"|(?P<number>\b{N}(?: 1000+\b)?)",
    re.IGNORECASE,
)
MONTHLY = {"an": 12, "se": 6, "tr": 3, "mo": 1}
BOUNDS = {
    "least": r"au moins|minim\w+",
    "most": r"au plus(?! tard)|maxim\w+|limit\w+|plafon\w+|jusqu'à|concurrence",
    "more": r"plus de|supérieur\w*|au-delà|ou plus",
    "less": r"moins de|inférieur\w*|en deçà|ou moins",
    "about": r"environ|près de|approxim\w+|à peu près",
}
ROLES = {
    "old": r"au lieu d|non plus|auparavant|pass\w+ (?:de|d')\s?$",
    "after": r"\baprès\b",
    "deadline": r"\bavant\b|au plus tard|d'ici|date limite|échéance :",
    "signed": r"\bsign\w+|\bfait\w* (?:à|en)\b|\bconclue? (?:à|le)\b",
    "adopted": r"\badopt\w+|\bséance|approuv\w+|autoris\w+",
    "begin": r"à compter|à partir|\bdès\b|depuis|début\w*|commenc\w+|\beffet|vigueur|entre le\s?$",
    "end": r"jusqu'|\bfins?\b|expir\w+|étein\w+|achèv\w+|termin\w+|\bterme|échéan\w+|cess\w+"
    r"|clôt\w+",
}


@dataclass(frozen=True, slots=True)
class Value:
    """A value at its place; two of one kind and key are the same."""

    kind: str
    key: str
    start: int
    end: int
    role: str  # what happens then: it begins, ends, is signed …
    bound: str  # at least, at most …
    unit: str  # the word that follows a bare number

    def fits(self, source: "Value") -> bool:
        """Whether a source says this value, in this role; a year or month may be of its day."""
        same = self.key == source.key or (self.kind == "day" and _within(self.key, source.key))
        told = (self.role, self.bound) == (source.role, source.bound)
        return same and told and self.kind == source.kind


def tidy(text: str) -> str:
    """Text with plain spaces and apostrophes, and numbers in figures."""
    for rule, by in TIDY:
        text = rule.sub(by, text)
    text = alpha2digit(text, "fr") if re.search(r"[a-z]", text) else text
    for figures, make in FIGURES:
        text = figures.sub(make, text)
    return text.strip()


def clauses(text: str) -> list[tuple[int, int]]:
    """Where the clauses of a tidy text stand."""
    cuts = [0, *(at for m in BREAK.finditer(text) for at in m.span()), len(text)]
    return [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=True) if text[a:b].strip()]


def values(text: str) -> list[Value]:
    """The values of a tidy text, in order."""
    found: list[Value] = []
    for match in VALUE.finditer(text):
        kind = str(match.lastgroup)
        key = _key(kind, match[0])
        if kind == "number" and re.fullmatch(r"(?:19|20)\d\d", match[0]):
            kind = "day"
        found.append(_placed(kind, key, match, text, found))
    return found


def _within(short: str, whole: str) -> bool:
    return len(short) in (4, 7) and whole.startswith(short)


def _key(kind: str, written: str) -> str:
    if kind == "day":
        return _day(written)
    if kind == "act":
        return re.sub(
            r"\W",
            "",
            unaccented(written).casefold().removeprefix("articles").removeprefix("article"),
        )
    figures = [float(n.replace(",", ".")) for n in re.findall(N, written)]
    if kind == "hour":
        return f"{figures[0] * 60 + sum(figures[1:]):g}"
    if kind == "length":
        unit = written.split()[1][:2].lower()
        return f"{figures[0] * MONTHLY[unit]:g}" if unit in MONTHLY else f"{figures[0]:g}{unit}"
    scale = {"k": 1e3, "M": 1e6}.get(re.sub(r"[\d., ]|d'|€|euros?", "", written), 1.0)
    product = scale
    for figure in figures:
        product *= figure
    return f"{product:.12g}"


def _day(written: str) -> str:
    parts = re.split(r"[/. ]", unaccented(written).casefold())
    if parts[0].isalpha():
        parts = ["", *parts]
    number, month, *year = parts
    named = [unaccented(name) for name in MONTHS]
    month = month if month.isdigit() else str(named.index(month) + 1)
    written = f"{int(month):02}" + (f"-{int(number):02}" if number else "")
    return f"{year[0]}-{written}" if year else f"-{written}"


def _placed(kind: str, key: str, match: re.Match[str], text: str, before: list[Value]) -> Value:
    """The value with what the words beside it, in its clause, say of it."""
    start = max((m.end() for m in BREAK.finditer(text, 0, match.start()) if m[0] != ":"), default=0)
    after = BREAK.search(text, match.end())
    stop = after.start() if after else len(text)
    last = before[-1] if before and before[-1].end > start else None
    head = text[last.end if last else start : match.start()]
    tail = " ".join(text[match.end() : stop].split()[:6])
    tail = VALUE.split(tail)[0] or ""
    role = _role(kind, head, tail, text[: match.start()], text[match.end() :], last)
    bounds = [n for n, rule in BOUNDS.items() if re.search(rule, head[-40:] + " · " + tail, re.I)]
    if kind == "day" or role == "old":
        bounds = []
    word = re.match(r" ([a-zà-ÿ]\w{2,})", text[match.end() :]) if kind == "number" else None
    return Value(
        kind, key, match.start(), match.end(), role, ",".join(bounds), word[1] if word else ""
    )


def _role(kind: str, head: str, tail: str, before: str, after: str, last: Value | None) -> str:
    if re.search(ROLES["old"], head, re.I) or re.match(r"\s?auparavant", tail):
        return "old"
    if kind != "day":
        return ""
    if re.search(r"\bdu\s?$", head, re.I) and re.match(r" (?:inclus )?au \d", after):
        return "begin"
    if last and last.kind == "day" and last.role == "begin" and head.strip() == "au":
        return "end"
    if re.search(r"\bfait [^;.]{0,80}$", before, re.I):
        return "signed"
    found = [(m.end(), role) for role, rule in ROLES.items() for m in re.finditer(rule, head, re.I)]
    return max(found, default=(0, ""))[1]
