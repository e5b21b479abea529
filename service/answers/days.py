"""The days that a question about the life of acts means: « avant fin 2027 », « d'ici un an »."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from corpus.card.model import Period
from corpus.card.status import ENDLESS, UNKNOWN
from corpus.card.words import DAY, MONTHS, NUMBER, after, day, months
from corpus.names import unaccented

ALWAYS, NEVER = date.min.isoformat(), date.max.isoformat()
ENGLISH = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
FIGURES = {"one": "1", "two": "2", "three": "3", "twelve": "12"}
MONTH = "|".join(map(unaccented, MONTHS))
YEAR = r"(?:19|20)\d\d"
POINT = (  # a day, a month, a year, or the first or last of them
    rf"(?:(?P<day>{unaccented(DAY)}|{YEAR}-\d\d-\d\d)"
    rf"|(?:(?P<edge>debut|fin|mi)[ -])?(?:de |d')?(?:l'annee )?(?:(?P<month>{MONTH}) )?"
    rf"(?P<year>{YEAR})\b)"
)
WITHIN = (
    r"\b(?:d'ici|dans|sous|within|in the next)(?: a| les| l'| the)? "
    rf"?(?P<time>{NUMBER} (?:ans?|annees?|mois|semestres?))\b"
)
THIS = {"cette annee": 0, "this year": 0, "l'annee prochaine": 1, "l'an prochain": 1,
        "next year": 1, "l'annee derniere": -1, "l'an dernier": -1, "last year": -1}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Days:
    """From a day to another, both ISO 8601 and both within."""

    first: str = ALWAYS
    last: str = NEVER

    def __contains__(self, one: str) -> bool:
        return self.first <= one <= self.last


def ending(known: Period, days: Days, *, over: bool) -> str:
    """The day on which an act ends; "" where unknown.

    For what is over, that is after its tacit renewals; else its own end, if that is yet to come.
    """
    if not known.ends or not known.last or (not over and known.ends >= days.first):
        return known.ends
    return "" if known.last in (UNKNOWN, ENDLESS) else max(known.ends, known.last)


def meant(question: str, today: str) -> tuple[Days | None, str]:
    """The days that a question names, those it counts from `today` too, and the words without them.

    None where it names none. The words are in small letters, without accents.
    """
    text = _plain(question)
    both = rf"\b(?:entre|between|de|from) {_named(1)} (?:et|and|a|to) {_named(2)}"
    if found := re.search(WITHIN, text):
        written = found["time"].replace("annee", "année")
        return Days(today, after(today, months(written)) or NEVER), _without(found)
    if found := re.search(rf"\b(?:{'|'.join(THIS)})\b", text):
        year = int(today[:4]) + THIS[found[0]]
        return Days(f"{year}-01-01", f"{year}-12-31"), _without(found)
    if found := re.search(both, text):
        one, two = _days(found, "1"), _days(found, "2")
        return (Days(one.first, two.last) if one and two else None), _without(found)
    for found in re.finditer(ONE, text):
        if point := _days(found):
            days, left = (
                _related(found["how"] or "", point, found["edge"] == "fin"),
                _without(found),
            )
            return _narrowed(days, left)
    return None, text


def _narrowed(days: Days, left: str) -> tuple[Days, str]:
    """The days, bounded by a second point too: « après 2026 et avant 2028 », « 2026 ou 2027 »."""
    for found in re.finditer(rf"\b(?P<joined>et|ou|mais|and|or|but) (?:en |in )?{ONE}", left):
        if not (point := _days(found)):
            continue
        other = _related(found["how"] or "", point, found["edge"] == "fin")
        if found["joined"] in ("ou", "or") or (not found["how"] and days.last != NEVER):
            return Days(min(days.first, other.first), max(days.last, other.last)), _without(found)
        return Days(max(days.first, other.first), min(days.last, other.last)), _without(found)
    return days, left


def _without(found: re.Match[str]) -> str:
    return f"{found.string[: found.start()]} {found.string[found.end() :]}"


HOW = {  # what stands before a point in time, as a rule: which days are meant
    r"avant (?:la |le )?|before (?:the )?": "before",
    r"d'ici (?:a |au |la |le )?|jusqu'(?:a |au |en )|by (?:the )?|until (?:the )?": "until",
    r"apres (?:la |le )?|after (?:the )?": "after",
    r"(?:a partir|a compter) (?:de |du |d')|depuis (?:le )?|(?:since|from) (?:the )?": "since",
}


ONE = rf"(?P<how>{'|'.join(HOW)})?(?:le |la |the )?\b{POINT}"


def _related(how: str, point: Days, at_end: bool) -> Days:
    """The days that stand so to a point; « fin » by itself is a month, the last one."""
    relation = next((kind for rule, kind in HOW.items() if re.fullmatch(rule, how)), "")
    if relation == "before":  # « avant fin 2027 » holds the last days of 2027
        return Days(ALWAYS, point.last if at_end else eve(point.first))
    if relation == "until":
        return Days(ALWAYS, point.last)
    if relation == "after":
        return Days(next_day(point.last), NEVER)
    if relation == "since":
        return Days(point.first, NEVER)
    return Days(f"{point.last[:7]}-01", point.last) if at_end else point


def _days(found: re.Match[str], n: str = "") -> Days | None:
    """The days of a match of POINT, or of the n-th of a pair; None where there is no such day."""
    group = {name: found[name + n] for name in ("day", "edge", "month", "year")}
    if group["day"]:
        one = group["day"]
        exact = one if re.fullmatch(r"\d{4}-\d\d-\d\d", one) else day(one)
        try:
            return Days(exact, exact) if exact and date.fromisoformat(exact) else None
        except ValueError:  # « 2027-13-45 » is no day
            return None
    year, month = int(group["year"]), group["month"]
    first, last = (1, 12)
    if month:
        first = last = [unaccented(name) for name in MONTHS].index(month) + 1
    days = Days(f"{year}-{first:02}-01", f"{year}-{last:02}-{monthrange(year, last)[1]}")
    if group["edge"] == "debut":
        return Days(days.first, days.first)
    if group["edge"] == "fin":
        return Days(days.last, days.last)
    return days


def _named(n: int) -> str:
    """The pattern of a point as one of several."""
    return re.sub(r"\?P<(\w+)>", rf"?P<\g<1>{n}>", rf"(?:le )?{POINT}")


def _plain(question: str) -> str:
    """In small letters without accents; English dates and lengths as French ones."""
    text = unaccented(question).casefold().replace("’", "'")
    for english, french in zip(ENGLISH, MONTHS, strict=True):
        month = unaccented(french)
        text = re.sub(rf"\b{english} (\d\d?)(?:st|nd|rd|th)?,?(?= \d{{4}})", rf"\1 {month}", text)
        text = re.sub(rf"\b{english}\b(?= \d)", month, text)
    for word, figure in FIGURES.items():
        text = re.sub(rf"\b{word}(?= (?:months?|years?|mois|ans?)\b)", figure, text)
    text = re.sub(r"\b(?:prochaine?s?|next) (?=mois|ans|annees|months|years)", "", text)
    text = re.sub(r"\bmonths?\b", "mois", text)
    text = re.sub(r"(?<=\d )years?\b", "ans", text)
    text = re.sub(r"\b(?:the )?end of ", "fin ", text)
    return re.sub(r"\s+", " ", re.sub(r"\bl'annee(?= (?:19|20)\d\d)", "", text))


def eve(one: str) -> str:
    """The day before; the first of all has none, and stays."""
    if one == ALWAYS:
        return one
    return (date.fromisoformat(one) - timedelta(days=1)).isoformat()


def next_day(one: str) -> str:
    """The day after; the last of all has none, and stays."""
    if one == NEVER:
        return one
    return (date.fromisoformat(one) + timedelta(days=1)).isoformat()
