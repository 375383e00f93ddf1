"""Names of features, written `template=value`, and their numbers.

Of the names that occur in a run few are known. So names are not put together to be looked up: each template has a table of its values, and
the values of many items are looked up in one go. What occurs many times, such as morphemes and pairs of them, is looked up once for all its
occurrences.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np
import numpy.typing as npt

UNKNOWN = -1  # the number of what has no number

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Pairs:
    """The values of a template that are two words with a blank between.

    Attributes:
        codes: of the words that occur in them.
        keys: `left * len(codes) + right` of their codes, sorted.
        numbers: of the keys.
    """

    codes: dict[str, int]
    keys: Ints
    numbers: Ints

    @classmethod
    def of(cls, table: Mapping[str | None, int]) -> _Pairs:
        """The pairs among the values of a template."""
        # A word may itself hold a blank: then each blank may be the one between.
        cuts = [(v[:at], v[at + 1 :], number) for v, number in table.items() if v for at, mark in enumerate(v) if mark == " "]
        codes = {word: n for n, word in enumerate(dict.fromkeys(word for left, right, _ in cuts for word in (left, right)))}
        keys = np.array([codes[left] * len(codes) + codes[right] for left, right, _ in cuts], np.int64)
        order = np.argsort(keys)
        return cls(codes, keys[order], np.array([number for *_, number in cuts], np.int64)[order])

    def find(self, words: Sequence[str], left: Ints, right: Ints) -> Ints:
        """The numbers of pairs of `words`, given by their places."""
        found = np.full(len(left), UNKNOWN, np.int64)
        codes = np.fromiter(map(self.codes.get, words, repeat(UNKNOWN)), np.int64, len(words))
        first, second = codes[left], codes[right]
        both = np.flatnonzero((first >= 0) & (second >= 0))
        keys = first[both] * len(self.codes) + second[both]
        near = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        same = self.keys[near] == keys
        found[both[same]] = self.numbers[near[same]]
        return found


class Numbers:
    """Numbers of feature names: of those that it is given and, while it is open (in training), of all that it meets.

    Attributes:
        names: the names, in the order of their numbers.

    >>> Numbers(["kind=title", "word=숲"]).of("word", ["숲", "강", None]).tolist()
    [1, -1, -1]
    """

    def __init__(self, names: Iterable[str] = (), *, is_open: bool = False) -> None:
        self.names = list(names)
        self._is_open = is_open
        self._tables: dict[str, dict[str | None, int]] = {}
        self._pairs: dict[str, _Pairs] = {}
        for number, name in enumerate(self.names):
            template, _, value = name.partition("=")
            self._tables.setdefault(template, {})[value] = number

    def __len__(self) -> int:
        """How many there are."""
        return len(self.names)

    def of(self, template: str, values: Sequence[str | None]) -> Ints:
        """The numbers of a template's values; None is the value of an item that has none."""
        table = self._tables.setdefault(template, {})
        if self._is_open:
            for value in dict.fromkeys(values):
                if value is not None and value not in table:
                    table[value] = len(self.names)
                    self.names.append(f"{template}={value}")
        return np.fromiter(map(table.get, values, repeat(UNKNOWN)), np.int64, len(values))

    def of_pairs(self, template: str, words: Sequence[str], left: Ints, right: Ints) -> Ints:
        """The numbers of values that are two words with a blank between.

        Args:
            template: of the values.
            words: that occur in them.
            left, right: for each value the places of its words.

        >>> Numbers(["pair=숲 을", "pair=을 가꾸"]).of_pairs("pair", ["숲", "을"], np.array([0, 1]), np.array([1, 0])).tolist()
        [0, -1]
        """
        if self._is_open:
            return self.of(template, [f"{words[a]} {words[b]}" for a, b in zip(left.tolist(), right.tolist(), strict=True)])
        if template not in self._pairs:
            self._pairs[template] = _Pairs.of(self._tables.get(template, {}))
        return self._pairs[template].find(words, left, right)
