"""What every request passes first: HEAD is a GET without its body, and bodies are bounded."""

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 64 * 2**10  # bytes of a request's body: the longest question, twenty times over


class Edge:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

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
        await self._app(scope, bounded, send)
