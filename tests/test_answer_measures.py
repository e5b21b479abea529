"""Measures of answers against values worked by hand, and against independent engines."""

from dataclasses import replace
from itertools import permutations
from pathlib import Path
from random import Random

import numpy as np
import pytest
import pytrec_eval
from conftest import SmallEncoder, write
from sklearn.metrics import auc

from corpus import Library
from eval.citing import Gold, citing, listing, unfaithful
from eval.evidence import Place
from eval.risk import abstention, excess, risk_coverage
from eval.spans import contains, exact_match, f1, words
from indexer import LocalIndex, open_index, update
from service.answers.model import Answer, Citation, Kind, Listed, Sentence, Status

# invented: enough articles for two files to be told as one act
BODY = "\n\n".join(
    f"Article {n} – La commune {chr(64 + n)} verse {n * 100} euros au titre du lot {chr(96 + n)}."
    for n in range(1, 25)
)
ACT = f"DÉLIBÉRATION n° 2024/12\n\nSéance du 1er mars 2024\n\n{BODY}"
OTHER = "CONVENTION n° 2023/7\n\nSéance du 2 mai 2023\n\nLe lac ouvre aux baigneurs en juin."


@pytest.fixture
def index(tmp_path: Path) -> LocalIndex:
    """Two files of one act, and another act."""
    folder = write(tmp_path / "acts", {"a.txt": ACT, "a.md": ACT, "b.txt": OTHER})
    update(Library(folder).scan(), tmp_path / "index", SmallEncoder())
    return open_index(tmp_path / "index")


def cite(index: LocalIndex, n: int, document: str, quote: str) -> Citation:
    found = index.document(document)
    start = found.text.index(quote)
    return Citation(n, found, start, start + len(quote), quote, None, ())


def answer(citations: list[Citation], sentences: list[tuple[int, ...]]) -> Answer:
    said = tuple(Sentence("Voici.", numbers) for numbers in sentences)
    return Answer(Kind.FACT, Status.ANSWERED, said, tuple(citations), (), 0.5, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L’eau du lac", "eau lac"),
        ("l'École, la mairie et une salle", "école mairie et salle"),
        ("de la commune de Lunelle", "commune de lunelle"),
        ("de l'État aux communes", "état aux communes"),
        ("14,2 milliards d'euros", "14 2 milliards d euros"),
        ("100\u00a0000 m²", "100 000 m2"),
        ("« Jules-Ferry » !", "jules ferry"),
        ("un", "un"),
        ("…", ""),
    ],
)
def test_words_are_those_that_count_in_french(text: str, expected: str) -> None:
    assert " ".join(words(text)) == expected


def test_accents_tell_words_apart() -> None:
    assert not exact_match("pêche", ["péché"])


@pytest.mark.parametrize(
    ("said", "expected", "exact", "shared"),
    [
        ("la convention", ["Convention."], 1, 1),
        ("quatre ans à compter de juin", ["quatre ans"], 0, 2 * 2 / (6 + 2)),
        ("quatre ans", ["cinq ans", "les quatre ans"], 1, 1),
        ("ans ans ans", ["ans"], 0, 2 * 1 / (3 + 1)),
        ("142", ["14,2"], 0, 0),
        ("", ["quatre ans"], 0, 0),
        ("quatre ans", [], 0, 0),
    ],
)
def test_exact_match_and_f1_are_those_worked_by_hand(
    said: str, expected: list[str], exact: float, shared: float
) -> None:
    assert exact_match(said, expected) == exact
    assert f1(said, expected) == pytest.approx(shared)


def test_a_span_is_contained_word_by_word() -> None:
    sentence = "La redevance est de 1 500 euros, versée à l'Eau vive."
    assert contains(sentence, ["l’eau", "zzz"])
    assert contains(sentence, ["1\u202f500 euros"])
    assert not contains(sentence, ["500 euros versés"])
    assert not contains(sentence, ["50"])
    assert not contains(sentence, ["euros 500"])
    assert not contains(sentence, ["…"])
    assert not contains(sentence, [])


def test_the_risk_at_each_coverage_is_that_worked_by_hand() -> None:
    curve = risk_coverage([0.6, 0.9, 0.8, 0.7], [True, False, True, False])
    assert curve.risk == pytest.approx([0, 1 / 2, 1 / 3, 1 / 2])
    assert curve.aurc == pytest.approx(1 / 3)
    assert curve.at(0.5) == 0.5
    assert curve.at(0.01) == 0
    perfect = (0 + 0 + 1 / 3 + 1 / 2) / 4
    assert excess([0.6, 0.9, 0.8, 0.7], [True, False, True, False]) == pytest.approx(
        1 / 3 - perfect
    )


def test_equal_confidences_count_as_the_mean_over_all_orders() -> None:
    confidence, wrong = [0.9, 0.5, 0.5, 0.5, 0.5, 0.1], [1, 0, 1, 1, 0, 0]
    orders = [(0, *order, 5) for order in permutations((1, 2, 3, 4))]
    risks = [np.cumsum([wrong[n] for n in order]) / np.arange(1, 7) for order in orders]
    found = risk_coverage(confidence, [bool(one) for one in wrong])
    np.testing.assert_allclose(found.risk, np.mean(risks, axis=0))


def test_the_area_under_the_curve_is_that_of_the_trapezoids_where_the_steps_are_many() -> None:
    random = np.random.default_rng(1)
    confidence = random.random(20_000)
    curve = risk_coverage(confidence.tolist(), (random.random(20_000) > confidence).tolist())
    # risk at coverage c is c / 2, so the area is 1 / 4
    assert curve.aurc == pytest.approx(auc(np.linspace(0, 1, 20_000), curve.risk), abs=1e-3)
    assert curve.aurc == pytest.approx(1 / 4, abs=0.01)


def test_abstention_is_scored_on_what_has_no_answer() -> None:
    declined = [True, True, True, False, False]
    unanswerable = [True, True, False, True, False]
    found = abstention(declined, unanswerable)
    assert found == pytest.approx({"precision": 2 / 3, "recall": 2 / 3, "f1": 2 / 3})
    assert abstention([False], [True]) == {"precision": 0, "recall": 0, "f1": 0}


def test_a_citation_is_right_that_shares_half_of_the_shorter_with_a_quote(
    index: LocalIndex,
) -> None:
    text = index.document("b.txt").text
    place = Place("b.txt", text.index("Le lac"), text.index(" en juin"))
    gold = Gold(frozenset({"b.txt"}), (place,))
    for quote, right in (
        ("Le lac ouvre", True),
        ("ouvre aux baigneurs en juin.", True),
        ("2 mai 2023\n\nLe lac", False),  # 6 of 18 characters
        ("baigneurs en juin.", True),  # 9 of 18
        ("igneurs en juin.", False),  # 7 of 16
        ("en juin.", False),
    ):
        assert gold.supports(cite(index, 1, "b.txt", quote), "b.txt") == right, quote
    elsewhere = cite(index, 1, "a.txt", "La commune A verse 100 euros")
    assert not gold.supports(elsewhere, "a.txt")


def test_without_a_quote_a_citation_is_judged_by_the_span_then_by_the_document(
    index: LocalIndex,
) -> None:
    lake, number = (cite(index, 1, "b.txt", q) for q in ("Le lac ouvre", "n° 2023/7"))
    spans = Gold(frozenset({"b.txt"}), (), ("le lac",))
    assert spans.supports(lake, "b.txt")
    assert not spans.supports(number, "b.txt")
    assert not spans.supports(lake, "c.txt")
    assert Gold(frozenset({"b.txt"})).supports(number, "b.txt")
    assert not Gold().supports(lake, "b.txt")


def test_citation_precision_is_of_citations_and_recall_of_sentences(index: LocalIndex) -> None:
    citations = [
        cite(index, 1, "b.txt", "Le lac ouvre aux baigneurs"),
        cite(index, 2, "b.txt", "n° 2023/7"),
        cite(index, 3, "a.txt", "La commune A verse 100 euros"),
    ]
    start = citations[0].start
    gold = Gold(frozenset({"b.txt"}), (Place("b.txt", start, start + 12),))
    found = citing(answer(citations, [(1, 2), (3,), (), (1,)]), gold, index)
    assert found == pytest.approx({"precision": 1 / 3, "recall": 2 / 4, "documents": 2 / 3})
    nothing = citing(answer([], [()]), gold, index)
    assert nothing == {"precision": 0, "recall": 0, "documents": 0}


def test_all_versions_of_an_act_count_once_in_a_list(index: LocalIndex) -> None:
    assert index.newest("a.txt") == index.newest("a.md")
    both = [cite(index, n, f"a.{end}", "verse 100 euros") for n, end in enumerate(("md", "txt"))]
    act = index.newest("a.md")
    assert listing(answer(both, []), Gold(frozenset({act})), index) == {
        "precision": 1,
        "recall": 1,
    }
    assert listing(answer(both, []), Gold(frozenset({act, "b.txt"})), index)["recall"] == 0.5


def test_an_act_of_a_list_counts_without_a_quotation(index: LocalIndex) -> None:
    rows = tuple(Listed(index.document(name), None, 0.5) for name in ("a.md", "b.txt"))
    given = replace(answer([], []), rows=rows)
    assert listing(given, Gold(frozenset({"b.txt"})), index) == {"precision": 0.5, "recall": 1}


def test_lists_are_scored_as_trec_eval_scores_sets(index: LocalIndex) -> None:
    random = Random(1)
    names = [index.newest("a.md"), "b.txt"]
    quotes = {names[0]: "verse 100 euros", "b.txt": "Le lac"}
    for _ in range(20):
        cited = random.sample(names, random.randint(0, 2))
        acts = random.sample(names, random.randint(1, 2))
        given = answer([cite(index, n, d, quotes[d]) for n, d in enumerate(cited)], [])
        judged = {"q": {d: int(d in acts) for d in names}}
        judge = pytrec_eval.RelevanceEvaluator(judged, {"set_P", "set_recall"})
        oracle = judge.evaluate({"q": dict.fromkeys(cited, 1.0)}).get("q", {})
        assert listing(given, Gold(frozenset(acts)), index) == {
            "precision": oracle.get("set_P", 0),
            "recall": oracle.get("set_recall", 0),
        }


def test_a_citation_that_its_document_does_not_hold_is_told(index: LocalIndex) -> None:
    right = cite(index, 1, "b.txt", "Le lac ouvre")
    shifted = Citation(2, right.document, right.start + 1, right.end + 1, right.quote, None, ())
    assert unfaithful([answer([right], [(1,)])], index) == []
    (line,) = unfaithful([answer([right, shifted], [(1, 2)])], index)
    place = f"b.txt [{shifted.start}:{shifted.end}]"
    assert line == f"{place} : « Le lac ouvre » n'est pas ce que dit le document."
