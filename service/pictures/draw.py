"""A page of a PDF as an image, the cited lines boxed: the work of one process (`album.py`)."""

import hashlib
import io
from contextlib import closing
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import NamedTuple

import pypdfium2
from PIL import Image, ImageChops, ImageDraw
from pypdfium2.raw import FPDFText_GetUnicode

from corpus.errors import CannotRead, Unsettled
from corpus.readers import ocr
from service.pictures.found import found

PIXELS = 1_600_000  # of an image: A4 at 130 dpi
LONGEST = 4_000  # pixels of a side, at the most
CLOSEST = 4.0  # pixels for a point of the page, at the most
COLOURS = 128
LARGEST = 2**20  # bytes of an image: a page of text has a tenth of it
HEAVIEST = 128 * 2**20  # bytes of a source
INK, MARKER = (11, 79, 138), (255, 236, 150)  # of the boxes and of what is in them
MARGIN, WIDTH = 5, 3  # pixels around the lines, and of the box
LEADING = 3.5  # heights of letters between paragraphs or rows, at the most


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page, from 1, of the source of this fingerprint; `text[start:end]` is to be boxed.

    `text` is what the index has of that page; `recognised` says that it was read on an image.
    """

    path: Path
    fingerprint: str
    number: int
    text: str = ""
    start: int = 0
    end: int = 0
    recognised: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as PNG; `lines` counts those that are boxed, `pages` those of the source."""

    png: bytes
    width: int
    height: int
    lines: int
    pages: int


class Box(NamedTuple):
    """Pixels of an image, from its upper left."""

    left: int
    top: int
    right: int
    bottom: int

    def with_(self, other: "Box") -> "Box":
        firsts = map(min, self[:2], other[:2])
        return Box(*firsts, *map(max, self[2:], other[2:]))

    def beside(self, other: "Box") -> bool:
        """Whether both are of one line."""
        common = min(self.bottom, other.bottom) - max(self.top, other.top)
        return 2 * common > min(self.bottom - self.top, other.bottom - other.top)

    def above(self, other: "Box") -> bool:
        """Whether the other is the line below, or stands on this one."""
        height = other.bottom - other.top
        across = min(self.right, other.right) > max(self.left, other.left)
        return across and self.top - height < other.top < self.bottom + LEADING * height


def draw(wanted: Wanted) -> Picture:
    """The image of a page.

    Raises:
        Unsettled: the source is no longer the one that was indexed.
        CannotRead: it is no PDF that can be shown, or it has no such page.
    """
    try:
        if wanted.path.stat().st_size > HEAVIEST:
            raise CannotRead(f"la source pèse plus que les {HEAVIEST // 2**20} Mo admis")
        data = wanted.path.read_bytes()
    except OSError as error:
        raise Unsettled("la source a disparu") from error
    if hashlib.sha256(data).hexdigest() != wanted.fingerprint:
        raise Unsettled("la source a changé")
    try:
        with closing(pypdfium2.PdfDocument(data)) as document:
            pages = len(document)
            if wanted.number > pages:
                raise CannotRead(f"la source a {pages} page{'s' * (pages > 1)}")
            with closing(document[wanted.number - 1]) as page:
                image, lines = (_seen if wanted.recognised else _rendered)(page, wanted)
    except (pypdfium2.PdfiumError, ValueError, ArithmeticError) as error:
        locked = "password" in str(error).lower()
        told = "la source est protégée par un mot de passe" if locked else "la page est endommagée"
        raise CannotRead(told) from error
    image = _marked(image, lines)
    return Picture(*_packed(image), len(_bands(lines)), pages)


def _rendered(page: pypdfium2.PdfPage, wanted: Wanted) -> tuple[Image.Image, list[Box]]:
    """A page, and its cited lines by its own text."""
    width, height = page.get_size()
    scale = min(sqrt(PIXELS / (width * height)), LONGEST / max(width, height), CLOSEST)
    bitmap = page.render(scale=scale)
    image = bitmap.to_pil().convert("RGB")
    if wanted.start >= wanted.end:
        return image, []
    place = bitmap.get_posconv(page)
    with closing(page.get_textpage()) as layer:
        said = "".join(chr(FPDFText_GetUnicode(layer, n)) for n in range(layer.count_chars()))
        boxes = [
            Box(*map(min, *corners), *map(max, *corners))
            for start, end in found(wanted.text, wanted.start, wanted.end, said)
            for n in range(layer.count_rects(start, end - start))
            for left, bottom, right, top in [layer.get_rect(n)]
            for corners in [(place.to_bitmap(left, bottom), place.to_bitmap(right, top))]
        ]
    return image, _lines(boxes, image)


def _seen(page: pypdfium2.PdfPage, wanted: Wanted) -> tuple[Image.Image, list[Box]]:
    """A scan as Tesseract saw it, upright, and its cited lines by the words that it read."""
    image, words = ocr.seen(page)
    scale = min(1.0, sqrt(PIXELS / (image.width * image.height)))
    said = " ".join(word.text for word in words)
    ends, at = [], 0
    for word in words:
        at += len(word.text) + 1
        ends.append(at)
    boxes = [
        Box(*(round(scale * side) for side in word.box))
        for start, end in found(wanted.text, wanted.start, wanted.end, said)
        for word, stop in zip(words, ends, strict=True)
        if start < stop - 1 and stop - len(word.text) - 1 < end
    ]
    image = image.resize((round(image.width * scale), round(image.height * scale)))
    return image.convert("RGB"), _lines(boxes, image)


def _lines(boxes: list[Box], image: Image.Image) -> list[Box]:
    """What stands side by side as one line, within the image."""
    lines: list[Box] = []
    for box in boxes:
        box = Box(
            max(box.left, 0),
            max(box.top, 0),
            min(box.right, image.width - 1),
            min(box.bottom, image.height - 1),
        )
        if box.left >= box.right or box.top >= box.bottom:
            continue
        near = 2 * (box.bottom - box.top)
        if lines and lines[-1].beside(box) and abs(box.left - lines[-1].right) < near:
            lines[-1] = lines[-1].with_(box)
        else:
            lines.append(box)
    return lines


def _bands(lines: list[Box]) -> list[Box]:
    """One for each line of the page, however many cells it has."""
    bands: list[Box] = []
    for line in sorted(lines, key=lambda box: box.top):
        if not (bands and bands[-1].beside(line)):
            bands.append(line)
    return bands


def _marked(image: Image.Image, lines: list[Box]) -> Image.Image:
    """The image with its lines as under a marker, and a box around those that follow each other."""
    blocks: list[Box] = []
    last = None
    for line in lines:
        part = image.crop(line)
        image.paste(ImageChops.multiply(part, Image.new("RGB", part.size, MARKER)), line[:2])
        if last and (last.beside(line) or blocks[-1].above(line)):
            blocks[-1] = blocks[-1].with_(line)
        else:
            blocks.append(line)
        last = line
    pen = ImageDraw.Draw(image)
    for left, top, right, bottom in blocks:
        around = (left - MARGIN, top - MARGIN, right + MARGIN, bottom + MARGIN)
        pen.rectangle(around, outline=INK, width=WIDTH)
    return image


def _packed(image: Image.Image) -> tuple[bytes, int, int]:
    """The image as PNG, smaller where it would be too heavy."""
    while True:
        file = io.BytesIO()
        image.quantize(COLOURS, Image.Quantize.FASTOCTREE).save(file, "PNG")
        if len(data := file.getvalue()) <= LARGEST:
            return data, image.width, image.height
        image = image.resize((image.width * 3 // 4, image.height * 3 // 4))
