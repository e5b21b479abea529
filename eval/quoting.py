"""The answerer that the service is, in this process."""

from dataclasses import dataclass
from functools import partial

from indexer import Encoder, Index
from indexer.encoder import embed_documents, embed_queries
from service.answers import Answer, answer
from service.recipe import Recipe
from service.spelling import understood


@dataclass(frozen=True, slots=True)
class Quoting:
    """Answers as `POST /v1/answer` does."""

    index: Index
    encoder: Encoder
    recipe: Recipe

    def answer(self, text: str) -> Answer:
        question = understood(text, self.index, self.recipe)
        (asked,) = embed_queries(self.encoder, [question.text])
        read = partial(embed_documents, self.encoder)
        return answer(question, asked, self.index, read, self.recipe)
