"""One document, as labelled and as read -> counts that add up over documents.

What is counted is what `score.py`, the project's definition of the scores, counts: units, names, status, category, acts. A document is
matched once; every score, of any set of documents, is a function of the sum of their counts (`scores`), so that a bootstrap of a
thousand replicates costs one product of matrices.

Rows are compared as they stand in the CSV files of a dataset, since that is what `score.py` reads.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from pipeline.dataset import Rows
from pipeline.dataset.plain import joined
from pipeline.evaluation.calibration import BINS, bin_of
from pipeline.schema import CATEGORIES, KINDS, LABELS, OPEN_STATUSES, STATUSES, Row

Array = npt.NDArray[np.float64]
Gold = Mapping[str, Any]  # as `corpus.store.to_gold` makes it
One = TypeVar("One")
Other = TypeVar("Other")

FOUND = ("units", *LABELS, "commitment", "rows", "actors", "programs", "deadlines", "money")  # scored by precision and recall
CLASSES = {"status": STATUSES, "category": CATEGORIES}  # scored by accuracy and macro-F1

# Not `lexicon.normalise`, which folds more: this is the definition's own comparison of names.
_MARKS = re.compile(r"\(주\)|㈜|주식회사|[\s‘’'\"“”「」·‧ㆍ]")


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of documents; the first axis of every array is the document.

    Attributes:
        found: by score of `FOUND`: right ones, those that the pipeline gives, those that gold has.
        overlap: by label of `LABELS`: names of the pipeline that overlap a name of gold, names of gold that overlap one of the pipeline.
        confusion: of status and category: kind of the gold unit, its label, the label that the pipeline gives it. A gold unit that pairs
            with none is given `none`; a category that gold lists as secondary is counted as the primary one.
        confidence: of status and category: bin of `calibration`, and in it the units that have a confidence, its sum, the right units.
    """

    found: Array
    overlap: Array
    confusion: dict[str, Array]
    confidence: dict[str, Array]

    @classmethod
    def empty(cls, documents: int) -> Counts:
        """Counts of so many documents, all zero."""
        return cls(
            np.zeros((documents, len(FOUND), 3)),
            np.zeros((documents, len(LABELS), 2)),
            {name: np.zeros((documents, len(KINDS), len(labels), len(labels))) for name, labels in CLASSES.items()},
            {name: np.zeros((documents, BINS, 3)) for name in CLASSES},
        )

    def __len__(self) -> int:
        return len(self.found)

    def each(self, of: Callable[[Array], Array]) -> Counts:
        """The counts with `of` applied to every array."""
        return Counts(of(self.found), of(self.overlap), *({k: of(v) for k, v in x.items()} for x in (self.confusion, self.confidence)))

    def weighted(self, weights: Array) -> Counts:
        """Sums over the documents, each taken as often as a row of `weights` says; the first axis is then the row."""
        return self.each(lambda array: np.asarray(np.tensordot(weights, array, axes=1)))

    def total(self) -> Counts:
        """The sum over the documents, as counts of one."""
        return self.each(lambda array: array.sum(axis=0, keepdims=True))

    def take(self, documents: Sequence[int]) -> Counts:
        """The counts of some documents."""
        chosen = np.asarray(documents, dtype=np.intp)
        return self.each(lambda array: array[chosen])

    def of_kind(self, kind: str) -> Counts:
        """The counts with the confusion of units of one kind only."""
        at = KINDS.index(kind)
        return Counts(self.found, self.overlap, {name: array[:, at : at + 1] for name, array in self.confusion.items()}, self.confidence)


def count(documents: Iterable[tuple[Gold, Sequence[str], Rows]]) -> Counts:
    """Count documents.

    Args:
        documents: labels of each, the kinds of its gold units, and the tables that the pipeline made of it (missing tables are empty).

    Raises:
        ValueError: a label or kind of unit that the schema does not know.

    >>> gold = {"units": [{"span": [0, 9], "status": "planned", "category": "jobs"}], "mentions": [], "acts": []}
    >>> row = {"sent_id": 0, "start": 0, "end": 9, "status": "ongoing", "category": "jobs"}
    >>> found = count([(gold, ["sentence"], {"sentences": [row]})])
    >>> found.found[0, FOUND.index("commitment")].tolist()
    [1.0, 1.0, 1.0]
    """
    known = list(documents)
    counts = Counts.empty(len(known))
    for at, (gold, kinds, rows) in enumerate(known):
        _count(counts, at, gold, kinds, rows)
    return counts


def normal(name: str) -> str:
    """A name as scores compare it: without company marks, quotes, dots and blanks, in lower case.

    >>> normal("㈜새날 전자"), normal("한·미 Lab")
    ('새날전자', '한미lab')
    """
    return _MARKS.sub("", name).lower()


def pair(gold: Sequence[tuple[int, int]], found: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Index of a gold span -> index of the span that it is paired with: largest overlap first, one to one.

    >>> pair([(0, 10), (10, 30)], [(0, 4), (4, 28)])
    {1: 1, 0: 0}
    """
    options = []
    for i, (a, b) in enumerate(gold):
        for j, (c, d) in enumerate(found):
            overlap = min(b, d) - max(a, c)
            if overlap > 0:
                options.append((-overlap, i, j))
    mine: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in sorted(options):
        if i not in mine and j not in taken:
            mine[i] = j
            taken.add(j)
    return mine


@dataclass(frozen=True, slots=True)
class _Act:
    """A row of `commitments` as it is compared; each name is the set of surfaces under which it is right."""

    actors: list[set[str]]
    programs: list[set[str]]
    status: str
    category: str
    deadline: tuple[str, str]
    won: str


def _count(counts: Counts, at: int, gold: Gold, kinds: Sequence[str], rows: Rows) -> None:
    found = counts.found[at]

    def add(name: str, right: int, given: int, wanted: int) -> None:
        found[FOUND.index(name)] += (right, given, wanted)

    # In the order of the tables of a dataset, on which it depends what is paired first.
    units = sorted(rows.get("sentences", ()), key=_position)
    spans = [_span(u) for u in units]
    wanted = [(u["span"][0], u["span"][1]) for u in gold["units"]]
    add("units", len(set(wanted) & set(spans)), len(spans), len(wanted))
    _names(counts, at, gold, rows)
    acts = _acts(rows)
    for per_unit in acts.values():
        programs = {frozenset(p) for act in per_unit for p in act.programs}
        add("rows", 0, len(per_unit), 0)
        add("actors", 0, len(per_unit), 0)
        add("programs", 0, len(programs), 0)
        add("deadlines", 0, sum(_has_deadline(act) for act in per_unit), 0)
        add("money", 0, sum(bool(act.won) for act in per_unit), 0)
    add("rows", 0, 0, len(gold["acts"]))
    add("actors", 0, 0, len(gold["acts"]))

    mine = pair(wanted, spans)
    spare = set(range(len(units))) - set(mine.values())
    add("commitment", 0, sum(units[j]["status"] in OPEN_STATUSES for j in spare), 0)
    for i, (unit, kind) in enumerate(zip(gold["units"], kinds, strict=True)):
        paired = units[mine[i]] if i in mine else None
        status, category = (str(paired["status"]), str(paired["category"])) if paired else ("none", "none")
        category = unit["category"] if category in unit.get("secondary", ()) else category
        for name, label in (("status", status), ("category", category)):
            labels = CLASSES[name]
            counts.confusion[name][at, KINDS.index(kind), labels.index(unit[name]), labels.index(label)] += 1
            confidence = paired.get(f"{name}_confidence") if paired else None
            if isinstance(confidence, float | int):
                counts.confidence[name][at, bin_of(confidence)] += (1, confidence, label == unit[name])
        promised, promise = unit["status"] in OPEN_STATUSES, status in OPEN_STATUSES
        add("commitment", promised and promise, promise, promised)
        here = acts.get(paired["sent_id"], []) if paired else []
        _rows(add, [act for act in gold["acts"] if act["unit"] == i], here)


def _names(counts: Counts, at: int, gold: Gold, rows: Rows) -> None:
    for n, label in enumerate(LABELS):
        wanted = {(m[0], m[1]) for m in gold["mentions"] if m[2] == label}
        given = {_span(m) for m in rows.get("mentions", ()) if m["label"] == label}
        counts.found[at, FOUND.index(label)] += (len(wanted & given), len(given), len(wanted))
        counts.overlap[at, n] += (_touching(given, wanted), _touching(wanted, given))


def _touching(spans: set[tuple[int, int]], others: set[tuple[int, int]]) -> int:
    return sum(any(a < d and c < b for c, d in others) for a, b in spans)


def _rows(add: Callable[[str, int, int, int], None], wanted: Sequence[Mapping[str, Any]], given: Sequence[_Act]) -> None:
    """Count the acts of one gold unit and the rows of the unit that it is paired with."""
    add("rows", matches(wanted, given, lambda a, r: _same_actors(a, r) and (a["status"], a["category"]) == (r.status, r.category)), 0, 0)
    add("actors", matches(wanted, given, _same_actors), 0, 0)
    programs = {normal(p) for act in wanted for p in act.get("programs", ())}
    named = [surfaces for act in given for surfaces in act.programs]
    add("programs", sum(any(p in surfaces for surfaces in named) for p in programs), 0, len(programs))
    deadlines = [tuple(act["deadline"].split("..")) for act in wanted if act["deadline"]]
    add("deadlines", matches(deadlines, [act.deadline for act in given if _has_deadline(act)], _equal), 0, len(deadlines))
    sums = [str(act["krw"]) for act in wanted if act["krw"]]
    add("money", matches(sums, [act.won for act in given if act.won], _equal), 0, len(sums))


def matches(wanted: Iterable[One], given: Iterable[Other], same: Callable[[One, Other], bool]) -> int:
    """How many of `wanted` find their like in `given`, each taking the first that is left.

    >>> matches([1, 1, 2], [2, 1, 3], lambda a, b: a == b)
    2
    """
    left = list(given)
    right = 0
    for one in wanted:
        at = next((n for n, other in enumerate(left) if same(one, other)), None)
        if at is not None:
            del left[at]
            right += 1
    return right


def _equal(one: object, other: object) -> bool:
    return one == other


def _same_actors(act: Mapping[str, Any], row: _Act) -> bool:
    names = [normal(n) for n in act["actors"]]
    return len(names) == len(row.actors) and all(any(n in surfaces for surfaces in row.actors) for n in names)


def _has_deadline(act: _Act) -> bool:
    return any(act.deadline) and act.status in OPEN_STATUSES


def _acts(rows: Rows) -> dict[Any, list[_Act]]:
    """The rows of `commitments` by unit."""
    surfaces: defaultdict[str, set[str]] = defaultdict(set)
    for mention in rows.get("mentions", ()):
        surfaces[str(mention["entity_id"])].add(normal(str(mention["text"])))

    def names(row: Row, column: str, ids: str) -> list[set[str]]:
        texts, entities = _items(row[column]), _items(row[ids])
        entities += [""] * (len(texts) - len(entities))
        return [{normal(text)} | (surfaces[entity] if entity else set()) for text, entity in zip(texts, entities, strict=False)]

    found: defaultdict[Any, list[_Act]] = defaultdict(list)
    for row in sorted(rows.get("commitments", ()), key=_position):
        won = row["amount_krw"]
        found[row["sent_id"]].append(
            _Act(
                actors=names(row, "actors", "actor_ids"),
                programs=names(row, "programs", "program_ids"),
                status=str(row["status"]),
                category=str(row["category"]),
                deadline=(str(row["deadline_start"] or ""), str(row["deadline_end"] or "")),
                won="" if won is None else str(won),
            )
        )
    return found


def _items(value: Any) -> list[str]:
    # Through the cell, for it is not quite the list: `|` in a name becomes `¦` there, and a single empty item nothing.
    cell = joined(value or ())
    return cell.split("|") if cell else []


def _span(row: Row) -> tuple[int, int]:
    start, end = row["start"], row["end"]
    if not isinstance(start, int) or not isinstance(end, int):
        raise ValueError(f"a row without its place: {start!r} to {end!r}")
    return start, end


def _position(row: Row) -> tuple[Any, Any]:
    return row["start"], row["sent_id"]
