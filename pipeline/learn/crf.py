"""A linear-chain conditional random field on integer features (Lafferty, McCallum and Pereira 2001).

Trained by AdaGrad (Duchi, Hazan and Singer 2011) on mini-batches of the penalised likelihood, with dropout on features: after a dozen passes it is
further than L-BFGS after sixty, and a pass costs no more. Forward, backward and Viterbi run over all sequences of a batch at once, step by step,
longest sequence first, so that the cost of Python is per step and not per token, and what a step reads and writes lies together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float64]
Weights = npt.NDArray[np.float32]
Ints = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Batch:
    """Sequences in a matrix of tokens, taken step by step: the first tokens of all, then the second ones, longest sequence first.

    Attributes:
        rows: row of each token.
        edges: for each step, place in `rows` of its first token; at the end their number.
    """

    rows: Ints
    edges: list[int]

    @classmethod
    def of(cls, spans: Sequence[tuple[int, int]]) -> Batch:
        """The batch of `[start, end)` spans of rows."""
        order = np.array(sorted((s for s in spans if s[1] > s[0]), key=lambda s: (s[0] - s[1], s[0])), np.intp).reshape(-1, 2)
        starts, lengths = order[:, 0], order[:, 1] - order[:, 0]
        alive = len(lengths) - np.cumsum(np.bincount(lengths))[:-1]  # how many sequences reach each step
        edges = np.cumsum([0, *alive])
        step = np.repeat(np.arange(len(alive)), alive)
        sequence = np.arange(len(step)) - edges[step]
        return cls(starts[sequence] + step, edges.tolist())

    def steps(self) -> Iterator[tuple[slice, slice]]:
        """For each step but the first, the places of its tokens and of those before them."""
        for before, first, stop in zip(self.edges, self.edges[1:], self.edges[2:], strict=False):
            yield slice(first, stop), slice(before, before + stop - first)


@dataclass
class CRF:
    """Weights of a fitted model.

    Attributes:
        weights: features x labels; row 0 belongs to no feature and is zero. They do not change any more once `scores` has been called.
        transitions: labels x labels, from row to column.
    """

    weights: Weights
    transitions: Floats

    @cached_property
    def _wide(self) -> Weights:
        """The weights with empty labels up to a multiple of eight: NumPy takes whole rows of 32 bytes several times as fast."""
        return np.pad(self.weights, ((0, 0), (0, -self.weights.shape[1] % 8)))

    def scores(self, features: npt.NDArray[np.int32]) -> Weights:
        """Tokens x labels: the sum of the weights of each token's features."""
        found = np.zeros((len(features), self._wide.shape[1]), np.float32)
        part = np.empty_like(found)
        for column in features.T:  # one gather a template: gathering all at once would need a hundred times the memory
            found += np.take(self._wide, column, axis=0, out=part, mode="clip")
        return found[:, : self.weights.shape[1]]

    def decode(self, scores: Weights, batch: Batch) -> npt.NDArray[np.int64]:
        """The best labels (Viterbi)."""
        labels = np.zeros(len(scores), np.int64)
        best = scores[batch.rows].astype(np.float64)
        for now, before in batch.steps():
            best[now] += (best[before, :, None] + self.transitions).max(1)
        found = best.argmax(1)  # right at the ends of sequences
        for now, before in reversed(list(batch.steps())):
            found[before] = (best[before] + self.transitions.T[found[now]]).argmax(1)
        labels[batch.rows] = found
        return labels

    def marginals(self, scores: Weights, batch: Batch) -> Floats:
        """Tokens x labels: the probability of each label."""
        found = np.zeros(scores.shape)
        forward, backward, *_ = _passes(scores, self.transitions, batch)
        found[batch.rows] = forward * backward
        return found


def _passes(scores: Floats | Weights, transitions: Floats, batch: Batch) -> tuple[Floats, Floats, Floats, float]:
    """Scaled forward and backward probabilities and scaled local ones, in the order of the batch, and the logarithm of the partition functions."""
    own = scores[batch.rows].astype(np.float64)
    top = own.max(1, keepdims=True)
    local, step = np.exp(own - top), np.exp(transitions)
    scale = local.sum(1, keepdims=True)
    forward = local / scale  # right for first tokens
    for now, before in batch.steps():
        part = (forward[before] @ step) * local[now]
        scale[now] = part.sum(1, keepdims=True)
        np.divide(part, scale[now], out=forward[now])
    local /= scale
    backward = np.ones_like(local)  # right for last tokens
    for now, before in reversed(list(batch.steps())):
        backward[before] = (backward[now] * local[now]) @ step.T
    return forward, backward, local, float(np.log(scale).sum() + top.sum())


@dataclass(frozen=True, slots=True)
class Settings:
    """How a model is trained.

    Attributes:
        epochs: passes over the sequences, in random order.
        batch: sequences of a step.
        rate: of AdaGrad at the beginning; it falls to a tenth.
        drop: share of the features of a token that are left out in training, so that none is relied on alone.
        penalty: of the squared weights (L2), on the sum over tokens.
    """

    epochs: int = 8
    batch: int = 256
    rate: float = 0.2
    drop: float = 0.2
    penalty: float = 0.5


def fit(
    features: npt.NDArray[np.int32],
    labels: npt.NDArray[np.int64],
    spans: Sequence[tuple[int, int]],
    *,
    sizes: tuple[int, int],
    settings: Settings = Settings(),
    seed: int = 0,
) -> CRF:
    """Fit a model.

    Args:
        features: tokens x templates, numbers of weights, 0 for none.
        labels: one a token.
        spans: rows of each sequence.
        sizes: how many weights and labels there are.
        settings: of the training.
        seed: of the order and of what is left out.
    """
    size, kinds = sizes
    chance = np.random.default_rng(seed)
    model = CRF(np.zeros((size, kinds), np.float32), np.zeros((kinds, kinds)))
    squares, steps = np.full((size, kinds), 1e-6, np.float32), np.full((kinds, kinds), 1e-6)
    for epoch in range(settings.epochs):
        rate = settings.rate * (1 - 0.9 * epoch / settings.epochs)
        order = chance.permutation(len(spans))
        for first in range(0, len(spans), settings.batch):
            chosen = [spans[n] for n in order[first : first + settings.batch]]
            rows = np.concatenate([np.arange(a, b) for a, b in chosen])
            seen = features[rows]
            if settings.drop:
                seen = np.where(chance.random(seen.shape, np.float32) < settings.drop, 0, seen)
            slope, change = _slopes(model, seen, labels[rows], [b - a for a, b in chosen])
            share = settings.penalty * len(chosen) / len(spans)
            slope += share * model.weights
            change += share * model.transitions
            squares += slope * slope
            steps += change * change
            model.weights -= np.float32(rate) * slope / np.sqrt(squares)
            model.transitions -= rate * change / np.sqrt(steps)
        model.weights[0] = 0
    if settings.drop:
        model.weights *= np.float32(1 - settings.drop)  # all features are there from now on
    return model


def _slopes(model: CRF, features: npt.NDArray[np.int32], labels: npt.NDArray[np.int64], lengths: Sequence[int]) -> tuple[Weights, Floats]:
    """Slopes of the negative log-likelihood of sequences that lie one after the other, in the weights and in the transitions."""
    size = len(model.weights)
    ends = np.cumsum([0, *lengths])
    batch = Batch.of(list(pairwise(ends.tolist())))
    used = features > 0
    matrix = csr_matrix(
        (np.ones(int(used.sum()), np.float32), features[used], np.concatenate([[0], np.cumsum(used.sum(1))])), shape=(len(features), size)
    )
    forward, backward, local, _ = _passes(matrix @ model.weights, model.transitions, batch)
    error = np.empty_like(forward)
    error[batch.rows] = forward * backward
    error[np.arange(len(labels)), labels] -= 1
    inner = np.ones(len(labels), bool)
    inner[ends[:-1]] = False
    onward, step = backward * local, np.exp(model.transitions)
    expected = sum((step * (forward[before].T @ onward[now]) for now, before in batch.steps()), np.zeros(step.shape))
    second = np.flatnonzero(inner)
    np.add.at(expected, (labels[second - 1], labels[second]), -1)
    slope: Weights = matrix.T @ error.astype(np.float32)
    return slope, expected
