"""The page of a document: citations, the page of the source, the card, the dates, the versions."""

import asyncio
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from browsing import faults, listening
from conftest import SmallEncoder, serving
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from selectolax.lexbor import LexborHTMLParser as Html
from starlette.testclient import TestClient

from corpus import Library
from corpus.card.model import Evidence, Period
from corpus.document import Document
from corpus.readers import ocr
from indexer import open_index, update
from indexer.settings import Settings
from service.app import create_app
from service.live import Live
from service.pages import document as document_module
from service.pages.images import Sight, sight, wanted
from service.pages.stated import euros, lasting, the
from service.pages.timeline import timeline
from service.pictures.album import Album

LINES = [
    "Convention n° 2021-08 relative à l’entretien de la digue",
    "Article 1 – Objet",
    "Le syndicat de la Lunelle et la commune de Varennes entretiennent la digue.",
    "Article 2 – Durée",
    "La convention est conclue pour une durée de cinq ans à compter du 1er juin 2021.",
    "Elle peut être dénoncée avec un préavis de six mois.",
    "Article 3 – Participation",
    "La commune verse une participation annuelle de 12 000 €.",
    "Fait à Varennes, le 20 mai 2021.",
]
AVENANT = """Avenant n° 1 à la convention n° 2021-08 relative à l’entretien de la digue

Entre le syndicat de la Lunelle et la commune de Varennes.

Article 1 – Durée

La convention n° 2021-08 est prolongée jusqu’au 31 décembre 2027.

Fait à Varennes, le 3 mars 2025.
"""
NOTE = "\n\n".join(
    f"Article {n} – Vanne {n}\n\nLa vanne {n} est ouverte en été. " * 3 for n in range(40)
)
ACT = "/documents/actes~digue.pdf"
SCANNED = [
    "La présente convention fixe les conditions",
    "dans lesquelles la commune et le syndicat",
    "gèrent ensemble la piscine intercommunale.",
]


def typed(path: Path, *pages: list[str]) -> None:
    canvas = Canvas(str(path), pagesize=A4)
    for lines in pages:
        for n, line in enumerate(lines):
            canvas.drawString(72, 780 - 24 * n, line)
        canvas.showPage()
    canvas.save()


def scanned(path: Path) -> None:
    """A page that is an image of one."""
    typed(path, SCANNED)
    with pypdfium2.PdfDocument(path) as document:
        image = document[0].render(scale=200 / 72).to_pil()
    canvas = Canvas(str(path), pagesize=A4)
    canvas.drawImage(ImageReader(image), 0, 0, *A4)
    canvas.showPage()
    canvas.save()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A convention as PDF, its avenant, a long note, an act in two versions."""
    library = tmp_path_factory.mktemp("documents") / "library"
    (library / "actes").mkdir(parents=True)
    typed(library / "actes" / "digue.pdf", LINES, ["Annexe : la seconde page."])
    (library / "actes" / "avenant.txt").write_text(AVENANT)
    (library / "La Note.txt").write_text(NOTE)
    said = "La commune et le syndicat gèrent ensemble le port de plaisance et ses pontons. " * 6
    numbered = " ".join(f"Le ponton {n} est long de {n} mètres." for n in range(20))
    for year in (2019, 2020):
        text = f"Délibération n° 2019/3\n\nSéance du 4 mars {year}\n\n{said}{numbered}"
        (library / f"port-{year}.txt").write_text(text)
    typed(library / "changed.pdf", ["Convention du moulin, qui changera."])
    if ocr.engine():
        scanned(library / "scan.pdf")
    return library


@pytest.fixture(scope="module")
def index(library: Path) -> Path:
    folder = library.parent / "index"
    report = update(Library(library).scan(), folder, SmallEncoder(), folder=str(library))
    assert not report.failures
    typed(library / "changed.pdf", ["Convention du moulin, changée."])
    return folder


@pytest.fixture(scope="module")
def client(index: Path) -> Iterator[TestClient]:
    with serving(index, SmallEncoder()) as client:
        yield client


def show(client: TestClient, url: str) -> Html:
    response = client.get(url)
    assert response.status_code == 200, response.text
    return Html(response.text)


def text_of(client: TestClient, identifier: str = "actes~digue.pdf") -> str:
    return client.get(f"/v1/documents/{identifier}/text").text


def span(text: str, quote: str) -> tuple[int, int]:
    at = text.index(quote)
    return at, at + len(quote)


def test_the_old_address_leads_to_the_new_one_with_its_query(client):
    url = "/document/actes~digue.pdf?debut=1&fin=4"
    response = client.get(url, follow_redirects=False)
    assert response.status_code == 301
    assert response.headers["location"] == f"{ACT}?debut=1&fin=4"


def test_an_address_is_quoted(client):
    (hit,) = [
        h
        for h in client.get("/v1/search?q=vanne").json()["hits"]
        if h["document"]["path"] == "La Note.txt"
    ]
    assert show(client, hit["passages"][0]["view"]).css_first("mark#passage") is not None
    moved = client.get("/document/a%20b~%3Fc", follow_redirects=False)
    assert moved.headers["location"] == "/documents/a%20b~%3Fc"


def test_one_citation_leads_to_the_next_and_back(client):
    text = text_of(client)
    quotes = ["Elle peut être dénoncée", "une participation annuelle", "entretiennent la digue"]
    url: str | None = f"{ACT}?" + "&".join("c={}-{}".format(*span(text, q)) for q in quotes)
    seen, back = [], None
    while url:
        page = show(client, url)
        marks = {mark.text(): mark.attributes.get("id") for mark in page.css("mark")}
        assert set(marks) == set(quotes)
        (in_sight,) = [quote for quote, name in marks.items() if name == "passage"]
        assert page.css_first("article").text() == text
        seen.append(in_sight)
        bar = {a.text(): a.attributes["href"] for a in page.css(".citations a")}
        assert f"Citation {len(seen)} sur 3" in page.css_first(".citations").text()
        back, url = bar.get("citation précédente"), bar.get("citation suivante")
    assert seen == quotes
    assert back is not None
    assert re.search(r"&n=2#passage$", back)


def test_citations_may_overlap_or_be_empty_and_the_one_in_sight_is_whole(client):
    text = text_of(client)
    page = show(client, f"{ACT}?c=0-30&c=10-50&c=20-25&c=9-9&c=99999-999999&n=2")
    assert page.css_first("mark#passage").text() == text[10:50]
    assert [mark.text() for mark in page.css("mark.other")] == [text[:10]]
    assert page.css_first("article").text() == text
    assert "Citation 2 sur 3" in page.css_first(".citations").text()
    assert "Citation 3 sur 3" in show(client, f"{ACT}?c=0-30&c=10-50&c=20-25&n=99").text()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("c=abc", ["c = « abc »", "120-180"]),
        ("c=1-2&n=0", ["n = « 0 »", "au moins 1"]),
        ("page=0", ["page = « 0 »", "au moins 1"]),
        ("&".join(["c=1-2"] * 101), ["100 valeurs au plus"]),
        ("c=%D9%A1-%D9%A2", ["c = «"]),
    ],
)
def test_a_wrong_place_is_refused_with_what_is_expected(client, query, words):
    response = client.get(f"{ACT}?{query}")
    assert response.status_code == 422
    told = Html(response.text).css_first("[role=alert]").text().replace("\u00a0", " ")
    assert all(word in told for word in words), told


def test_the_page_of_the_source_is_shown_with_the_cited_lines_boxed(client):
    start, end = span(text_of(client), "Elle peut être dénoncée avec un préavis de six mois.")
    page = show(client, f"{ACT}?debut={start}&fin={end}")
    image = page.css_first(".page img")
    assert image.attributes["src"] == f"{ACT}/pages/1.png?debut={start}&fin={end}"
    assert "1 ligne citée encadrée" in image.attributes["alt"]
    response = client.get(image.attributes["src"])
    assert response.headers["content-type"] == "image/png"
    picture = Image.open(io.BytesIO(response.content))
    assert [str(side) for side in picture.size] == [
        image.attributes["width"],
        image.attributes["height"],
    ]
    plain = client.get(f"{ACT}/pages/1.png").content
    assert plain != response.content
    links = {a.text(): a.attributes["href"] for a in page.css(".turns a")}
    assert links["ouvrir la source à cette page"].endswith("/file#page=1")
    assert "page=2" in links["page suivante"]
    other = show(client, links["page suivante"])
    assert other.css_first(".page h2").text() == "Page 2 sur 2 de la source"
    assert other.css_first("mark#passage") is not None
    assert "encadrée" not in other.css_first(".page").text()


def test_an_image_that_the_browser_has_is_not_sent_again(client):
    first = client.get(f"{ACT}/pages/1.png")
    tag = {"If-None-Match": first.headers["etag"]}
    again = client.get(f"{ACT}/pages/1.png", headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["cache-control"] == "private, no-cache"
    assert client.get(f"{ACT}/pages/2.png", headers=tag).status_code == 200


@pytest.mark.parametrize(
    ("url", "status", "words"),
    [
        (f"{ACT}/pages/3.png", 404, ["2 pages", "/v1/documents/actes~digue.pdf/file"]),
        (f"{ACT}/pages/0.png", 422, ["number = « 0 »"]),
        ("/documents/actes~avenant.txt/pages/1.png", 404, ["n’est pas un PDF", "/documents/"]),
        ("/documents/changed.pdf/pages/1.png", 409, ["a changé", "relancez"]),
        ("/documents/rien/pages/1.png", 404, ["« rien »"]),
    ],
)
def test_a_page_that_cannot_be_drawn_says_why(client, url, status, words):
    response = client.get(url)
    assert response.status_code == status
    told = Html(response.text).css_first("[role=alert]").text().replace("\u00a0", " ")
    assert all(word in told for word in words), told


def test_a_source_that_changed_leaves_the_text_and_says_so(client):
    page = show(client, "/documents/changed.pdf?debut=0&fin=10")
    assert page.css_first("mark#passage") is not None
    assert not page.css(".page img")
    assert "a changé ou disparu depuis son indexation" in page.css_first(".page").text()


def test_what_is_not_found_on_the_image_is_said(library, index):
    """As of a text that the readers make of a page in another way than pdfium."""
    whole = open_index(index).document("actes~digue.pdf")
    text = whole.text.replace("La commune verse une participation", "Z" * 34)
    document, cited = replace(whole, text=text), Evidence(*span(text, "Z" * 34))

    async def shown() -> Sight:
        album = Album()
        asked = wanted(document, library / whole.path, 1, cited)
        await album.picture(asked)
        try:
            return await sight(album, document, asked, cited)
        finally:
            await album.close()

    told = asyncio.run(shown())
    assert "n'a pas été retrouvé sur l'image" in told.note
    assert told.src


def test_beyond_what_can_be_drawn_at_once_the_text_is_shown_and_the_image_refused(
    index, monkeypatch
):
    monkeypatch.setattr(document_module, "Album", lambda limits: Album(limits, waiting=0))
    with serving(index, SmallEncoder()) as client:
        response = client.get(f"{ACT}/pages/1.png")
        assert response.status_code == 503
        assert response.headers["retry-after"]
        page = show(client, f"{ACT}?debut=0&fin=20")
    assert page.css_first("mark#passage") is not None
    assert "si elles s’y retrouvent" in page.css_first(".page img").attributes["alt"]


@pytest.mark.skipif(not ocr.engine(), reason="Tesseract ou son français manque")
def test_the_lines_of_a_scan_are_boxed_by_what_was_recognised(client):
    start, end = span(text_of(client, "scan.pdf"), "la piscine intercommunale")
    url = f"/documents/scan.pdf/pages/1.png?debut={start}&fin={end}"
    assert client.get(url).status_code == 200
    page = show(client, f"/documents/scan.pdf?debut={start}&fin={end}")
    assert "1 ligne citée encadrée" in page.css_first(".page img").attributes["alt"]


def test_the_card_links_each_value_to_the_sentence_that_states_it(client):
    page = show(client, ACT)
    stated = {}
    for row in page.css("dl > div"):
        for value in row.css("dd"):
            link = value.css_first("a")
            words = value.text(deep=False).strip()
            stated[row.css_first("dt").text(), words] = link and link.attributes["href"]
    expected = {
        ("Numéro", "2021-08"): "Convention n° 2021-08",
        ("Durée", "5 ans"): "pour une durée de cinq ans",
        ("Préavis", "6 mois"): "un préavis de six mois",
        (
            "Montants",
            "12\u202f000\u00a0€ – La commune verse une participation annuelle de",
        ): "12 000 €",
        ("Signature", "20 mai 2021"): "Fait à Varennes, le 20 mai 2021",
        ("Début", "1er juin 2021"): "à compter du 1er juin 2021",
    }
    for key, words in expected.items():
        assert words in show(client, stated[key]).css_first("mark#passage").text()
    assert stated["Fin", "31 décembre 2027, d’après les actes liés"] is None


def test_the_dates_of_an_act_stand_in_their_order(client):
    page = show(client, ACT)
    days = [
        (li.css_first("time").attributes["datetime"], li.css_first("span").text())
        for li in page.css(".days li")
    ]
    assert days == sorted(days)
    told = {words: day for day, words in days}
    assert told["Signature"] == "2021-05-20"
    assert told["Début"] == "2021-06-01"
    assert told["Fin"] == "2027-12-31"
    assert told["Fin d’abord prévue"] == "2026-05-31"
    assert told["Préavis de 6 mois avant la fin"] == "2027-06-30"
    assert told["Aujourd’hui"] == date.today().isoformat()
    (avenant,) = [words for words in told if words.startswith("Modification")]
    assert told[avenant] == "2025-03-03"
    assert len(page.css("svg.line circle")) == len(days) - 1


def test_the_places_on_the_line_follow_the_days(index):
    opened = open_index(index)
    act = opened.document("actes~digue.pdf")
    line = timeline(act, [], date(2024, 6, 1))
    assert line
    places = [day.place for day in line.days]
    assert places == sorted(places)
    assert (places[0], places[-1]) == (1, 99)
    assert line.begins < line.ends == 99
    assert [day.is_today for day in line.days].count(True) == 1
    assert timeline(opened.document("changed.pdf"), []) is None


@pytest.mark.parametrize(
    ("last", "told", "until"),
    [
        ("", "Fin", "2025-12-31"),
        ("2026-12-31", "Fin, avant reconduction tacite", "2026-12-31"),
        ("9999-12-31", "Fin, avant reconduction tacite", "2027-06-01"),
        ("?", "Fin, avant reconduction tacite", "2025-12-31"),
    ],
)
def test_an_act_that_goes_on_is_drawn_as_long_as_it_does(last, told, until):
    act = Document("a", "a.txt", "", "", period=Period("2024-01-01", "2025-12-31", last))
    line = timeline(act, [], date(2027, 6, 1))
    assert line
    words = {text: day for day in line.days for text, _ in day.told}
    assert words[told].iso == "2025-12-31"
    assert [day.iso for day in line.days if day.place == line.ends] == [until]


def test_linked_acts_and_versions_are_named(client):
    assert 'href="/documents/actes~avenant.txt"' in client.get(ACT).text
    newest, older = (show(client, f"/documents/port-{year}.txt") for year in (2020, 2019))
    for page in (newest, older):
        versions = page.css_first("[aria-labelledby=versions]").text()
        assert "port-2019.txt" in versions
        assert "port-2020.txt, 4 mars 2020, la plus récente" in " ".join(
            versions.replace(" (celle-ci)", "").split()
        )
    assert not newest.css(".older")
    assert "Une version plus récente" in older.css_first(".older").text()


STATES = [ACT, f"{ACT}?debut=0&fin=30", f"{ACT}?c=0-30&c=40-90&n=2", "/documents/changed.pdf",
          "/documents/port-2019.txt", "/documents/actes~avenant.txt?debut=5&fin=20"]  # fmt: skip


@pytest.mark.parametrize("url", STATES)
def test_every_state_has_one_of_each_id_and_french_typography(client, url):
    page = show(client, url)
    ids = [node.attributes["id"] for node in page.css("[id]")]
    assert len(ids) == len(set(ids))
    for node in page.css("article, h1, title, .meta, .linked a, svg"):
        node.decompose()
    text = page.css_first("main").text()
    assert not re.findall(r".{0,20}(?:[ \n][:;?!»]|« |\w[;?!»](?!\w)).{0,20}", text)
    assert "'" not in text


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (lasting(60), "5 ans"),
        (lasting(12), "1 an"),
        (lasting(18), "18 mois"),
        (euros(1234567.5), "1\u202f234\u202f567,50\u00a0€"),
        (euros(480000), "480\u202f000\u00a0€"),
        (the("avenant"), "l’avenant"),
        (the("protocole"), "le protocole"),
        (the("délibération"), "la délibération"),
    ],
)
def test_values_are_written_as_in_french(said, expected):
    assert said == expected


@pytest.fixture(scope="module")
def site(index: Path) -> Iterator[str]:
    app = create_app(Settings(index=index), Live(index, SmallEncoder.fingerprint), SmallEncoder())
    with listening(app) as address:
        yield address


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Any]:
    contexts = []

    def open_page(url: str, **options: Any) -> Page:
        contexts.append(browser.new_context(base_url=site, **options))
        page = contexts[-1].new_page()
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts on", "scripts off"])
@pytest.mark.parametrize("width", [1500, 1100, 360])
def test_passage_and_page_are_in_sight_and_citations_walked(open_page, client, javascript, width):
    text = text_of(client)
    one, two = span(text, "entretiennent la digue"), span(text, "participation annuelle")
    page = open_page(
        f"{ACT}?c={one[0]}-{one[1]}&c={two[0]}-{two[1]}#passage",
        java_script_enabled=javascript,
        viewport={"width": width, "height": 800},
    )
    expect(page.locator("mark#passage")).to_be_in_viewport()
    expect(page.locator("mark#passage")).to_have_text("entretiennent la digue")
    image = page.get_by_role("img", name="Page 1 de")
    if width > 1000:
        expect(image).to_be_in_viewport()
    else:
        page.get_by_role("link", name="page 1 de la source").click()
        expect(page.get_by_role("heading", name="Page 1 sur 2")).to_be_in_viewport()
    page.get_by_role("link", name="citation suivante").click()
    expect(page.locator("mark#passage")).to_have_text("participation annuelle")
    expect(page.locator("mark#passage")).to_be_in_viewport()
    page.go_back()
    expect(page.locator("mark#passage")).to_have_text("entretiennent la digue")
    if javascript:
        assert image.evaluate("image => image.complete && image.naturalWidth") > 500


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("url", STATES)
def test_axe_finds_no_fault(open_page, url, scheme):
    assert faults(open_page(url, color_scheme=scheme)) == []


@pytest.mark.parametrize("url", STATES)
def test_nothing_overflows_at_320_pixels(open_page, url):
    page = open_page(url, viewport={"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_what_is_printed_is_the_text_the_card_and_the_page(open_page):
    page = open_page(f"{ACT}?debut=0&fin=30")
    page.emulate_media(media="print")
    for hidden in (".outline", ".citations", ".turns", "header"):
        if page.locator(hidden).count():
            expect(page.locator(hidden).first).to_be_hidden()
    for shown in ("article", ".facts", ".page img"):
        expect(page.locator(shown)).to_be_visible()
