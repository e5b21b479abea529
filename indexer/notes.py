"""What is not right with the documents of an index, in lines of French."""

from collections.abc import Container, Iterator, Mapping

from corpus.readers import ocr
from indexer.store import Problems, Unread


def many(count: int, words: str) -> str:
    """A count and its words, which are given in the singular; « repris » takes no other s."""
    plural = " ".join(word if word.endswith("s") else f"{word}s" for word in words.split())
    return f"{count} {words if count < 2 else plural}"


def decimal(value: float, form: str = ".2f") -> str:
    """A number as French writes it: « 1 234,5 »."""
    return f"{value:{form}}".replace(",", "\u202f").replace(".", ",").replace("%", "\u202f%")


def notes(
    failures: Mapping[str, str], kept: Container[str], unread: Unread, problems: Problems
) -> Iterator[str]:
    """Documents that could not be read, then those read in part, then faults of cards.

    `failures` are the reasons by path; an earlier version of those `kept` is in the index.
    """
    for path, reason in failures.items():
        more = " (une version antérieure reste dans l'index)" if path in kept else ""
        yield f"Non lu : {_named(path, reason)}{more}"
    remedy = "numérisez de nouveau" if ocr.engine() else ocr.REMEDY
    for path, pages in unread.items():
        which = f"page{'s' * (len(pages) > 1)} à océriser : {', '.join(map(str, pages))}"
        yield f"Lu en partie : {path} – {which} ; {remedy}."
    for path, found in problems.items():
        for problem in found:
            yield f"Fiche : {_named(path, problem)}"


def _named(path: str, text: str) -> str:
    """The text, its path named once."""
    return text if path in text else f"{path} – {text}"
