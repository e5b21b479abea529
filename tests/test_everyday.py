"""Everyday words lead to those of acts."""

import pytest

from indexer.lexical import analyze
from service.everyday import TABLE, meant, table


def stems(text: str) -> set[str]:
    return {term.stem for term in analyze(text)}


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Qui tient la cantine ?", "restauration scolaire"),
        ("prix des cantines", "restauration scolaire"),
        ("mettre fin à l'accord", "résiliation"),
        ("Y a-t-il un parking ?", "stationnement"),
        ("qui gère la gare", "pôle d'échanges"),
    ],
)
def test_an_everyday_word_means_those_of_acts(question: str, said: str) -> None:
    assert stems(said) <= set(meant(question))


def test_an_expression_goes_before_its_words() -> None:
    assert stems("eau") <= set(meant("un château d'eau"))
    assert "equip" not in meant("une salle de classe")
    assert set(meant("louer une salle")).isdisjoint({"bail"})  # as « louer » alone would


def test_words_of_acts_mean_nothing_else() -> None:
    assert meant("Quelles conventions couvrent l'objet du présent protocole ?") == []


def test_the_table_is_whole() -> None:
    lines = [line for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert len(lines) > 500
    assert lines == sorted(set(lines), key=lines.index)
    assert len(table()) > 0.98 * len(lines)  # a few words have one stem
    assert all(words and terms for words, terms in table().items())
