"""What a question names is recognised, and its words are reduced to what they search for."""

import pytest

from corpus.errors import BadQuestion
from service.question import parse


@pytest.mark.parametrize(
    ("text", "kind", "named"),
    [
        ("que dit la délibération CT2021.4/064 ?", "number", "CT2021.4/064"),
        ("DEL-2023-117 adopte quoi", "number", "DEL-2023-117"),
        ("délibération n° 2013 / 240", "number", "2013 / 240"),
        ("délibération n°22-CV-08", "number", "22-CV-08"),
        ("acte du 13 octobre 2021", "date", "13 octobre 2021"),
        ("acte du 13/10/2021", "date", "13/10/2021"),
        ("signé le 1er février 2024", "date", "1er février 2024"),
        ("que prévoit l'article 5", "article", "article 5"),
        ("que change l'avenant n° 2 ?", "ordinal", "avenant n° 2"),
        ("où est dit « service unifié » ?", "phrase", "service unifié"),
        ('où est dit "service unifié" ?', "phrase", "service unifié"),
    ],
)
def test_a_reference_is_recognised(text: str, kind: str, named: str) -> None:
    assert (kind, named) in [(r.kind, r.text) for r in parse(text).references]


@pytest.mark.parametrize(
    "text",
    [
        "quelles conventions couvrent la baignade ?",
        "les 26 signataires",
        "480 000 €",
        "2021-2026",
        "13/10/2021",
    ],
)
def test_ordinary_words_and_amounts_are_no_act_numbers(text: str) -> None:
    assert [r.text for r in parse(text).references if r.kind == "number"] == []


def test_words_that_ask_are_not_searched_for() -> None:
    assert parse("Quelles conventions couvrent la baignade ?").stems == (
        "convent",
        "couvrent",
        "baignad",
    )


def test_a_question_of_stop_words_alone_is_searched_as_it_is() -> None:
    assert parse("quoi ?").stems


def test_control_characters_and_odd_spaces_are_evened_out() -> None:
    assert parse("  la\x00baignade\u2028en\tMarne\u00a0? ").text == "la baignade en Marne ?"


def test_a_soft_hyphen_does_not_cut_a_word() -> None:
    assert parse("bai\u00adgnade").text == "baignade"


def test_decomposed_accents_are_composed() -> None:
    assert parse("de\u0301libe\u0301ration").text == "délibération"


@pytest.mark.parametrize(
    ("text", "message"), [("", "vide"), (" \n\t\x00", "vide"), ("a" * 20_000, "20000")]
)
def test_a_question_that_cannot_be_served_is_explained(text: str, message: str) -> None:
    with pytest.raises(BadQuestion, match=message):
        parse(text)


def test_a_numeric_date_is_looked_for_in_words() -> None:
    (written,) = parse("le 13 octobre 2021").references
    (numeric,) = parse("le 13/10/2021").references
    assert [t.stem for t in numeric.terms] == [t.stem for t in written.terms]
