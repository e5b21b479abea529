"""Who signed: the persons under an act's formula, by what they are and for whom they sign."""

import pytest
from answering import Ask, asking, cited, exact

from indexer import LocalIndex, SentenceEncoder
from service.answers.model import Status

LUNELLE = "convention-baignade-lunelle-2019.pdf"


@pytest.fixture(scope="module")
def ask(sample_index: LocalIndex, real_encoder: SentenceEncoder) -> Ask:
    return asking(sample_index, real_encoder)


@pytest.mark.parametrize(
    ("text", "document", "names"),
    [
        (
            "quels maires ont signé la convention 19-CV-14 ?",
            LUNELLE,
            ["Solange Péridier", "Nadia Kermeur"],
        ),
        (
            "qui a signé pour la commune de Belluire la convention 19-CV-14 ?",
            LUNELLE,
            ["Nadia Kermeur"],
        ),
        (
            "noms des signataires du protocole centre de santé",
            "protocole-centre-sante-2025.txt",
            ["Claire AUBRAC-FERRAND", "Didier ROUSSANGE", "Solange PÉRIDIER"],
        ),
        (  # the latest act, not the first
            "qui est le maire de Port-Aubray ?",
            "avenant-1-baignade-2024.txt",
            ["Odile BARNAVON"],
        ),
        (  # of all the acts that he signed, one that says as what
            "qui est Gilles Tournemire ?",
            "convention-fibre-donnees-2020.html",
            ["Gilles Tournemire, président du SIENV"],
        ),
        (
            "qui préside la CCCV ?",
            "convention-transport-demande-lunebus-2023.md",
            ["Didier Roussange"],
        ),
    ],
)
def test_those_for_whom_the_question_asks_are_marked(
    ask: Ask, text: str, document: str, names: list[str]
) -> None:
    given = ask(text)
    assert (given.status, cited(given)) == (Status.ANSWERED, [f"fictifs~{document}"])
    assert [said for said, _ in exact(given)] == names


def test_who_signed_is_told_of_bodies_and_of_persons(ask: Ask) -> None:
    said = [one for one, _ in exact(ask("qui a signé la convention 19-CV-14 ?"))]
    assert said[0] == "communauté d'agglomération du Val d'Oronte (CAVO)"
    assert said[-1] == "Nadia Kermeur"


@pytest.mark.parametrize(
    "text",
    [
        "Qui est Jean Dupont ?",
        "Qui est Paul Tournemire ?",  # Gilles is
        "qui est le maire de Quimperlé ?",
        "qui préside le SIVOM ?",
        "Qui préside le comité Lunelle ?",  # of which the mayor of a commune is a member
        "Qui est le directeur du SMEA ?",  # the office de tourisme has one
        "Qui est la maire de Port-Aubray en 2016 ?",
    ],
)
def test_nobody_is_made_up(ask: Ask, text: str) -> None:
    assert ask(text).status == Status.NO_EVIDENCE
