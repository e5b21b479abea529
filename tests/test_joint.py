"""Question and passage read together, by the real model: what it finds, how it is trained."""

from collections.abc import Sequence
from copy import deepcopy
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import SmallEncoder

from corpus.document import Document, Metadata
from eval.parting import learnt
from eval.training import Example, Trainee, lower, train
from indexer import Passage, SentenceEncoder
from indexer.encoder import embed_documents, embed_queries
from service.answers.joint import ADAPTERS, JointReader, Text, fits, pair
from service.answers.readers import ByWords, Embedded, Joint, reader_of
from service.question import parse
from service.search import Cited, Span

POOL = Text(
    "Convention d'accès à la piscine des Deux-Rives",
    "La commune ouvre la piscine aux écoles du syndicat. "
    "Chaque séance est facturée 85 euros. Le bassin ferme en août.",
)
WOOD = Text("Charte forestière", "Les communes plantent des chênes. La charte dure dix ans.")
QUESTION = "Combien coûte une séance à la piscine ?"


@pytest.fixture(scope="module")
def read(real_encoder: SentenceEncoder) -> JointReader:
    return JointReader(real_encoder)


def test_the_answer_stands_in_the_sentence_that_says_it(read: JointReader) -> None:
    (reading,) = read(QUESTION, [POOL])
    ends = [0, *(i + 1 for i, c in enumerate(POOL.text) if c == ".")]
    spans = [Span(a, b) for a, b in pairwise(ends)]
    found = [reading.best(span) for span in spans]
    said, exact = max(found, key=lambda one: one[0])
    assert said == found[1][0]
    assert exact
    assert POOL.text[exact.start : exact.end] == "85 euros"
    assert sum(said for said, _ in found) <= 1


def test_a_passage_on_something_else_does_not_answer(read: JointReader) -> None:
    own, other = read(QUESTION, [POOL, WOOD])
    whole = [r.best(Span(0, len(t.text)))[0] for r, t in ((own, POOL), (other, WOOD))]
    assert whole[0] > 5 * whole[1]


def test_a_text_beyond_what_is_read_has_no_answer_there(read: JointReader) -> None:
    long = Text("Long", "Le bassin ferme en août. " * 200 + "Une séance coûte 85 euros.")
    (reading,) = read(QUESTION, [long])
    assert reading.best(Span(len(long.text) - 26, len(long.text))) == (0.0, None)


def test_a_question_as_long_as_any_is_read(read: JointReader) -> None:
    (reading,) = read("é" * 2000, [POOL])
    assert reading.starts.size > 0


def test_reading_leaves_the_model_of_the_search_as_it_is(real_encoder: SentenceEncoder) -> None:
    before = real_encoder.encode_queries([QUESTION])
    JointReader(real_encoder)(QUESTION, [POOL])
    np.testing.assert_array_equal(real_encoder.encode_queries([QUESTION]), before)


def test_a_sentence_is_surer_the_nearer_it_is_to_the_words(real_encoder: SentenceEncoder) -> None:
    (asked,) = embed_queries(real_encoder, [QUESTION])
    metadata = Metadata(title=POOL.title)
    document = Document("piscine.txt", "piscine.txt", POOL.text, "", metadata)
    passage = Passage(document.id, 0, len(POOL.text), POOL.text, None, ())
    passages = [(document, Cited(passage, 1.0, 0.9, 1.0, 1.0, 1.0, ()))]

    def alike(texts: Sequence[str]) -> Embedded:
        return embed_documents(real_encoder, ["?"] * len(texts))

    read = JointReader(real_encoder)
    found = reader_of(real_encoder)(parse(QUESTION), asked, passages)
    flat = Joint(read, alike)(parse(QUESTION), asked, passages)
    assert found[0].text == "Chaque séance est facturée 85 euros."
    before = {one.span: one.answers for one in flat}
    assert found[0].answers == before[found[0].span]  # the nearest loses nothing
    assert all(one.answers < before[one.span] for one in found[1:])
    assert len(found) == 3


def test_only_the_model_that_the_adapters_were_trained_for_reads(
    real_encoder: SentenceEncoder, small_encoder: SmallEncoder
) -> None:
    assert fits(real_encoder)
    assert isinstance(reader_of(real_encoder), Joint)
    assert isinstance(reader_of(small_encoder), ByWords)


def test_the_adapters_weigh_less_than_a_megabyte() -> None:
    assert ADAPTERS.stat().st_size < 10**6


def test_what_is_trained_is_what_is_read(real_encoder: SentenceEncoder, tmp_path: Path) -> None:
    torch.manual_seed(0)
    tokenizer, own = real_encoder.tokenizer, deepcopy(real_encoder.transformer)
    answering = pair(tokenizer, QUESTION, POOL)
    places = [i for i, (a, _) in enumerate(answering.places) if POOL.text[a:].startswith("85")][:1]
    examples = [
        Example(answering, [(places[0], places[0] + 1)]),
        Example(pair(tokenizer, QUESTION, WOOD), ()),
    ]
    hidden = lower(own, examples, tokenizer.pad_token_id)
    trainee = Trainee.of(own)
    losses = [loss for *_, loss in train(trainee, examples * 8, hidden * 8, epochs=20, seed=0)]
    assert np.mean(losses[-5:]) < 0.7 * losses[0]
    file = tmp_path / "adapters.npz"
    np.savez(file, allow_pickle=False, model=real_encoder.fingerprint, **trainee.learnt())
    yes, no = JointReader(real_encoder, file)(QUESTION, [POOL, WOOD])
    logs = [yes.starts[places[0]], yes.ends[places[0] + 1]]
    logs += [np.log1p(-np.exp(side).sum()) for side in (no.starts, no.ends)]
    with torch.inference_mode():
        assert -np.mean(logs) == pytest.approx(trainee.loss(examples, hidden).item(), abs=0.02)


def test_titles_part_what_is_learnt_from_what_is_measured() -> None:
    titles = [f"Titre {n}" for n in range(50)]
    own = learnt(titles)
    assert learnt(reversed(titles)) == own < set(titles)
    assert len(own) == 34
