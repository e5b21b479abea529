"""Whether an act is in force, and the filters and facets that ask for it."""

import pytest
from conftest import SmallEncoder, write

from corpus import Library
from corpus.card.model import Card, Fact, Renewal
from corpus.card.record import dump, load
from corpus.card.status import STATUSES, label, period, status_in
from indexer import Filters, open_index, update

ACTS = {
    "a.txt": "Convention n° 21-1 entre la commune d'Aulne et l'EPT Grand Paris Sud Est Avenir\n\n"
    "Article 1 – Durée\n\nLa convention court du 1er janvier 2021 au 31 décembre 2023.",
    "nord/b.txt": "Convention n° 22-2 entre la commune d'Orme et le syndicat du Bief\n\n"
    "Article 1 – Durée\n\nLa convention court du 1er janvier 2022 au 31 décembre 2023. Elle est "
    "ensuite reconduite tacitement, une seule fois, pour deux ans.",
    "nord/c.txt": "Avenant n° 1 à la convention entre la commune d'Orme et le syndicat du Bief\n\n"
    "Signé le 3 mai 2023",
}


def card(
    renewal: Renewal | None = None, start: str = "2021-01-01", end: str = "2021-12-31"
) -> Card:
    return Card(
        start=Fact(start) if start else None,
        end=Fact(end) if end else None,
        renewal=Fact(renewal) if renewal else None,
    )


@pytest.mark.parametrize(
    ("given", "day", "expected"),
    [
        (card(), "2020-12-31", "à venir"),
        (card(), "2021-01-01", "en vigueur"),
        (card(), "2021-12-31", "en vigueur"),
        (card(), "2022-01-01", "expirée"),
        (card(Renewal("tacite", 12, 2)), "2023-12-31", "reconduite"),
        (card(Renewal("tacite", 12, 2), end="9999-12-31"), "2023-12-31", "en vigueur"),
        (card(Renewal("tacite", 12, 2), end="9998-12-31"), "9999-12-31", "reconduite"),
        (card(Renewal("tacite", 12, 2)), "2024-01-01", "expirée"),
        (card(Renewal("tacite", 12)), "2090-01-01", "reconduite"),
        (card(Renewal("tacite", 12, 0, "2025-12-31")), "2026-01-01", "expirée"),
        (card(Renewal("tacite", 0, 2)), "2023-12-31", "reconduite"),
        (card(Renewal("tacite", 0, 2)), "2024-01-01", "expirée"),
        (card(Renewal("tacite", 0, 2), start=""), "2022-01-01", ""),
        (card(Renewal("tacite", 12, limited=True)), "2021-12-31", "en vigueur"),
        (card(Renewal("tacite", 12, limited=True)), "2022-01-01", ""),
        (card(Renewal("expresse", 12, 1)), "2022-01-01", "expirée"),
        (card(end=""), "2022-01-01", ""),
        (card(start=""), "2021-06-01", "en vigueur"),
        (Card(), "2022-01-01", ""),
    ],
)
def test_an_act_is_to_come_in_force_renewed_or_over(given: Card, day: str, expected: str) -> None:
    assert status_in(period(given), day) == expected


@pytest.mark.parametrize(
    ("status", "kind", "expected"),
    [
        ("expirée", "convention", "expirée"),
        ("expirée", "protocole", "expiré"),
        ("reconduite", "avenant", "reconduit"),
        ("reconduite", "charte", "reconduite"),
        ("en vigueur", "avenant", "en vigueur"),
        ("", "avenant", ""),
    ],
)
def test_a_status_is_said_in_the_gender_of_the_kind(status: str, kind: str, expected: str) -> None:
    assert label(status, kind) == expected


@pytest.fixture
def acts(tmp_path, small_encoder: SmallEncoder):
    folder = write(tmp_path / "acts", ACTS)
    update(Library(folder).scan(), tmp_path / "index", small_encoder)
    return open_index(tmp_path / "index")


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(status=("en vigueur",), on="2022-06-01"), {"a.txt", "nord~b.txt"}),
        (Filters(status=("en vigueur",), on="2021-06-01"), {"a.txt"}),
        (Filters(status=("à venir",), on="2021-06-01"), {"nord~b.txt", "nord~c.txt"}),
        (Filters(status=("reconduite",), on="2024-06-01"), {"nord~b.txt"}),
        (Filters(status=("expirée", "reconduite"), on="2024-06-01"), {"a.txt", "nord~b.txt"}),
        (Filters(party=("GPSEA",)), {"a.txt"}),
        (Filters(party=("ville d'Orme",)), {"nord~b.txt", "nord~c.txt"}),
        (Filters(party=("Commune d’Orme",), kind=("avenant",)), {"nord~c.txt"}),
        (Filters(party=("GPSEA",), folder=("nord",)), set()),
    ],
)  # fmt: skip
def test_filters_of_parties_and_statuses_combine(
    acts, filters: Filters, expected: set[str]
) -> None:
    assert set(acts.select(filters).documents) == expected
    assert {document.id for document in acts.documents(filters)} == expected


@pytest.mark.parametrize(
    "day", ["2020-06-01", "2022-06-01", "2023-12-31", "2024-06-01", "2030-01-01"]
)
def test_the_status_that_filters_ask_for_is_the_one_that_cards_have(acts, day: str) -> None:
    ids = [document.id for document in acts.documents(Filters())]
    cards = {i: document.card for i, document in acts.describe(ids).items()}
    for name in STATUSES:
        expected = {i for i, one in cards.items() if status_in(period(one), day) == name}
        assert set(acts.select(Filters(status=(name,), on=day)).documents) == expected


def test_facets_count_each_document_once_for_each_of_its_values(acts) -> None:
    everything = acts.lexical({"convent": 1.0}, 100, {"text": 1.0, "title": 1.0})[0]
    facets = acts.facets([everything], 100, "2024-06-01")
    assert facets.kind == {"convention": 2, "avenant": 1}
    assert facets.party == {
        "Commune d'Orme": 2, "Syndicat du Bief": 2, "Grand Paris Sud Est Avenir": 1,
        "Commune d'Aulne": 1,
    }  # fmt: skip
    assert facets.status == {"expirée": 1, "reconduite": 1}
    assert (facets.year, facets.folder) == ({"2023": 1}, {"nord": 2})


def test_a_card_comes_back_from_the_index_as_it_was(acts) -> None:
    stored = acts.document("nord~b.txt").card
    assert stored.renewal is not None
    assert stored.renewal.value == Renewal("tacite", 24, 1)
    assert stored.parties[1].value.name == "Syndicat du Bief"
    assert load(dump(stored)) == stored
