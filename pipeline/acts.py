"""Which acts a unit holds: where its coordinated clauses end, and what each of them does.

A unit is cut at some of its points (`points`). For each a conditional random field says whether the clause goes on (`join`), ends as an act with a
status, or ends as none (`drop`). So purpose, manner and relative clauses stay with the act they belong to, and each act has its own status
(codebook, section 3, rule 4).
"""

from __future__ import annotations

import pathlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.learn import crf
from pipeline.learn.coded import Coded, Values
from pipeline.learn.stored import read_crf, write_crf
from pipeline.learn.templates import Template, template
from pipeline.points import COLUMNS, Point, Points, Stretch
from pipeline.predicates import active, predicate
from pipeline.roles import Span
from pipeline.schema import ACT_STATUSES
from pipeline.sheet import Sheet

JOIN, DROP = "join", "drop"
TAGS = (JOIN, DROP, *ACT_STATUSES)


@dataclass(frozen=True, slots=True)
class Clause:
    """An act.

    Attributes:
        first, stop: its morphemes, `[first, stop)`.
        start, end: its characters.
        lemma: the dictionary form of what is done, in the active; empty where there is neither verb nor noun.
        confidence: how sure the model is of the cut and of the status.
    """

    first: int
    stop: int
    start: int
    end: int
    lemma: str
    status: str
    confidence: float


def _templates() -> tuple[Template, ...]:
    found: dict[tuple[tuple[str, int], ...], None] = {((c, 0),): None for c in COLUMNS}
    found |= {((c, 1),): None for c in ("ending", "says", "verb", "class", "long_left", "left", "quote")}
    found |= {((c, -1),): None for c in ("ending", "says", "verb", "class", "long_left")}
    some = ("ending", "says", "status", "comma", "quote", "last", "kind", "deung", "after", "body", "class")
    others = ("tense", "next", "between", "left", "right", "long_left", "long_right", "many", "number", "says_last", "noun", "marks", "verb")
    found |= {tuple((c, 0) for c in sorted((a, b))): None for a in some for b in (*some, *others) if a != b}
    for columns in (
        "ending comma right", "ending comma after", "ending left right comma", "status says says_last", "status tense last", "ending noun marks",
        "ending comma status says", "ending comma next", "verb final", "status tail says", "says last status", "ending many kind",
        "ending class comma right",
    ):  # fmt: skip
        found[tuple((c, 0) for c in columns.split())] = None
    return tuple(template(*parts) for parts in found)


TEMPLATES = _templates()
PENALTY, LEAST = 1.0, 2
_FORBIDDEN = -1e3
# A unit takes the highest status of its clauses (codebook, section 3, rule 4), so that none of them has a higher one.
_BARRED = {
    status: np.array([0.0 if tag in (JOIN, DROP, *ACT_STATUSES[n:]) else _FORBIDDEN for tag in TAGS], np.float32)
    for n, status in enumerate(ACT_STATUSES)
}


def act_units(sheet: Sheet) -> list[int]:
    """The units that hold acts."""
    return [n for n, u in enumerate(sheet["units"]) if u["status"] in ACT_STATUSES and u["kind"] not in ("boilerplate", "table")]


class Segmenter:
    """The model: `fit` on units whose acts are known, `cut` for others.

    Attributes:
        features: of points.
        model: weighs them.
    """

    def __init__(self, features: Coded, model: crf.CRF) -> None:
        self.features, self.model = features, model

    def cut(self, sheets: Sequence[Sheet]) -> list[dict[int, list[Clause]]]:
        """The acts of each release by unit; one at least for each of its `act_units` that has words."""
        places: list[tuple[int, int, Stretch]] = []
        for n, sheet in enumerate(sheets):
            points = Points(sheet)
            places += [(n, u, found) for u in act_units(sheet) if (found := points.of(sheet["units"][u]))]
        result: list[dict[int, list[Clause]]] = [{} for _ in sheets]
        if not places:
            return result
        rows = [[p.values for p in found.points] for *_, found in places]
        lengths = list(map(len, rows))
        ends = np.cumsum([0, *lengths])
        spans = list(pairwise(ends.tolist()))
        statuses = [sheets[n]["units"][u]["status"] for n, u, _ in places]
        scores = self.model.scores(self.features.features(rows))
        scores += np.repeat([_BARRED[status] for status in statuses], lengths, axis=0)
        scores[ends[1:] - 1, TAGS.index(JOIN)] += _FORBIDDEN
        batch = crf.Batch.of(spans)
        labels, chances = self.model.decode(scores, batch).tolist(), self.model.marginals(scores, batch).tolist()
        for (n, u, found), status, (a, b) in zip(places, statuses, spans, strict=True):
            tags = [TAGS[t] for t in labels[a:b]]
            if status not in tags:
                tags[-1] = status
            sure = [line[TAGS.index(t)] for line, t in zip(chances[a:b], tags, strict=True)]
            result[n][u] = list(_clauses(sheets[n], u, found, tags, sure))
        return result

    def to_disk(self, folder: pathlib.Path) -> None:
        """Write the weights."""
        write_crf(folder, self.features, self.model)

    @classmethod
    def from_disk(cls, folder: pathlib.Path) -> Segmenter:
        """Read what `to_disk` wrote.

        Raises:
            WeightsError: it is missing, broken or of another version.
        """
        return cls(*read_crf(folder, COLUMNS, TAGS))

    @classmethod
    def fit(cls, cases: Sequence[tuple[Sheet, dict[int, list[tuple[Span, str]]]]]) -> Segmenter:
        """Fit a model.

        Args:
            cases: releases with, by unit, the span and status of its acts.
        """
        sequences: list[list[Values]] = []
        tags: list[int] = []
        for sheet, acts in cases:
            points = Points(sheet)
            for u in act_units(sheet):
                found = points.of(sheet["units"][u])
                if found:
                    sequences.append([p.values for p in found.points])
                    tags += [TAGS.index(t) for t in tagged(sheet, found.points, acts.get(u, []))]
        features = Coded.fit(sequences, COLUMNS, TEMPLATES, at_least=LEAST)
        ends = np.cumsum([0, *map(len, sequences)]).tolist()
        numbers = features.features(sequences)
        spans = list(pairwise(ends))
        model = crf.fit(
            numbers,
            np.array(tags, np.int64),
            spans,
            sizes=(len(features.index), len(TAGS)),
            settings=crf.Settings(epochs=40, batch=32, rate=0.1, drop=0.0, penalty=PENALTY),
        )
        return cls(features, model)


def _clauses(sheet: Sheet, n: int, found: Stretch, tags: Sequence[str], sure: Sequence[float]) -> Iterator[Clause]:
    """The acts of a unit; where it has but one, that is the whole unit."""
    unit, starts, points = sheet["units"][n], sheet["morphemes"]["start"], found.points
    ended = [i for i, t in enumerate(tags) if t != JOIN]
    acting = [i for i in ended if tags[i] in ACT_STATUSES]
    first, begin = 0, found.first  # of the clause: its first point and morpheme
    for i in ended:
        if tags[i] in ACT_STATUSES:
            alone = len(ended) == 1
            start, end = (unit["start"], unit["end"]) if alone else (starts[begin], points[i].end)
            confidence = min(sure[j] for j in acting if j <= i)
            yield Clause(begin, points[i].stop, start, end, _lemma(sheet, found, first, i), tags[i], confidence)
        first, begin = i + 1, points[i].resume


def _lemma(sheet: Sheet, found: Stretch, first: int, last: int) -> str:
    """What is done in the clause that the points from `first` to `last` end; most are read already, as a whole unit or up to one point."""
    points = found.points
    if first == last:
        said = points[last].said
    elif first == 0 and last == len(points) - 1:
        said = found.said
    else:
        said = predicate(sheet["morphemes"], points[first - 1].resume if first else found.first, points[last].stop)
    return active(said.lemma) if said else ""


def tagged(sheet: Sheet, points: Sequence[Point], acts: Sequence[tuple[Span, str]]) -> list[str]:
    """The tags of points that cut a unit into the given acts, as nearly as points allow."""
    text, starts = sheet["text"], sheet["morphemes"]["start"]

    def apart(one: int, other: int) -> int:
        return sum(map(str.isalnum, text[min(one, other) : max(one, other)]))

    tags = [JOIN] * len(points)
    for k, ((_, end), status) in enumerate(acts):
        free = [i for i, t in enumerate(tags) if t == JOIN]
        near = min(free, key=lambda i: apart(points[i].end, end), default=-1)
        if near >= 0 and apart(points[near].end, end) <= 1:
            tags[near] = status
        elif k == len(acts) - 1 and tags[-1] == JOIN:
            tags[-1] = status
    for (start, _), _ in acts:
        for i, point in enumerate(points[:-1]):
            if tags[i] == JOIN and apart(starts[point.resume], start) == 0:
                tags[i] = DROP
    if tags[-1] == JOIN:
        tags[-1] = DROP
    return tags
