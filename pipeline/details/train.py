"""Learn the weights of `models/details.json` from labelled releases.

    python -m pipeline.details.train          # the train split and the authored releases

Names, units and clauses are taken from the labels, so that what is learned is the choice alone.
"""

from __future__ import annotations

import json
import pathlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from pipeline.corpus.annotation import Act as GoldAct
from pipeline.corpus.annotation import Annotation
from pipeline.corpus.store import AUTHORED, Store
from pipeline.details import beneficiaries, deadlines, programs, quantities
from pipeline.details.scene import Act, Scene
from pipeline.details.weights import BIAS
from pipeline.entities import Entities
from pipeline.lexicon import default_lexicon
from pipeline.morphology import Settings
from pipeline.resources import shipped
from pipeline.schema import MentionData, Release
from pipeline.sheet import Sheet, from_releases

Example = tuple[list[str], bool]
_SEEN = 3  # a feature that stands in fewer examples is left out
_STRENGTH = {deadlines.CELL: 1.0, programs.CELL: 0.5, quantities.CELL: 0.3, beneficiaries.CELL: 0.5}  # inverse of the L2 penalty


def train_details(pairs: Iterable[tuple[Annotation, Release]], settings: Settings | None = None) -> dict[str, dict[str, float]]:
    """The weights that labelled releases teach: cell -> feature -> weight, rounded, in alphabetical order.

    Args:
        pairs: labels and releases.
        settings: of the analyser; those of the shipped pipeline where it is None.
    """
    return fit(gold_sheets(pairs, settings or shipped_settings()))


def gold_sheets(pairs: Iterable[tuple[Annotation, Release]], settings: Settings) -> Iterator[tuple[Annotation, Sheet]]:
    """Sheets whose units and names are those of the labels."""
    known = list(pairs)
    entities = Entities(lexicon=default_lexicon())
    for (annotation, _), sheet in zip(known, list(from_releases([r for _, r in known], settings)), strict=True):
        begins = [u.span[0] for u in annotation.units]
        sheet["units"] = [u.data() for u in annotation.units]
        sheet["mentions"] = [
            MentionData(
                start=m.span[0],
                end=m.span[1],
                label=m.label,
                unit=bisect_right(begins, m.span[0]) - 1,
                entity_id=m.entity,
                confidence=None,
                method="rule",
            )
            for m in annotation.mentions
        ]
        entities.annotate([sheet])
        yield annotation, sheet


def fit(labelled: Iterable[tuple[Annotation, Sheet]]) -> dict[str, dict[str, float]]:
    """As `train_details`, of sheets that are analysed already."""
    found: dict[str, list[Example]] = {cell: [] for cell in _STRENGTH}
    for annotation, sheet in labelled:
        scene = Scene(sheet)
        for gold in annotation.acts:
            act = scene.act(gold.unit, *gold.span, gold.status)
            for cell, examples in _examples(scene, act, gold, annotation):
                found[cell] += examples
    return {cell: _logistic(examples, _STRENGTH[cell]) for cell, examples in found.items()}


def _examples(scene: Scene, act: Act, gold: GoldAct, annotation: Annotation) -> Iterator[tuple[str, list[Example]]]:
    value = gold.deadline.value if gold.deadline else ""
    yield deadlines.CELL, [(features, f"{p.first or ''}..{p.last or ''}" == value) for p, features in deadlines.candidates(scene, act)]
    names = {scene.mentions[p]["entity_id"] for p in gold.programs}
    yield programs.CELL, [(features, m["entity_id"] in names) for m, features in programs.candidates(scene, act)]
    given = {q.value for q in gold.counts}
    yield (
        quantities.CELL,
        [(features, bool({f"{c.number} {c.unit}", f"{c.number} {c.unit.split()[0]}"} & given)) for c, features in quantities.counted(scene, act)],
    )
    who = gold.beneficiary
    yield (
        beneficiaries.CELL,
        [(features, who is not None and span[0] < who[1] and who[0] < span[1]) for span, features in beneficiaries.candidates(scene, act)],
    )


def _logistic(examples: Sequence[Example], strength: float) -> dict[str, float]:
    """Feature -> weight; the solver is deterministic, and weights are rounded beyond what its tolerance leaves open."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    seen = Counter(f for features, _ in examples for f in features)
    names = sorted(f for f, n in seen.items() if n >= _SEEN)
    at = {name: i for i, name in enumerate(names)}
    matrix = np.zeros((len(examples), len(names)), dtype=np.float64)
    for row, (features, _) in zip(matrix, examples, strict=True):
        row[[at[f] for f in features if f in at]] = 1
    model = LogisticRegression(C=strength, solver="lbfgs", max_iter=2000, tol=1e-8).fit(matrix, [right for _, right in examples])
    weights = {name: round(float(w), 3) for name, w in zip(names, model.coef_[0], strict=True)}
    return {BIAS: round(float(model.intercept_[0]), 3)} | {name: w for name, w in weights.items() if abs(w) >= 0.02}


def write(weights: dict[str, dict[str, float]], path: pathlib.Path) -> None:
    """Write the weights, one feature a line, so that a change can be read."""
    path.write_text(json.dumps(weights, ensure_ascii=False, indent=0) + "\n", encoding="utf-8", newline="\n")


def shipped_settings() -> Settings:
    """The settings of the shipped pipeline's analyser, without loading it."""
    data = json.loads(shipped("models", "ko", "tokenizer").read_text(encoding="utf-8"))
    return Settings(tuple(data["words"]))


if __name__ == "__main__":
    store = Store.default()
    labelled = [(a, r) for split in ("train", AUTHORED) for a, r in store.labelled(split) if r is not None]
    write(train_details(labelled), shipped("models") / "details.json")
