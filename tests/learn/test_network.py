"""The network: probabilities, repeatability, and a task that no linear model can do."""

import numpy as np
import pytest

from pipeline.learn.network import Settings, bags, fit, softmax


def exclusive_or() -> tuple:
    """Features 0 and 1; the class says whether exactly one of them is there."""
    items = [[], [0], [1], [0, 1]] * 50
    return bags(items, 2), np.zeros((200, 3), np.float32), np.array([0, 1, 1, 0] * 50)


def test_it_learns_what_is_not_linear():
    features, dense, labels = exclusive_or()
    net = fit(features, dense, labels, classes=2, settings=Settings(hidden=16, epochs=60, batch=20, drop=0.0, hidden_drop=0.0), seed=1)
    assert (net.logits(features, dense).argmax(1) == labels).all()


def test_the_seed_decides():
    features, dense, labels = exclusive_or()
    nets = [fit(features, dense, labels, classes=2, settings=Settings(hidden=4, epochs=2), seed=seed) for seed in (3, 3, 4)]
    assert nets[0].sparse.tobytes() == nets[1].sparse.tobytes() != nets[2].sparse.tobytes()


def test_bags_hold_ones_where_features_are():
    assert bags([[2, 0], [], [1]], 3).toarray().tolist() == [[1, 0, 1], [0, 0, 0], [0, 1, 0]]


@pytest.mark.parametrize("temperature", [0.5, 1.0, 4.0])
def test_softmax_rows_are_probabilities_in_the_order_of_the_logits(temperature):
    chances = softmax(np.array([[1.0, 3.0, 2.0], [900.0, -900.0, 0.0]], np.float32), temperature)
    assert np.allclose(chances.sum(1), 1) and np.isfinite(chances).all()
    assert chances[0].argsort().tolist() == [0, 2, 1]


def test_a_higher_temperature_is_less_sure():
    logits = np.array([[2.0, 0.0]], np.float32)
    assert softmax(logits, 1.0)[0, 0] > softmax(logits, 2.0)[0, 0] > 0.5
