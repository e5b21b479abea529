"""A follow-up question is made whole by the one before it, or left alone where it stands alone."""

import pytest

from service.answers.followed import followed

ENDS = "Jusqu'à quand court la convention de baignade dans la Lunelle ?"
MEAL = "Combien coûte un repas livré à Bellefontaine-le-Pont ?"
PAYS = "Combien paie Belluire en 2020 ?"
SWIM = "Quelles conventions couvrent la baignade à Paris ?"
LUNELLE = "la convention de baignade dans la Lunelle"


@pytest.mark.parametrize(
    ("before", "then", "whole"),
    [
        (
            "Quel est le montant de l'avenant n° 1 à la convention n° 19-CV-14 ?",
            "et l'avenant n° 2 ?",
            "Quel est le montant de l'avenant n° 2 à la convention n° 19-CV-14",
        ),
        (
            "Quel est le montant versé en 2013 par la convention n° 2013/139 ?",
            "et en 2014 ?",
            "Quel est le montant versé en 2014 par la convention n° 2013/139",
        ),
        (
            "Que coûte la ligne n° 2 depuis l'acte n° 2023-018 ?",
            "et la ligne n° 3 ?",
            "Que coûte la ligne n° 3 depuis l'acte n° 2023-018",
        ),
        (ENDS, "et son montant ?", f"quel est le montant de {LUNELLE}"),
        (ENDS, "et la durée ?", f"quelle est la durée de {LUNELLE}"),
        (ENDS, "Et les parties ?", f"quelles sont les parties de {LUNELLE}"),
        (ENDS, "quel est son préavis ?", f"quel est le préavis de {LUNELLE}"),
        (ENDS, "quand a-t-elle été signée ?", f"quand a-t-elle été signée, {LUNELLE}"),
        (ENDS, "est-elle encore en vigueur ?", f"est-elle encore en vigueur, {LUNELLE}"),
        (ENDS, "et qui l'a signée ?", f"qui a signé {LUNELLE}"),
        (ENDS, "qui la signe ?", f"qui signe {LUNELLE}"),
        (ENDS, "peut-on la résilier ?", f"peut-on la résilier, {LUNELLE}"),
        (ENDS, "et qui paie ?", f"qui paie, pour {LUNELLE}"),
        (ENDS, "et combien paie Belluire ?", f"combien paie Belluire, pour {LUNELLE}"),
        (
            "Quelles conventions expirent avant fin 2027 ?",
            "lesquelles concernent la CAVO ?",
            "Quelles conventions expirent avant fin 2027 et concernent la CAVO",
        ),
        (SWIM, "et lesquelles sont en vigueur ?", f"{SWIM[:-2]} et sont en vigueur"),
        (ENDS, "y a-t-il un préavis ?", f"y a-t-il un préavis, pour {LUNELLE}"),
        (ENDS, "jusqu'à quand ?", f"jusqu'à quand, pour {LUNELLE}"),
        (ENDS, "cette convention est-elle reconduite ?", f"{LUNELLE} est-elle reconduite"),
        (ENDS, "et l'avenant n° 2 ?", f"Jusqu'à quand court l'avenant n° 2 à {LUNELLE}"),
        (ENDS, "et la convention n° 2022-14 ?", "Jusqu'à quand court la convention n° 2022-14"),
        (
            ENDS,
            "et pour la convention de la piscine ?",
            "Jusqu'à quand court la convention de la piscine",
        ),
        (
            ENDS,
            "et pour le Val-de-Marne ?",
            "Jusqu'à quand court la convention de baignade pour le Val-de-Marne",
        ),
        (MEAL, "et à Varennes-l'Abbaye ?", "Combien coûte un repas livré à Varennes-l'Abbaye"),
        (MEAL, "et en 2019 ?", "Combien coûte un repas livré à Bellefontaine-le-Pont en 2019"),
        (PAYS, "et en 2022 ?", "Combien paie Belluire en 2022"),
        (
            "Combien coûte la ligne 2 de tramway ?",
            "et la ligne 3 ?",
            "Combien coûte la ligne 3 de tramway",
        ),
        (
            "Quelles conventions expirent entre 2022 et 2023 ?",
            "et pour 2024 ?",
            "Quelles conventions expirent en 2024",
        ),
        (PAYS, "et Saint-Ambroise ?", "Combien paie Saint-Ambroise en 2020"),
        (
            SWIM,
            "et dans le Val-de-Marne",
            "Quelles conventions couvrent la baignade dans le Val-de-Marne",
        ),
        (
            "Quelles conventions couvrent la baignade ?",
            "et pour le Val-de-Marne ?",
            "Quelles conventions couvrent la baignade pour le Val-de-Marne",
        ),
        (
            "Quel est le préavis de la convention n° 2021-08 ?",
            "et de la convention n° 2022-14 ?",
            "Quel est le préavis de la convention n° 2022-14",
        ),
        (
            "quelle est la durée de la convention de 2019 sur les plages ?",
            "et celle de 2023 ?",
            "quelle est la durée de la convention de 2023 sur les plages",
        ),
        (
            "Que prévoit l'accord avec le SIRCO ?",
            "et avec la Région ?",
            "Que prévoit l'accord avec la Région",
        ),
        (
            "Quelle est la durée du protocole sur le centre de santé ?",
            "et sa date de signature ?",
            "quelle est la date de signature du protocole sur le centre de santé",
        ),
        (
            "La commune de Belluire est-elle signataire de la convention de baignade ?",
            "et la commune de Castelronde ?",
            "La commune de Castelronde est-elle signataire de la convention de baignade",
        ),
    ],
)
def test_a_follow_up_is_the_whole_question_that_it_means(
    before: str, then: str, whole: str
) -> None:
    assert followed(then, [before]) == f"{whole}\u00a0?"


@pytest.mark.parametrize(
    "text",
    [
        "quelles conventions couvrent la baignade ?",
        "Quand expire la convention sur le tourisme fluvial ?",
        "Et quelles conventions couvrent la piscine ?",
        "combien la commune doit-elle payer par habitant ?",
        "comment sont répartis les frais ?",
        "La convention n° 2019-037 est-elle en vigueur ?",
        "Qui préside le SIRCO ?",
        "préavis de la convention des médiathèques",
        "GC-2023-05",
        "baignade",
        "et",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(text: str) -> None:
    assert followed(text, [ENDS]) is None


def test_a_question_without_an_earlier_one_is_left_alone() -> None:
    assert followed("et son montant ?", []) is None


def test_a_follow_up_of_a_follow_up_is_about_what_that_one_meant() -> None:
    earlier = [ENDS, "et pour la convention de la piscine ?"]
    assert followed("et son montant ?", earlier) == (
        "quel est le montant de la convention de la piscine\u00a0?"
    )
