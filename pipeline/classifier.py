"""Status and category of each unit, by trained networks, with calibrated confidence.

Two networks (`learn.network`), each a small ensemble: one for the status, one for the category of units that have one. What the rules of
`sentences` say is among the features (`unit_features`), so the networks learn when to trust them. A linear layer then looks at what the
network thinks of the neighbours, the title and the lead (stacking, Wolpert 1992), for units are planned in company. Confidence is the
probability of the label; both last steps were fitted on releases that the networks had not seen, which is what calibrates it.
"""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from pipeline.component import Trained
from pipeline.labels import VARIABLE
from pipeline.learn.arrays import Array, WeightsError, read, write
from pipeline.learn.network import Floats, Network, bags, softmax
from pipeline.learn.vectors import Vectors
from pipeline.schema import ACT_STATUSES, CATEGORIES, KINDS, UnitData
from pipeline.sentences import is_denied
from pipeline.sheet import Sheet
from pipeline.unit_features import MUTE, Reading

SILENT = 0.998  # how sure it is that a unit of a mute kind promises nothing
SECONDARY = 0.2  # probability from which a further category is named
_PARTS = ("sparse", "dense", "bias", "out", "out_bias")  # of a network; the first is by far the largest


@dataclass
class Head:
    """One decision: its classes, the numbers of its features, its networks and their temperature."""

    classes: tuple[str, ...]
    numbers: dict[str, int]
    networks: list[Network]
    temperature: float = 1.0

    def chances(self, features: Sequence[Sequence[str]], dense: Floats) -> Floats:
        """Items x classes: probabilities."""
        known = self.numbers
        matrix = bags([[known[f] for f in dict.fromkeys(item) if f in known] for item in features], len(known))
        logits = np.mean([net.logits(matrix, dense) for net in self.networks], axis=0)
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
    known = np.log(chances + np.float32(1e-4))
    none = np.zeros(known.shape[1], np.float32)
    titles = [n for n, u in enumerate(units) if u["kind"] == "title"]
    body = [n for n, u in enumerate(units) if u["kind"] in ("sentence", "bullet")]
    title, lead = (known[titles].mean(0) if titles else none), (known[body[0]] if body else none)
    mean = chances[body].mean(0) if body else none

    def at(n: int | None) -> Floats:
        return known[n] if n is not None and 0 <= n < len(known) else none

    rows = []
    for n, unit in enumerate(units):
        kind = np.array([unit["kind"] == k for k in KINDS], np.float32)
        near = [at(n), at(n - 1), at(n + 1), at(n - 2), at(n + 2), title, lead, 6 * mean, at(unit["section"])]
        rows.append(np.concatenate([*near, kind, np.outer(known[n], kind).ravel()]))
    return np.stack(rows).astype(np.float32) if rows else np.zeros((0, 0), np.float32)


def _packed(weights: Floats) -> tuple[npt.NDArray[np.float16], npt.NDArray[np.int8]]:
    """A scale a row, and the weights as 8-bit multiples of it: a quarter of the size, and no decision in a thousand changes."""
    scale = (np.abs(weights).max(1) / 127 + 1e-7).astype(np.float16)
    return scale, np.clip(np.rint(weights / scale.astype(np.float32)[:, None]), -127, 127).astype(np.int8)


def _unpacked(arrays: dict[str, Array], n: int) -> Network:
    rest = (arrays[f"{part}{n}"].astype(np.float32) for part in _PARTS[1:])
    return Network(arrays[f"sparse{n}"].astype(np.float32) * arrays[f"scale{n}"].astype(np.float32)[:, None], *rest)


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


HEADS: dict[str, tuple[Callable[[Reading, int], list[str]], Callable[[Reading], npt.NDArray[np.float32]]]] = {
    "status": (Reading.status_features, Reading.status_vectors),
    "category": (Reading.category_features, Reading.category_vectors),
}


def chances_of(name: str, head: Head, readings: Sequence[Reading]) -> list[Floats]:
    """For each release, units x classes: what a head says of each unit by itself. Units that say nothing are not asked."""
    features, vectors = HEADS[name]
    asked = [[n for n, u in enumerate(r.units) if u["kind"] not in MUTE] for r in readings]
    found = [np.full((len(r.units), len(head.classes)), (1 - SILENT) / len(head.classes), np.float32) for r in readings]
    items = [features(r, n) for r, which in zip(readings, asked, strict=True) for n in which]
    dense = [vectors(r)[which] for r, which in zip(readings, asked, strict=True) if which]
    answers = head.chances(items, np.concatenate(dense)) if items else np.zeros((0, len(head.classes)), np.float32)
    ends = np.cumsum([0, *map(len, asked)])
    for each, which, first, stop in zip(found, asked, ends, ends[1:], strict=False):
        if "none" in head.classes:
            each[:, head.classes.index("none")] = SILENT
        each[which] = answers[first:stop]
    return found


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
        readings = [Reading(sheet, self.vectors) for sheet in sheets]
        alone = chances_of("status", self.heads["status"], readings)
        statuses = [self.context.chances(r.units, c) if len(c) else c for r, c in zip(readings, alone, strict=True)]
        categories = chances_of("category", self.heads["category"], readings)
        return [
            # Denials are too rare to be learned, and their form is sure.
            [self._judge(u, s, c, denied=is_denied(v.predicate)) for u, s, c, v in zip(r.units, ss, cc, r.seen, strict=True)]
            for r, ss, cc in zip(readings, statuses, categories, strict=True)
        ]

    def _judge(self, unit: UnitData, statuses: Floats, categories: Floats, *, denied: bool) -> Judgement:
        if unit["kind"] in MUTE or denied:
            return Judgement("none", SILENT, "none", None, ())
        best = int(statuses.argmax())
        status, sure = self.heads["status"].classes[best], round(float(statuses[best]), 3)
        if status not in ACT_STATUSES:
            return Judgement(status, sure, "none", None, ())
        order = np.argsort(-categories, kind="stable")
        names = self.heads["category"].classes
        further = tuple(names[i] for i in order[1:3] if categories[i] >= SECONDARY)
        return Judgement(status, sure, names[order[0]], round(float(categories[order[0]]), 3), further)

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
            arrays = {f"{part}{n}": getattr(net, part).astype(np.float16) for n, net in enumerate(head.networks) for part in _PARTS[1:]}
            for n, net in enumerate(head.networks):
                arrays[f"scale{n}"], arrays[f"sparse{n}"] = _packed(net.sparse)
            data = {
                "classes": head.classes,
                "features": list(head.numbers),
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
            try:
                networks = [_unpacked(arrays, n) for n in range(int(data["settings"]["networks"]))]
                head = Head(tuple(data["classes"]), {f: n for n, f in enumerate(data["features"])}, networks, float(data["settings"]["temperature"]))
            except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
                raise WeightsError(f"{folder / name}: not the weights of this classifier ({error}); train the model anew (`dajim train`)") from error
            if not networks or any(net.sparse.shape[0] != len(head.numbers) or net.out.shape[1] != len(head.classes) for net in networks):
                raise WeightsError(f"{folder / name}: arrays and feature list do not belong together; train the model anew (`dajim train`)")
            heads[name] = head
        if strange := set(heads["category"].classes) - set(CATEGORIES):
            raise WeightsError(f"{folder}: trained on other categories ({', '.join(sorted(strange))}); name their file in {VARIABLE}")
        last, _ = read(folder / "context")
        if set(last) != {"weights", "bias"} or last["weights"].shape != (_inputs(len(heads["status"].classes)), len(heads["status"].classes)):
            raise WeightsError(f"{folder / 'context'}: not the weights of this classifier; train the model anew (`dajim train`)")
        self.equip(Vectors.from_disk(folder / "vectors"), heads, Context(last["weights"], last["bias"]))
        return self
