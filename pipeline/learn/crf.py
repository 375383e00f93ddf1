"""A linear-chain conditional random field on integer features (Lafferty, McCallum and Pereira 2001).

Trained by AdaGrad (Duchi, Hazan and Singer 2011) on mini-batches of the penalised likelihood, with dropout on features: after a dozen passes it is
further than L-BFGS after sixty, and a pass costs no more. Forward, backward and Viterbi run over all sequences of a batch at once, step by step,
longest sequence first, so that the cost of Python is per step and not per token.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float64]
Weights = npt.NDArray[np.float32]
Ints = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Batch:
    """Where sequences lie in a matrix of tokens, longest first.

    Attributes:
        starts: row of the first token of each.
        lengths: of each, in tokens, descending, at least 1.
        alive: for each step, how many sequences reach it.
    """

    starts: Ints
    lengths: Ints
    alive: Ints

    @classmethod
    def of(cls, spans: Sequence[tuple[int, int]]) -> Batch:
        """The batch of `[start, end)` spans of rows."""
        order = sorted((s for s in spans if s[1] > s[0]), key=lambda s: (s[0] - s[1], s[0]))
        starts = np.array([a for a, _ in order], np.intp)
        lengths = np.array([b - a for a, b in order], np.intp)
        steps = int(lengths[0]) if len(order) else 0
        return cls(starts, lengths, np.array([int((lengths > t).sum()) for t in range(steps)], np.intp))


@dataclass
class CRF:
    """Weights of a fitted model.

    Attributes:
        weights: features x labels; row 0 belongs to no feature and is zero.
        transitions: labels x labels, from row to column.
    """

    weights: Weights
    transitions: Floats

    def scores(self, features: npt.NDArray[np.int32]) -> Weights:
        """Tokens x labels: the sum of the weights of each token's features."""
        found = np.zeros((len(features), self.weights.shape[1]), np.float32)
        for column in features.T:  # one gather a template: gathering all at once would need a hundred times the memory
            found += self.weights[column]
        return found

    def decode(self, scores: Weights, batch: Batch) -> npt.NDArray[np.int64]:
        """The best labels (Viterbi)."""
        labels = np.zeros(len(scores), np.int64)
        back = np.zeros(scores.shape, np.int64)
        best = np.zeros(scores.shape)
        if not len(batch.starts):
            return labels
        best[batch.starts] = scores[batch.starts]
        for t in range(1, len(batch.alive)):
            rows = batch.starts[: batch.alive[t]] + t
            options = best[rows - 1][:, :, None] + self.transitions
            back[rows] = options.argmax(1)
            best[rows] = options.max(1) + scores[rows]
        last = batch.starts + batch.lengths - 1
        labels[last] = best[last].argmax(1)
        for t in range(len(batch.alive) - 1, 0, -1):
            rows = batch.starts[: batch.alive[t]] + t
            labels[rows - 1] = back[rows, labels[rows]]
        return labels

    def marginals(self, scores: Weights, batch: Batch) -> Floats:
        """Tokens x labels: the probability of each label."""
        forward, backward, *_ = _passes(scores.astype(np.float64), self.transitions, batch)
        return forward * backward


def _passes(scores: Floats, transitions: Floats, batch: Batch) -> tuple[Floats, Floats, Floats, float]:
    """Scaled forward and backward probabilities, expected transitions, and the logarithm of the partition functions."""
    top = scores.max(1, keepdims=True)
    local, step = np.exp(scores - top), np.exp(transitions)
    forward, backward, scale = np.zeros(scores.shape), np.zeros(scores.shape), np.ones(len(scores))
    expected = np.zeros(transitions.shape)
    if not len(batch.starts):
        return forward, backward, expected, 0.0
    at = local[batch.starts]
    for t in range(len(batch.alive)):
        rows = batch.starts[: batch.alive[t]] + t
        if t:
            at = (at[: len(rows)] @ step) * local[rows]
        scale[rows] = at.sum(1)
        at = at / scale[rows][:, None]
        forward[rows] = at
    backward[batch.starts + batch.lengths - 1] = 1
    for t in range(len(batch.alive) - 1, 0, -1):
        rows = batch.starts[: batch.alive[t]] + t
        onward = backward[rows] * local[rows] / scale[rows][:, None]
        expected += step * (forward[rows - 1].T @ onward)
        backward[rows - 1] = onward @ step.T
    return forward, backward, expected, float(np.log(scale).sum() + top.sum())


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
    forward, backward, expected, _ = _passes((matrix @ model.weights).astype(np.float64), model.transitions, batch)
    error = forward * backward
    error[np.arange(len(labels)), labels] -= 1
    inner = np.ones(len(labels), bool)
    inner[ends[:-1]] = False
    second = np.flatnonzero(inner)
    np.add.at(expected, (labels[second - 1], labels[second]), -1)
    slope: Weights = matrix.T @ error.astype(np.float32)
    return slope, expected
