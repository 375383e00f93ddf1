"""Trains what finds acts, their actors and their other cells (`pipeline.commitments`) on labelled acts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from pipeline.actors import Case, Chooser
from pipeline.acts import Segmenter
from pipeline.candidates import Act
from pipeline.commitments import Commitments
from pipeline.corpus.annotation import Annotation
from pipeline.entities import Entities
from pipeline.lexicon import default_lexicon
from pipeline.schema import ACT_STATUSES, MentionData
from pipeline.sheet import Sheet
from pipeline.training.details import train_details
from pipeline.training.examples import Example


def train_commitments(examples: Iterable[Example]) -> Commitments:
    """A component fitted to the examples that have acts; what other components found on their sheets is not looked at.

    Raises:
        ValueError: there is nothing to learn from.
    """
    cuts: list[tuple[Sheet, dict[int, list[tuple[tuple[int, int], str]]]]] = []
    cases: list[Case] = []
    read: list[tuple[Annotation, Sheet]] = []
    for example in examples:
        annotation, sheet = example.labels, example.sheet
        if not annotation.acts and any(u.status in ACT_STATUSES for u in annotation.units):
            continue  # labelled for units and names alone
        gold = as_labelled(annotation, sheet)
        by_unit: dict[int, list[tuple[tuple[int, int], str]]] = {}
        ordered = sorted(annotation.acts, key=lambda a: (a.unit, a.span))
        for act in ordered:
            by_unit.setdefault(act.unit, []).append((act.span, act.status))
        acts: list[Act] = []
        for act in ordered:
            number = acts[-1].number + 1 if acts and acts[-1].unit == act.unit else 0
            acts.append(Act(act.unit, act.span, act.status, act.predicate, number, len(by_unit[act.unit])))
        cuts.append((gold, by_unit))
        cases.append((gold, acts, [act.actors for act in ordered]))
        read.append((annotation, gold))
    return Commitments(Segmenter.fit(cuts), Chooser.fit(cases), train_details(read))


def as_labelled(annotation: Annotation, sheet: Sheet) -> Sheet:
    """A copy of the sheet with the units, names and entities of the annotation in the place of those that components found."""
    units = [u.data() for u in annotation.units]
    begins = [u["start"] for u in units]
    mentions = [
        MentionData(
            start=m.span[0],
            end=m.span[1],
            label=m.label,
            unit=max(0, bisect_right(begins, m.span[0]) - 1),
            entity_id=m.entity,  # the canonical name, by which `Entities` resolves it
            confidence=None,
            method="model",
        )
        for m in annotation.mentions
    ]
    labelled = Sheet({**sheet, "units": units, "mentions": mentions, "entities": {}, "issuer_id": "", "commitments": []})
    Entities(lexicon=default_lexicon()).annotate([labelled])
    return labelled
