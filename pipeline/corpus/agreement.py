"""How far two readings of the same documents agree.

Labels of units are compared by Cohen's kappa, over units that are paired by largest overlap, one to one; what each reading marks of
itself (spans, names, acts) by F1, which does not depend on which reading is called the right one. Intervals are percentiles of a
bootstrap over documents, since the units of one document are not independent.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.corpus.annotation import Annotation, Unit
from pipeline.corpus.standoff import CorpusError
from pipeline.lexicon import normalise
from pipeline.schema import CATEGORIES, LABELS, STATUSES

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of agreement with its 95 % interval; None where nothing is there to agree on.

    `a` and `b` count what each reading marks, `both` what they agree on; of a kappa, `a` and `b` are the paired units.
    """

    name: str
    value: float | None
    low: float | None
    high: float | None
    a: int
    b: int
    both: int


def agreement(one: Iterable[Annotation], other: Iterable[Annotation], *, samples: int = 1000, seed: int = 0) -> list[Measure]:
    """Compare two readings.

    Args:
        one: annotations of the first reading.
        other: those of the second, of the same documents.
        samples: how many times the documents are drawn anew for the intervals.
        seed: of these draws.

    Raises:
        CorpusError: the readings are of different documents or texts, or of none.
    """
    pairs = _pairs(list(one), list(other))
    draws = np.random.default_rng(seed).multinomial(len(pairs), np.full(len(pairs), 1 / len(pairs)), size=samples).astype(np.float64)
    every = np.ones((1, len(pairs)))
    found: list[Measure] = []
    for name, values, get in (("status", STATUSES, _status), ("category", CATEGORIES, _category)):
        tables = np.stack([_table(a, b, values, get) for a, b in pairs])
        total = tables.sum(axis=0)
        size = int(total.sum())
        found.append(_measure(f"{name} (kappa)", kappas, tables, every, draws, (size, size, int(np.trace(total)))))
    for name, marks in _MARKS.items():
        counts = np.array([_counts(*marks(a, b)) for a, b in pairs], dtype=np.float64)
        sums = counts.sum(axis=0)
        found.append(_measure(f"{name} (F1)", f1s, counts, every, draws, (int(sums[0]), int(sums[1]), int(sums[2]))))
    return found


def pair_units(one: Sequence[Unit], other: Sequence[Unit]) -> dict[int, int]:
    """Index of a unit of `one` -> index of the unit of `other` that it is paired with: largest overlap first, one to one."""
    options: list[tuple[int, int, int]] = []
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            overlap = min(a.span[1], b.span[1]) - max(a.span[0], b.span[0])
            if overlap > 0:
                options.append((-overlap, i, j))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in sorted(options):
        if i not in found and j not in taken:
            found[i] = j
            taken.add(j)
    return found


def kappas(tables: Array) -> Array:
    """Cohen's kappa of confusion tables (the last two axes); NaN where a table is empty or chance alone agrees.

    >>> round(float(kappas(np.array([[[20.0, 5.0], [10.0, 15.0]]]))[0]), 6)
    0.4
    """
    size = tables.sum(axis=(-2, -1))
    with np.errstate(invalid="ignore", divide="ignore"):
        observed = np.trace(tables, axis1=-2, axis2=-1) / size
        chance = (tables.sum(axis=-1) * tables.sum(axis=-2)).sum(axis=-1) / size**2
        return np.asarray(np.where(np.isclose(chance, 1.0), np.nan, (observed - chance) / (1.0 - chance)))


def f1s(counts: Array) -> Array:
    """F1 of counts (marks of one, marks of the other, common ones) along the last axis; NaN where there are no marks.

    >>> f1s(np.array([[4.0, 6.0, 3.0]])).tolist()
    [0.6]
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(2 * counts[..., 2] / (counts[..., 0] + counts[..., 1]))


def _measure(name: str, of: Callable[[Array], Array], data: Array, every: Array, draws: Array, counts: tuple[int, int, int]) -> Measure:
    value = float(of(np.tensordot(every, data, axes=1))[0])
    spread = of(np.tensordot(draws, data, axes=1))
    spread = spread[~np.isnan(spread)]
    if math.isnan(value) or not spread.size:
        return Measure(name, None, None, None, *counts)
    low, high = np.percentile(spread, [2.5, 97.5])
    return Measure(name, value, float(low), float(high), *counts)


def _pairs(one: list[Annotation], other: list[Annotation]) -> list[tuple[Annotation, Annotation]]:
    first, second = {a.id: a for a in one}, {a.id: a for a in other}
    if alone := sorted(set(first) ^ set(second)):
        raise CorpusError(f"the readings are of different documents: {len(alone)} are in one of them only, such as {alone[0]}")
    if not first:
        raise CorpusError("the readings hold no documents")
    for doc_id, annotation in first.items():
        if annotation.sha256 != second[doc_id].sha256:
            raise CorpusError(f"the readings of {doc_id} are of different texts (their SHA-256 differ)")
    return [(first[i], second[i]) for i in sorted(first)]


def _status(unit: Unit) -> str:
    return unit.status


def _category(unit: Unit) -> str:
    return unit.category


def _table(a: Annotation, b: Annotation, values: Sequence[str], get: Callable[[Unit], str]) -> Array:
    table = np.zeros((len(values), len(values)))
    for i, j in pair_units(a.units, b.units).items():
        table[values.index(get(a.units[i])), values.index(get(b.units[j]))] += 1
    return table


_Marks = tuple[list[Hashable], list[Hashable]]


def _counts(a: list[Hashable], b: list[Hashable]) -> tuple[int, int, int]:
    return len(a), len(b), (Counter(a) & Counter(b)).total()


def _units(a: Annotation, b: Annotation) -> _Marks:
    return [u.span for u in a.units], [u.span for u in b.units]


def _named(label: str | None) -> Callable[[Annotation, Annotation], _Marks]:
    def marks(a: Annotation, b: Annotation) -> _Marks:
        return tuple([(m.span, m.label) for m in x.mentions if label in (None, m.label)] for x in (a, b))  # type: ignore[return-value]

    return marks


def _of_acts(get: Callable[[Any], tuple[Hashable, ...]]) -> Callable[[Annotation, Annotation], _Marks]:
    def marks(a: Annotation, b: Annotation) -> _Marks:
        # An act is named by its unit in the second reading, or by one of its own where its unit is paired with none.
        other = pair_units(a.units, b.units)
        first: list[Hashable] = [(other.get(x.unit, ("alone", x.unit)), _actors(x.actors), *get(x)) for x in a.acts]
        return first, [(x.unit, _actors(x.actors), *get(x)) for x in b.acts]

    return marks


def _actors(names: Iterable[str]) -> frozenset[str]:
    return frozenset(normalise(name) or name for name in names)


_MARKS: dict[str, Callable[[Annotation, Annotation], _Marks]] = {
    "units": _units,
    "mentions": _named(None),
    **{label: _named(label) for label in LABELS},
    "acts": _of_acts(lambda x: (x.status, x.category)),
    "actors": _of_acts(lambda x: ()),
}
