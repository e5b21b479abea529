"""The browser of the tests, and axe."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Page

from service.__main__ import bind

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
AXE = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
}


def faults(page: Page) -> list[str]:
    found = Axe().run(page, options=AXE).response["violations"]
    return [f"{fault['id']}: {node['html'][:120]}" for fault in found for node in fault["nodes"]]


def unfold(page: Page) -> Page:
    """Open all that can be unfolded."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    return page


def spaced(page: Page) -> None:
    """The text spacing of WCAG 1.4.12, as a reader's own style sheet has it."""
    page.evaluate(
        """() => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
                word-spacing: .16em !important; } p { margin-bottom: 2em !important; }`);
            document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
        }"""
    )


def overflowing(page: Page, width: int) -> list[str]:
    """What of a page that is so wide lies beyond it, and is not meant to be scrolled to."""
    beyond = """([nodes, width]) => nodes.filter(node => !node.closest('.scroll, .hidden, .skip'))
        .filter(node => node.getBoundingClientRect().right > width + .5)
        .map(node => node.outerHTML.slice(0, 120))"""
    nodes = page.evaluate_handle("[...document.querySelectorAll('body *')]")
    whole = ["the page"] * (page.evaluate("document.documentElement.scrollWidth") > width)
    return [*whole, *page.evaluate(beyond, [nodes, width])]


@contextmanager
def listening(app: FastAPI) -> Iterator[str]:
    """A service on a port of this machine, by its address."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    bound = bind("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, args=([bound],))
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    server.should_exit = True
    thread.join()
