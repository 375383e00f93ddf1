"""Counts -> scores: F1, accuracy and macro-F1 as `score.py`, the project's definition, computes them.

Every function takes counts of any number of sets of documents along the first axis and gives one value a set, so that the scores of
a thousand bootstrap replicates are computed at once. Where nothing is there to divide by, a score is 0, as the definition has it.
"""

from __future__ import annotations

import numpy as np

from pipeline.evaluation.counts import CLASSES, FOUND, Array, Counts
from pipeline.schema import LABELS

PRECISION_RECALL = ("f1", "p", "r")
# Every score by name, in the order of the report.
NAMES = (
    *(f"{name}.{part}" for name in FOUND for part in (*PRECISION_RECALL, *(("overlap_f1",) if name in LABELS else ()))),
    "status.acc",
    "status.macro_f1",
    "category.acc",
    "category.macro_f1",
    "category.acc_not_none",
)
# What the report prints and the floors hold; precision and recall stand in the JSON.
MAIN = tuple(name for name in NAMES if not name.endswith((".p", ".r")))


def scores(counts: Counts) -> dict[str, Array]:
    """All scores by name (`NAMES`), one value a row of `counts`, which are sums over documents.

    >>> found = scores(Counts.empty(1))
    >>> found["ORG.f1"].tolist(), tuple(found) == NAMES
    ([0.0], True)
    """
    found: dict[str, Array] = {}
    for n, name in enumerate(FOUND):
        right, given, gold = np.moveaxis(counts.found[:, n], -1, 0)
        parts = (*precision_recall(right, given, gold),)
        found |= {f"{name}.{part}": values for part, values in zip(PRECISION_RECALL, parts, strict=True)}
        if name in LABELS:
            ours, theirs = np.moveaxis(counts.overlap[:, LABELS.index(name)], -1, 0)
            found[f"{name}.overlap_f1"] = harmonic(ratio(ours, given), ratio(theirs, gold))
    for name in CLASSES:
        table = counts.confusion[name].sum(axis=1)
        found[f"{name}.acc"] = accuracy(table)
        found[f"{name}.macro_f1"] = macro_f1(table)
    category = counts.confusion["category"].sum(axis=1)
    found["category.acc_not_none"] = accuracy(category[:, : CLASSES["category"].index("none")])
    return found


def support(counts: Counts) -> dict[str, Array]:
    """By name of a score, how many units, names or acts of gold it is measured on."""
    found = {f"{name}.{part}": counts.found[:, n, 2] for n, name in enumerate(FOUND) for part in (*PRECISION_RECALL, "overlap_f1")}
    for name in CLASSES:
        size = counts.confusion[name].sum(axis=(1, 2, 3))
        found |= {f"{name}.acc": size, f"{name}.macro_f1": size}
    found["category.acc_not_none"] = counts.confusion["category"][:, :, : CLASSES["category"].index("none")].sum(axis=(1, 2, 3))
    return {name: found[name] for name in NAMES}


def label_scores(table: Array) -> tuple[Array, Array, Array]:
    """F1, precision and recall of each label of confusion tables (the last two axes: gold, given).

    >>> f1, p, r = label_scores(np.array([[3.0, 1.0], [2.0, 4.0]]))
    >>> p.tolist(), r.tolist()[0]
    ([0.6, 0.8], 0.75)
    """
    return precision_recall(np.diagonal(table, axis1=-2, axis2=-1), table.sum(axis=-2), table.sum(axis=-1))


def accuracy(table: Array) -> Array:
    """Share of the diagonal in confusion tables (the last two axes), which may lack their last rows.

    >>> accuracy(np.array([[3.0, 1.0], [2.0, 4.0]])).item()
    0.7
    """
    return ratio(np.trace(table, axis1=-2, axis2=-1), table.sum(axis=(-2, -1)))


def macro_f1(table: Array) -> Array:
    """Mean F1 over the labels that gold has (the last but one axis); a label that is only given lowers the others' precision.

    >>> round(macro_f1(np.array([[3.0, 1.0, 0.0], [2.0, 4.0, 0.0], [0.0, 0.0, 0.0]])).item(), 6)
    0.69697
    """
    f1, _, _ = label_scores(table)
    return ratio(f1.sum(axis=-1), (table.sum(axis=-1) > 0).sum(axis=-1).astype(np.float64))


def precision_recall(right: Array, given: Array, gold: Array) -> tuple[Array, Array, Array]:
    """F1, precision and recall."""
    p, r = ratio(right, given), ratio(right, gold)
    return harmonic(p, r), p, r


def harmonic(one: Array, other: Array) -> Array:
    """The harmonic mean; 0 where both are 0. Written as in the definition, so that it agrees to the last bit."""
    return ratio(2 * one * other, one + other)


def ratio(part: Array, whole: Array) -> Array:
    """`part / whole`; 0 where `whole` is 0."""
    return np.divide(part, whole, out=np.zeros(np.broadcast(part, whole).shape), where=np.asarray(whole) != 0)
