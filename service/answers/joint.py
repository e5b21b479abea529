"""A question and a passage read together: where the passage answers, or that it does not.

The default model's own layers, the upper six of them with low-rank adapters (LoRA: Hu and others,
ICLR 2022) under a span head with a place for « nothing here » (BERT: Devlin and others, NAACL
2019). `adapters.npz` holds what was trained, on two thirds of PIAF's articles:

    python -m eval train PIAF -o service/answers/adapters.npz

What it is worth: « Answers » in `docs/decisions.md`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from service.search import Span

if TYPE_CHECKING:
    import torch
    from torch import nn

    from indexer import SentenceEncoder

ADAPTERS = Path(__file__).parent / "adapters.npz"
LOWER = 6  # layers that stay as they are, and are shared with the encoder
LONGEST = 320  # tokens of a question and its passage; the end of the longer is not read
WIDEST = 40  # tokens of an exact answer
BATCH = 16  # pairs
QUESTION, PASSAGE = "query: ", "passage: "  # as the model was trained for
LogProbabilities = NDArray[np.float32]


class Text(NamedTuple):
    """A passage under the title of its document."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Where a passage may answer: log probabilities that an answer starts and ends at each token.

    Each of both distributions has one more outcome, that the passage does not answer.
    """

    places: NDArray[np.int64]  # [n_tokens, 2], in code points of the passage's text
    starts: LogProbabilities  # [n_tokens]
    ends: LogProbabilities

    def best(self, within: Span) -> tuple[float, Span | None]:
        """The probability that the answer stands within a span, and the likeliest exact answer."""
        own = np.flatnonzero(
            (self.places[:, 0] >= within.start) & (self.places[:, 1] <= within.end)
        )
        if not own.size:
            return 0.0, None
        pairs = self.starts[own, None] + self.ends[None, own]
        ahead = own[None, :] - own[:, None]
        pairs[(ahead < 0) | (ahead >= WIDEST)] = -np.inf
        first, last = np.unravel_index(pairs.argmax(), pairs.shape)
        exact = Span(int(self.places[own[first], 0]), int(self.places[own[last], 1]))
        return float(np.exp(pairs).sum()), exact


def fits(encoder: SentenceEncoder, adapters: Path = ADAPTERS) -> bool:
    """Whether the adapters were trained for this encoder's model."""
    return str(np.load(adapters)["model"]) == encoder.fingerprint


class JointReader:
    """Reads with an encoder's own model; to be called in the thread that runs it."""

    def __init__(self, encoder: SentenceEncoder, adapters: Path = ADAPTERS) -> None:
        self._tokenizer = encoder.tokenizer
        self._model = adapted(encoder.transformer, learnt := dict(np.load(adapters)))
        self._span, self._none = (_linear(learnt, name) for name in ("span", "none"))

    def __call__(self, question: str, passages: Sequence[Text]) -> list[Reading]:
        """One reading of each passage."""
        pairs = [pair(self._tokenizer, question, passage) for passage in passages]
        found: dict[int, Reading] = {}
        order = sorted(range(len(pairs)), key=lambda i: -len(pairs[i].tokens))
        for at in range(0, len(order), BATCH):
            rows = order[at : at + BATCH]
            found.update(zip(rows, self._read([pairs[i] for i in rows]), strict=True))
        return [found[i] for i in range(len(pairs))]

    def _read(self, pairs: Sequence[Pair]) -> Iterator[Reading]:
        import torch

        with torch.inference_mode():
            inputs, mask = padded(pairs, self._tokenizer.pad_token_id)
            hidden = self._model(input_ids=inputs, attention_mask=mask).last_hidden_state.float()
            spans, none = self._span(hidden), self._none(hidden[:, 0])
        for pair, both, nothing in zip(pairs, spans, none, strict=True):
            scores = torch.cat([nothing[None].expand(1, 2), both[pair.own]])
            logs = scores.log_softmax(0).numpy()[1:]
            yield Reading(pair.places, logs[:, 0], logs[:, 1])


@dataclass(frozen=True, slots=True)
class Pair:
    """The tokens of a question and a passage; `own` are the passage's, `places` where they are."""

    tokens: list[int]
    own: list[int]
    places: NDArray[np.int64]


def pair(tokenizer: Any, question: str, passage: Text) -> Pair:
    """Question and passage as the model reads them together."""
    before = f"{PASSAGE}{passage.title}\n"
    read = tokenizer(
        QUESTION + question,
        before + passage.text,
        truncation="longest_first",
        max_length=LONGEST,
        return_offsets_mapping=True,
    )
    places = np.array(read["offset_mapping"], np.int64) - len(before)
    for place in places:  # a token of SentencePiece holds the space before its word
        place[0] += place[0] >= 0 and passage.text[place[0] : place[1]].startswith((" ", "\u00a0"))
    second = np.array([part == 1 for part in read.sequence_ids(0)])
    own = np.flatnonzero(second & (places[:, 0] >= 0) & (places[:, 1] > places[:, 0]))
    return Pair(read["input_ids"], own.tolist(), places[own])


def padded(pairs: Sequence[Pair], filling: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Tokens and their mask, [n_pairs, longest]."""
    import torch

    lengths = torch.tensor([len(pair.tokens) for pair in pairs])
    mask = (torch.arange(int(lengths.max()))[None, :] < lengths[:, None]).long()
    inputs = torch.full_like(mask, filling)
    inputs[mask.bool()] = torch.tensor([token for pair in pairs for token in pair.tokens])
    return inputs, mask


def adapted(transformer: Any, learnt: dict[str, NDArray[np.float16]]) -> Any:
    """A transformer with the adapters in its upper layers; it shares the lower ones."""
    import torch

    shared = [transformer.embeddings, *transformer.encoder.layer[:LOWER]]
    own = deepcopy(transformer, {id(module): module for module in shared})
    for name, module in adaptable(own):
        down, up = (torch.tensor(learnt[f"{name}.{part}"]).float() for part in ("down", "up"))
        module.weight.data = (module.weight.float() + up @ down).to(module.weight.dtype)
    return own


def adaptable(transformer: Any) -> Iterator[tuple[str, nn.Linear]]:
    """The linear maps of the upper layers, by name."""
    from torch import nn

    for name, module in transformer.encoder.layer.named_modules():
        if isinstance(module, nn.Linear) and int(name.partition(".")[0]) >= LOWER:
            yield name, module


def _linear(learnt: dict[str, NDArray[np.float16]], name: str) -> nn.Linear:
    """The head's linear map of this name."""
    import torch
    from torch import nn

    weight, bias = (torch.tensor(learnt[f"{name}.{part}"]).float() for part in ("weight", "bias"))
    made = nn.Linear(weight.shape[1], weight.shape[0])
    made.weight.data, made.bias.data = weight, bias
    return made.requires_grad_(False)
