"""Vectors that are computed once."""

from pathlib import Path

import numpy as np
from conftest import SmallEncoder

from eval.vectors import RememberingEncoder

TEXTS = ["baignade en Lunelle", "eau potable", "baignade en Lunelle"]


def test_a_text_is_embedded_once_across_encoders(tmp_path: Path) -> None:
    first = SmallEncoder()
    vectors = RememberingEncoder(first, tmp_path / "v.sqlite").encode_documents(TEXTS)
    assert first.encoded == TEXTS[:2]
    np.testing.assert_array_equal(vectors, SmallEncoder().encode_documents(TEXTS))
    second = SmallEncoder()
    again = RememberingEncoder(second, tmp_path / "v.sqlite").encode_documents([*TEXTS, "école"])
    assert second.encoded == ["école"]
    np.testing.assert_array_equal(again[:3], vectors)


def test_models_and_kinds_of_text_are_told_apart(tmp_path: Path) -> None:
    RememberingEncoder(SmallEncoder(), tmp_path / "v.sqlite").encode_queries(TEXTS)
    encoder = SmallEncoder()
    RememberingEncoder(encoder, tmp_path / "v.sqlite").encode_documents(TEXTS)
    assert encoder.encoded
    other = SmallEncoder()
    other.fingerprint = "small-2"
    RememberingEncoder(other, tmp_path / "v.sqlite").encode_documents(TEXTS)
    assert other.encoded


def test_what_was_not_asked_for_longest_is_forgotten(tmp_path: Path) -> None:
    row = 4 * SmallEncoder.dimension
    for texts in (["a", "b"], ["b"], ["c"]):
        RememberingEncoder(SmallEncoder(), tmp_path / "v", 2 * row).encode_documents(texts)
    encoder = SmallEncoder()
    RememberingEncoder(encoder, tmp_path / "v", 2 * row).encode_documents(["b", "c"])
    assert encoder.encoded == []
    RememberingEncoder(encoder, tmp_path / "v", 2 * row).encode_documents(["a"])
    assert encoder.encoded == ["a"]


def test_progress_counts_what_was_known(tmp_path: Path) -> None:
    counted: list[int] = []
    RememberingEncoder(SmallEncoder(), tmp_path / "v").encode_documents(["a"])
    encoder = RememberingEncoder(SmallEncoder(), tmp_path / "v")
    encoder.encode_documents(["a", "b"], counted.append)
    assert sum(counted) == 2
    encoder.encode_documents(["a", "b"], counted.append)  # all of it known
    assert sum(counted) == 4
    assert encoder.encode_documents([]).shape == (0, SmallEncoder.dimension)


def test_a_damaged_file_of_vectors_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "v").write_bytes(bytes(range(256)) * 20)
    encoder = SmallEncoder()
    RememberingEncoder(encoder, tmp_path / "v").encode_documents(["a"])
    RememberingEncoder(encoder, tmp_path / "v").encode_documents(["a"])
    assert encoder.encoded == ["a"]
