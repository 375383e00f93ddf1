"""Status and category of each unit, by trained networks, with calibrated confidence.

Two networks (`learn.network`), each a small ensemble: one for the status, one for the category of units that have one. What the rules of
`sentences` say is among the features (`unit_features`), so the networks learn when to trust them. A linear layer then looks at what the
network thinks of the neighbours, the title and the lead (stacking, Wolpert 1992), for units are planned in company. Confidence is the
probability of the label; both last steps were fitted on releases that the networks had not seen, which is what calibrates it.
"""

from __future__ import annotations

import operator
import pathlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.sparse import csr_matrix

from pipeline.component import Trained
from pipeline.labels import VARIABLE
from pipeline.learn.arrays import WeightsError, made_of, read, write
from pipeline.learn.names import Numbers
from pipeline.learn.network import Floats, Network, softmax
from pipeline.learn.stored import network_arrays, network_of
from pipeline.learn.vectors import Vectors
from pipeline.schema import ACT_STATUSES, CATEGORIES, KINDS, UnitData
from pipeline.sentences import is_denied
from pipeline.sheet import Sheet
from pipeline.unit_features import MUTE, Asked, Batch, Reading, category_features, category_vectors, status_features, status_vectors

SILENT = 0.998  # how sure it is that a unit of a mute kind promises nothing
SECONDARY = 0.2  # probability from which a further category is named


@dataclass
class Head:
    """One decision: its classes, the numbers of its features, its networks and their temperature."""

    classes: tuple[str, ...]
    numbers: Numbers
    networks: list[Network]
    temperature: float = 1.0

    def __post_init__(self) -> None:
        """Put the weights of a feature in all networks side by side, so that one pass over the features serves them all."""
        self._sparse = np.hstack([net.sparse for net in self.networks])
        for net, part in zip(self.networks, np.hsplit(self._sparse, len(self.networks)), strict=True):
            net.sparse = part

    def chances(self, features: csr_matrix, dense: Floats) -> Floats:
        """Items x classes: probabilities."""
        sums = np.hsplit(features @ self._sparse, len(self.networks))
        logits = np.mean([net.answer(each, dense) for net, each in zip(self.networks, sums, strict=True)], axis=0)
        return softmax(logits.astype(np.float32), self.temperature)


@dataclass
class Context:
    """A multinomial logistic layer on `around`: inputs x classes, and a bias a class."""

    weights: Floats
    bias: Floats

    def chances(self, units: Sequence[UnitData], chances: Floats) -> Floats:
        """Units x classes: the probabilities of a release's units, seen in their context."""
        return softmax((around(units, chances) @ self.weights + self.bias).astype(np.float32))


def around(units: Sequence[UnitData], chances: Floats) -> Floats:
    """What the units of a release look like together.

    Args:
        units: of one release.
        chances: units x classes, what is thought of each by itself.

    Returns:
        Units x inputs: log-probabilities of the unit, of two neighbours on each side, of titles, lead and section heading, the mean
        over the body, the unit's kind, and its own log-probabilities by kind.
    """
    if not units:
        return np.zeros((0, 0), np.float32)
    kinds = [u["kind"] for u in units]
    titles = [n for n, kind in enumerate(kinds) if kind == "title"]
    body = [n for n, kind in enumerate(kinds) if kind in ("sentence", "bullet")]
    own, none = np.log(chances + np.float32(1e-4)), np.zeros(chances.shape[1], np.float32)
    known = np.vstack([own, none, none])  # two places before the first unit, as two after the last, hold zeros
    near = [known[np.arange(len(units)) + offset] for offset in (0, -1, 1, -2, 2)]
    title, lead = own[titles].mean(0) if titles else none, own[body[0]] if body else none
    mean = chances[body].mean(0) if body else none
    shared = [np.broadcast_to(each, own.shape) for each in (title, lead, 6 * mean)]
    section = known[[len(units) if u["section"] is None else u["section"] for u in units]]
    kind = np.eye(len(KINDS), dtype=np.float32)[[KINDS.index(k) for k in kinds]]
    by_kind = (own[:, :, None] * kind[:, None, :]).reshape(len(units), -1)
    return np.hstack([*near, *shared, section, kind, by_kind])


def _inputs(classes: int) -> int:
    """How many columns `around` has."""
    return 9 * classes + len(KINDS) * (classes + 1)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a unit does and is about, and how sure that is."""

    status: str
    status_confidence: float
    category: str
    category_confidence: float | None
    secondary: tuple[str, ...]


HEADS: dict[str, tuple[Callable[[Batch, Asked, Numbers], csr_matrix], Callable[[Batch, Asked], Floats]]] = {
    "status": (status_features, status_vectors),
    "category": (category_features, category_vectors),
}


def chances_of(name: str, head: Head, batch: Batch, asked: Asked) -> list[Floats]:
    """For each release, units x classes: what a head says of each unit by itself. Units that are not asked about say nothing."""
    features, vectors = HEADS[name]
    silent = np.full(len(head.classes), (1 - SILENT) / len(head.classes), np.float32)
    if "none" in head.classes:
        silent[head.classes.index("none")] = SILENT
    found = np.tile(silent, (sum(len(r.units) for r in batch.readings), 1))
    if any(asked):
        found[batch.units(asked)] = head.chances(features(batch, asked, head.numbers), vectors(batch, asked))
    ends = np.cumsum([len(r.units) for r in batch.readings]).tolist()
    return [found[end - len(r.units) : end] for r, end in zip(batch.readings, ends, strict=True)]


class Classifier(Trained[list[Judgement]]):
    """Decides status and category.

    Reads `units`, `mentions`, `entities`, `title`, `published`, `issuer_id`; writes `status`, `category`, `secondary` of `units` and
    the confidence of both.
    """

    def __init__(self) -> None:
        self.heads: dict[str, Head] = {}

    def equip(self, vectors: Vectors, heads: dict[str, Head], context: Context) -> None:
        """Set what training found; `context` is of the status."""
        self.vectors, self.heads, self.context = vectors, heads, context

    def predict(self, sheets: Sequence[Sheet]) -> list[list[Judgement]]:
        """One judgement a unit."""
        if not self.heads:
            raise WeightsError("the classifier has no weights: load a trained model, or take `dajim_sentences` alone")
        batch = Batch(sheets, self.vectors)
        alone = chances_of("status", self.heads["status"], batch, [r.speaking for r in batch.readings])
        decided = [self._decided(r, self.context.chances(r.units, c)) if len(c) else [] for r, c in zip(batch.readings, alone, strict=True)]
        acts = [[n for n, (status, _) in enumerate(each) if status in ACT_STATUSES] for each in decided]
        categories = chances_of("category", self.heads["category"], batch, acts)
        return [
            [self._judged(status, sure, of) for (status, sure), of in zip(each, about.tolist(), strict=True)]
            for each, about in zip(decided, categories, strict=True)
        ]

    def _decided(self, reading: Reading, chances: Floats) -> list[tuple[str, float]]:
        """The status of each unit and how sure it is."""
        names = self.heads["status"].classes
        found = [(names[best], round(sure, 3)) for best, sure in zip(chances.argmax(1).tolist(), chances.max(1).tolist(), strict=True)]
        for n, seen in enumerate(reading.seen):
            # Denials are too rare to be learned, and their form is sure.
            if reading.kinds[n] in MUTE or is_denied(seen.predicate):
                found[n] = ("none", SILENT)
        return found

    def _judged(self, status: str, sure: float, categories: list[float]) -> Judgement:
        if status not in ACT_STATUSES:
            return Judgement(status, sure, "none", None, ())
        ranked = sorted(zip(categories, self.heads["category"].classes, strict=True), key=operator.itemgetter(0), reverse=True)
        (surest, best), *others = ranked[:3]
        return Judgement(status, sure, best, round(surest, 3), tuple(name for chance, name in others if chance >= SECONDARY))

    def set_annotations(self, sheets: Sequence[Sheet], predictions: Sequence[list[Judgement]]) -> None:
        """Write the labels to `units`."""
        for sheet, judged in zip(sheets, predictions, strict=True):
            for unit, j in zip(sheet["units"], judged, strict=True):
                unit["status"], unit["status_confidence"] = j.status, j.status_confidence
                unit["category"], unit["category_confidence"], unit["secondary"] = j.category, j.category_confidence, list(j.secondary)

    def to_disk(self, folder: pathlib.Path) -> None:
        """Write the weights.

        Raises:
            WeightsError: there are none.
        """
        if not self.heads:
            raise WeightsError("the classifier has no weights to write")
        for name, head in self.heads.items():
            arrays = {part: array for n, net in enumerate(head.networks) for part, array in network_arrays(net, str(n)).items()}
            data = {
                "classes": head.classes,
                "features": head.numbers.names,
                "settings": {"temperature": head.temperature, "networks": len(head.networks)},
            }
            write(folder / name, arrays, data)
        write(folder / "context", {"weights": self.context.weights, "bias": self.context.bias}, {})
        self.vectors.to_disk(folder / "vectors")

    def from_disk(self, folder: pathlib.Path) -> Self:
        """Read what `to_disk` wrote.

        Raises:
            WeightsError: it is missing, broken or of another version.
        """
        heads = {}
        for name in HEADS:
            arrays, data = read(folder / name)
            with made_of(folder / name, "the weights of this classifier"):
                networks = [network_of(arrays, str(n)) for n in range(int(data["settings"]["networks"]))]
                head = Head(tuple(data["classes"]), Numbers(data["features"]), networks, float(data["settings"]["temperature"]))
            if any(net.sparse.shape[0] != len(head.numbers) or net.out.shape[1] != len(head.classes) for net in networks):
                raise WeightsError(f"{folder / name}: arrays and feature list do not belong together; train the model anew (`dajim train`)")
            heads[name] = head
        if strange := set(heads["category"].classes) - set(CATEGORIES):
            raise WeightsError(f"{folder}: trained on other categories ({', '.join(sorted(strange))}); name their file in {VARIABLE}")
        last, _ = read(folder / "context")
        if set(last) != {"weights", "bias"} or last["weights"].shape != (_inputs(len(heads["status"].classes)), len(heads["status"].classes)):
            raise WeightsError(f"{folder / 'context'}: not the weights of this classifier; train the model anew (`dajim train`)")
        self.equip(Vectors.from_disk(folder / "vectors"), heads, Context(last["weights"], last["bias"]))
        return self
