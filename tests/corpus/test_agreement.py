"""Agreement of two readings, on cases that can be reckoned by hand."""

import random
from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from pipeline.corpus.agreement import Measure, agreement, f1s, kappas, pair_units
from pipeline.corpus.annotation import Act, Annotation, Mention, Unit
from pipeline.corpus.standoff import CorpusError


def reading(statuses: str, doc_id: str = "a", **values: object) -> Annotation:
    """A document of units of ten characters, their statuses by first letter (p, o, c, n)."""
    names = {"p": "planned", "o": "ongoing", "c": "completed", "n": "none"}
    units = tuple(Unit((10 * i, 10 * i + 9), "sentence", names[s], "none" if s == "n" else "jobs") for i, s in enumerate(statuses))
    return replace(Annotation(doc_id, "0", units, ()), **values)  # type: ignore[arg-type]


def measures(one: Annotation, other: Annotation) -> dict[str, Measure]:
    return {m.name: m for m in agreement([one], [other], samples=20)}


@pytest.mark.parametrize(
    ("one", "other", "kappa"),
    [
        ("pppp", "pppn", 0.0),
        ("ppnn", "ppnn", 1.0),
        ("ppnn", "nnpp", -1.0),
        ("ppnn", "pnpn", 0.0),
        ("pponnn", "pponnp", 0.739130),
        ("pppp", "pppp", None),  # chance alone agrees
    ],
)
def test_kappa(one: str, other: str, kappa: float | None) -> None:
    found = measures(reading(one), reading(other))["status (kappa)"]
    assert found.value == (kappa if kappa is None else pytest.approx(kappa, abs=1e-6))
    if kappa is not None:
        assert found.value == pytest.approx(cohen_kappa_score(list(one), list(other)))
    assert (found.a, found.both) == (len(one), sum(a == b for a, b in zip(one, other, strict=True)))


def test_kappa_is_that_of_scikit_learn() -> None:
    rng = random.Random(7)
    for _ in range(20):
        one = "".join(rng.choices("pocn", k=40))
        other = "".join(s if rng.random() < 0.7 else rng.choice("pocn") for s in one)
        assert measures(reading(one), reading(other))["status (kappa)"].value == pytest.approx(cohen_kappa_score(list(one), list(other)))


def test_units_are_paired_by_largest_overlap() -> None:
    one = [Unit((0, 10), "sentence"), Unit((10, 30), "sentence"), Unit((40, 50), "sentence")]
    other = [Unit((0, 4), "sentence"), Unit((4, 28), "sentence"), Unit((28, 30), "sentence")]
    assert pair_units(one, other) == {1: 1, 0: 0}
    assert pair_units([], other) == {}


def test_spans_and_mentions() -> None:
    one = reading("pp", mentions=(Mention((0, 3), "ORG"), Mention((4, 6), "PROGRAM"), Mention((10, 12), "ORG")))
    other = reading("pp", mentions=(Mention((0, 3), "ORG"), Mention((4, 6), "ORG")))
    found = measures(one, replace(other, units=(other.units[0], replace(other.units[1], span=(10, 18)))))
    assert (found["ORG (F1)"].value, found["ORG (F1)"].both) == (0.5, 1)
    assert found["PROGRAM (F1)"].value == 0.0
    assert found["PERSON (F1)"].value is None
    assert found["mentions (F1)"].value == pytest.approx(0.4)
    assert found["units (F1)"].value == 0.5
    assert found["status (kappa)"].a == 2  # paired all the same


def act(unit: int, actors: tuple[str, ...], status: str = "planned", category: str = "jobs") -> Act:
    return Act(unit, (10 * unit, 10 * unit + 9), "하다", status, category, actors)


def test_acts() -> None:
    one = reading("pp", acts=(act(0, ("새날시", "가람도")), act(0, ("새날시",)), act(1, ("누리군",))))
    other = reading("pp", acts=(act(0, ("가람도", "새날 시")), act(0, ("새날시",), "ongoing"), act(1, ("다솜청",))))
    found = measures(one, other)
    assert (found["acts (F1)"].value, found["acts (F1)"].both) == (pytest.approx(1 / 3), 1)
    assert (found["actors (F1)"].value, found["actors (F1)"].both) == (pytest.approx(2 / 3), 2)


def test_acts_of_units_that_are_paired_with_none() -> None:
    one = reading("p", acts=(act(0, ("새날시",)),))
    other = replace(one, units=(replace(one.units[0], span=(20, 29)),))
    found = measures(one, other)
    assert (found["acts (F1)"].value, found["acts (F1)"].both) == (0.0, 0)
    assert found["status (kappa)"].value is None


def test_intervals_come_from_the_documents() -> None:
    rng = random.Random(1)
    one, other = [], []
    for i in range(30):
        statuses = "".join(rng.choices("pn", k=10))
        one.append(reading(statuses, f"{i:02}"))
        other.append(reading("".join(s if rng.random() < 0.8 else "n" for s in statuses), f"{i:02}"))
    found = agreement(one, other, samples=200)
    status = found[0]
    assert status.low is not None and status.value is not None and status.high is not None
    assert status.low < status.value < status.high
    assert agreement(one, other, samples=200) == agreement(reversed(one), other, samples=200) == found
    assert agreement(one, other, samples=200, seed=1) != found
    assert agreement(one, one, samples=50)[0] == Measure("status (kappa)", 1.0, 1.0, 1.0, 300, 300, 300)


@pytest.mark.parametrize(
    ("one", "other", "message"),
    [
        ([], [], "the readings hold no documents"),
        ([reading("p", "a")], [reading("p", "b")], "2 are in one of them only, such as a"),
        ([reading("p")], [replace(reading("p"), sha256="1")], "the readings of a are of different texts"),
    ],
)
def test_readings_that_cannot_be_compared(one: list[Annotation], other: list[Annotation], message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        agreement(one, other)


def test_nothing_to_measure() -> None:
    assert np.isnan(kappas(np.zeros((1, 2, 2)))).all() and np.isnan(f1s(np.zeros((1, 3)))).all()
