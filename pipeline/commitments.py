"""Units and mentions -> commitments: one row an actor-act (codebook, section 5).

Units whose status is planned, ongoing or completed are cut into acts (`acts`), for each act it is decided who does it (`actors`), and its
cells are read from its clause: in which programme, for whom, by when, how much. Every cell keeps the offsets it was read from.

`confidence` of a commitment is the probability that its clause, status and actors are right: the product of the model's for the cut, the model's
for the actors and, where a model gave them, those of the unit's status and category.
"""

from __future__ import annotations

import datetime
import math
import pathlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from pipeline import amounts, times
from pipeline.actors import Chooser, Chosen
from pipeline.acts import Clause, Segmenter
from pipeline.candidates import Act
from pipeline.component import Component
from pipeline.learn.arrays import WeightsError
from pipeline.lexicon import cues
from pipeline.predicates import active, predicate
from pipeline.resources import shipped
from pipeline.roles import Speakers, quotations
from pipeline.schema import OPEN_STATUSES, CommitmentData, EntityData, EvidenceData, MentionData, UnitData
from pipeline.sentences import category_of
from pipeline.sheet import Morphemes, Sheet

_FOR = re.compile(r"(?:에게|[을를] (?:대상으로|위한|위해|위하여)|의 부담)(?=[\s,])")


class Commitments(Component[list[CommitmentData]]):
    """Assembles commitments.

    Reads `units`, `mentions`, `entities`, `published`, `issuer_id`; writes `commitments`. In spaCy: `doc._.commitments` and so on.

    Args:
        segmenter: cuts units into acts. `chooser`: decides who acts. Both are read with `from_disk` where they are left out.

    >>> import pipeline
    >>> doc = pipeline.load()("보건복지부는 돌봄 인력을 늘리고 국민건강보험공단은 상담소 20곳을 열 계획이다.")
    >>> [(c["actors"], c["action_lemma"], c["counts"]) for c in doc._.commitments]
    [(['보건복지부'], '늘리다', []), (['국민건강보험공단'], '열다', ['20 곳'])]
    """

    def __init__(self, segmenter: Segmenter | None = None, chooser: Chooser | None = None) -> None:
        self.segmenter, self.chooser = segmenter, chooser

    @classmethod
    def shipped(cls) -> Commitments:
        """With the weights that come with the package."""
        return cls().from_disk(shipped("models", "acts"))

    def predict(self, sheets: Sequence[Sheet]) -> list[list[CommitmentData]]:
        """The commitments of each release, in order of position.

        Raises:
            WeightsError: there are no weights.
        """
        if self.segmenter is None or self.chooser is None:
            raise WeightsError("no weights for acts and actors: load a trained model (`from_disk`), or train one (`dajim train`)")
        cut = [[(n, c, len(found)) for n, found in sorted(units.items()) for c in found] for units in self.segmenter.cut(sheets)]
        acts = [_acts(sheet, clauses) for sheet, clauses in zip(sheets, cut, strict=True)]
        chosen = self.chooser.choose(list(zip(sheets, acts, strict=True)))
        return [_Reader(sheet).rows(clauses, lemmas, who) for sheet, clauses, lemmas, who in zip(sheets, cut, acts, chosen, strict=True)]

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
        if self.segmenter is None or self.chooser is None:
            raise WeightsError("no weights for acts and actors to write")
        self.segmenter.to_disk(folder / "segmenter")
        self.chooser.to_disk(folder / "chooser")

    def from_disk(self, folder: pathlib.Path) -> Commitments:
        """Read what `to_disk` wrote.

        Raises:
            WeightsError: it is missing, broken or of another version.
        """
        self.segmenter, self.chooser = Segmenter.from_disk(folder / "segmenter"), Chooser.from_disk(folder / "chooser")
        return self


def _acts(sheet: Sheet, clauses: Iterable[tuple[int, Clause, int]]) -> list[Act]:
    found: list[Act] = []
    for n, clause, count in clauses:
        said = predicate(sheet["morphemes"], clause.first, clause.stop)
        number = found[-1].number + 1 if found and found[-1].unit == n else 0
        found.append(Act(n, (clause.start, clause.end), clause.status, active(said.lemma) if said else "", number, count))
    return found


class _Reader:
    """Reads the cells of the acts of one release."""

    def __init__(self, sheet: Sheet) -> None:
        self.text = sheet["text"]
        self.morphemes: Morphemes = sheet["morphemes"]
        self.units: list[UnitData] = sheet["units"]
        self.mentions: list[MentionData] = sheet["mentions"]
        self.starts = [m["start"] for m in self.mentions]
        self.entities: dict[str, EntityData] = sheet["entities"]
        self.published = datetime.date.fromisoformat(sheet["published"]) if sheet["published"] else None
        speakers = Speakers(sheet)
        # Read from the top, since a person's body may be named only once.
        self.speakers = [speakers.read(u)[0] if u["kind"] not in ("boilerplate", "table") else None for u in self.units]

    def rows(self, clauses: Sequence[tuple[int, Clause, int]], acts: Sequence[Act], chosen: Sequence[Chosen]) -> list[CommitmentData]:
        """The commitments."""
        return [self._row(clause, act, one) for (_, clause, _), act, one in zip(clauses, acts, chosen, strict=True)]

    def _inside(self, start: int, end: int) -> list[MentionData]:
        return self.mentions[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def _name(self, eid: str) -> str:
        return self.entities[eid]["name"]

    def _quoted(self, n: int) -> tuple[int, int] | None:
        """Where the speaker of a quotation in unit `n` stands."""
        unit = self.units[n]
        return self.speakers[n] if quotations(self.text, unit) else None

    def _row(self, clause: Clause, act: Act, chosen: Chosen) -> CommitmentData:
        start, end = act.span
        unit = self.units[act.unit]
        evidence = [EvidenceData(field="actor", start=a, end=b, method="model") for a, b in chosen.option.spans]
        evidence.append(EvidenceData(field="action", start=start, end=end, method="rule"))
        programs = [m for m in self._inside(start, end) if m["label"] == "PROGRAM" and self.entities[m["entity_id"]]["type"] != "law"]
        programs = programs or [m for m in self._inside(start, end) if m["label"] == "PROGRAM"]
        evidence += [EvidenceData(field="program", start=m["start"], end=m["end"], method=m["method"]) for m in programs]
        ids = list(dict.fromkeys(m["entity_id"] for m in programs))
        who = self._beneficiary(start, end)
        if who:
            evidence.append(EvidenceData(field="beneficiary", start=who[0], end=who[1], method="rule"))
        when = self._deadline(start, end) if act.status in OPEN_STATUSES else None
        if when:
            evidence.append(EvidenceData(field="deadline", start=when.start, end=when.end, method="rule"))
        money = amounts.find_money(self.text, start, end)
        main = next((m for m in money if not m.per), money[0] if money else None)
        evidence += [EvidenceData(field="amount", start=m.start, end=m.end, method="rule") for m in money]
        counts = amounts.find_counts(self.text, start, end)
        evidence += [EvidenceData(field="count", start=c.start, end=c.end, method="rule") for c in counts]
        speaker = self._quoted(act.unit)
        if speaker:
            evidence.append(EvidenceData(field="speaker", start=speaker[0], end=speaker[1], method="rule"))
        category = unit["category"]
        if (start, end) != (unit["start"], unit["end"]):
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
            counts=[f"{c.number} {c.unit}" for c in counts],
            speaker=self.text[speaker[0] : speaker[1]] if speaker else "",
            status=act.status,
            category=category,
            confidence=_together(clause.confidence, chosen.confidence, unit["status_confidence"], unit["category_confidence"]),
            follows="",
            evidence=evidence,
        )

    def _beneficiary(self, start: int, end: int) -> tuple[int, int] | None:
        heads = cues("actors")["beneficiary"]
        for match in _FOR.finditer(self.text, start, end):
            stop = match.start()
            if self.text[max(start, stop - 12) : stop].removesuffix("들").endswith(heads):
                return self._phrase_start(stop, max(start, stop - 40)), stop
        return None

    def _phrase_start(self, stop: int, limit: int) -> int:
        """Start of the run of nouns that ends at `stop`."""
        i = bisect_right(self.morphemes["start"], stop - 1) - 1
        while i > 0 and self.morphemes["start"][i - 1] >= limit:
            tag, form = self.morphemes["tag"][i - 1], self.morphemes["form"][i - 1]
            if tag in ("NNG", "NNP", "SN", "SL", "XPN", "XSN", "XR", "NR") or form in "·ㆍ‧" or (tag == "NNB" and form not in ("등", "것", "중")):
                i -= 1
            else:
                break
        return self.morphemes["start"][i]

    def _deadline(self, start: int, end: int) -> times.Period | None:
        """The first time in the clause that is not over when the release appears."""
        for period in times.find(self.text, start, end, published=self.published):
            over = self.published is not None and period.last is not None and period.last < self.published
            if not over:
                return period
        return None


def _together(*chances: float | None) -> float:
    """The product of what is known."""
    return round(math.prod(c for c in chances if c is not None), 3)
