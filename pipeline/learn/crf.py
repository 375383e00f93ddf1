"""A linear-chain conditional random field on integer features (Lafferty, McCallum and Pereira 2001).

Trained by L-BFGS on the penalised likelihood. Forward, backward and Viterbi run over all sequences of a batch at once, step by step,
longest sequence first, so that the cost of Python is per step and not per token.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
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


def fit(
    features: npt.NDArray[np.int32],
    labels: npt.NDArray[np.int64],
    spans: Sequence[tuple[int, int]],
    *,
    sizes: tuple[int, int],
    penalty: float,
    steps: int,
) -> CRF:
    """Fit a model.

    Args:
        features: tokens x templates, numbers of weights, 0 for none.
        labels: one a token.
        spans: rows of each sequence; together they hold every token.
        sizes: how many weights and labels there are.
        penalty: of the squared weights (L2), on the sum over tokens.
        steps: of L-BFGS.
    """
    size, kinds = sizes
    batch = Batch.of(spans)
    used = features > 0
    matrix = csr_matrix(
        (np.ones(int(used.sum()), np.float32), features[used], np.concatenate([[0], np.cumsum(used.sum(1))])), shape=(len(features), size)
    )
    transposed = matrix.T.tocsr()
    truth = np.zeros((len(features), kinds), np.float32)
    truth[np.arange(len(features)), labels] = 1
    observed = transposed @ truth
    inner = np.ones(len(features), bool)
    inner[batch.starts] = False
    second = np.flatnonzero(inner)
    followed = np.zeros((kinds, kinds))
    np.add.at(followed, (labels[second - 1], labels[second]), 1)

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights, transitions = flat[: size * kinds].reshape(size, kinds), flat[size * kinds :].reshape(kinds, kinds)
        scores = (matrix @ weights.astype(np.float32)).astype(np.float64)
        forward, backward, expected, partition = _passes(scores, transitions, batch)
        slope = (transposed @ (forward * backward).astype(np.float32) - observed).astype(np.float64)
        value = partition - scores[np.arange(len(labels)), labels].sum() - (followed * transitions).sum() + penalty / 2 * (flat @ flat)
        return float(value), np.concatenate([slope.ravel(), (expected - followed).ravel()]) + penalty * flat

    found = minimize(loss, np.zeros(size * kinds + kinds * kinds), jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxcor": 7})
    weights = found.x[: size * kinds].reshape(size, kinds).astype(np.float32)
    weights[0] = 0
    return CRF(weights, found.x[size * kinds :].reshape(kinds, kinds))
