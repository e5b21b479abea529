"""Late interaction: what the codes of tokens keep, that updates keep them, and who ranks first."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from conftest import LIBRARY, SmallEncoder, serving, write
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Dense, Pooling, Transformer
from transformers import BertConfig, BertModel, BertTokenizerFast

from corpus import Library
from corpus.errors import IndexCorrupted
from eval.comparing import differences
from eval.vectors import RememberingEncoder
from indexer import LocalIndex, SentenceEncoder, open_index, rollback, update
from indexer.encoder import Asked, TokenEncoder, Vectors, embed_queries
from indexer.lexical import analyze
from indexer.settings import Stage
from indexer.snapshot import folder_of
from indexer.tokens import Codes, code, layout, maxsim, rotation
from service.candidates import Candidates, candidates
from service.question import parse
from service.recipe import Recipe
from service.search import search

MEANS = {"piscin": "bassin"}  # words that the encoder below takes for one


def unit(rows: Vectors) -> Vectors:
    return np.asarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True), np.float32)


def drawn(n: int, dimension: int, seed: int = 0) -> Vectors:
    return unit(np.random.default_rng(seed).standard_normal((n, dimension)))


class WordEncoder(SmallEncoder):
    """A token a word, drawn by its stem; a text's vector says nothing of what it is about."""

    fingerprint = "word-1"

    def tokens(self, text: str) -> Vectors:
        stems = [MEANS.get(term.stem, term.stem) for term in analyze(text)]
        seeds = (hashlib.sha256(stem.encode()).digest()[:4] for stem in stems)
        rows = [drawn(1, self.dimension, int.from_bytes(seed)) for seed in seeds]
        return np.concatenate([*rows, np.empty((0, self.dimension), np.float32)])

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return np.tile(unit(np.ones(self.dimension, np.float32)), (len(texts), 1))

    def embed_queries(self, texts: Sequence[str]) -> list[Asked]:
        vectors = self.encode_queries(texts)
        return [Asked(v, self.tokens(text)) for v, text in zip(vectors, texts, strict=True)]

    def embed_documents(
        self, texts: Sequence[str], progress: Callable[[int], None] = lambda n: None
    ) -> tuple[Vectors, list[Codes]]:
        vectors = self.encode_documents(texts, progress)
        return vectors, [code(self.tokens(t), v) for t, v in zip(texts, vectors, strict=True)]


def decoded(codes: Codes, vector: Vectors) -> Vectors:
    """The tokens of a passage as far as their codes tell, float32 [n, dimension].

    Too long by what the signs do not say; the inner product with any other vector is unbiased.
    """
    signs = 2 * np.unpackbits(codes["signs"], axis=1, count=vector.size).astype(np.float32) - 1
    rest = codes["scale"].astype(np.float32)[:, None] * (signs @ rotation(vector.size).T)
    return codes["along"].astype(np.float32)[:, None] * vector + rest


def published(library: Path, index: Path, encoder: SmallEncoder | None = None) -> LocalIndex:
    update(Library(library).scan(), index, encoder or WordEncoder())
    return open_index(index)


def codes_of(index: LocalIndex) -> dict[str, bytes]:
    keys, _ = index.dense(index.vectors.sum(0), index.count()[1])
    passages = index.passages(sorted(keys.tolist()))
    return {p.id: codes.tobytes() for p, codes in zip(passages, index.codes, strict=True)}


# What a code keeps


def test_the_rotation_turns_and_is_the_same_everywhere() -> None:
    for dimension in (64, 100, 384):
        turned = rotation(dimension).astype(np.float64)
        np.testing.assert_allclose(turned @ turned.T, np.eye(dimension), atol=1e-5)
    some = rotation(384)[[0, 0, 200, 383], [0, 1, 100, 383]]
    np.testing.assert_allclose(some, [-0.03597, 0.04707, -0.05444, -0.07746], atol=1e-5)


@pytest.mark.parametrize("dimension", [64, 100, 384])
def test_maxsim_over_codes_is_that_of_the_decoded_vectors(dimension: int) -> None:
    vectors, asked = drawn(5, dimension, 1), drawn(7, dimension, 2)
    lengths = (3, 0, 40, 1, 0)
    codes = [code(drawn(n, dimension, n), v) for n, v in zip(lengths, vectors, strict=True)]
    brute = [
        (asked @ decoded(part, vector).T).max(1).mean() if part.size else 0
        for part, vector in zip(codes, vectors, strict=True)
    ]
    np.testing.assert_allclose(maxsim(asked, codes, vectors), brute, rtol=1e-4, atol=1e-6)


def near(centre: Vectors, n: int, along: float, seed: int) -> Vectors:
    """Vectors of unit length, about as far from a centre as tokens are from their passage."""
    return unit(along * centre + (1 - along**2) ** 0.5 * drawn(n, centre.size, seed))


def test_the_estimate_of_an_inner_product_is_unbiased_and_its_error_small() -> None:
    (vector,) = drawn(1, 384)
    tokens = near(vector, 20_000, 0.8, 1)
    found = decoded(code(tokens, vector), vector)
    np.testing.assert_allclose((found * tokens).sum(1), 1, atol=2e-3)
    for likeness in (0.0, 0.7):
        asked = unit(likeness * tokens + drawn(len(tokens), 384, 2))
        error = (asked * found).sum(1) - (asked * tokens).sum(1)
        assert abs(error.mean()) < 4 * error.std() / len(error) ** 0.5 + 1e-4
        assert error.std() < 0.025


def test_maxsim_of_random_vectors_is_close_to_that_of_their_codes() -> None:
    asked, vectors = drawn(12, 384, 1), drawn(50, 384, 2)
    tokens = [near(vector, 100, 0.8, 3 + n) for n, vector in enumerate(vectors)]
    exact = [(asked @ part.T).max(1).mean() for part in tokens]
    codes = [code(part, vector) for part, vector in zip(tokens, vectors, strict=True)]
    found = maxsim(asked, codes, vectors)
    assert np.corrcoef(found, exact)[0, 1] > 0.9


def test_maxsim_of_real_tokens_is_close_to_that_of_their_codes(
    sample_index: LocalIndex, real_encoder: SentenceEncoder
) -> None:
    (asked,) = real_encoder.embed_queries(["quelles conventions couvrent la baignade ?"])
    texts = [passage.text for passage in sample_index.passages(range(1, 61))]
    said = real_encoder.embed_queries(texts)
    exact = [(asked.tokens @ one.tokens.T).max(1).mean() for one in said]
    vectors = np.array([one.vector for one in said])
    found = maxsim(asked.tokens, [code(one.tokens, one.vector) for one in said], vectors)
    assert np.corrcoef(found, exact)[0, 1] > 0.98
    assert np.abs(found - exact).max() < 0.02


def test_a_token_along_its_passage_has_no_rest_and_no_tokens_no_codes() -> None:
    (vector,) = drawn(1, 384)
    (alone,) = code(vector[None], vector)
    assert (alone["along"], alone["scale"]) == (pytest.approx(1), pytest.approx(0, abs=1e-6))
    assert code(np.empty((0, 384), np.float32), vector).size == 0
    none = np.empty((0, 384), np.float32)
    assert maxsim(none, [code(vector[None], vector)], vector[None]).tolist() == [0]
    assert maxsim(vector[None], [], none).size == 0
    assert layout(384).itemsize == 52


# What an index keeps


def test_an_updated_index_has_the_codes_of_one_built_from_nothing(tmp_path: Path) -> None:
    library, encoder = write(tmp_path / "library", LIBRARY), WordEncoder()
    before = codes_of(published(library, tmp_path / "index", encoder))
    assert all(before.values())
    (library / "conventions/eau.txt").rename(library / "eau.txt")
    (library / "deliberations/ecole.html").unlink()
    text = LIBRARY["conventions/baignade.md"].replace("trois sites", "deux plages")
    write(library, {"conventions/baignade.md": text, "note.txt": "NOTE\n\nLe canal est curé."})
    encoder.encoded.clear()
    after = codes_of(published(library, tmp_path / "index", encoder))
    assert sorted("plages" in text or "canal" in text for text in encoder.encoded) == [True, True]
    write(library, {"autre.txt": "NOTE\n\nLe pont est repeint."})
    after = codes_of(published(library, tmp_path / "index", encoder))
    assert after == codes_of(published(library, tmp_path / "fresh"))
    assert differences(tmp_path / "index", tmp_path / "fresh", ["canal"]) == []
    names = {path.name for path in folder_of(tmp_path / "index", 3).glob("tokens*")}
    assert names == {"tokens.bin", "tokens.npy"}
    rollback(tmp_path / "index", 1)
    assert codes_of(open_index(tmp_path / "index")) == before


def test_deleting_takes_codes_out_and_an_empty_index_has_none(tmp_path: Path) -> None:
    library, index = write(tmp_path / "library", LIBRARY), tmp_path / "index"
    before = codes_of(published(library, index))
    (library / "conventions/eau.txt").unlink()
    after = codes_of(published(library, index))
    assert after == {k: codes for k, codes in before.items() if not k.startswith("conventions~eau")}
    assert 0 < len(after) < len(before)
    update([], index, WordEncoder(), rebuild=True)
    empty = open_index(index)
    assert empty.codes == []
    assert search(parse("eau"), WordEncoder().embed_queries(["eau"])[0], empty).hits == ()
    write(library, LIBRARY)
    assert codes_of(published(library, index)) == before


def test_codes_cut_short_are_refused_when_opened_and_not_built_on(tmp_path: Path) -> None:
    library, index = write(tmp_path / "library", LIBRARY), tmp_path / "index"
    published(library, index)
    path = folder_of(index, 1) / "tokens.bin"
    path.write_bytes(path.read_bytes()[:-52])
    with pytest.raises(IndexCorrupted, match=r"tokens\.bin"):
        open_index(index)
    (library / "conventions/eau.txt").unlink()
    with pytest.raises(IndexCorrupted, match=r"tokens\.bin"):
        published(library, index)


def test_indexes_whose_tokens_differ_are_told_apart(tmp_path: Path) -> None:
    class Other(WordEncoder):
        def tokens(self, text: str) -> Vectors:
            return super().tokens(text.replace("potable", "trouble"))

    library = write(tmp_path / "library", LIBRARY)
    published(library, tmp_path / "index")
    published(library, tmp_path / "other", Other())
    (found,) = differences(tmp_path / "index", tmp_path / "other", [])
    assert found.startswith("tokens conventions~eau.txt")


# Who ranks first

POOLS = {
    "a.txt": "NOTE\n\nLe stade est repeint.",
    "b.txt": "NOTE\n\nLe bassin est couvert.",
    "c.txt": "NOTE\n\nLe canal est curé.",
}


def test_the_passage_that_means_the_questions_words_is_first_unless_late_is_off(
    tmp_path: Path,
) -> None:
    index = published(write(tmp_path / "library", POOLS), tmp_path / "index")
    (asked,) = WordEncoder().embed_queries(["piscine"])
    recipe = Recipe()
    assert search(parse("piscine"), asked, index, recipe).hits[0].document.id == "b.txt"
    recipe = recipe.without([Stage.LATE])
    assert search(parse("piscine"), asked, index, recipe).hits[0].document.id == "a.txt"


def test_a_service_leaves_out_the_stages_that_its_settings_name(tmp_path: Path) -> None:
    published(write(tmp_path / "library", POOLS), tmp_path / "index")
    for off, first in (((), "b.txt"), ((Stage.LATE,), "a.txt")):
        with serving(tmp_path / "index", WordEncoder(), off=off) as client:
            hits = client.get("/v1/search", params={"q": "piscine"}).json()["hits"]
        assert hits[0]["document"]["id"] == first


class Stems(WordEncoder):
    """The same, with a text's vector of its stems."""

    encode_queries = SmallEncoder.encode_queries


@pytest.fixture
def staged(tmp_path: Path) -> LocalIndex:
    return published(write(tmp_path / "library", LIBRARY), tmp_path / "index", Stems())


def found(index: LocalIndex, *off: Stage) -> Candidates:
    question = parse("baignade et « eau potable »")
    (asked,) = Stems().embed_queries([question.text])
    return candidates(question, asked, index, Recipe().without(off))


@pytest.mark.parametrize(
    ("stage", "part"),
    [
        (Stage.LATE, "late"),
        (Stage.LEXICAL, "lexical"),
        (Stage.TITLE, "lexical"),
        (Stage.REFERENCES, "named"),
    ],
)
def test_a_stage_switched_off_takes_its_own_part_out(
    staged: LocalIndex, stage: Stage, part: str
) -> None:
    whole, without = found(staged), found(staged, stage)
    for name in ("keys", "dense", "lexical", "late", "named"):
        same = np.array_equal(getattr(whole, name), getattr(without, name))
        assert same == (name != part), name
    assert getattr(without, part).any() == (stage == Stage.TITLE)
    assert (without.score <= whole.score).all()
    assert (without.score < whole.score).any()


def test_without_dense_only_what_says_a_word_is_found(staged: LocalIndex) -> None:
    whole, said = found(staged), found(staged, Stage.DENSE)
    assert whole.keys.tolist() == [1, 2, 3]
    assert said.keys.tolist() == [1, 2]
    assert (said.lexical > 0).all()


# Encoders

WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] query : la eau pont bai ##gnade ."


@pytest.mark.parametrize(
    ("dimension", "padding", "kept", "asked"),
    [
        (32, "right", [3, 0, 1], [4, 0, 1]),
        (32, "left", [3, 0, 1], [4, 0, 1]),
        (16, "right", [0, 0, 0], [0, 0, 0]),  # a last layer of its own for passages
    ],
)
def test_a_model_of_another_make_gives_the_tokens_that_can_be_compared(
    dimension: int, padding: str, kept: list[int], asked: list[int], tmp_path: Path
) -> None:
    (tmp_path / "vocab.txt").write_text("\n".join(WORDS.split()))
    shape = {"hidden_size": 32, "num_attention_heads": 2, "intermediate_size": 32}
    bert = BertConfig(vocab_size=len(WORDS.split()), num_hidden_layers=1, **shape)
    BertModel(bert).save_pretrained(tmp_path)
    tokenizer = BertTokenizerFast(str(tmp_path / "vocab.txt"), padding_side=padding)
    tokenizer.save_pretrained(tmp_path)
    layers = [Transformer(str(tmp_path)), Pooling(32), Dense(32, dimension)]
    modules = layers if dimension != 32 else layers[:2]
    model = SentenceTransformer(modules=modules, prompts={"query": "query: "}, device="cpu")
    model.save(str(tmp_path / "model"))
    encoder, texts = SentenceEncoder(str(tmp_path / "model")), ["la baignade.", "", "eau"]
    vectors, codes = encoder.embed_documents(texts)
    assert vectors.shape == (3, dimension)
    assert [part.size for part in codes] == kept
    assert [len(one.tokens) for one in encoder.embed_queries(texts)] == asked


def test_what_is_remembered_is_what_the_encoder_gave(tmp_path: Path) -> None:
    texts = ["baignade en Lunelle", "", "eau potable"]
    encoder = WordEncoder()
    for _ in range(2):
        remembering = RememberingEncoder(encoder, tmp_path / "v")
        assert isinstance(remembering, TokenEncoder)
        vectors, codes = remembering.embed_documents(texts)
        expected, tokens = WordEncoder().embed_documents(texts)
        np.testing.assert_array_equal(vectors, expected)
        assert [part.tobytes() for part in codes] == [part.tobytes() for part in tokens]
        assert {part.dtype for part in codes} == {layout(encoder.dimension)}
        pairs = zip(remembering.embed_queries(texts), encoder.embed_queries(texts), strict=True)
        for asked, again in pairs:
            np.testing.assert_array_equal(asked.vector, again.vector)
            np.testing.assert_array_equal(asked.tokens, again.tokens)
    assert encoder.encoded == texts


def test_bytes_of_tokens_count_for_what_is_forgotten(tmp_path: Path) -> None:
    row = 4 * WordEncoder.dimension + layout(WordEncoder.dimension).itemsize  # of one word
    for texts in (["baignade", "canal"], ["canal"], ["pont"]):
        RememberingEncoder(WordEncoder(), tmp_path / "v", 2 * row).encode_documents(texts)
    encoder = WordEncoder()
    RememberingEncoder(encoder, tmp_path / "v", 2 * row).encode_documents(["canal", "pont"])
    assert encoder.encoded == []
    RememberingEncoder(encoder, tmp_path / "v", 2 * row).encode_documents(["baignade"])
    assert encoder.encoded == ["baignade"]


def test_an_encoder_without_tokens_gives_none(tmp_path: Path) -> None:
    (asked,) = embed_queries(SmallEncoder(), ["baignade"])
    assert asked.tokens.shape == (0, SmallEncoder.dimension)
    index = published(write(tmp_path / "library", LIBRARY), tmp_path / "index", SmallEncoder())
    assert [codes.size for codes in index.codes] == [0] * index.count()[1]
