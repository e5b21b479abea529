"""The answer on the search page: quoted and cited, listed, declined, and followed up."""

import csv
from collections.abc import Iterator
from io import StringIO
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import serving
from selectolax.lexbor import LexborHTMLParser as Html
from starlette.testclient import TestClient

from indexer import SentenceEncoder

BATHING = "quelles conventions couvrent la baignade ?"
END = "Quand prend fin la convention n° 19-CV-14 ?"


@pytest.fixture(scope="module")
def client(sample_folder, real_encoder: SentenceEncoder) -> Iterator[TestClient]:
    with serving(sample_folder, real_encoder) as client:
        yield client


def show(client: TestClient, question: str, **parameters: str) -> Html:
    response = client.get("/recherche", params={"q": question, **parameters})
    assert response.status_code == 200, response.text
    return Html(response.text)


def asked(href: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(href).query)


def cited(href: str) -> tuple[int, int]:
    """The span that a link has in sight, alone or as the n-th of several."""
    given = asked(href)
    if "c" not in given:
        return int(given["debut"][0]), int(given["fin"][0])
    start, end = given["c"][int(given["n"][0]) - 1].split("-")
    return int(start), int(end)


def test_a_fact_stands_first_with_its_value_marked_and_its_place_cited(client):
    answer = show(client, END).css_first(".answer")
    assert answer.css_first(".verdict").text() == "30 juin 2026"
    assert "30 juin 2023" in answer.css_first(".overtaken").text()
    assert "30 juin 2026" in [mark.text() for mark in answer.css("mark")]
    for figure in answer.css("figure"):
        link = figure.css_first("figcaption a")
        start, end = cited(link.attributes["href"])
        document = urlsplit(link.attributes["href"]).path.rpartition("/")[2]
        text = client.get(f"/v1/documents/{document}/text").text
        quote = figure.css_first("blockquote").text()
        assert text[start:end] == quote


def test_the_page_says_what_the_api_says(client):
    said = client.post("/v1/answer", json={"question": END}).json()
    answer = show(client, END).css_first(".answer")
    quotes = [quote.text() for quote in answer.css("blockquote")]
    assert quotes == [sentence["text"] for sentence in said["answer"]["sentences"]]
    assert "fait précis" in answer.text()
    assert f"{round(100 * said['confidence'])} chances sur 100" in answer.text()


def test_a_list_has_all_acts_sorted_and_saved_by_links(client):
    listed = client.post("/v1/answer", json={"question": BATHING, "sort": "end"}).json()
    answer = show(client, BATHING, sort="end").css_first(".answer")
    titles = [heading.text() for heading in answer.css(".acts h3")]
    assert titles == [row["document"]["title"] for row in listed["rows"]]
    assert answer.css_first("h2").text() == f"{listed['total']}\u00a0actes"
    files = {link.text(): link.attributes["href"] for link in answer.css(".tools a")}
    saved = client.get(files["CSV"])
    table = list(csv.reader(StringIO(saved.content.decode("utf-8-sig")), delimiter=";"))
    assert [line[0] for line in table[1:]] == titles  # in the order that the page shows
    ods = client.get(files["tableur ODS"])
    assert ods.content.startswith(b"PK")
    assert client.get("/recherche/liste.xls", params={"q": BATHING}).status_code == 404


def test_documents_are_sorted_by_links_that_keep_everything_else(client):
    page = show(client, BATHING, type="convention", on="2025-01-01")
    orders = {link.text(): link.attributes["href"] for link in page.css(".orders a")}
    latest = asked(orders["Trier par date"])
    assert latest == {
        "q": [BATHING],
        "type": ["convention"],
        "on": ["2025-01-01"],
        "sort": ["date"],
    }
    page = Html(client.get(orders["Trier par date"]).text)
    days = [t.attributes["datetime"] for t in page.css(".hits > li > .meta time")]
    assert len(days) > 3
    assert days == sorted(days, reverse=True)
    kept = page.css_first("input[form=question][name=sort]")
    assert kept.attributes["value"] == "date"  # another question keeps the order


def test_what_the_front_page_proposes_is_answered(client):
    page = Html(client.get("/recherche").text)
    links = [a for a in page.css(".starts a") if a.attributes["href"].startswith("/recherche?")]
    assert len(links) == 5
    for link in links:
        question = asked(link.attributes["href"])["q"][0]
        assert question == link.text().replace("\u00a0", " ")
        title = show(client, question).css_first(".answer h2").text()
        assert title != "Pas de réponse dans les documents", question


def test_what_no_document_says_is_declined_above_the_nearest_ones(client):
    page = show(client, "Quel est le prix du stationnement à Lyon ?")
    answer = page.css_first(".answer")
    assert answer.css_first("h2").text() == "Pas de réponse dans les documents"
    assert "Lyon" in answer.text()
    assert not answer.css("blockquote")
    assert page.css(".hits > li")


def test_a_question_that_follows_becomes_a_whole_one_with_its_own_address(client):
    page = show(client, END, folder="fictifs")
    form = page.css_first("form.follow")
    kept = {i.attributes["name"]: i.attributes["value"] for i in form.css("input[type=hidden]")}
    assert kept == {"previous": END, "folder": "fictifs"}
    given = {**kept, "q": "et son montant ?"}
    moved = client.get("/recherche", params=given, follow_redirects=False)
    assert moved.status_code == 303
    whole = asked(moved.headers["location"])
    assert "montant" in whole["q"][0]
    assert "19-CV-14" in whole["q"][0]
    assert whole["folder"] == ["fictifs"]


@pytest.mark.parametrize("view", ["recherche", "conventions"])
def test_a_first_load_is_light_and_asks_nobody_else(client, view):
    first = client.get(f"/{view}", params={"q": BATHING} if view == "recherche" else {})
    page = Html(first.text)
    parts = [node.attributes["src"] for node in page.css("script[src], img[src]")]
    parts += [node.attributes["href"] for node in page.css("link[rel=stylesheet], link[rel=icon]")]
    assert len(parts) >= 3
    assert all(part.startswith("/") and not part.startswith("//") for part in parts)
    loaded = [first, *(client.get(part) for part in parts)]
    assert all(response.status_code == 200 for response in loaded)
    assert sum(int(response.headers["content-length"]) for response in loaded) <= 60_000


def test_what_is_likelier_wrong_than_right_is_told_as_a_guess(client):
    question = "combien verse Rivemont Métropole pour la fibre ?"
    said = client.post("/v1/answer", json={"question": question}).json()
    assert (said["status"], said["confidence"] < 0.5) == ("answered", True)
    answer = show(client, question).css_first(".answer")
    assert answer.css_first("h2").text() == "Peut-être une réponse"
    assert f"{round(100 * said['confidence'])} chances sur 100" in answer.text()
    assert not answer.css("mark")
    assert show(client, END).css_first(".answer h2").text() == "Réponse"


def test_a_site_that_is_not_set_up_is_told_and_the_search_goes_on(client):
    page = show(client, BATHING, site="inconnu")
    assert "Le site «\u00a0inconnu\u00a0» n’est pas réglé" in page.css_first("[role=alert]").text()
    assert page.css(".hits > li")


def test_a_passage_of_an_act_that_was_changed_since_says_so(client):
    address = "/documents/fictifs~convention-baignade-lunelle-2019.pdf?debut=9&fin=99"
    told = Html(client.get(address).text).css(".citations .later")
    assert "Avenant n° 1" in told[0].text().replace("\u00a0", " ")
    assert "ce passage peut ne plus valoir" in told[0].text()


def test_only_the_first_page_of_results_has_the_answer(client):
    assert show(client, BATHING, page="2").css_first(".answer") is None
