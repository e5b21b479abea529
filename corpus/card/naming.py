"""Names of bodies in a list such as « la commune de A, les communes de B et de C et l'EPT D »."""

import re
from collections.abc import Iterable, Iterator

from corpus.card.model import Evidence, Party

Named = tuple[str, Evidence]  # a name and where it stands
BODY = (  # the words by which public bodies and their partners are called
    r"(?:communauté|commune|ville|mairie|département|région|métropole|syndicat|établissement|ept\b"
    r"|epci\b|office|centre|service|société|association|chambre|agence|caisse|conseil|état\b|caf\b"
    r"|sdis\b|parc|port|université|rectorat|préfecture|groupement|gip\b|fondation|fédération|union"
    r"|institut|pôle|collectivité|sem\b|spl\b|régie|banque|cci\b|cma\b)"
)
ARTICLE = r"(?:les?\s|la\s|l['’]\s?)"
PLURAL = re.compile(
    r"^(villes|communes|départements|régions|métropoles|sociétés|associations)\s+(?=d)", re.I
)
OF = re.compile(r"(?:de la |de l['’]|des |de |du |d['’])")
SINGULAR = re.compile(r"s$")
COMMA = re.compile(rf"\s*[,;]\s*(?:et\s+)?|\s+et\s+(?={ARTICLE})", re.IGNORECASE)
LAST = re.compile(r"\s+et\s+(?=[A-ZÀ-Ý])")
JOINED = re.compile(r"\s*,\s*|\s+et\s+")
GENERIC = re.compile(
    r"^(?:\w+ )?(?:communes|villes|partenaires?|parties|signataires|membres|collectivités"
    r"|(?:associations|sociétés|entreprises|organismes|établissements)(?: \w+)?)$",
    re.IGNORECASE,
)


def names(text: str, start: int, end: int) -> Iterator[Named]:
    """The names of a list in `text[start:end]`, each with its place; in the list's order."""
    hidden = re.sub(r"\([^)]*\)", lambda m: " " * len(m[0]), text[start:end]).replace("\n", " ")
    kind = ""  # of « communes de A, B et C », for B and C
    for at, stop in _cut(hidden):
        piece = hidden[at:stop]
        lead = re.match(rf"\s*(?:[–•*-]\s*)?(?:et\s+)?({ARTICLE})?\s*", piece, re.IGNORECASE)
        at += lead.end() if lead else 0
        piece = hidden[at:stop].rstrip()
        piece = piece if re.search(r"\.\w\.$", piece) else piece.rstrip(" .")
        if group := PLURAL.match(piece):
            kind = group[0]
        elif (lead and lead[1]) or re.match(BODY, piece, re.IGNORECASE):
            kind = ""
        if group or (kind and piece):
            yield from _members(piece, kind, start + at)
        elif piece:
            yield tidy(piece), Evidence(start + at, start + at + len(piece))


def _cut(listed: str) -> Iterator[tuple[int, int]]:
    """The pieces of a list « A, B et C »: what follows a comma after the last « et » is not of it.

    « et » closes the list before an article; where none does, before a capital.
    """
    cuts = [m.span() for m in COMMA.finditer(listed)]
    closing = [cut for cut in cuts if re.search(r"\bet\b", listed[slice(*cut)], re.IGNORECASE)]
    if not closing:
        first = cuts[-1][1] if cuts and LAST.search(listed, cuts[-1][1]) else 0
        grouped = PLURAL.match(re.sub(rf"^\s*{ARTICLE}", "", listed[first:]))
        closing = [] if grouped else [m.span() for m in LAST.finditer(listed, first)][-1:]
        cuts = sorted([*cuts, *closing])
    ends = [start for start, _ in cuts if closing and start > closing[-1][0]]
    stop = ends[0] if ends else len(listed)
    at = 0
    for start, following in [*(cut for cut in cuts if cut[0] < stop), (stop, 0)]:
        yield at, start
        at = following


def _members(piece: str, plural: str, at: int) -> Iterator[Named]:
    """« communes de A et de B » as « commune de A » and « commune de B »."""
    kind = SINGULAR.sub("", plural.strip())
    begin = len(plural) if piece.startswith(plural) else 0
    first = OF.match(piece, begin)
    link = first[0] if first else "de "
    for cut in [*JOINED.finditer(piece, begin), None]:
        stop = cut.start() if cut else len(piece)
        name = piece[begin:stop].strip()
        name = name if OF.match(name) else link + name
        yield tidy(f"{kind} {name}"), Evidence(at + begin, at + stop)
        begin = cut.end() if cut else stop


def tidy(name: str) -> str:
    """A name on one line, without what stands in brackets and the years that follow it."""
    bare = re.sub(r"\([^)]*\)|\s+\d{4}(?:\s?[-–/]\s?\d{4})?\s*$", " ", name)
    return " ".join(bare.split()).strip(" ,;:–-")


def is_generic(name: str) -> bool:
    """Whether a name is that of no body in particular: « les communes », « deux partenaires »."""
    return GENERIC.match(name) is not None


def without(text: str, parties: Iterable[Party]) -> str:
    """The text with the names of parties blanked, character for character."""
    names = {name for party in parties for name in (party.name, *party.aliases)}
    for name in sorted(names, key=len, reverse=True):
        written = r"\s+".join(re.escape(word).replace("'", "['’]") for word in name.split())
        text = re.sub(written, lambda found: " " * len(found[0]), text, flags=re.IGNORECASE)
    return text
