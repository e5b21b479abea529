"""What is in force on a day, or ends between two: from the cards of the sample corpus."""

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import serving

from indexer import Filters, LocalIndex, SentenceEncoder
from indexer.encoder import embed_queries
from service.answers import Answer, answer
from service.answers.days import Days, meant
from service.answers.kinds import kind_of
from service.answers.model import Kind, Status
from service.answers.readers import reader_of
from service.question import parse

Ask = Callable[..., Answer]
TODAY = "2026-11-23"
LUNELLE = "fictifs~convention-baignade-lunelle-2019.pdf"
PISCINE = "fictifs~convention-piscine-belluire-2020.md"


@pytest.fixture(scope="module")
def ask(sample_index: LocalIndex, real_encoder: SentenceEncoder) -> Ask:
    read = reader_of(real_encoder)

    def asked(text: str, on: str = TODAY) -> Answer:
        question = parse(text)
        (vectors,) = embed_queries(real_encoder, [question.text])
        return answer(question, vectors, sample_index, read, filters=Filters(on=on))

    return asked


def listed(given: Answer) -> list[str]:
    return [row.document.id for row in given.rows]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("avant fin 2027", "0001-01-01", "2027-12-31"),
        ("avant 2027", "0001-01-01", "2026-12-31"),
        ("before the end of 2027", "0001-01-01", "2027-12-31"),
        ("au 1er janvier 2025", "2025-01-01", "2025-01-01"),
        ("on January 5, 2025", "2025-01-05", "2025-01-05"),
        ("dans les six mois", TODAY, "2027-05-22"),
        ("d'ici un an", TODAY, "2027-11-22"),
        ("dans les 6 prochains mois", TODAY, "2027-05-22"),
        ("avant le 31/12/2026", "0001-01-01", "2026-12-30"),
        ("d'ici fin août 2027", "0001-01-01", "2027-08-31"),
        ("fin août 2026", "2026-08-01", "2026-08-31"),
        ("en 2023", "2023-01-01", "2023-12-31"),
        ("après 2026 et avant 2028", "2027-01-01", "2027-12-31"),
        ("avant 2028 mais après juin 2026", "2026-07-01", "2027-12-31"),
        ("en 2026 ou 2027", "2026-01-01", "2027-12-31"),
        ("en février 2024", "2024-02-01", "2024-02-29"),
        ("après 2026", "2027-01-01", "9999-12-31"),
        ("depuis le 3 mars 2025", "2025-03-03", "9999-12-31"),
        ("entre 2024 et mars 2026", "2024-01-01", "2026-03-31"),
        ("l'an prochain", "2027-01-01", "2027-12-31"),
    ],
)
def test_days_are_read_as_a_question_says_them(text: str, first: str, last: str) -> None:
    days, left = meant(f"conventions {text}", TODAY)
    assert days == Days(first, last)
    assert not any(character.isdigit() for character in left)


def test_a_question_without_days_names_none() -> None:
    assert meant("conventions sur la baignade", TODAY)[0] is None
    assert meant("conventions signées le 31/02/2024", TODAY)[0] is None


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize(
    "text",
    [
        "quelles conventions ont expiré ?",
        "quelles conventions expirent d'ici deux ans ?",
        "quelles conventions prennent fin l'année prochaine ?",
        "quelles conventions sont en vigueur ?",
    ],
)
def test_the_first_and_the_last_of_days_are_days(
    sample_folder: Path, real_encoder: SentenceEncoder, day: str, text: str
) -> None:
    with serving(sample_folder, real_encoder) as client:
        given = client.post("/v1/answer", json={"question": text, "on": day})
        assert given.status_code == 200


@pytest.mark.parametrize(
    "text",
    [
        "quelles conventions expirent avant fin 2027 ?",
        "conventions en vigueur au 1er janvier 2025",
        "lesquelles arrivent à échéance dans les six mois",
        "qu'est-ce qui a expiré en 2023",
        "which agreements end before 2027",
        "conventions sur la baignade encore en vigueur",
    ],
)
def test_a_question_of_standing_is_recognised(text: str) -> None:
    assert kind_of(parse(text)) == Kind.STATUS


def test_whether_one_act_is_in_force_is_no_list() -> None:
    assert kind_of(parse("la convention de baignade est-elle encore en vigueur ?")) == Kind.YES_NO


def test_what_ends_by_a_day_is_complete_and_in_the_order_of_ends(
    ask: Ask, sample_index: LocalIndex
) -> None:
    given = ask("quelles conventions expirent avant fin 2027 ?")
    ends = {
        document.id: [day for day in document.period[1:] if TODAY <= day <= "2027-12-31"]
        for document in sample_index.documents(Filters())
        if document.metadata.kind in ("convention", "protocole", "charte")
    }
    assert sorted(listed(given)) == sorted(name for name, days in ends.items() if days)
    order = [ends[name][0] for name in listed(given)]
    assert order == sorted(order)
    assert given.notes == (
        "Actes dont le terme tombe du 23 novembre 2026 au 31 décembre 2027\u00a0: 8, "
        "par date de fin.",
        "5 documents ne disent pas leur fin.",
        "2 actes ont été reconduits\u00a0: le terme compté est celui de la reconduction.",
    )


def test_each_row_cites_where_its_end_was_read(ask: Ask, sample_index: LocalIndex) -> None:
    given = ask("conventions en vigueur au 1er janvier 2025")
    assert given.status == Status.ANSWERED
    for row in given.rows:
        assert row.citation is not None
        citation = given.citations[row.citation - 1]
        text = sample_index.document(citation.document.id).text
        assert text[citation.start : citation.end] == citation.quote
        named = {row.document.id, *(t.source for t in sample_index.ties(row.document.id))}
        assert citation.document.id in named


def test_the_avenant_that_moved_an_end_counts(ask: Ask) -> None:
    """The convention was to end on 30 June 2024; its avenant took it to 2026."""
    assert LUNELLE in listed(ask("conventions en vigueur au 1er janvier 2026"))
    assert LUNELLE in listed(ask("qu'est-ce qui a expiré en 2026 ?"))
    assert LUNELLE not in listed(ask("qu'est-ce qui a expiré en 2024 ?"))


def test_what_has_expired_is_never_in_force(ask: Ask) -> None:
    assert PISCINE not in listed(ask("quelles conventions de Belluire sont en vigueur ?"))
    assert PISCINE in listed(ask("quelles conventions ont expiré ?"))
    assert PISCINE in listed(ask("quelles conventions étaient en vigueur le 1er janvier 2022 ?"))


def test_a_party_and_a_subject_narrow_the_acts(ask: Ask) -> None:
    of_party = ask("quelles conventions du Val d'Oronte sont en vigueur ?")
    assert of_party.rows
    for row in of_party.rows:
        assert any("Oronte" in party for party in row.document.metadata.parties)
    every = set(listed(ask("conventions en vigueur")))
    about = set(listed(ask("conventions sur la baignade encore en vigueur")))
    assert "fictifs~baignade-plages-valserene-2023.pdf" in about < every


def test_nothing_in_force_is_told_with_its_day(ask: Ask) -> None:
    given = ask("conventions en vigueur au 1er janvier 1950")
    assert (given.status, given.rows) == (Status.NO_EVIDENCE, ())
    assert given.reason.startswith("Aucun acte connu n'est en vigueur le 1er janvier 1950.")
    unknown = ask("conventions en vigueur à Quimperlé")
    assert (unknown.rows, "la partie ou le sujet" in unknown.reason) == ((), True)


@pytest.mark.parametrize(
    "text",
    [
        "Quelles conventions en vigueur expirent avant la fin de 2027 ?",
        "Quelles conventions sont en vigueur et prennent fin avant fin 2027 ?",
        "Quelles conventions en cours arrivent à échéance avant le 1er janvier 2028 ?",
    ],
)
def test_what_is_in_force_and_ends_by_a_day_ends_by_it(ask: Ask, text: str) -> None:
    given = ask(text)
    assert listed(given) == listed(ask("quelles conventions expirent avant fin 2027 ?"))
    assert "reconduit" in given.notes[-1]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("quelles conventions ne sont pas en vigueur ?", "négative"),
        ("quelles conventions en vigueur, hors baignade ?", "écarte un sujet"),
        ("quelles conventions expirent demain ?", "période"),
        ("quelles conventions expirent avant le 2027-13-45 ?", ""),
    ],
)
def test_what_is_not_understood_is_not_guessed(ask: Ask, text: str, told: str) -> None:
    given = ask(text)
    assert told in given.reason
    assert not told or given.rows == ()
