"""Integer features of a sequence: coded tokens in, numbers of weights out, a whole batch at once.

A token is a row of small integers, one a *column* (its form, its tag, a cluster …). A *template* names one or more (column, offset)
pairs; its value at a token combines the codes found there into one integer, and each value that was seen often enough in training has
a weight of its own. Everything is NumPy over whole batches: building the same features as strings costs some twenty times as much.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int32]
UNSEEN, OUTSIDE, EMPTY = 0, 1, 2  # codes of every column: a value not seen in training, beyond the text, nothing to say
FIRST = 3  # code of the first value
_BITS = 62  # of a value
_TABLE = 1 << 21  # values of a template up to which a table holds them all

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

    Raises:
        ValueError: a template has too many values, or a key is none of them.
    """

    def __init__(
        self, templates: Sequence[Template], columns: Sequence[str], sizes: Mapping[str, int], keys: Sequence[npt.NDArray[np.int64]]
    ) -> None:
        for each, known in zip(templates, keys, strict=True):
            many = math.prod(sizes[column] for column, _ in each)
            if many >= 1 << _BITS:
                raise ValueError(f"the template {each} has more than 2^{_BITS} values")
            if len(known) and not 0 <= known.min() <= known.max() < many:
                raise ValueError(f"the template {each} has no such value as one of its keys")
        self.templates = tuple(templates)
        self.columns = tuple(columns)
        self.sizes = dict(sizes)
        self.keys = list(keys)
        self.base = np.cumsum([1, *(len(k) for k in keys)])
        self._place = {column: n for n, column in enumerate(self.columns)}

    @classmethod
    def fit(cls, templates: Sequence[Template], columns: Sequence[str], sizes: Mapping[str, int], codes: Codes, *, at_least: int) -> Index:
        """The index of all values that occur `at_least` times in `codes` (tokens x columns)."""
        index = cls(templates, columns, sizes, [np.empty(0, np.int64) for _ in templates])
        keys = []
        for template in templates:
            values, counts = np.unique(index.values(template, codes), return_counts=True)
            keys.append(values[(counts >= at_least) & (values >= 0)])
        return cls(templates, columns, sizes, keys)

    @classmethod
    def of(
        cls, templates: Sequence[Template], columns: Sequence[str], sizes: Mapping[str, int], arrays: Mapping[str, npt.NDArray[np.int64]]
    ) -> Index:
        """The inverse of `arrays`.

        Raises:
            KeyError: an array is missing.
            ValueError: the keys are not those of these templates.
        """
        keys = np.split(arrays["keys"], np.cumsum(arrays["key_counts"])[:-1])
        if len(keys) != len(templates):
            raise ValueError(f"{len(keys)} keys for {len(templates)} templates")
        return cls(templates, columns, sizes, keys)

    def arrays(self) -> dict[str, npt.NDArray[np.int64]]:
        """The keys, one template after the other, and how many each has."""
        counts = np.array([len(k) for k in self.keys], np.int64)
        return {"keys": np.concatenate([np.empty(0, np.int64), *self.keys]), "key_counts": counts}

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
        """Numbers of weights, tokens x templates: those that looking up `values` among the keys would give."""
        found = np.zeros((len(self.templates), len(codes)), np.int32)  # a template at a time, so that it lies together
        reach = max((abs(offset) for each in self.templates for _, offset in each), default=0)
        seen = np.full((len(self.columns), len(codes) + 2 * reach), OUTSIDE, np.intp)
        seen[:, reach : reach + len(codes)] = codes.T
        for each, lookup, line in zip(self.templates, self._lookups, found, strict=True):
            lookup.numbers([seen[self._place[c], reach + n : reach + n + len(codes)] for c, n in each], line)
        return found.T

    @cached_property
    def _lookups(self) -> list[_Lookup]:
        return [
            _Lookup.of(keys, [self.sizes[column] for column, _ in each], int(first))
            for each, keys, first in zip(self.templates, self.keys, self.base, strict=False)
        ]

    def restricted(self, kept: npt.NDArray[np.bool_]) -> Index:
        """The index of the weights that `kept` marks (one flag a weight, the zeroth included)."""
        keys = [k[kept[b : b + len(k)]] for k, b in zip(self.keys, self.base, strict=False)]
        return Index(self.templates, self.columns, self.sizes, keys)


@dataclass(frozen=True, slots=True)
class _Lookup:
    """Finds the keys of one template without their empty space.

    Most codes of a column occur in none of its keys: those that do are counted from 1, and the product of so few is small enough for a
    table of all values; where it is not, the values are searched.

    Attributes:
        steps: for each part, by code, what it adds to the place of a value; 0 for a code that is in no key. None where there is one part
            alone: its code is the place.
        places: of the keys, sorted.
        table: by place, the number of the weight; none where it would be too large.
        first: number of the first weight.
    """

    steps: tuple[npt.NDArray[np.intp], ...]
    places: npt.NDArray[np.intp]
    table: Codes | None
    first: int

    @classmethod
    def of(cls, keys: npt.NDArray[np.int64], sizes: Sequence[int], first: int) -> _Lookup:
        """The look-up of sorted keys whose parts have codes below `sizes`."""
        if len(sizes) == 1:
            table = np.zeros(sizes[0], np.int32)
            table[keys] = np.arange(first, first + len(keys), dtype=np.int32)
            return cls((), keys, table, first)
        steps: list[npt.NDArray[np.intp]] = []
        places, rest, width = np.zeros(len(keys), np.intp), keys, 1
        for size in reversed(sizes):
            rest, codes = np.divmod(rest, size)
            known = np.unique(codes)
            step = np.zeros(size, np.intp)
            step[known] = np.arange(1, len(known) + 1) * width
            places += step[codes]
            steps.insert(0, step)
            width *= len(known) + 1
        if width > _TABLE:
            return cls(tuple(steps), places, None, first)
        table = np.zeros(width, np.int32)
        table[places] = np.arange(first, first + len(keys), dtype=np.int32)
        return cls(tuple(steps), places, table, first)

    def numbers(self, parts: Sequence[npt.NDArray[np.intp]], found: Codes) -> None:
        """Write the numbers of the weights for the codes of each part."""
        if not len(self.places):
            return
        at = self.steps[0][parts[0]] if self.steps else parts[0]
        for step, part in zip(self.steps[1:], parts[1:], strict=True):
            at += step[part]
        if self.table is not None:
            np.take(self.table, at, out=found, mode="clip")
            return
        near = np.minimum(np.searchsorted(self.places, at), len(self.places) - 1)
        np.copyto(found, near + self.first, where=self.places[near] == at, casting="same_kind")


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
