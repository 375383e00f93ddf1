"""Choosing one of several: a log-linear model over the options of each question (a conditional logit; McFadden 1974).

An option is a row of integer features (`templates.Index`); the options of one question are consecutive rows. Trained by L-BFGS on the
penalised likelihood of the right options, where a question may have several. Classifying is the case in which every question has the
same options: `classes` writes the class into each feature.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Weights = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


@dataclass
class Choice:
    """Weights of a fitted model; the weight of feature 0, which stands for none, is zero."""

    weights: Weights

    def scores(self, features: npt.NDArray[np.int32]) -> Floats:
        """One score an option: the sum of the weights of its features."""
        found: Floats = self.weights[features].sum(1, dtype=np.float64)
        return found


def probabilities(scores: Floats, starts: Ints) -> Floats:
    """The probability of each option among those of its question.

    Args:
        scores: one an option.
        starts: row of the first option of each question; no question is empty.

    >>> probabilities(np.array([0.0, 0.0, 5.0]), np.array([0, 2])).tolist()
    [0.5, 0.5, 1.0]
    """
    sizes = np.diff([*starts, len(scores)])
    raised = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes))
    found: Floats = raised / np.repeat(np.add.reduceat(raised, starts), sizes)
    return found


def fit(features: npt.NDArray[np.int32], right: npt.NDArray[np.bool_], starts: Ints, *, size: int, penalty: float, steps: int = 200) -> Choice:
    """Fit a model.

    Args:
        features: options x templates, numbers of weights, 0 for none.
        right: whether an option is right. Questions without a right option teach nothing and must be left out.
        starts: row of the first option of each question.
        size: how many weights there are.
        penalty: of the squared weights (L2), on the sum over questions.
        steps: of L-BFGS.

    Raises:
        ValueError: a question has no right option.
    """
    from scipy.optimize import minimize  # takes a fifth of a second to import, which those who only choose need not wait for
    from scipy.sparse import csr_matrix

    truth = right.astype(np.float64)
    if not len(starts) or np.add.reduceat(truth, starts).min() == 0:
        raise ValueError("every question needs a right option; leave the others out")
    sizes = np.diff([*starts, len(features)])
    used = features > 0
    matrix = csr_matrix((np.ones(int(used.sum())), features[used], np.concatenate([[0], np.cumsum(used.sum(1))])), shape=(len(features), size))
    transposed = matrix.T.tocsr()

    def loss(weights: Floats) -> tuple[float, Floats]:
        chances = probabilities(matrix @ weights, starts)
        hits = np.add.reduceat(chances * truth, starts) + 1e-12
        slope = transposed @ (chances - chances * truth / np.repeat(hits, sizes)) + penalty * weights
        return float(-np.log(hits).sum() + penalty / 2 * (weights @ weights)), slope

    found = minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxcor": 8})
    weights = found.x.astype(np.float32)
    weights[0] = 0
    return Choice(weights)
