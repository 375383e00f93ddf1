"""Word vectors and clusters of morphemes, learned from unlabelled text.

Vectors are truncated singular value decompositions of positive pointwise mutual information (Levy and Goldberg 2014, with their context
smoothing of 0.75): one half from the neighbours at one and two places (what kind of word it is), one from a window of seven (what it is
about). On 17 million morphemes this takes a minute; clusters are k-means of the vectors. `forms` are morphemes written `form/TAG`.
"""

from __future__ import annotations

import pathlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.learn.arrays import WeightsError, read, write

HALF = 64  # dimensions of each half
CLUSTERS = (50, 250, 1_000)
_NEAR, _WIDE = 2, 7  # places
_CONTEXTS = 20_000  # most frequent morphemes, as contexts
_SMOOTH = 0.75
_SCALE = 127.0  # of the stored integers: each half has length 1


@dataclass(frozen=True)
class Vectors:
    """Vectors by morpheme.

    Attributes:
        forms: morphemes, `form/TAG`, most frequent first.
        matrix: morphemes x 128, 8-bit; `VECTOR / 127` are the values, each half of length 1.
        clusters: morphemes x 3, numbers of clusters, coarse to fine.
        weights: for each morpheme how much it tells: the negative logarithm of its frequency.
    """

    forms: tuple[str, ...]
    matrix: npt.NDArray[np.int8]
    clusters: npt.NDArray[np.int16]
    weights: npt.NDArray[np.float32]

    @cached_property
    def number(self) -> dict[str, int]:
        """Morpheme -> row."""
        return {form: n for n, form in enumerate(self.forms)}

    @cached_property
    def values(self) -> npt.NDArray[np.float32]:
        """Morphemes x 128, and a row of zeros at the end (row -1) for what has no vector."""
        return np.vstack([self.matrix.astype(np.float32) / np.float32(_SCALE), np.zeros((1, self.matrix.shape[1]), np.float32)])

    def to_disk(self, folder: pathlib.Path) -> None:
        """Write them to a folder."""
        write(folder, {"matrix": self.matrix, "clusters": self.clusters, "weights": self.weights}, {"forms": list(self.forms)})

    @classmethod
    def from_disk(cls, folder: pathlib.Path) -> Vectors:
        """Read what `to_disk` wrote.

        Raises:
            WeightsError: the folder is missing or broken.
        """
        arrays, data = read(folder)
        try:
            return cls(tuple(data["forms"]), arrays["matrix"], arrays["clusters"], arrays["weights"])
        except KeyError as error:
            raise WeightsError(f"{folder}: {error} is missing; write the vectors anew (`dajim vectors`)") from error


def build(documents: Iterable[Sequence[str]], *, at_least: int = 8, seed: int = 0) -> Vectors:
    """Vectors of the morphemes that occur `at_least` times.

    Args:
        documents: each the morphemes of a text, `form/TAG`, in order.
        at_least: occurrences.
        seed: of the random projections.

    Raises:
        ValueError: there are fewer than `HALF` such morphemes.
    """
    known: dict[str, int] = {}
    pieces: list[npt.NDArray[np.int32]] = []
    counts: Counter[int] = Counter()
    for document in documents:
        numbers = [known.setdefault(form, len(known)) for form in document]
        counts.update(numbers)
        pieces.append(np.array([*numbers, *[-1] * _WIDE], np.int32))  # no window reaches into the next text
    kept = sorted((n for n, c in counts.items() if c >= at_least), key=lambda n: (-counts[n], n))
    if len(kept) <= HALF:
        raise ValueError(f"{len(kept)} morphemes occur {at_least} times; vectors need more than {HALF}, that is, more text")
    names = list(known)
    row = np.full(len(known) + 1, -1, np.int32)
    row[kept] = np.arange(len(kept))
    sequence = row[np.concatenate(pieces)]
    halves = [_reduced(m, seed) for m in _information(sequence, len(kept))]
    matrix = np.hstack(halves)
    total = sum(counts.values())
    return Vectors(
        forms=tuple(names[n] for n in kept),
        matrix=np.rint(matrix * _SCALE).astype(np.int8),
        clusters=_clusters(matrix, seed),
        weights=-np.log(np.array([counts[n] / total for n in kept])).astype(np.float32),
    )


def _information(sequence: npt.NDArray[np.int32], size: int) -> Iterable[Any]:
    """The two matrices of positive pointwise mutual information: by place nearby, and in a window."""
    from scipy.sparse import coo_matrix, hstack

    contexts = min(size, _CONTEXTS)

    def together(distance: int) -> Any:
        left, right = sequence[:-distance], sequence[distance:]
        both = (left >= 0) & (right >= 0)
        return coo_matrix((np.ones(int(both.sum()), np.float32), (left[both], right[both])), shape=(size, size)).tocsr()

    places = [together(d) for d in range(1, _WIDE + 1)]
    yield hstack([_positive(m[:, :contexts]) for near in places[:_NEAR] for m in (near, near.T.tocsr())]).tocsr()
    window = sum(places[1:], places[0])
    yield _positive((window + window.T).tocsr()[:, :contexts])


def _positive(counts: Any) -> Any:
    from scipy.sparse import csr_matrix

    found = counts.tocoo()
    rows, columns = np.asarray(counts.sum(1)).ravel(), np.asarray(counts.sum(0)).ravel() ** _SMOOTH
    values = np.log(found.data / np.maximum(rows[found.row] * (columns / columns.sum())[found.col], 1e-9))
    kept = values > 0
    return csr_matrix((values[kept].astype(np.float32), (found.row[kept], found.col[kept])), shape=found.shape)


def _reduced(matrix: Any, seed: int) -> npt.NDArray[np.float32]:
    from sklearn.utils.extmath import randomized_svd

    left, sizes, _ = randomized_svd(matrix, HALF, n_iter=3, random_state=seed)
    found: npt.NDArray[np.float64] = left * np.sqrt(sizes)
    scaled: npt.NDArray[np.float32] = (found / (np.linalg.norm(found, axis=1, keepdims=True) + 1e-9)).astype(np.float32)
    return scaled


def _clusters(matrix: npt.NDArray[np.float32], seed: int) -> npt.NDArray[np.int16]:
    from sklearn.cluster import MiniBatchKMeans

    found = []
    for n, many in enumerate(CLUSTERS):
        seen = matrix[:, :HALF] if n == 0 else matrix  # the coarsest are kinds of words
        means = MiniBatchKMeans(min(many, len(matrix)), random_state=seed, n_init=3, batch_size=4_096, max_iter=60)
        found.append(means.fit_predict(seen).astype(np.int16))
    return np.stack(found, axis=1)
