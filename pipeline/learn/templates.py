"""Integer features of a sequence: coded tokens in, numbers of weights out, a whole batch at once.

A token is a row of small integers, one a *column* (its form, its tag, a cluster …). A *template* names one or more (column, offset)
pairs; its value at a token combines the codes found there into one integer, and each value that was seen often enough in training has
a weight of its own. Everything is NumPy over whole batches: building the same features as strings costs some twenty times as much.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int32]
UNSEEN, OUTSIDE, EMPTY = 0, 1, 2  # codes of every column: a value not seen in training, beyond the text, nothing to say
FIRST = 3  # code of the first value
_SHIFT = 50  # bits of a value; those above hold the number of its template
_ROWS = 16_384  # that are looked up at once

Template = tuple[tuple[str, int], ...]  # (column, offset) pairs


@dataclass
class Codebook:
    """Values of columns -> codes. Grows while it is open (`fit`), then maps what it does not know to `UNSEEN`."""

    columns: tuple[str, ...]
    codes: dict[str, dict[str, int]] = field(default_factory=dict)
    is_open: bool = True

    def __post_init__(self) -> None:
        for column in self.columns:
            self.codes.setdefault(column, {})

    def code(self, column: str, value: str) -> int:
        """The code of a value; `EMPTY` for an empty one."""
        if not value:
            return EMPTY
        known = self.codes[column]
        if self.is_open:
            return known.setdefault(value, len(known) + FIRST)
        return known.get(value, UNSEEN)

    def many(self, column: str, values: Sequence[str]) -> list[int]:
        """The codes of many values."""
        if self.is_open:
            return [self.code(column, value) for value in values]
        known = self.codes[column]
        return [known.get(value, UNSEEN) if value else EMPTY for value in values]

    def size(self, column: str) -> int:
        """One more than the largest code of a column."""
        return len(self.codes[column]) + FIRST


class Index:
    """Values of templates -> numbers of weights, from 1 on; 0 stands for no weight.

    Args:
        templates: what to look at.
        columns: the names of the columns of the code matrices that will come.
        sizes: by column, one more than its largest code.
        keys: for each template its values, sorted.
    """

    def __init__(
        self, templates: Sequence[Template], columns: Sequence[str], sizes: Mapping[str, int], keys: Sequence[npt.NDArray[np.int64]]
    ) -> None:
        for each in templates:
            if math.prod(sizes[column] for column, _ in each) >= 1 << _SHIFT:
                raise ValueError(f"the template {each} has more than 2^{_SHIFT} values")
        self.templates = tuple(templates)
        self.columns = tuple(columns)
        self.sizes = dict(sizes)
        self.keys = list(keys)
        self.base = np.cumsum([1, *(len(k) for k in keys)])
        self._place = {column: n for n, column in enumerate(self.columns)}
        # All keys in one sorted array, those of each template raised by its number; weight n belongs to key n - 1.
        self._keys = np.concatenate([np.empty(0, np.int64), *(k + (n << _SHIFT) for n, k in enumerate(self.keys))])
        self._pairs = list(dict.fromkeys(pair for each in self.templates for pair in each))
        place = {pair: n for n, pair in enumerate(self._pairs)}
        self._groups = []
        for size in sorted({len(each) for each in self.templates} - {1}):
            numbers = [n for n, each in enumerate(self.templates) if len(each) == size]
            places = np.array([[place[pair] for pair in self.templates[n]] for n in numbers], np.intp)
            factors = np.array([[self.sizes[column] for column, _ in self.templates[n]] for n in numbers], np.int64)
            self._groups.append((np.array(numbers, np.int64), places, factors))
        # A template of one part needs no search: a table holds the number of each of its values.
        self._tables = []
        for n, each in enumerate(self.templates):
            if len(each) == 1:
                table = np.zeros(self.sizes[each[0][0]], np.int32)
                table[self.keys[n]] = np.arange(len(self.keys[n]), dtype=np.int32) + self.base[n]
                self._tables.append((n, place[each[0]], table))

    @classmethod
    def fit(cls, templates: Sequence[Template], columns: Sequence[str], sizes: Mapping[str, int], codes: Codes, *, at_least: int) -> Index:
        """The index of all values that occur `at_least` times in `codes` (tokens x columns)."""
        index = cls(templates, columns, sizes, [np.empty(0, np.int64) for _ in templates])
        keys = []
        for template in templates:
            values, counts = np.unique(index.values(template, codes), return_counts=True)
            keys.append(values[(counts >= at_least) & (values >= 0)])
        return cls(templates, columns, sizes, keys)

    def __len__(self) -> int:
        """How many weights there are, the zeroth included."""
        return int(self.base[-1])

    def values(self, template: Template, codes: Codes) -> npt.NDArray[np.int64]:
        """The value of a template at each token; -1 where a part of it is unseen, or where its only part is empty."""
        parts = [_shifted(codes[:, self._place[column]], offset) for column, offset in template]
        found = parts[0].astype(np.int64)
        void = parts[0] == UNSEEN
        if len(parts) == 1:
            void |= parts[0] == EMPTY
        for (column, _), part in zip(template[1:], parts[1:], strict=True):
            found *= self.sizes[column]
            found += part
            void |= part == UNSEEN
        found[void] = -1
        return found

    def features(self, codes: Codes) -> Codes:
        """Numbers of weights, tokens x templates.

        The same as looking up `values` template by template, but all templates of a size in one go: a call of NumPy costs as much as
        a thousand look-ups.
        """
        found = np.zeros((len(codes), len(self.templates)), np.int32)
        if not len(self._keys):
            return found
        seen = np.stack([_shifted(codes[:, self._place[column]], offset) for column, offset in self._pairs], axis=1)
        for n, column, table in self._tables:
            found[:, n] = table[seen[:, column]]
        for first in range(0, len(codes), _ROWS):
            part = seen[first : first + _ROWS]
            for numbers, places, sizes in self._groups:
                values = part[:, places[:, 0]].astype(np.int64)
                void = values == UNSEEN
                for n in range(1, places.shape[1]):
                    more = part[:, places[:, n]]
                    values *= sizes[:, n]
                    values += more
                    void |= more == UNSEEN
                values += numbers << _SHIFT
                at = np.minimum(np.searchsorted(self._keys, values), len(self._keys) - 1)
                found[first : first + _ROWS, numbers] = np.where((self._keys[at] == values) & ~void, at + 1, 0)
        return found

    def restricted(self, kept: npt.NDArray[np.bool_]) -> Index:
        """The index of the weights that `kept` marks (one flag a weight, the zeroth included)."""
        keys = [k[kept[b : b + len(k)]] for k, b in zip(self.keys, self.base, strict=False)]
        return Index(self.templates, self.columns, self.sizes, keys)


def _shifted(column: Codes, offset: int) -> Codes:
    """`column` seen `offset` places further on."""
    if not offset:
        return column
    found = np.full_like(column, OUTSIDE)
    if offset > 0:
        found[:-offset] = column[offset:]
    else:
        found[-offset:] = column[:offset]
    return found


def template(*parts: tuple[str, int]) -> Template:
    """A template, written as its parts."""
    return parts


def windows(sizes: Mapping[str, int]) -> Iterable[Template]:
    """Single-part templates: each column at every offset up to its size.

    >>> list(windows({"form": 1}))
    [(('form', -1),), (('form', 0),), (('form', 1),)]
    """
    for column, size in sizes.items():
        for offset in range(-size, size + 1):
            yield ((column, offset),)
