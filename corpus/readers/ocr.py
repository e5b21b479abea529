"""Text recognised on the image of a page, by Tesseract with its French data.

The binary is called for each page: a page that hangs or crashes it loses that page alone.
"""

import csv
import io
import os
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from itertools import chain, groupby, islice
from math import sqrt
from typing import NamedTuple

import numpy as np
import pypdfium2
import pytesseract
from PIL import Image, ImageOps
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

from corpus.clean import RECEIPT
from corpus.readers.kept import recalled

LANGUAGE = "fra"
DPI = 200  # as good as 300 on the délibérations, and faster: docs/decisions.md
LAYOUT = 1  # Tesseract's page segmentation mode: finds columns and the orientation
LARGEST = 16_000_000  # pixels of a page, at the most: A2 at 200 dpi, 16 MB
LONGEST = 30_000  # pixels of a side, at the most: Tesseract refuses 32,768
SECONDS = 60  # of a page, at the most
REMEDY = "installez tesseract-ocr et tesseract-ocr-fra, puis relancez la mise à jour"
CORES = len(os.sched_getaffinity(0))
FEW = 100  # letters: with fewer, a page that is an image has but a stamp for text
FULL = 0.8  # of the page under images: a scan
GARBLED = 0.1  # of the characters unmapped: the text is not what the page shows
UNMAPPED = re.compile(  # \x02 is pdfium's mark of a hyphenated line end
    "[\x00\x01\x03-\x08\x0e-\x1b\ue000-\uf8ff\ufffd-\uffff]"
)
DOUBTFUL = 0.5  # below this mean confidence it is a picture that was read
UNSURE = 0.7  # below it the page may stand on its head
SKEWS = (0.0, -1.0, 1.0, -1.5, 1.5, -2.0, 2.0, -2.5, 2.5, -3.0, 3.0)  # degrees
FAILED = (pytesseract.TesseractError, RuntimeError, OSError)  # or took too long
SIDES = ("left", "top", "width", "height")  # columns of Tesseract's table
Row = dict[str, str]  # of that table
RULES = frozenset("|[]{}_~=\\—¦")  # what table rules are read as


@dataclass(frozen=True, slots=True)
class Recognised:
    """The text of a page's image, and the mean confidence of its words, from 0 to 1."""

    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Word:
    """A word read on an image, and its pixels: left, top, right, bottom."""

    text: str
    box: tuple[int, int, int, int]


class _Look(NamedTuple):
    """An image, upright, and the words of Tesseract's table."""

    image: Image.Image
    words: list[Row]


@cache
def engine() -> str:
    """The version of Tesseract; empty where it or its French data is missing."""
    try:
        if LANGUAGE not in pytesseract.get_languages():
            return ""
        return str(pytesseract.get_tesseract_version())
    except (pytesseract.TesseractNotFoundError, SystemExit):
        return ""


def needs_ocr(page: pypdfium2.PdfPage, text: str) -> bool:
    """Whether a page shows something of which `text`, its own, is missing or unusable.

    It is where it has no letter or digit, where a tenth of it are characters that the font does
    not map, or where the page is a scan and all that it has is a stamp.
    """
    if is_garbled(text):
        return True
    if not any(map(str.isalnum, text)):
        return next(iter(page.get_objects(max_depth=1)), None) is not None
    lines = (line for line in text.splitlines() if not RECEIPT.match(line.strip()))
    letters = filter(str.isalpha, chain.from_iterable(lines))
    return sum(1 for _ in islice(letters, FEW)) < FEW and _covered(page) >= FULL


def is_garbled(text: str) -> bool:
    """Whether a tenth of a text are characters that its font does not map."""
    return len(UNMAPPED.findall(text)) > GARBLED * len("".join(text.split()))


def recognise(
    pages: Iterable[pypdfium2.PdfPage], dpi: int = DPI, mode: int = LAYOUT
) -> Iterator[Recognised | None]:
    """What Tesseract reads on each page, in order; None for a page that it could not do.

    Pages are rendered one at a time and read on all cores, with one image waiting at the most.
    """
    waiting: deque[Future[Recognised | None]] = deque()
    with _one_thread_each(), ThreadPoolExecutor(CORES) as pool:
        for page in pages:
            waiting.append(pool.submit(_read, *_render(page, dpi), mode))
            if len(waiting) > CORES:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _render(page: pypdfium2.PdfPage, dpi: int) -> tuple[Image.Image, int]:
    """A page in grey, and its dots per inch: `dpi`, fewer where the page is huge."""
    width, height = page.get_size()  # points, of 1/72 inch
    scale = min(dpi / 72, sqrt(LARGEST / (width * height)), LONGEST / max(width, height))
    return page.render(scale=scale, grayscale=True).to_pil(), round(scale * 72)


def seen(page: pypdfium2.PdfPage) -> tuple[Image.Image, list[Word]]:
    """A scanned page upright, in grey, and the words that were read there; none where it failed."""
    image, dpi = _render(page, DPI)
    look = _look(image, dpi, LAYOUT) if engine() else None
    if look is None:
        return image, []
    boxes = [tuple(int(word[side]) for side in SIDES) for word in look.words]
    return look.image, [
        Word(word["text"], (left, top, left + width, top + height))
        for word, (left, top, width, height) in zip(look.words, boxes, strict=True)
    ]


def _read(image: Image.Image, dpi: int, mode: int) -> Recognised | None:
    """The text of an image; None where Tesseract failed or took too long."""
    low, high = image.getextrema()
    if low == high:
        return Recognised("", 1.0)
    look = _look(image, dpi, mode)
    found = look and _compose(look.words)
    return found and (found if found.confidence >= DOUBTFUL else Recognised("", 1.0))


def _look(image: Image.Image, dpi: int, mode: int) -> _Look | None:
    """The words of an image that is turned upright; None where Tesseract failed."""
    image = _straight(_level(image))
    config = f"--psm {mode} --dpi {max(dpi, 70)}"
    try:
        look = _Look(image, _words(_table(image, config)))
    except FAILED:
        return None
    found = _compose(look.words)
    if found.text and found.confidence < UNSURE:
        with suppress(*FAILED):  # what was read upright stays
            turned = image.transpose(Image.Transpose.ROTATE_180)
            other = _Look(turned, _words(_table(turned, config)))
            again = _compose(other.words)
            look = other if again.confidence * bool(again.text) > found.confidence else look
    return look


def _table(image: Image.Image, config: str) -> str:
    """The words of an image as Tesseract's table."""
    image.format = "BMP"  # how it is handed over: PNG takes a third of a second to pack
    return recalled(
        image,
        f"{engine()} {LANGUAGE} {config}",
        lambda: str(pytesseract.image_to_data(image, LANGUAGE, config, timeout=SECONDS)),
    )


def _level(image: Image.Image) -> Image.Image:
    """A page with its lines of text across, upright or upside down.

    From row to row lines of text and gaps alternate; Tesseract, left alone with a page on its
    side, finds its direction but loses lines in columns.
    """
    ink = np.asarray(image.reduce(4), np.float32)
    across, down = (float(np.diff(ink.mean(axis)).var()) for axis in (1, 0))
    return image.transpose(Image.Transpose.ROTATE_90) if down > across else image


def _straight(image: Image.Image) -> Image.Image:
    """A page upright to a degree; Tesseract itself takes what skew is left.

    Straight lines of text make the sums of rows vary most.
    """
    small = ImageOps.invert(image.reduce(4))

    def peaks(angle: float) -> float:
        ink = np.asarray(small.rotate(angle, Image.Resampling.BILINEAR), np.float32)
        return float(ink.sum(1).var())

    angle = max(SKEWS, key=peaks)
    return image.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255) if angle else image


def _words(table: str) -> list[Row]:
    """The rows of Tesseract's table that are words."""
    rows = csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE)
    return [r for r in rows if r["level"] == "5" and not RULES.issuperset(r["text"].strip())]


def _compose(words: Sequence[Row]) -> Recognised:
    """Words in lines, a blank line between paragraphs."""
    if not words:
        return Recognised("", 1.0)
    confidence = sum(float(word["conf"]) for word in words) / len(words) / 100
    paragraphs = groupby(words, key=lambda word: (word["block_num"], word["par_num"]))
    text = "\n\n".join(
        "\n".join(
            " ".join(word["text"] for word in line)
            for _, line in groupby(some, key=lambda word: word["line_num"])
        )
        for _, some in paragraphs
    )
    return Recognised(text, round(confidence, 3))


def _covered(page: pypdfium2.PdfPage) -> float:
    """The share of a page that lies under its images, counted twice where they overlap."""
    width, height = page.get_size()
    area = 0.0
    for image in page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = image.get_bounds()
        area += max(0, min(right, width) - max(left, 0)) * max(0, min(top, height) - max(bottom, 0))
    return area / float(width * height)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Tell Tesseract to use one thread a page, which pytesseract hands on by the environment."""
    before = os.environ.get("OMP_THREAD_LIMIT")
    os.environ["OMP_THREAD_LIMIT"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["OMP_THREAD_LIMIT"]
        else:
            os.environ["OMP_THREAD_LIMIT"] = before
