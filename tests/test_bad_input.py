"""Whatever is sent, the answer is a result, or says in French what was wrong and what to do."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from conftest import LIBRARY, SmallEncoder, serving, write
from selectolax.lexbor import LexborHTMLParser as Html
from starlette.testclient import TestClient

from corpus import Library
from indexer import update
from service.problems import MEDIA_TYPE

SEARCH = "/v1/search"
JSON = {"content-type": "application/json"}
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("bad")
    library = write(folder / "library", LIBRARY)
    update(Library(library).scan(), folder / "index", SmallEncoder(), folder=str(library))
    with serving(folder / "index", SmallEncoder(), documents=library) as client:
        yield client


def get(url: str, **parameters: Any) -> dict[str, Any]:
    return {"method": "GET", "url": url, "params": parameters or None}


def post(body: Any) -> dict[str, Any]:
    return {"method": "POST", "url": SEARCH, "json": body}


def raw(content: bytes, **headers: str) -> dict[str, Any]:
    return {"method": "POST", "url": SEARCH, "content": content, "headers": headers or JSON}


@pytest.mark.parametrize(
    ("request_", "status", "words"),
    [
        # the question
        (get(SEARCH), 422, ["q :", "obligatoire", "ajoutez"]),
        (get(SEARCH, q=""), 422, ["question est vide", "posez-la"]),
        (get(SEARCH, q=" \u00a0\t\n"), 422, ["question est vide"]),
        (get(SEARCH, q="\x00\x01\u200b"), 422, ["question est vide"]),
        (get(SEARCH, q="e" * 20_000), 422, ["20000 caractères", "2000 au plus", "raccourcissez"]),
        (post({"q": "é" * 20_000}), 422, ["20000 caractères", "2000 au plus", "raccourcissez"]),
        (post({"q": 12}), 422, ["q = « 12 »", "texte est attendu"]),
        (post({"q": None}), 422, ["q :", "texte est attendu"]),
        (post({"q": ["eau"]}), 422, ["q :", "texte est attendu"]),
        (raw(b'{"q": "eau \\ud83d"}'), 422, ["q = « eau � »", "Unicode bien formé"]),
        # the other parameters
        (get(SEARCH, q="eau", limit=0), 422, ["limit = « 0 »", "au moins 1"]),
        (get(SEARCH, q="eau", limit=101), 422, ["limit = « 101 »", "au plus 100"]),
        (get(SEARCH, q="eau", limit="abc"), 422, ["limit = « abc »", "nombre entier"]),
        (get(SEARCH, q="eau", limit="1.5"), 422, ["limit = « 1.5 »", "nombre entier"]),
        (get(SEARCH, q="eau", limit=""), 422, ["limit = «  »", "nombre entier"]),
        (get(SEARCH, q="eau", limit="9" * 5000), 422, ["limit = « 999", "plus petit"]),
        (get(SEARCH, q="eau", offset=-1), 422, ["offset = « -1 »", "au moins 0"]),
        (get(SEARCH, q="eau", offset=1001), 422, ["offset = « 1001 »", "au plus 1000"]),
        (get(SEARCH, q="eau", group="page"), 422, ["group = « page »", "document ou passage"]),
        (get(SEARCH, q="eau", year=0), 422, ["year = « 0 »", "au moins 1"]),
        (get(SEARCH, q="eau", year=[2020, 10000]), 422, ["year = « 10000 »", "au plus 9999"]),
        (get(SEARCH, q="eau", year="an II"), 422, ["year = « an II »", "nombre entier"]),
        (get(SEARCH, q="eau", year=[2020] * 51), 422, ["year :", "50 valeurs au plus"]),
        (get(SEARCH, q="eau", folder="a" * 501), 422, ["folder = « aaa", "500 caractères"]),
        (get(SEARCH, q="eau", order="date"), 422, ["order = « date »", "inconnu", "retirez-le"]),
        (get(SEARCH, q="eau", limit=0, offset=-1), 422, ["limit = « 0 »", "offset = « -1 »"]),
        (get("/v1/documents", limit=0), 422, ["limit = « 0 »", "au moins 1"]),
        (get("/v1/documents", q="eau"), 422, ["q = « eau »", "inconnu"]),
        # the body
        (raw(b'{"q": '), 422, ["corps", "pas du JSON"]),
        (raw(b""), 422, ["corps", "obligatoire"]),
        (raw(b"[" * 30_000), 400, ["corps", "JSON"]),
        (raw(b"\xff\xfe"), 422, ["corps", "pas du JSON"]),
        (raw(b'{"q": "eau \xff"}'), 400, ["corps", "JSON en UTF-8"]),
        (raw(b"q=eau", **{"content-type": "text/plain"}), 422, ["corps", "application/json"]),
        (raw(b'{"q": "' + b"e" * 70_000 + b'"}'), 413, ["65536 octets", "raccourcissez"]),
        (post([]), 422, ["corps", "objet JSON"]),
        (post("eau"), 422, ["corps", "objet JSON"]),
        (post({}), 422, ["q :", "obligatoire"]),
        (post({"q": "eau", "limit": "10"}), 422, ["limit = « 10 »", "nombre entier"]),
        (post({"q": "eau", "limit": True}), 422, ["limit = « True »", "nombre entier"]),
        (post({"q": "eau", "limit": 1.5}), 422, ["limit = « 1.5 »", "nombre entier"]),
        (post({"q": "eau", "type": "convention"}), 422, ["type = « convention »", "liste"]),
        (raw(b'{"q": "eau", "folder": "\\udfff"}'), 422, ["folder = « � »", "Unicode"]),
        (post({"q": "eau", "order": "date"}), 422, ["order = « date »", "inconnu"]),
        # addresses and methods
        (get("/v1/recherche"), 404, ["/v1/recherche", "voyez /docs"]),
        (get("/static/rien.css"), 404, ["/static/rien.css", "voyez /docs"]),
        (get("/static/..%2Fapp.py"), 404, ["voyez /docs"]),
        (get("/v1/documents/x", limit=1), 422, ["limit = « 1 »", "inconnu"]),
        (get("/v1/documents/x", on="hier"), 422, ["on = « hier »", "2026-11-22"]),
        (get("/v1/documents/x/text", on=1), 422, ["on = « 1 »", "inconnu"]),
        (get("/v1/documents/x/file", page=2), 422, ["page = « 2 »", "inconnu"]),
        (get("/v1/documents/inconnu"), 404, ["« inconnu »", "/v1/documents"]),
        (get("/v1/documents/inconnu/text"), 404, ["« inconnu »", "/v1/documents"]),
        (get("/v1/documents/inconnu/file"), 404, ["« inconnu »", "/v1/documents"]),
        (get("/v1/documents/..%2F..%2Fetc%2Fpasswd/file"), 404, ["voyez /docs"]),
        (get("/v1/documents/..%5C..%5Cetc/file"), 404, ["« ..\\..\\etc »"]),
        (get("/v1/documents/%2e%2e/file"), 404, ["« .. »"]),
        (get("/v1/documents/%00/file"), 404, ["identifiant"]),
        (get("/v1/documents/" + "a" * 301), 422, ["document = « aaa", "300 caractères"]),
        ({"method": "DELETE", "url": SEARCH}, 405, ["DELETE", "/v1/search", "voyez /docs"]),
        ({"method": "PUT", "url": "/v1/documents"}, 405, ["PUT", "voyez /docs"]),
    ],
    ids=lambda value: str(value)[:60] if isinstance(value, dict) else None,
)
def test_a_bad_request_is_a_problem_that_names_the_value_and_the_remedy(
    client, request_, status, words
):
    response = client.request(**request_)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == MEDIA_TYPE
    problem = response.json()
    assert set(problem) == {"type", "title", "status", "detail", "instance"}
    assert problem["status"] == status
    assert problem["title"] not in ("", "Not Found", "Unprocessable Content", "Bad Request")
    assert problem["instance"].isascii()
    assert unquote(problem["instance"]) == unquote(response.url.path)
    assert all(word in problem["detail"] for word in words), problem["detail"]
    assert len(problem["detail"]) < 500


def test_a_method_that_is_not_allowed_is_told_those_that_are(client):
    assert client.delete(SEARCH).headers["allow"] == "GET, HEAD, POST"
    assert client.post("/health/live").headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "question",
    [
        "<script>alert(1)</script> eau",
        '"><img src=x onerror=alert(1)> eau',
        "'; DROP TABLE documents; -- eau",
        "{{ 7 * 7 }} {% raw %} eau",
        "&lt;b&gt; &amp; eau",
        'eau "',
        '"eau',
        "(eau",
        "eau AND OR NOT",
        "body:eau title:* document:[a TO z]",
        "+eau -commune ~2 ^3 \\ /",
        "« eau",
        "n°",
        "n° /////----....",
        "article",
        "\x00eau\x1b[31m\u202e",
        "eau\ud83c".encode("utf-8", "replace").decode(),
        "ﬁﬃ ℌ 𝒜 🏊 e\u0301",
        "?",
        "1/" * 900,
        "1-" * 900,
        '"' * 2000,
        "« " * 1000,
        "a" * 2000,
    ],
    ids=lambda question: ascii(question[:30]),
)
def test_any_text_is_a_question_and_comes_back_as_it_was_sent(client, question):
    start = time.perf_counter()
    by_url = client.get(SEARCH, params={"q": question})
    by_body = client.post(SEARCH, json={"q": question})
    assert (by_url.status_code, by_body.status_code) == (200, 200), by_url.text
    assert by_url.json()["query"] == by_body.json()["query"] == question
    assert by_url.headers["content-type"] == "application/json"
    assert time.perf_counter() - start < 5


def test_the_syntax_of_the_engine_means_nothing_in_a_question(client):
    """An operator would leave « eau » out, or look for it in one field only."""
    plain = client.get(SEARCH, params={"q": "eau"}).json()["hits"]
    for question in ("+eau", "eau^3", "-eau", "NOT eau", "(eau)"):
        hits = client.get(SEARCH, params={"q": question}).json()["hits"]
        assert hits[0]["document"] == plain[0]["document"], question


@pytest.mark.parametrize(
    "question",
    [
        "<script>alert(1)</script> eau",
        '"><img src=x onerror=alert(1)> eau',
        "' onfocus=alert(1) autofocus x='",
        "</title></h1><b>eau</b>",
        "javascript:alert(1)",
        "{{ 7 * 7 }}",
    ],
)
def test_markup_in_a_question_stays_text_on_the_page(client, question):
    page = Html(client.get("/recherche", params={"q": question}).text)
    assert not page.css("script:not([src]), img, b, [onerror], [onfocus], [autofocus]")
    assert not page.css("a[href^='javascript']")
    assert page.css_first("input[name=q]").attributes["value"] == question
    assert question in page.css_first("h1").text()
    assert page.css_first("title").text() == f"{question} – Recherche"


def test_markup_in_a_document_stays_text_on_the_page(tmp_path, small_encoder):
    text = "<img src=x onerror=alert(1)>\n\nLa convention <script>alert(1)</script> sur l'eau."
    library = write(tmp_path / "library", {"<b>.txt": text})
    update(Library(library).scan(), tmp_path / "index", small_encoder)
    with serving(tmp_path / "index", small_encoder) as client:
        results = Html(client.get("/recherche?q=eau").text)
        (link,) = [a.attributes["href"] for a in results.css(".hits h3 a")]
        document = Html(client.get(link).text)
    assert "<script>alert(1)</script>" in results.css_first("blockquote").text()
    assert document.css_first(".text").text() == text
    for page in (results, document):
        assert not page.css("script:not([src]), img, b")


@pytest.mark.parametrize(
    ("url", "status", "words"),
    [
        ("/recherche?q=eau&page=abc", 422, ["page = « abc »", "nombre entier"]),
        ("/recherche?q=eau&page=0", 422, ["page = « 0 »", "au moins 1"]),
        ("/recherche?q=eau&page=9", 404, ["page = « 9 »", "page 1"]),
        ("/recherche?q=" + "é" * 2001, 422, ["2001 caractères", "raccourcissez-la"]),
        ("/recherche?q=%00", 422, ["question est vide"]),
        ("/documents/inconnu", 404, ["« inconnu »"]),
        ("/documents/inconnu?debut=x", 422, ["debut = « x »", "nombre entier"]),
        ("/recherche/rien", 404, ["/recherche/rien"]),
    ],
)
def test_an_error_on_a_page_is_a_page(client, url, status, words):
    response = client.get(url)
    assert response.status_code == status
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in response.headers["content-security-policy"]
    page = Html(response.text)
    message = page.css_first("main [role=alert]").text().replace("\u00a0", " ")
    assert all(word in message for word in words), message
    assert page.css_first("form input[name=q]") is not None


@pytest.mark.parametrize("url", ["/rien", "/v1/documents/inconnu/file", "/v1/search"])
def test_a_browser_gets_a_page_where_a_program_gets_a_problem(client, url):
    assert client.get(url).headers["content-type"] == MEDIA_TYPE
    shown = client.get(url, headers=BROWSER)
    assert shown.headers["content-type"] == "text/html; charset=utf-8"
    assert Html(shown.text).css_first("main [role=alert]") is not None


def test_a_changed_source_is_explained_to_who_follows_its_link(library, index_folder):
    with serving(index_folder, SmallEncoder()) as client:
        hit = client.get(SEARCH, params={"q": "eau"}).json()["hits"][0]
        (library / hit["document"]["path"]).write_text("autre chose")
        response = client.get(hit["document"]["link"], headers=BROWSER)
    assert response.status_code == 409
    assert "relancez la mise à jour" in Html(response.text).css_first("[role=alert]").text()
