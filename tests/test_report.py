"""The report: what it counts, why a passage did not win, and a page that stands alone."""

import json
import re
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from browsing import faults
from conftest import SmallEncoder
from lxml import etree
from typer.testing import CliRunner

from corpus import Library
from eval.__main__ import app
from eval.dataset import Dataset, DatasetMissing, Query
from eval.evidence import Place
from eval.explain import Explanation, Missing, Standing, explain
from eval.page import render
from eval.reasons import lacking, reason
from eval.report import Report, report
from indexer import LocalIndex, Passage, Splitter, open_index, update
from indexer.encoder import embed_queries
from service.candidates import candidates
from service.question import parse
from service.recipe import Method, Recipe
from service.search import search

SPACE = re.compile(r"[\u00a0\u202f]")
QUERIES = [
    {"_id": "q1", "text": "trois sites de baignade surveillée", "intent": "x", "kind": "theme"},
    {"_id": "q2", "text": "qui rénove l'école Jules-Ferry ?", "intent": "y", "kind": "fact"},
    {"_id": "q3", "text": "prix de l'eau potable", "intent": "z", "kind": "fact"},
    {"_id": "q4", "text": "durée de la <baignade> & téléphérique", "intent": "x", "kind": "typo"},
    {"_id": "q5", "text": "où mange-t-on ?", "intent": "w", "kind": "none"},
]
# q2 is judged amiss: what a failure looks like. The quote of q4 stands in the second article.
QRELS = "q1\tconventions~baignade.md\t2\nq2\tconventions~eau.txt\t1\nq3\tconventions~eau.txt\t1\n"
QRELS += "q4\tconventions~baignade.md\t1\nq4\tabsent.txt\t1\n"
QUOTES = [
    ("q1", "conventions~baignade.md", "trois sites de baignade"),
    ("q2", "conventions~eau.txt", "au prix de 0,42 euro"),
    ("q3", "conventions~eau.txt", "au prix de cent euros"),
    ("q4", "conventions~baignade.md", "conclue pour quatre ans"),
]


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    folder = tmp_path / "essai"
    (folder / "qrels").mkdir(parents=True)
    (folder / "queries.jsonl").write_text("\n".join(json.dumps(row) for row in QUERIES), "utf-8")
    (folder / "qrels/test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{QRELS}", "utf-8")
    rows = [{"query-id": q, "corpus-id": d, "quote": text} for q, d, text in QUOTES]
    (folder / "evidence.jsonl").write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    return Dataset(folder)


@pytest.fixture
def found(dataset: Dataset, index: LocalIndex, small_encoder: SmallEncoder) -> Report:
    recipes = [replace(Recipe(), method=method) for method in Method]
    return report(dataset, index, small_encoder, recipes)


@pytest.fixture
def html(found: Report) -> str:
    return render(found, date(2026, 11, 22), 50)


def tree(page: str) -> etree._Element:
    """The page as XML, which every tag left open and every stray `<` or `&` would break."""
    return etree.fromstring(page.replace("&nbsp;", "\u00a0").removeprefix("<!DOCTYPE html>"))


def text_of(element: etree._Element) -> str:
    return SPACE.sub(" ", "".join(element.itertext()))


def test_every_judged_question_counts_and_no_other(found: Report) -> None:
    assert [query.id for query in found.main.scores.queries] == ["q1", "q2", "q3", "q4"]
    assert [query.id for query in found.main.evidence.queries] == ["q1", "q2", "q4"]
    assert found.unjudged == 1
    assert found.absent == ["absent.txt"]
    assert found.lost == [
        "q3 : la citation « au prix de cent euros » n'est plus dans conventions~eau.txt."
    ]
    assert found.main.by_kind.keys() == {"fact", "theme", "typo"}
    assert [one.method for one in found.measured] == list(Method)
    assert found.differences.keys() == set(Method) - {Method.CONVEX}
    assert found.differences[Method.DENSE].keys() == found.main.intervals.keys()
    assert "evidence@3" in found.main.intervals


def test_the_failures_are_the_questions_without_the_right_act_or_passage(found: Report) -> None:
    assert [failure.query.id for failure in found.failures] == ["q2"]
    (failure,) = found.failures
    assert failure.values["hit@1"] == 0
    assert failure.rank == 2
    assert failure.found.first[0].passage.document == "deliberations~ecole.html"
    assert failure.found.first[0].relevance is None
    expected = failure.found.expected
    assert expected is not None
    assert expected.relevance == 1
    assert "0,42 euro" in expected.passage.text


def test_questions_that_a_program_made_are_left_out(
    dataset: Dataset, index: LocalIndex, small_encoder: SmallEncoder, found: Report
) -> None:
    made = [{**row, "_id": f"s{row['_id']}", "synthetic": True} for row in QUERIES]
    rows = "\n".join(map(json.dumps, [*QUERIES, *made]))
    (dataset.folder / "queries.jsonl").write_text(rows, "utf-8")
    with (dataset.folder / "qrels/test.tsv").open("a") as qrels:
        qrels.write(f"s{QRELS.replace(chr(10), chr(10) + 's').removesuffix('s')}")
    again = report(dataset, index, small_encoder, [Recipe()])
    assert again.main.scores == found.main.scores
    assert again.main.evidence == found.main.evidence
    assert (again.unjudged, again.failures, again.lost) == (1, found.failures, found.lost)
    (dataset.folder / "queries.jsonl").write_text("\n".join(map(json.dumps, made)), "utf-8")
    with pytest.raises(DatasetMissing, match="aucune question n'a de document pertinent"):
        report(dataset, index, small_encoder, [Recipe()])


def test_nothing_judged_is_told(dataset: Dataset, index: LocalIndex) -> None:
    (dataset.folder / "qrels/test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\tz\t0\n")
    with pytest.raises(DatasetMissing, match="aucune question n'a de document pertinent"):
        report(dataset, index, SmallEncoder(), [Recipe()])


@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize("question", [row["text"] for row in QUERIES])
def test_an_explanation_has_the_numbers_of_the_search(
    index: LocalIndex, small_encoder: SmallEncoder, method: Method, question: str
) -> None:
    recipe = Recipe(method)
    (asked,) = embed_queries(small_encoder, [parse(question).text])
    query, judged = Query("q", question, "q", ""), {"conventions~eau.txt": 1}
    found = explain(query, asked, index, recipe, judged)
    results = search(parse(question), asked, index, recipe, limit=3, shown=1)
    shown = [hit.passages[0] for hit in results.hits]
    assert [s.passage for s in found.first] == [cited.passage for cited in shown]
    for ours, cited in zip(found.first, shown, strict=True):
        assert (ours.score, ours.dense, ours.lexical) == pytest.approx(
            (cited.score, cited.dense, cited.lexical), abs=1e-6
        )
    expected = found.expected
    assert expected is not None
    ranked = candidates(parse(question), asked, index, recipe)
    order = ranked.keys[np.lexsort((ranked.keys, -ranked.score))].tolist()
    key = expected.passage.key
    assert expected.fused == (order.index(key) + 1 if key in order else None)
    every, cosines = index.dense(asked.vector, index.count()[1])
    assert expected.meaning == every.tolist().index(key) + 1
    assert expected.dense == pytest.approx(cosines[expected.meaning - 1])
    said, _ = index.lexical(parse(question).words, 100, recipe.fields)
    assert expected.words == (said.tolist().index(key) + 1 if key in said else None)


def test_of_a_relevant_document_the_nearest_passage_is_expected(
    library: Path, tmp_path: Path, small_encoder: SmallEncoder
) -> None:
    update(Library(library).scan(), tmp_path / "fine", small_encoder, Splitter(60))
    index = open_index(tmp_path / "fine")
    text = index.document("conventions~baignade.md").text
    sites, years = text.index("trois sites"), text.index("quatre ans")

    def expected(*quoted: tuple[int, int]) -> Passage:
        query = Query("q", "durée de quatre ans", "q", "")
        (asked,) = embed_queries(small_encoder, [query.text])
        where = [Place("conventions~baignade.md", *place) for place in quoted]
        judged = {"conventions~baignade.md": 1, "conventions~eau.txt": 0}
        found = explain(query, asked, index, Recipe(), judged, where)
        assert found.expected is not None
        return found.expected.passage

    assert expected().start <= years < expected().end
    quoted = expected((sites, sites + 11))
    assert quoted.start <= sites < quoted.end <= years
    assert expected((sites, sites + 11), (years, years + 6)) == expected()
    # a quote that splitting cut is shown by all of its parts: the last of them is what misses
    cut = expected((sites, years + 6))
    assert cut != expected()
    assert cut.start < years


def test_the_words_that_the_expected_passage_lacks_are_told(
    index: LocalIndex, small_encoder: SmallEncoder
) -> None:
    question = "Quelle est la durée de la baignade surveillée au lac ?"
    (asked,) = embed_queries(small_encoder, [question])
    judged = {"conventions~eau.txt": 1}
    found = explain(Query("q", question, "q", ""), asked, index, Recipe(), judged)
    words = {missing.word: missing.holders for missing in found.missing}
    assert words.keys() == {"durée", "baignade", "surveillée", "lac"}
    assert words["baignade"] > 0
    assert words["lac"] == 0


def test_a_relevant_document_that_is_not_indexed_is_told(
    index: LocalIndex, small_encoder: SmallEncoder
) -> None:
    (asked,) = embed_queries(small_encoder, ["eau"])
    found = explain(Query("q", "eau", "q", ""), asked, index, Recipe(), {"z": 1})
    assert found.expected is None
    assert reason(found, Recipe()) == "Aucun document pertinent n'est dans l'index."


def standing(key: int, **values: object) -> Standing:
    passage = Passage(f"d{key}", 0, 5, "texte", None, (), key)
    one = Standing(passage, f"Titre {key}", None, 0.8, 3.0, None, 0.5, 4, 6, 2)
    return replace(one, **values)


FIRST = standing(1, dense=0.86, lexical=12.4, score=0.9, fused=1)


@pytest.mark.parametrize(
    ("method", "expected", "sentence"),
    [
        (
            Method.CONVEX,
            standing(2, score=None, fused=None, meaning=512, words=None),
            "Absent des 200 premiers par le sens (512e) et par les mots (aucun mot commun).",
        ),
        (
            Method.LEXICAL,
            standing(2, score=None, fused=None, words=340),
            "Absent des 200 premiers par les mots (340e).",
        ),
        (
            Method.CONVEX,
            standing(2),
            "2e passage, battu par « Titre 1 » : ses mots pèsent 3,0 contre 12,4 (BM25) et son "
            "sens 0,800 contre 0,860 (cosinus).",
        ),
        (
            Method.CONVEX,
            standing(2, dense=0.9),
            "2e passage, battu par « Titre 1 » : ses mots pèsent 3,0 contre 12,4 (BM25), ce que "
            "son sens ne rattrape pas (0,900 contre 0,860).",
        ),
        (
            Method.DENSE,
            standing(2, lexical=0.0),
            "2e passage, battu par « Titre 1 » : son sens pèse 0,800 contre 0,860 (cosinus).",
        ),
        (
            Method.CONVEX,
            standing(2, dense=0.9, lexical=13.0),
            "2e passage, battu par « Titre 1 », que ni ses mots (13,0 contre 12,4) ni son sens "
            "(0,900 contre 0,860) n'expliquent : une référence de la question, la version montrée "
            "d'un acte ou une étape d'après a décidé.",
        ),
        (
            Method.RRF,
            replace(standing(3), passage=replace(FIRST.passage, start=9, end=14, key=3)),
            "Bon document, par un autre passage : l'attendu n'est que 2e, battu par lui : ses mots "
            "pèsent 3,0 contre 12,4 (BM25) et son sens 0,800 contre 0,860 (cosinus).",
        ),
    ],
)
def test_a_sentence_says_why_a_passage_did_not_lead(
    method: Method, expected: Standing, sentence: str
) -> None:
    assert reason(Explanation((FIRST,), expected, ()), Recipe(method)) == sentence


def test_a_passage_that_other_versions_of_its_act_outscore_is_told() -> None:
    found = Explanation((standing(1),), standing(1, fused=7), ())
    assert reason(found, Recipe()) == (
        "Montré en premier, mais 7e par le score : d'autres versions de l'acte devant."
    )


def test_words_that_are_nowhere_are_told_apart() -> None:
    missing = (Missing("plage", 3), Missing("toubib", 0))
    assert lacking(missing) == "« plage » ; nulle part dans l'index : « toubib »"
    assert lacking(missing[1:]) == "nulle part dans l'index : « toubib »"


def test_the_page_needs_nothing_but_itself(html: str) -> None:
    root = tree(html)
    assert not [e.tag for e in root.iter("script", "link", "img", "iframe", "object")]
    svg = "http://www.w3.org/2000/svg"
    assert root.findall(f".//{{{svg}}}svg")
    for element in root.iter():
        for name in ("href", "src", "{http://www.w3.org/1999/xlink}href"):
            assert element.get(name, "#").startswith("#")
    assert set(re.findall(r"url\(([^)]?)", html)) <= {"#"}
    assert "@import" not in html
    assert "://" not in html.replace(f'xmlns="{svg}"', "")


def test_ids_are_unique_and_what_refers_to_one_finds_it(html: str) -> None:
    root = tree(html)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    labels = {i for e in root.iter() for i in (e.get("aria-labelledby") or "").split()}
    links = {e.get("href").removeprefix("#") for e in root.iter() if e.get("href")}
    clips = set(re.findall(r"url\(#([^)]+)\)", html))
    assert labels | links | clips <= set(ids)
    assert len(labels) > 6


def test_the_page_tells_the_figures_in_french(found: Report, html: str) -> None:
    root = tree(html)
    text = text_of(root.find("body"))
    assert root.get("lang") == "fr"
    assert "4 questions jugées, pour 3 besoins, sur 3 documents" in text
    assert "1 question sans réponse ne compte pas" in text
    assert "22 novembre 2026" in text
    assert "1 document pertinent hors de l’index : absent.txt" in text
    main = found.main.intervals["nDCG@10"]
    assert f"{main.mean:.3f}".replace(".", ",") in text
    assert not re.findall(r"\d\.\d", text)  # a decimal comma
    assert not re.findall(r"\w [:;?!»](?!\w)", "".join(root.find("body").itertext()))
    for table in root.iter("table"):
        assert table.find("caption") is not None
        assert all(cell.get("scope") for cell in table.iter("th"))


def test_what_a_question_and_a_folder_say_is_text(
    dataset: Dataset, index: LocalIndex, small_encoder: SmallEncoder
) -> None:
    (dataset.folder / "qrels/test.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq4\tdeliberations~ecole.html\t1\n"
    )
    found = report(dataset, index, small_encoder, [Recipe()])
    page = render(replace(found, dataset="<b>&"), date(2026, 1, 1), 5)
    assert "durée de la <baignade> & téléphérique" in text_of(tree(page))
    assert tree(page).findtext("head/title") == "<b>& – Qualité de la recherche"


def test_failures_beyond_the_bound_have_a_line_each(found: Report) -> None:
    others = [
        replace(found.failures[0], query=Query(f"f{n}", f"question {n}", "x", "fact"))
        for n in range(5)
    ]
    root = tree(render(replace(found, failures=others), date(2026, 1, 1), 2))
    full = root.findall(".//details[@class='failure']")
    assert [text_of(one.find(".//h3")) for one in full] == ["question 0", "question 1"]
    rows = [row for row in root.iter("tr") if "battu par" in text_of(row)]
    assert [text_of(row.find("th")) for row in rows] == [f"question {n} f{n}" for n in (2, 3, 4)]


def test_a_dataset_of_topics_alone_has_a_report(
    tmp_path: Path, index: LocalIndex, small_encoder: SmallEncoder
) -> None:
    """No kinds, no quotes, one method, no failure."""
    (tmp_path / "topics.txt").write_text("1\tbaignade en Lunelle\n", "utf-8")
    (tmp_path / "qrels.txt").write_text("1 0 conventions~baignade.md 1\n", "utf-8")
    found = report(Dataset(tmp_path), index, small_encoder, [Recipe()])
    text = text_of(tree(render(found, date(2026, 1, 1), 5)))
    assert "Aucun : le premier document est toujours pertinent." in text
    assert "Par nature" not in text
    assert "evidence" not in text
    assert "Comparaison" not in text


def test_without_the_library_of_plots_the_command_says_what_to_install(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("eval.page", "eval.plots", "eval.drawing"):
        monkeypatch.delitem(sys.modules, name, raising=False)
        monkeypatch.delattr(sys.modules["eval"], name.partition(".")[2], raising=False)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    ended = CliRunner().invoke(app, ["report", str(dataset.folder)])
    assert ended.exit_code == 2
    assert "matplotlib manque : installez-le" in ended.output


def test_a_folder_that_is_missing_is_told_before_the_work(dataset: Dataset) -> None:
    arguments = ["report", str(dataset.folder), "--output", "/nulle/part/rapport.html"]
    ended = CliRunner().invoke(app, arguments)
    assert ended.exit_code == 2
    assert "/nulle/part : introuvable" in ended.output


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible_and_fits_a_phone(browser, html, tmp_path, scheme):
    (tmp_path / "rapport.html").write_text(html, "utf-8")
    context = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 800})
    try:
        opened = context.new_page()
        requests: list[str] = []
        opened.on("request", lambda request: requests.append(request.url))
        opened.goto(f"file://{tmp_path / 'rapport.html'}")
        for summary in opened.locator("summary").all():
            summary.click()
        assert faults(opened) == []
        assert opened.evaluate("document.documentElement.scrollWidth") <= 360
        outside = """nodes => nodes.filter(node => !node.closest('.scroll'))
            .filter(node => node.getBoundingClientRect().right > 360.5)
            .map(node => node.outerHTML.slice(0, 120))"""
        assert opened.locator("main *").evaluate_all(outside) == []
        colour = "getComputedStyle(document.querySelector('svg text')).fill"
        ink = {"light": "rgb(27, 31, 36)", "dark": "rgb(228, 231, 234)"}[scheme]
        assert opened.evaluate(colour) == ink
        assert [url for url in requests if not url.startswith("file://")] == []
    finally:
        context.close()


def test_paper_shows_the_failures_in_dark_ink_and_cuts_nothing(browser, html, tmp_path):
    (tmp_path / "rapport.html").write_text(html, "utf-8")
    context = browser.new_context(color_scheme="dark", viewport={"width": 700, "height": 900})
    try:
        opened = context.new_page()
        opened.goto(f"file://{tmp_path / 'rapport.html'}")
        reason = opened.locator(".why").first
        assert not reason.is_visible()
        opened.emulate_media(media="print")
        assert reason.is_visible()
        assert opened.evaluate("getComputedStyle(document.body).color") == "rgb(27, 31, 36)"
        wide = "nodes => nodes.filter(node => node.scrollWidth > node.clientWidth + 1).length"
        assert opened.locator(".scroll").evaluate_all(wide) == 0
        opened.pdf(path=tmp_path / "rapport.pdf", format="A4")
    finally:
        context.close()
    with pypdfium2.PdfDocument(tmp_path / "rapport.pdf") as printed:
        text = " ".join(p.get_textpage().get_text_range() for p in printed)
    assert "battu par" in " ".join(text.split())
