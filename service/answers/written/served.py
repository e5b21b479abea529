"""The answer as this service gives it: written where it has a language model and that is wanted."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from fastapi.concurrency import run_in_threadpool

from corpus.errors import Overloaded
from service.answers.model import Answer
from service.answers.names import missing, named
from service.answers.written.endpoint import Unavailable
from service.answers.written.prompt import Seen, seen
from service.answers.written.write import Event, parts, written
from service.api import Engine
from service.parameters import AnswerBody
from service.question import parse


async def whole(engine: Engine, body: AnswerBody, extracted: Answer) -> Answer:
    """The answer once nothing of it is to come."""
    answer = extracted
    async with aclosing(told(engine, body, extracted)) as events:
        async for event in events:
            answer = event if isinstance(event, Answer) else answer
    return answer


async def told(engine: Engine, body: AnswerBody, extracted: Answer) -> AsyncGenerator[Event, None]:
    """The answer as it comes; `extracted` is the one by quotation."""
    if engine.endpoint is None or not body.written:
        for part in parts(extracted):
            yield part
        yield extracted
        return

    async def gather() -> Sequence[Seen]:
        return await _passages(engine, body, extracted)

    question = extracted.understood_as or body.question
    async with aclosing(
        written(question, extracted, gather, engine.endpoint, engine.embed)
    ) as events:
        async for event in events:
            yield event


async def _passages(engine: Engine, body: AnswerBody, extracted: Answer) -> Sequence[Seen]:
    """What the language model sees: passages of documents that say what the question names.

    Raises:
        Unavailable: another generation was published meanwhile, or the search is overloaded.
    """
    index, asked = engine.index, extracted.understood_as or body.question
    names, sought = named(parse(asked)), {"q": asked, "spelling": body.spelling}
    try:
        results = await engine.search(body.search.model_copy(update=sought))
    except Overloaded as busy:
        raise Unavailable(str(busy)) from None
    if not results.generation == index.generation == extracted.generation:
        raise Unavailable("L'index vient d'être mis à jour\u00a0: reposez la question.")
    hits = [hit for hit in results.hits if not missing(names, hit.document, index)]
    return await run_in_threadpool(seen, extracted.citations, hits, index)
