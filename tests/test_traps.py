"""The traps of the sample corpus: acts that resemble the one that a question means, and are not it.

Each question about something else than the documents hold was made from one that they answer, by
another name, year, number or party.
"""

import pytest
from answering import Ask, asking, cited, exact

from indexer import LocalIndex, SentenceEncoder
from service.answers.model import Status
from service.answers.names import of_other_parties
from service.question import parse

LUNELLE = "fictifs~convention-baignade-lunelle-2019.pdf"
SIRCO = {
    "Bellefontaine-le-Pont": ("fictifs~cuisine-centrale-sirco-2022.pdf", "dix-huit mois"),
    "Varennes-l'Abbaye": ("fictifs~cuisine-centrale-varennes-2021.md", "neuf mois"),
}


@pytest.fixture(scope="module")
def ask(sample_index: LocalIndex, real_encoder: SentenceEncoder) -> Ask:
    return asking(sample_index, real_encoder)


@pytest.mark.parametrize(
    ("text", "new", "old"),
    [
        ("Quelle est la durée de la convention n° 19-CV-14 ?", "sept ans", "quatre ans"),
        ("Quand prend fin la convention n° 19-CV-14 ?", "30 juin 2026", "30 juin 2023"),
        ("Quand prend fin la convention n° 2023-018 ?", "31 décembre 2028", "31 décembre 2026"),
        (
            "Quel est le montant de la convention n° 19-CV-14 ?",
            "1\u00a0415\u00a0000\u00a0€",
            "1 260 000 €",
        ),
    ],
)
def test_the_avenant_wins_and_both_are_cited(ask: Ask, text: str, new: str, old: str) -> None:
    given = ask(text)
    said = [value for value, _ in exact(given)]
    assert said.index(new) < said.index(old)
    assert cited(given)[0].startswith("fictifs~avenant-")
    assert any(
        name.startswith(("fictifs~convention-", "fictifs~baignade-")) for name in cited(given)
    )
    assert "l'emporte sur la convention" in " ".join(given.notes)


@pytest.mark.parametrize("party", SIRCO)
def test_of_two_conventions_alike_the_one_with_the_party_answers(ask: Ask, party: str) -> None:
    document, notice = SIRCO[party]
    given = ask(f"Quel est le préavis de la convention du SIRCO avec la commune de {party} ?")
    assert given.status == Status.ANSWERED
    assert set(cited(given)) == {document}
    assert exact(given) == [(notice, "duration")]


@pytest.mark.parametrize(
    "text",
    [  # another place or party
        "Quel est le préavis de la convention du SIRCO avec la commune de Quimperlé ?",
        "Quel est le préavis de la convention de fourniture de repas entre le SIRCO et Belluire ?",
        "Jusqu'à quand court la convention des plages de Quimperlé ?",
        "Quand prend fin la convention entre la Région Pays-d'Orsenne et la commune de Belluire ?",
        "Qui signe la convention sur le tourisme fluvial de la Loire ?",
        "Quelle est la durée de la convention petite enfance de Villeparc-le-Pont et Belluire ?",
        "Quel est le préavis de la convention piscine de Rennes ?",
        "la convention de baignade de Brest est-elle en vigueur ?",
        "la commune de Quimperlé est-elle signataire de la convention de la Lunelle ?",
        "quel est le préavis de la convention avec kerlorec ?",
        "combien d'agents de la CAVO travaillent en télétravail ?",  # of Paris, they do
        "combien d'agents de la cavo travaillent en teletravail",
        # another year
        "Quelle est la durée de la convention de 2021 sur les plages de Port-Aubray ?",
        "Qui signe la convention de baignade dans la Lunelle signée en 2021 ?",
        "Quel est le préavis de la convention des médiathèques de 2016 ?",
        "quand prend fin la convention de transport à la demande de 2019 ?",
        "Quel est le préavis de la convention du centre aquatique signée en 2024 ?",
        "Quel est le montant de la convention de baignade de 2023 dans la Lunelle ?",
        # another number
        "Jusqu'à quand court la convention n° 2019-999 ?",
        "la convention n° 2023-999 est-elle en vigueur ?",
        "quelle est la date de signature de l'avenant n° 3 à la convention de la Lunelle ?",
        "l'avenant n° 4 à la convention de baignade dans la Lunelle est-il en vigueur ?",
        "Que change l'avenant n° 1 à la convention n° 2019-037 ?",
        "que change l'avenant n° 2 à la convention des plages de Valserène",
        "Quel est le montant de la convention n° 20-CU-99 ?",
        "Quand prend fin la convention n° 2023-01 ?",
        "Quand prend fin la convention n° 19-CV-1 ?",
    ],
)
def test_nothing_is_answered_about_another_place_year_or_number(ask: Ask, text: str) -> None:
    given = ask(text)
    assert (given.status, given.citations) == (Status.NO_EVIDENCE, ())
    assert given.reason


@pytest.mark.parametrize(
    ("text", "lacking", "answering"),
    [
        (
            "compare la durée de la convention n° 2019-037 et de la convention n° 2031-001",
            "la convention n° 2031-001",
            "fictifs~baignade-plages-valserene-2019.md",
        ),
        (
            "différence de préavis entre la convention des plages de 2019 et celle de 2021",
            "celle de 2021",
            "fictifs~baignade-plages-valserene-2019.md",
        ),
        (
            "durée : différence entre la convention de la Lunelle et celle de Quimperlé",
            "celle de Quimperlé",
            LUNELLE,
        ),
    ],
)
def test_an_act_that_is_not_there_is_named_beside_the_one_that_is(
    ask: Ask, text: str, lacking: str, answering: str
) -> None:
    given = ask(text)
    assert given.status == Status.PARTIAL
    assert given.missing == (lacking,)
    assert answering in cited(given)
    assert all("avenant" in name or name == answering for name in cited(given))


def test_an_act_is_between_its_parties_and_no_others(sample_index: LocalIndex) -> None:
    act = sample_index.document(LUNELLE)
    own = act.card.parties[0].value.name
    told = "préavis de la convention entre {} et la commune"
    assert of_other_parties(parse(told.format(own)), act) == ()
    assert "Quimperlé" in of_other_parties(parse(told.format("Quimperlé")), act)


@pytest.mark.parametrize(
    "text",
    [
        "Le préavis de la convention n° 23-CV-21 est-il de cinq ans ?",
        "La convention n° 19-CV-14 était-elle en vigueur en 2020 ?",
        "Est-ce que la convention n° 19-CV-14 n'est plus en vigueur ?",
    ],
)
def test_no_verdict_on_a_value_a_past_day_or_a_denial_that_no_card_compares(
    ask: Ask, text: str
) -> None:
    assert ask(text).verdict is None


def test_thanks_and_the_first_words_of_sentences_are_no_names(ask: Ask) -> None:
    given = ask("Bonjour. Quand prend fin la convention n° 23-CV-21 ? Merci d'avance")
    assert given.status == Status.ANSWERED


def test_a_sheet_answers_about_an_act_of_the_year_that_it_tells_and_of_no_other(ask: Ask) -> None:
    text = "Combien de signataires a le protocole baignade Seine et Marne de {} ?"
    given = ask(text.format(2019))
    assert given.status == Status.ANSWERED
    assert "26 signataires" in given.sentences[0].text
    assert ask(text.format(2017)).status == Status.NO_EVIDENCE
