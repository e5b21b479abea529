"""The probability that a document answers: what raises it, where it is low, how it is fitted."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import LIBRARY, SmallEncoder, write
from starlette.testclient import TestClient
from typer.testing import CliRunner

from eval.__main__ import app
from eval.calibration import Asked, auroc, crossed, fit, reliability, training
from eval.dataset import Query
from indexer import LocalIndex, SentenceEncoder
from indexer.encoder import Encoder, embed_queries
from service.candidates import Candidates, candidates
from service.question import parse
from service.recipe import Recipe
from service.relevance import LATE, PARTS, WORDS, Logistic, parts, relevance
from service.search import search

STRANGE = [  # of nothing that the sample corpus is about
    "Quelle est la distance entre la Terre et la Lune ?",
    "Qui a composé l'opéra Carmen ?",
    "recette de la tarte aux pommes",
    "Combien de buts Zidane a-t-il marqués en finale ?",
    "symptômes de la grippe chez le nourrisson",
]
ANSWERED = [
    "quelles conventions couvrent la baignade ?",
    "Quelle est la durée de la convention Paris-GPSEA ?",
    "collecte des déchets entre Paris et les territoires voisins",
]


def found(index: LocalIndex, encoder: Encoder, text: str, recipe: Recipe = Recipe()) -> Candidates:
    question = parse(text)
    (asked,) = embed_queries(encoder, [question.text])
    return candidates(question, asked, index, recipe)


@pytest.mark.parametrize("part", LATE.weights)
def test_the_probability_grows_with_each_part(part: str) -> None:
    low, high = np.full((2, len(PARTS)), 0.5)
    high[PARTS.index(part)] += 0.1
    less, more = LATE(np.stack((low, high)))
    assert 0 < less < more < 1
    assert WORDS(np.stack((low, high)))[1] >= WORDS(low[None])[0]


def test_a_regression_is_the_logistic_function_of_its_sum() -> None:
    (given,) = Logistic(-1.0, {"late": 2.0, "named": 0.5})(np.array([[0.25, 9.0, 1.0]]))
    assert given == pytest.approx(0.5)


def test_passages_that_late_interaction_did_not_see_count_as_the_worst_that_it_saw(
    sample_index: LocalIndex, real_encoder: SentenceEncoder
) -> None:
    shallow = found(sample_index, real_encoder, ANSWERED[0], Recipe(late_depth=3))
    late = parts(shallow)[:, PARTS.index("late")]
    seen = shallow.late > 0
    assert seen.sum() == 3
    assert set(late[~seen]) == {shallow.late[seen].min()}


def test_what_the_corpus_does_not_speak_of_is_unlikely_and_its_own_subjects_are_likely(
    sample_index: LocalIndex, real_encoder: SentenceEncoder
) -> None:
    def best(text: str) -> float:
        question = parse(text)
        (asked,) = embed_queries(real_encoder, [question.text])
        return search(question, asked, sample_index).hits[0].relevance

    assert max(map(best, STRANGE)) < 0.2
    assert min(map(best, ANSWERED)) > 0.4


def test_a_passage_is_as_likely_whatever_else_was_found(
    sample_index: LocalIndex, real_encoder: SentenceEncoder
) -> None:
    few, many = (
        found(sample_index, real_encoder, ANSWERED[0], Recipe(candidates=n)) for n in (20, 200)
    )
    both, of_few, of_many = np.intersect1d(
        few.keys[few.late > 0], many.keys[many.late > 0], return_indices=True
    )
    assert both.size > 5
    one, other = relevance(few)[few.late > 0], relevance(many)[many.late > 0]
    words = np.isin(both, few.keys[few.share > 0])  # BM25 is known of the first candidates only
    np.testing.assert_allclose(one[of_few][words], other[of_many][words], rtol=1e-5)


def test_without_tokens_the_words_alone_decide(
    index: LocalIndex, small_encoder: SmallEncoder
) -> None:
    said = found(index, small_encoder, "baignade surveillée")
    assert not said.late.any()
    given = relevance(said)
    assert (np.argsort(given) == np.argsort(said.share)).all()
    np.testing.assert_array_equal(given, relevance(replace(said, dense=said.dense / 2)))
    unknown = relevance(found(index, small_encoder, "xyzzy"))
    assert unknown.max() < 0.05 < 0.5 < given.max()


def test_the_api_gives_it_for_hits_and_passages(client: TestClient) -> None:
    (hit, *_) = client.get("/v1/search", params={"q": "baignade surveillée"}).json()["hits"]
    assert hit["relevance"] == hit["passages"][0]["relevance"]
    assert all(0 <= passage["relevance"] <= 1 for passage in hit["passages"])
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    for name in ("HitOut", "PassageOut"):
        told = schemas[name]["properties"]["relevance"]
        assert told["examples"]
        assert "de 0 à 1" in told["description"]


def answers(seed: int, good: float) -> list[Asked]:
    """Questions with two acts each; those that answer have a `late` around `good`."""
    rng = np.random.default_rng(seed)
    made = []
    for n in range(200):
        late = np.sort(rng.normal((0.2, good), 0.2))[::-1]
        values = np.column_stack((late, rng.random(2), np.zeros(2)))
        query = Query(f"q{n}", "", f"q{n}", "")
        made.append(Asked(query, values, np.array([True, False])))
    return made


def test_a_fit_learns_from_questions_answered_unanswered_and_asked_elsewhere() -> None:
    home = answers(1, 0.8)
    strange = [replace(asked, relevant=np.zeros(2, np.bool_)) for asked in answers(2, 0.2)]
    topics = {asked.query.id: f"t{n % 20}" for n, asked in enumerate(home)}
    sample = training(home, [strange], topics)
    assert dict(zip(*np.unique(sample.case, return_counts=True), strict=True)) == {
        "home": 200, "without": 200, "elsewhere": 200,
    }  # fmt: skip
    assert sample.weight[sample.case == "home"].sum() == sample.weight.sum() / 2
    np.testing.assert_array_equal(sample.relevant, sample.case == "home")
    (without,) = np.flatnonzero(sample.case == "without")[:1]
    np.testing.assert_array_equal(sample.parts[without], home[0].parts[1])

    learnt = fit(sample, ("late",))
    given = learnt(sample.parts)
    assert given @ sample.weight == pytest.approx(sample.relevant @ sample.weight, rel=1e-3)
    assert learnt.weights["late"] > 0
    assert auroc(crossed(sample, ("late",)), sample.relevant) > 0.9


def test_the_reliability_is_that_of_the_formulas() -> None:
    given, relevant = np.array([0.05, 0.35, 0.32, 0.95]), np.array([False, True, False, True])
    found = reliability(given, relevant, np.ones(4))
    assert found["brier"] == pytest.approx((0.05**2 + 0.65**2 + 0.32**2 + 0.05**2) / 4)
    assert found["ece"] == pytest.approx((0.05 + 2 * abs(0.335 - 0.5) + 0.05) / 4)
    assert found["auroc"] == 1.0
    assert [b["from"] for b in found["bins"]] == [0.0, 0.3, 0.9]


def test_the_command_fits_and_tells(
    tmp_path: Path,
    sample_folder: Path,
    real_encoder: SentenceEncoder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("eval.commands.calibrate.SentenceEncoder", lambda *_: real_encoder)
    monkeypatch.setenv("ENTENTE_CACHE", str(tmp_path / "cache"))
    texts = {f"d{n}": text for n, text in enumerate(LIBRARY.values())}
    rows = [{"_id": d, "title": d, "text": text} for d, text in texts.items()]
    asked = [("q0", "baignade surveillée"), ("q1", "prix de l'eau en gros"), ("q2", "école")]
    queries = [{"_id": q, "text": text} for q, text in asked]
    judged = "".join(f"q{n} 0 d{n} 1\n" for n in range(3))
    files = {"corpus.jsonl": rows, "queries.jsonl": queries}
    write(tmp_path, {name: "\n".join(map(json.dumps, lines)) for name, lines in files.items()})
    write(tmp_path, {"qrels": judged})
    command = ["calibrate", str(tmp_path), "--elsewhere", str(sample_folder)]
    done = CliRunner().invoke(app, [*command, "--test", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert "Régression « mots seuls » : constante -" in done.stdout
    assert "en validation croisée par sujet" in done.stdout
