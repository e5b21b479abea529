"""Answers over the sample corpus, with the real model: quoted, or declined."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from indexer import LocalIndex, SentenceEncoder
from indexer.encoder import embed_queries
from service.answers import Answer, answer
from service.answers.kinds import kind_of
from service.answers.model import Kind, Status
from service.answers.names import missing, named
from service.answers.readers import reader_of
from service.answers.sentences import in_words, sentences
from service.question import parse
from service.search import Span

Ask = Callable[[str], Answer]
LUNELLE = "fictifs~convention-baignade-lunelle-2019.pdf"


@pytest.fixture(scope="module")
def ask(sample_index: LocalIndex, real_encoder: SentenceEncoder) -> Ask:
    read = reader_of(real_encoder)

    def asked(text: str) -> Answer:
        question = parse(text)
        (vectors,) = embed_queries(real_encoder, [question.text])
        return answer(question, vectors, sample_index, read)

    return asked


def cited(given: Answer) -> list[str]:
    return [citation.document.id for citation in given.citations]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Une phrase. Une autre !", ["Une phrase.", "Une autre !"]),
        ("M. Dupont signe. Mme Roy aussi.", ["M. Dupont signe.", "Mme Roy aussi."]),
        ("Article 9 – Durée\n\nElle dure cinq ans.", ["Article 9 – Durée", "Elle dure cinq ans."]),
        ("Il dit : « Non. » Elle part.", ["Il dit : « Non. »", "Elle part."]),
        ("Vu l'art. L. 5211-1 du code ;", ["Vu l'art. L. 5211-1 du code ;"]),
        ("* * *\n", []),
        ("", []),
    ],
)
def test_a_text_is_cut_into_its_sentences(text: str, parts: list[str]) -> None:
    assert [text[span.start : span.end] for span in sentences(text)] == parts


@pytest.mark.parametrize(
    ("cut", "whole"),
    [
        ("me Nadia KER", "Mme Nadia KERMEUR"),
        ("00 hect", "3 000 hectares"),
        ("Elme", "Saint-Elme"),
        (" (92 %).", "92 %"),
        ("4,5", "4,5"),
        ("…", "…"),
    ],
)
def test_what_answers_cuts_no_word_and_no_number(cut: str, whole: str) -> None:
    text = "Mme Nadia KERMEUR paie 3 000 hectares, soit 4,5 M€ à Saint-Elme (92 %). …"
    at = text.index(cut)
    span = in_words(text, Span(at, at + len(cut)))
    assert text[span.start : span.end] == whole


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("quelles conventions couvrent la baignade ?", Kind.LIST),
        ("Où est-il prévu de prêter des agents ?", Kind.LIST),
        ("rôle de l'agence dans les coopérations", Kind.LIST),
        ("combien coûte un repas livré ?", Kind.FACT),
        ("jusqu'à quand court la convention ?", Kind.FACT),
        ("peut-on résilier avant la fin ?", Kind.YES_NO),
        ("comment sont répartis les frais ?", Kind.EXPLANATION),
        ("différence entre la convention et son avenant", Kind.COMPARISON),
        ("quelles conventions expirent avant fin 2027 ?", Kind.STATUS),
        ("DEL-2024-118", Kind.REFERENCE),
        ("how much notice must be given?", Kind.FACT),
        ("navette des documents", Kind.EXPLANATION),
        ("la convention n° 2022-14 peut elle être résiliée", Kind.YES_NO),
        ("baignade", Kind.LIST),
        ("restauration scolaire", Kind.LIST),
        ("Transport à la demande", Kind.LIST),
        ("convention baignade 2023", Kind.EXPLANATION),
        ("tarif cantine", Kind.FACT),
        ("dates tournage plage", Kind.FACT),
        ("durée convention piscine", Kind.FACT),
        ("répartition des frais", Kind.EXPLANATION),
        ("piscine de Belluire", Kind.EXPLANATION),
        ("la cantine est gratuite", Kind.EXPLANATION),
    ],
)
def test_what_a_question_asks_for_is_told(text: str, kind: Kind) -> None:
    assert kind_of(parse(text)) == kind


def test_names_are_words_with_a_capital_numbers_of_acts_and_years() -> None:
    question = parse("Que change l'avenant n° 2 à la convention de Val-d'Oronte en 2023 ?")
    assert named(question) == ("avenant n° 2", "Val-d", "Oronte", "2023")
    assert named(parse("Combien de repas par jour ?")) == ()


def test_a_document_says_a_name_in_any_case_and_a_year_in_which_it_lasts(
    sample_index: LocalIndex,
) -> None:
    document = sample_index.describe([LUNELLE])[LUNELLE]
    assert document.period.begins[:4] == "2019"
    assert missing(("LUNELLE", "Saint-Ambroise", "2021"), document, sample_index) == ()
    assert missing(("Montreuil", "1987"), document, sample_index) == ("Montreuil", "1987")


def test_the_avenant_that_moves_the_end_comes_before_its_convention(ask: Ask) -> None:
    given = ask("Jusqu'à quelle date court la convention de baignade dans la Lunelle ?")
    assert given.status == Status.ANSWERED
    assert cited(given)[0].startswith("fictifs~avenant-")
    assert LUNELLE in cited(given)
    assert "30 juin 2026" in given.sentences[0].text
    sentence = given.sentences[0]
    assert sentence.text[sentence.exact[0].start : sentence.exact[0].end] == "30 juin 2026"


def test_an_act_of_another_party_does_not_answer(ask: Ask) -> None:
    price = "prix d'un déjeuner d'enfant de maternelle à {}"
    given = ask(price.format("Varennes-l'Abbaye"))
    assert given.status == Status.ANSWERED
    assert set(cited(given)) == {"fictifs~cuisine-centrale-varennes-2021.md"}
    other = ask(price.format("Quimperlé"))
    assert (other.status, other.sentences, other.citations) == (Status.NO_EVIDENCE, (), ())
    assert other.reason == "Le document le plus proche ne nomme pas «\u00a0Quimperlé\u00a0»."
    assert other.nearest


@pytest.mark.parametrize(
    "text",
    [
        "Combien la Métropole de Lyon dépense-t-elle pour rendre le Rhône baignable ?",
        "que change l'avenant n° 3 à la convention de baignade de la Lunelle",
        "convention Paris Montreuil ramassage des encombrants 2016",
    ],
)
def test_what_no_document_names_is_declined(ask: Ask, text: str) -> None:
    assert ask(text).status == Status.NO_EVIDENCE


@pytest.mark.parametrize(
    "text",
    [
        "quelles conventions couvrent la baignade ?",
        "combien coûte une séance d'aquagym piscine des Tamaris",
        "Quand s'arrête la convention sur le tourisme fluvial de l'Aubance ?",
        "nb de repas par an cantines de Paris et cuisine de GPSEA",
        "DEL-2024-118",
    ],
)
def test_each_sentence_is_a_slice_of_its_document(
    ask: Ask, sample_index: LocalIndex, text: str
) -> None:
    given = ask(text)
    assert given.status == Status.ANSWERED
    for sentence, citation in zip(given.sentences, given.citations, strict=True):
        document = sample_index.document(citation.document.id)
        assert document.text[citation.start : citation.end] == citation.quote == sentence.text
        assert sentence.citations == (citation.n,)
        assert citation.page == document.page_at(citation.start)


def test_a_list_names_each_act_once(ask: Ask) -> None:
    given = ask("quelles conventions couvrent la baignade ?")
    assert given.kind == Kind.LIST
    assert len(set(cited(given))) == len(cited(given)) >= 3


def test_the_service_answers_with_links_that_open(client: TestClient) -> None:
    """With a model without tokens, of which nothing can be sure: the nearest are offered."""
    response = client.post("/v1/answer", json={"question": "baignade"})
    assert response.status_code == 200
    found = response.json()
    assert found["status"] in {"answered", "no_evidence"}
    assert (found["answer"] is None) == (found["status"] == "no_evidence") == bool(found["reason"])
    for citation in found["citations"]:
        assert client.get(citation["href"]).status_code == 200


@pytest.mark.parametrize("body", [{}, {"question": ""}, {"question": 3}, {"q": "baignade"}])
def test_a_body_that_asks_nothing_is_refused_in_french(
    client: TestClient, body: dict[str, object]
) -> None:
    response = client.post("/v1/answer", json=body)
    assert response.status_code in (400, 422)
    assert response.headers["content-type"] == "application/problem+json"
    assert "question" in response.json()["detail"]
