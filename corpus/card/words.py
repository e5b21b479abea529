"""Numbers, dates and durations as French administrative prose writes them."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet",
    "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_UNACCENTED = str.maketrans("éû", "eu")
_PLAIN = [month.translate(_UNACCENTED) for month in MONTHS]
_UNITS = (
    "", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze",
    "douze", "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
)  # fmt: skip
_TENS = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante"}


def _names() -> Iterator[tuple[str, int]]:
    """Every number from 1 to 79 by its name, and 80, 90, 99 and 100 years, which leases have."""
    yield from (("une", 1), ("quatre-vingt-dix-neuf", 99), ("quatre-vingts", 80), ("cent", 100))
    yield from ((name, n) for n, name in enumerate(_UNITS) if name)
    for ten, name in _TENS.items():
        yield name, ten
        for n in range(1, 20 if ten == 60 else 10):
            link = " et " if n in (1, 11) else "-"
            yield f"{name}{link}{_UNITS[n]}", ten + n
            yield f"{name}-et-{_UNITS[n]}", ten + n


NAMED = dict(_names())
NUMBER = rf"(?:\d{{1,3}}|{'|'.join(sorted(NAMED, key=len, reverse=True))})"
_MONTH = "|".join(MONTHS).replace("é", "[ée]").replace("û", "[ûu]")  # « 14 DECEMBRE 2020 »
_DAY = rf"(?:\d{{1,2}}|1er|1\s?er)\s+(?:{_MONTH})\s+\d{{4}}"
_FIGURES = r"(?<![\d.-])(?<!n[°º])(?<!n[°º]\s)\d{1,2}(?:\.\d{1,2}\.|-\d{1,2}-)(?:19|20)\d\d(?!-\w)"
DAY = rf"(?:{_DAY}|\d{{1,2}}/\d{{1,2}}/\d{{4}}|{_FIGURES})\b"
_YEARS = r"(?:ans?|années?)(?:\s+civiles?)?"
TIME = (  # a length of time, in years, months or both
    rf"(?:(?<![\w-]){NUMBER}(?:\s+\(\w+\))?\s+(?:{_YEARS}(?:\s+et\s+{NUMBER}\s+mois)?"
    rf"|mois|semestres?)\b)"
)
_PARTS = re.compile(rf"({NUMBER})(?:\s+\(\w+\))?\s+({_YEARS}|mois|semestres?)\b", re.IGNORECASE)


def number(word: str) -> int:
    """« dix-huit » or « 18 » as a number.

    Raises:
        KeyError: it is neither.
    """
    word = re.sub(r"\s+", " ", word.strip().lower())
    return int(word) if word.isdigit() else NAMED[word]


def months(time: str) -> int:
    """« cinq ans et trois mois » in months."""
    total = 0
    for count, unit in _PARTS.findall(time):
        length = {"a": 12, "s": 6, "m": 1}[unit[0].lower()]
        total += number(count) * length
    return total


def day(written: str) -> str:
    """« 13 octobre 2021 », « 13/10/2021 » or « 13.10.2021 » in ISO 8601; empty if there is none."""
    number, month, year = re.split(r"\s+|[/.-]", re.sub(r"(?i)1\s?er", "1", written.strip()))
    with suppress(ValueError):
        name = month.lower().translate(_UNACCENTED)
        count = int(month) if month.isdigit() else _PLAIN.index(name) + 1
        return date(int(year), count, int(number)).isoformat()
    return ""


def after(start: str, length: int) -> str:
    """The last day of `length` months from the day `start`, both ISO 8601."""
    first = date.fromisoformat(start)
    year, month = divmod(first.month - 1 + length, 12)
    year, month = first.year + year, month + 1
    for back in range(4):  # from 29, 30 or 31 to the end of a shorter month
        with suppress(ValueError):
            end = date(year, month, first.day - back)
            return date.fromordinal(end.toordinal() - (back == 0)).isoformat()
    return ""


def later(last: str, length: int) -> str:
    """The last day of `length` months more, after the last day `last`; empty beyond all years."""
    with suppress(OverflowError):
        return after((date.fromisoformat(last) + timedelta(days=1)).isoformat(), length)
    return ""
