"""The conditional random field against sums over all label sequences, and on a task that needs its transitions."""

import itertools

import numpy as np
import pytest
from scipy.optimize import check_grad

from pipeline.learn import crf
from pipeline.learn.crf import CRF, Batch


def brute(scores: np.ndarray, transitions: np.ndarray) -> tuple[list[int], np.ndarray]:
    """Best labels and marginals of one sequence, by going through all label sequences."""
    size, kinds = scores.shape
    weight = {
        path: sum(scores[i, k] for i, k in enumerate(path)) + sum(transitions[a, b] for a, b in itertools.pairwise(path))
        for path in itertools.product(range(kinds), repeat=size)
    }
    chances = np.zeros(scores.shape)
    total = sum(np.exp(w) for w in weight.values())
    for path, w in weight.items():
        for i, k in enumerate(path):
            chances[i, k] += np.exp(w) / total
    return list(max(weight, key=weight.__getitem__)), chances


@pytest.mark.parametrize("lengths", [[1], [4], [3, 5, 1], [2, 2, 6, 4]])
def test_decoding_and_marginals_are_exact(lengths):
    chance = np.random.default_rng(sum(lengths))
    scores = chance.normal(size=(sum(lengths), 3)).astype(np.float32)
    transitions = chance.normal(size=(3, 3))
    model = CRF(np.zeros((1, 3), np.float32), transitions)
    ends = np.cumsum([0, *lengths])
    spans = list(itertools.pairwise(ends.tolist()))
    labels, marginals = model.decode(scores, Batch.of(spans)), model.marginals(scores, Batch.of(spans))
    for a, b in spans:
        best, chances = brute(scores[a:b].astype(float), transitions)
        assert labels[a:b].tolist() == best
        assert np.allclose(marginals[a:b], chances, atol=1e-6)


def test_nothing_is_decoded_to_nothing():
    model = CRF(np.zeros((1, 2), np.float32), np.zeros((2, 2)))
    assert len(model.decode(np.zeros((0, 2), np.float32), Batch.of([]))) == 0
    assert model.marginals(np.zeros((0, 2), np.float32), Batch.of([])).shape == (0, 2)


def test_fitting_learns_transitions_and_is_repeatable():
    # Label 2 follows label 1 always; the features of the second token say nothing.
    features = np.array([[1], [3], [2], [3], [1], [3], [2], [3]], np.int32)
    labels = np.array([1, 2, 0, 0, 1, 2, 0, 0])
    spans = [(0, 2), (2, 4), (4, 6), (6, 8)]
    settings = crf.Settings(epochs=60, batch=2, drop=0.0, penalty=0.01)
    models = [crf.fit(features, labels, spans, sizes=(4, 3), settings=settings) for _ in range(2)]
    assert models[0].weights.tobytes() == models[1].weights.tobytes()
    assert models[0].decode(models[0].scores(features), Batch.of(spans)).tolist() == labels.tolist()
    assert not models[0].weights[0].any()


def test_the_slopes_are_those_of_the_likelihood():
    chance = np.random.default_rng(1)
    features = chance.integers(0, 6, (40, 3)).astype(np.int32)
    labels, lengths = chance.integers(0, 3, 40), [13, 7, 20]
    spans = list(itertools.pairwise(np.cumsum([0, *lengths]).tolist()))

    def model(flat: np.ndarray) -> CRF:
        weights = flat[:18].reshape(6, 3).copy()
        weights[0] = 0
        return CRF(weights, flat[18:].reshape(3, 3))

    def loss(flat: np.ndarray) -> float:
        it = model(flat)
        scores = sum(it.weights[column] for column in features.T)
        _, _, _, partition = crf._passes(scores, it.transitions, Batch.of(spans))
        followed = sum(it.transitions[labels[i - 1], labels[i]] for a, b in spans for i in range(a + 1, b))
        return partition - scores[np.arange(40), labels].sum() - followed

    def slope(flat: np.ndarray) -> np.ndarray:
        weights, transitions = crf._slopes(model(flat), features, labels, lengths)
        return np.concatenate([weights.ravel(), transitions.ravel()])

    assert check_grad(loss, slope, chance.normal(size=27)) < 1e-3
