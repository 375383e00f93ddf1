"""Whether confidence can be taken at its word: of the labels given with 0.8, four out of five should be right.

The expected calibration error is that of Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks" (ICML 2017): the
mean gap between confidence and accuracy over 15 bins of equal width, each weighted by the units in it. It depends on the bins and is
biased upwards where they hold few units, so the table stands beside it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

BINS = 15


@dataclass(frozen=True, slots=True)
class Bin:
    """A row of the reliability table: units with a confidence in (low, high], its mean, the share of right ones."""

    low: float
    high: float
    units: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The expected calibration error (0 is best, 1 worst) of so many units, and the bins that hold any."""

    error: float
    units: int
    bins: tuple[Bin, ...]


def bin_of(confidence: float) -> int:
    """The bin of a confidence from 0 to 1: bins are open below and closed above, the first is closed on both sides.

    Raises:
        ValueError: it is no number from 0 to 1.

    >>> bin_of(0.0), bin_of(1 / 15), bin_of(0.07), bin_of(1.0)
    (0, 0, 1, 14)
    """
    if not 0.0 <= confidence <= 1.0:
        raise ValueError(f"a confidence of {confidence}; expected 0 to 1")
    return max(math.ceil(confidence * BINS) - 1, 0)


def calibration(bins: npt.NDArray[np.float64]) -> Calibration | None:
    """The calibration of the sums of each bin (units, confidence, right units); None where no unit has a confidence.

    >>> sums = np.zeros((15, 3))
    >>> sums[11], sums[14] = (4, 3.2, 2), (4, 4.0, 4)
    >>> found = calibration(sums)
    >>> round(found.error, 6), [(b.units, b.accuracy) for b in found.bins]
    (0.15, [(4, 0.5), (4, 1.0)])
    """
    units = int(bins[:, 0].sum())
    if not units:
        return None
    table = tuple(
        Bin(n / BINS, (n + 1) / BINS, int(size), float(confidence / size), float(right / size))
        for n, (size, confidence, right) in enumerate(bins)
        if size
    )
    return Calibration(sum(b.units / units * abs(b.accuracy - b.confidence) for b in table), units, table)
