"""The simplest answerer that is real: what any other has to beat."""

from dataclasses import dataclass

from indexer import Encoder, Index
from indexer.encoder import embed_queries
from service.answers.model import Answer, Citation, Kind, Sentence, Status
from service.answers.sentences import sentences
from service.question import parse
from service.recipe import Recipe
from service.search import Cited, Hit, Span, search


@dataclass(frozen=True, slots=True)
class FirstSentence:
    """Of the first passage, the sentence with most words of the question: the answer.

    It declines where the probability that the document answers is under `least`.
    """

    index: Index
    encoder: Encoder
    recipe: Recipe
    least: float = 0.5

    def answer(self, text: str) -> Answer:
        question = parse(text)
        (asked,) = embed_queries(self.encoder, [question.text])
        found = search(question, asked, self.index, self.recipe, limit=3)
        best = found.hits[0] if found.hits else None
        sure = best is not None and best.relevance >= self.least
        citations = (_citation(best),) if best and sure else ()
        return Answer(
            kind=Kind.FACT,
            status=Status.ANSWERED if citations else Status.NO_EVIDENCE,
            sentences=tuple(Sentence(citation.quote, (1,)) for citation in citations),
            citations=citations,
            nearest=found.hits,
            confidence=best.relevance if best else 0.0,
            generation=found.generation,
            reason="" if citations else "Aucun passage ne répond assez sûrement.",
        )


def _citation(hit: Hit) -> Citation:
    passage, span = hit.passages[0].passage, _sentence(hit.passages[0])
    return Citation(
        n=1,
        document=hit.document,
        start=passage.start + span.start,
        end=passage.start + span.end,
        quote=passage.text[span.start : span.end],
        page=passage.page,
        section=passage.section,
    )


def _sentence(cited: Cited) -> Span:
    """The first of the sentences that hold most of what is highlighted."""

    def held(span: Span) -> int:
        return sum(span.start <= mark.start < span.end for mark in cited.highlights)

    return max(sentences(cited.passage.text), key=held)
