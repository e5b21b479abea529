"""The parties of an act: who concludes a convention, whose assembly votes a délibération."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from corpus.card.authors import author, partners
from corpus.card.kinds import CONTRACTS
from corpus.card.model import Evidence, Fact, Party
from corpus.card.naming import ARTICLE, BODY, Named, is_generic, names, tidy
from corpus.card.proper import full_name, proper
from corpus.card.reading import Reading
from corpus.card.territories import Territories, key

OPENS = re.compile(r"^(?:exposé|préambule|visas?|contexte|rappel|titre|chapitre|article|1\.)", re.I)
LISTED = re.compile(  # what announces the list of the parties, on the same line or above it
    r"^\W{0,3}(?:entre(?:\s+les\s+soussignée?s)?|conclue?\s+entre|les\s+parties|les\s+signataires"
    r"|parties(?:\s+à\s+la\s+(?:présente\s+)?convention)?|signataires|cocontractants"
    r"|premiers\s+adhérents|sont\s+parties\s+à\s+la\s+présente\s+convention)\s*(?::|$|(?=\s+l))",
    re.IGNORECASE | re.MULTILINE,
)
REPRESENTED = re.compile(r"\breprésentée?s?\b", re.IGNORECASE)
BEGINS = re.compile(  # where the name of a party may begin
    r"(?:(?<!M\.\n)(?<!Mme\n)^\W*|[;:]\s+|\bet\s+|[–•]\s+|\d\.\s+)"
    rf"(?:(?i:et|entre)\s+)*(?i:{ARTICLE})?\s*(?=(?i:{BODY})|(?!M\.|Mmes?\b|MM\.)[A-ZÀ-Ý])",
    re.MULTILINE,
)
FIRST = re.compile(rf"\s+{ARTICLE}(?={BODY})", re.IGNORECASE)
NAME = re.compile(r"(?:[^,;:(\n]|\([^)\n]{2,40}\)|\n(?!\n))+")
BETWEEN = re.compile(
    r"\bentre\s+(.{3,600}?)(?:,?\s+ci-après|(?<!ssociation)\s+pour\b|\s+dans\b|,?\s+relati[fv]"
    r"|,?\s+parties\s+à|,\s+sur\s+le|,\s+représenté|\s[-–]\s|\s?[;(:](?!\w)|(?<!\.\w)\.(?=\s|$)|;"
    r"|\n\n|$)",
    re.IGNORECASE | re.DOTALL,
)
ALIAS = re.compile(r"\s*\(([^()\n]{2,40})\)")
NAMES = re.compile(
    rf"(?:^\W*|\b(?:la|le|du|et|entre|par)\s+|\b[dl]['’]|[–-]\s)(?P<name>{BODY})", re.IGNORECASE
)
SHORT = re.compile(r"^(?:dit |dite )?[A-ZÀ-Ý][\w.’'&-]*(?: [A-ZÀ-Ý][\w.’'&-]*){0,2}$")

ALIKE = 0.95  # of two names that differ by a slip of the pen


def parties(reading: Reading, kind: str, known: Territories) -> tuple[Fact[Party], ...]:
    """The parties, in the order of the text, each once, under its canonical name."""
    titled = _between(reading.titled, at.start) if (at := reading.title_at) else []
    if kind == "délibération":
        found = [*author(reading), *titled, *partners(reading)]
    elif kind in CONTRACTS:
        listed = _represented(reading)
        found = listed if len(listed) >= max(2, len(titled)) else titled or _announced(reading)
    else:
        found = titled
    return _merged(reading, found, known)


def _between(text: str, start: int) -> list[Named]:
    """Those that are named after « entre », two at the least."""
    found = BETWEEN.search(text, start)
    listed = list(names(text, *found.span(1))) if found else []
    return listed if len(listed) > 1 else []


def _represented(reading: Reading) -> list[Named]:
    """Those of the list of the parties that are said to be represented by someone."""
    begin = LISTED.search(reading.head)
    if begin is None:
        return []
    found: list[Named] = []
    at, stop = begin.end(), _end_of_list(reading, begin.end())
    for said in REPRESENTED.finditer(reading.own, at, stop):
        first = None if found else FIRST.match(reading.own, at, said.start())
        first = first or BEGINS.search(reading.own, at, said.start())
        if first and (name := NAME.match(reading.own, first.end(), said.start())):
            found.append((tidy(name[0]), Evidence(*name.span())))
        at = said.end()
    return found


def _announced(reading: Reading) -> list[Named]:
    """Those of a plain list: « Entre A, B et C », « Signataires : A, B, C. »."""
    for begin in LISTED.finditer(reading.head):
        if "entre" in begin[0].lower():
            found = _between(reading.own, begin.start())
        else:
            line = reading.own.find("\n", begin.end())
            full_stop = reading.own.find(". ", begin.end(), line)
            found = list(names(reading.own, begin.end(), line if full_stop < 0 else full_stop))
        if len(found) > 1:
            return found
    return []


def _end_of_list(reading: Reading, start: int) -> int:
    """Where the list of the parties ends: at a heading or at the first visa."""
    for line in re.finditer(r"\n[^\n]*", reading.own[start : start + 3000]):
        blank = (
            not line[0].strip() and reading.text[start + line.start() : start + line.end()].strip()
        )
        if blank or OPENS.match(line[0].strip()):
            return start + line.start()
    return min(len(reading.own), start + 3000)


def _merged(reading: Reading, found: list[Named], known: Territories) -> tuple[Fact[Party], ...]:
    """Names made one by what the text and the authority file say of them."""
    aliases = dict(_aliases(reading))
    merged: dict[str, Fact[Party]] = {}
    for name, evidence in found:
        if is_generic(name):
            continue
        full = next((f for f, short in aliases.items() if key(short) == key(name)), "")
        full = full or full_name(reading.text, name)
        party = known.find(full) or known.find(name)
        if party is None and full:
            short = next((s for f, s in aliases.items() if key(f) == key(full)), "")
            party = Party(proper(_written(full, reading.text)), (short,) if short else ())
        if party is None:
            continue
        merged.setdefault(key(party.name), Fact(party, (evidence,)))
    return _distinct(merged, known)


def _aliases(reading: Reading) -> Iterator[tuple[str, str]]:
    """What the text gives in brackets after the name of a body: « … du Val d'Oronte (CAVO) ».

    A short name has the letters of the long one, in its order.
    """
    for match in ALIAS.finditer(reading.text):
        before = re.split(r"[,;:.()\n]", reading.text[max(0, match.start() - 120) : match.start()])
        begins = [m.start("name") for m in NAMES.finditer(before[-1])]
        letters = ".*?".join(key(match[1]).replace(" ", ""))
        for begin in reversed(begins if SHORT.match(match[1]) else []):
            name = tidy(before[-1][begin:])
            if re.match(letters, "".join(key(name).split())):
                yield name, match[1]
                break


def _written(name: str, text: str) -> str:
    """A name in capitals as the text writes it elsewhere, with its accents, if it does."""
    if name.upper() != name or " " not in name:
        return name
    pattern = r"\s+".join(re.escape(word).replace("'", "['’]") for word in name.split())
    found = (m[0] for m in re.finditer(pattern, text, re.IGNORECASE) if m[0] != m[0].upper())
    return " ".join(next(found, name).split())


def _distinct(merged: dict[str, Fact[Party]], known: Territories) -> tuple[Fact[Party], ...]:
    """Without the half of a name, « Ville » beside « Ville de Montpellier », and misspelt ones."""

    def same(name: str, other: str) -> bool:
        spelled = known.find(other) and not known.find(name)
        alike = SequenceMatcher(None, name, other).ratio() >= ALIKE
        return other.startswith(f"{name} d") or bool(spelled and alike)

    return tuple(
        fact
        for name, fact in merged.items()
        if not any(other != name and same(name, other) for other in merged)
    )
