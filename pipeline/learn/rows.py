"""Items with any number of features, as NumPy arrays, put together part by part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from pipeline.learn.names import UNKNOWN, Ints
from pipeline.learn.network import ones


@dataclass(frozen=True, slots=True)
class Rows:
    """Numbers of many items.

    Attributes:
        numbers: of all items, one after another.
        ends: item `n` has `numbers[ends[n] : ends[n + 1]]`.
    """

    numbers: Ints
    ends: Ints

    @classmethod
    def table(cls, columns: Sequence[Ints]) -> Rows:
        """Items that have one number a column."""
        numbers = np.stack(columns, axis=1)
        return cls(numbers.ravel(), np.arange(len(numbers) + 1) * len(columns))

    def __len__(self) -> int:
        """How many items there are."""
        return len(self.ends) - 1

    def once(self) -> Rows:
        """The items without what is not known and without what an item has a second time.

        >>> Rows(np.array([5, 3, -1, 5, 5]), np.array([0, 4, 5])).once().numbers.tolist()
        [5, 3, 5]
        """
        known = np.flatnonzero(self.numbers != UNKNOWN)
        item, number = np.repeat(np.arange(len(self)), np.diff(self.ends))[known], self.numbers[known]
        first = np.zeros(len(known), bool)
        first[np.unique(item * (number.max(initial=0) + 1) + number, return_index=True)[1]] = True
        return Rows(number[first], np.concatenate([[0], np.cumsum(np.bincount(item[first], minlength=len(self)))]))

    def of(self, which: Sequence[int] | Ints) -> Rows:
        """The items of these places.

        >>> Rows(np.array([7, 8, 9]), np.array([0, 1, 3])).of([1, 0, 1]).numbers.tolist()
        [8, 9, 7, 8, 9]
        """
        at = np.array(which, np.int64)
        places, ends = stretches(self.ends[at], self.ends[at + 1])
        return Rows(self.numbers[places], ends)


def stretches(first: Ints, stop: Ints) -> tuple[Ints, Ints]:
    """All places from `first` to before `stop`, item by item, and where each item begins among them, with the end of the last.

    >>> places, ends = stretches(np.array([5, 9, 2]), np.array([7, 9, 3]))
    >>> places.tolist(), ends.tolist()
    ([5, 6, 2], [0, 2, 2, 3])
    """
    lengths = np.maximum(stop - first, 0)
    ends = np.concatenate([[0], np.cumsum(lengths)])
    return np.arange(ends[-1]) + np.repeat(first - ends[:-1], lengths), ends


def joined(parts: Sequence[Rows], size: int) -> csr_matrix:
    """Items x `size`: ones at the known numbers of each item in all parts, in this order (sums of floats depend on it).

    No number may occur twice in an item.
    """
    count = len(parts[0])
    narrow = np.min_scalar_type(count)  # few bits are sorted by radix, several times as fast
    item = np.concatenate([np.repeat(np.arange(count, dtype=narrow), np.diff(part.ends)) for part in parts])
    number = np.concatenate([part.numbers for part in parts])
    known = np.flatnonzero(number != UNKNOWN)
    item = item[known]
    number = number[known[np.argsort(item, kind="stable")]]
    return ones(number, np.concatenate([[0], np.cumsum(np.bincount(item, minlength=count))]), size)
