"""Trains the classifier (`pipeline.classifier`) on labelled units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix

from pipeline.classifier import HEADS, Classifier, Context, Head, around, chances_of
from pipeline.corpus.annotation import Unit
from pipeline.learn import network
from pipeline.learn.names import UNKNOWN, Numbers
from pipeline.learn.network import Floats, Network, ones, softmax
from pipeline.learn.vectors import Vectors
from pipeline.schema import CATEGORIES, STATUSES
from pipeline.training.examples import Example, TrainingError
from pipeline.unit_features import MUTE, Batch, Reading

FOLDS = 4  # releases held out in turn, to fit what stands behind the networks


@dataclass(frozen=True, slots=True)
class Settings:
    """`members` of each ensemble; features seen fewer than `at_least` times are left out. `network` as in `learn.network`."""

    network: network.Settings = field(default_factory=lambda: network.Settings(drop=0.4))
    members: int = 3
    at_least: int = 36


@dataclass
class _Items:
    """The units of one release that a head learns from: those with a label, all their features, and their dense inputs."""

    labels: dict[int, str]
    features: csr_matrix
    dense: Floats
    batch: Batch
    whole: bool
    weight: int

    @property
    def reading(self) -> Reading:
        """Of the release."""
        return self.batch.readings[0]


CLASSES = {"status": STATUSES, "category": CATEGORIES[:-1]}


def train_classifier(examples: Sequence[Example], vectors: Vectors, settings: Settings | None = None) -> Classifier:
    """A classifier fitted to the examples. Their sheets hold units, mentions and entities."""
    settings = settings or Settings()
    batches = [Batch([example.sheet], vectors) for example in examples]
    heads: dict[str, Head] = {}
    context: Context | None = None
    for name in HEADS:
        numbers = Numbers(is_open=True)
        items = [_items(name, example, batch, numbers) for example, batch in zip(examples, batches, strict=True)]
        _enough(name, items)
        heads[name] = _head(name, items, numbers, settings, range(settings.members))
        held_out = list(_held_out(name, items, numbers, settings))
        whole = [i for i in items if i.whole]  # single units, labelled because they are hard, would make it doubt too much
        if name == "status":
            context = _context(whole, held_out, CLASSES[name])
        else:
            heads[name].temperature = _temperature(whole, held_out, CLASSES[name])
    classifier = Classifier()
    assert context is not None  # noqa: S101 (for the type checker: "status" is a head)
    classifier.equip(vectors, heads, context)
    return classifier


def _enough(name: str, items: Sequence[_Items]) -> None:
    if any(not any(i.labels for n, i in enumerate(items) if n % FOLDS != fold) for fold in range(FOLDS)):
        raise TrainingError(f"too few releases with a {name} to hold some out; label more")
    if len({label for i in items for label in i.labels.values()}) < 2:
        raise TrainingError(f"all units have the same {name}; label others too")


def _items(name: str, example: Example, batch: Batch, numbers: Numbers) -> _Items:
    features, dense = HEADS[name]
    reading = batch.readings[0]
    labels = {n: label for n, unit in example.units() if (label := _label(name, unit)) in CLASSES[name] and reading.kinds[n] not in MUTE}
    asked = [list(labels)]
    return _Items(labels, features(batch, asked, numbers), dense(batch, asked), batch, example.whole, example.weight)


def _label(name: str, unit: Unit) -> str:
    return unit.status if name == "status" else unit.category


def _head(name: str, items: Sequence[_Items], numbers: Numbers, settings: Settings, seeds: Sequence[int]) -> Head:
    classes = CLASSES[name]
    items = [item for item in items for _ in range(item.weight)]
    features = np.concatenate([i.features.indices for i in items])
    ends = np.cumsum([0, *chain.from_iterable(np.diff(i.features.indptr) for i in items)])
    frequent = np.flatnonzero(np.bincount(features) >= settings.at_least)
    kept = sorted(frequent.tolist(), key=numbers.names.__getitem__)
    place = np.full(len(numbers), UNKNOWN)
    place[kept] = np.arange(len(kept))
    known = place[features] != UNKNOWN
    matrix = ones(place[features[known]], np.concatenate([[0], np.cumsum(known)])[ends], len(kept))
    dense = np.concatenate([i.dense for i in items])
    labels = np.array([classes.index(label) for i in items for label in i.labels.values()], np.int64)
    members: list[Network] = [network.fit(matrix, dense, labels, classes=len(classes), settings=settings.network, seed=s) for s in seeds]
    return Head(tuple(classes), Numbers(numbers.names[f] for f in kept), members)


def _held_out(name: str, items: Sequence[_Items], numbers: Numbers, settings: Settings) -> Iterator[Floats]:
    """For each release that is labelled as a whole, units x classes: what networks that have not seen it say."""
    heads = [_head(name, [i for n, i in enumerate(items) if n % FOLDS != fold], numbers, settings, [fold]) for fold in range(FOLDS)]
    for n, each in enumerate(items):
        if each.whole:
            yield from chances_of(name, heads[n % FOLDS], each.batch, [each.reading.speaking])


def _context(items: Sequence[_Items], held_out: Sequence[Floats], classes: Sequence[str]) -> Context:
    from sklearn.linear_model import LogisticRegression

    inputs, labels = [], []
    for each, chances in zip(items, held_out, strict=True):
        seen = around(each.reading.units, chances)
        inputs += [seen[n] for n in each.labels]
        labels += [classes.index(label) for label in each.labels.values()]
    layer = LogisticRegression(C=1.0, max_iter=2_000).fit(np.stack(inputs).astype(np.float64), labels)
    weights, bias = np.zeros((len(inputs[0]), len(classes)), np.float32), np.full(len(classes), -30, np.float32)  # a small corpus may lack a class
    slopes, levels = layer.coef_, layer.intercept_
    if len(layer.classes_) == 2:  # of two classes scikit-learn gives the second one's alone
        slopes, levels = np.vstack([0 * slopes, slopes]), np.array([0.0, levels[0]])
    weights[:, layer.classes_], bias[layer.classes_] = slopes.T, levels
    return Context(weights, bias)


def _temperature(items: Sequence[_Items], held_out: Sequence[Floats], classes: Sequence[str]) -> float:
    """The temperature at which held-out probabilities are likeliest (Guo et al. 2017)."""
    chances = np.concatenate([c[list(i.labels)] for i, c in zip(items, held_out, strict=True) if i.labels])
    labels = [classes.index(label) for i in items for label in i.labels.values()]
    logits = np.log(chances + np.float32(1e-9))

    def loss(temperature: float) -> float:
        return float(-np.log(softmax(logits, temperature)[np.arange(len(labels)), labels] + 1e-9).mean())

    return round(float(minimize_scalar(loss, bounds=(0.3, 5.0), method="bounded").x), 3)
