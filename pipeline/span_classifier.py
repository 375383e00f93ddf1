"""Whether a span is a name, by a network with one hidden layer on what the release says of it (`spans`)."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from pipeline.learn.arrays import made_of, read, write
from pipeline.learn.network import Floats, Network, ones, softmax
from pipeline.learn.stored import network_arrays, network_of
from pipeline.learn.templates import Codes, Index
from pipeline.spans import COLUMNS, DENSE, EDGES, SEEN, SIZE, TEMPLATES

_DENSE = [COLUMNS.index(name) for name in DENSE]
_MIDDLE, _SPREAD = 12, 6  # of the codes of probabilities


@dataclass
class SpanClassifier:
    """The features that were seen often enough in training, and the network."""

    index: Index
    network: Network

    @staticmethod
    def sizes(tokens: Mapping[str, int]) -> dict[str, int]:
        """For each of `spans.COLUMNS`, one more than its largest code; `tokens` holds the same of the columns of tokens."""
        edges = {name: tokens[column] for name, (_, column, _) in zip(COLUMNS[len(SEEN) :], EDGES, strict=True)}
        return dict.fromkeys(SEEN, SIZE) | edges

    @staticmethod
    def inputs(index: Index, codes: Codes) -> tuple[csr_matrix, Floats]:
        """What the network takes: the features of spans x `spans.COLUMNS`, and the probabilities among the codes as numbers."""
        features = index.features(codes)
        known = features > 0
        dense = ((codes[:, _DENSE] - _MIDDLE) / _SPREAD).astype(np.float32)
        return ones(features[known], np.concatenate([[0], np.cumsum(known.sum(1))]), len(index)), dense

    def chances(self, codes: Codes) -> npt.NDArray[np.float64]:
        """The probability that each span is a name."""
        features, dense = self.inputs(self.index, codes)
        # In double precision the last digits of a product, which depend on how many rows it has, are none that anybody sees.
        logits = self.network.answer((features @ self.network.sparse).astype(np.float64), dense.astype(np.float64))
        return softmax(np.asarray(logits, np.float64))[:, 1]

    def to_disk(self, folder: pathlib.Path) -> None:
        """Write the weights."""
        write(folder, {**self.index.arrays(), **network_arrays(self.network)}, {})

    @classmethod
    def from_disk(cls, folder: pathlib.Path, tokens: Mapping[str, int]) -> Self:
        """Read what `to_disk` wrote.

        Args:
            folder: where it is.
            tokens: one more than the largest code of each column of tokens.

        Raises:
            WeightsError: it is missing, broken or of another version.
        """
        arrays, _ = read(folder)
        with made_of(folder):
            index = Index.of(TEMPLATES, COLUMNS, cls.sizes(tokens), arrays)
            network = network_of(arrays)
            if network.sparse.shape[0] != len(index) or network.dense.shape[0] != len(DENSE) or network.out.shape[1] != 2:
                raise ValueError("the arrays do not fit their features")
        return cls(index, network)
