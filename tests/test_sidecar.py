"""Cards given by hand: YAML beside a document, SCDL tables, a territory file of one's own."""

import hashlib
import os
from pathlib import Path

import pytest
from conftest import SmallEncoder, write

from corpus import Document, Library, Source
from corpus.card.model import Renewal
from corpus.errors import BadTerritories
from indexer import open_index, update

ACT = "Convention n° 21-1 entre la commune d'Aulne et le SIB\n\nSignée le 3 mai 2021"
VOTE = "Extrait du registre des délibérations du conseil municipal de la commune d'Aulne n° 2021/7"


def read(folder: Path, territories: Path | None = None) -> Document:
    (source,) = Library(folder, territories=territories).scan()
    assert isinstance(source, Source)
    return source.read()


def test_a_sidecar_overrides_what_was_extracted_and_is_marked(tmp_path: Path) -> None:
    given = (
        "numéro: 21-1 bis\nfin: 2026-12-31\nDuree: 5 ans\nsignature: 4 mai 2021\nparties: [GPSEA]\n"
        "reconduction: {mode: tacite, durée: 2 ans, fois: 1, jusqu'au: 2028-12-31}\nsignataires: []"
    )
    document = read(write(tmp_path, {"acte.txt": ACT, "acte.txt.yaml": given}))
    card = document.card
    assert not card.problems
    assert (card.number.value, card.number.given, card.number.evidence) == ("21-1 bis", True, ())
    assert (card.end.value, card.duration.value) == ("2026-12-31", 60)
    assert card.renewal.value == Renewal("tacite", 24, 1, "2028-12-31")
    assert (card.kind.value, card.kind.given) == ("convention", False)
    assert [fact.value.name for fact in card.parties] == ["Grand Paris Sud Est Avenir"]
    assert (document.metadata.number, document.metadata.date) == ("21-1 bis", "2021-05-04")


def test_a_duration_given_by_hand_moves_the_end(tmp_path: Path) -> None:
    text = (
        f"{ACT}\n\nArticle 9 – Durée\n\nElle est conclue pour deux ans à compter du 1er mars 2021."
    )
    plain = read(write(tmp_path / "a", {"acte.txt": text})).card
    moved = read(write(tmp_path / "b", {"acte.txt": text, "acte.txt.yaml": "durée: 10 ans"})).card
    assert plain.end.value == "2023-02-28"
    assert (moved.end.value, moved.end.given) == ("2031-02-28", True)


@pytest.mark.parametrize("written", ["2023.10", "007", "1e3", "0x10", "1_000", "12:30", "no"])
def test_a_value_is_as_it_is_written(written: str, tmp_path: Path) -> None:
    folder = write(tmp_path, {"acte.txt": ACT, "acte.txt.yaml": f"numéro: {written}"})
    assert read(folder).metadata.number == written


def test_a_title_by_hand_is_shown_and_the_one_that_was_read_is_kept(tmp_path: Path) -> None:
    document = read(write(tmp_path, {"acte.txt": ACT, "acte.txt.yaml": "titre: Le bief"}))
    assert (document.title, document.own_title) == ("Le bief", ACT.partition("\n")[0])


def test_null_empties_a_field(tmp_path: Path) -> None:
    folder = write(tmp_path, {"acte.txt": ACT, "acte.txt.yaml": "numéro: null"})
    assert read(folder).metadata.number == ""


SIGNED = """Convention n° 21-1 entre la commune d'Aulne et le SIB

Signée le 3 mai 2021

Article 1 – Durée

La présente convention est conclue pour une durée de cinq ans à compter de sa signature."""


@pytest.mark.parametrize(
    ("text", "given", "date", "start", "end"),
    [
        (SIGNED, "adoption: 2021-04-01", "2021-05-03", "2021-05-03", "2026-05-02"),
        (SIGNED, "signature: null", "", None, None),
        (SIGNED, "signature: null\nadoption: 2021-04-01", "2021-04-01", None, None),
        (SIGNED, "signature: 2022-06-14", "2022-06-14", "2022-06-14", "2027-06-13"),
        (SIGNED, "signature: 2022-06-14\ndate: 2021-01-01", "2021-01-01",
         "2022-06-14", "2027-06-13"),
        (SIGNED, "signature: 2022-06-14\ndurée: 2 ans", "2022-06-14", "2022-06-14", "2024-06-13"),
        (SIGNED.replace("3 mai 2021", "…"), "signature: 2022-06-14", "2022-06-14", "2022-06-14",
         "2027-06-13"),
    ],
)  # fmt: skip
def test_a_day_by_hand_moves_what_counts_from_it(
    tmp_path: Path, text: str, given: str, date: str, start: str | None, end: str | None
) -> None:
    document = read(write(tmp_path, {"acte.txt": text, "acte.txt.yaml": given}))
    days = [fact and fact.value for fact in (document.card.start, document.card.end)]
    assert (document.metadata.date, *days) == (date, start, end)
    assert not document.card.problems


def test_a_text_of_unknown_kind_is_read_by_the_one_given_by_hand(tmp_path: Path) -> None:
    text = (
        "Partenariat\n\nLe présent accord est conclu pour trois ans à compter du 1er janvier 2024. "
        "Son coût est de 12 000 €."
    )
    plain = read(write(tmp_path / "a", {"a.txt": text})).card
    named = read(write(tmp_path / "b", {"a.txt": text, "a.txt.yaml": "nature: convention"})).card
    assert (plain.kind, plain.end, plain.amounts) == (None, None, ())
    assert (named.duration.value, named.end.value) == (36, "2026-12-31")
    assert [fact.value.euros for fact in named.amounts] == [12000]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("fni: 2026-12-31", "fni : champ inconnu ; les champs sont titre, nature"),
        ("fin: demain", "fin = « demain » : un jour est attendu"),
        ("fin: 2026-02-30", "fin = « 2026-02-30 » : un jour est attendu"),
        ("durée: longtemps", "durée = « longtemps » : une durée est attendue"),
        ("nature: contrat", "nature = « contrat » : valeurs admises : convention"),
        ("parties: Aulne", "parties = « Aulne » : une liste est attendue"),
        ("thèmes: [magie]", "valeurs admises : achats"),
        ("reconduction: oui", "reconduction = « oui » : les champs mode"),
        ("parties: [&a x, *a]", "ce n'est pas du YAML simple"),
        ("numéro: " + "9" * 2**16, "dépasse 64 Ko : ne gardez que la fiche"),
        ("durée: 2 ans\nfin: 2026-12-31\nDuree: 3 ans", "ligne 3 : « Duree » est donné deux fois"),
        ('"\\ud83d": a\n"\\ud83d": b', "ligne 2 : « \ufffd » est donné deux fois"),
        ("fin: [", "ligne 1 : ce n'est pas du YAML"),
        ("bonjour", "des lignes « champ: valeur » sont attendues"),
    ],
)
def test_an_error_in_a_sidecar_is_told_and_the_document_stays(
    tmp_path: Path, given: str, told: str
) -> None:
    document = read(write(tmp_path, {"acte.txt": ACT, "acte.txt.yaml": given}))
    (problem,) = document.card.problems
    assert problem.startswith("acte.txt.yaml")
    assert told in problem
    assert document.metadata.number == "21-1"


@pytest.mark.parametrize("name", ["Vœu É.txt.yml", "Vœu É.TXT.yaml", "Vœu E\u0301.txt.YAML"])
def test_a_sidecar_is_found_however_its_name_is_spelled(name: str, tmp_path: Path) -> None:
    folder = write(tmp_path, {"Vœu É.txt": ACT, name: "numéro: 9\nfni: 1"})
    document = read(folder)
    assert document.metadata.number == "9"
    assert document.card.problems[0].startswith(f"{name}, fni")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("b.txt.yaml", "n'a pas de document « b.txt » à côté : donnez-lui le nom"),
        ("a.yml", "n'a pas de document « a » à côté : donnez-lui le nom"),
        ("a.txt.yml", " : a.txt a déjà une fiche, a.txt.yaml ; gardez l'une des deux"),
        ("vide/a.txt.yaml", "n'a pas de document « a.txt » à côté"),
    ],
)
def test_a_sidecar_of_no_document_is_told(
    name: str, told: str, tmp_path: Path, small_encoder: SmallEncoder
) -> None:
    folder = write(tmp_path / "acts", {"a.txt": ACT, "a.txt.yaml": "numéro: 9", name: "numéro: 8"})
    report = update(Library(folder).scan(), tmp_path / "index", small_encoder)
    ((path, reason),) = report.failures.items()
    assert path == name
    assert told in reason
    assert open_index(tmp_path / "index").document("a.txt").metadata.number == "9"


def test_yaml_of_something_else_is_passed_over(tmp_path: Path) -> None:
    names = ("docker.yaml", "photo.jpg.yaml", ".b.txt.yaml")
    assert read(write(tmp_path, {"a.txt": ACT, **dict.fromkeys(names, "numéro: 8")}))


@pytest.mark.parametrize(
    ("name", "header", "encoding"),
    [
        ("2021.CSV", "DELIB_ID;DELIB_DATE;DELIB_OBJET", "utf-8"),
        ("2021.csv", "delib_id; Delib_Date;delib_objet", "cp1252"),
        ("2021.csv", "DELIB_ID;DELIB_DATE;DELIB_OBJET", "utf-16"),
    ],
)
def test_a_table_is_read_however_it_was_written(
    name: str, header: str, encoding: str, tmp_path: Path
) -> None:
    folder = write(tmp_path, {"vote.txt": VOTE})
    (folder / name).write_text(f"{header}\n2021/7;2021-03-04;Écoles\n", encoding)
    document = read(folder)
    assert (document.title, document.card.adopted.value) == ("Écoles", "2021-03-04")


def test_a_row_is_found_by_a_file_name_in_another_form_of_unicode(tmp_path: Path) -> None:
    row = "DELIB_ID,DELIB_URL\n9,https://aulne.example/v%C5%93u%20%C3%A9cole.TXT"
    folder = write(tmp_path, {"vœu e\u0301cole.txt": VOTE, "2021.csv": row})
    assert read(folder).metadata.number == "9"


@pytest.mark.parametrize("written", ["DELIB_ID\n9".encode("utf-16-le"), b"DELIB_ID\n\x81\x8d"])
def test_a_table_in_an_unknown_encoding_is_told(
    written: bytes, tmp_path: Path, small_encoder: SmallEncoder
) -> None:
    folder = write(tmp_path / "acts", {"vote.txt": VOTE})
    (folder / "2021.csv").write_bytes(written)
    report = update(Library(folder).scan(), tmp_path / "index", small_encoder)
    told = "2021.csv est dans un encodage inconnu : enregistrez-le en UTF-8."
    assert (report.added, report.failures) == (["vote.txt"], {"2021.csv": told})


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_table_of_deliberations_overrides_what_was_extracted(
    tmp_path: Path, separator: str
) -> None:
    rows = [["COLL_NOM", "DELIB_ID", "DELIB_DATE"], ["Commune d'Orme", "2021/7", "2021-03-04"]]
    table = "\n".join(separator.join(row) for row in rows)
    card = read(write(tmp_path, {"vote.txt": VOTE, "2021.csv": table})).card
    assert (card.adopted.value, card.adopted.given) == ("2021-03-04", True)
    assert card.parties[0].value.name == "Commune d'Orme"


@pytest.mark.parametrize(
    ("text", "extra", "kind", "title"),
    [
        (SIGNED, {}, "convention", SIGNED.partition("\n")[0]),
        (SIGNED, {"acte.txt.yaml": "nature: délibération"}, "délibération", "Cantines"),
        ("Tarifs", {"acte.txt.yaml": "numéro: 21-1"}, "délibération", "Cantines"),
    ],
)
def test_a_row_is_of_a_deliberation_of_its_number_and_of_no_other_act(
    tmp_path: Path, text: str, extra: dict[str, str], kind: str, title: str
) -> None:
    table = "DELIB_ID,DELIB_DATE,DELIB_OBJET\n21-1,2021-02-02,Cantines"
    document = read(write(tmp_path, {"acte.txt": text, "d.csv": table, **extra}))
    assert (document.metadata.kind, document.title) == (kind, title)


def test_a_row_whose_address_names_a_file_is_its_own_whatever_its_kind(tmp_path: Path) -> None:
    table = "DELIB_ID,DELIB_OBJET,DELIB_URL\n7,Cantines,https://aulne.example/actes/acte.txt"
    document = read(write(tmp_path, {"acte.txt": SIGNED, "d.csv": table}))
    assert (document.metadata.kind, document.title) == ("délibération", "Cantines")


def test_a_sidecar_alone_is_an_update_that_embeds_nothing(
    tmp_path: Path, small_encoder: SmallEncoder
) -> None:
    folder = write(tmp_path / "acts", {"acte.txt": ACT})
    update(Library(folder).scan(), tmp_path / "index", small_encoder)
    for given in ("numéro: A", "numéro: B", None):
        write(folder, {"acte.txt.yaml": given}) if given else (folder / "acte.txt.yaml").unlink()
        report = update(Library(folder).scan(), tmp_path / "index", small_encoder)
        assert (report.changed, report.embedded) == (["acte.txt"], 0)
        stored = open_index(tmp_path / "index").document("acte.txt")
        assert stored.metadata.number == (given[-1] if given else "21-1")
        assert stored.fingerprint == hashlib.sha256((folder / "acte.txt").read_bytes()).hexdigest()
    report = update(Library(folder).scan(), tmp_path / "index", small_encoder)
    assert report.unchanged == 1


def test_a_party_is_found_in_the_users_own_territories(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("name,kind,code,aliases\nSyndicat du Bief,syndicat,,SIB|S.I.B.\n", "utf-8")
    document = read(write(tmp_path / "acts", {"acte.txt": ACT}), own)
    assert document.metadata.parties == ("Commune d'Aulne", "Syndicat du Bief")


@pytest.mark.parametrize(
    ("content", "told"),
    [("nom;code\nA;1\n", "il manque name"), ("name,kind,code,aliases\n,commune,,\n", "ligne 2")],
)
def test_a_bad_file_of_territories_is_refused(tmp_path: Path, content: str, told: str) -> None:
    own = tmp_path / "own.csv"
    own.write_text(content, "utf-8")
    with pytest.raises(BadTerritories, match=told):
        read(write(tmp_path / "acts", {"acte.txt": ACT}), own)


@pytest.mark.parametrize("given", ['fin: "\\ud83d"', '"\\ud83d": x', 'titre: "\\ud83d"'])
def test_half_a_character_in_a_sidecar_stops_no_update(
    given: str, tmp_path: Path, small_encoder: SmallEncoder
) -> None:
    folder = write(tmp_path / "acts", {"acte.txt": ACT, "acte.txt.yaml": given})
    report = update(Library(folder).scan(), tmp_path / "index", small_encoder)
    assert report.added == ["acte.txt"]
    shown = [open_index(tmp_path / "index").document("acte.txt").title, *report.problems.values()]
    assert any("\ufffd" in str(one) for one in shown)


@pytest.mark.parametrize("fault", ["2021/7,hier", '2021/7,"' + "9" * 200_000])
def test_a_table_whose_name_is_in_another_encoding_stops_no_update(
    fault: str, tmp_path: Path, small_encoder: SmallEncoder
) -> None:
    folder = write(tmp_path / "acts", {"vote.txt": VOTE})
    (folder / os.fsdecode(b"d\xe9lib.csv")).write_text(f"DELIB_ID,DELIB_DATE\n{fault}\n")
    report = update(Library(folder).scan(), tmp_path / "index", small_encoder)
    (told,) = [*report.failures.values(), *report.problems.get("vote.txt", [])]
    assert report.added == ["vote.txt"]
    assert told.startswith("d\ufffdlib.csv")


def test_an_update_tells_the_faults_of_a_sidecar_and_counts_no_failure(
    tmp_path: Path, small_encoder: SmallEncoder
) -> None:
    folder = write(tmp_path / "acts", {"acte.txt": ACT, "acte.txt.yaml": "fin: demain"})
    report = update(Library(folder).scan(), tmp_path / "index", small_encoder)
    assert (report.added, report.failures) == (["acte.txt"], {})
    ((warning,),) = report.problems.values()
    assert warning.startswith("acte.txt.yaml, fin = « demain »")


REPLACING = (
    "Convention n° 22-1 entre la commune d'Aulne et le SIB\n\nSignée le 3 mai 2022\n\n"
    "Article 1\n\nLa présente convention remplace la convention n° 21-1."
)
AVENANT = (
    "Avenant n° 1 à la convention n° 21-1 entre la commune d'Aulne et le SIB\n\n"
    "Avenant signé le 3 mai 2022\n\nArticle 1 – Prix\n\nLe prix du repas passe à 4 euros."
)


@pytest.mark.parametrize(
    ("of_act", "other", "of_other"),
    [
        (
            "fin: 9999-12-31\nreconduction: {mode: tacite, durée: 1 an, fois: 1}",
            AVENANT,
            "titre: B",
        ),
        ("titre: A", REPLACING, "début: 0001-01-01"),
        (
            "début: 9999-01-01\nreconduction: {mode: tacite, durée: 1 an, fois: 1}",
            AVENANT,
            "durée: 5 ans",
        ),
    ],
)
def test_no_day_by_hand_stops_an_update(
    of_act: str, other: str, of_other: str, tmp_path: Path, small_encoder: SmallEncoder
) -> None:
    given = {"a.txt.yaml": of_act, "b.txt.yaml": of_other}
    folder = write(tmp_path / "acts", {"a.txt": ACT, "b.txt": other, **given})
    report = update(Library(folder).scan(), tmp_path / "index", small_encoder)
    assert (report.added, report.problems) == (["a.txt", "b.txt"], {})
    assert open_index(tmp_path / "index").ties("a.txt")
