"""What cards say is a condition of a list: every act that fulfils it, and no other."""

import pytest
from answering import Ask, asking, cited

from indexer import LocalIndex, SentenceEncoder
from service.answers.conditions import conditions
from service.answers.model import Kind, Status

TODAY = "2025-06-01"
SIX_MONTHS_AND_MORE = {
    "convention-mediatheques-reseau-2020", "convention-centre-aquatique-2021",
    "cuisine-centrale-varennes-2021", "tourisme-fluvial-2020",
}  # fmt: skip


@pytest.fixture(scope="module")
def ask(sample_index: LocalIndex, real_encoder: SentenceEncoder) -> Ask:
    return asking(sample_index, real_encoder)


@pytest.mark.parametrize(
    ("text", "facts", "true", "false"),
    [
        ("un préavis de plus de six mois", "notice", 7, 6),
        ("un préavis de six mois", "notice", 6, 7),
        ("plus de six mois de préavis", "notice", 9, 3),
        ("d'une durée d'au moins dix ans", "duration", 120, 119),
        ("conclues pour moins de cinq ans", "duration", 59, 60),
        ("qui dépassent 1,5 million d'euros", "amounts", 1_500_001.0, 1_500_000.0),
        ("de plus de 500 000 €", "amounts", 500_001.0, 500_000.0),
        ("reconduites tacitement", "renewal", "tacite", "exclue"),
        ("sans tacite reconduction", "renewal", "exclue", "tacite"),
        ("qui ne se reconduisent pas tacitement", "renewal", "exclue", "tacite"),
        ("à reconduction expresse", "renewal", "expresse", "tacite"),
        ("signées en 2021", "signed", "2021-12-31", "2022-01-01"),
        ("conclues après juin 2022", "signed", "2022-07-01", "2022-06-30"),
        ("adoptées entre 2019 et 2021", "signed", "2019-01-01", "2018-12-31"),
        ("les conventions de 2020", "signed", "2020-02-10", "2021-02-10"),
    ],
)
def test_a_condition_is_read_with_its_bound(
    text: str, facts: str, true: object, false: object
) -> None:
    (condition,), words = conditions(text, TODAY)
    assert facts in condition.facts
    assert (condition.holds(true), condition.holds(false)) == (True, False)
    assert not any(map(str.isdigit, words))


@pytest.mark.parametrize(
    "text",
    [
        "quelles conventions couvrent la baignade ?",
        "quelles conventions prévoient une aide de 22 000 € ?",  # one sum of several: the text says
        "quelles conventions sont en vigueur en 2021 ?",
        "quels documents parlent d'un accord signé en 2019 ?",
        "quelles conventions parlent de « reconduction tacite » ?",
        "quelles conventions prévoient une réunion tous les six mois ?",
    ],
)
def test_what_no_card_tells_is_no_condition(text: str) -> None:
    assert conditions(text, TODAY)[0] == []


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        (
            "quels avenants ont été signés en 2024 ?",
            {"avenant-2-convention-baignade-2024", "avenant-1-baignade-2024"},
        ),
        (
            "les conventions de 2020",
            {
                *("convention-piscine-belluire-2020", "convention-fibre-donnees-2020"),
                *("tourisme-fluvial-2020", "convention-mediatheques-reseau-2020"),
            },
        ),
        (
            "quelles conventions se renouvellent par tacite reconduction ?",
            {
                *("convention-centre-aquatique-2021", "convention-reclassement-passerelle-2022"),
                *("convention-transport-demande-lunebus-2023", "cuisine-centrale-varennes-2021"),
                "secours-plage-sdis-2022",
            },
        ),
        ("combien de protocoles ont été signés en 2022 ?", {"secours-plage-sdis-2022"}),
        (
            "quelles conventions sur la cuisine centrale durent au moins dix ans ?",
            {"cuisine-centrale-sirco-2022", "convention-cuisine-centrale-legumerie-2024"},
        ),
    ],
)
def test_every_act_that_fulfils_a_condition_is_listed(ask: Ask, text: str, acts: set[str]) -> None:
    found = ask(text)
    assert found.kind == Kind.LIST
    assert {row.document.path.split("/")[-1].rsplit(".", 1)[0] for row in found.rows} == acts
    assert found.notes[0] == "Ce sont tous les actes qui le disent."


def test_each_row_quotes_what_fulfils_the_condition(ask: Ask) -> None:
    found = ask("quelles conventions ont un préavis de plus de six mois ?")
    months = ["sept", "huit", "neuf", "dix", "onze", "douze", "dix-huit", "vingt-quatre", "an"]
    quotes = {c.document.path.split("/")[-1].rsplit(".", 1)[0]: c.quote for c in found.citations}
    assert quotes.keys() >= SIX_MONTHS_AND_MORE
    assert all(any(word in quote for word in months) for quote in quotes.values()), quotes


def test_those_that_do_not_tell_are_counted(ask: Ask) -> None:
    found = ask("conventions avec tacite reconduction")
    assert found.notes[1].endswith("ne disent pas leur reconduction.")


def test_a_condition_that_no_act_fulfils_is_declined(ask: Ask) -> None:
    found = ask("quelles conventions ont été signées en 1998 ?")
    assert (found.status, cited(found)) == (Status.NO_EVIDENCE, [])
    assert found.reason.startswith("Aucun acte connu n'y répond.")


def test_a_kind_that_is_named_is_listed_alone(ask: Ask) -> None:
    kinds = {
        row.document.metadata.kind
        for row in ask("quelles délibérations parlent de la piscine ?").rows
    }
    assert kinds == {"délibération"}
