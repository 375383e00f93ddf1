"""Which of several readings of a cell is right: a sum of weights over its features, as logistic regression learns them.

The weights are a shipped JSON file, cell -> feature -> weight, that `details.train` writes; at run time nothing but a sum is computed.
"""

from __future__ import annotations

import functools
import itertools
import json
import math
from collections.abc import Iterable

from pipeline.resources import shipped

BIAS = "bias"


@functools.cache
def load() -> dict[str, dict[str, float]]:
    """The shipped weights of every cell."""
    found: dict[str, dict[str, float]] = json.loads(shipped("models", "details.json").read_text(encoding="utf-8"))
    return found


def probability(cell: str, features: Iterable[str]) -> float:
    """How likely the reading with these features is the right one.

    Raises:
        KeyError: there are no weights for such a cell.
    """
    weights = load()[cell]
    total = weights[BIAS] + sum(map(weights.get, features, itertools.repeat(0.0)))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
