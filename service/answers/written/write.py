"""An answer written by a language model, of which only what the passages support is shown.

The extractive answer decides whether there is an answer at all, and stands in wherever the model
has none: `Restart` then tells that what was shown before is replaced.
"""

import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

import numpy as np
import structlog
from fastapi.concurrency import run_in_threadpool

from service.answers.model import Answer, Citation, Held, Kind, Sentence, Status, Writing
from service.answers.readers import Embed
from service.answers.written.check import supported
from service.answers.written.endpoint import Endpoint, Unavailable
from service.answers.written.parts import Parts, Said
from service.answers.written.prompt import SILENT, Seen, messages
from service.search import Span

log = structlog.get_logger()

SENTENCES = 8  # of an answer
CHECKED = 30  # sentences, shown or not
LONGEST = 600  # characters of one
ALIKE = 0.88  # cosine of a sentence and what supports it; see `docs/decisions.md`
WHOLE = {Kind.LIST, Kind.STATUS, Kind.REFERENCE}  # kinds whose answer is to be complete
FOREIGN = re.compile(  # what no sentence of an act needs: addresses, markup, code, odd characters
    r"https?:|www\.|\w@\w|[<>{}|\\`*_#~\[\]=^\ufffd\u200b-\u200f\u202a-\u202e\x00-\x08]|\w\.(?:fr|com|org|net)\b"
)
SPEAKING = re.compile(  # to the reader, or of the writer
    r"\b(?:vous|vos|votre|tu|toi|tes|ton|je|j'|moi|mon|nous|notre|nos)\b|^\W*(?!chez|assez|rez)\w+ez\b|\bcliqu",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """A sentence to be shown, with the citations that no sentence before it had."""

    sentence: Sentence
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Restart:
    """What was shown is replaced by what follows, for a reason in French."""

    reason: str


Event = Held | Part | Restart | Answer  # the last one is the whole answer


async def written(
    question: str,
    extracted: Answer,
    gather: Callable[[], Awaitable[Sequence[Seen]]],
    endpoint: Endpoint,
    embed: Embed,
) -> AsyncGenerator[Event, None]:
    """The model's answer, sentence by sentence, or the extractive one.

    Args:
        gather: gives what the model may cite, by number from 1.
        embed: embeds the sentences that are compared.
    """
    draft, writing = _Draft([], embed), Writing(endpoint.model)
    try:
        _may_write(extracted)
        passages = await gather()
        draft = _Draft(passages, embed)
        writing = replace(writing, passages=tuple(one.passage.id for one in passages))
        async with aclosing(endpoint.text(messages(question, passages))) as pieces:
            async for said in _sentences(pieces):
                if part := await run_in_threadpool(draft.add, said):
                    yield part
                if len(draft.sentences) == SENTENCES or draft.checked == CHECKED:
                    break
        if not draft.sentences:
            raise Unavailable("Aucune phrase du modèle de langue n'est prouvée par les passages.")
    except Unavailable as failure:
        log.info("written.fallback", reason=str(failure), withheld=draft.withheld)
        if draft.sentences:
            yield Restart(str(failure))
        for shown in parts(extracted):
            yield shown
        writing = replace(writing, withheld=draft.withheld, fallback=str(failure))
        yield replace(extracted, writing=writing)
        return
    yield replace(
        extracted,
        sentences=tuple(draft.sentences),
        citations=tuple(draft.citations.values()),
        verdict=None,  # the citations that settle it are no longer there
        held=None,
        writing=replace(writing, withheld=draft.withheld),
    )


def parts(answer: Answer) -> list[Held | Part]:
    """The value that holds, then sentence by sentence, each citation with the first that has it."""
    left = {c.n: c for c in answer.citations}
    found: list[Held | Part] = [answer.held] if answer.held else []
    for sentence in answer.sentences:
        new = [left.pop(n) for n in sentence.citations if n in left]
        found.append(Part(sentence, tuple(new)))
    return found


def _may_write(extracted: Answer) -> None:
    if extracted.status == Status.NO_EVIDENCE:
        raise Unavailable("Les documents ne répondent pas\u00a0: il n'y a rien à rédiger.")
    if extracted.kind in WHOLE:
        raise Unavailable("Une liste se donne entière\u00a0: elle n'est pas rédigée.")


async def _sentences(pieces: AsyncIterator[str]) -> AsyncIterator[Said]:
    """The model's sentences as soon as they are whole.

    Raises:
        Unavailable: it says that the passages do not answer.
    """
    collected = Parts()
    async for piece in pieces:
        for said in collected.feed(piece):
            yield _speaks(said)
    for said in collected.close():
        yield _speaks(said)


def _speaks(said: Said) -> Said:
    if SILENT in said.text:
        raise Unavailable("Le modèle de langue ne trouve pas de réponse dans les passages.")
    return said


class _Draft:
    """The sentences that were kept so far, with their citations by place."""

    def __init__(self, passages: Sequence[Seen], embed: Embed) -> None:
        self._passages, self._embed = passages, embed
        self.sentences: list[Sentence] = []
        self.citations: dict[tuple[str, int, int], Citation] = {}
        self.withheld = 0

    def add(self, said: Said) -> Part | None:
        """The sentence, if each of its claims is supported by a passage that it cites."""
        places = self._places(said)
        if not places or said.text in {sentence.text for sentence in self.sentences}:
            self.withheld += not places
            return None
        cited = [self._cited(one, span) for one, span in places]
        numbers = tuple(dict.fromkeys(citation.n for citation in cited))
        before = {n for sentence in self.sentences for n in sentence.citations}
        sentence = Sentence(said.text, numbers)
        self.sentences.append(sentence)
        return Part(
            sentence, tuple(c for c in self.citations.values() if c.n in set(numbers) - before)
        )

    @property
    def checked(self) -> int:
        return len(self.sentences) + self.withheld

    def _places(self, said: Said) -> list[tuple[Seen, Span]]:
        """Where the claims of a sentence are said; nothing if one of them is not."""
        if not said.claims or len(said.text) > LONGEST:
            return []
        if FOREIGN.search(said.text) or SPEAKING.search(said.text):
            return []
        found: list[tuple[Seen, Span]] = []
        for claim in said.claims:
            if any(not 1 <= n <= len(self._passages) for n in claim.numbers):
                return []
            cited = [self._passages[n - 1] for n in claim.numbers]
            places = [(one, supported(claim.text, one.passage, one.document)) for one in cited]
            proven = [
                (one, span) for one, span in places if span and self._near(claim.text, one, span)
            ]
            if not proven:
                return []
            found += proven
        return found

    def _near(self, claim: str, one: Seen, span: Span) -> bool:
        """Whether the model of the search finds a claim and its support alike."""
        vectors, _ = self._embed([claim, one.document.text[span.start : span.end]])
        return float(np.dot(vectors[0], vectors[1])) >= ALIKE

    def _cited(self, one: Seen, span: Span) -> Citation:
        document, place = one.document, (one.document.id, span.start, span.end)
        if place not in self.citations:
            self.citations[place] = Citation(
                n=len(self.citations) + 1,
                document=document,
                start=span.start,
                end=span.end,
                quote=document.text[span.start : span.end],
                page=document.page_at(span.start),
                section=tuple(document.section_of(span.start, span.end)),
            )
        return self.citations[place]
