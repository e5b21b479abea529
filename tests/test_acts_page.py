"""The list of acts: what it keeps, how it is sorted and told, and its tables for a spreadsheet."""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from conftest import SmallEncoder, serving, write
from odfdo import Document as Spreadsheet
from pydantic import ValidationError
from selectolax.lexbor import LexborHTMLParser as Html
from starlette.testclient import TestClient
from test_acts import AVENANT, CONVENTION
from test_pages import misprints
from test_pages import test_every_page_has_the_marks_that_aids_rely_on as has_its_marks

from corpus import Library
from corpus.card.words import after
from indexer import update
from indexer.settings import Settings

DAY = "2024-06-01"


def act(title: str, begins: str, ends: str, more: str = "") -> str:
    return (
        f"# {title}\n\nSignée le {begins}.\n\n## Durée\n\nElle court du {begins} au {ends}.{more}"
    )


RENEWED = "\n\nElle est reconduite tacitement pour une durée d'un an, deux fois."
ACTS = {  # invented
    "nord/baignade.md": act(
        "Convention n° 2021-7 sur la baignade entre la commune d'Aulne et la commune d'Orme",
        "1er mai 2021",
        "31 août 2024",
    ),
    "nord/eau.md": act(
        "Convention n° 2020-12 sur l'eau potable entre la commune d'Aulne et le syndicat du Bief",
        "1er mars 2020",
        "31 décembre 2023",
        RENEWED,
    ),
    "nord/école.md": act(
        "Protocole n° 2019-3 pour les écoles entre la commune d'Orme et le syndicat du Bief",
        "2 avril 2019",
        "30 avril 2024",
    ),
    "sud/port.md": act(
        "Charte n° 2018-30 du port entre la région Sud et la commune d'Orme",
        "4 juin 2018",
        "31 mai 2030",
    ),
    "sud/bilan.txt": "Rapport sur la lecture publique\n\nLe bilan de l'année est bon.",
    "sud/bilan <b>&.txt": "Rapport <script>alert(1)</script> & \"autre\"\n\nLe bilan est 'bon'.",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("acts")
    update(Library(write(folder / "library", ACTS)).scan(), folder / "index", SmallEncoder())
    with serving(folder / "index", SmallEncoder()) as client:
        yield client


def show(client: TestClient, url: str = "/conventions", **parameters: Any) -> Html:
    response = client.get(url, params=parameters or None)
    assert response.status_code == 200, response.text
    return Html(response.text)


def names(page: Html) -> list[str]:
    """The acts of a list, by the names of their files, in order."""
    links = [link.attributes["href"] or "" for link in page.css("tbody th a")]
    return [link.rpartition("~")[2].rpartition(".")[0] for link in links]


def listed(client: TestClient, **parameters: Any) -> list[str]:
    return names(show(client, on=DAY, **parameters))


def status(page: Html) -> str:
    return page.css_first("[role=status]").text().replace("\u00a0", " ").strip()


def cells(page: Html, name: str) -> dict[str, str]:
    """The cells of the row of one act, by their columns."""
    (row,) = [r for r in page.css("tbody tr") if f"~{name}." in (r.html or "")]
    return {td.attributes["class"]: " ".join(td.text().split()) for td in row.css("td")}


def test_every_act_is_listed_the_latest_first(client):
    page = show(client)
    assert names(page)[:4] == ["baignade", "eau", "ecole", "port"]
    assert status(page) == "6 actes."
    assert len(names(page)) == 6


@pytest.mark.parametrize(
    ("narrowing", "expected"),
    [
        ({"type": "charte"}, ["port"]),
        ({"type": ["charte", "protocole"]}, ["ecole", "port"]),
        ({"party": "syndicat du bief"}, ["eau", "ecole"]),
        ({"theme": "baignade"}, ["baignade"]),
        ({"year": 2021}, ["baignade"]),
        ({"folder": "sud", "type": "charte"}, ["port"]),
        ({"status": "en vigueur"}, ["baignade", "port"]),
        ({"status": "reconduite"}, ["eau"]),
        ({"status": "expiree"}, ["ecole"]),
        ({"title": "POTABLE"}, ["eau"]),
        ({"title": "ecoles protocole"}, ["ecole"]),
        ({"title": "2018/30"}, ["port"]),
        ({"title": "18-3"}, ["port"]),
        ({"ends_from": "2024-08-31", "ends_to": "2024-08-31"}, ["baignade"]),
        ({"ends_from": "2024-09-01"}, ["eau", "port"]),
        ({"ends_to": "2024-08-31"}, ["baignade", "ecole"]),
        ({"within": 3}, ["baignade"]),
        ({"within": 2}, []),
        ({"within": -2}, ["ecole"]),
        ({"within": -1}, []),
        ({"within": 120, "ends_to": "2026-12-31"}, ["baignade", "eau"]),
    ],
)
def test_the_list_keeps_what_passes(client, narrowing, expected):
    assert listed(client, **narrowing) == expected


@pytest.mark.parametrize(
    ("sort", "first", "last"),
    [
        ("title", "port", "bilan"),
        ("number", "port", None),
        ("-number", "baignade", None),
        ("end", "ecole", None),
        ("-end", "port", None),
        ("status", "baignade", None),
        ("date", "port", None),
        ("kind", "port", None),
        ("party", "baignade", None),
        ("theme", "baignade", None),
    ],
)
def test_each_column_sorts_and_what_does_not_say_comes_last(client, sort, first, last):
    found = listed(client, sort=sort)
    assert found[0] == first
    assert last is None or found[-1] == last
    silent = {"number", "-number", "end", "-end", "date", "party"}
    if sort in silent:
        assert sorted(found[-2:]) == ["bilan", "bilan-b-"]


def test_numbers_are_sorted_by_their_size(client):
    found = [name for name in listed(client, sort="number") if not name.startswith("bilan")]
    assert found == ["port", "ecole", "eau", "baignade"]


def test_a_header_sorts_then_turns_and_says_how_the_column_is_sorted(client):
    page = show(client, type="convention")
    assert [th.attributes.get("aria-sort") for th in page.css("thead th.date")] == ["descending"]
    link = page.css_first("thead th.end a").attributes["href"]
    assert parse_qsl(urlsplit(link).query) == [("type", "convention"), ("sort", "end")]
    turned = show(client, link)
    assert [th.attributes.get("aria-sort") for th in turned.css("thead th.end")] == ["ascending"]
    assert len(turned.css("[aria-sort]")) == 1
    link = turned.css_first("thead th.end a").attributes["href"]
    assert names(show(client, link)) == names(turned)[::-1]


def test_a_row_says_what_its_card_says_in_the_gender_of_the_act(client):
    page = show(client, on=DAY)
    assert cells(page, "baignade") == {
        "kind": "Convention", "number": "2021-7", "theme": "baignade", "end": "31/08/2024",
        "party": "Commune d'Aulne, Commune d'Orme", "date": "01/05/2021", "status": "en vigueur",
    }  # fmt: skip
    assert cells(page, "ecole")["status"] == "expiré"
    assert cells(page, "eau")["end"] == (
        "31/12/2025 reconductions comprises\u00a0; terme initial\u00a0: 31/12/2023"
    ).replace("\u00a0", " ")
    before = cells(show(client, on="2023-06-01"), "eau")
    assert (before["end"], before["status"]) == (
        "31/12/2023 puis reconduction tacite", "en vigueur",
    )  # fmt: skip


def test_what_has_no_known_end_is_told_where_the_list_is_of_ends(client):
    assert status(show(client, on=DAY, within=3)) == (
        "1 acte sur 6. 2 actes dont la fin n’est pas connue ne sont pas dans la liste."
    )
    assert "fin" not in status(show(client, on=DAY, type="charte"))


def test_counts_tell_what_each_value_finds(client):
    for narrowing in ({}, {"type": "convention"}, {"status": "expirée"}, {"within": 120}):
        page = show(client, on=DAY, **narrowing)
        boxes = page.css("input[type=checkbox]")
        assert boxes
        for box in boxes:
            name, value = box.attributes["name"], box.attributes["value"]
            label = page.css_first(f"label[for={box.attributes['id']}] .count")
            others = {k: v for k, v in narrowing.items() if k != name}
            found = listed(client, **others, **{name: value})
            assert label.text(deep=False) == str(len(found)), (narrowing, name, value)


def test_each_shortcut_is_an_address_that_says_that_it_is_shown(client):
    links = {a.text(): a.attributes["href"] for a in show(client).css(".shortcuts a")}
    assert list(links) == [
        "Tous les actes",
        "En vigueur",
        "Expirent dans les six mois",
        "Expirées depuis moins d’un an",
        "Reconduites tacitement",
    ]
    for words, href in links.items():
        page = show(client, href)
        (shown,) = page.css(".shortcuts [aria-current]")
        assert shown.text() == words
    assert not show(client, title="eau").css(".shortcuts [aria-current]")


def test_what_ends_within_six_months_counts_from_today(tmp_path):
    today = date.today()
    days = {
        "hier": today - timedelta(days=1),
        "aujourdhui": today,
        "dernier": date.fromisoformat(after(today.isoformat(), 6)),
        "trop": date.fromisoformat(after(today.isoformat(), 6)) + timedelta(days=1),
    }
    acts = {
        f"{name}.md": act(f"Convention n° 2020-{n}", "1er mars 2020", f"{day:%d/%m/%Y}")
        for n, (name, day) in enumerate(days.items())
    }
    update(Library(write(tmp_path / "acts", acts)).scan(), tmp_path / "index", SmallEncoder())
    with serving(tmp_path / "index", SmallEncoder()) as client:
        links = {a.text(): a.attributes["href"] for a in show(client).css(".shortcuts a")}
        found = show(client, links["Expirent dans les six mois"]).css("tbody th a")
        assert [a.attributes["href"] for a in found] == [
            "/documents/aujourdhui.md",
            "/documents/dernier.md",
        ]
        found = show(client, links["Expirées depuis moins d’un an"]).css("tbody th a")
        assert [a.attributes["href"] for a in found] == ["/documents/hier.md"]


def test_an_avenant_moves_the_end_that_is_listed(tmp_path):
    acts = write(tmp_path / "acts", {"a.txt": CONVENTION, "b.txt": AVENANT})
    update(Library(acts).scan(), tmp_path / "index", SmallEncoder())
    with serving(tmp_path / "index", SmallEncoder()) as client:
        (row,) = show(client, on=DAY, type="convention").css("tbody tr")
        assert row.css_first("td.end").text().strip() == "31/05/2026"


def test_versions_of_one_act_are_one_row(tmp_path):
    text = act("Convention n° 2021-7 sur la baignade", "1er mai 2021", "31 août 2024")
    words = " ".join(f"mot{n} dit chose{n}" for n in range(60))
    acts = {"v1.md": f"{text}\n\n{words}", "v2.md": f"{text}\n\n{words} encore"}
    update(Library(write(tmp_path / "acts", acts)).scan(), tmp_path / "index", SmallEncoder())
    with serving(tmp_path / "index", SmallEncoder()) as client:
        assert client.get("/v1/documents").json()["total"] == 2
        page = show(client)
        assert [a.attributes["href"] for a in page.css("tbody th a")] == ["/documents/v2.md"]
        (kind,) = page.css("input[name=type]")
        assert page.css_first(f"label[for={kind.attributes['id']}] .count").text(deep=False) == "1"


def test_each_filter_has_a_link_that_takes_it_away(client):
    asked = {"title": "o", "within": 120, "type": "charte", "on": DAY, "ends_from": "2024-01-01"}
    page = show(client, **asked, sort="end")
    links = {a.text(): a.attributes["href"] for a in page.css(".active a")}
    assert [text.replace("\u00a0", " ") for text in links] == [
        "Retirer le filtre Titre ou numéro : o ×",
        "Retirer le filtre Expire à partir du 1er janvier 2024 ×",
        "Retirer le filtre Expire dans 10 ans au plus ×",
        "Retirer le filtre Type d’acte : charte ×",
        "Retirer le filtre États au 1er juin 2024 ×",
        "Retirer tous les filtres",
    ]
    for name, href in zip(asked, links.values(), strict=False):
        left = {key for key, _ in parse_qsl(urlsplit(href).query)}
        assert left < {*asked, "sort"}, name
        assert "sort" in left
    assert len(names(show(client, links["Retirer tous les filtres"]))) == 6


def submitted(page: Html) -> dict[str, list[str]]:
    """What a browser sends for the form as it stands."""
    sent: dict[str, list[str]] = {}
    for field in page.css("form#narrow input, input[form=narrow]"):
        if field.attributes.get("type") != "checkbox" or "checked" in field.attributes:
            value = field.attributes.get("value") or ""
            sent.setdefault(field.attributes["name"] or "", []).append(value)
    sent["within"] = [o.attributes["value"] or "" for o in page.css("option[selected]")]
    return sent


def test_the_form_keeps_its_state_when_it_is_sent_again(client):
    asked = {"title": "o", "within": 7, "type": "charte", "party": "région sud", "on": DAY,
             "ends_from": "2024-01-01", "sort": "-end"}  # fmt: skip
    page = show(client, **asked)
    again = show(client, **submitted(page))
    assert again.css_first("main").html == page.css_first("main").html


def test_pages_follow_each_other_without_gap_or_repetition(tmp_path):
    acts = {f"{n:03}.txt": f"Convention n° 2020-{n}\n\nObjet numéro {n}." for n in range(120)}
    update(Library(write(tmp_path / "acts", acts)).scan(), tmp_path / "index", SmallEncoder())
    with serving(tmp_path / "index", SmallEncoder()) as client:
        url, found = "/conventions?sort=number&type=convention", []
        while url:
            page = show(client, url)
            found += [a.attributes["href"] for a in page.css("tbody th a")]
            steps = {a.text(): a.attributes["href"] for a in page.css(".pages a")}
            url = steps.get("Page suivante", "")
        assert found == [f"/documents/{n:03}.txt" for n in range(120)]
        assert status(page) == "120 actes – page 3 sur 3."
        beyond = client.get("/conventions?page=4")
        assert beyond.status_code == 404
        assert "la dernière est la page 3" in beyond.text


def test_nothing_found_is_told_with_ways_out(client):
    page = show(client, title="zzz", type="charte")
    assert status(page).startswith("Aucun acte ne passe tous ces filtres : retirez-en un")
    links = {a.text(): a.attributes["href"] for a in page.css("[role=status] a")}
    assert links == {
        "revenez à tous les actes": "/conventions",
        "Chercher «\u00a0zzz\u00a0» dans les textes": "/recherche?q=zzz",
    }
    assert not page.css("table")


def test_an_empty_index_has_an_empty_list(tmp_path):
    update([], tmp_path / "index", SmallEncoder())
    with serving(tmp_path / "index", SmallEncoder()) as client:
        assert status(show(client)).startswith("L’index ne contient aucun acte")
        assert client.get("/conventions.atom").status_code == 200


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"type": "avenan"}, "Type d’acte = «\u00a0avenan\u00a0»\u00a0: valeur inconnue. Voyez"),
        ({"ends_to": "2024-13-01"}, "un jour comme 2026-11-22 est attendu"),
        (
            {"ends_from": "2025-01-01", "ends_to": "2024-01-01"},
            "Expire jusqu’au = «\u00a02024-01-01\u00a0»\u00a0: un jour à partir du 1er janvier",
        ),
        ({"within": "six"}, "un nombre entier est attendu"),
        ({"sort": "size"}, "valeurs admises"),
    ],
)
def test_what_is_refused_is_told_and_leads_back_to_the_list(client, asked, told):
    response = client.get("/conventions", params={**asked, "title": "eau"})
    assert response.status_code == 422
    page = Html(response.text)
    assert told in page.css_first("[role=alert]").text()
    links = [a.attributes["href"] for a in page.css("main a")]
    assert links[-1] == "/conventions"
    assert links[-2].startswith("/conventions?")
    assert ("title", "eau") in parse_qsl(urlsplit(links[-2]).query)
    assert client.get(links[-2]).status_code == 200


def test_an_unknown_parameter_is_told_and_the_rest_is_applied(client):
    page = show(client, titel="eau", type="charte")
    assert names(page) == ["port"]
    assert "voyez « title »" in page.css_first("[role=alert]").text().replace("\u00a0", " ")


def test_a_theme_filters_every_search_as_it_does_the_list(client):
    found = client.get("/v1/search", params={"q": "commune d'Orme", "theme": "BAIGNADE"}).json()
    assert [hit["document"]["path"] for hit in found["hits"]] == ["nord/baignade.md"]
    themes = found["facets"]["theme"]  # as if it did not filter
    assert themes["baignade"] == 1
    assert len(themes) > 1
    for theme, count in themes.items():
        filtered = {"q": "commune d'Orme", "theme": theme}
        assert client.get("/v1/search", params=filtered).json()["total"] == count
    refused = client.get("/v1/documents", params={"theme": "baignades"})
    assert "valeur inconnue ; voyez « baignade »" in refused.json()["detail"]


def test_markup_in_a_title_stays_text(client):
    page = show(client, title="autre")
    assert not page.css("script")
    assert page.css_first("tbody th").text().strip().startswith("Rapport <script>")


def test_the_whole_list_is_saved_in_its_order_as_csv_and_ods(client):
    page = show(client, on=DAY, sort="end", folder="nord")
    links = {a.text(): a.attributes["href"] for a in page.css(".tools a")}
    response = client.get(links["CSV"])
    assert response.headers["content-disposition"] == 'attachment; filename="actes.csv"'
    table = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert table[0][:3] == ["titre", "nature", "numéro"]
    assert [row[2] for row in table[1:]] == ["2019-3", "2021-7", "2020-12"]
    assert table[0][6:8] == ["fin", "fin reconductions comprises"]
    assert table[3][6:8] == ["2023-12-31", "2025-12-31"]
    assert table[3][10:] == [
        "eau",
        "nord/eau.md",
        "http://testserver/documents/nord~eau.md",
    ]
    made = Spreadsheet(io.BytesIO(client.get(links["tableur ODS"]).content))
    (sheet,) = made.body.tables
    assert [[cell.value or "" for cell in row.cells] for row in sheet.rows] == table
    assert client.get("/conventions/liste.xls").status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        "/conventions",
        f"/conventions?type=convention&title=o&within=120&ends_from=2024-01-01&on={DAY}&x=1",
        "/conventions?title=zzz",
        "/conventions?type=avenan",
        "/conventions?ends_from=2025-01-01&ends_to=2024-01-01",
    ],
)
def test_every_state_has_its_marks_and_the_spaces_of_french_typography(client, url):
    has_its_marks(client, url)
    page = Html(client.get(url).text)
    assert not page.css("script, style, [style], [onclick]")
    assert misprints(page) == []


def test_the_navigation_says_where_one_is(client):
    for url, name in {"/recherche": "Recherche", "/conventions": "Actes"}.items():
        (here,) = show(client, url).css("header nav [aria-current=page]")
        assert here.text() == name
    assert not show(client, "/docs").css("header nav [aria-current]")


@pytest.mark.parametrize("path", ["/conventions/liste.csv", "/conventions.atom", "/integration"])
def test_what_leaves_the_service_has_its_public_address_and_not_what_a_client_claims(
    index_folder, path
):
    public = "https://entente.exemple.fr"
    with serving(index_folder, SmallEncoder(), url=f"{public}/") as client:
        said = client.get(path, headers={"Host": "ailleurs.exemple"}).text
    assert public in said
    assert "ailleurs.exemple" not in said
    with serving(index_folder, SmallEncoder()) as client:
        assert "http://ici.exemple/" in client.get(path, headers={"Host": "ici.exemple"}).text


@pytest.mark.parametrize("url", ["entente.exemple.fr", "https://exemple.fr/entente", "ftp://a.fr"])
def test_a_public_address_is_checked(url):
    with pytest.raises(ValidationError, match="une adresse sans chemin"):
        Settings(url=url)
