"""Labelled releases as the rules see them, paired with their labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.component import Trained
from pipeline.corpus.annotation import Annotation, Unit
from pipeline.corpus.store import AUTHORED, SINGLE, Store
from pipeline.engine import COMPONENTS, Analyser, Engine
from pipeline.evaluation.counts import pair
from pipeline.lexicon import default_lexicon
from pipeline.model import words
from pipeline.morphology import Settings
from pipeline.schema import Release
from pipeline.sheet import Sheet

SPLITS = ("train", "extra", "hard", AUTHORED)  # what may be trained on; dev chooses settings, test only scores
WEIGHT = 4  # how often an authored release counts for the tagger and the classifier: cities, companies and bodies that no list has speak in these few alone


class TrainingError(RuntimeError):
    """There is nothing to train on, or not enough of it."""


@dataclass(frozen=True, slots=True)
class Example:
    """A release: its labels, and its sheet as the components without weights leave it.

    So the classifier learns from the names that rules find; in use it reads those of the tagger, which are more often right. A release
    that is not `whole` has labels of single units alone: what they do not cover is unknown, names and acts included. It counts `weight`
    times for the tagger and the classifier.
    """

    labels: Annotation
    sheet: Sheet
    whole: bool = True
    weight: int = 1

    def units(self) -> Iterator[tuple[int, Unit]]:
        """Numbers of the sheet's units, in order, each with its labelled unit, paired as the scores pair them; those without one left out."""
        labelled = self.labels.units
        partners = pair([u.span for u in labelled], [(u["start"], u["end"]) for u in self.sheet["units"]])
        yield from sorted(((found, labelled[gold]) for gold, found in partners.items()), key=lambda each: each[0])


def preparing_engine() -> Engine:
    """The components without weights, which prepare releases for those that are trained; no model is needed."""
    made = {name: make() for name, make in COMPONENTS.items()}
    return Engine(Settings(words(default_lexicon())), {name: c for name, c in made.items() if not isinstance(c, Trained)})


def examples(store: Store, engine: Analyser, splits: Iterable[str] = SPLITS) -> tuple[list[Example], int]:
    """The examples of some splits, and how many labelled releases were left out because their text is not at hand.

    Raises:
        CorpusError: the corpus is broken.
    """
    labels: list[tuple[Annotation, bool, int]] = []
    releases: list[Release] = []
    missing = 0
    for split in splits:
        if split not in store.here():
            continue
        for annotation, release in store.labelled(split):
            if release is None:
                missing += 1
                continue
            labels.append((annotation, split not in SINGLE, WEIGHT if split == AUTHORED else 1))
            releases.append(release)
    return [Example(a, s, whole, weight) for (a, whole, weight), s in zip(labels, engine.analyse(releases), strict=True)], missing
