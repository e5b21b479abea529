"""The search page filters as the API does, without scripts, and says what it did not apply."""

from collections.abc import Iterator
from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest
from conftest import SmallEncoder, serving, write
from selectolax.lexbor import LexborHTMLParser as Html
from starlette.testclient import TestClient
from test_filters import ACTS, DAY

from corpus import Library
from indexer import update


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("narrowing")
    update(Library(write(folder / "library", ACTS)).scan(), folder / "index", SmallEncoder())
    with serving(folder / "index", SmallEncoder()) as client:
        yield client


def show(client: TestClient, **parameters: object) -> Html:
    response = client.get("/recherche", params=parameters)
    assert response.status_code == 200, response.text
    return Html(response.text)


def notes(page: Html) -> list[str]:
    return [note.text().replace("\u00a0", " ") for note in page.css("[role=alert]")]


@pytest.mark.parametrize(
    "filters",
    [
        {"type": "charte"},
        {"type": ["charte", "convention"], "year": 2021},
        {"party": "gpsea", "folder": "nord"},
        {"status": "expiree", "on": "2024-06-01"},
    ],
)
def test_the_page_finds_what_the_api_finds(client, filters):
    page = show(client, q="baignade", **filters)
    found = client.get("/v1/search", params={"q": "baignade", "limit": 10, **filters}).json()
    shown = [a.attributes["href"] for a in page.css(".hits > li h2 a")]
    assert shown == [hit["passages"][0]["view"] for hit in found["hits"]]
    assert shown
    for box in page.css("input[type=checkbox]"):
        facet = {"type": "kind"}.get(box.attributes["name"], box.attributes["name"])
        count = found["facets"][facet].get(box.attributes["value"], 0)
        label = page.css_first(f"label[for={box.attributes['id']}] .count").text(deep=False)
        assert label == str(count)


@pytest.mark.parametrize("status", ["en vigueur", "expirée", "à venir"])
def test_each_hit_has_on_the_day_the_state_that_was_asked_for(client, status):
    page = show(client, q="baignade", status=status, on=DAY)
    states = {state.text() for state in page.css(".hits .state")}
    assert states == {f"état au 1er juin 2024\u00a0: {status}"}


def test_a_state_of_today_has_no_day(client):
    for asked in ({}, {"on": date.today().isoformat()}):
        states = {state.text() for state in show(client, q="baignade", **asked).css(".state")}
        assert states
        assert states <= {"en vigueur", "expirée", "à venir"}


def submitted(page: Html) -> dict[str, list[str]]:
    """What a browser sends for the form as it stands."""
    sent: dict[str, list[str]] = {}
    for field in page.css("form#question input, input[form=question]"):
        box = field.attributes.get("type") == "checkbox"
        if not box or "checked" in field.attributes:
            sent.setdefault(field.attributes["name"] or "", []).append(
                field.attributes.get("value") or ""
            )
    return sent


def test_the_form_keeps_its_filters_when_it_is_sent_again(client):
    asked = {"q": "baignade", "type": "charte", "party": "GPSEA", "on": "2024-06-01"}
    page = show(client, **asked)
    again = show(client, **submitted(page))
    assert again.css_first("main").html == page.css_first("main").html


def test_each_filter_has_a_link_that_takes_it_away(client):
    page = show(client, q="baignade", type=["charte", "convention"], status="en vigueur")
    links = {a.text(): a.attributes["href"] for a in page.css(".active a")}
    assert list(links) == [
        "Retirer le filtre Type d’acte\u00a0: charte ×",
        "Retirer le filtre Type d’acte\u00a0: convention ×",
        "Retirer le filtre État\u00a0: en vigueur ×",
        "Retirer tous les filtres",
    ]
    first = parse_qsl(urlsplit(next(iter(links.values()))).query)
    assert first == [("q", "baignade"), ("type", "convention"), ("status", "en vigueur")]
    assert not Html(client.get(links["Retirer tous les filtres"]).text).css(".active")


def test_pages_of_results_keep_the_filters(client):
    page = show(client, q="baignade", type="charte")
    following = page.css_first(".pages a").attributes["href"]
    assert parse_qsl(urlsplit(following).query) == [
        ("q", "baignade"), ("type", "charte"), ("page", "2"),
    ]  # fmt: skip


def test_an_unknown_parameter_is_told_and_the_rest_is_applied(client):
    page = show(client, q="baignade", tipe="charte", year=2021)
    (note,) = notes(page)
    assert note == "Le paramètre « tipe » est inconnu : il n’a pas été appliqué ; voyez « type »."
    known = show(client, q="baignade", year=2021)
    assert page.css_first(".hits").html == known.css_first(".hits").html


def test_an_empty_field_filters_nothing(client):
    plain = show(client, q="baignade")
    empty = show(client, q="baignade", party="", on="", year="", page="")
    assert empty.css_first("main").html == plain.css_first("main").html


def test_a_value_that_is_given_twice_is_one_box_and_one_link(client):
    page = show(client, q="baignade", year=["2021", "2021", "02021"], type=["charte", "Charte"])
    assert [b.attributes["value"] for b in page.css("[checked]")] == ["charte", "2021"]
    assert len(page.css(".active li")) == 3


def test_an_unknown_value_is_refused_with_the_nearest(client):
    response = client.get("/recherche", params={"q": "baignade", "party": "Grand Paris Sud Avenir"})
    assert response.status_code == 422
    (note,) = notes(Html(response.text))
    assert "« Grand Paris Sud Est Avenir »" in note


def test_a_phrase_that_stands_nowhere_is_told_at_once(client):
    page = show(client, q="« plage de sable »")
    assert notes(page)[0].startswith("« plage de sable » n’est dans aucun passage")


def test_without_a_question_the_filters_wait_for_it(client):
    page = show(client, type="charte")
    assert notes(page) == ["Posez une question : les filtres s’appliquent à ses résultats."]
    assert submitted(page) == {"q": [""], "type": ["charte"]}


def test_the_boxes_are_grouped_under_legends_and_labelled(client):
    page = show(client, q="baignade")
    legends = [legend.text() for legend in page.css("fieldset > legend")]
    assert legends == ["Type d’acte", "Partie", "Année", "État", "Dossier"]
    for field in page.css("fieldset input"):
        assert page.css_first(f"label[for={field.attributes['id']}]").text().strip()
