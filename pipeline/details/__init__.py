"""The cells of one act besides actor and verb: programmes, beneficiary, deadline, sums, counts (codebook, section 5)."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline import amounts, times
from pipeline.details import beneficiaries, deadlines, programs, quantities, speakers
from pipeline.details.scene import Scene
from pipeline.details.weights import BENEFICIARY, COUNT, DEADLINE, PROGRAM, Weights
from pipeline.schema import EvidenceData, MentionData
from pipeline.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Details:
    """What an act names besides its actor and verb; spans are offsets into the text.

    Attributes:
        programs: mentions, in order of position.
        beneficiary: span, or None.
        deadline: the time of the act, or None.
        money: sums, in order of position.
        main: the sum that the act is about, or None.
        counts: in order of position.
        speaker: span, or None.
    """

    programs: tuple[MentionData, ...]
    beneficiary: tuple[int, int] | None
    deadline: times.Period | None
    money: tuple[amounts.Amount, ...]
    main: amounts.Amount | None
    counts: tuple[amounts.Count, ...]
    speaker: tuple[int, int] | None

    def evidence(self) -> list[EvidenceData]:
        """Where each cell was read from."""
        found = [EvidenceData(field="program", start=m["start"], end=m["end"], method=m["method"]) for m in self.programs]
        if self.beneficiary:
            found.append(EvidenceData(field="beneficiary", start=self.beneficiary[0], end=self.beneficiary[1], method="rule"))
        if self.deadline:
            found.append(EvidenceData(field="deadline", start=self.deadline.start, end=self.deadline.end, method="rule"))
        found += [EvidenceData(field="amount", start=m.start, end=m.end, method="rule") for m in self.money]
        found += [EvidenceData(field="count", start=c.start, end=c.end, method="rule") for c in self.counts]
        return [e for e in found if e["start"] < e["end"]]


class DetailsReader:
    """Reads the details of the acts of one release, choosing by weights."""

    def __init__(self, sheet: Sheet, weights: Weights) -> None:
        self.scene, self.weights = Scene(sheet), weights

    def read(self, unit: int, start: int, end: int, status: str) -> Details:
        """The details of the act of `unit` whose clause is `text[start:end]`."""
        scene, weights = self.scene, self.weights
        act = scene.act(unit, start, end, status)
        money = quantities.money(scene, act)
        return Details(
            programs=tuple(programs.programs(scene, act, weights[PROGRAM])),
            beneficiary=beneficiaries.beneficiary(scene, act, weights[BENEFICIARY]),
            deadline=deadlines.deadline(scene, act, weights[DEADLINE]),
            money=tuple(money),
            main=money[0] if money else None,
            counts=tuple(quantities.counts(scene, act, weights[COUNT])),
            speaker=speakers.speaker(scene, act),
        )
