"""Labelled releases as the rules see them, paired with their labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.corpus.annotation import Annotation, Unit
from pipeline.corpus.store import AUTHORED, Store
from pipeline.engine import Analyser
from pipeline.evaluation.counts import pair
from pipeline.schema import Release
from pipeline.sheet import Sheet

SPLITS = ("train", "extra", AUTHORED)  # what may be trained on; dev chooses settings, test only scores


@dataclass(frozen=True, slots=True)
class Example:
    """A release: its labels, and its sheet as the components before the trained one leave it."""

    labels: Annotation
    sheet: Sheet

    def units(self) -> Iterator[tuple[int, Unit]]:
        """Numbers of the sheet's units, in order, each with its labelled unit, paired as the scores pair them; those without one left out."""
        labelled = self.labels.units
        partners = pair([u.span for u in labelled], [(u["start"], u["end"]) for u in self.sheet["units"]])
        yield from sorted(((found, labelled[gold]) for gold, found in partners.items()), key=lambda each: each[0])


def examples(store: Store, engine: Analyser, splits: Iterable[str] = SPLITS) -> tuple[list[Example], int]:
    """The examples of some splits, and how many labelled releases were left out because their text is not at hand.

    Raises:
        CorpusError: the corpus is broken.
    """
    labels: list[Annotation] = []
    releases: list[Release] = []
    missing = 0
    for split in splits:
        if split not in store.here():
            continue
        for annotation, release in store.labelled(split):
            if release is None:
                missing += 1
                continue
            labels.append(annotation)
            releases.append(release)
    return [Example(a, s) for a, s in zip(labels, engine.analyse(releases), strict=True)], missing
