"""The cells of one act besides actor and verb: programmes, beneficiary, deadline, sums, counts (codebook, section 5)."""

from __future__ import annotations

import datetime
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from pipeline import amounts, times
from pipeline.lexicon import cues
from pipeline.schema import OPEN_STATUSES, EvidenceData, MentionData
from pipeline.sheet import Morphemes, Sheet

_FOR = re.compile(r"(?:에게|[을를] (?:대상으로|위한|위해|위하여)|의 부담)(?=[\s,])")


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
    """

    programs: tuple[MentionData, ...]
    beneficiary: tuple[int, int] | None
    deadline: times.Period | None
    money: tuple[amounts.Amount, ...]
    main: amounts.Amount | None
    counts: tuple[amounts.Count, ...]

    def evidence(self) -> list[EvidenceData]:
        """Where each cell was read from."""
        found = [EvidenceData(field="program", start=m["start"], end=m["end"], method=m["method"]) for m in self.programs]
        if self.beneficiary:
            found.append(EvidenceData(field="beneficiary", start=self.beneficiary[0], end=self.beneficiary[1], method="rule"))
        if self.deadline:
            found.append(EvidenceData(field="deadline", start=self.deadline.start, end=self.deadline.end, method="rule"))
        found += [EvidenceData(field="amount", start=m.start, end=m.end, method="rule") for m in self.money]
        found += [EvidenceData(field="count", start=c.start, end=c.end, method="rule") for c in self.counts]
        return found


class DetailsReader:
    """Reads the details of the acts of one release."""

    def __init__(self, sheet: Sheet) -> None:
        self.text = sheet["text"]
        self.morphemes: Morphemes = sheet["morphemes"]
        self.units = sheet["units"]
        self.mentions: list[MentionData] = sheet["mentions"]
        self.starts = [m["start"] for m in self.mentions]
        self.entities = sheet["entities"]
        self.published = datetime.date.fromisoformat(sheet["published"]) if sheet["published"] else None

    def read(self, unit: int, start: int, end: int, status: str) -> Details:
        """The details of the act of `unit` whose clause is `text[start:end]`."""
        programs = [m for m in self._inside(start, end) if m["label"] == "PROGRAM" and self.entities[m["entity_id"]]["type"] != "law"]
        programs = programs or [m for m in self._inside(start, end) if m["label"] == "PROGRAM"]
        money = amounts.find_money(self.text, start, end)
        return Details(
            programs=tuple(programs),
            beneficiary=self._beneficiary(start, end),
            deadline=self._deadline(start, end) if status in OPEN_STATUSES else None,
            money=tuple(money),
            main=next((m for m in money if not m.per), money[0] if money else None),
            counts=tuple(amounts.find_counts(self.text, start, end)),
        )

    def _inside(self, start: int, end: int) -> list[MentionData]:
        return self.mentions[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

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
