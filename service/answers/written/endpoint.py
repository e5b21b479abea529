"""A language model behind any OpenAI-compatible API: its text as it comes, or why there is none."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

import httpx2 as httpx
from pydantic import BaseModel, ValidationError

from indexer.settings import Settings

Message = dict[str, str]  # role, content
TOKENS = 500  # that the model may write
BYTES = 2**20  # of its whole reply, with all that the protocol adds
CHARACTERS = 10_000  # of its text
EVENT = 64 * 2**10  # bytes of one event
AT_ONCE = 4  # requests; beyond, the next ones do without
CONNECT = 5  # seconds
KEY = (401, 403)
BUSY = (429, 503)


class Unavailable(Exception):
    """The model wrote nothing that can be used; its text says why, in French, to a reader."""


class _Delta(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    delta: _Delta
    finish_reason: str | None = None


class _Chunk(BaseModel):
    choices: list[_Choice]


class Endpoint:
    """Where the model is asked; it holds the key, which is told nowhere."""

    def __init__(self, settings: Settings) -> None:
        self.model = settings.llm_model
        self._first, self._total = settings.llm_first_seconds, settings.llm_seconds
        headers = {"Accept": "text/event-stream", "Accept-Encoding": "identity"}
        if settings.llm_key:
            headers["Authorization"] = f"Bearer {settings.llm_key.get_secret_value()}"
        timeout = httpx.Timeout(self._total, connect=min(CONNECT, self._first))
        self._client = httpx.AsyncClient(headers=headers, timeout=timeout)
        self._url = f"{settings.llm_url.rstrip('/')}/chat/completions"
        self._asked = 0

    async def close(self) -> None:
        await self._client.aclose()

    async def text(self, messages: Sequence[Message]) -> AsyncGenerator[str, None]:
        """What the model writes, piece by piece, to its regular end.

        Raises:
            Unavailable: it cannot be asked, takes too long, breaks off or writes no such reply.
        """
        if self._asked >= AT_ONCE:
            raise Unavailable("Le modèle de langue a déjà trop de questions à la fois.")
        self._asked += 1
        try:
            async with aclosing(self._replies(messages)) as replies:
                async for piece in replies:
                    yield piece
        except httpx.TimeoutException:
            raise Unavailable("Le modèle de langue ne répond pas à temps.") from None
        except (httpx.SSEError, ValidationError):
            raise Unavailable(
                "Le modèle de langue ne répond pas comme une API de type OpenAI."
            ) from None
        except (httpx.ConnectError, httpx.InvalidURL, httpx.UnsupportedProtocol):
            raise Unavailable("Le modèle de langue ne répond pas à son adresse.") from None
        except (httpx.HTTPError, httpx.StreamError):
            raise Unavailable("La réponse du modèle de langue s'est interrompue.") from None
        finally:
            self._asked -= 1

    async def _replies(self, messages: Sequence[Message]) -> AsyncGenerator[str, None]:
        clock = asyncio.get_running_loop().time
        begun, said, ended = clock(), 0, False
        body = {
            "model": self.model,
            "messages": list(messages),
            "stream": True,
            "temperature": 0,
            "max_tokens": TOKENS,
        }
        request = self._client.build_request("POST", self._url, json=body)
        async with _within(begun + self._first, f"n'a rien dit en {self._first:g} s"):
            response = await self._client.send(request, stream=True)
        async with aclosing(response):
            _accept(response)
            response.encoding = "utf-8"
            events = aiter(httpx.EventSource(response, max_event_size=EVENT))
            while True:
                limit = self._total if said else min(self._first, self._total)
                told = "n'a pas fini" if said else "n'a rien dit"
                async with _within(begun + limit, f"{told} en {limit:g} s"):
                    event = await anext(events, None)
                if event is None or event.data.strip() == "[DONE]":
                    break
                if response.num_bytes_downloaded > BYTES or said > CHARACTERS:
                    raise Unavailable("La réponse du modèle de langue est trop longue.")
                for choice in _Chunk.model_validate_json(event.data).choices[:1]:
                    ended = ended or choice.finish_reason is not None
                    if piece := choice.delta.content:
                        said += len(piece)
                        yield piece
        if not said:
            raise Unavailable("Le modèle de langue n'a rien écrit.")
        if not ended and event is None:
            raise Unavailable("La réponse du modèle de langue s'est interrompue.")


class _within:
    """A limit of time on the loop's clock, around what waits and never around a `yield`."""

    def __init__(self, until: float, told: str) -> None:
        self._timeout, self._told = asyncio.timeout_at(until), told

    async def __aenter__(self) -> None:
        await self._timeout.__aenter__()

    async def __aexit__(self, *error: object) -> None:
        try:
            await self._timeout.__aexit__(*error)  # type: ignore[arg-type]
        except TimeoutError:
            raise Unavailable(f"Le modèle de langue {self._told}.") from None


def _accept(response: httpx.Response) -> None:
    code = response.status_code
    if code == 200:
        return
    if code in KEY:
        raise Unavailable(f"Le modèle de langue refuse la clé du service (code HTTP {code}).")
    if code in BUSY:
        raise Unavailable(f"Le modèle de langue est surchargé (code HTTP {code}).")
    raise Unavailable(f"Le modèle de langue répond par une erreur (code HTTP {code}).")
