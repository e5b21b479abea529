"""What is done again: the card of a document whose own row, sidecar or territory changed."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from conftest import SmallEncoder, write

from corpus import Library, Source, rules
from corpus.isolation import Outcome, read_apart, read_here
from indexer import Report, open_index, update

VOTES = {
    f"votes/{n}.txt": "Extrait du registre des délibérations du conseil municipal de la commune "
    f"d'Aulne\n\nDélibération n° 2021/{n}\n\nLe conseil approuve la convention avec le syndicat "
    f"du Bief, séance du {n} mai 2021."
    for n in (1, 2, 3)
}
HEADER = "COLL_NOM;COLL_SIRET;DELIB_ID;DELIB_DATE;DELIB_MATIERE_CODE;DELIB_OBJET;VOTE_POUR"
ROWS = [f"Commune d'Aulne;21000000500012;2021/{n};2021-05-0{n};8.8;Eaux {n};9" for n in (1, 2, 3)]


class Folder:
    """A folder of délibérations and its index, with what the updates parse of its files."""

    def __init__(self, place: Path) -> None:
        self.path, self.index, self.parsed = place / "acts", place / "index", list[str]()
        self.territories = place / "own.csv"
        self.territories.write_text("name,kind,code,aliases\n", "utf-8")
        write(self.path, VOTES)

    def update(self) -> Report:
        def read(sources: Iterable[Source]) -> Iterator[Outcome]:
            for source in sources:
                parse = source.parse
                if parse.func.__name__ == "read_file":  # type: ignore[attr-defined]
                    self.parsed.append(source.path)
                yield from read_here([source])

        self.parsed.clear()
        found = Library(self.path, territories=self.territories).scan()
        return update(found, self.index, SmallEncoder(), read=read)

    def table(self, rows: list[str], name: str = "votes/2021.csv") -> None:
        write(self.path, {name: "\n".join([HEADER, *rows])})

    def card(self, name: str):
        return open_index(self.index).document(f"votes~{name}.txt").card


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_a_changed_row_changes_its_document_alone_and_no_file_is_read_again(
    folder: Folder,
) -> None:
    folder.table(ROWS)
    assert len(folder.update().added) == len(folder.parsed) == 3
    folder.table([ROWS[0], ROWS[1].replace("2021-05-02", "2021-05-12"), ROWS[2]])
    report = folder.update()
    assert (report.changed, report.unchanged) == (["votes~2.txt"], 2)
    assert (report.embedded, folder.parsed) == (0, [])
    assert folder.card("2").adopted.value == "2021-05-12"
    folder.table(ROWS[2:])
    assert folder.update().changed == ["votes~1.txt", "votes~2.txt"]
    assert not folder.card("2").adopted.given
    assert folder.parsed == []


def test_what_a_card_has_no_field_for_changes_nothing(folder: Folder) -> None:
    folder.table(ROWS)
    folder.update()
    folder.table([row.replace(";9", ";10") for row in ROWS])
    assert folder.update().generation == 1


def test_a_changed_sidecar_changes_its_document_alone(folder: Folder) -> None:
    folder.update()
    write(folder.path, {"votes/3.txt.yaml": "numéro: 2021.10"})
    assert (folder.update().changed, folder.parsed) == (["votes~3.txt"], [])
    assert folder.card("3").number.value == "2021.10"


def test_a_changed_territory_changes_the_documents_that_name_it(folder: Folder) -> None:
    for n in (1, 2):
        act = f"Convention n° 21-{n} entre la commune d'Aulne et le SIB\n\nSignée le 3 mai 2021"
        write(folder.path, {f"votes/{n}.txt": act})
    folder.update()
    folder.territories.write_text(
        "name,kind,code,aliases\nSyndicat du Bassin,syndicat,,SIB\n", "utf-8"
    )
    report = folder.update()
    assert (report.changed, folder.parsed) == (["votes~1.txt", "votes~2.txt"], [])
    assert folder.card("1").parties[-1].value.name == "Syndicat du Bassin"
    generation = report.generation
    assert folder.update().generation == generation


def test_workers_make_the_same_cards_again(folder: Folder) -> None:
    folder.update()
    folder.table(ROWS)
    found = Library(folder.path, territories=folder.territories).scan()
    report = update(found, folder.index, SmallEncoder(), read=read_apart)
    assert len(report.changed) == 3
    assert folder.update().generation == report.generation


@pytest.mark.parametrize("what", ["reading", "cards"])
def test_changed_rules_make_every_document_due_once(
    what: str, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.update()
    monkeypatch.setattr(rules, what, lambda: "others")
    report = folder.update()
    assert (report.changed, report.unchanged, report.generation) == ([], 3, 2)
    assert len(folder.parsed) == (3 if what == "reading" else 0)
    assert (folder.update().generation, folder.parsed) == (2, [])


def test_rules_that_read_otherwise_change_what_is_indexed(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.update()
    monkeypatch.setattr(rules, "reading", lambda: "others")
    monkeypatch.setattr("corpus.source.title_of", lambda *_: "Un autre titre")
    assert len(folder.update().changed) == 3
    assert open_index(folder.index).document("votes~1.txt").title == "Un autre titre"


def test_rules_are_told_apart_by_their_code(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "card").mkdir()
    write(tmp_path, {"clean.py": "a = 1", "card/dates.py": "b = 1"})
    monkeypatch.setattr(rules, "ROOM", tmp_path)
    monkeypatch.setattr(rules, "CARD", tmp_path / "card")
    states = []
    for name in ("", "clean.py", "card/dates.py"):
        if name:
            write(tmp_path, {name: "c = 2"})
        rules.reading.cache_clear()
        rules.cards.cache_clear()
        states.append((rules.reading(), rules.cards()))
    rules.reading.cache_clear()
    rules.cards.cache_clear()
    before, cleaned, dated = states
    assert (before[0] != cleaned[0], before[1] == cleaned[1]) == (True, True)
    assert (cleaned[0] == dated[0], cleaned[1] != dated[1]) == (True, True)


def test_every_column_that_a_card_has_a_field_for_is_used(folder: Folder) -> None:
    folder.table(ROWS)
    folder.update()
    document = open_index(folder.index).document("votes~1.txt")
    party = document.card.parties[0].value
    assert (party.name, party.code) == ("Commune d'Aulne", "210000005")
    assert (document.title, document.own_title) != (document.own_title, document.title)
    assert (document.title, document.card.title.given) == ("Eaux 1", True)
    assert (document.card.themes[0].value, document.card.themes[0].given) == ("environnement", True)
    assert (document.metadata.number, document.metadata.date) == ("2021/1", "2021-05-01")


def test_the_row_whose_address_names_the_file_is_its_own(folder: Folder) -> None:
    address = "https://aulne.example/actes%20vot%C3%A9s/1.txt?v=2"
    write(folder.path, {"votes/t.csv": f"DELIB_ID,DELIB_DATE,DELIB_URL\n9,2020-01-02,{address}"})
    folder.update()
    assert (folder.card("1").number.value, folder.card("2").number.value) == ("9", "2021/2")


@pytest.mark.parametrize("number", ["2021-1", "2021 / 1", "2021_1"])
def test_how_a_number_is_spelled_parts_no_row_from_its_act(number: str, folder: Folder) -> None:
    folder.table([ROWS[0].replace("2021/1", number)])
    folder.update()
    assert folder.card("1").adopted.given


def test_a_number_by_hand_finds_its_row(folder: Folder) -> None:
    write(folder.path, {"votes/1.txt.yaml": "numéro: 2021/9"})
    folder.table([ROWS[0].replace("2021/1", "2021/9")])
    folder.update()
    assert folder.card("1").adopted.given
    folder.table([ROWS[0].replace("2021/1", "2021/9").replace("2021-05-01", "2021-05-11")])
    assert folder.update().changed == ["votes~1.txt"]


def test_a_table_of_many_megabytes_is_read_to_its_last_row(folder: Folder) -> None:
    filler = [f"Commune d'Orme;;A-{n};2020-01-01;1.1;{'objet ' * 20};5" for n in range(20_000)]
    folder.table([*filler, *ROWS])
    assert (folder.path / "votes/2021.csv").stat().st_size > 3 * 2**20
    folder.update()
    assert [folder.card(n).adopted.given for n in "123"] == [True] * 3


def test_a_table_that_cannot_be_read_is_told(folder: Folder) -> None:
    folder.table([f'x;y;"{"z" * 200_000}"'])
    report = folder.update()
    assert len(report.added) == 3
    assert list(report.failures) == ["votes/2021.csv"]
    assert "n'est pas du CSV bien formé : corrigez-le" in report.failures["votes/2021.csv"]
    assert folder.update().generation == 1


def test_what_is_wrong_stays_told_until_it_is_mended(folder: Folder) -> None:
    write(folder.path, {"votes/1.txt.yaml": "fin: demain"})
    first, again = folder.update(), folder.update()
    assert first.problems == again.problems
    ((path, (problem,)),) = again.problems.items()
    assert path == "votes/1.txt"
    assert problem.startswith("1.txt.yaml, fin = « demain » : un jour est attendu")
    write(folder.path, {"votes/1.txt.yaml": "fin: 2026-12-31"})
    assert folder.update().problems == {}


@pytest.mark.parametrize("broken", [b"", b"%PDF\x00\x01"])
@pytest.mark.parametrize("together", [True, False])
def test_the_card_of_a_version_that_is_kept_follows_its_sidecar(
    broken: bytes, together: bool, folder: Folder
) -> None:
    write(folder.path, {"votes/1.txt.yaml": "fin: demain"})
    folder.update()
    (folder.path / "votes/1.txt").write_bytes(broken)
    if not together:
        assert list(folder.update().problems) == ["votes/1.txt"]
    write(folder.path, {"votes/1.txt.yaml": "fin: 2026-12-31"})
    report = folder.update()
    assert (report.kept, report.problems) == (["votes/1.txt"], {})
    assert folder.card("1").end.value == "2026-12-31"
    assert folder.card("1").number.value == "2021/1"
    assert folder.update().generation == report.generation


def test_a_turn_without_change_reads_no_checksums(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.update()
    monkeypatch.setattr("indexer.snapshot.check", lambda *_: pytest.fail("checked"))
    monkeypatch.setattr("indexer.snapshot.new_draft", lambda *_: pytest.fail("a draft"))
    assert folder.update().unchanged == 3


def test_bytes_that_say_the_same_are_a_change(folder: Folder) -> None:
    folder.update()
    path = folder.path / "votes/1.txt"
    path.write_bytes(path.read_bytes() + b"\n")
    assert (folder.update().changed, folder.parsed) == (["votes~1.txt"], ["votes/1.txt"])
