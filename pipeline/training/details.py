"""Learns by what weights the cells of an act are chosen (`pipeline.details`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from pipeline.corpus.annotation import Act as GoldAct
from pipeline.corpus.annotation import Annotation
from pipeline.details import beneficiaries, deadlines, programs, quantities
from pipeline.details.scene import Act, Scene
from pipeline.details.weights import BENEFICIARY, BIAS, COUNT, DEADLINE, PROGRAM, Weights
from pipeline.sheet import Sheet

_Reading = tuple[list[str], bool]
_SEEN = 3  # a feature that stands in fewer readings is left out
_STRENGTH = {DEADLINE: 1.0, PROGRAM: 0.5, COUNT: 0.3, BENEFICIARY: 0.5}  # inverse of the L2 penalty


def train_details(labelled: Iterable[tuple[Annotation, Sheet]]) -> Weights:
    """The weights that labelled releases teach: rounded, in alphabetical order.

    Args:
        labelled: labels, and sheets whose units and names are those of the labels, so that what is learned is the choice alone.
    """
    found: dict[str, list[_Reading]] = {cell: [] for cell in _STRENGTH}
    for annotation, sheet in labelled:
        scene = Scene(sheet)
        for gold in annotation.acts:
            act = scene.act(gold.unit, *gold.span, gold.status)
            for cell, readings in _readings(scene, act, gold, annotation):
                found[cell] += readings
    return {cell: _logistic(readings, _STRENGTH[cell]) for cell, readings in found.items()}


def _readings(scene: Scene, act: Act, gold: GoldAct, annotation: Annotation) -> Iterator[tuple[str, list[_Reading]]]:
    value = gold.deadline.value if gold.deadline else ""
    yield DEADLINE, [(features, f"{p.first or ''}..{p.last or ''}" == value) for p, features in deadlines.candidates(scene, act)]
    names = {scene.mentions[p]["entity_id"] for p in gold.programs}
    yield PROGRAM, [(features, m["entity_id"] in names) for m, features in programs.candidates(scene, act)]
    given = {q.value for q in gold.counts}
    yield (
        COUNT,
        [(features, bool({f"{c.number} {c.unit}", f"{c.number} {c.unit.split()[0]}"} & given)) for c, features in quantities.counted(scene, act)],
    )
    who = gold.beneficiary
    yield (
        BENEFICIARY,
        [(features, who is not None and span[0] < who[1] and who[0] < span[1]) for span, features in beneficiaries.candidates(scene, act)],
    )


def _logistic(readings: Sequence[_Reading], strength: float) -> dict[str, float]:
    """Feature -> weight; the solver is deterministic, and weights are rounded beyond what its tolerance leaves open."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    seen = Counter(f for features, _ in readings for f in features)
    names = sorted(f for f, n in seen.items() if n >= _SEEN)
    at = {name: i for i, name in enumerate(names)}
    matrix = np.zeros((len(readings), len(names)), dtype=np.float64)
    for row, (features, _) in zip(matrix, readings, strict=True):
        row[[at[f] for f in features if f in at]] = 1
    model = LogisticRegression(C=strength, solver="lbfgs", max_iter=2000, tol=1e-8).fit(matrix, [right for _, right in readings])
    weights = {name: round(float(w), 3) for name, w in zip(names, model.coef_[0], strict=True)}
    return {BIAS: round(float(model.intercept_[0]), 3)} | {name: w for name, w in weights.items() if abs(w) >= 0.02}
