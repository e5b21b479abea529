"""A language model's endpoint that says what a test tells it to, over real sockets."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Script = Callable[["Talk"], None]


class Talk(BaseHTTPRequestHandler):
    """One request; a script answers it as it likes."""

    body: dict[str, Any]
    server: "Endpoint"

    def do_POST(self) -> None:
        self.body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(self)
        try:
            self.server.script(self)
        except OSError:  # the service has gone away
            self.server.left.set()

    def log_message(self, *_: object) -> None:
        pass

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The passages and the question, as the model sees them."""
        return [json.loads(line) for line in self.body["messages"][1]["content"].split("\n")]

    def number(self, words: str) -> int:
        """The number of the first passage that says these words."""
        said = [x for x in self.lines if words in x.get("texte", "").replace("\u00a0", " ")]
        return int(said[0]["passage"])

    def head(self, code: int = 200, kind: str = "text/event-stream") -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.end_headers()

    def send(self, data: object) -> None:
        self.wfile.write(
            f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n".encode()
        )
        self.wfile.flush()

    def say(self, text: str) -> None:
        """A text in small pieces, that cut words and sentences anywhere."""
        for at in range(0, len(text), 7):
            self.send({"choices": [{"index": 0, "delta": {"content": text[at : at + 7]}}]})

    def end(self) -> None:
        self.send({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        self.send({"choices": [], "usage": {"total_tokens": 9}})
        self.send("[DONE]")


class Endpoint(ThreadingHTTPServer):
    """Plays its script to each request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.script: Script = says("")
        self.asked: list[Talk] = []
        self.left = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


@contextmanager
def endpoint() -> Iterator[Endpoint]:
    server = Endpoint()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def says(text: str, words: str = "") -> Script:
    """A regular reply; `{n}` in it is the number of the passage that says these words."""

    def script(talk: Talk) -> None:
        talk.head()
        talk.say(text.replace("{n}", str(talk.number(words)) if "{n}" in text else ""))
        talk.end()

    return script
