"""Rows of tables: the one whose name a question says answers it, no other does."""

from pathlib import Path

import pytest
from answering import Ask, asking, cited, exact
from conftest import write

from corpus import Library
from indexer import SentenceEncoder, open_index, update
from service.answers.inquiry import SURE
from service.answers.model import Kind, Status, Type
from service.answers.rows import rows_of

GRANTS = """# Délibération n° 2026-40 du 3 avril 2026 – Attribution de subventions aux associations

Le conseil municipal de Molène soutient chaque année les associations de la ville, pour un montant
total de 5 900 €, inscrit au budget de l'année. L'association Les Embruns n'a rien demandé.

## Sport et culture

| Code | Association | Nature | Montant |
|---|---|---|---|
| 12 | Cercle nautique Ty Mor | F | 3 200 € |
| 38 | Radio Ushant | P | 700 € |
| 41 | Harmonie de Molène | F | 2 000 € |

## Représentants de la Ville dans les collèges

| Collège | Quartier | Titulaires |
|---|---|---|
| Collège Anita Conti | Port | Anne LE BRAZ |
| Collège Jean Bart | Bourg | Yann de KERGOAT |
"""
WORKS = """<html><body><h1>Convention pour la construction du gymnase des Îles</h1>
<p>La Ville de Molène construit le gymnase ; les lots sont attribués comme suit, et le gymnase coûte
1 240 000 € en tout.</p>
<table><tr><th>Lot</th><th>Entreprise retenue</th><th>Prix hors taxes</th><th>Achèvement</th></tr>
<tr><td>Lot 1 – gros œuvre</td><td>Bâtir Ouest</td><td>620 000 €</td><td>30 juin 2027</td></tr>
<tr><td>Lot 5 – électricité</td><td>Élec Iroise</td><td>98 500 €</td><td>15 mars 2028</td></tr>
<tr><td>Lot 6 – cloisons</td><td>Plâtres du Ponant</td><td>64 300 €</td><td>15 mars 2028</td></tr>
</table>
<table><tr><th>Halle</th><th>Commune</th><th>Places</th></tr>
<tr><td>Halle A</td><td>Lampaul</td><td>120</td></tr>
<tr><td>Le Gué</td><td>Lampaul</td><td>80</td></tr>
<tr><td>Halle C</td><td>Porspoder</td><td>60</td></tr></table>
</body></html>
"""


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory, real_encoder: SentenceEncoder) -> Ask:
    folder: Path = tmp_path_factory.mktemp("tabled")
    texts = {"subventions.md": GRANTS, "gymnase.html": WORKS}
    update(Library(write(folder / "library", texts)).scan(), folder / "index", real_encoder)
    return asking(open_index(folder / "index"), real_encoder)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("combien reçoit le Cercle nautique Ty Mor ?", "3 200 €"),
        ("Quelle subvention pour Radio Ushant ?", "700 €"),
        ("subvention radio ushant", "700 €"),
        ("qui représente la Ville au collège Jean Bart ?", "Yann de KERGOAT"),
        ("quelle entreprise a le lot électricité du gymnase des Îles ?", "Élec Iroise"),
        ("prix du lot 6 du gymnase des Îles", "64 300 €"),
        ("quand le gros œuvre du gymnase sera-t-il achevé ?", "30 juin 2027"),
    ],
)
def test_the_row_whose_name_is_asked_answers_by_the_cell_that_is_asked(
    ask: Ask, question: str, value: str
) -> None:
    found = ask(question)
    assert (found.kind, [text for text, _ in exact(found)]) == (Kind.FACT, [value])


def test_several_rows_that_say_as_much_answer_together(ask: Ask) -> None:
    found = ask("places halle lampaul")
    assert exact(found) == [("120", None), ("80", None)]


@pytest.mark.parametrize(
    "question",
    [
        "quelle subvention pour Les Embruns ?",  # named, and in no row
        "prix du lot 9 du gymnase des Îles",
        "prix du lot plomberie du gymnase des Îles",
        "combien l'Harmonie de Molène paie-t-elle pour le gymnase des Îles ?",
    ],
)
def test_no_row_of_another_answers(ask: Ask, question: str) -> None:
    found = ask(question)
    assert found.status == Status.NO_EVIDENCE or found.confidence < SURE


def test_what_a_cell_holds_is_typed(ask: Ask) -> None:
    found = ask("combien reçoit le Cercle nautique Ty Mor ?")
    assert exact(found) == [("3 200 €", Type.AMOUNT)]
    assert cited(found) == ["subventions.md"]


def test_the_cells_of_a_row_stand_where_its_text_says() -> None:
    text = "Avant.\nSite : Nord | Prix : 12 € | sans tête\nAprès : rien."
    (row,) = rows_of(text)
    cells = [(cell.head, text[cell.span.start : cell.span.end]) for cell in row.cells]
    assert cells == [("Site", "Nord"), ("Prix", "12 €"), ("", "sans tête")]
    assert [cell.value for cell in row.names] == ["Nord"]
