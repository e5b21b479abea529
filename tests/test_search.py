"""Who ranks first, and why."""

from pathlib import Path

import numpy as np
import pytest
from conftest import SmallEncoder, write

from corpus import Document, Library, Source
from corpus.document import Metadata
from indexer import Filters, LocalIndex, open_index, update
from indexer.encoder import Asked, embed_queries
from service.candidates import candidates, ceiling
from service.question import parse
from service.recipe import Method, Recipe
from service.search import Results, highlight, search


def ask(index: LocalIndex, text: str, **options: object) -> Results:
    question = parse(text)
    asked = embed_queries(SmallEncoder(), [question.text])[0]
    return search(question, asked, index, **options)  # type: ignore[arg-type]


def first(results: Results) -> str:
    return results.hits[0].document.id


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("qui ouvre la baignade ?", "conventions~baignade.md"),
        ("BAIGNADES", "conventions~baignade.md"),
        ("prix de l'eau potable", "conventions~eau.txt"),
        ("renovation d'ecoles", "deliberations~ecole.html"),
        ("rénovation de l’école", "deliberations~ecole.html"),
        ("2019/12", "conventions~eau.txt"),
        ("n° 2021/07", "deliberations~ecole.html"),
        ("12 mai 2021", "deliberations~ecole.html"),
    ],
)
def test_the_document_that_says_it_is_first(index: LocalIndex, text: str, expected: str) -> None:
    assert first(ask(index, text)) == expected


def test_a_list_of_names_is_found_by_its_names_and_is_about_nothing(tmp_path: Path) -> None:
    present = "Présents :\nAnne PISCINE, Max LÉVY, Luc ROY."
    write(
        tmp_path / "acts",
        {
            "noms.txt": f"Extrait du registre\n{present}\nBudget\nMax LÉVY rapporte :\nVote.",
            "autre.txt": "DÉLIBÉRATION\n\nLes bassins ouvrent à midi.",
        },
    )
    update(Library(tmp_path / "acts").scan(), tmp_path / "index", SmallEncoder())
    index = open_index(tmp_path / "index")
    assert ask(index, "Luc Roy").hits[0].passages[0].passage.attendance
    question = parse("bassins")
    towards = index.vectors[[p.attendance for p in index.passages(range(1, 5))].index(True)]
    asked = Asked(towards, towards[None, :0])
    best = search(question, asked, index).hits[0]  # the nearest by meaning is the list
    assert best.document.id == "autre.txt"


@pytest.fixture
def acts(tmp_path: Path) -> LocalIndex:
    """Acts that cite each other's numbers, and one that repeats a word."""
    write(
        tmp_path / "acts",
        {
            "adopte.txt": "DÉLIBÉRATION n° DEL-2023-117\n\nLe conseil adopte la convention.",
            "cite.txt": "AVENANT\n\nVu la délibération DEL-2023-117, vu la délibération "
            "DEL-2023-117 du conseil, la délibération DEL-2023-117 est visée.",
            "autre.txt": "DÉLIBÉRATION n° DEL-2023-118\n\nLe conseil adopte la convention.",
            "phrase.txt": "NOTE\n\nUn service unifié est créé.",
            "mots.txt": "NOTE\n\nUn service, un service, un service : il est unifié, unifié.",
        },
    )
    update(Library(tmp_path / "acts").scan(), tmp_path / "index", SmallEncoder())
    return open_index(tmp_path / "index")


def test_the_act_with_the_number_comes_before_those_that_cite_it(acts: LocalIndex) -> None:
    found = [hit.document.id for hit in ask(acts, "la délibération DEL-2023-117").hits]
    assert found[:2] == ["adopte.txt", "cite.txt"]


def test_an_ordinal_does_not_outweigh_the_words(index: LocalIndex) -> None:
    assert first(ask(index, "site n° 2 de baignade")) == "conventions~baignade.md"


def test_a_quoted_phrase_beats_its_words(acts: LocalIndex) -> None:
    assert first(ask(acts, "« service unifié »")) == "phrase.txt"


def test_scores_are_those_of_the_formula(index: LocalIndex) -> None:
    question = parse("durée de la convention de baignade")
    asked = embed_queries(SmallEncoder(), [question.text])[0]
    recipe = Recipe(dense_weight=0.3, clauses_weight=0)
    found = candidates(question, asked, index, recipe)

    def unit(x: np.ndarray) -> np.ndarray:
        return (x - x.min()) / (x.max() - x.min())

    said = found.lexical / ceiling(question.stems, index)
    np.testing.assert_allclose(found.score, 0.3 * unit(found.dense) + 0.6 * said, atol=1e-6)
    np.testing.assert_allclose(found.dense, index.vectors @ asked.vector, atol=1e-6)


def test_no_text_scores_above_the_ceiling(index: LocalIndex) -> None:
    stems = parse("durée de la convention de baignade").stems
    _, scores = index.lexical(dict.fromkeys(stems, 1.0), 100, {"text": 1.0})
    assert 0 < scores.max() <= ceiling(stems, index)


def test_an_unknown_word_raises_the_ceiling(index: LocalIndex) -> None:
    assert ceiling(["baignad", "xyzzy"], index) > 1.5 * ceiling(["baignad"], index)


def test_reciprocal_ranks_are_those_of_the_formula(index: LocalIndex) -> None:
    question = parse("baignade surveillée")
    asked = embed_queries(SmallEncoder(), [question.text])[0]
    found = candidates(question, asked, index, Recipe(Method.RRF))
    place = {row: n for n, row in enumerate(np.argsort(-found.dense, kind="stable"), 1)}
    said = {
        row: n
        for n, row in enumerate(np.argsort(-found.lexical, kind="stable"), 1)
        if found.lexical[row] > 0
    }
    for row, score in enumerate(found.score):
        expected = 1 / (60 + place[row]) + (1 / (60 + said[row]) if row in said else 0)
        assert score == pytest.approx(expected)


def test_hits_are_numbered_from_one_and_fall_in_score(index: LocalIndex) -> None:
    results = ask(index, "convention", group="passage")
    assert [hit.rank for hit in results.hits] == list(range(1, len(results.hits) + 1))
    scores = [hit.score for hit in results.hits]
    assert scores == sorted(scores, reverse=True)


def test_pages_of_hits_join_without_gap_or_repetition(index: LocalIndex) -> None:
    whole = ask(index, "convention", group="passage", limit=100)
    parts = [
        ask(index, "convention", group="passage", limit=1, offset=n) for n in range(whole.total)
    ]
    assert [hit for part in parts for hit in part.hits] == list(whole.hits)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(kind=("délibération",)), {"deliberations~ecole.html"}),
        (Filters(year=(2019,)), {"conventions~eau.txt"}),
        (Filters(folder=("conventions",)), {"conventions~baignade.md", "conventions~eau.txt"}),
        (Filters(folder=("conventions/",)), {"conventions~baignade.md", "conventions~eau.txt"}),
        (Filters(kind=("convention",), year=(2019,)), {"conventions~eau.txt"}),
        (Filters(year=(1999,)), set()),
    ],
)
def test_filters_apply_before_ranking(
    index: LocalIndex, filters: Filters, expected: set[str]
) -> None:
    narrow = Recipe(candidates=1)  # a filter after ranking would leave nothing
    for recipe in (Recipe(), narrow):
        found = {h.document.id for h in ask(index, "école", recipe=recipe, filters=filters).hits}
        assert found <= expected
        assert bool(found) == bool(expected)


def test_a_passage_that_is_not_its_documents_text_is_never_shown(
    index: LocalIndex, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real, owners = index.slices, index.documents_of

    def planted(keys: list[int]) -> dict[int, str]:
        documents = owners(np.sort(np.array(keys)))
        wrong = {k for k, d in zip(sorted(keys), documents, strict=True) if "baignade" in d}
        return {k: "faux" if k in wrong else text for k, text in real(keys).items()}

    monkeypatch.setattr(index, "slices", planted)
    results = ask(index, "convention de baignade")
    assert "conventions~baignade.md" not in {hit.document.id for hit in results.hits}
    assert "citation.failed" in capsys.readouterr().out


def test_highlights_mark_the_questions_words_whatever_their_form() -> None:
    text = "L’école et les écoles de l'Oronte."
    stems = set(parse("ecole").stems)
    assert [text[s.start : s.end] for s in highlight(text, stems)] == ["école", "écoles"]


def test_highlights_of_neighbours_join() -> None:
    text = "Une eau potable, une eau."
    marks = highlight(text, set(parse("eau potable").stems))
    assert [text[s.start : s.end] for s in marks] == ["eau potable", "eau"]


def test_an_empty_index_answers_with_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    update(Library(tmp_path / "empty").scan(), tmp_path / "index", SmallEncoder())
    assert ask(open_index(tmp_path / "index"), "baignade").hits == ()


def test_a_phrase_runs_across_no_title_and_text(tmp_path: Path) -> None:
    titled = Metadata(title="Objet de la convention")
    document = Document("a", "a", "Baignade et plages sont ouvertes.", "", titled)
    update([Source("a", "a", "", lambda: document)], tmp_path / "index", SmallEncoder())
    index = open_index(tmp_path / "index")
    for phrase, holders in (("convention de baignade", 0), ("objet de la convention", 1)):
        terms = parse(f"« {phrase} »").references[0].terms
        assert index.phrase(terms, 5)[0].size == holders, phrase
