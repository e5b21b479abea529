"""The pages work without scripts: a question in, cited passages out, in sight of their text."""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from conftest import SmallEncoder, serving, write
from reportlab.pdfgen.canvas import Canvas
from selectolax.lexbor import LexborHTMLParser as Html
from starlette.testclient import TestClient

from corpus import Library
from indexer import Passage, update
from service.box import current
from service.reading import excerpt, french, long_date
from service.search import Cited, Span, highlight

ARTICLE = "Le syndicat entretient la digue et les berges. " * 12
LONG = f"""# Convention d’entretien de la digue

## Article 1 – Objet

{ARTICLE}

## Article 2 – Partage des frais

La commune & le département paient chacun la moitié. {ARTICLE}

## Article 3 – Durée

Fin de la digue en 2031. {ARTICLE}
"""
DOCUMENTS = {
    "a/digue.md": LONG,
    **{f"b/{n:02}.txt": f"Avenant n° {n}\n\nLa digue {n} est prolongée." for n in range(24)},
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Twenty-six documents on one subject: long, short, and a PDF of three pages."""
    folder = tmp_path_factory.mktemp("pages")
    library = write(folder / "library", DOCUMENTS)
    canvas = Canvas(str(library / "a" / "plan.pdf"))
    for page in range(3):
        for line in range(30):
            canvas.drawString(72, 780 - 20 * line, f"Planche {page}, ligne {line}, la vanne.")
        canvas.showPage()
    canvas.save()
    update(Library(library).scan(), folder / "index", SmallEncoder(), folder=str(library))
    with serving(folder / "index", SmallEncoder()) as client:
        yield client


def show(client: TestClient, url: str, **parameters: object) -> Html:
    response = client.get(url, params=parameters or None)
    assert response.status_code == 200, response.text
    return Html(response.text)


PAGES = [
    "/recherche",
    "/recherche?q=digue",
    "/recherche?q=digue&page=2",
    "/recherche?q=zzz",
    "/recherche?page=abc",
    "/documents/a~digue.md",
    "/documents/a~digue.md?debut=10&fin=40",
    "/documents/inconnu",
    "/docs",
]


@pytest.mark.parametrize("url", [*PAGES, "/integration"])
def test_every_page_has_the_marks_that_aids_rely_on(client, url):
    page = Html(client.get(url).text)
    assert page.css_first("html").attributes["lang"] == "fr"
    assert len(page.css("h1")) == 1
    assert page.css_first("title").text().strip()
    skip = page.css_first("body > a").attributes["href"]
    assert page.css_first(f"main{skip}") is not None
    for field in page.css("input:not([type=hidden])"):
        assert page.css_first(f"label[for={field.attributes['id']}]").text().strip()
    assert page.css_first("form[role=search] button[type=submit]").text() == "Rechercher"
    ids = [node.attributes["id"] for node in page.css("[id]")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("url", PAGES)
def test_a_page_loads_nothing_but_its_own_style_and_the_search_its_own_script(client, url):
    response = client.get(url)
    page = Html(response.text)
    scripts = page.css("script")
    searching = url.startswith("/recherche") and response.status_code == 200
    assert [s.attributes["src"] for s in scripts] == [current().address] * searching
    for script in scripts:
        assert not script.text()
        script.decompose()
    assert not page.css("script, style, iframe, img, object, [style], [onclick], [onload]")
    loaded = [link.attributes["href"] for link in page.css("link[rel=icon], link[rel=stylesheet]")]
    own = ["/static/document.css"] if page.css_first("article") else []
    assert loaded == ["/static/entente.svg", "/static/entente.css", *own]
    policy = dict(
        part.split(" ", 1) for part in response.headers["content-security-policy"].split("; ")
    )
    assert policy.pop("style-src") == policy.pop("img-src") == policy.pop("form-action") == "'self'"
    if searching:
        assert policy.pop("script-src") == policy.pop("connect-src") == "'self'"
        assert policy.pop("require-trusted-types-for") == "'script'"
        assert policy.pop("trusted-types") == "'none'"
    assert set(policy) == {"default-src", "base-uri", "frame-ancestors"}
    assert set(policy.values()) == {"'none'"}
    assert client.get("/static/entente.css").headers["content-type"].startswith("text/css")
    assert "http" not in client.get("/static/entente.css").text


def misprints(page: Html) -> list[str]:
    """What French typography would have otherwise, in the texts that are not the documents'."""
    for node in page.css("code, blockquote, article, input, h3 a, title, tbody th, td.party"):
        node.decompose()
    text = page.css_first("body").text()
    return re.findall(r".{0,20}(?:[ \n][:;?!»]|« |\w[;?!»](?!\w)|').{0,20}", text)


@pytest.mark.parametrize("url", [*PAGES, "/integration"])
def test_the_texts_of_a_page_have_the_spaces_of_french_typography(client, url):
    assert misprints(Html(client.get(url).text)) == []


def test_the_front_page_counts_the_documents_and_leads_to_lists_of_acts(client):
    page = show(client, "/recherche")
    assert "26\u00a0documents" in page.css_first("main").text()
    lists = [link for link in page.css(".starts a") if link.attributes["href"][:2] == "/c"]
    assert lists[0].text() == "Tous les actes"
    for link in lists:
        listed = show(client, link.attributes["href"])
        chosen = [a.text() for a in listed.css(".shortcuts [aria-current=page]")]
        assert chosen == [link.text()]


def test_the_root_leads_to_the_search(client):
    assert client.get("/", follow_redirects=False).headers["location"] == "/recherche"


@pytest.mark.parametrize(
    "question",
    [
        "digue",
        'la "digue" & l’eau',
        "où à ç œ ? +",
        "a=b&c=d#e%20f",
        "<digue>",
        "«\u00a0digue\u00a0»",
    ],
)
def test_a_question_survives_the_round_trip(client, question):
    page = show(client, "/recherche", q=question)
    assert page.css_first("input[name=q]").attributes["value"] == question
    assert page.css_first("title").text() == f"{question} – Recherche"
    assert question in page.css_first("h1").text()
    (following,) = page.css("nav .pages a")
    again = show(client, following.attributes["href"])
    assert again.css_first("input[name=q]").attributes["value"] == question


def test_the_number_of_results_is_announced(client):
    status = show(client, "/recherche?q=digue").css_first("[role=status]").text()
    assert status == "26\u00a0documents, du plus au moins pertinent – page\u00a01 sur\u00a03."


def test_pages_of_results_follow_each_other_without_gap_or_repetition(client):
    url: str | None = "/recherche?q=digue"
    titles, back = [], []
    while url:
        page = show(client, url)
        titles += [link.attributes["href"] for link in page.css(".hits > li h3 a")]
        steps = {a.text(): a.attributes["href"] for a in page.css(".pages a")}
        back.append(steps.get("Page précédente"))
        url = steps.get("Page suivante")
    found = client.get("/v1/search?q=digue&limit=100").json()["hits"]
    views = [hit["passages"][0]["view"] for hit in found]
    assert [urlsplit(href).path for href in titles] == [urlsplit(view).path for view in views]
    assert back == [None, "/recherche?q=digue&page=1", "/recherche?q=digue&page=2"]


def test_the_page_shows_what_the_api_finds(client):
    hits = client.get("/v1/search?q=frais de la digue").json()["hits"]
    page = show(client, "/recherche", q="frais de la digue")
    shown = page.css(".hits > li")
    assert len(shown) == len(hits) == 10
    for item, hit in zip(shown, hits, strict=True):
        assert item.css_first("h3").text() == hit["document"]["title"]
        assert hit["document"]["path"] in item.css_first(".meta").text()
        quotes = item.css("blockquote")
        assert len(quotes) == len(hit["passages"])
        for quote, passage in zip(quotes, hit["passages"], strict=True):
            for cut in quote.css(".cut"):
                cut.decompose()
            assert " ".join(quote.text().split()) in " ".join(passage["text"].split())
            words = {passage["text"][h["start"] : h["end"]] for h in passage["highlights"]}
            assert {mark.text() for mark in quote.css("mark")} <= words


def test_a_passage_of_a_pdf_links_to_its_page_and_to_its_text(client):
    page = show(client, "/recherche?q=planche 2 vanne")
    item = page.css_first(".hits > li")
    hit = client.get("/v1/search?q=planche 2 vanne").json()["hits"][0]
    assert item.css_first("h3").text() == hit["document"]["title"]
    number = hit["passages"][0]["page"]
    links = {a.attributes["href"]: a.text() for a in item.css_first("figcaption").css("a")}
    spans = sorted((passage["start"], passage["end"]) for passage in hit["passages"])
    best = hit["passages"][0]
    others = "&".join(f"c={start}-{end}" for start, end in spans)  # from one to the next
    n = spans.index((best["start"], best["end"])) + 1
    assert set(links) == {best["link"], f"/documents/a~plan.pdf?{others}&n={n}#passage"}
    assert links[f"/v1/documents/a~plan.pdf/file#page={number}"].startswith(
        f"page\u00a0{number} de la source"
    )


@pytest.mark.parametrize("question", ["digue", "vanne"])
def test_links_say_where_they_lead_out_of_context(client, question):
    for item in show(client, "/recherche", q=question).css(".hits > li"):
        title = item.css_first("h3").text()
        names = [link.text() for link in item.css("a, summary")]
        assert all(title in name for name in names)
        targets = [link.attributes["href"] for link in item.css("figcaption a")]
        assert len(targets) == len(set(targets)) > 0


def test_the_marked_passage_is_exactly_the_cited_one(client):
    hits = client.get("/v1/search?q=partage des frais&limit=100&group=passage").json()["hits"]
    assert len(hits) > 26
    for hit in hits:
        (passage,) = hit["passages"]
        text = client.get(hit["document"]["text"]).text
        page = show(client, passage["view"])
        (mark,) = page.css("mark")
        assert mark.attributes["id"] == urlsplit(passage["view"]).fragment
        assert mark.text() == passage["text"]
        assert page.css_first("article").text() == text


@pytest.mark.parametrize(
    "span", ["", "debut=5", "debut=9&fin=3", "debut=0&fin=999999", f"fin={10**30}"]
)
def test_whatever_is_marked_the_whole_text_is_shown(client, span):
    page = show(client, f"/documents/a~digue.md?{span}")
    text = client.get("/v1/documents/a~digue.md/text").text
    assert page.css_first("article").text() == text


def test_a_long_document_has_an_outline_that_leads_to_its_headings(client):
    page = show(client, "/documents/a~digue.md?debut=300&fin=1400")
    outline = {a.attributes["href"]: a.text() for a in page.css(".outline a")}
    assert list(outline.values()) == [
        "Article 1 – Objet",
        "Article 2 – Partage des frais",
        "Article 3 – Durée",
    ]
    for target, title in outline.items():
        heading = page.css_first(f"article {target}[role=heading]")
        assert heading.text() == title
        assert heading.attributes["aria-level"] == "4"


def cited(text: str, stems: set[str], section: tuple[str, ...] = ()) -> Cited:
    passage = Passage("d", 0, len(text), text, None, section, 1)
    return Cited(passage, 1.0, 1.0, 1.0, 1.0, 1.0, highlight(text, stems))


FILLER = "Rien ici ne répond. " * 30


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("La digue.", "La digue."),
        ("Titre\n\nLa digue.", "La digue."),
        (f"{FILLER}La digue tient. {FILLER}", "[…] La digue tient. Rien"),
        (f"La digue. {FILLER}Une digue, deux digues. {FILLER}", "[…] Une digue, deux digues. Rien"),
        (f"{'mot ' * 200}digue {'mot ' * 200}", "[…] digue mot"),
        (FILLER, "Rien ici"),
        ("a" * 900, "aaa"),
    ],
)
def test_an_excerpt_starts_at_the_sentence_that_answers(text, expected):
    shown = "".join(piece for piece, _ in excerpt(cited(text, {"digu"}, ("Titre",))))
    assert shown.startswith(expected)
    assert len(shown) <= 320 + len("[…]  […]")
    assert shown.removeprefix("[…] ").removesuffix(" […]") in text
    assert shown.endswith(" […]") == (not text.endswith(shown.removeprefix("[…] ")))


def test_an_excerpt_marks_the_words_that_it_shows():
    pieces = excerpt(cited(f"{FILLER}La digue et les digues. {FILLER}", {"digu"}))
    assert [piece for piece, kind in pieces if kind == "mark"] == ["digue", "digues"]
    marked = replace(cited("digue", set()), highlights=(Span(0, 5),))
    assert excerpt(marked) == [("digue", "mark")]


@pytest.mark.parametrize(
    ("iso", "expected"),
    [("2021-10-13", "13 octobre 2021"), ("2022-06-01", "1er juin 2022"), ("2022", "2022")],
)
def test_dates_are_written_out(iso, expected):
    assert long_date(iso) == expected


def test_messages_get_the_spaces_and_apostrophes_of_french():
    message = "L'acte « x » : où ? là ; oui ! 10:30"
    assert french(message) == ("L’acte «\u00a0x\u00a0»\u00a0: où\u00a0? là\u00a0; oui\u00a0! 10:30")


def test_the_page_of_the_api_tells_every_route_and_parameter(client):
    page = show(client, "/docs")
    description = client.get("/openapi.json").json()
    titles = [heading.text() for heading in page.css("h2")]
    assert titles == [
        f"{method.upper()} {path}"
        for path, operations in description["paths"].items()
        for method in operations
    ]
    told = {cell.text() for cell in page.css("th[scope=row]")}
    assert {"q", "limit", "offset", "group", "type", "year", "folder", "document"} <= told


def test_the_style_is_small(client):
    assert len(client.get("/static/entente.css").content) < 7_000
