"""The API gives exact passages, their pages of results and their sources, as OpenAPI says."""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from conftest import LIBRARY, SmallEncoder, serving, write
from reportlab.pdfgen.canvas import Canvas
from starlette.testclient import TestClient
from written import as_docx, as_odt

from corpus import Library
from corpus.readers import FORMATS
from indexer import update
from service.problems import MEDIA_TYPE
from service.recipe import Recipe

YEARS = (2019, 2020, 2021, 2022)
KINDS = ("convention", "avenant", "protocole")
FOLDERS = ("nord", "sud")
FILLING = "Les parties conviennent de moyens humains et financiers. " * 9
ACTS = {
    f"{folder}/{kind}-{year}.txt": f"""{kind.upper()} DE {folder.upper()}

faite le 3 mars {year}

Article 1 – Objet

La baignade est ouverte tout l'été. {FILLING}

Article 2 – Durée

L'acte vaut pour la baignade de l'année {year} et du site {folder}. {FILLING}
"""
    for folder, kind, year in product(FOLDERS, KINDS, YEARS)
}
SMALL_RECIPE = Recipe(candidates=5)


@pytest.fixture(scope="module")
def acts_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty-four acts: two folders, three kinds, four years."""
    folder = tmp_path_factory.mktemp("acts")
    update(Library(write(folder / "library", ACTS)).scan(), folder / "index", SmallEncoder())
    return folder / "index"


@pytest.fixture(scope="module")
def acts(acts_index: Path) -> Iterator[TestClient]:
    with serving(acts_index, SmallEncoder()) as client:
        yield client


def ask(client: TestClient, q: str, **parameters: Any) -> dict[str, Any]:
    response = client.get("/v1/search", params={"q": q, **parameters})
    assert response.status_code == 200, response.text
    return response.json()


def paths(found: dict[str, Any]) -> list[str]:
    return [hit["document"]["path"] for hit in found["hits"]]


def marked(passage: dict[str, Any]) -> list[str]:
    return [passage["text"][h["start"] : h["end"]] for h in passage["highlights"]]


def test_a_question_finds_its_act_with_all_that_is_known_of_it(client):
    hit = ask(client, "la convention 2019/12 sur l'eau")["hits"][0]
    assert hit["document"] == {
        "id": "conventions~eau.txt",
        "title": "CONVENTION DE VENTE D'EAU EN GROS",
        "type": "convention",
        "date": "2019-03-04",
        "number": "2019/12",
        "adopted": None,
        "signed": "2019-03-04",
        "start": None,
        "end": None,
        "last": None,
        "status": None,
        "parties": [],
        "path": "conventions/eau.txt",
        "link": "/v1/documents/conventions~eau.txt/file",
        "text": "/v1/documents/conventions~eau.txt/text",
    }
    assert (hit["rank"], hit["score"]) == (1, hit["passages"][0]["score"])


@pytest.mark.parametrize(
    "parameters",
    [
        {"q": "baignade"},
        {"q": "baignade", "limit": 2, "offset": 1, "group": "passage"},
        {"q": "baignade", "type": ["convention", "avenant"], "year": [2020], "folder": "nord"},
    ],
)
def test_get_and_post_answer_the_same(acts, parameters):
    by_url = ask(acts, **parameters)
    by_body = acts.post("/v1/search", json=parameters).json()
    assert by_url.pop("took_ms") >= 0
    assert by_body.pop("took_ms") >= 0
    assert by_url == by_body
    assert by_url["hits"]


@pytest.mark.parametrize("group", ["document", "passage"])
def test_every_passage_is_its_slice_of_the_document_in_code_points(acts, group):
    seen = 0
    for hit in ask(acts, "durée de la baignade", limit=100, group=group)["hits"]:
        text = acts.get(hit["document"]["text"]).content.decode()
        assert unicodedata.is_normalized("NFC", text)
        for passage in hit["passages"]:
            assert text[passage["start"] : passage["end"]] == passage["text"] != ""
            seen += 1
    assert seen > 24


def test_offsets_count_code_points_beyond_the_basic_plane(tmp_path, small_encoder):
    library = write(tmp_path / "library", {"a.txt": "𝒜𝒷 🏊 décor\n\nLa piscine 🏊 d’été ouvre."})
    update(Library(library).scan(), tmp_path / "index", small_encoder)
    with serving(tmp_path / "index", small_encoder) as client:
        (hit,) = ask(client, "piscine")["hits"]
        (passage,) = hit["passages"]
        text = client.get(hit["document"]["text"]).text
    assert text[passage["start"] : passage["end"]] == passage["text"]
    assert marked(passage) == ["piscine"]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("ecole", ["école", "ÉCOLES", "écoles"]),
        ("L’École", ["école", "ÉCOLES", "écoles"]),
        ("qu'une école ?", ["école", "ÉCOLES", "écoles"]),
        ("rénover l'école", ["rénove", "école", "ÉCOLES", "écoles rénovaient"]),
        ("horticulture", ["horticulture"]),
        ("du, de la, et le", []),
        ("tramway", []),
    ],
)
def test_highlights_mark_the_words_asked_for_however_they_are_written(
    tmp_path, small_encoder, question, words
):
    text = "On rénove l’école de l'horticulture. NOS ÉCOLES ; de l’eau. Des écoles rénovaient."
    update(
        Library(write(tmp_path / "library", {"a.txt": text})).scan(),
        tmp_path / "index",
        small_encoder,
    )
    with serving(tmp_path / "index", small_encoder) as client:
        (hit,) = ask(client, question)["hits"]
    assert marked(hit["passages"][0]) == words


def test_highlights_are_in_order_apart_and_inside_their_passage(acts):
    for hit in ask(acts, "la baignade de l'année, ouverte l'été", limit=100)["hits"]:
        for passage in hit["passages"]:
            ends = [0]
            for highlight in passage["highlights"]:
                assert ends[-1] <= highlight["start"] < highlight["end"] <= len(passage["text"])
                ends.append(highlight["end"])
            assert len(ends) > 1


def test_by_document_each_comes_once_with_its_best_passages_first(acts):
    hits = ask(acts, "baignade", limit=100)["hits"]
    assert sorted(paths({"hits": hits})) == sorted(ACTS)
    for hit in hits:
        scores = [passage["score"] for passage in hit["passages"]]
        assert scores == sorted(scores, reverse=True)
        assert hit["score"] == scores[0]
        assert {p["id"].split(":")[0] for p in hit["passages"]} == {hit["document"]["id"]}


def test_by_passage_each_hit_is_one_passage_and_no_passage_comes_twice(acts):
    hits = ask(acts, "baignade", limit=100, group="passage")["hits"]
    passages = [passage["id"] for hit in hits for passage in hit["passages"]]
    assert len(passages) == len(set(passages)) == len(hits) > len(ACTS)
    scores = [hit["score"] for hit in hits]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("group", ["document", "passage"])
@pytest.mark.parametrize("limit", [1, 7, 10])
def test_pages_of_results_join_without_gap_or_repetition(acts, group, limit):
    whole = ask(acts, "baignade", limit=100, group=group)
    joined = [
        hit
        for offset in range(0, whole["total"] + limit, limit)
        for hit in ask(acts, "baignade", limit=limit, offset=offset, group=group)["hits"]
    ]
    assert joined == whole["hits"]
    assert [hit["rank"] for hit in joined] == list(range(1, whole["total"] + 1))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"type": "avenant"}, {p for p in ACTS if "avenant" in p}),
        ({"type": ["avenant", "protocole"]}, {p for p in ACTS if "convention" not in p}),
        ({"year": 2020}, {p for p in ACTS if "2020" in p}),
        ({"year": [2019, 2022]}, {p for p in ACTS if "2019" in p or "2022" in p}),
        ({"folder": "sud"}, {p for p in ACTS if p.startswith("sud/")}),
        ({"folder": "sud/"}, {p for p in ACTS if p.startswith("sud/")}),
        ({"type": "charte"}, set()),
        ({"type": "avenant", "year": 2021, "folder": "nord"}, {"nord/avenant-2021.txt"}),
    ],
)
def test_filters_keep_all_that_passes_them_and_nothing_else(acts, filters, expected):
    assert set(paths(ask(acts, "baignade", limit=100, **filters))) == expected
    listed = acts.get("/v1/documents", params={"limit": 100, **filters}).json()
    assert {d["path"] for d in listed["documents"]} == expected
    assert listed["total"] == len(expected)


def test_filters_come_before_ranking(acts_index):
    """With few candidates, an act that ranks below them is found once the others are left out."""
    with serving(acts_index, SmallEncoder(), SMALL_RECIPE) as client:
        unfiltered = set(paths(ask(client, "baignade", limit=100)))
        below = sorted(set(ACTS) - unfiltered)
        assert below
        for path in below:
            folder, name = path.split("/")
            kind, year = name.removesuffix(".txt").split("-")
            assert paths(ask(client, "baignade", type=kind, year=year, folder=folder)) == [path]


def test_the_list_of_documents_follows_their_paths_page_after_page(acts):
    listed = [
        document["path"]
        for offset in range(0, 30, 7)
        for document in acts.get(f"/v1/documents?limit=7&offset={offset}").json()["documents"]
    ]
    assert listed == sorted(ACTS)


def test_a_document_tells_its_outline_and_its_length(acts):
    url = "/v1/documents/nord~convention-2021.txt"
    document = acts.get(url).json()
    text = acts.get(document["text"]).text
    assert document["characters"] == len(text)
    assert document["pages"] is None
    titles = [text[s["start"] :].split("\n")[0] for s in document["sections"]]
    assert titles == [s["title"] for s in document["sections"]]
    assert "Article 2 – Durée" in titles


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("conventions/baignade.md", "text/plain; charset=utf-8"),
        ("conventions/eau.txt", "text/plain; charset=utf-8"),
        ("deliberations/ecole.html", "text/html; charset=utf-8"),
    ],
)
def test_the_source_is_served_byte_for_byte_and_can_run_nothing(client, path, media_type):
    response = client.get(f"/v1/documents/{path.replace('/', '~')}/file")
    assert response.content == LIBRARY[path].encode()
    assert response.headers["content-type"] == media_type
    assert response.headers["x-content-type-options"] == "nosniff"
    policy = response.headers["content-security-policy"].split("; ")
    assert "sandbox" in policy
    assert "default-src 'none'" in policy


@pytest.mark.parametrize(("name", "written"), [("été.docx", as_docx), ("a b.odt", as_odt)])
def test_a_source_that_no_browser_shows_is_saved_under_its_name(
    tmp_path, small_encoder, name, written
):
    library = tmp_path / "library"
    (library / "actes").mkdir(parents=True)
    (library / "actes" / name).write_bytes(written("# Convention\n\nLe syndicat livre de l'eau."))
    update(Library(library).scan(), tmp_path / "index", small_encoder, folder=str(library))
    with serving(tmp_path / "index", small_encoder, documents=library) as client:
        (hit,) = client.get("/v1/search", params={"q": "eau"}).json()["hits"]
        response = client.get(hit["document"]["link"])
        (passage,) = hit["passages"]
    assert response.content == (library / "actes" / name).read_bytes()
    assert response.headers["content-type"] == FORMATS[Path(name).suffix].media_type
    disposition = response.headers["content-disposition"]
    assert disposition == f"attachment; filename*=UTF-8''{quote(name)}"
    assert passage["link"].startswith("/documents/")


def test_a_passage_of_a_pdf_links_to_its_page(tmp_path, small_encoder):
    source = tmp_path / "library" / "plan.pdf"
    source.parent.mkdir()
    canvas = Canvas(str(source))
    for word in ("baignade", "tramway", "horticulture"):
        for line in range(20):
            canvas.drawString(72, 760 - 20 * line, f"Ligne {line} : la {word} de la commune.")
        canvas.showPage()
    canvas.save()
    update(Library(source.parent).scan(), tmp_path / "index", small_encoder)
    with serving(tmp_path / "index", small_encoder, documents=source.parent) as client:
        for number, word in enumerate(("baignade", "tramway", "horticulture"), start=1):
            passage = ask(client, word, group="passage")["hits"][0]["passages"][0]
            assert passage["page"] == number
            assert passage["link"] == f"/v1/documents/plan.pdf/file#page={number}"
        response = client.get(passage["link"])
    assert response.content == source.read_bytes()
    assert response.headers["content-type"] == "application/pdf"


def change(source: Path) -> None:
    source.write_text("un autre texte")


def remove(source: Path) -> None:
    source.unlink()


def lead_out(source: Path) -> None:
    """The same bytes, but behind a link that leads out of the library."""
    outside = source.parent.parent.parent / "outside.txt"
    source.rename(outside)
    source.symlink_to(outside)


@pytest.mark.parametrize("happen", [change, remove, lead_out])
def test_a_source_that_is_not_what_was_indexed_is_not_served(client, library, happen):
    happen(library / "conventions" / "eau.txt")
    response = client.get("/v1/documents/conventions~eau.txt/file")
    assert response.status_code == 409
    assert "conventions/eau.txt" in response.json()["detail"]
    assert "relancez la mise à jour" in response.json()["detail"]
    assert client.get("/v1/documents/conventions~eau.txt/text").status_code == 200


def test_a_source_behind_a_link_inside_the_library_is_served(tmp_path, small_encoder):
    library = write(tmp_path / "library", {"kept": "La convention."})
    (library / "act.txt").symlink_to("kept")
    update(Library(library).scan(), tmp_path / "index", small_encoder)
    with serving(tmp_path / "index", small_encoder, documents=library) as client:
        assert client.get("/v1/documents/act.txt/file").text == "La convention."


def test_head_is_a_get_without_its_body(client):
    for url in ("/recherche?q=eau", "/v1/search?q=eau", "/health/live"):
        head = client.head(url)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"] == client.get(url).headers["content-type"]


def test_health_tells_what_is_served(client):
    assert client.get("/health/live").json() == {"status": "ok"}
    ready = client.get("/health/ready").json()
    assert ready == {"status": "ok", "generation": 1, "documents": 3, "passages": 3}


def test_metrics_name_the_generation_and_keep_no_question(client):
    ask(client, "hippocampe")
    client.get("/recherche?q=hippocampe")
    client.get("/hippocampe")
    metrics = client.get("/metrics").text
    assert "entente_index_generation 1.0" in metrics
    assert "entente_index_passages 3.0" in metrics
    assert "entente_embedding_batch_size_bucket" in metrics
    assert "hippocampe" not in metrics


def operations(description: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_facets_count_the_documents_of_the_answer(client):
    found = ask(client, "baignade", on="2022-06-01")
    assert sum(found["facets"]["kind"].values()) == found["total"]
    assert found["facets"]["kind"] == Counter(hit["document"]["type"] for hit in found["hits"])
    assert found["on"] == "2022-06-01"


@pytest.mark.parametrize("parameter", [{"on": "2022-02-30"}, {"on": "demain"}, {"status": "close"}])
def test_a_day_or_a_status_that_is_none_is_refused_in_french(client, parameter):
    answer = client.get("/v1/search", params={"q": "baignade", **parameter})
    assert answer.status_code == 422
    ((name, value),) = parameter.items()
    assert f"« {value} »" in answer.json()["detail"]
    assert name in answer.json()["detail"]


def test_a_document_shows_its_card_and_where_its_text_says_so(client):
    card = client.get("/v1/documents/conventions~eau.txt").json()["card"]
    assert card["number"] == {
        "value": "2019/12",
        "given": False,
        "evidence": [{"start": 38, "end": 45, "quote": "2019/12"}],
    }
    assert card["signed"]["evidence"][0]["quote"] == "4 mars 2019"
    assert (card["end"], card["problems"]) == (None, [])


def test_openapi_describes_every_route_parameter_and_field_with_an_example(client):
    description = client.get("/openapi.json").json()
    assert {(path, method) for path, method, _ in operations(description)} == {
        ("/v1/search", "get"),
        ("/v1/search", "post"),
        ("/v1/answer", "post"),
        ("/v1/answer/stream", "post"),
        ("/v1/answer/export", "post"),
        ("/v1/feedback", "post"),
        ("/v1/feedback/{id}", "delete"),
        ("/v1/suggestions", "get"),
        ("/v1/documents", "get"),
        ("/v1/documents/{document}", "get"),
        ("/v1/documents/{document}/text", "get"),
        ("/v1/documents/{document}/file", "get"),
        ("/health/live", "get"),
        ("/health/ready", "get"),
    }
    for path, _, operation in operations(description):
        assert operation["summary"].endswith("."), path
        assert operation["tags"], path
        for parameter in operation.get("parameters", []):
            assert parameter["description"], (path, parameter["name"])
            assert parameter["schema"]["examples"], (path, parameter["name"])
    for name, schema in description["components"]["schemas"].items():
        if name in ("HTTPValidationError", "ValidationError"):
            pytest.fail("FastAPI's own errors are described, though none is ever sent")
        for field, content in schema.get("properties", {}).items():  # an enumeration has none
            assert "examples" in content or "$ref" in json.dumps(content), f"{name}.{field}"


def test_openapi_describes_no_schema_by_the_english_of_the_code(client):
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    assert not [name for name, schema in schemas.items() if "description" in schema]


def test_openapi_describes_every_error_as_a_problem_document(client):
    for path, _, operation in operations(client.get("/openapi.json").json()):
        for status, response in operation["responses"].items():
            if status >= "400":
                schema = response["content"][MEDIA_TYPE]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}, (path, status)
                assert list(response["content"]) == [MEDIA_TYPE], (path, status)


def test_the_example_of_the_body_is_a_question_that_is_answered(tmp_path, small_encoder):
    act = (
        "Convention de baignade entre la commune d'Aulne et Grand Paris Sud Est Avenir\n\n"
        "Signée en 2021."
    )
    library = write(tmp_path / "library", {"fiches/a.txt": act})
    update(Library(library).scan(), tmp_path / "index", small_encoder)
    with serving(tmp_path / "index", small_encoder) as client:
        schemas = client.get("/openapi.json").json()["components"]["schemas"]
        properties = schemas["SearchBody"]["properties"]
        body = {name: content["examples"][0] for name, content in properties.items()}
        response = client.post("/v1/search", json=body)
    assert response.status_code == 200, response.text
