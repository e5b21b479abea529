"""Pages of PDF files as images: what is cited is boxed, and a hostile file loses itself alone."""

import asyncio
import hashlib
import io
import os
import random
import signal
import zlib
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from conftest import DOCUMENTS
from PIL import Image
from pypdfium2 import PdfDocument
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from corpus import Library, Source
from corpus.card.model import Evidence
from corpus.document import Document
from corpus.errors import CannotRead, Overloaded, Unsettled
from corpus.isolation import Limits
from service.answers.sentences import sentences
from service.pages.images import wanted
from service.pictures.album import Album, NoPicture
from service.pictures.draw import INK, LARGEST, PIXELS, Picture, Wanted, draw
from service.pictures.found import found

LINES = [
    "Article 1 - Objet",
    "Le syndicat entretient la digue et la vanne de dé-",
    "charge, dans les conditions qui suivent.",
    "Article 2 - Durée",
    "La présente convention est signée pour quatre ans.",
    "Elle est renouvelable une fois.",
    "La présente convention est signée pour quatre ans.",
]
TEXT = "\n".join(LINES).replace("dé-\ncharge", "décharge")
TOP, LEADING, SIZE = 780, 20, 12


def pdf(folder: Path, lines: list[str] = LINES) -> Path:
    canvas = Canvas(str(folder / "acte.pdf"), pagesize=A4)
    canvas.setFont("Helvetica", SIZE)
    for n, line in enumerate(lines):
        canvas.drawString(72, TOP - LEADING * n, line)
    canvas.showPage()
    canvas.drawString(72, 700, "La seconde page.")
    canvas.showPage()
    canvas.save()
    return folder / "acte.pdf"


def asked(path: Path, quote: str = "", number: int = 1, nth: int = 0) -> Wanted:
    """A page with the n-th place of a quote to be boxed."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(quote, start + 1)
    return Wanted(path, digest, number, TEXT, start, start + len(quote))


def boxed(picture: Picture) -> tuple[int, int, int, int]:
    """What is within the boxes of a picture, in its pixels."""
    pixels = np.asarray(Image.open(io.BytesIO(picture.png)).convert("RGB"), np.int16)
    ink = np.abs(pixels - INK).sum(2) < 60
    rows, columns = np.nonzero(ink.any(1))[0], np.nonzero(ink.any(0))[0]
    return columns[0], rows[0], columns[-1], rows[-1]


def line_of(picture: Picture, n: int) -> float:
    """The row of pixels in the middle of the n-th line, from 0."""
    return (A4[1] - TOP + LEADING * n - SIZE / 3) * picture.height / A4[1]


@pytest.mark.parametrize(
    ("quote", "nth", "first", "last"),
    [
        ("Le syndicat entretient la digue", 0, 1, 1),
        ("vanne de décharge", 0, 1, 2),
        ("Article 1 - Objet\nLe syndicat entretient la digue", 0, 0, 1),
        ("La présente convention est signée pour quatre ans.", 0, 4, 4),
        ("La présente convention est signée pour quatre ans.", 1, 6, 6),
        ("Elle est renouvelable", 0, 5, 5),
    ],
)
def test_the_box_is_around_the_cited_lines_and_no_other(tmp_path, quote, nth, first, last):
    picture = draw(asked(pdf(tmp_path), quote, nth=nth))
    _, top, _, bottom = boxed(picture)
    assert line_of(picture, first - 1) < top < line_of(picture, first)
    assert line_of(picture, last) < bottom < line_of(picture, last + 1)
    assert picture.lines == last - first + 1


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_the_box_follows_a_page_that_is_turned(tmp_path, turn):
    upright = draw(asked(pdf(tmp_path), "Elle est renouvelable"))
    with closing(PdfDocument(tmp_path / "acte.pdf")) as document:
        document[0].set_rotation(turn)
        document.save(tmp_path / "turned.pdf")
    turned = draw(asked(tmp_path / "turned.pdf", "Elle est renouvelable"))
    left, top, right, bottom = boxed(upright)
    w, h = upright.width, upright.height
    expected = {
        90: (h - bottom, left, h - top, right),
        180: (w - right, h - bottom, w - left, h - top),
        270: (top, w - right, bottom, w - left),
    }[turn]
    assert boxed(turned) == pytest.approx(expected, abs=4)


def test_a_page_without_what_is_cited_has_no_box(tmp_path):
    picture = draw(asked(pdf(tmp_path), LINES[0], number=2))
    assert (picture.lines, picture.pages) == (0, 2)
    picture = draw(asked(pdf(tmp_path)))
    assert picture.lines == 0


def test_an_image_is_bounded_whatever_the_page(tmp_path):
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (900, 900, 3), np.uint8))
    canvas = Canvas(str(tmp_path / "big.pdf"), pagesize=(14_000, 9_000))
    canvas.drawInlineImage(noise, 0, 0, 14_000, 9_000)
    canvas.showPage()
    canvas.save()
    picture = draw(Wanted(tmp_path / "big.pdf", _digest(tmp_path / "big.pdf"), 1))
    assert len(picture.png) <= LARGEST
    assert picture.width * picture.height <= 1.01 * PIXELS
    assert (picture.width, picture.height) == Image.open(io.BytesIO(picture.png)).size


def test_what_cannot_be_drawn_says_why(tmp_path):
    path = pdf(tmp_path)
    with pytest.raises(CannotRead, match="la source a 2 pages"):
        draw(asked(path, number=3))
    request = asked(path)
    path.write_bytes(path.read_bytes() + b"%")
    with pytest.raises(Unsettled, match="a changé"):
        draw(request)
    path.write_bytes(b"%PDF-1.4 rien")
    with pytest.raises(CannotRead, match="endommagée"):
        draw(asked(path))
    path.unlink()
    with pytest.raises(Unsettled, match="a disparu"):
        draw(request)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("text", "quote", "page", "expected"),
    [
        ("la coopération", "coopération", "la coo-\r\npération", ["coo-\r\npération"]),
        ("l'efficacité", "efficacité", "l’eﬃcacité", ["eﬃcacité"]),
        ("3 000 €", "3 000 €", "soit 3 000 € net", ["3 000 €"]),
        ("un deux un", "un", "un deux un", ["un"]),
        ("Nom : A B | Montant : 12 345 €", "Nom : A B | Montant : 12 345 €",
         "Nom Montant\r\nAB 12 345 €\r\nCD 67 €", ["AB 12 345 €"]),
        ("rien de tel ici", "rien de tel ici", "une autre page", []),
        ("– – –", "– – –", "– – –", []),
    ],
)  # fmt: skip
def test_a_quote_is_found_whatever_was_cleaned_out(text, quote, page, expected):
    start = text.index(quote)
    spans = found(text, start, start + len(quote), page)
    assert [page[a:b] for a, b in spans] == expected


def in_album(
    use: Callable[[Album], Awaitable[object]], memory: int = 2**30, **options: object
) -> object:
    async def run() -> object:
        album = Album(Limits(memory=memory), **options)  # type: ignore[arg-type]
        try:
            return await use(album)
        finally:
            await album.close()

    return asyncio.run(run())


def hanging(folder: Path) -> Path:
    """A page that takes minutes to draw."""
    stream = zlib.compress(b"0 0 m 595 842 l 3 800 l S\n" * 4_000_000)
    return raw(folder, stream, b"/Filter /FlateDecode")


def raw(folder: Path, stream: bytes, filters: bytes = b"") -> Path:
    """A PDF of one page with this content; pdfium mends the table of its objects."""
    path = folder / "raw.pdf"
    path.write_bytes(
        b"%%PDF-1.4\n1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj\n"
        b"2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj\n"
        b"3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R>> endobj\n"
        b"4 0 obj <</Length %d %s>> stream\n%s\nendstream endobj\n"
        b"trailer <</Root 1 0 R>>" % (len(stream), filters, stream)
    )
    return path


def test_a_page_that_takes_too_long_is_given_up_and_the_next_one_drawn(tmp_path):
    async def use(album: Album) -> None:
        slow = Wanted(hanging(tmp_path), _digest(tmp_path / "raw.pdf"), 1)
        first = await album.picture(asked(pdf(tmp_path)))  # the workers have started
        assert isinstance(first, Picture)
        given_up = await album.picture(slow)
        assert given_up == NoPicture("elle n'a pas pu être dessinée en 3 s")
        assert await album.picture(slow) is given_up  # it is not tried again
        assert isinstance(await album.picture(asked(pdf(tmp_path), LINES[0])), Picture)

    in_album(use, memory=2**33, seconds=3)  # time ends before memory does


def test_a_worker_that_falls_is_replaced(tmp_path):
    async def use(album: Album) -> None:
        await album.picture(asked(pdf(tmp_path)))
        slow = Wanted(hanging(tmp_path), _digest(tmp_path / "raw.pdf"), 1)
        waiting = asyncio.create_task(album.picture(slow))
        await asyncio.sleep(1)
        for worker in album._workers._pool_manager.worker_manager.workers:  # type: ignore[union-attr]
            os.kill(worker, signal.SIGKILL)
        fallen = await waiting
        assert isinstance(fallen, NoPicture)
        assert "a fait tomber son lecteur" in fallen.reason
        assert isinstance(await album.picture(asked(pdf(tmp_path), LINES[0])), Picture)

    in_album(use, seconds=60)


def test_beyond_the_pages_that_wait_the_next_is_refused(tmp_path):
    async def use(album: Album) -> None:
        path = pdf(tmp_path)
        first, second = (
            asyncio.create_task(album.picture(asked(path, line))) for line in (LINES[0], LINES[3])
        )
        await asyncio.sleep(0)
        again = asyncio.create_task(album.picture(asked(path, LINES[0])))  # the same waits for it
        with pytest.raises(Overloaded, match="réessayez"):
            await album.picture(asked(path, LINES[5]))
        drawn = await asyncio.gather(first, second, again)
        assert len({id(one) for one in drawn}) == 2
        assert isinstance(await album.picture(asked(path, LINES[5])), Picture)

    in_album(use, waiting=2)


def test_images_are_kept_up_to_a_bound_the_last_asked_for_longest(tmp_path):
    async def use(album: Album) -> None:
        path = pdf(tmp_path)
        a, b, c = (asked(path, LINES[n]) for n in (0, 3, 5))
        first, second = await album.picture(a), await album.picture(b)
        assert await album.picture(a) is first
        assert isinstance(first, Picture)
        assert isinstance(second, Picture)
        album._most = int(2.5 * max(len(first.png), len(second.png)))
        await album.picture(c)
        assert list(album._kept) == [a, c]

    in_album(use)


def cases(folder: Path, most: int) -> list[tuple[Document, int, int]]:
    sources = [s for s in Library(folder).scan() if isinstance(s, Source)]
    random.seed(1)
    some = random.sample([s for s in sources if s.path.endswith(".pdf")], most)
    documents = [source.read() for source in some]
    return [
        (document, span.start, span.end)
        for document in documents
        for span in random.sample(sentences(document.text), 6)
    ]


def test_the_sentences_of_the_sample_and_of_real_documents_are_boxed(shared: Path):
    for folder in (DOCUMENTS, shared / "corpus"):
        for document, start, end in cases(folder, 6):
            number = document.page_at(start)
            assert number
            asks = wanted(document, folder / document.path, number, Evidence(start, end))
            assert draw(asks).lines, (document.path, document.text[start:end])


def test_no_file_of_the_worst_takes_the_album_down(shared: Path, tmp_path: Path):
    async def use(album: Album) -> int:
        drawn = 0
        for path in sorted((shared / "pdf-torture").glob("*.pdf")):
            outcome = await album.picture(Wanted(path, _digest(path), 1))
            drawn += isinstance(outcome, Picture)
        assert isinstance(await album.picture(asked(pdf(tmp_path))), Picture)
        return drawn

    assert in_album(use)
