"""Intervals and calibration, on cases that can be reckoned by hand."""

import random

import numpy as np
import pytest

from pipeline.evaluation import bootstrap, commands
from pipeline.evaluation.calibration import BINS, bin_of, calibration
from pipeline.evaluation.counts import FOUND, Counts
from pipeline.evaluation.evaluate import Estimate, by_issuer, by_kind, by_label, estimates
from pipeline.evaluation.scores import scores
from pipeline.schema import KINDS, STATUSES

ORG, PLANNED, NONE = FOUND.index("ORG"), STATUSES.index("planned"), STATUSES.index("none")


def documents(*found: tuple[int, int, int]) -> Counts:
    """Documents by their names right, given and wanted."""
    counts = Counts.empty(len(found))
    counts.found[:, ORG] = found
    return counts


def test_the_command_names_the_default() -> None:
    assert commands.REPLICATES == bootstrap.REPLICATES  # so that its help needs no import


def test_alike_documents_leave_no_doubt() -> None:
    counts = documents(*[(3, 4, 6)] * 20)
    assert estimates(counts, 200)["ORG.f1"] == Estimate(0.6, (0.6, 0.6), 120)


def test_intervals_are_percentiles_of_the_replicates() -> None:
    rng = random.Random(3)
    counts = documents(*((rng.randint(0, 5), 5, 5) for _ in range(40)))
    found = estimates(counts, 500)["ORG.f1"]
    # One replicate after the other, each document taken as often as it was drawn.
    values = []
    for draw in bootstrap.weights(40, 500):
        right = sum(w * c for w, c in zip(draw, counts.found[:, ORG, 0], strict=True))
        values.append(right / (5 * 40))
    assert found.interval == pytest.approx(tuple(np.percentile(values, (2.5, 97.5))))
    assert found.interval is not None and found.interval[0] < found.value < found.interval[1]


def test_intervals_are_those_of_the_mean_of_a_large_sample() -> None:
    # Recall of documents with one name each is a mean of zeros and ones, whose interval is known: p ± 1.96 √(p(1-p)/n).
    counts = documents(*[(1, 1, 1)] * 120 + [(0, 1, 1)] * 280)
    low, high = estimates(counts, 4000)["ORG.r"].interval or (0.0, 0.0)
    half = 1.96 * (0.3 * 0.7 / 400) ** 0.5
    assert (low, high) == pytest.approx((0.3 - half, 0.3 + half), abs=0.005)


def test_intervals_are_the_same_every_time() -> None:
    counts = documents(*((n % 4, 4, 4) for n in range(30)))
    assert estimates(counts, 300) == estimates(counts, 300)
    assert (bootstrap.weights(30, 5) == bootstrap.weights(30, 5)).all()
    assert (bootstrap.weights(30, 5) != bootstrap.weights(30, 5, seed=1)).any()


def test_more_documents_are_narrower() -> None:
    some = [(n % 4, 4, 4) for n in range(12)]
    few, many = (estimates(documents(*some * times), 500)["ORG.f1"].interval for times in (1, 16))
    assert few is not None and many is not None and many[1] - many[0] < (few[1] - few[0]) / 3


@pytest.mark.parametrize(
    ("counts", "replicates", "interval"),
    [
        (documents((1, 1, 1)), 100, None),  # one document cannot be drawn otherwise
        (documents((1, 1, 1), (1, 1, 1)), 0, None),
        (documents((0, 1, 0), (0, 1, 0)), 100, None),  # gold has none: no replicate says anything
        (documents((1, 1, 1), (0, 0, 0)), 100, (1.0, 1.0)),  # replicates without a name are left out
        (documents((1, 1, 1), (0, 0, 1)), 100, (0.0, 1.0)),
    ],
)
def test_where_there_is_no_interval(counts: Counts, replicates: int, interval: tuple[float, float] | None) -> None:
    assert estimates(counts, replicates)["ORG.f1"].interval == interval


def confused(*tables: tuple[str, int, int, int]) -> Counts:
    """Documents by kind of their units and how many of planned, given as planned or none, and of none, given as none, they hold."""
    counts = Counts.empty(len(tables))
    for n, (kind, right, missed, none) in enumerate(tables):
        table = counts.confusion["status"][n, KINDS.index(kind)]
        table[PLANNED, PLANNED], table[PLANNED, NONE], table[NONE, NONE] = right, missed, none
    return counts


def test_labels_kinds_and_issuers() -> None:
    counts = confused(("title", 1, 1, 0), ("sentence", 3, 0, 4), ("sentence", 0, 0, 2))
    label = by_label(counts, estimates(counts, 50), 50)["status"]
    assert (label["planned"].precision, label["planned"].recall, label["planned"].f1.gold) == (1.0, 0.8, 5)
    assert label["planned"].f1.value == pytest.approx(8 / 9) and label["none"].precision == pytest.approx(6 / 7)
    assert label["appeal"].f1 == Estimate(0.0, None, 0)
    kinds = by_kind(counts, 0)
    assert list(kinds) == ["title", "sentence"]
    assert (kinds["title"]["status.acc"], kinds["sentence"]["status.acc"]) == (Estimate(0.5, None, 2), Estimate(1.0, None, 9))
    groups = by_issuer(counts, ["unknown", "ministry", "unknown"], 50)
    assert [(name, g.documents, g.scores["status.acc"].value) for name, g in groups.items()] == [("ministry", 1, 1.0), ("unknown", 2, 0.75)]


def test_the_macro_f1_of_a_replicate_is_over_its_own_labels() -> None:
    counts = confused(("title", 2, 0, 0), ("title", 0, 0, 2))
    drawn = scores(counts.weighted(np.array([[2.0, 0.0], [1.0, 1.0]])))
    assert drawn["status.macro_f1"].tolist() == [1.0, 1.0]


@pytest.mark.parametrize(("confidence", "at"), [(0.0, 0), (0.001, 0), (1 / 15, 0), (0.0667, 1), (0.5, 7), (0.93, 13), (0.94, 14), (1.0, 14)])
def test_bins(confidence: float, at: int) -> None:
    assert bin_of(confidence) == at
    assert confidence == 0 or at / BINS < confidence <= (at + 1) / BINS


@pytest.mark.parametrize("confidence", [-0.1, 1.1, float("nan")])
def test_no_confidence_at_all(confidence: float) -> None:
    with pytest.raises(ValueError, match="expected 0 to 1"):
        bin_of(confidence)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ([(0.9, True)] * 9 + [(0.9, False)], 0.0),
        ([(1.0, False)] * 3, 1.0),
        ([(0.9, True)] * 4 + [(0.9, False)] * 4, 0.4),
        ([(0.95, True)] * 2 + [(0.35, True), (0.35, False)], (2 * 0.05 + 2 * 0.15) / 4),
        ([(0.61, True), (0.65, False)], 0.13),  # in one bin: 0.63 on average, half of them right
    ],
)
def test_expected_calibration_error(given: list[tuple[float, bool]], error: float) -> None:
    sums = np.zeros((BINS, 3))
    for confidence, right in given:
        sums[bin_of(confidence)] += (1, confidence, right)
    found = calibration(sums)
    assert found is not None and found.error == pytest.approx(error) and found.units == sum(b.units for b in found.bins) == len(given)


def test_calibration_without_confidence() -> None:
    assert calibration(np.zeros((BINS, 3))) is None
