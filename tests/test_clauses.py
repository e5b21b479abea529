"""The clause that a question asks for comes before pages that repeat the question's other words."""

from pathlib import Path

import pytest
from conftest import SmallEncoder, write

from corpus import Library
from indexer import open_index, update
from indexer.encoder import embed_queries
from indexer.settings import Stage
from service.clauses import asked
from service.question import parse
from service.recipe import Recipe
from service.search import search

END = ("duration", "end", "extension")
ACT = """# Convention relative à la piscine entre Rives et Belval

## Les parties

La commune de Rives et la commune de Belval gèrent ensemble la piscine de Belval. La commune de
Rives la tient ouverte toute l'année, et la commune de Belval y envoie ses classes avec celles de
Rives.
Les deux communes se sont promis de mieux accueillir les nageurs de Rives et ceux de Belval.

## Durée

La présente convention prend effet le 1er mai 2021 et prend fin le 30 avril 2026. Elle lie les deux
assemblées, et chacune peut en saisir le comité, qui se réunit deux fois par an, au printemps et à
l'automne, pour examiner les comptes, les horaires, les travaux et la fréquentation des bassins.
"""


@pytest.mark.parametrize(
    ("question", "facts"),
    [
        ("Jusqu'à quand court la convention ?", END),
        ("jusqua quan", END),
        ("Quand s\u2019arrête-t-elle, et peut-on la prolonger ?", (*END, "renewal")),
        ("est-elle encore en vigueur ?", END),
        ("Until when does it run?", END),
        ("Quelle est sa DURÉE ?", ("duration",)),
        ("Quel préavis ?", ("notice",)),
        ("Combien de temps à l'avance pour la quitter ?", ("notice",)),
        ("How long before may we leave?", ("notice",)),
        ("Qui paie la piscine ?", ()),
        ("Combien de jours la piscine ouvre-t-elle ?", ()),
    ],
)
def test_a_question_asks_for_facts_of_a_card(question: str, facts: tuple[str, ...]) -> None:
    assert asked(question) == facts


def test_the_clause_comes_first_unless_the_stage_is_off(tmp_path: Path) -> None:
    write(tmp_path / "acts", {"piscine.md": ACT, "autre.md": "# Avis\n\nLes bassins ouvrent."})
    update(Library(tmp_path / "acts").scan(), tmp_path / "index", SmallEncoder())
    index = open_index(tmp_path / "index")
    question = parse("Jusqu'à quand court la convention de Rives et Belval sur la piscine ?")
    (vector,) = embed_queries(SmallEncoder(), [question.text])

    def first(recipe: Recipe) -> str:
        hits = search(question, vector, index, recipe, group="passage").hits
        return hits[0].passages[0].passage.text

    words = Recipe().without([Stage.DENSE])
    assert "2026" not in first(words.without([Stage.CLAUSES]))
    assert "2026" in first(words)
