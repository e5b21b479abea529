"""An update publishes exactly the folder's state, and works in proportion to the change."""

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import SmallEncoder, write
from reportlab.pdfgen import canvas

from corpus import Library, Source
from corpus.errors import CannotRead, IndexLocked, IndexMismatch, LibraryMissing
from corpus.isolation import Limits, Outcome, read_here
from corpus.readers import ocr
from indexer import Filters, LocalIndex, Report, Splitter, current, open_index, update
from indexer.encoder import Vectors, embed_queries
from indexer.failures import Failure, counts
from indexer.notes import notes
from indexer.snapshot import generations, locked, manifest
from indexer.tries import tries


@pytest.fixture
def again(library: Path, index_folder: Path, small_encoder: SmallEncoder):
    """Update the index from the library as it is now."""
    small_encoder.encoded.clear()
    return lambda: update(Library(library).scan(), index_folder, small_encoder)


def ids(index: LocalIndex) -> list[str]:
    return [d.id for d in index.documents(Filters())]


def found(index: LocalIndex, word: str) -> set[str]:
    """Documents that hold a word, by the full text."""
    keys, _ = index.lexical({word: 1.0}, 100, {"text": 1.0})
    return set(index.documents_of(keys))


def test_nothing_changed_publishes_nothing(again, index_folder: Path) -> None:
    assert again().generation == current(index_folder) == 1


def test_an_added_document_embeds_its_passages_alone(
    again, library: Path, index_folder: Path, small_encoder: SmallEncoder
) -> None:
    write(library, {"charte.txt": "CHARTE DU CANAL\n\nLes signataires entretiennent le canal."})
    report: Report = again()
    assert (report.added, report.unchanged, report.embedded) == (["charte.txt"], 3, 1)
    assert ["canal" in text for text in small_encoder.encoded] == [True]
    assert found(open_index(index_folder), "canal") == {"charte.txt"}


def test_a_changed_document_embeds_its_changed_passages_alone(
    library: Path, index_folder: Path, small_encoder: SmallEncoder
) -> None:
    clauses = [" ".join(f"Clause {n}.{k} sur le canal." for k in range(30)) for n in range(9)]
    articles = [f"## Article {n}\n\n{clause}" for n, clause in enumerate(clauses)]
    write(library, {"long.md": "# Acte\n\n" + "\n\n".join(articles)})
    first = update(Library(library).scan(), index_folder, small_encoder)
    articles[4] = articles[4].replace("Clause", "Stipulation", 1)
    write(library, {"long.md": "# Acte\n\n" + "\n\n".join(articles)})
    second = update(Library(library).scan(), index_folder, small_encoder)
    assert second.changed == ["long.md"]
    assert 1 <= second.embedded < first.embedded / 2
    assert second.embedded + second.reused == first.embedded + first.reused


def test_a_deleted_document_is_gone_from_every_structure(
    again, library: Path, index_folder: Path
) -> None:
    (library / "conventions/baignade.md").unlink()
    assert again().removed == ["conventions~baignade.md"]
    index = open_index(index_folder)
    assert ids(index) == ["conventions~eau.txt", "deliberations~ecole.html"]
    assert found(index, "baignad") == set()
    assert index.vectors.shape[0] == index.count()[1]


def test_a_renamed_document_embeds_nothing(
    again, library: Path, small_encoder: SmallEncoder
) -> None:
    (library / "conventions/baignade.md").rename(library / "conventions/baignade-2022.md")
    report = again()
    assert (report.added, report.removed) == (
        ["conventions~baignade-2022.md"],
        ["conventions~baignade.md"],
    )
    assert small_encoder.encoded == []


def test_an_unreadable_document_stops_no_other_and_loses_nothing(
    again, library: Path, index_folder: Path
) -> None:
    write(library, {"neuf.txt": "Un nouveau protocole sur le tramway."})
    (library / "conventions/eau.txt").write_bytes(b"")
    (library / "casse.pdf").write_bytes(b"%PDF-1.4 tronc")
    report = again()
    assert report.added == ["neuf.txt"]
    assert report.failures.keys() == {"casse.pdf", "conventions/eau.txt"}
    assert found(open_index(index_folder), "potabl") == {"conventions~eau.txt"}


def test_a_folder_that_cannot_be_listed_keeps_its_documents(
    library: Path, index_folder: Path, small_encoder: SmallEncoder
) -> None:
    sources = [s for s in Library(library).scan() if s.path.startswith("deliberations")]
    failure = ("conventions", CannotRead("conventions est illisible."))
    report = update([failure, *sources], index_folder, small_encoder)
    assert report.removed == []
    assert len(ids(open_index(index_folder))) == 3


def test_the_same_failure_again_publishes_nothing(again, library: Path) -> None:
    (library / "casse.pdf").write_bytes(b"%PDF-1.4 tronc")
    assert again().generation == 2
    report = again()
    assert report.generation == 2
    assert report.failures.keys() == {"casse.pdf"}


def failures(index_folder: Path) -> dict[str, Failure]:
    return manifest(index_folder, current(index_folder)).failures


def test_a_failure_is_kept_with_its_bytes_and_its_time(
    again, library: Path, index_folder: Path
) -> None:
    (library / "casse.pdf").write_bytes(b"%PDF-1.4 tronc")
    again()
    failure = failures(index_folder)["casse.pdf"]
    assert failure.fingerprint == hashlib.sha256(b"%PDF-1.4 tronc").hexdigest()
    assert (failure.state, failure.kept) == ("en échec", False)
    assert "endommagé" in failure.reason
    assert (datetime.now(UTC) - datetime.fromisoformat(failure.since)).total_seconds() < 60


def test_a_failure_is_not_tried_again_while_nothing_changes(
    again, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (library / "océrisation.pdf").write_bytes(b"%PDF-1.4 tronc")
    again()
    assert failures(library.parent / "index")["océrisation.pdf"].state == "en échec"
    monkeypatch.setattr("corpus.source.read_blocks", lambda *_: pytest.fail("tried again"))
    monkeypatch.setattr("indexer.snapshot.new_draft", lambda *_: pytest.fail("a draft"))
    assert again().failures.keys() == {"océrisation.pdf"}


def test_other_bytes_other_limits_or_a_wish_try_it_again(
    library: Path, index_folder: Path, small_encoder: SmallEncoder
) -> None:
    tried: list[str] = []

    def counted(sources: Iterable[Source]) -> Iterator[Outcome]:
        for source, outcome in read_here(sources):
            tried.append(source.path)
            yield source, outcome

    def turn(**options: Any) -> int:
        found = Library(library).scan()
        report = update(found, index_folder, small_encoder, read=counted, **options)
        assert list(report.failures) == ["casse.pdf"]
        return report.generation

    (library / "casse.pdf").write_bytes(b"%PDF-1.4 tronc")
    assert (turn(), turn(), len(tried)) == (2, 2, 1)
    assert (turn(retry=["casse.pdf"]), len(tried)) == (2, 2)  # nothing new: nothing published
    assert tries(index_folder)["casse.pdf"].count == 2  # but it is counted
    limits = Limits(memory=2**33)
    assert (turn(limits=limits), turn(limits=limits), len(tried)) == (3, 3, 3)
    assert tries(index_folder)["casse.pdf"].count == 3
    (library / "casse.pdf").write_bytes(b"%PDF-1.4 tronc encore")
    assert (turn(limits=limits), len(tried)) == (4, 4)
    assert tries(index_folder)["casse.pdf"].count == 1  # another file is another count
    (library / "casse.pdf").unlink()
    update(Library(library).scan(), index_folder, small_encoder)
    assert failures(index_folder) == {}
    assert tries(index_folder) == {}


def test_a_damaged_count_of_tries_stops_nothing(again, library: Path, index_folder: Path) -> None:
    (index_folder / "tries.json").write_text('{"casse.pdf": 3')
    (library / "casse.pdf").write_bytes(b"%PDF-1.4 tronc")
    again()
    assert tries(index_folder)["casse.pdf"].count == 1


def test_a_count_that_cannot_be_written_fails_no_update(
    again, library: Path, index_folder: Path
) -> None:
    (index_folder / "tries.json.new").mkdir()
    (library / "casse.pdf").write_bytes(b"%PDF-1.4 tronc")
    assert again().generation == current(index_folder) == 2
    assert tries(index_folder) == {}


def test_a_file_that_changes_while_it_is_read_was_not_tried_in_vain(
    library: Path, index_folder: Path, small_encoder: SmallEncoder
) -> None:
    def changing(sources: Iterable[Source]) -> Iterator[Outcome]:
        for source in sources:
            (library / source.path).write_text("Encore un autre texte.")
            yield from read_here([source])

    write(library, {"neuf.txt": "Le canal est entretenu."})
    report = update(Library(library).scan(), index_folder, small_encoder, read=changing)
    assert report.unsettled == ["neuf.txt"]
    assert tries(index_folder) == {}


def test_an_earlier_version_that_is_kept_is_told(again, library: Path, index_folder: Path) -> None:
    (library / "conventions/eau.txt").write_bytes(b"")
    report = again()
    assert report.kept == ["conventions/eau.txt"]
    (told,) = notes(report.failures, report.kept, {}, {})
    assert told.count("conventions/eau.txt") == 1
    assert "une version antérieure reste dans l'index" in told
    states = counts(report.documents, failures(index_folder), {}, {})
    assert states["en échec"] == states["gardés d'une version antérieure"] == 1


def test_a_picture_without_text_waits_for_ocr(
    again, library: Path, index_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "engine", lambda: "")
    page = canvas.Canvas(str(library / "scan.pdf"))
    page.rect(100, 100, 200, 200, fill=1)
    page.save()
    again()
    assert failures(index_folder)["scan.pdf"].state == "à océriser"


def test_a_file_that_changes_while_it_is_read_is_no_failure(
    again, library: Path, index_folder: Path, small_encoder: SmallEncoder
) -> None:
    write(library, {"neuf.txt": "Le canal est entretenu."})
    found = list(Library(library).scan())
    write(library, {"neuf.txt": "Le canal est entretenu, encore."})
    report = update(found, index_folder, small_encoder)
    assert (report.unsettled, report.failures, report.generation) == (["neuf.txt"], {}, 1)
    assert again().added == ["neuf.txt"]


def test_an_update_that_is_interrupted_leaves_no_draft(library: Path, index_folder: Path) -> None:
    class Interrupted(SmallEncoder):
        def encode_documents(self, *_: object) -> Vectors:
            raise KeyboardInterrupt

    write(library, {"neuf.txt": "Le canal est entretenu."})
    with pytest.raises(KeyboardInterrupt):
        update(Library(library).scan(), index_folder, Interrupted())
    assert [p.name for p in (index_folder / "generations").iterdir()] == ["000001"]


def test_updates_lead_to_the_same_index_as_a_rebuild(
    again, library: Path, index_folder: Path, small_encoder: SmallEncoder, tmp_path: Path
) -> None:
    for name in ("a", "b", "c"):
        write(library, {f"{name}.txt": f"Convention {name} sur la baignade et le tourisme."})
        again()
        (library / "a.txt").unlink(missing_ok=True)
    again()
    update(Library(library).scan(), tmp_path / "fresh", small_encoder)
    old, new = open_index(index_folder), open_index(tmp_path / "fresh")
    assert ids(old) == ids(new)
    question = embed_queries(small_encoder, ["baignade et tourisme"])[0].vector
    assert ranked(old, question) == ranked(new, question)


def ranked(index: LocalIndex, question: Vectors) -> dict[str, float]:
    keys, scores = index.dense(question, 10)
    passages = index.passages(keys.tolist())
    return {p.id: pytest.approx(s, abs=1e-6) for p, s in zip(passages, scores, strict=True)}


def test_an_emptied_folder_empties_the_index_only_when_it_is_meant(
    again, library: Path, index_folder: Path, small_encoder: SmallEncoder
) -> None:
    shutil.rmtree(library)
    library.mkdir()
    with pytest.raises(LibraryMissing, match=r"l'index en a 3.*--rebuild"):
        again()
    assert open_index(index_folder).count()[0] == 3
    update(Library(library).scan(), index_folder, small_encoder, rebuild=True)
    assert open_index(index_folder).count() == (0, 0)


def test_two_updates_at_once_are_refused(again, index_folder: Path) -> None:
    with locked(index_folder), pytest.raises(IndexLocked, match="en cours"):
        again()


@pytest.mark.parametrize("what", ["modèle", "découpage"])
def test_another_model_or_splitter_is_refused_until_a_rebuild(
    what: str, library: Path, index_folder: Path, small_encoder: SmallEncoder
) -> None:
    splitter = Splitter()
    if what == "modèle":
        small_encoder.fingerprint = "small-2"
    else:
        splitter = Splitter(longest=800)
    sources = list(Library(library).scan())
    with pytest.raises(IndexMismatch, match=f"{what}.*--rebuild"):
        update(sources, index_folder, small_encoder, splitter)
    report = update(sources, index_folder, small_encoder, splitter, rebuild=True)
    assert len(report.added) == 3
    assert report.generation == 2


def test_the_last_three_generations_are_kept(again, library: Path, index_folder: Path) -> None:
    for n in range(5):
        write(library, {"n.txt": f"Rapport numéro {n} de la commission."})
        again()
    assert generations(index_folder) == [4, 5, 6]


def test_one_real_document_of_132_embeds_only_its_changed_passages(
    shared: Path, small_encoder: SmallEncoder, tmp_path: Path
) -> None:
    folder = tmp_path / "real"
    shutil.copytree(shared / "corpus", folder)
    first = update(Library(folder).scan(), tmp_path / "index", small_encoder)
    assert (first.documents, first.failures) == (132, {})
    small_encoder.encoded.clear()
    changed = folder / "cooperation" / "gpsea-paris-convention-cooperation-2021-2026.txt"
    text = changed.read_text("utf-8")
    changed.write_text(text.replace("480 000 €", "490 000 €", 1), "utf-8")
    second = update(Library(folder).scan(), tmp_path / "index", small_encoder)
    assert len(second.changed) == 1
    assert second.unchanged == 131
    assert second.embedded == len(small_encoder.encoded) == 1
    assert "490 000 €" in small_encoder.encoded[0]


def test_another_folder_does_not_empty_an_index(
    library: Path, index_folder: Path, small_encoder: SmallEncoder, tmp_path: Path
) -> None:
    other = write(tmp_path / "other", {"note.txt": "Le canal est entretenu par le syndicat."})
    sources = Library(other).scan()
    with pytest.raises(
        LibraryMissing, match=r"L'index suit .*library.* aucun .*--index.*--rebuild"
    ):
        update(sources, index_folder, small_encoder, folder=str(other))
    assert open_index(index_folder).count()[0] == 3
    moved = tmp_path / "moved"
    library.rename(moved)
    report = update(Library(moved).scan(), index_folder, small_encoder, folder=str(moved))
    assert (report.added, report.removed, report.unchanged) == ([], [], 3)
    sources = Library(other).scan()
    update(sources, index_folder, small_encoder, folder=str(other), rebuild=True)
    assert open_index(index_folder).count()[0] == 1
