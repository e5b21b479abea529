"""Atom feeds and OpenSearch: valid by their rules, stable, inert, and sent only where changed."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import parse_qs, urljoin, urlsplit
from uuid import UUID

import pytest
from conftest import LIBRARY, SmallEncoder, serving, write
from lxml import etree
from selectolax.lexbor import LexborHTMLParser as Html
from starlette.testclient import TestClient

from corpus import Library
from indexer import update

ATOM = "{http://www.w3.org/2005/Atom}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
HOSTILE = (
    'Convention <script>alert(1)</script> & ]]> "l\'eau" &lt;b&gt; \ufffe\x0b\x1b[31m\x85 {{ 7*7 }}'
)
DATED = "Convention n° 2021-7 sur la baignade\n\nSignée le 4 mai 2021.\n\nLa baignade est gratuite."
DOCUMENTS = {
    **LIBRARY,
    "dated.txt": DATED,
    "hostile.txt": f"{HOSTILE}\n\nLa baignade <b>est</b> \x0cinterdite & \x1fdangereuse.",
    "futur.txt": "Convention n° 2099-1 sur la baignade\n\nSignée le 4 mai 2099.",
}
FEEDS = [
    "/recherche.atom?q=baignade",
    "/recherche.atom?q=baignade&type=convention&folder=conventions",
    "/recherche.atom?q=%3Cb%3E+%26+%22baignade%22+]]%3E",
    "/recherche.atom?q=zzz",
    "/conventions.atom",
    "/conventions.atom?type=convention&within=6&title=<b>%26",
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("feeds")
    update(Library(write(folder / "library", DOCUMENTS)).scan(), folder / "index", SmallEncoder())
    with serving(folder / "index", SmallEncoder()) as client:
        yield client


def feed(client: TestClient, url: str) -> etree._Element:
    response = client.get(url)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/atom+xml; charset=utf-8"
    return etree.fromstring(response.content)


def text(element: etree._Element, name: str) -> str:
    (one,) = element.findall(ATOM + name)
    return one.text or ""


def links(element: etree._Element, rel: str) -> list[str]:
    return [link.get("href") for link in element.findall(f"{ATOM}link") if link.get("rel") == rel]


def instant(element: etree._Element) -> datetime:
    """`atom:updated`, which RFC 3339 gives a time zone."""
    moment = datetime.fromisoformat(text(element, "updated"))
    assert moment.tzinfo
    return moment


@pytest.mark.parametrize("url", FEEDS)
def test_a_feed_keeps_the_rules_of_rfc_4287(client, url):
    root = feed(client, url)
    assert root.tag == f"{ATOM}feed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"
    assert text(root, "title").endswith(" – Entente")
    assert text(root.find(f"{ATOM}author"), "name") == "Entente"
    (own,) = links(root, "self")
    assert client.get(own).status_code == 200
    (page,) = links(root, "alternate")
    assert client.get(page).headers["content-type"].startswith("text/html")
    entries = root.findall(f"{ATOM}entry")
    ids = [text(element, "id") for element in [root, *entries]]
    assert len(set(ids)) == len(ids)
    assert all(UUID(one.removeprefix("urn:uuid:")) for one in ids)
    days = [instant(entry) for entry in entries]
    assert days == sorted(days, reverse=True)
    assert instant(root) >= max(days, default=instant(root))
    for entry in entries:
        assert text(entry, "title").strip()
        (alternate,) = links(entry, "alternate")
        assert client.get(alternate).status_code == 200
        summary = entry.find(f"{ATOM}summary")
        assert summary.get("type") == "text"
        assert summary.text.strip()
        assert not len(summary)
        assert {child.tag.removeprefix(ATOM) for child in entry} <= {
            "id", "title", "updated", "link", "category", "summary",
        }  # fmt: skip


def test_a_feed_of_a_question_has_its_documents_each_with_its_best_passage(client):
    question = "La baignade est-elle gratuite ?"
    assert not client.post("/v1/answer", json={"question": question}).json()["rows"]
    root = feed(client, f"/recherche.atom?q={question}")
    assert text(root, "title") == f"«\u00a0{question}\u00a0» – Entente"
    hits = client.get("/v1/search", params={"q": question, "limit": 20}).json()["hits"]
    views = {links(entry, "alternate")[0] for entry in root.findall(f"{ATOM}entry")}
    assert views == {urljoin("http://testserver", hit["passages"][0]["view"]) for hit in hits}
    (dated,) = [e for e in root.findall(f"{ATOM}entry") if "2021-7" in text(e, "title")]
    assert "La baignade est gratuite." in text(dated, "summary")


def test_a_list_that_answers_is_fed_act_by_act(client):
    question = "quelles conventions ont expiré avant le 22 novembre 2026 ?"
    answer = client.post("/v1/answer", json={"question": question}).json()
    assert answer["rows"]
    root = feed(client, f"/recherche.atom?q={question}")
    titles = sorted(text(entry, "title") for entry in root.findall(f"{ATOM}entry"))
    assert titles == sorted(row["document"]["title"] for row in answer["rows"])


def test_a_feed_of_a_list_has_the_acts_of_the_list(client):
    url = "/conventions.atom?type=convention&title=baignade"
    root = feed(client, url)
    assert text(root, "title") == (
        "Actes (Titre ou numéro\u00a0: baignade\u00a0; Type d’acte\u00a0: convention) – Entente"
    )
    page = Html(client.get(url.replace(".atom", "")).text)
    listed = {urljoin("http://testserver", a.attributes["href"]) for a in page.css("tbody th a")}
    entries = root.findall(f"{ATOM}entry")
    assert {links(entry, "alternate")[0] for entry in entries} == listed
    assert len(listed) == 3
    (lunelle,) = [entry for entry in entries if "Lunelle" in text(entry, "title")]
    assert text(lunelle, "summary") == "Convention, du 1er juin 2022 au 31 mai 2026, expirée"


def test_an_entry_is_updated_on_the_day_of_its_act_or_else_when_the_index_was_published(client):
    root = feed(client, "/conventions.atom")
    updated = {text(e, "title"): text(e, "updated") for e in root.findall(f"{ATOM}entry")}
    assert updated["Convention n° 2021-7 sur la baignade"] == "2021-05-04T00:00:00+00:00"
    assert updated["Convention n° 2099-1 sur la baignade"] == text(root, "updated")  # yet to come
    assert updated["Convention relative à la baignade en Lunelle"] == text(root, "updated")


@pytest.mark.parametrize("url", ["/recherche.atom?q=interdite", "/conventions.atom?title=alert"])
def test_markup_and_control_characters_stay_text(client, url):
    body = client.get(url).text
    root = etree.fromstring(body.encode())
    (entry,) = [e for e in root.findall(f"{ATOM}entry") if "alert" in text(e, "title")]
    assert "<script>alert(1)</script>" in text(entry, "title")
    assert "&lt;b&gt;" in text(entry, "title")
    assert "{{ 7*7 }}" in text(entry, "title")
    assert not {c for c in body if c < " " and c != "\n"} | {"\ufffe", "\uffff"} & set(body)
    assert "<script" not in body


def test_an_id_stays_when_a_newer_version_of_its_act_comes(tmp_path):
    library, index = tmp_path / "library", tmp_path / "index"
    words = " ".join(f"mot{n} dit chose{n}" for n in range(60))
    found = []
    for name in ("v1.txt", "v2.txt"):
        write(library, {name: f"{DATED}\n\n{words} {name}"})
        update(Library(library).scan(), index, SmallEncoder())
        with serving(index, SmallEncoder()) as client:
            (entry,) = feed(client, "/conventions.atom").findall(f"{ATOM}entry")
        found.append((text(entry, "id"), links(entry, "alternate")[0].rpartition("/")[2]))
    (first, _), (second, newest) = found
    assert first == second
    assert newest == "v2.txt"


def test_a_feed_is_sent_again_only_when_the_index_or_the_question_is_another(tmp_path):
    library, index = write(tmp_path / "library", LIBRARY), tmp_path / "index"
    update(Library(library).scan(), index, SmallEncoder())
    url = "/recherche.atom?q=baignade&type=convention"
    with serving(index, SmallEncoder()) as client:
        tag = client.get(url).headers["etag"]
        for held in (tag, f'W/{tag}, "autre"', "*"):
            same = client.get(url, headers={"If-None-Match": held})
            assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
        assert client.get(url, headers={"If-None-Match": '"autre"'}).status_code == 200
        assert client.get("/recherche.atom?type=convention&q=baignade").headers["etag"] == tag
        others = ["/recherche.atom?q=eau&type=convention", "/recherche.atom?q=baignade",
                  f"{url}&on=2020-01-01", "/conventions.atom?type=convention"]  # fmt: skip
        tags = {client.get(other).headers["etag"] for other in others}
        assert len(tags) == 4
        assert tag not in tags
    write(library, {"neuf.txt": DATED})
    update(Library(library).scan(), index, SmallEncoder())
    with serving(index, SmallEncoder()) as client:
        assert client.get(url, headers={"If-None-Match": tag}).status_code == 200


def test_a_feed_refuses_what_its_page_refuses(client):
    for url in ("/recherche.atom", "/recherche.atom?q=a&type=avenan", "/conventions.atom?within=x"):
        assert client.get(url).status_code == 422


@pytest.mark.parametrize(
    ("url", "atom"),
    [
        ("/recherche?q=la+%22baignade%22&type=convention&page=1&sort=date", "/recherche.atom"),
        ("/conventions?type=convention&sort=title&within=6", "/conventions.atom"),
    ],
)
def test_a_page_links_to_its_feed_in_its_head_and_in_sight(client, url, atom):
    page = Html(client.get(url).text)
    (head,) = page.css("head link[rel=alternate][type='application/atom+xml']")
    href = head.attributes["href"]
    assert urlsplit(href).path == atom
    asked, fed = parse_qs(urlsplit(url).query), parse_qs(urlsplit(href).query)
    assert {"page", "sort"}.isdisjoint(fed) or atom == "/conventions.atom"
    assert fed.items() <= asked.items()
    assert asked.keys() - fed.keys() <= {"page", "sort"}
    shown = page.css("main a[type='application/atom+xml']")
    if page.css("tbody tr") or atom == "/recherche.atom":
        assert [a.attributes["href"] for a in shown] == [href]


def test_a_browser_finds_the_search_its_feed_and_its_suggestions(client):
    href = Html(client.get("/conventions").text).css_first("head link[rel=search]").attributes
    assert href["type"] == "application/opensearchdescription+xml"
    response = client.get(href["href"])
    assert response.headers["content-type"].startswith("application/opensearchdescription+xml")
    root = etree.fromstring(response.content)
    assert root.tag == f"{OPENSEARCH}OpenSearchDescription"
    assert len(root.findtext(f"{OPENSEARCH}ShortName")) <= 16
    assert len(root.findtext(f"{OPENSEARCH}Description")) <= 1024
    templates = {u.get("type"): u.get("template") for u in root.findall(f"{OPENSEARCH}Url")}
    assert templates["text/html"] == "http://testserver/recherche?q={searchTerms}"
    for kind, template in templates.items():
        answer = client.get(template.replace("{searchTerms}", "baignade"))
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kind)
    typed, found = client.get("/opensearch/suggestions?q=baig").json()
    assert typed == "baig"
    said = client.get("/v1/suggestions?q=baig").json()["suggestions"]
    assert found == [one["text"] for one in said]
    assert found


def test_a_feed_is_given_back_to_where_the_service_is_reached(client):
    body = client.get("/conventions.atom", headers={"Host": "entente.exemple.fr"}).text
    assert "http://entente.exemple.fr/documents/" in body
    assert "testserver" not in body
