"""The real service as a process of its own: `python -m service` with the default model."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx
from conftest import ROOT

STARTED = 120  # seconds, with a cold disk and both cores busy


def start(*options: str, **environment: str) -> subprocess.Popen[str]:
    """The command, with its output in one pipe."""
    return subprocess.Popen(
        [sys.executable, "-m", "service", *options],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@dataclass
class Service:
    """A process that answers on its port."""

    process: subprocess.Popen[str]
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def running(index: Path, **environment: str) -> Iterator[Service]:
    """The service over an index, once it is ready."""
    port = free_port()
    process = start("--index", str(index), "--port", str(port), **environment)
    found = Service(process, port)
    deadline = time.monotonic() + STARTED
    while not answers(found.url):
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.1)
    yield found
    process.kill()
    process.communicate()


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health/ready").status_code == 200
    except httpx.TransportError:
        return False
