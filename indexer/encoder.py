"""Texts to vectors of unit length, through sentence-transformers."""

from __future__ import annotations

import ctypes
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast, runtime_checkable

import numpy as np

from corpus.errors import ModelUnavailable
from indexer.lexical import stem
from indexer.tokens import Codes, code, layout
from indexer.tokens import Vectors as Vectors

if TYPE_CHECKING:  # torch takes seconds to import; commands that need no model go without
    import torch
    from sentence_transformers import SentenceTransformer

TRIMMED = 64  # batches between two calls of `_give_memory_back`
WORDS = "eau", "pont"  # of which no tokenizer makes the same tokens
BATCH = 16  # texts; on two cores 8 to 16 are as fast as any, and larger ones pad more


class Encoder(Protocol):
    """What the index and the search need of a model; a test may pass a small one of its own."""

    @property
    def fingerprint(self) -> str:
        """Tells two models apart: equal only if their vectors may be compared."""

    @property
    def dimension(self) -> int: ...

    def encode_documents(
        self, texts: Sequence[str], progress: Callable[[int], None] = ...
    ) -> Vectors:
        """Vectors float32 [n_texts, dimension], rows of unit length."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors float32 [n_texts, dimension], rows of unit length."""


class Asked(NamedTuple):
    """What the model makes of a question; rows of unit length."""

    vector: Vectors  # float32 [dimension]
    tokens: Vectors  # float32 [n_tokens, dimension]; none where the encoder gives no tokens


@runtime_checkable
class TokenEncoder(Encoder, Protocol):
    """An encoder that gives the vectors of tokens too, for late interaction."""

    def embed_documents(
        self, texts: Sequence[str], progress: Callable[[int], None] = ...
    ) -> tuple[Vectors, list[Codes]]:
        """Vectors as `encode_documents` gives them, and the codes of each text's tokens."""

    def embed_queries(self, texts: Sequence[str]) -> list[Asked]: ...


def embed_queries(encoder: Encoder, texts: Sequence[str]) -> list[Asked]:
    """Questions embedded by any encoder."""
    if isinstance(encoder, TokenEncoder):
        return encoder.embed_queries(texts)
    return [Asked(vector, vector[None, :][:0]) for vector in encoder.encode_queries(texts)]


def embed_documents(
    encoder: Encoder, texts: Sequence[str], progress: Callable[[int], None] = lambda n: None
) -> tuple[Vectors, list[Codes]]:
    """Texts embedded by any encoder; no codes for one that gives no tokens."""
    if isinstance(encoder, TokenEncoder):
        return encoder.embed_documents(texts, progress)
    vectors = encoder.encode_documents(texts, progress)
    return vectors, [np.empty(0, layout(encoder.dimension))] * len(texts)


class SentenceEncoder:
    """A sentence-transformers model; E5's prefixes are prompts in the model's own settings.

    Args:
        model: a folder or a hub id. None: the default model, unpacked under `cache`.

    Raises:
        ModelUnavailable: the model cannot be found or loaded.
    """

    def __init__(self, model: str | None = None, cache: Path | None = None) -> None:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        from indexer.unpack import NAME, default_model

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        self.name = model or NAME
        self._asked = 0
        source = model or str(default_model(cache or default_cache()))
        try:
            self._model = SentenceTransformer(source, device="cpu", model_kwargs={"dtype": "auto"})
        except (OSError, ValueError) as error:
            raise ModelUnavailable(
                f"Le modèle « {source} » ne peut pas être chargé : indiquez un dossier ou un "
                "identifiant valide avec ENTENTE_MODEL."
            ) from error
        self._dimension = int(self._model.get_embedding_dimension() or 0)
        self._fingerprint = f"{self.name}/{self._dimension}/{self._digest()}"
        _compute_in(_fastest_dtype(), self._model)
        self._prompts = {kind: self._prompt_length(kind) for kind in ("document", "query")}
        self._special = np.array(self._model.tokenizer.all_special_ids)
        self._said: dict[int, bool] = {}  # which tokens say something

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    @property
    def dimension(self) -> int:
        return self._dimension

    @property
    def transformer(self) -> Any:
        """The model itself, of the class that transformers gives it."""
        return self._model.transformers_model

    @property
    def tokenizer(self) -> Any:
        return self._model.tokenizer

    def encode_documents(
        self, texts: Sequence[str], progress: Callable[[int], None] = lambda n: None
    ) -> Vectors:
        return self.embed_documents(texts, progress)[0]

    def embed_documents(
        self, texts: Sequence[str], progress: Callable[[int], None] = lambda n: None
    ) -> tuple[Vectors, list[Codes]]:
        vectors = np.empty((len(texts), self._dimension), np.float32)
        codes: list[Codes] = [np.empty(0, layout(self._dimension))] * len(texts)
        for turn, rows in enumerate(batches(texts)):
            if turn % TRIMMED == 0:
                _give_memory_back()
            outputs = self._model.encode_document([texts[i] for i in rows], output_value=None)
            for row, output in zip(rows, outputs, strict=True):
                vectors[row] = _unit(output["sentence_embedding"])
                codes[row] = code(self._tokens(output, "document"), vectors[row])
            progress(len(rows))
        return vectors, codes

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        found = [one.vector for one in self.embed_queries(texts)]
        return np.array(found, np.float32).reshape(-1, self._dimension)

    def embed_queries(self, texts: Sequence[str]) -> list[Asked]:
        self._asked += 1
        if self._asked % TRIMMED == 0:
            _give_memory_back()
        outputs = self._model.encode_query(list(texts), batch_size=64, output_value=None)
        return [
            Asked(_unit(output["sentence_embedding"]), self._tokens(output, "query"))
            for output in outputs
        ]

    def _tokens(self, output: dict[str, torch.Tensor], kind: str) -> Vectors:
        """The vectors of a text's tokens, float32 [n, dimension]: neither prompt nor filling.

        Of a document only those of words that say something: stop words and signs are two fifths
        of the tokens, and leaving them out changed no figure. None of a model whose last layer
        gives passages another dimension than tokens: the two cannot be compared.
        """
        ids, vectors = output["input_ids"].numpy(), output["token_embeddings"]
        if vectors.shape[1] != self._dimension:
            return np.empty((0, self._dimension), np.float32)
        own = np.flatnonzero(output["attention_mask"].numpy())[self._prompts[kind] :]
        own = own[~np.isin(ids[own], self._special)]
        if kind == "document":
            own = own[[self._says(token) for token in ids[own].tolist()]]
        return _unit(vectors[own])

    def _says(self, token: int) -> bool:
        """Whether a token is of a word that says something; of a tokenizer that is not
        SentencePiece, stop words do too."""
        if token not in self._said:
            piece = str(self._model.tokenizer.convert_ids_to_tokens(token))
            word = piece.removeprefix("\u2581")  # SentencePiece's mark of a word's beginning
            stop = word != piece and stem(word) is None
            self._said[token] = any(map(str.isalnum, word)) and not stop
        return self._said[token]

    def _prompt_length(self, kind: str) -> int:
        """How many tokens stand before a text's own."""
        prompt, tokenizer = self._model.prompts.get(kind, ""), self._model.tokenizer
        both = zip(*(tokenizer(prompt + word)["input_ids"] for word in WORDS), strict=False)
        return len([*takewhile(lambda pair: pair[0] == pair[1], both)])

    def forward(self, texts: Sequence[str]) -> Callable[[], object]:
        """The model's bare forward pass over one batch, tokenized already: to time it."""
        import torch

        prompt = self._model.prompts.get("document", "")
        features = self._model.preprocess([prompt + text for text in texts])

        def run() -> object:
            with torch.inference_mode():
                return self._model.forward(features)

        return run

    def _digest(self) -> str:
        """Of the prompts and of a part of every weight: a model replaced under its name differs."""
        digest = hashlib.sha256(repr(sorted(self._model.prompts.items())).encode())
        for tensor in self._model.parameters():
            digest.update(tensor.detach().flatten()[:512].float().numpy().tobytes())
        return digest.hexdigest()[:12]


def _unit(rows: torch.Tensor) -> Vectors:
    """Normalise in float32: in bfloat16 the model's own rows are up to 0.3 % too short."""
    vectors = rows.detach().float().numpy()
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / lengths.clip(1e-12), np.float32)


def batches(texts: Sequence[str]) -> Iterator[list[int]]:
    """Rows of the texts that are embedded together: the longest first, like with like."""
    order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
    return (order[at : at + BATCH] for at in range(0, len(order), BATCH))


def _give_memory_back() -> None:
    """Return free pages to the system: batches of ever new shapes leave the heap in pieces.

    Takes 5 to 9 ms, and keeps a process at 0.9 GB that otherwise grew beyond 1.8 GB.
    """
    with suppress(AttributeError, OSError):  # a C library other than GNU's has no such call
        ctypes.CDLL(None).malloc_trim(0)


def default_cache() -> Path:
    """The folder for what can be made again: `$XDG_CACHE_HOME/entente` or `~/.cache/entente`."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "entente"


def _fastest_dtype() -> torch.dtype:
    """bfloat16 where the CPU multiplies it in tiles (AMX, 3 times faster), float32 elsewhere.

    With AVX-512's bfloat16 alone it is slower than float32 (9.0 against 13.1 passages a second).
    """
    import torch

    return torch.bfloat16 if torch.cpu._is_amx_tile_supported() else torch.float32


def _compute_in(dtype: torch.dtype, model: SentenceTransformer) -> None:
    """Compute in `dtype`, but keep the table of word vectors as it is stored.

    The table is four fifths of the default model and only looked up: its rows are cast when
    they are read, which changes no result and saves 190 MB.
    """
    table = cast("torch.nn.Module", model.transformers_model.get_input_embeddings())
    for module in model.modules():
        if module is not table:
            for parameter in module.parameters(recurse=False):
                parameter.data = parameter.data.to(dtype)

    def read(_module: torch.nn.Module, _inputs: Any, rows: torch.Tensor) -> torch.Tensor:
        return rows.to(dtype)

    table.register_forward_hook(read)
