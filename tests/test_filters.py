"""Each combination of filters keeps what brute force keeps; each facet counts what it says."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
from conftest import SmallEncoder, serving, write
from selectolax.lexbor import LexborHTMLParser as Html
from starlette.testclient import TestClient

from corpus import Library
from corpus.errors import UnknownValue
from indexer import Filters, LocalIndex, open_index, update
from indexer.encoder import embed_queries
from indexer.known import Known
from service.question import parse
from service.recipe import Method, Recipe
from service.search import search

DAY = "2024-06-01"
PARTIES = {  # by the folder of their acts, as these write them
    "nord": ["la commune d'Aulne et l'EPT Grand Paris Sud Est Avenir", "la ville d’Aulne et GPSEA"],
    "nord/eaux": ["la Commune d'AULNE et le syndicat du Bief"],
    "sud": ["la commune d'Orme et le syndicat du Bief", "la commune d'Orme et la région Sud"],
}
TERMS = [("2021", "31 décembre 2023"), ("2022", "31 décembre 2026"), ("2025", "30 juin 2030")]
ACTS = {
    f"{folder}/{kind}-{n}-{year}.txt": f"{kind.capitalize()} n° {folder[-4:]}-{year}-{n} entre "
    f"{parties}\n\nSignée le 3 mars {year}.\n\nArticle 1 – Durée\n\nLa {kind} sur la baignade "
    f"court du 1er mai {year} au {end}."
    for folder, named in PARTIES.items()
    for n, parties in enumerate(named)
    for kind in ("convention", "charte")
    for year, end in TERMS
}
VALUES: dict[str, list[Any]] = {
    "type": ["convention", "charte"],
    "party": ["GPSEA", "Ville d'Aulne", "syndicat du bief"],
    "year": [2021, 2025],
    "status": ["en vigueur", "expiree"],
    "folder": ["nord", "nord/eaux", "sud/"],
}
MEANT = {
    "GPSEA": "Grand Paris Sud Est Avenir", "Ville d'Aulne": "commune d'Aulne",
    "syndicat du bief": "syndicat du Bief",
}  # fmt: skip
FACET = {"type": "kind", "party": "party", "year": "year", "status": "status", "folder": "folder"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filters")
    update(Library(write(folder / "library", ACTS)).scan(), folder / "index", SmallEncoder())
    return folder / "index"


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    with serving(folder, SmallEncoder()) as client:
        yield client


@pytest.fixture(scope="module")
def documents(client: TestClient) -> list[dict[str, Any]]:
    """All documents, as the API shows them."""
    found = client.get("/v1/documents", params={"limit": 100, "on": DAY}).json()
    assert found["total"] == len(ACTS) == 30
    return found["documents"]


def values_of(document: dict[str, Any]) -> dict[str, set[str]]:
    """What a document is counted under, read off what the API shows of it."""
    parts = document["path"].split("/")[:-1]
    return {
        "type": {document["type"]},
        "party": {
            party.casefold().replace("’", "'").replace("ville d'", "commune d'")
            for party in document["parties"]
        },
        "year": {document["date"][:4]},
        "status": {document["status"]} - {None},
        "folder": {"/".join(parts[:n]) for n in range(1, len(parts) + 1)},
    }


def asked(name: str, value: Any) -> str:
    value = MEANT.get(value, value)
    named = str(value).rstrip("/").replace("expiree", "expirée")
    return named.casefold() if name == "party" else named


def passes(document: dict[str, Any], filters: dict[str, list[Any]]) -> bool:
    has = values_of(document)
    return all(
        any(asked(name, value) in has[name] for value in values) for name, values in filters.items()
    )


def every_combination() -> Iterator[dict[str, list[Any]]]:
    """No filter, each alone, all pairs and triples and so on, with one value or with two."""
    for size in range(len(VALUES) + 1):
        for names in combinations(VALUES, size):
            for values in product(*(VALUES[name] for name in names)):
                yield {name: [value] for name, value in zip(names, values, strict=True)}
            if names:
                yield {name: VALUES[name][:2] for name in names}


def test_every_combination_keeps_what_brute_force_keeps(client, documents):
    kept = 0
    for filters in every_combination():
        expected = {d["path"] for d in documents if passes(d, filters)}
        parameters = {"limit": 100, "on": DAY, **filters}
        listed = client.get("/v1/documents", params=parameters).json()
        assert {d["path"] for d in listed["documents"]} == expected, filters
        assert listed["total"] == len(expected)
        kept += bool(filters and expected)
    assert kept > 200


def test_both_searches_rank_only_what_passes_the_filters(folder, documents):
    """With fewer candidates than acts, so that a filter that came after would find less."""
    index, question = open_index(folder), parse("la baignade")
    asked = embed_queries(SmallEncoder(), [question.text])[0]
    for method, filters in product((Method.DENSE, Method.LEXICAL), every_combination()):
        expected = {d["id"] for d in documents if passes(d, filters)}
        given = {FACET[name]: tuple(values) for name, values in filters.items()}
        recipe = Recipe(method=method, candidates=max(1, len(expected)))
        results = search(
            question, asked, index, recipe, limit=100, filters=Filters(**given, on=DAY)
        )
        assert {hit.document.id for hit in results.hits} <= expected
        assert bool(results.hits) == bool(expected)
        if method == Method.LEXICAL:  # one passage of each act says « baignade »
            assert {hit.document.id for hit in results.hits} == expected, filters


def test_a_facet_tells_for_each_value_what_the_filter_by_it_finds(client, documents):
    """Whatever filters are on, and for a facet that filters, as if it did not."""
    for filters in every_combination():
        if sum(len(values) for values in filters.values()) > 3:
            continue
        found = client.get("/v1/search", params={"q": "baignade", "on": DAY, **filters}).json()
        for name, facet in FACET.items():
            others = {other: values for other, values in filters.items() if other != name}
            expected: dict[str, int] = {}
            for document in documents:
                for value in values_of(document)[name] if passes(document, others) else ():
                    expected[value] = expected.get(value, 0) + 1
            counted = found["facets"][facet]
            assert {asked(name, value): n for value, n in counted.items()} == expected, filters
            assert list(counted.values()) == sorted(counted.values(), reverse=True)


def test_facets_are_exact_where_there_are_more_acts_than_candidates(folder: Path) -> None:
    """What a value counts is what the search filtered by it then finds."""
    index, question = open_index(folder), parse("la « baignade » de la commune d'Orme")
    asked, recipe = embed_queries(SmallEncoder(), [question.text])[0], Recipe(candidates=4)
    differ = 0
    for filters in (Filters(on=DAY), Filters(kind=("charte",), on=DAY)):
        found = search(question, asked, index, recipe, filters=filters)
        assert found.total < len(ACTS)
        for name in FACET.values():
            for value, n in getattr(found.facets, name).items():
                chosen: dict[str, Any] = {name: (int(value) if name == "year" else value,)}
                narrowed = replace(filters, **chosen)
                assert search(question, asked, index, recipe, filters=narrowed).total == n
                differ += n != found.total
    assert differ > 10


@pytest.mark.parametrize(("narrowing", "absent"), [({}, []), ({"folder": "sud"}, ["GPSEA"])])
def test_a_quoted_phrase_that_stands_nowhere_is_told(client, narrowing, absent):
    asked = {"q": "« plage de sable » et « GPSEA » sur la « baignade »", **narrowing}
    found = client.get("/v1/search", params=asked).json()
    assert found["absent"] == ["plage de sable", *absent]


def test_a_party_is_counted_once_under_its_commonest_spelling(client):
    counted = client.get("/v1/search", params={"q": "baignade"}).json()["facets"]["party"]
    assert counted["Commune d'Aulne"] == 18
    assert [name for name in counted if "ulne" in name.lower()] == ["Commune d'Aulne"]


@pytest.mark.parametrize(
    ("filters", "same"),
    [
        ({"type": "CONVENTION"}, {"type": "convention"}),
        ({"status": "expiree"}, {"status": "expirée"}),
        ({"status": "a venir"}, {"status": "à venir"}),
        ({"party": "gpsea"}, {"party": "Grand Paris Sud Est Avenir"}),
        ({"party": "EPT Grand-Paris Sud Est Avenir"}, {"party": "Grand Paris Sud Est Avenir"}),
        ({"party": "commune d’aulne"}, {"party": "Ville d'Aulne"}),
        ({"folder": "Nord"}, {"folder": "nord"}),
    ],
)
def test_case_accents_apostrophes_and_other_names_do_not_count(client, filters, same):
    one, other = (
        client.get("/v1/documents", params={"on": DAY, **f}).json() for f in (filters, same)
    )
    assert one == other
    assert one["total"] > 0


def test_a_document_has_its_state_on_the_day_asked_for(client, documents):
    for document in documents[:6]:
        found = client.get(f"/v1/documents/{document['id']}", params={"on": DAY}).json()
        assert found["status"] == document["status"]
    assert {d["status"] for d in documents[:6]} == {"expirée", "en vigueur", "à venir"}


def test_an_act_older_than_the_republic_is_found_by_its_year(
    tmp_path: Path, small_encoder: SmallEncoder
) -> None:
    facts = "type: charte\ndate: {}-05-03\n"
    library = write(tmp_path / "l", {
        f"{year}.{suffix}": text.format(year)
        for year in ("0962", "1254", "2199")
        for suffix, text in (("txt", "Charte de la digue, {}"), ("txt.yaml", facts))
    })  # fmt: skip
    update(Library(library).scan(), tmp_path / "index", small_encoder)
    with serving(tmp_path / "index", small_encoder) as client:
        counted = client.get("/v1/search?q=digue").json()["facets"]["year"]
        assert list(counted) == ["0962", "1254", "2199"]
        for year in counted:
            found = client.get("/v1/documents", params={"year": year}).json()
            assert [d["path"] for d in found["documents"]] == [f"{year}.txt"]
            page = Html(client.get("/recherche", params={"q": "digue", "year": year}).text)
            boxes = page.css("input[name=year][checked]")
            assert [box.attributes["value"] for box in boxes] == [year]


@pytest.mark.parametrize("url", ["/v1/search", "/v1/documents"])
@pytest.mark.parametrize(
    ("parameter", "value", "near"),
    [
        ("type", "conventoin", "« convention »"),
        ("type", "zzz", "« avenant », "),
        ("status", "expirez", "« expirée »"),
        ("party", "Grand Paris Sud Avenir", "« Grand Paris Sud Est Avenir »"),
        ("party", "zzz", "valeurs connues"),
        ("folder", "nor", "« nord »"),
        ("folder", "nord/eau", "« nord/eaux »"),
    ],
)
def test_an_unknown_value_is_refused_with_the_nearest_known(client, url, parameter, value, near):
    question = {"q": "eau"} if url == "/v1/search" else {}
    answer = client.get(url, params={**question, parameter: value})
    assert answer.status_code == 422
    detail = answer.json()["detail"]
    assert f"{parameter} = « {value} » : " in detail
    assert near in detail
    if question:
        body = {**question, parameter: [value]}
        assert client.post(url, json=body).json()["detail"] == detail


def test_versions_of_an_act_count_once_under_each_value(
    tmp_path: Path, small_encoder: SmallEncoder
) -> None:
    """The year of an older version finds it, although the newer one leads elsewhere."""
    body = " ".join(f"mot{n} baignade" for n in range(60))
    texts = {
        f"v{year}.txt": f"Convention n° 21-07\n\nSignée le 3 mai {year}.\n\n{body}"
        for year in (2021, 2022)
    }
    update(Library(write(tmp_path / "v", texts)).scan(), tmp_path / "index", small_encoder)
    index = open_index(tmp_path / "index")
    question = parse("baignade")
    asked = embed_queries(small_encoder, [question.text])[0]
    whole = search(question, asked, index)
    assert whole.total == 1
    assert whole.facets.kind == {"convention": 1}
    assert whole.facets.year == {"2021": 1, "2022": 1}
    older = search(question, asked, index, filters=Filters(year=(2021,)))
    assert [hit.document.id for hit in older.hits] == ["v2021.txt"]
    assert older.facets.year == {"2021": 1, "2022": 1}


def test_an_alias_stands_for_its_party(folder: Path) -> None:
    resolve: Callable[[Filters], Filters] = open_index(folder).resolve
    assert resolve(Filters(party=("GPSEA", "gpsea"))).party == ("Grand Paris Sud Est Avenir",)


@pytest.fixture(scope="module")
def alike(tmp_path_factory: pytest.TempPathFactory) -> LocalIndex:
    """Folders and parties whose names are nearly the same."""
    folder = tmp_path_factory.mktemp("alike")
    bodies = {
        "actes (2021)": "syndicat du Bief (SIB)",
        "actes.v1": "syndicat de Boisvieux (SIB)",
        "Actes L’eau": "région Sud",
        "actes l'eau": "région Sud",
    }
    texts = {
        f"{name}/a.txt": f"Convention n° 21-{n} entre la commune d'Aulne et le {body}\n\n"
        f"La digue {n}."
        for n, (name, body) in enumerate(bodies.items())
    }
    update(Library(write(folder / "l", texts)).scan(), folder / "index", SmallEncoder())
    return open_index(folder / "index")


@pytest.mark.parametrize(
    ("written", "refused"),
    [
        ("actes (2022)", "valeur inconnue ; voyez « actes (2021) »"),
        ("actes", "valeur inconnue ; voyez "),
        ("actes v1", "valeur inconnue ; voyez « actes.v1 »"),
        (
            "ACTES L'EAU",
            "plusieurs valeurs s'écrivent ainsi ; voyez « Actes L’eau », « actes l'eau »",
        ),
    ],
)
def test_folders_that_differ_by_more_than_case_are_told_apart(alike, written, refused):
    with pytest.raises(UnknownValue, match=f"^{re.escape(f'folder = « {written} » : {refused}')}"):
        alike.resolve(Filters(folder=(written,)))
    assert alike.resolve(Filters(folder=("ACTES (2021)",))).folder == ("actes (2021)",)
    assert alike.resolve(Filters(folder=("actes l'eau",))).folder == ("actes l'eau",)


def test_an_alias_that_parties_share_stands_for_each_of_them(alike: LocalIndex) -> None:
    filters = alike.resolve(Filters(party=("sib",)))
    assert filters.party == ("Syndicat de Boisvieux", "Syndicat du Bief")
    assert [d.path for d in alike.documents(filters)] == ["actes (2021)/a.txt", "actes.v1/a.txt"]
    question = parse("digue")
    asked = embed_queries(SmallEncoder(), [question.text])[0]
    counted = search(question, asked, alike, filters=filters).facets.party
    assert [counted[name] for name in filters.party] == [1, 1]


def test_a_value_is_looked_up_without_spelling_the_known_ones_again() -> None:
    spelled: list[str] = []

    def same(text: str) -> str:
        spelled.append(text)
        return text.lower()

    known = Known(((f"Partie {n}", f"Partie {n}") for n in range(50)), same)
    assert len(spelled) == 50
    assert known.find("party", "PARTIE 7") == known.find("party", "Partie 7") == ["Partie 7"]
    with pytest.raises(UnknownValue, match="« Partie 7 »"):
        known.find("party", "Parti 7")
    assert spelled[50:] == ["PARTIE 7", "Parti 7", "Parti 7"]


def test_an_empty_index_counts_nothing(tmp_path: Path, small_encoder: SmallEncoder) -> None:
    update([], tmp_path / "index", small_encoder)
    index: LocalIndex = open_index(tmp_path / "index")
    assert index.facets([], 10, DAY).kind == {}
