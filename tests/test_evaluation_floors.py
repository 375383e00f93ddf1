"""Floors: what the file may hold, and what falls under them."""

import json
import pathlib

import pytest

from pipeline.evaluation.evaluate import Estimate, Evaluation
from pipeline.evaluation.floors import FloorsError, read_floors, shortfalls
from pipeline.evaluation.scores import MAIN, NAMES
from pipeline.resources import shipped


def evaluation(split: str, value: float) -> Evaluation:
    return Evaluation(split, "0", 1, (), {name: Estimate(value, None, 1) for name in NAMES}, {}, {}, {}, {}, {})


def test_the_shipped_floors_hold_the_splits_that_ci_evaluates() -> None:
    floors = read_floors(shipped("models", "floors.json"))
    assert set(floors) == {"authored", "test"}
    for split, each in floors.items():
        assert set(each) == set(MAIN), split
        assert all(0.1 < floor < 1 for floor in each.values()), split


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        (b"\xff", "no JSON"),
        (b"{", "no JSON"),
        (b"[]", "not an object of splits; expected one or more of authored"),
        (b"{}", "not an object of splits"),
        (b'{"tset": {"ORG.f1": 0.5}}', "unknown split 'tset'; splits are authored, train, extra, hard, dev, test"),
        (b'{"test": 0.5}', "'test' is no object of scores"),
        (b'{"test": {}}', "'test' is no object of scores"),
        (b'{"test": {"ORG": 0.5}}', "'test' has the unknown score 'ORG'; scores are units.f1"),
        (b'{"test": {"status.f1": 0.5}}', "unknown score 'status.f1'"),
        (b'{"test": {"ORG.f1": "0.5"}}', "the floor of 'ORG.f1' in 'test' is '0.5'; expected a number from 0 to 1"),
        (b'{"test": {"ORG.f1": 50}}', "is 50; expected"),
        (b'{"test": {"ORG.f1": -0.1}}', "is -0.1; expected"),
        (b'{"test": {"ORG.f1": true}}', "is True; expected"),
        (b'{"test": {"ORG.f1": NaN}}', "is nan; expected"),
        (b'{"test": {"ORG.f1": 0.5, "ORG.f1": 0.1}}', "'ORG.f1' stands twice"),
        (b'{"test": {"ORG.f1": 0.5}, "test": {"ORG.f1": 0.1}}', "'test' stands twice"),
    ],
)
def test_broken_floors(tmp_path: pathlib.Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "floors.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FloorsError) as error:
        read_floors(path)
    assert str(error.value).startswith(str(path)) and message in str(error.value)


def test_every_score_may_have_a_floor(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "floors.json"
    path.write_text(json.dumps({"dev": dict.fromkeys(NAMES, 1)}), encoding="utf-8")
    assert read_floors(path) == {"dev": dict.fromkeys(NAMES, 1.0)}


@pytest.mark.parametrize(
    ("floors", "under"),
    [
        ({"dev": {"ORG.f1": 0.5}}, []),  # at its floor
        ({"dev": {"ORG.f1": 0.51, "status.acc": 0.4}}, [("dev", "ORG.f1", 0.01)]),
        ({"test": {"ORG.f1": 0.9}}, []),  # not evaluated
        (
            {"dev": {"units.p": 0.6, "ORG.f1": 0.7}, "train": {"ORG.f1": 0.6}},
            [("dev", "units.p", 0.1), ("dev", "ORG.f1", 0.2), ("train", "ORG.f1", 0.4)],
        ),
    ],
)
def test_shortfalls(floors: dict[str, dict[str, float]], under: list[tuple[str, str, float]]) -> None:
    found = list(shortfalls([evaluation("dev", 0.5), evaluation("train", 0.2)], floors))
    assert [(s.split, s.name, pytest.approx(s.gap)) for s in found] == under
