"""Names of features, written `template=value`, and their numbers.

Of the names that occur in a run few are known. So names are not put together to be looked up: each template has a table of its values, and
the values of many items are looked up in one go.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import repeat

UNKNOWN = -1  # the number of what has no number


class Numbers:
    """Numbers of feature names: of those that it is given and, while it is open (in training), of all that it meets.

    Attributes:
        names: the names, in the order of their numbers.

    >>> Numbers(["kind=title", "word=숲"]).of("word", ["숲", "강", None])
    [1, -1, -1]
    """

    def __init__(self, names: Iterable[str] = (), *, is_open: bool = False) -> None:
        self.names = list(names)
        self._is_open = is_open
        self._tables: dict[str, dict[str | None, int]] = {}
        for number, name in enumerate(self.names):
            template, _, value = name.partition("=")
            self._tables.setdefault(template, {})[value] = number

    def __len__(self) -> int:
        """How many there are."""
        return len(self.names)

    def of(self, template: str, values: Sequence[str | None]) -> list[int]:
        """The numbers of a template's values; None is the value of an item that has none."""
        table = self._tables.setdefault(template, {})
        if self._is_open:
            for value in dict.fromkeys(values):
                if value is not None and value not in table:
                    table[value] = len(self.names)
                    self.names.append(f"{template}={value}")
        return list(map(table.get, values, repeat(UNKNOWN)))
