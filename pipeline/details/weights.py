"""Which of several readings of a cell is right: a sum of weights over its features, as logistic regression learns them.

The weights belong to a model (`training.details` learns them); at run time nothing but a sum is computed.
"""

from __future__ import annotations

import itertools
import math
import pathlib
from collections.abc import Iterable, Mapping

from pipeline.learn import arrays
from pipeline.learn.arrays import WeightsError

BIAS = "bias"
CELLS = DEADLINE, PROGRAM, COUNT, BENEFICIARY = "deadline", "program", "count", "beneficiary"

Cell = Mapping[str, float]  # feature -> weight; the weight of `BIAS` always counts
Weights = Mapping[str, Cell]


def probability(weights: Cell, features: Iterable[str]) -> float:
    """How likely the reading with these features is the right one, by the weights of its cell.

    >>> probability({"bias": 0.0, "lies=over": -2.0}, ["lies=over", "never seen"]) < 0.5
    True
    """
    total = weights[BIAS] + sum(map(weights.get, features, itertools.repeat(0.0)))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def write(folder: pathlib.Path, weights: Weights) -> None:
    """Write the weights, a file a cell."""
    arrays.write(folder, {}, weights)


def read(folder: pathlib.Path) -> Weights:
    """Read what `write` wrote.

    Raises:
        WeightsError: it is missing, broken or of another version.
    """
    _, found = arrays.read(folder)
    sound = all(isinstance(w, dict) and BIAS in w and all(isinstance(v, int | float) for v in w.values()) for w in found.values())
    if set(found) != set(CELLS) or not sound:
        raise WeightsError(f"{folder}: not the weights of {', '.join(CELLS)}; train the model anew (`dajim train`)")
    return found
