"""A conditional random field together with its features, as files."""

from __future__ import annotations

import pathlib
from collections.abc import Sequence

import numpy as np

from pipeline.learn.arrays import WeightsError, read, write
from pipeline.learn.coded import Coded
from pipeline.learn.crf import CRF


def write_crf(folder: pathlib.Path, features: Coded, model: CRF) -> None:
    """Write both; weights as 16-bit floats.

    Raises:
        OSError: the folder cannot be written.
    """
    arrays, data = features.arrays()
    write(folder, {**arrays, "weights": model.weights.astype(np.float16), "transitions": model.transitions}, data)


def read_crf(folder: pathlib.Path, columns: tuple[str, ...], tags: Sequence[str]) -> tuple[Coded, CRF]:
    """Read what `write_crf` wrote.

    Args:
        folder: where it is.
        columns: of the features.
        tags: what the model tells apart.

    Raises:
        WeightsError: it is missing, broken or of another version.
    """
    arrays, data = read(folder)
    features = Coded.of(arrays, data, columns, folder)
    if "transitions" not in arrays or "weights" not in arrays or arrays["weights"].shape != (len(features.index), len(tags)):
        raise WeightsError(f"{folder}: the weights do not fit their features; train the model anew (`dajim train`)")
    return features, CRF(arrays["weights"].astype(np.float32), arrays["transitions"])
