"""What a Passage is: an exact slice of its document."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice, `document.text[start:end] == text`, with the page and section where it starts.

    `attendance` tells a list of who was there. `key` is its row in the index, 0 until it has one;
    it is never given to another passage.
    `confidence` is the lowest of its pages whose text was recognised on an image, if any.
    """

    document: str
    start: int
    end: int
    text: str
    page: int | None
    section: tuple[str, ...]
    key: int = 0
    attendance: bool = False
    confidence: float | None = None

    @property
    def id(self) -> str:
        """`document:start-end`: stable as long as the document's text is."""
        return f"{self.document}:{self.start}-{self.end}"
