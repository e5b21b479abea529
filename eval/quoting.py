"""The answerer that the service is, in this process."""

from indexer import Encoder, Index
from indexer.encoder import embed_queries
from service.answers import Answer, answer
from service.answers.readers import reader_of
from service.recipe import Recipe
from service.spelling import understood


class Quoting:
    """Answers as `POST /v1/answer` does."""

    def __init__(self, index: Index, encoder: Encoder, recipe: Recipe) -> None:
        self._index, self._encoder, self._recipe = index, encoder, recipe
        self._read = reader_of(encoder)

    def answer(self, text: str) -> Answer:
        question = understood(text, self._index, self._recipe)
        (asked,) = embed_queries(self._encoder, [question.text])
        return answer(question, asked, self._index, self._read, self._recipe)
