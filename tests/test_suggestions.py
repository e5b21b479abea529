"""Suggestions are drawn from the corpus: each question that is suggested has its answer there."""

from time import perf_counter

import pytest
from answering import Ask, asking, cited
from starlette.testclient import TestClient

from indexer import LocalIndex, SentenceEncoder
from service.answers.model import Status
from service.answers.suggestions import Source, Suggester, Suggestion, suggester


@pytest.fixture(scope="module")
def ask(sample_index: LocalIndex, real_encoder: SentenceEncoder) -> Ask:
    return asking(sample_index, real_encoder)


def test_every_question_suggested_is_answered_from_the_act_that_it_is_about(
    ask: Ask, sample_index: LocalIndex
) -> None:
    questions = [s for s in suggester(sample_index).all if s.source == Source.QUESTION]
    assert len(questions) > 100
    for suggestion in questions:
        given = ask(suggestion.text)
        assert given.status == Status.ANSWERED, suggestion
        assert suggestion.document in cited(given), suggestion


def test_an_answer_offers_other_questions_about_the_act_that_it_cites(ask: Ask) -> None:
    given = ask("Quand prend fin la convention n° 2022-14 ?")
    assert given.suggestions
    assert all("n°\u00a02022-14" in text for text in given.suggestions)
    assert not any(text.startswith("Quand prend fin") for text in given.suggestions)


@pytest.mark.parametrize(
    "typed", ["preavis lunelle", "PRÉAVIS LUN", "lun préav", "Lunelle préavis ?"]
)
def test_the_beginnings_of_words_are_enough_in_any_order_case_or_accents(
    sample_index: LocalIndex, typed: str
) -> None:
    found = suggester(sample_index).suggest(typed, 8)
    assert "Quel est le préavis de la convention n°\u00a019-CV-14\u00a0?" in [s.text for s in found]


def test_an_acronym_is_suggested_with_what_it_stands_for(sample_index: LocalIndex) -> None:
    first = suggester(sample_index).suggest("sirco", 8)[0]
    assert (first.text, first.source) == ("SIRCO", Source.ACRONYM)
    assert "restauration" in first.about


def test_each_source_has_its_room_and_the_order_is_that_of_the_alphabet() -> None:
    texts = ["Écoles", "eau", "Zones", "école", "élus"]
    many = [Suggestion(f"{text} de Lunelle", Source.DOCUMENT, text) for text in texts]
    found = Suggester([*many, Suggestion("Lunelle", Source.PARTY)]).suggest("lun", 4)
    assert [s.text for s in found] == [
        "Lunelle", "eau de Lunelle", "école de Lunelle", "Écoles de Lunelle",
    ]  # fmt: skip


@pytest.mark.parametrize("typed", ["", "?", "xylographe", "baignade xylographe"])
def test_nothing_is_suggested_for_what_nothing_says(sample_index: LocalIndex, typed: str) -> None:
    assert suggester(sample_index).suggest(typed, 8) == []


def test_ten_thousand_documents_are_searched_within_five_milliseconds() -> None:
    acts = [
        Suggestion(
            f"{ask} la convention n°\u00a0{n} sur l'eau de Lunelle {n}\u00a0?",
            Source.QUESTION,
            str(n),
        )
        for n in range(10_000)
        for ask in (
            "Quand prend fin",
            "Qui signe",
            "Quel est le préavis de",
            "Quelle est la durée de",
        )
    ]
    many = Suggester(acts)
    took = []
    for typed in ("l", "la con", "préavis lun 77", "q", "durée de la conv 999"):
        start = perf_counter()
        assert many.suggest(typed, 8)
        took.append(perf_counter() - start)
    assert sorted(took)[len(took) // 2] < 0.005


def test_the_service_suggests_and_understands_what_follows(client: TestClient) -> None:
    found = client.get("/v1/suggestions", params={"q": "baig"}).json()["suggestions"]
    assert {"text", "source", "document", "about"} <= found[0].keys()
    assert client.get("/v1/suggestions", params={"q": "b", "limit": 0}).status_code == 422
    body = {
        "question": "et sa durée ?",
        "previous": ["Quel est l'objet de la convention baignade ?"],
    }
    given = client.post("/v1/answer", json=body).json()
    assert given["understood_as"] == "quelle est la durée de la convention baignade\u00a0?"
    assert (
        client.post("/v1/answer", json={"question": "la durée de baignade"}).json()["understood_as"]
        == ""
    )


def test_a_correction_is_told_and_can_be_switched_off(client: TestClient) -> None:
    body = {"question": "bagnade en Lunelle"}
    told = client.post("/v1/answer", json=body).json()["corrected"]
    assert told == [{"typed": "bagnade", "read": "baignade"}]
    assert client.post("/v1/answer", json={**body, "spelling": False}).json()["corrected"] == []
