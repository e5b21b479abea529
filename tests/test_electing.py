"""Who was elected or appointed: the list that an act gives under its announcement."""

from pathlib import Path

import pytest
from answering import Ask, asking, cited, exact
from conftest import write

from corpus import Library
from corpus.document import Document
from indexer import SentenceEncoder, open_index, update
from service.answers.electing import lists_of
from service.answers.model import Status

ENERGY = """Délibération n° 2026-31 du 3 avril 2026

Agence locale du climat de Molène – Désignation des représentants de la Ville

Le conseil municipal est appelé à désigner ses deux représentants et leurs suppléants.

Ont été élus :
Membres titulaires :
- Anne LE BRAZ
- Yann de KERGOAT

Membres suppléants :
- Mme Rozenn TANGUY
- Paul D'ARVOR
Le Conseil adopte.
Pour extrait conforme, Monsieur le Maire, Ronan PRIGENT
"""
FINANCE = """Délibération n° 2026-32 du 3 avril 2026

Commissions municipales – Élection des membres

Commission n° 1 : Commission des finances
Ont été élus :
- Anne LE BRAZ
Commission n° 2 : Commission des écoles
A été élu(e) :
- Titulaire : Monsieur le Maire
- Suppléant : Nolwenn GUEN
Le Conseil Adopte
"""
NOBODY = """Convention n° 2026-33

La commune est désignée coordonnateur. À ce titre, elle :
- recense les besoins ;
- passe le marché.
Deux élus sont désignés par le comité.
"""
TEXTS = {"climat.txt": ENERGY, "commissions.txt": FINANCE, "marche.txt": NOBODY}


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory, real_encoder: SentenceEncoder) -> Ask:
    folder: Path = tmp_path_factory.mktemp("electing")
    update(Library(write(folder / "library", TEXTS)).scan(), folder / "index", real_encoder)
    return asking(open_index(folder / "index"), real_encoder)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (ENERGY, [["Anne LE BRAZ", "Yann de KERGOAT", "Mme Rozenn TANGUY", "Paul D'ARVOR"]]),
        (FINANCE, [["Anne LE BRAZ"], ["Monsieur le Maire", "Nolwenn GUEN"]]),
        (NOBODY, []),
        ("Ont été élus :", []),
        (f"Ont été élus :\n- {' ' * 3000}x\n", []),  # read at once
        ("Ont été élus :\n" + "- Anne LE BRAZ\n" * 1000, [["Anne LE BRAZ"] * 100]),
    ],
)
def test_a_list_ends_where_no_name_stands(text: str, names: list[list[str]]) -> None:
    found = [
        [text[name.start : name.end] for name in quote.typed]
        for quote in lists_of(Document("a", "a", text, ""))
    ]
    assert found == names


@pytest.mark.parametrize(
    ("text", "document", "names"),
    [
        (
            "qui représente la ville à l'agence locale du climat",
            "climat.txt",
            ["Anne LE BRAZ", "Yann de KERGOAT", "Mme Rozenn TANGUY", "Paul D'ARVOR"],
        ),
        (
            "Quels sont les suppléants à l'agence locale du climat ?",
            "climat.txt",
            ["Mme Rozenn TANGUY", "Paul D'ARVOR"],
        ),
        ("qui a été élu à la commission des finances ?", "commissions.txt", ["Anne LE BRAZ"]),
        (
            "qui siège à la commission des écoles ?",
            "commissions.txt",
            ["Monsieur le Maire", "Nolwenn GUEN"],
        ),
    ],
)
def test_those_who_were_elected_are_told_of_the_list_that_is_meant(
    ask: Ask, text: str, document: str, names: list[str]
) -> None:
    given = ask(text)
    assert (given.status, cited(given)) == (Status.ANSWERED, [document])
    assert exact(given) == [(name, "name") for name in names]


def test_a_list_of_another_body_does_not_answer(ask: Ask) -> None:
    assert ask("qui représente la Ville à l'agence de Quimperlé ?").status == Status.NO_EVIDENCE
