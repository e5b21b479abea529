"""What a document says of the names in a question: a name that resembles another is not it."""

from pathlib import Path

import pytest
from conftest import SmallEncoder, write

from corpus import Library
from indexer import LocalIndex, open_index, update
from service.answers.names import missing, named
from service.question import parse

TEXT = """# Convention entre Paris, la commune de Port-Aubray et le pays de Valserène

Les bains de Bellefontaine-le-Pont donnent sur la mer ; la Lunelle est voisine de Saint-Elme.
Les Tamaris, GPSEA et la Seine en sont, sous le n° 2019-037.
"""


@pytest.fixture
def one(small_encoder: SmallEncoder, tmp_path: Path) -> LocalIndex:
    folder = write(tmp_path / "library", {"bains.md": TEXT})
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


def test_the_day_of_a_meeting_or_an_act_is_a_name_and_a_period_is_none() -> None:
    assert named(parse("Qu'a décidé le comité du 17 juin 2025 ?")) == ("17 juin 2025",)
    assert named(parse("coût du 1er mai 2024 au 30 juin 2024")) == ("2024",)


def test_a_rank_is_a_name_with_what_it_ranks() -> None:
    assert named(parse("le tracé de la septième ligne de tramway")) == ("septième ligne",)
    assert named(parse("le montant versé à la crèche")) == ()
