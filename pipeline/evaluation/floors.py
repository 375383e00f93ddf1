"""Scores under which nothing may fall: `models/floors.json`, an object of splits, each an object of scores.

    {"authored": {"ORG.f1": 0.67, "status.acc": 0.7}, "test": {"ORG.f1": 0.82}}

A floor is raised by hand, when a better model is shipped. The reader is strict: a misspelt name would be a floor that never holds anything.
"""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.corpus.store import SPLITS
from pipeline.evaluation.evaluate import Evaluation
from pipeline.evaluation.scores import NAMES

Floors = dict[str, dict[str, float]]  # split -> score -> floor


class FloorsError(ValueError):
    """A file of floors is broken, or holds none for what was evaluated. The message says where, and what to mend."""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A score under its floor."""

    split: str
    name: str
    value: float
    floor: float

    @property
    def gap(self) -> float:
        """By how much."""
        return self.floor - self.value


def read_floors(path: pathlib.Path) -> Floors:
    """The floors of a file.

    Raises:
        FloorsError: it cannot be read, is no such object, names an unknown split or score or one twice, or a floor is no number from 0 to 1.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=lambda pairs: _once(pairs, path))
    except OSError as error:
        raise FloorsError(f"{path}: cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise FloorsError(f"{path}: no JSON: {error}") from error
    if not isinstance(data, dict) or not data:
        raise FloorsError(f"{path}: not an object of splits; expected one or more of {', '.join(SPLITS)}")
    for split, floors in data.items():
        if split not in SPLITS:
            raise FloorsError(f"{path}: unknown split {split!r}; splits are {', '.join(SPLITS)}")
        if not isinstance(floors, dict) or not floors:
            raise FloorsError(f"{path}: {split!r} is no object of scores")
        for name, floor in floors.items():
            if name not in NAMES:
                raise FloorsError(f"{path}: {split!r} has the unknown score {name!r}; scores are {', '.join(NAMES)}")
            if isinstance(floor, bool) or not isinstance(floor, int | float) or not 0 <= floor <= 1:
                raise FloorsError(f"{path}: the floor of {name!r} in {split!r} is {floor!r}; expected a number from 0 to 1")
    return {split: {name: float(floor) for name, floor in floors.items()} for split, floors in data.items()}


def shortfalls(evaluations: Iterable[Evaluation], floors: Mapping[str, Mapping[str, float]]) -> Iterator[Shortfall]:
    """The scores under their floors, in the order of the floors. Splits without floors pass."""
    for found in evaluations:
        for name, floor in floors.get(found.split, {}).items():
            value = found.scores[name].value
            if value < floor:
                yield Shortfall(found.split, name, value, floor)


def _once(pairs: list[tuple[str, Any]], path: pathlib.Path) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        raise FloorsError(f"{path}: {next(n for n in names if names.count(n) > 1)!r} stands twice in one object")
    return dict(pairs)
