"""The adapters of `service.answers.joint`, trained on a dataset whose answers are known.

Each question is read with the passage that answers it, and with one of its nearest that does not:
there the model has to find « nothing here ». The lower layers stay as they are: what they make of
each pair is computed once.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from service.answers.joint import LOWER, Pair, adaptable, padded

RANK, WIDE_RANK = 16, 8  # of the adapters: in the attention, and in the wider maps
RATE, WARMUP, DECAY = 1e-3, 0.06, 0.01
BATCH = 16  # examples
Hidden = NDArray[np.float16]


class Example(NamedTuple):
    """A pair, and the first and last tokens, among the passage's, of each place that answers."""

    pair: Pair
    answers: Sequence[tuple[int, int]]


class Adapter(nn.Module):
    """A linear map that stays, and a change of low rank that is learnt."""

    def __init__(self, linear: nn.Linear, rank: int) -> None:
        super().__init__()
        self.linear = linear
        self.down = nn.Parameter(torch.randn(rank, linear.in_features) / sqrt(linear.in_features))
        self.up = nn.Parameter(torch.zeros(linear.out_features, rank))

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        changed: torch.Tensor = self.linear(rows) + rows @ self.down.T @ self.up.T
        return changed


@dataclass(frozen=True)
class Trainee:
    """The upper layers with their adapters, and the head, in float32."""

    layers: Sequence[nn.Module]
    adapters: dict[str, Adapter]
    span: nn.Linear
    none: nn.Linear

    @classmethod
    def of(cls, transformer: Any) -> "Trainee":
        """Adapters are put into the transformer, whose own weights are frozen."""
        transformer.float().requires_grad_(False)
        width = transformer.config.hidden_size
        adapters = {}
        for name, linear in list(adaptable(transformer)):
            parent, _, own = name.rpartition(".")
            rank = RANK if linear.in_features == linear.out_features else WIDE_RANK
            adapters[name] = Adapter(linear, rank)
            setattr(transformer.encoder.layer.get_submodule(parent), own, adapters[name])
        span, none = nn.Linear(width, 2), nn.Linear(width, 1)
        for head in (span, none):
            nn.init.normal_(head.weight, std=0.02)
        return cls(transformer.encoder.layer[LOWER:], adapters, span, none)

    def groups(self) -> list[dict[str, Any]]:
        """What is learnt, as an optimizer takes it."""
        adapters = [p for a in self.adapters.values() for p in (a.down, a.up)]
        heads = [*self.span.parameters(), *self.none.parameters()]
        return [{"params": adapters, "weight_decay": DECAY}, {"params": heads, "weight_decay": 0.0}]

    def loss(self, examples: Sequence[Example], hidden: Sequence[Hidden]) -> torch.Tensor:
        """Mean over examples of the negative log probability of the places that answer."""
        rows, mask = _stacked(hidden)
        for layer in self.layers:
            rows = layer(rows, mask)
            rows = rows[0] if isinstance(rows, tuple) else rows
        spans, nones = self.span(rows), self.none(rows[:, 0])
        losses = []
        for (pair, answers), both, none in zip(examples, spans, nones, strict=True):
            logs = torch.cat([none.expand(1, 2), both[pair.own]]).log_softmax(0)
            for side in (0, 1):
                right = sorted({places[side] + 1 for places in answers}) or [0]
                losses.append(-logs[right, side].logsumexp(0))
        return torch.stack(losses).mean()

    def learnt(self) -> dict[str, Hidden]:
        """What `service.answers.joint` loads."""
        parts: dict[str, torch.Tensor]
        parts = {f"{name}.down": a.down for name, a in self.adapters.items()}
        parts |= {f"{name}.up": a.up for name, a in self.adapters.items()}
        for name, head in (("span", self.span), ("none", self.none)):
            parts |= {f"{name}.weight": head.weight, f"{name}.bias": head.bias}
        return {name: part.detach().half().numpy() for name, part in parts.items()}


def lower(transformer: Any, examples: Sequence[Example], filling: int) -> list[Hidden]:
    """What the lower layers make of each pair, [n_tokens, width]."""
    found: dict[int, Hidden] = {}
    order = sorted(range(len(examples)), key=lambda i: -len(examples[i].pair.tokens))
    for at in range(0, len(order), BATCH):
        rows = order[at : at + BATCH]
        with torch.inference_mode():
            inputs, mask = padded([examples[i].pair for i in rows], filling)
            states = transformer(inputs, mask, output_hidden_states=True).hidden_states[LOWER]
        for i, one in zip(rows, states, strict=True):
            found[i] = one[: len(examples[i].pair.tokens)].half().numpy()
    return [found[i] for i in range(len(examples))]


def train(
    trainee: Trainee,
    examples: Sequence[Example],
    hidden: Sequence[Hidden],
    epochs: float,
    seed: int,
) -> Iterator[tuple[int, int, float]]:
    """Learns, and gives each step: how many are done, of how many, and its loss."""
    steps = int(epochs * len(examples) / BATCH)
    optimizer = torch.optim.AdamW(trainee.groups(), lr=RATE)
    draws = _batches(hidden, random.Random(seed))
    for step in range(steps):
        warm = step / (WARMUP * steps)
        left = (steps - step) / (steps - WARMUP * steps)
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(warm, left)
        rows = next(draws)
        loss = trainee.loss([examples[i] for i in rows], [hidden[i] for i in rows])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        for group in optimizer.param_groups:
            nn.utils.clip_grad_norm_(group["params"], 1.0)
        optimizer.step()
        yield step + 1, steps, loss.item()


def _stacked(hidden: Sequence[Hidden]) -> tuple[torch.Tensor, torch.Tensor]:
    """Rows of pairs filled to the longest, and what to add to the scores of the attention."""
    longest = max(map(len, hidden))
    rows = np.zeros((len(hidden), longest, hidden[0].shape[1]), np.float32)
    mask = np.full((len(hidden), 1, 1, longest), -1e4, np.float32)
    for i, one in enumerate(hidden):
        rows[i, : len(one)], mask[i, ..., : len(one)] = one, 0
    return torch.from_numpy(rows), torch.from_numpy(mask)


def _batches(hidden: Sequence[Hidden], drawn: random.Random) -> Iterator[list[int]]:
    """Rows of examples of a like length, in a new order each time all have been seen."""
    while True:
        order = drawn.sample(range(len(hidden)), len(hidden))
        pools = (order[at : at + 20 * BATCH] for at in range(0, len(order), 20 * BATCH))
        alike = [sorted(pool, key=lambda i: len(hidden[i])) for pool in pools]
        batches = [p[at : at + BATCH] for p in alike for at in range(0, len(p), BATCH)]
        drawn.shuffle(batches)
        yield from batches
