"""The search page filters as the API does, without scripts, and says what it did not apply."""

import asyncio
from collections.abc import Iterator
from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest
from conftest import SmallEncoder, serving, write
from selectolax.lexbor import LexborHTMLParser as Html
from starlette.testclient import TestClient
from test_filters import ACTS, DAY

from corpus import Library
from indexer import Filters, LocalIndex, update


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
    shown = [a.attributes["href"] for a in page.css(".hits > li h3 a")]
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
    assert note.startswith("Partie = « Grand Paris Sud Avenir » : valeur inconnue. Voyez « ")
    assert "« Grand Paris Sud Est Avenir »" in note


@pytest.mark.parametrize(
    ("wrong", "label"),
    [
        ({"party": "Grand Paris Sud Avenir"}, "Partie"),
        ({"folder": "nor"}, "Dossier"),
        ({"year": "mars"}, "Année"),
        ({"on": "2024-13-01"}, "Date"),
        ({"status": ["a", "b", "c", "d", "e"]}, "État"),
    ],
)
def test_a_refused_value_is_told_by_its_field_and_takes_no_other_filter_along(client, wrong, label):
    others = {"q": "baignade", "type": ["charte", "convention"]}
    response = client.get("/recherche", params={**wrong, **others})
    assert response.status_code == 422
    page = Html(response.text)
    (note,) = notes(page)
    assert note.startswith(f"{label} ")
    assert submitted(page) == {"q": ["baignade"], "type": ["charte", "convention"]}
    (without,) = [a for a in page.css("main a") if a.text() == "Chercher sans ce qui est refusé"]
    found = Html(client.get(without.attributes["href"]).text)
    assert found.css_first(".hits").html == show(client, **others).css_first(".hits").html


def test_what_a_refused_value_may_mean_is_a_link_that_keeps_the_rest(client):
    asked = {"q": "baignade", "party": ["gpsea", " Ville d'Aune "], "year": "2021"}
    page = Html(client.get("/recherche", params=asked).text)
    link, *_ = page.css("[role=alert] a")
    assert link.text() == "«\u00a0Commune d'Aulne\u00a0»".replace("'", "’")
    assert submitted(page) == {"q": ["baignade"], "party": ["gpsea"], "year": ["2021"]}
    right = parse_qsl(urlsplit(link.attributes["href"]).query)
    assert right == [
        ("q", "baignade"), ("party", "gpsea"), ("party", "Commune d'Aulne"), ("year", "2021"),
    ]  # fmt: skip
    assert client.get(link.attributes["href"]).status_code == 200


def test_spaces_around_a_value_do_not_count(client):
    plain = show(client, q="baignade", party="gpsea", on=DAY, year="2021")
    spaced = show(client, q=" baignade ", party=[" gpsea ", " "], on=f" {DAY} ", year=" 2021 ")
    assert spaced.css_first("main").html == plain.css_first("main").html


@pytest.mark.parametrize(
    ("url", "q"), [("recherche", ""), ("recherche", "eau"), ("v1/search", "eau")]
)
def test_filters_are_resolved_while_the_event_loop_goes_on(client, monkeypatch, url, q):
    resolve, on_the_loop = LocalIndex.resolve, []

    def watched(index: LocalIndex, filters: Filters) -> Filters:
        on_the_loop.append(asyncio._get_running_loop() is not None)
        return resolve(index, filters)

    monkeypatch.setattr(LocalIndex, "resolve", watched)
    assert client.get(url, params={"q": q, "party": "gpsea"}).status_code == 200
    assert on_the_loop
    assert not any(on_the_loop)


def test_of_many_unknown_parameters_the_first_are_told(client):
    told = notes(show(client, q="baignade", **{f"zz{n}": "1" for n in range(500)}))
    assert len(told) == 4
    assert told[-1] == "497 autres paramètres de l’adresse sont inconnus."


def test_what_comes_near_a_phrase_is_announced_only_where_something_does(client):
    absent = "« licorne rose » n’est dans aucun passage des documents que gardent les filtres"
    asked = {"q": '"licorne rose"', "type": "charte"}
    assert notes(show(client, **asked)) == [f"{absent} : voici ce qui s’en approche."]
    assert notes(show(client, **asked, year="2012")) == [f"{absent}."]


def test_a_phrase_that_stands_nowhere_is_told_at_once(client):
    page = show(client, q="« plage de sable »")
    assert notes(page)[0].startswith("« plage de sable » n’est dans aucun passage")


def test_without_a_question_the_filters_wait_for_it(client):
    page = show(client, type="charte")
    assert notes(page) == ["Posez une question : les filtres s’appliquent à ses résultats."]
    assert submitted(page) == {"q": [""], "type": ["charte"]}


def test_values_without_a_box_are_counted_and_can_be_written(tmp_path, small_encoder):
    texts = {f"d{n:03}/a.txt": f"Charte n° {n}\n\nLa baignade {n}." for n in range(104)}
    update(Library(write(tmp_path / "l", texts)).scan(), tmp_path / "index", small_encoder)
    with serving(tmp_path / "index", small_encoder) as client:
        page = show(client, q="baignade")
        assert len(page.css("[type=checkbox][name=folder]")) == 100
        (told,) = page.css("fieldset p")
        assert told.text() == "4\u00a0autres valeurs ne sont pas affichées."
        written = show(client, q="baignade", folder=["", "D103"])
        assert written.css_first("[name=folder][checked]").attributes["value"] == "d103"
        assert len(written.css(".hits > li")) == 1


def test_the_boxes_are_grouped_under_legends_and_labelled(client):
    page = show(client, q="baignade")
    legends = [legend.text() for legend in page.css("fieldset > legend")]
    assert legends == ["Type d’acte", "Partie", "Année", "État", "Dossier"]
    for field in page.css("fieldset input"):
        assert page.css_first(f"label[for={field.attributes['id']}]").text().strip()
