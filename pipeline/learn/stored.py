"""Models as files: a conditional random field together with its features; networks as arrays."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping, Sequence

import numpy as np

from pipeline.learn.arrays import Array, WeightsError, read, write
from pipeline.learn.coded import Coded
from pipeline.learn.crf import CRF
from pipeline.learn.network import Network

_SMALL = ("dense", "bias", "out", "out_bias")  # parts of a network beside `sparse`, which is by far the largest


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


def network_arrays(network: Network, name: str = "") -> dict[str, Array]:
    """What `learn.arrays.write` takes; the names of the arrays end in `name`.

    Of the sparse weights a scale a row, and 8-bit multiples of it: a quarter of the size, and no decision in a thousand changes.
    """
    scale = (np.abs(network.sparse).max(1, initial=0) / 127 + 1e-7).astype(np.float16)
    steps = np.clip(np.rint(network.sparse / scale.astype(np.float32)[:, None]), -127, 127).astype(np.int8)
    small = {f"{part}{name}": getattr(network, part).astype(np.float16) for part in _SMALL}
    return {**small, f"scale{name}": scale, f"sparse{name}": steps}


def network_of(arrays: Mapping[str, Array], name: str = "") -> Network:
    """The inverse of `network_arrays`, up to its rounding.

    Raises:
        KeyError: an array is missing.
        ValueError: they do not belong together.
    """
    sparse = arrays[f"sparse{name}"].astype(np.float32) * arrays[f"scale{name}"].astype(np.float32)[:, None]
    found = Network(sparse, *(arrays[f"{part}{name}"].astype(np.float32) for part in _SMALL))
    hidden, classes = found.out.shape
    if {sparse.shape[1], found.dense.shape[1], len(found.bias)} != {hidden} or len(found.out_bias) != classes:
        raise ValueError("the arrays of a network do not belong together")
    return found
