"""Questions put to the answers over the sample corpus, with the real model, on one day."""

from collections.abc import Callable

from indexer import Filters, LocalIndex, SentenceEncoder
from indexer.encoder import embed_queries
from service.answers import Answer, answer
from service.answers.readers import reader_of
from service.recipe import Recipe
from service.spelling import understood

DAY = "2025-06-01"
Ask = Callable[[str], Answer]


def asking(index: LocalIndex, encoder: SentenceEncoder) -> Ask:
    """Asks as `POST /v1/answer` does."""
    read = reader_of(encoder)

    def ask(text: str) -> Answer:
        question = understood(text, index, Recipe())
        (vectors,) = embed_queries(encoder, [question.text])
        return answer(question, vectors, index, read, filters=Filters(on=DAY))

    return ask


def cited(given: Answer) -> list[str]:
    """The ids of the documents that are cited, in order."""
    return [citation.document.id for citation in given.citations]


def exact(given: Answer) -> list[tuple[str, str | None]]:
    """What answers by itself, and its type."""
    return [(s.text[e.start : e.end], e.type) for s in given.sentences for e in s.exact]
