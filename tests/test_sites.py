"""The pages of a site read its own searches, within its folders; bad settings are told at start."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import SmallEncoder, serving, write
from starlette.testclient import TestClient

from corpus import Library
from indexer import update
from service.sites import BadSites, read_sites

INTRANET, OTHER = "https://intranet.exemple.fr", "https://ailleurs.exemple.fr"
SITES = f"""
[intranet]
origines = ["{INTRANET}", "http://localhost:8080"]
dossiers = ["public", "finances/annexes"]

[tout]
origines = ["{OTHER}", "{INTRANET}"]

[ferme]
"""
DOCUMENTS = {
    "public/digue.md": "# Convention de la digue nord\n\nLa commune entretient la digue.",
    "public/2021/vanne.md": "# Convention de la vanne\n\nLa commune entretient la digue.",
    "finances/secret.md": "# Protocole secret de la digue\n\nLa commune paie la digue.",
    "finances/annexes/plan.md": "# Annexe de la digue\n\nLe plan de la digue.",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("sites")
    library = write(folder / "library", DOCUMENTS)
    update(Library(library).scan(), folder / "index", SmallEncoder(), folder=str(library))
    (folder / "sites.toml").write_text(SITES, encoding="utf-8")
    with serving(folder / "index", SmallEncoder(), sites=folder / "sites.toml") as client:
        yield client


def found(client: TestClient, url: str, origin: str = "") -> set[str]:
    response = client.get(url, headers={"origin": origin} if origin else {})
    assert response.status_code == 200, response.text
    return {hit["document"]["path"] for hit in response.json()["hits"]}


OWN = {"public/digue.md", "public/2021/vanne.md", "finances/annexes/plan.md"}


@pytest.mark.parametrize("asked", ["&site=intranet", ""], ids=["by its name", "by its origin"])
def test_a_site_searches_its_folders_alone(client, asked):
    url = f"/v1/search?q=digue{asked}"
    assert found(client, url, INTRANET) == OWN
    facets = client.get(url, headers={"origin": INTRANET}).json()["facets"]
    assert set(facets["folder"]) == {"public", "public/2021", "finances/annexes"}
    assert len(found(client, "/v1/search?q=digue", OTHER)) == 4
    assert len(found(client, "/v1/search?q=digue")) == 4


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("public/2021", {"public/2021/vanne.md"}),
        ("finances", {"finances/annexes/plan.md"}),
        ("finances&folder=public/2021", {"finances/annexes/plan.md", "public/2021/vanne.md"}),
    ],
)
def test_a_folder_that_is_asked_for_is_narrowed_to_those_of_the_site(client, folder, expected):
    assert found(client, f"/v1/search?q=digue&site=intranet&folder={folder}") == expected


def test_a_site_that_asks_for_other_folders_is_told_its_own(tmp_path_factory):
    folder = tmp_path_factory.mktemp("one")
    library = write(folder / "library", DOCUMENTS)
    update(Library(library).scan(), folder / "index", SmallEncoder(), folder=str(library))
    (folder / "s.toml").write_text('[rh]\ndossiers = ["public"]\n', encoding="utf-8")
    with serving(folder / "index", SmallEncoder(), sites=folder / "s.toml") as rh:
        refused = rh.get("/v1/search?q=digue&site=rh&folder=finances")
    assert refused.status_code == 422
    assert "« finances » : ce dossier n'est pas de ceux que ce site cherche" in refused.text
    assert "« public »" in refused.text


def test_suggestions_of_a_site_come_from_its_folders(client):
    def texts(query: str) -> set[str]:
        given = client.get(f"/v1/suggestions?limit=50&q={query}").json()["suggestions"]
        return {one["text"] for one in given if one["source"] == "document"}

    assert "Protocole secret de la digue" in texts("digue")
    assert texts("digue&site=intranet") == {"Convention de la digue nord", "Annexe de la digue"}
    assert texts("digue&folder=finances&site=intranet") == {"Annexe de la digue"}


def test_a_suggestion_tells_where_it_leads(client):
    given = client.get("/v1/suggestions?q=digue+nord").json()["suggestions"]
    views = {one["source"]: one["view"] for one in given}
    assert client.get(views["document"]).status_code == 200
    assert all(client.get(view).status_code == 200 for view in views.values())


def test_the_page_of_a_site_shows_its_folders_as_filters(client):
    response = client.get("/recherche?q=digue&site=intranet", follow_redirects=False)
    assert response.status_code == 303
    assert response.headers["location"] == (
        "/recherche?q=digue&folder=public&folder=finances%2Fannexes"
    )


@pytest.mark.parametrize("path", ["/v1/search?q=digue", "/v1/suggestions?q=digue"])
@pytest.mark.parametrize(
    ("origin", "site", "allowed"),
    [
        (INTRANET, "", True),
        (INTRANET, "&site=intranet", True),
        (INTRANET, "&site=tout", True),
        (OTHER, "&site=intranet", False),
        (OTHER, "&site=ferme", False),
        (OTHER, "&site=inconnu", False),
        ("https://mechant.exemple.fr", "", False),
        ("https://intranet.exemple.fr.mechant.fr", "", False),
        ("http://intranet.exemple.fr", "", False),
        ("null", "", False),
    ],
)
def test_only_the_pages_of_a_site_read_its_answers(client, path, origin, site, allowed):
    response = client.get(path + site, headers={"origin": origin})
    told = response.headers.get("access-control-allow-origin")
    assert told == (origin if allowed else None)
    assert "origin" in response.headers["vary"].lower()
    assert "access-control-allow-credentials" not in response.headers


@pytest.mark.parametrize("path", ["/v1/documents", "/v1/documents/public~digue.md/text", "/docs"])
def test_nothing_but_searches_and_suggestions_is_shared_with_a_site(client, path):
    response = client.get(path, headers={"origin": INTRANET})
    assert response.status_code == 200
    assert "access-control-allow-origin" not in response.headers


def test_no_site_at_all_shares_nothing(sample_folder, real_encoder):
    with serving(sample_folder, real_encoder) as plain:
        response = plain.get("/v1/suggestions?q=baig", headers={"origin": INTRANET})
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize("path", ["/v1/search?q=a&", "/v1/suggestions?q=a&", "/embed?"])
def test_a_site_that_is_unknown_is_refused_with_the_nearest(client, path):
    refused = client.get(f"{path}site=intranett")
    assert refused.status_code == 422
    assert "intranett" in refused.text
    assert "aucun site ne porte ce nom" in refused.text
    assert "« intranet »" in refused.text.replace("&nbsp;", " ")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('[a]\norigines = ["*"]', "a, origines, 0 = « * » : une origine comme https://"),
        ('[a]\norigines = ["https://*.exemple.fr"]', "sans joker"),
        ('[a]\norigines = ["https://x.fr/"]', "« https://x.fr/ »"),
        ('[a]\norigines = ["null"]', "« null »"),
        ('[a]\norigines = ["ftp://x.fr"]', "« ftp://x.fr »"),
        ('[a]\norigines = ["https://x.fr; script-src *"]', "« https://x.fr; script-src * »"),
        ('[a]\norigines = "https://x.fr"', "une liste est attendue"),
        ('[a]\norigine = ["https://x.fr"]', "a, origine : réglage inconnu"),
        ("[a]\ndossiers = [3]", "a, dossiers, 0 = « 3 » : du texte est attendu"),
        ('[a]\ndossiers = ["/"]', "le dossier est vide, nommez-en un des sources"),
        ('["Mon site"]\n', "« Mon site » n'est pas un nom de site"),
        ("[a", "n'est pas du TOML en UTF-8"),
        ("a = 3", "a = « 3 »"),
    ],
)
def test_bad_settings_are_told_with_their_value_and_the_remedy(tmp_path, written, told):
    path = tmp_path / "sites.toml"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(BadSites) as refused:
        read_sites(path)
    assert told in str(refused.value)
    assert str(path) in str(refused.value)


def test_a_file_of_sites_that_is_missing_is_told(tmp_path):
    with pytest.raises(BadSites, match="ENTENTE_SITES"):
        read_sites(tmp_path / "sites.toml")
    assert read_sites(None).named == {}


@pytest.mark.parametrize(
    ("folder", "told"),
    [("publi", "valeur inconnue ; voyez « public »"), ("Public", "écrivez « public »")],
)
def test_a_folder_that_no_document_is_in_is_told_at_start(tmp_path: Path, folder, told):
    library = write(tmp_path / "library", DOCUMENTS)
    update(Library(library).scan(), tmp_path / "index", SmallEncoder(), folder=str(library))
    (tmp_path / "s.toml").write_text(f'[rh]\ndossiers = ["{folder}"]\n', encoding="utf-8")
    with (
        pytest.raises(BadSites, match="Site « rh », dossiers") as refused,
        serving(tmp_path / "index", SmallEncoder(), sites=tmp_path / "s.toml"),
    ):
        pass
    assert told in str(refused.value)


@pytest.mark.parametrize("path", ["/recherche", "/recherche.atom", "/recherche/liste.csv"])
def test_pages_feeds_and_tables_of_a_site_keep_to_its_folders(client, path):
    asked = f"{path}?q=digue&site=intranet&sort=title&previous=la+vanne"
    moved = client.get(asked, follow_redirects=False)
    assert moved.status_code == 303
    assert moved.headers["location"] == (
        f"{path}?q=digue&folder=public&folder=finances%2Fannexes&sort=title&previous=la+vanne"
    )
    assert "secret" not in client.get(asked).text


def test_an_empty_site_is_that_of_the_origin(client):
    url = "/v1/search?q=digue&site=intranet&site="
    given = client.get(url, headers={"origin": INTRANET}).json()["hits"]
    assert given
    assert all("secret" not in hit["document"]["path"] for hit in given)
