"""Acts that change, replace and adopt others: which they are, and what becomes of their dates."""

from pathlib import Path

import pytest
from conftest import DOCUMENTS, SmallEncoder, serving, write

from corpus import Library
from corpus.card.model import Card, Fact, Period
from corpus.document import Document, Metadata
from indexer import Filters, LocalIndex, Splitter, open_index, update
from indexer.acts import Tie, periods

CONVENTION = """Convention n° 21-04 entre la commune d'Aulne et le syndicat du Bief

Convention signée le 4 mai 2021

Article 1 – Durée

La présente convention est conclue pour trois ans à compter du 1er juin 2021."""
PARTIES = "entre la commune d'Aulne et le syndicat du Bief"
AVENANT = f"""Avenant n° 1 à la convention n° 21-04 {PARTIES}

Avenant signé le 6 mars 2023

Article 1 – Durée

La durée de la convention est portée de trois ans à cinq ans."""


def built(tmp_path: Path, documents: dict[str, str]) -> LocalIndex:
    folder = write(tmp_path / "acts", documents)
    for gone in {p.name for p in folder.iterdir()} - documents.keys():
        (folder / gone).unlink()
    update(Library(folder).scan(), tmp_path / "index", SmallEncoder(), Splitter())
    return open_index(tmp_path / "index")


def test_an_avenant_moves_the_end_of_its_convention_until_it_is_gone(tmp_path: Path) -> None:
    after = Filters(status=("en vigueur",), on="2025-06-01")
    alone = built(tmp_path, {"a.txt": CONVENTION})
    assert alone.document("a.txt").period == Period("2021-06-01", "2024-05-31")
    both = built(tmp_path, {"a.txt": CONVENTION, "b.txt": AVENANT})
    assert both.document("a.txt").period == Period("2021-06-01", "2026-05-31")
    assert both.document("b.txt").period == Period("2023-03-06", "2026-05-31")
    assert {d.id for d in both.documents(after)} == {"a.txt", "b.txt"}
    again = built(tmp_path, {"a.txt": CONVENTION})
    assert again.document("a.txt").period == Period("2021-06-01", "2024-05-31")
    assert again.documents(after) == []


def test_the_last_avenant_has_the_last_word(tmp_path: Path) -> None:
    second = AVENANT.replace("n° 1", "n° 2").replace("6 mars 2023", "7 avril 2024")
    shorter = second.replace("portée de trois ans à cinq ans", "portée de cinq ans à quatre ans")
    index = built(tmp_path, {"a.txt": CONVENTION, "b.txt": shorter, "c.txt": AVENANT})
    assert index.document("a.txt").period.ends == "2025-05-31"


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        ("La convention est prolongée jusqu'au 31 décembre 2026.", "2026-12-31"),
        ("La convention n° 21-04 est prorogée jusqu’au 31 décembre 2026.", "2026-12-31"),
        ("Sa durée est prolongée d'un an, soit jusqu'au 31 décembre 2026.", "2026-12-31"),
        ("L'échéance de la convention est reportée au 31 décembre 2026.", "2026-12-31"),
        ("L'échéance, fixée au 31 mai 2024, est reportée au 31 mai 2025.", "2025-05-31"),
        (
            "Il est convenu de prolonger la convention du 4 mai 2021 jusqu'au 31 mai 2025.",
            "2025-05-31",
        ),
        ("La convention initiale est prolongée de deux ans.", "2026-05-31"),
        ("Le présent avenant proroge d'une année la durée de la convention.", "2025-05-31"),
        ("La convention est prolongée pour une nouvelle période de six mois.", "2024-11-30"),
        ("La convention est renouvelée pour trois ans à compter du 1er juin 2024.", "2027-05-31"),
        ("La convention, prolongée jusqu'au 31 mai 2023, est prorogée d'un an.", "2025-05-31"),
        ("La convention peut être prolongée de deux ans.", "2024-05-31"),
        ("La convention a été prolongée jusqu'au 31 décembre 2026.", "2024-05-31"),
        ("La convention n'est pas prolongée jusqu'au 31 décembre 2026.", "2024-05-31"),
        ("Le délai de remise des travaux est prolongé de deux mois.", "2024-05-31"),
    ],
)
def test_an_avenant_prolongs_its_convention_as_it_says(
    tmp_path: Path, said: str, ends: str
) -> None:
    avenant = AVENANT.partition("La durée")[0] + said
    index = built(tmp_path, {"a.txt": CONVENTION, "b.txt": avenant})
    assert index.document("a.txt").period == Period("2021-06-01", ends)


def test_avenants_add_to_what_those_before_them_added(tmp_path: Path) -> None:
    first = AVENANT.partition("La durée")[0] + "La convention est prolongée de deux ans."
    second = first.replace("n° 1", "n° 2").replace("6 mars 2023", "7 avril 2024")
    index = built(tmp_path, {"a.txt": CONVENTION, "b.txt": first, "c.txt": second})
    assert index.document("a.txt").period.ends == "2028-05-31"


def test_what_an_avenant_leaves_alone_stays(tmp_path: Path) -> None:
    prices = AVENANT.partition("Article")[0] + "Article 1 – Prix\n\nLe prix passe à 3 200 euros."
    index = built(tmp_path, {"a.txt": CONVENTION, "b.txt": prices})
    assert index.ties("a.txt") == (Tie("b.txt", "modifie", "a.txt"),)
    assert index.document("a.txt").period.ends == "2024-05-31"


def test_a_convention_is_over_when_another_replaces_it(tmp_path: Path) -> None:
    index = built(tmp_path, {"a.txt": CONVENTION, "b.txt": NEWER})
    assert index.ties("b.txt") == (Tie("b.txt", "remplace", "a.txt"),)
    assert index.document("a.txt").period.ends == "2023-06-30"


@pytest.mark.parametrize(
    ("other", "text"),
    [
        ("of other parties", AVENANT.replace("Aulne", "Orme").replace("du Bief", "du Vallon")),
        ("of another day", AVENANT.replace("n° 21-04", "n° 21-04 du 5 mai 2019")),
        ("of another number", AVENANT.replace("n° 21-04", "n° 21-05")),
        ("of another kind", AVENANT.replace("à la convention", "à la charte")),
    ],
)
def test_a_link_to_another_act_is_not_followed(tmp_path: Path, other: str, text: str) -> None:
    assert built(tmp_path, {"a.txt": CONVENTION, "b.txt": text}).ties("a.txt") == (), other


def test_a_number_that_two_acts_have_leads_to_neither(tmp_path: Path) -> None:
    twin = (
        CONVENTION.replace("Durée", "Prix").replace("trois ans à", "neuf ans à").replace("4", "5")
    )
    twin = twin.replace("21-05", "21-04") + "\n\nLe prix est fixé chaque année par le syndicat."
    index = built(tmp_path, {"a.txt": CONVENTION, "b.txt": AVENANT, "c.txt": twin})
    assert index.ties("b.txt") == ()


def test_assemblies_that_number_alike_are_told_by_their_names(tmp_path: Path) -> None:
    voted = "Délibération n° 2021-7\n\nConseil municipal de la commune {}\n\nSéance du 3 avril 2021"
    authorised = (
        CONVENTION + "\n\nLe maire de la commune d'Aulne, autorisé par la délibération n° 2021-7."
    )
    index = built(
        tmp_path,
        {"a.txt": authorised, "b.txt": voted.format("d'Aulne"), "c.txt": voted.format("d'Orme")},
    )
    assert index.ties("a.txt") == (Tie("b.txt", "autorise", "a.txt"),)


def test_a_convention_without_a_number_is_known_by_its_day_and_its_parties(tmp_path: Path) -> None:
    bare = CONVENTION.replace("Convention n° 21-04", "Convention")
    other = bare.replace("Aulne", "Orme").replace("du Bief", "du Vallon")
    dated = AVENANT.replace("convention n° 21-04", "convention d'entretien du 4 mai 2021")
    index = built(tmp_path, {"a.txt": bare, "b.txt": dated, "c.txt": other})
    assert index.ties("b.txt") == (Tie("b.txt", "modifie", "a.txt"),)
    assert index.document("a.txt").period.ends == "2026-05-31"
    period = AVENANT.replace(
        "convention n° 21-04", "convention pour l'été, du 4 mai 2021 au 3 mai 2022"
    )
    assert built(tmp_path, {"a.txt": bare, "b.txt": period}).ties("b.txt") == ()


NEWER = (
    f"Convention n° 23-09 {PARTIES}\n\nConvention signée le 2 mai 2023\n\nArticle 1 – Durée\n\n"
    "La présente convention remplace la convention n° 21-04. Elle est conclue pour deux ans à "
    "compter du 1er juillet 2023."
)


def test_avenants_end_with_a_convention_that_is_replaced(tmp_path: Path) -> None:
    index = built(tmp_path, {"a.txt": CONVENTION, "b.txt": AVENANT, "c.txt": NEWER})
    assert index.document("b.txt").period == Period("2023-03-06", "2023-06-30")


def test_a_replaced_convention_without_an_end_was_in_force_from_its_signature(
    tmp_path: Path,
) -> None:
    open_ended = CONVENTION.partition("Article")[0] + "Article 1 – Objet\n\nLe syndicat vend l'eau."
    index = built(tmp_path, {"a.txt": open_ended, "c.txt": NEWER})
    assert index.document("a.txt").period == Period("2021-05-04", "2023-06-30")


def test_an_avenant_that_enters_into_force_does_not_begin_its_convention(tmp_path: Path) -> None:
    until = CONVENTION.replace(
        "est conclue pour trois ans à compter du 1er juin 2021", "prend fin le 31 mai 2025"
    )
    prices = AVENANT.partition("Article")[0] + (
        "Article 1 – Effet\n\nLe présent avenant prend effet le 1er avril 2023."
    )
    index = built(tmp_path, {"a.txt": until, "b.txt": prices})
    assert index.document("a.txt").period == Period("2021-05-04", "2025-05-31")


def test_a_deliberation_that_changes_a_convention_does_not_last_as_it_does() -> None:
    tie = [Tie("b", "modifie", "a")]
    end = Card(end=Fact("2025-05-31"))
    acts = [
        Document("a", "a", "", "", Metadata(kind="convention"), card=end),
        Document("b", "b", "", "", Metadata(kind="délibération", date="2023-01-01")),
    ]
    assert periods(acts, tie)["b"] == Period()


def test_an_avenant_is_not_known_by_its_rank_alone(tmp_path: Path) -> None:
    voted = (
        "Délibération n° 2024-3\n\nConseil municipal de la commune d'Aulne\n\nSéance du 3 avril"
        " 2024\n\nLe conseil approuve l'avenant n° 1 à la convention de crèche{}."
    )
    bare = AVENANT.replace("n° 21-04", "n° 19-77")
    index = built(tmp_path, {"b.txt": bare, "c.txt": voted.format(" avec la commune de Varennes")})
    assert index.ties("c.txt") == ()


@pytest.mark.parametrize("end", ["9999-12-31", "0001-01-01"])
def test_the_ends_of_the_calendar_stop_no_update(tmp_path: Path, end: str) -> None:
    given = f"fin: {end}\nreconduction: {{mode: tacite, durée: 1 an, fois: 1}}\ndébut: 0001-01-01"
    documents = {"a.txt": CONVENTION, "a.txt.yaml": given, "c.txt": NEWER, "c.txt.yaml": given}
    assert built(tmp_path, documents).document("c.txt").period.ends == end


def test_versions_of_an_act_are_moved_together(tmp_path: Path) -> None:
    copy = "<main>" + "".join(f"<p>{p}</p>" for p in LONG.split("\n\n")) + "</main>"
    index = built(tmp_path, {"a.txt": LONG, "a.html": copy, "b.txt": AVENANT})
    assert len(index.versions("a.txt")) == 2
    assert {index.document(d).period.ends for d in ("a.txt", "a.html")} == {"2026-05-31"}
    assert index.ties("a.txt") == index.ties("a.html") != ()


LONG = (
    CONVENTION
    + "\n\n"
    + "\n\n".join(
        f"Article {n} – La commune verse {n * 100} euros au syndicat pour le lot {n}, chaque année."
        for n in range(2, 20)
    )
)


def test_the_ties_of_the_sample_corpus_are_those_that_its_acts_name(tmp_path: Path) -> None:
    update(Library(DOCUMENTS).scan(), tmp_path / "index", SmallEncoder(), Splitter())
    index = open_index(tmp_path / "index")
    made = {t for d in index.documents(Filters()) for t in index.ties(d.id)}
    names = {(_name(t.source), t.relation, _name(t.target)) for t in made}
    assert names == {
        ("avenant-1-baignade-2024.txt", "modifie", "baignade-plages-valserene-2023.pdf"),
        (
            "avenant-1-convention-baignade-2022.md",
            "modifie",
            "convention-baignade-lunelle-2019.pdf",
        ),
        (
            "avenant-2-convention-baignade-2024.md",
            "modifie",
            "convention-baignade-lunelle-2019.pdf",
        ),
        ("avenant-2-convention-baignade-2024.md", "vise", "avenant-1-convention-baignade-2022.md"),
        ("baignade-plages-valserene-2023.pdf", "remplace", "baignade-plages-valserene-2019.md"),
        (
            "convention-interconnexion-eau-potable-2024.md",
            "remplace",
            "convention-vente-eau-gros-2012.txt",
        ),
        (
            "deliberation-adoption-convention-baignade-2019.txt",
            "autorise",
            "convention-baignade-lunelle-2019.pdf",
        ),
        (
            "deliberation-del-2024-118-adoption-tad.txt",
            "adopte",
            "transport-a-la-demande-2024.html",
        ),
    }
    ends = {d.path: d.period.ends for d in index.documents(Filters())}
    assert ends["fictifs/baignade-plages-valserene-2023.pdf"] == "2028-12-31"
    assert ends["fictifs/convention-baignade-lunelle-2019.pdf"] == "2026-06-30"


def _name(identifier: str) -> str:
    return identifier.rpartition("~")[2]


def test_the_api_and_the_page_show_the_acts_that_a_document_is_tied_to(tmp_path: Path) -> None:
    built(tmp_path, {"a.txt": CONVENTION, "b.txt": AVENANT})
    with serving(tmp_path / "index", SmallEncoder()) as client:
        convention = client.get("/v1/documents/a.txt").json()
        (avenant,) = client.get("/v1/documents/b.txt").json()["acts"]
        page = " ".join(client.get("/documents/a.txt").text.split())
    assert [(a["relation"], a["id"]) for a in convention["acts"]] == [("modifié par", "b.txt")]
    assert convention["end"] == "2026-05-31"
    assert (avenant["relation"], avenant["end"]) == ("modifie", "2026-05-31")
    assert '<span class="term">du 1er juin 2021 au 31 mai 2026</span>' in page
    assert 'Acte modifié par&nbsp;: <a href="/documents/b.txt">Avenant n° 1' in page
