"""What OCR makes of pages whose text is known: printed, scanned askew, read and compared."""

import io
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any
from unicodedata import normalize

import numpy as np
import pypdfium2
from PIL import Image
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from corpus import Library
from corpus.clean import clean
from corpus.document import Block
from corpus.readers import ocr
from indexer import open_index, update
from indexer.encoder import Encoder, embed_queries
from service.question import parse
from service.search import search

LETTERS = 200  # of a page that is worth reading
SKEW = 0.7  # degrees, at the most, either way
NOISE = 12.0  # standard deviation, of 255 shades


@dataclass(frozen=True)
class PageScore:
    """One page. `errors` are edits of characters in reading order; `line_errors` are those of each
    line where it fits best, so that the order of blocks does not count."""

    path: str
    page: int
    characters: int
    errors: int
    line_errors: int
    confidence: float
    seconds: float


def measure(
    folder: Path,
    pages: int,
    seed: int,
    *,
    scan: int = 200,
    render: int = ocr.DPI,
    mode: int = ocr.LAYOUT,
) -> dict[str, Any]:
    """Scores of pages drawn at random, scanned at `scan` dpi and read at `render` dpi."""
    rng = random.Random(seed)
    drawn = rng.sample(_with_text(folder), pages)
    scores = []
    for path, number, text in drawn:
        page = pypdfium2.PdfDocument(image_only(path, rng, [number], scan))[0]
        start = perf_counter()
        (found,) = ocr.recognise([page], render, mode)
        seconds = perf_counter() - start
        scores.append(_score(path.name, number + 1, text, found, seconds))
    characters = sum(score.characters for score in scores)
    return {
        "pages": pages,
        "scan_dpi": scan,
        "render_dpi": render,
        "psm": mode,
        "character_error_rate": sum(score.errors for score in scores) / characters,
        "line_error_rate": sum(score.line_errors for score in scores) / characters,
        "confidence": sum(score.confidence for score in scores) / pages,
        "seconds_a_page": sum(score.seconds for score in scores) / pages,
        "by_page": [asdict(score) for score in scores],
    }


def title_ranks(
    folder: Path, scans: int, others: int, seed: int, encoder: Encoder, place: Path
) -> list[tuple[str, int]]:
    """The title and rank of each document of which only a scan is indexed, among others as text.

    A rank is 0 where the document is not among the first hundred. `place` is an empty folder.
    """
    rng = random.Random(seed)
    sources = [s for s in Library(folder).scan() if not isinstance(s, tuple)]
    drawn = rng.sample([s for s in sources if s.path.endswith(".pdf")], scans + others)
    for n, source in enumerate(drawn):
        path = place / "library" / source.path
        path.parent.mkdir(parents=True, exist_ok=True)
        data = image_only(folder / source.path, rng) if n < scans else None
        path.write_bytes(data or (folder / source.path).read_bytes())
    update(Library(place / "library").scan(), place / "index", encoder)
    index = open_index(place / "index")
    ranks = []
    for source in drawn[:scans]:
        title = source.read().title
        (asked,) = embed_queries(encoder, [title])
        hits = search(parse(title), asked, index, limit=100).hits
        ranks.append((title, next((h.rank for h in hits if h.document.id == source.id), 0)))
    return ranks


def image_only(
    path: Path, rng: random.Random, numbers: Sequence[int] | None = None, dpi: int = 200
) -> bytes:
    """A PDF of scans of pages (from 0; all by default): grey, a little askew, with grain."""
    document = pypdfium2.PdfDocument(path.read_bytes())
    wanted = range(len(document)) if numbers is None else numbers
    images = [_scan(document[number], rng, dpi) for number in wanted]
    document.close()
    file = io.BytesIO()
    images[0].save(file, "PDF", resolution=dpi, save_all=True, append_images=images[1:])
    return file.getvalue()


def _scan(page: pypdfium2.PdfPage, rng: random.Random, dpi: int) -> Image.Image:
    image = page.render(scale=dpi / 72, grayscale=True).to_pil()
    image = image.rotate(rng.uniform(-SKEW, SKEW), Image.Resampling.BICUBIC, fillcolor=255)
    grain = np.random.default_rng(rng.randrange(2**32)).normal(
        0, NOISE, (image.height, image.width)
    )
    return Image.fromarray((np.asarray(image) + grain).clip(0, 255).astype(np.uint8))


def _with_text(folder: Path) -> list[tuple[Path, int, str]]:
    """The pages of a folder's PDFs that have a text of their own."""
    found = []
    for path in sorted(folder.rglob("*.pdf")):
        try:
            document = pypdfium2.PdfDocument(path.read_bytes())
        except pypdfium2.PdfiumError:
            continue
        for number, page in enumerate(document):
            text = page.get_textpage().get_text_bounded()
            if sum(map(str.isalpha, text)) >= LETTERS and not ocr.is_garbled(text):
                found.append((path, number, text))
        document.close()
    return found


def _score(
    path: str, page: int, text: str, found: ocr.Recognised | None, seconds: float
) -> PageScore:
    expected = _lines(text)
    read = " ".join(_lines(found.text if found else ""))
    whole = " ".join(expected)
    return PageScore(
        path=path,
        page=page,
        characters=len(whole),
        errors=Levenshtein.distance(whole, read),
        line_errors=sum(_missed(line, read) for line in expected),
        confidence=found.confidence if found else 0.0,
        seconds=round(seconds, 2),
    )


def _lines(text: str) -> list[str]:
    """The lines of a text without boilerplate, in one spelling of spaces, quotes and ligatures."""
    blocks = clean([Block(text.replace("\x02", "-"))])
    lines = normalize("NFKC", blocks[0].text if blocks else "").replace("’", "'").split("\n")
    return [" ".join(line.split()) for line in lines]


def _missed(line: str, text: str) -> int:
    """The edits between a line and the part of a text that is nearest to it."""
    best = fuzz.partial_ratio_alignment(line, text)
    if best is None or len(line) > len(text):
        return len(line)
    return Levenshtein.distance(line, text[best.dest_start : best.dest_end])
