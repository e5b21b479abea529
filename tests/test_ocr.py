"""Scanned pages: read by OCR where it is installed, else listed; never silently empty."""

import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pypdfium2
import pytest
from conftest import SmallEncoder, serving
from PIL import Image
from rapidfuzz.distance import Levenshtein
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from selectolax.lexbor import LexborHTMLParser as Html

from corpus import Document, Library, Source
from corpus.errors import CannotRead
from corpus.isolation import Limits, Outcome, read_apart, read_here
from corpus.readers import kept, ocr, read_blocks
from eval.ocr import measure
from indexer import open_index, snapshot, update

WORDS = (
    "La présente convention fixe les conditions",
    "dans lesquelles la commune et le syndicat",
    "gèrent ensemble la piscine intercommunale.",
)
STAMP = (
    "Envoyé en préfecture le 12/10/2021",
    "Reçu en préfecture le 12/10/2021",
    "ID : 094-200058006-20211006-CT2021_4_064-DE",
)
Draw = Callable[[Canvas], None]

with_ocr = pytest.mark.skipif(
    not ocr.engine(), reason="Tesseract ou son français manque : installez tesseract-ocr-fra"
)


@pytest.fixture
def without_tesseract(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without programs."""
    monkeypatch.setenv("PATH", "")
    ocr.engine.cache_clear()
    yield
    ocr.engine.cache_clear()


def picture(lines: Sequence[str] = WORDS, size: float = 12, turn: float = 0) -> Image.Image:
    """An A4 page of typed lines, `size` points high, as a scanner at 200 dpi gives it."""
    page = pypdfium2.PdfDocument(document(typed(*lines, size=size)))[0]
    image = page.render(scale=200 / 72, grayscale=True).to_pil()
    return image.rotate(turn, expand=True, fillcolor=255)


def scan(image: Image.Image) -> Draw:
    return lambda canvas: canvas.drawImage(ImageReader(image), 0, 0, *A4)


def typed(*lines: str, size: float = 12, top: float = 780) -> Draw:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", size)
        for n, line in enumerate(lines):
            canvas.drawString(72, top - 1.6 * size * n, line)

    return draw


def both(*draws: Draw) -> Draw:
    return lambda canvas: [draw(canvas) for draw in draws] and None


def document(*pages: Draw, size: tuple[float, float] = A4) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=size, invariant=1)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def pages(data: bytes) -> dict[int, tuple[str, float | None]]:
    """The text of each page in one line, and its confidence."""
    found: dict[int, tuple[str, float | None]] = {}
    for block in read_blocks("acte.pdf", data)[0]:
        text = f"{found.get(block.page, ('', 0))[0]} {block.text}"
        found[block.page] = " ".join(text.split()), block.confidence
    return found


def write(folder: Path, data: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "acte.pdf").write_bytes(data)
    return folder


def only(folder: Path) -> Document:
    (source,) = Library(folder).scan()
    assert not isinstance(source, tuple)
    return source.read()


def errors(expected: str, read: str) -> float:
    return Levenshtein.distance(expected, read) / len(expected)


BLANK = picture([])
STAMPED = typed(*STAMP, size=8, top=300)
MIXED = document(typed(*WORDS), scan(picture()), typed("Fait à Créteil."))


# What is read


@with_ocr
@pytest.mark.parametrize("turn", [0, 1, -2.5, 90, 180, 270])
def test_a_scan_is_read_upright_or_not(turn: float) -> None:
    lines = WORDS * 6
    ((text, confidence),) = pages(document(scan(picture(lines, turn=turn)))).values()
    assert errors(" ".join(lines), text) < 0.02
    assert confidence is not None
    assert 0.8 < confidence <= 1


@with_ocr
def test_only_the_scans_of_a_mixed_document_are_recognised() -> None:
    found = pages(MIXED)
    assert found[1] == (" ".join(WORDS), None)
    assert found[3] == ("Fait à Créteil.", None)
    assert errors(" ".join(WORDS), found[2][0]) < 0.02
    assert found[2][1] is not None


@with_ocr
def test_a_stamp_does_not_hide_the_scan_under_it() -> None:
    ((text, confidence),) = pages(document(both(scan(picture()), STAMPED))).values()
    assert "piscine intercommunale" in text
    assert confidence is not None


@with_ocr
def test_lines_of_a_scan_are_joined_as_those_of_any_page(tmp_path: Path) -> None:
    folder = write(tmp_path, document(scan(picture())))
    assert "la commune et le syndicat gèrent ensemble" in " ".join(only(folder).text.split())
    assert "\n" not in only(folder).text


@with_ocr
@with_ocr
def test_a_few_lines_are_read_on_their_head_too() -> None:
    ((text, _),) = pages(document(scan(picture(turn=180)))).values()
    assert errors(" ".join(WORDS), text) < 0.02


@pytest.mark.parametrize(
    ("name", "number"),
    [("2013-02-04-0000061123", 2), ("2014-05-22-0000072223", 4), ("2013-02-04-0000061135", 2)],
)
def test_a_real_page_on_its_side_is_laid_level(shared: Path, name: str, number: int) -> None:
    """Two of them are tables, whose vertical lines could be taken for those of text."""
    path = shared / "corpus" / "deliberations" / f"{name}.pdf"
    page = pypdfium2.PdfDocument(path.read_bytes())[number - 1]
    upright = page.render(scale=200 / 72, grayscale=True).to_pil()
    assert ocr._level(upright).size == upright.size
    for turn in (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270):
        assert ocr._level(upright.transpose(turn)).size == upright.size


def test_a_blank_scan_beside_text_is_no_page_to_mend(tmp_path: Path) -> None:
    found = only(write(tmp_path, document(typed(*WORDS), scan(BLANK))))
    assert [page.number for page in found.pages] == [1]
    assert not found.unread


@with_ocr
def test_a_document_of_blank_scans_says_that_they_hold_no_text() -> None:
    with pytest.raises(CannotRead, match="aucun texte, même sur ses images : remplacez-le"):
        pages(document(scan(BLANK)))


@with_ocr
def test_a_huge_page_is_read_at_a_bounded_size() -> None:
    side = 14_400.0  # points: five metres, the largest that a PDF may have
    draw: Draw = lambda canvas: canvas.drawImage(ImageReader(picture()), 0, 0, side, side)  # noqa: E731
    data = document(draw, size=(side, side))
    image, dpi = ocr._render(pypdfium2.PdfDocument(data)[0], ocr.DPI)
    assert image.width * image.height <= 1.01 * ocr.LARGEST
    assert dpi < ocr.DPI
    ((text, _),) = pages(data).values()
    assert "piscine" in text


@with_ocr
def test_tiny_print_is_read() -> None:
    lines = [" ".join(WORDS)] * 30
    ((text, _),) = pages(document(scan(picture(lines, size=6)))).values()
    assert errors(" ".join(lines), text) < 0.05


@with_ocr
def test_a_page_that_was_read_stays_though_it_takes_too_long_on_its_head(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upright, passes = ocr._table, iter([True])

    def table(image: Image.Image, config: str) -> str:
        if not next(passes, False):
            raise RuntimeError("Tesseract process timeout")
        return upright(image, config)

    monkeypatch.setattr(ocr, "_table", table)
    monkeypatch.setattr(ocr, "UNSURE", 1.01)
    found = ocr._read(picture(), ocr.DPI, ocr.LAYOUT)
    assert found
    assert "piscine" in found.text


@with_ocr
def test_a_page_that_takes_too_long_is_lost_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "SECONDS", 0.01)
    found = pages(MIXED)
    assert found[1] == (" ".join(WORDS), None)
    assert found[2] == ("", 0.0)
    with pytest.raises(CannotRead, match=r"à océriser .1 page.*, et l'OCR a échoué"):
        pages(document(scan(picture())))


# Which pages need it


def test_no_page_with_text_is_sent_to_ocr(shared: Path) -> None:
    sent = set()
    for path in sorted(shared.rglob("*.pdf")):
        try:
            opened = pypdfium2.PdfDocument(path.read_bytes())
        except pypdfium2.PdfiumError:
            continue
        for number in range(len(opened)):
            try:
                page = opened[number]
            except pypdfium2.PdfiumError:
                continue
            text = page.get_textpage().get_text_bounded()
            if ocr.needs_ocr(page, text) and any(map(str.isalnum, text)):
                sent.add((path.name, number + 1))
        opened.close()
    # fonts without a table of their characters: one reads as shifted letters, one as controls
    assert sent == {("issue19802.pdf", 1)}


@pytest.mark.parametrize(
    ("draw", "needed"),
    [
        (typed(*WORDS), False),
        (typed("3"), False),
        (lambda canvas: None, False),
        (scan(BLANK), True),
        (both(scan(BLANK), STAMPED), True),
        (both(scan(BLANK), typed(*WORDS)), False),
        (both(lambda c: c.drawImage(ImageReader(BLANK), 0, 0, 300, 300), typed("Logo")), False),
    ],
    ids=["text", "folio", "nothing", "scan", "stamped", "searchable", "logo"],
)
def test_ocr_is_for_pages_whose_own_text_is_missing(draw: Draw, needed: bool) -> None:
    page = pypdfium2.PdfDocument(document(draw))[0]
    assert ocr.needs_ocr(page, page.get_textpage().get_text_bounded()) == needed


# Without Tesseract


@pytest.mark.usefixtures("without_tesseract")
@pytest.mark.parametrize("draw", [scan(picture()), both(scan(picture()), STAMPED)])
def test_without_tesseract_a_scan_says_what_to_install(draw: Draw) -> None:
    with pytest.raises(CannotRead) as refused:
        pages(document(draw, draw))
    assert str(refused.value) == (
        "acte.pdf est à océriser (2 pages sans texte) : installez tesseract-ocr et "
        "tesseract-ocr-fra, puis relancez la mise à jour."
    )


@pytest.mark.usefixtures("without_tesseract")
def test_without_tesseract_a_mixed_document_keeps_its_text_and_names_its_scans(
    tmp_path: Path,
) -> None:
    found = only(write(tmp_path, MIXED))
    assert found.unread == (2,)
    assert [(page.number, page.confidence) for page in found.pages] == [
        (1, None),
        (2, 0),
        (3, None),
    ]
    assert found.page_at(found.text.index("Fait")) == 3
    assert found.page_at(0) == 1


@with_ocr
def test_scans_are_read_once_tesseract_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, index = write(tmp_path / "library", MIXED), tmp_path / "index"

    def bring_up_to_date() -> tuple[dict[str, list[int]], list[str]]:
        ocr.engine.cache_clear()
        report = update(Library(library).scan(), index, SmallEncoder())
        return report.unread, report.changed

    with monkeypatch.context() as patch:
        patch.setenv("PATH", "")
        assert bring_up_to_date() == ({"acte.pdf": [2]}, [])
        assert bring_up_to_date() == ({"acte.pdf": [2]}, [])
        assert snapshot.manifest(index, 1).unread == {"acte.pdf": [2]}
    assert bring_up_to_date() == ({}, ["acte.pdf"])
    assert bring_up_to_date() == ({}, [])
    assert "piscine intercommunale" in open_index(index).document("acte.pdf").text


@with_ocr
def test_a_page_is_recognised_once_though_the_index_is_rebuilt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = write(tmp_path / "library", document(scan(picture())))
    limits = Limits(kept=tmp_path / "kept")
    update(
        Library(library).scan(),
        tmp_path / "index",
        SmallEncoder(),
        read=partial(read_apart, limits=limits),
    )
    assert len(list((tmp_path / "kept").iterdir())) == 1
    monkeypatch.setattr("pytesseract.image_to_data", lambda *_, **__: pytest.fail("again"))
    monkeypatch.setattr(kept, "FOLDER", tmp_path / "kept")
    update(Library(library).scan(), tmp_path / "index", SmallEncoder(), rebuild=True)
    assert "piscine" in open_index(tmp_path / "index").document("acte.pdf").text


def test_what_is_kept_of_pages_is_bounded_and_damage_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "FOLDER", tmp_path)
    images = [Image.new("L", (8, 8), shade) for shade in range(4)]
    for n, image in enumerate(images):
        assert kept.recalled(image, "fra", lambda n=n: f"page {n}") == f"page {n}"
        os.utime(max(tmp_path.iterdir(), key=lambda path: path.stat().st_mtime_ns), (n, n))
    assert kept.recalled(images[0], "fra", lambda: pytest.fail("again")) == "page 0"
    assert kept.recalled(images[0], "eng", lambda: "page") == "page"
    monkeypatch.setattr(kept, "MOST", sum(path.stat().st_size for path in tmp_path.iterdir()) // 2)
    kept.prune(tmp_path)
    assert 1 <= len(list(tmp_path.iterdir())) <= 3
    assert kept.recalled(images[0], "fra", lambda: pytest.fail("the last used")) == "page 0"
    for path in tmp_path.iterdir():
        path.write_bytes(b"x")
    assert kept.recalled(images[0], "fra", lambda: "read again") == "read again"


@pytest.mark.usefixtures("without_tesseract")
def test_retry_reads_documents_that_were_read_in_part(tmp_path: Path) -> None:
    library, index = write(tmp_path / "library", MIXED), tmp_path / "index"
    update(Library(library).scan(), index, SmallEncoder())
    read = []

    def counted(sources: Iterable[Source]) -> Iterator[Outcome]:
        for source, outcome in read_here(sources):
            read.append(source.path)
            yield source, outcome

    report = update(
        Library(library).scan(), index, SmallEncoder(), read=counted, retry=["acte.pdf"]
    )
    assert read == ["acte.pdf"]
    assert (report.generation, report.unchanged, report.unread) == (1, 1, {"acte.pdf": [2]})


# What is shown


@with_ocr
def test_the_confidence_is_shown_beside_the_passage(tmp_path: Path) -> None:
    library = write(tmp_path / "library", document(typed("Un titre"), scan(picture())))
    update(Library(library).scan(), tmp_path / "index", SmallEncoder(), folder=str(library))
    with serving(tmp_path / "index", SmallEncoder()) as client:
        (page,) = client.get("/v1/documents/acte.pdf").json()["recognised"]
        (hit,) = client.get("/v1/search", params={"q": "piscine"}).json()["hits"]
        results = Html(client.get("/recherche", params={"q": "piscine"}).text)
        text = Html(client.get("/documents/acte.pdf").text)
    assert page["page"] == 2
    assert 0.8 < page["confidence"] <= 1
    assert page["confidence"] in [passage["confidence"] for passage in hit["passages"]]
    note = f"(fiabilité\u00a0{page['confidence']:.0%}".replace("%", "\u202f%)")
    assert [n.text() for n in results.css("figcaption .recognised")] == [
        f"texte reconnu sur une image {note}"
    ]
    assert [n.text() for n in text.css("p.recognised")] == [
        f"Page\u00a02\u00a0: texte reconnu sur une image {note}"
    ]


# How well


@with_ocr
def test_scanned_deliberations_are_read_nearly_to_the_letter(shared: Path) -> None:
    report = measure(shared / "corpus" / "deliberations", pages=2, seed=1)
    assert report["line_error_rate"] < 0.03
    assert report["confidence"] > 0.85
