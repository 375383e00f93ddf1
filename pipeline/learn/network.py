"""A network with one hidden layer on sparse binary features and a dense vector, for classes.

What a linear model cannot say (this ending means a plan *in a bullet under such a heading*) takes one hidden layer; more of them did not
help on our data. Trained by AdaGrad (Duchi, Hazan and Singer 2011) on mini-batches, with dropout on features and hidden units (Srivastava
et al. 2014). Only the rows of the features that occur in a mini-batch are touched, which is what makes it fast: scikit-learn's
`MLPClassifier`, which updates every weight each time, takes some ten times as long here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float32]
Reals = npt.NDArray[np.floating]
Real = TypeVar("Real", npt.NDArray[np.float32], npt.NDArray[np.float64])
_START = 1e-2  # of AdaGrad's sums of squares


@dataclass(frozen=True)
class Settings:
    """How a network is trained. `drop` is the share of features that are left out in training, `hidden_drop` of hidden units."""

    hidden: int = 64
    epochs: int = 10
    batch: int = 64
    rate: float = 0.1
    drop: float = 0.3
    hidden_drop: float = 0.3
    decay: float = 1e-5


@dataclass
class Network:
    """Weights of a fitted network.

    Attributes:
        sparse: features x hidden units. `dense`: dense inputs x hidden units. `bias`: hidden units.
        out: hidden units x classes. `out_bias`: classes.
    """

    sparse: Floats
    dense: Floats
    bias: Floats
    out: Floats
    out_bias: Floats

    def logits(self, features: csr_matrix, dense: Floats) -> Floats:
        """Items x classes, before the softmax."""
        return self.answer(features @ self.sparse, dense).astype(np.float32)

    def answer(self, sums: Reals, dense: Reals) -> Reals:
        """The same, where the features' weights have been summed up (items x hidden units)."""
        hidden = np.maximum(sums + dense @ self.dense + self.bias, 0)
        found: Reals = hidden @ self.out + self.out_bias
        return found


def ones(columns: npt.NDArray[np.integer], ends: npt.NDArray[np.integer], size: int) -> csr_matrix:
    """Items x `size`: ones at the columns `columns[ends[n] : ends[n + 1]]` of each item."""
    return csr_matrix((np.ones(len(columns), np.float32), columns.astype(np.int32), ends), shape=(len(ends) - 1, size))


def bags(items: Sequence[Sequence[int]], size: int) -> csr_matrix:
    """Items x `size`: ones at the features of each item."""
    ends = np.cumsum([0, *map(len, items)])
    return ones(np.fromiter(chain.from_iterable(items), np.int32, count=int(ends[-1])), ends, size)


def softmax(logits: Real, temperature: float = 1.0) -> Real:
    """Probabilities, row by row."""
    scaled = logits / np.float32(temperature)
    scaled = np.exp(scaled - scaled.max(1, keepdims=True))
    found: Real = scaled / scaled.sum(1, keepdims=True)
    return found


def fit(features: csr_matrix, dense: Floats, labels: npt.NDArray[np.int64], *, classes: int, settings: Settings, seed: int) -> Network:
    """Fit a network to minimise the cross-entropy.

    Args:
        features: items x features, zeros and ones.
        dense: items x inputs.
        labels: the class of each item.
        classes: how many there are.
        settings: of the training.
        seed: of the random start, order and dropout.
    """
    chance = np.random.default_rng(seed)
    count, size = features.shape

    def drawn(rows: int, columns: int, spread: float) -> Floats:
        return (chance.standard_normal((rows, columns)) * spread).astype(np.float32)

    net = Network(
        drawn(size, settings.hidden, 0.05),
        drawn(dense.shape[1], settings.hidden, dense.shape[1] ** -0.5),
        np.zeros(settings.hidden, np.float32),
        drawn(settings.hidden, classes, settings.hidden**-0.5),
        np.zeros(classes, np.float32),
    )
    # The sparse weights share one rate a feature: a rate for each would double the memory for no gain.
    squares = np.full(size, _START, np.float32)
    others = [np.full(w.shape, _START, np.float32) for w in (net.dense, net.bias, net.out, net.out_bias)]
    for epoch in range(settings.epochs):
        rate = np.float32(settings.rate * (1 - 0.9 * epoch / settings.epochs))
        order = chance.permutation(count)
        for first in range(0, count, settings.batch):
            rows = order[first : first + settings.batch]
            _step(net, _thinned(features[rows], settings.drop, chance), dense[rows], labels[rows], (squares, others), rate, settings, chance)
    return net


def _thinned(rows: csr_matrix, share: float, chance: np.random.Generator) -> csr_matrix:
    """Without a random share of the features, the rest scaled up."""
    kept = chance.random(rows.nnz) >= share
    ends = np.concatenate([[0], np.cumsum(kept)])[rows.indptr]
    return csr_matrix((np.full(int(kept.sum()), 1 / (1 - share), np.float32), rows.indices[kept], ends), shape=rows.shape)


def _step(
    net: Network,
    rows: csr_matrix,
    dense: Floats,
    labels: npt.NDArray[np.int64],
    sums: tuple[Floats, list[Floats]],
    rate: np.float32,
    settings: Settings,
    chance: np.random.Generator,
) -> None:
    """One step of AdaGrad on a mini-batch, in place."""
    squares, others = sums
    count = rows.shape[0]
    used, inverse = np.unique(rows.indices, return_inverse=True)
    small = csr_matrix((rows.data, inverse, rows.indptr), shape=(count, len(used)))
    kept = chance.random(dense.shape) >= settings.drop / 2
    dense = (dense * kept / (1 - settings.drop / 2)).astype(np.float32)
    weights = net.sparse[used]
    reached = small @ weights + dense @ net.dense + net.bias
    mask = (chance.random(reached.shape) >= settings.hidden_drop).astype(np.float32) / np.float32(1 - settings.hidden_drop)
    hidden = np.maximum(reached, 0) * mask
    error = softmax(hidden @ net.out + net.out_bias)
    error[np.arange(count), labels] -= 1
    error /= count
    back = (error @ net.out.T) * mask * (reached > 0)
    slope = small.T @ back + settings.decay * weights
    squares[used] += (slope * slope).mean(1)
    net.sparse[used] = weights - rate * slope / np.sqrt(squares[used])[:, None]
    slopes = (dense.T @ back + settings.decay * net.dense, back.sum(0), hidden.T @ error + settings.decay * net.out, error.sum(0))
    for weight, total, slope in zip((net.dense, net.bias, net.out, net.out_bias), others, slopes, strict=True):
        total += slope * slope
        weight -= rate * slope / np.sqrt(total)
