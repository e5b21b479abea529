"""What every request passes first: HEAD is a GET without its body, and bodies are bounded.

With a public address, that is the one which every request was sent to: what a client claims in
« Host » gets into no export, feed or page.
"""

from urllib.parse import urlsplit

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 64 * 2**10  # bytes of a request's body: the longest question, twenty times over


class Edge:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, url: str = "") -> None:
        """`url` is the public address, without a path."""
        self._app, self._url = app, urlsplit(url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        read = 0

        async def bounded() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > LARGEST:
                raise HTTPException(
                    413, f"Le corps de la requête dépasse {LARGEST} octets : raccourcissez-le."
                )
            return message

        if scope.get("method") == "HEAD":  # the server, which knows it, sends no body
            scope = {**scope, "method": "GET"}
        if self._url.netloc and scope["type"] == "http":
            others = [pair for pair in scope["headers"] if pair[0] != b"host"]
            headers = [(b"host", self._url.netloc.encode()), *others]
            scope = {**scope, "scheme": self._url.scheme, "headers": headers}
        await self._app(scope, bounded, send)
