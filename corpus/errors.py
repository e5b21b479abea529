"""The errors that Entente raises: one small tree, each with its value and its remedy, in French."""

from collections.abc import Iterable, Sequence


def listed(values: Iterable[str]) -> str:
    """« a », « b »."""
    return ", ".join(f"« {value} »" for value in values)


class EntenteError(Exception):
    """Base of every error that a person may read; its text names the value and the remedy."""


class CannotRead(EntenteError):
    """A file holds no readable document; `state` is what it waits for."""

    state = "en échec"


class NeedsOcr(CannotRead):
    """All the text of a file is on images that were not recognised."""

    state = "à océriser"


class Unsettled(CannotRead):
    """A file changes while it is read: no fault of its own, the next update takes it."""


class ReadersDown(EntenteError):
    """The processes that read documents cannot be started, or all of them ended."""


class LibraryMissing(EntenteError):
    """The folder of documents does not exist or cannot be listed."""


class BadTerritories(EntenteError):
    """The user's file of territories cannot be used."""


class IndexMissing(EntenteError):
    """No published index in the folder."""


class IndexMismatch(EntenteError):
    """The index was written by another format, model, splitter or analyzer."""


class IndexCorrupted(EntenteError):
    """A file of a generation is missing or does not have the checksum of the manifest."""


class IndexLocked(EntenteError):
    """Another process is updating the index."""


class ModelUnavailable(EntenteError):
    """The embedding model cannot be loaded."""


class UnknownDocument(EntenteError):
    """No document has the id."""


class BadQuestion(EntenteError):
    """The question or one of its parameters cannot be served."""


class UnknownValue(BadQuestion):
    """A filter asks for what no document has; `near` are values that it may mean."""

    def __init__(self, name: str, written: str, fault: str, near: Sequence[str] = ()) -> None:
        told = f"{name} = « {written[:80]} » : {fault}"
        super().__init__("".join([told, " ; voyez " if near else "", listed(near), "."]))
        self.name, self.written, self.fault, self.near = name, written, fault, tuple(near)


class Overloaded(EntenteError):
    """Too many questions are waiting for the model."""
