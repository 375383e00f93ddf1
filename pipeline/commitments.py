"""Units and mentions -> commitments: one row an actor-act (codebook, section 5).

Units whose status is planned, ongoing or completed are cut into acts (`acts`), for each act it is decided who does it (`actors`), and its
cells are read from its clause: in which programme, for whom, by when, how much. Every cell keeps the offsets it was read from.

`confidence` of a commitment is the probability that its clause, status and actors are right: the product of the model's for the cut, the model's
for the actors and, where a model gave them, those of the unit's status and category.
"""

from __future__ import annotations

import math
import pathlib
from collections.abc import Iterable, Sequence
from typing import Self

from pipeline.actors import Chooser, Chosen
from pipeline.acts import Clause, Segmenter
from pipeline.candidates import Act
from pipeline.component import Trained
from pipeline.details import DetailsReader, weights
from pipeline.details.weights import Weights
from pipeline.learn.arrays import WeightsError
from pipeline.schema import CommitmentData, EntityData, EvidenceData, UnitData
from pipeline.sentences import category_of
from pipeline.sheet import Sheet


class Commitments(Trained[list[CommitmentData]]):
    """Assembles commitments.

    Reads `units`, `mentions`, `entities`, `published`, `issuer_id`; writes `commitments`. In spaCy: `doc._.commitments` and so on.

    Args:
        segmenter: cuts units into acts.
        chooser: decides who acts.
        details: weights by which the other cells are chosen. All three are read with `from_disk` where they are left out.

    >>> import pipeline
    >>> doc = pipeline.load()("보건복지부는 돌봄 인력을 늘리고 국민건강보험공단은 상담소 20곳을 열 계획이다.")
    >>> [(c["actors"], c["action_lemma"], c["counts"]) for c in doc._.commitments]
    [(['보건복지부'], '늘리다', []), (['국민건강보험공단'], '열다', ['20 곳'])]
    """

    def __init__(self, segmenter: Segmenter | None = None, chooser: Chooser | None = None, details: Weights | None = None) -> None:
        self.segmenter, self.chooser, self.details = segmenter, chooser, details

    def predict(self, sheets: Sequence[Sheet]) -> list[list[CommitmentData]]:
        """The commitments of each release, in order of position.

        Raises:
            WeightsError: there are no weights.
        """
        if self.segmenter is None or self.chooser is None or self.details is None:
            raise WeightsError("no weights for acts and actors: load a trained model (`from_disk`), or train one (`dajim train`)")
        cut = [[(n, c, len(found)) for n, found in sorted(units.items()) for c in found] for units in self.segmenter.cut(sheets)]
        acts = [_acts(clauses) for clauses in cut]
        chosen = self.chooser.choose(list(zip(sheets, acts, strict=True)))
        readers = [_Reader(sheet, self.details) for sheet in sheets]
        return [reader.rows(clauses, lemmas, who) for reader, clauses, lemmas, who in zip(readers, cut, acts, chosen, strict=True)]

    def set_annotations(self, sheets: Sequence[Sheet], predictions: Sequence[list[CommitmentData]]) -> None:
        """Write `commitments`, and the speakers of `units`."""
        for sheet, found in zip(sheets, predictions, strict=True):
            sheet["commitments"] = found
            units: list[UnitData] = sheet["units"]
            for commitment in found:
                units[commitment["unit"]]["speaker"] = commitment["speaker"]

    def to_disk(self, folder: pathlib.Path) -> None:
        """Write the weights.

        Raises:
            WeightsError: there are none.
        """
        if self.segmenter is None or self.chooser is None or self.details is None:
            raise WeightsError("no weights for acts and actors to write")
        self.segmenter.to_disk(folder / "segmenter")
        self.chooser.to_disk(folder / "chooser")
        weights.write(folder / "details", self.details)

    def from_disk(self, folder: pathlib.Path) -> Self:
        """Read what `to_disk` wrote.

        Raises:
            WeightsError: it is missing, broken or of another version.
        """
        self.segmenter, self.chooser = Segmenter.from_disk(folder / "segmenter"), Chooser.from_disk(folder / "chooser")
        self.details = weights.read(folder / "details")
        return self


def _acts(clauses: Iterable[tuple[int, Clause, int]]) -> list[Act]:
    found: list[Act] = []
    for n, clause, count in clauses:
        number = found[-1].number + 1 if found and found[-1].unit == n else 0
        found.append(Act(n, (clause.start, clause.end), clause.status, clause.lemma, number, count))
    return found


class _Reader:
    """Reads the cells of the acts of one release."""

    def __init__(self, sheet: Sheet, details: Weights) -> None:
        self.text = sheet["text"]
        self.units: list[UnitData] = sheet["units"]
        self.entities: dict[str, EntityData] = sheet["entities"]
        self.details = DetailsReader(sheet, details)

    def rows(self, clauses: Sequence[tuple[int, Clause, int]], acts: Sequence[Act], chosen: Sequence[Chosen]) -> list[CommitmentData]:
        """The commitments."""
        return [self._row(clause, act, one) for (_, clause, _), act, one in zip(clauses, acts, chosen, strict=True)]

    def _name(self, eid: str) -> str:
        return self.entities[eid]["name"]

    def _row(self, clause: Clause, act: Act, chosen: Chosen) -> CommitmentData:
        start, end = act.span
        unit = self.units[act.unit]
        evidence = [EvidenceData(field="actor", start=a, end=b, method="model") for a, b in chosen.option.spans]
        evidence.append(EvidenceData(field="action", start=start, end=end, method="rule"))
        details = self.details.read(act.unit, start, end, act.status)
        evidence += details.evidence()
        speaker = details.speaker
        ids = list(dict.fromkeys(m["entity_id"] for m in details.programs))
        who, when, main = details.beneficiary, details.deadline, details.main
        if speaker:
            evidence.append(EvidenceData(field="speaker", start=speaker[0], end=speaker[1], method="rule"))
        category = unit["category"]
        if unit["category_confidence"] is None and (start, end) != (unit["start"], unit["end"]):
            # The rules look at the clause again; a model has seen the unit in its context, and clauses rarely differ.
            named = category_of(self.text[start:end])
            category = named[0] if named else category
        return CommitmentData(
            unit=act.unit,
            start=start,
            end=end,
            actors=list(chosen.option.names),
            actor_ids=list(chosen.option.ids),
            action=self.text[start:end],
            action_lemma=act.lemma,
            programs=[self._name(i) for i in ids],
            program_ids=ids,
            beneficiary=self.text[who[0] : who[1]] if who else "",
            deadline_text=self.text[when.start : when.end] if when else "",
            deadline_start=when.first.isoformat() if when and when.first else "",
            deadline_end=when.last.isoformat() if when and when.last else "",
            amount_text=self.text[main.start : main.end] if main else "",
            amount_krw=main.krw if main else None,
            counts=[f"{c.number} {c.unit}" for c in details.counts],
            speaker=self.text[speaker[0] : speaker[1]] if speaker else "",
            status=act.status,
            category=category,
            confidence=_together(clause.confidence, chosen.confidence, unit["status_confidence"], unit["category_confidence"]),
            follows="",
            evidence=evidence,
        )


def _together(*chances: float | None) -> float:
    """The product of what is known."""
    return round(math.prod(c for c in chances if c is not None), 3)
