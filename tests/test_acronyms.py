"""A question that says an acronym is searched by the name for which it stands, and the reverse."""

from pathlib import Path

import pytest
from conftest import SmallEncoder, write

from corpus import Library
from indexer import open_index, update
from indexer.acronyms import Acronyms
from indexer.encoder import embed_queries
from indexer.lexical import analyze
from indexer.settings import Stage
from service.candidates import widened
from service.question import parse
from service.recipe import Recipe
from service.search import search

SYNDICATE = "Syndicat intercommunal de la Belle Eau"
ALIASES = [
    (SYNDICATE, "SIBE"),
    (SYNDICATE, "le syndicat"),
    ("Communauté de communes du Haut Val", "CC"),
    ("Communauté de communes du Bas Val", "CC"),
    ("Chambre de commerce", "CC"),
]


def stems(text: str) -> list[str]:
    return [term.stem for term in analyze(text)]


@pytest.fixture(scope="module")
def acronyms() -> Acronyms:
    return Acronyms(ALIASES)


@pytest.mark.parametrize("question", ["budget du SIBE", "budget sibe"])
def test_an_acronym_means_the_words_of_its_name(acronyms: Acronyms, question: str) -> None:
    assert acronyms.of(stems(question)) == stems(SYNDICATE)


def test_a_name_means_its_acronym(acronyms: Acronyms) -> None:
    assert acronyms.of(stems(f"membres du {SYNDICATE}")) == stems("SIBE")
    assert acronyms.of(stems("membres du syndicat intercommunal")) == []


def test_a_word_that_asks_is_no_part_of_a_name() -> None:
    acronyms = Acronyms([("Grand Paris Sud Est Avenir", "GPSEA")])
    question = parse("accords de Grand Paris Sud Est Avenir")
    assert acronyms.of(question.stems) == stems("GPSEA")
    assert "est" not in acronyms.of(parse("accords de GPSEA").stems)


def test_words_that_the_question_says_are_not_meant_again(acronyms: Acronyms) -> None:
    assert set(acronyms.of(stems("l'eau du SIBE"))) == set(stems(SYNDICATE)) - {"eau"}


def test_an_acronym_of_many_bodies_and_an_alias_in_words_mean_nothing(acronyms: Acronyms) -> None:
    assert acronyms.of(stems("statuts de la CC")) == []
    assert acronyms.of(stems("le syndicat se réunit")) == []


def test_an_acronym_finds_the_act_that_writes_the_name_alone(tmp_path: Path) -> None:
    write(
        tmp_path / "acts",
        {
            "a.txt": f"CONVENTION\n\nEntre la commune d'Aulne et le {SYNDICATE} (SIBE).\n\n"
            "Article 1 – Objet\n\nLe réseau est entretenu.",
            "b.txt": f"RAPPORT\n\nLe {SYNDICATE} répare une conduite.",
            "c.txt": "RAPPORT\n\nLa commune répare une école.",
        },
    )
    update(Library(tmp_path / "acts").scan(), tmp_path / "index", SmallEncoder())
    index = open_index(tmp_path / "index")
    question = parse("réparation SIBE")
    (asked,) = embed_queries(SmallEncoder(), [question.text])
    recipe = Recipe().without([Stage.DENSE, Stage.EVERYDAY])
    with_names, without = (
        [hit.document.id for hit in search(question, asked, index, one).hits]
        for one in (recipe, recipe.without([Stage.ACRONYMS]))
    )
    assert "b.txt" in with_names
    assert with_names.index("b.txt") < with_names.index("c.txt")
    assert widened(question, index, recipe).meant.keys() == set(stems(SYNDICATE))
    assert widened(question, index, recipe.without([Stage.ACRONYMS])).meant == {}
    assert with_names != without
