"""What a document says of the names in a question: a name that resembles another is not it."""

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from conftest import SmallEncoder, write

from corpus import Library
from indexer import LocalIndex, open_index, update
from indexer.bodies import Bodies, Body
from service.answers.names import bodies_in, missing, named, of_other_bodies, tells_of, unusual
from service.question import parse

TEXT = """# Convention entre Paris, la commune de Port-Aubray et le pays de Valserène

Les bains de Bellefontaine-le-Pont donnent sur la mer ; la Lunelle est voisine de Saint-Elme.
Les Tamaris, GPSEA et la Seine en sont, sous le n° 2019-037.
Le transport à la demande est confié à une délégation de service public.
"""
AGREED = """# Convention

Entre la communauté d'agglomération du Val Clair (CAVC) et la commune de Molène.
"""


@pytest.fixture
def one(small_encoder: SmallEncoder, tmp_path: Path) -> LocalIndex:
    folder = write(tmp_path / "library", {"bains.md": TEXT, "accord.md": AGREED})
    update(Library(folder).scan(), tmp_path / "index", small_encoder)
    return open_index(tmp_path / "index")


@pytest.mark.parametrize(
    "name",
    [
        *("Port-Aubray", "Port", "Bellefontaine", "Bellefontaine-Le-Pont", "SAINT-ELME"),
        *("Paris-Seine", "Paris-GPSEA", "Tamaris", "Lunelle", "valserene", "2019-037"),
    ],
)
def test_a_name_is_said_whole_or_by_its_word_or_as_both_that_it_joins(
    one: LocalIndex, name: str
) -> None:
    assert missing((name,), one.document("bains.md"), one) == ()


@pytest.mark.parametrize(
    "name",
    ["Port-Valserène", "Bellefontaine-sur-Mer", "Saint-Aubray", "Lun", "Parisis", "Tamar"],
)
def test_a_name_of_which_only_parts_are_said_is_missing(one: LocalIndex, name: str) -> None:
    assert missing((name,), one.document("bains.md"), one) == (name,)


@pytest.mark.parametrize("name", ["GPSEA", "TAD", "DSP"])
def test_an_acronym_is_said_by_itself_or_by_the_first_letters_of_words(
    one: LocalIndex, name: str
) -> None:
    assert missing((name,), one.document("bains.md"), one) == ()


@pytest.mark.parametrize("name", ["CAVC", "ZAC", "TRD"])
def test_an_acronym_that_a_document_says_neither_way_is_missing(one: LocalIndex, name: str) -> None:
    assert missing((name,), one.document("bains.md"), one) == (name,)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Combien paie la CAVC pour la ZAC ?", ("CAVC", "ZAC")),
        ("SDIS durée convention", ("SDIS",)),
        ("effectif de la CCCV au XXIe siècle", ("CCCV",)),
        ("prix de la parcelle EW 571 en 2014", ("EW 571", "2014")),
        ("montant TTC des JO au XIXe siècle, SVP", ()),
        ("TaM, quel tarif ?", ("TaM",)),
    ],
)
def test_acronyms_are_names_wherever_they_stand(text: str, names: tuple[str, ...]) -> None:
    assert named(parse(text)) == names


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ("combien paie la cavc ?", ("cavc",)),
        (
            "agents de la communauté d'agglomération du val clair",
            ("communauté d'agglomération du val clair",),
        ),
        ("effectifs de la ville de molène", ("ville de molène",)),
        ("combien paie l'agglomération ?", ()),
        ("Combien paie la CAVC ?", ()),  # a name of its own
    ],
)
def test_a_body_in_small_letters_is_one_that_acts_name(
    one: LocalIndex, text: str, bodies: tuple[str, ...]
) -> None:
    assert of_other_bodies(parse(text), one.document("bains.md"), one) == bodies
    assert of_other_bodies(parse(text), one.document("accord.md"), one) == ()


SENS = ("Commune de Sens", "Sens")
AGREEING = Bodies(["Région de l'Est", "42", "(X)", "—"], [SENS, ("(X)", "CAVO"), ("Ville", "-")])


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ("Combien paie Sens ?", ["Sens"]),
        ("la part de la commune de Sens", ["commune de Sens"]),
        ("la région de l'Est et la ville de Sens", ["région de l'Est", "ville de Sens"]),
        ("(X) — CAVO", []),
        ("", []),
        ("42", ["42"]),
    ],
)
def test_bodies_are_found_by_the_longest_of_their_names(text: str, bodies: list[str]) -> None:
    """Names of which no spelling is left name nobody."""
    found = [body.text.removeprefix("la ") for body in AGREEING.named(text)]
    assert found == bodies


def test_a_word_in_small_letters_is_no_body_and_an_empty_name_stands_nowhere() -> None:
    index = SimpleNamespace(bodies=lambda text: list(AGREEING.named(text)))
    for text in ("quel est le sens de la clause ?", "42", "convention"):
        assert bodies_in(text, cast("LocalIndex", index)) == []
    (sens,) = bodies_in("Sens", cast("LocalIndex", index))
    assert not tells_of("rien a voir, dans quel sens", Body("x", frozenset({""})))
    assert tells_of("la commune de sens", sens)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("combien verse molène pour le bain ?", ("molène",)),
        ("tarif aujourd'hui", ()),
        ("tarif quimperlesque", ()),  # no document says it: it may be anything
    ],
)
def test_a_word_that_no_lexicon_has_is_a_name_where_a_document_says_it(
    one: LocalIndex, text: str, words: tuple[str, ...]
) -> None:
    assert unusual(parse(text), one.document("bains.md"), one) == words
    assert unusual(parse(text), one.document("accord.md"), one) == ()


def test_the_day_of_a_meeting_or_an_act_is_a_name_and_a_period_is_none() -> None:
    assert named(parse("Qu'a décidé le comité du 17 juin 2025 ?")) == ("17 juin 2025",)
    assert named(parse("coût du 1er mai 2024 au 30 juin 2024")) == ("2024",)


def test_a_rank_is_a_name_with_what_it_ranks() -> None:
    assert named(parse("le tracé de la septième ligne de tramway")) == ("septième ligne",)
    assert named(parse("le montant versé à la crèche")) == ()
