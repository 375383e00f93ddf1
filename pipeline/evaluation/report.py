"""An evaluation as tables for the terminal, and as JSON.

Neither depends on the locale, the clock or the machine: what is the same is printed the same, so that two reports can be compared by
`diff`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pipeline.evaluation.counts import CLASSES
from pipeline.evaluation.evaluate import Estimate, Evaluation, LabelScore
from pipeline.evaluation.scores import MAIN
from pipeline.messages import aligned

OF_ISSUERS = ("ORG.f1", "PROGRAM.f1", "PERSON.f1", "commitment.f1", "rows.f1", "actors.f1", "status.acc", "category.acc")
_SHORT = 5  # characters of a label that head a column of a confusion table; labels differ within them

Rows = list[Sequence[object]]


def report(found: Evaluation) -> str:
    """All tables of an evaluation, each under its title."""
    title = f"{found.split}: {found.documents} documents, corpus {found.corpus[:12]}"
    return "\n\n".join([title, *(f"{name}\n{aligned(rows)}" if isinstance(rows, list) else f"{name}: {rows}" for name, rows in _tables(found))])


def as_json(found: Evaluation) -> dict[str, Any]:
    """An evaluation as plain data; an interval is a list of its ends, or null where it cannot be told."""
    data = asdict(found)
    del data["split"]
    data["failed"] = list(found.failed)
    data["confusion"] = {name: {"labels": list(CLASSES[name]), "table": table} for name, table in found.confusion.items()}
    return data


def _tables(found: Evaluation) -> Iterator[tuple[str, Rows | str]]:
    names = list(found.baselines)
    yield (
        "scores",
        [
            ["", "value", "2.5 %", "97.5 %", "gold", *names],
            *([name, *_cells(found.scores[name]), *(_value(found.baselines[b][name]) for b in names)] for name in MAIN),
        ],
    )
    for name, labels in found.labels.items():
        head = ["", "F1", "2.5 %", "97.5 %", "gold", "precision", "recall"]
        yield f"{name}, by label", [head, *([label, *_cells(each.f1), *_parts(each)] for label, each in labels.items())]
    for name, table in found.confusion.items():
        columns = [label[:_SHORT] for label in CLASSES[name]]
        yield f"{name}: gold down, given across", [["", *columns], *([label, *row] for label, row in zip(CLASSES[name], table, strict=True))]
    kinds = next(iter(found.kinds.values()), {})
    yield "by kind of unit", [["", "units", *kinds], *([kind, *_row(each, kinds)] for kind, each in found.kinds.items())]
    yield (
        "by type of the issuer",
        [["", "documents", *OF_ISSUERS], *([t, g.documents, *(_value(g.scores[n]) for n in OF_ISSUERS)] for t, g in found.issuers.items())],
    )
    for name, each in found.calibration.items():
        if each is None:
            yield f"calibration of {name}", "no confidence"
            continue
        rows = [[f"{b.low:.3f}-{b.high:.3f}", b.units, b.confidence, b.accuracy] for b in each.bins]
        title = f"calibration of {name}, expected error {each.error:.3f} over {each.units} units"
        yield title, [["confidence", "units", "mean", "accuracy"], *rows]


def _value(each: Estimate) -> float | None:
    """The score; None, which is printed as `-`, where gold has nothing to measure it on and it is 0 by definition."""
    return each.value if each.gold else None


def _cells(each: Estimate) -> list[object]:
    low, high = each.interval or (None, None)
    return [_value(each), low, high, each.gold]


def _parts(each: LabelScore) -> list[object]:
    return [each.precision, each.recall] if each.f1.gold else [None, None]


def _row(each: Mapping[str, Estimate], names: Mapping[str, Estimate]) -> list[object]:
    return [each["status.acc"].gold, *(_value(each[name]) for name in names)]
