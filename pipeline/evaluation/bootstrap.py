"""Intervals: percentiles of a bootstrap over documents.

The sentences of a release are not independent of each other, so whole documents are drawn, with replacement (Efron and Tibshirani, *An
Introduction to the Bootstrap*, 1993, chapter 13). The interval says how far a score would move with other releases of the same
kind; it knows nothing of errors of the labels.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pipeline.evaluation.counts import Array

REPLICATES = 1_000
SEED = 20_240_401  # any number; fixed, so that the same counts give the same intervals
TAILS = (2.5, 97.5)

Interval = tuple[float, float]


def weights(documents: int, replicates: int = REPLICATES, seed: int = SEED) -> Array:
    """How often each document (column) is drawn in each replicate (row).

    >>> weights(3, 2).sum(axis=1).tolist()
    [3.0, 3.0]
    """
    if not documents:
        return np.zeros((replicates, 0))
    return np.random.default_rng(seed).multinomial(documents, np.full(documents, 1 / documents), size=replicates).astype(np.float64)


def interval(values: Array, support: Array) -> Interval | None:
    """The 95 % percentile interval of a score's replicates.

    Args:
        values: of the score, one a replicate.
        support: how many items of gold each replicate measured it on; where there are none, the replicate says nothing and is left out.

    Returns:
        its ends; None where no replicate says anything.

    >>> interval(np.array([0.5, 0.5, 0.0]), np.array([3.0, 2.0, 0.0]))
    (0.5, 0.5)
    """
    known = values[support > 0]
    if not known.size:
        return None
    low, high = np.percentile(known, TAILS)
    return float(low), float(high)


def intervals(values: Mapping[str, Array], support: Mapping[str, Array]) -> dict[str, Interval | None]:
    """`interval` of every score."""
    return {name: interval(each, support[name]) for name, each in values.items()}
