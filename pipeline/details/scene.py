"""What the readers of an act's cells look at: the release, the act's clause, and what follows a name or time in it."""

from __future__ import annotations

import datetime
import functools
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline import amounts, times
from pipeline.details import references
from pipeline.details.release_day import release_day
from pipeline.predicates import outer
from pipeline.schema import EntityData, MentionData, UnitData
from pipeline.sheet import Morphemes, Sheet

_VERBS = frozenset({"VV", "VA", "XSV", "XSA", "VCP", "VCN"})
_SUPPORT = frozenset({"계획", "예정", "방침", "것", "구상", "생각"})
_SHOWN = ("J", "E", "X", "NNB", "SP", "SSC", "SSO", "SO")  # tags whose form says more than the tag


@dataclass(frozen=True, slots=True)
class Act:
    """An act: its unit, the offsets of its clause, its status, and the morphemes of the clause."""

    unit: int
    start: int
    end: int
    status: str
    first: int
    stop: int


class Scene:
    """A release, as far as it is read when details are looked for; times, sums and counts are found once a unit."""

    def __init__(self, sheet: Sheet) -> None:
        self.text = sheet["text"]
        self.morphemes: Morphemes = sheet["morphemes"]
        self.units: list[UnitData] = sheet["units"]
        self.mentions: list[MentionData] = sheet["mentions"]
        self.entities: dict[str, EntityData] = sheet["entities"]
        self.starts = [m["start"] for m in self.mentions]
        self.published = datetime.date.fromisoformat(sheet["published"]) if sheet["published"] else release_day(sheet["text"])
        self._periods: dict[int, list[times.Period]] = {}
        self._named: dict[int, list[times.Period]] = {}
        self._money: dict[int, list[amounts.Amount]] = {}
        self._counts: dict[int, list[amounts.Count]] = {}

    def act(self, unit: int, start: int, end: int, status: str) -> Act:
        """The act of `unit` whose clause is `text[start:end]`."""
        return Act(unit, start, end, status, bisect_left(self.morphemes["start"], start), bisect_left(self.morphemes["start"], end))

    def span(self, unit: int) -> tuple[int, int]:
        """Offsets of a unit."""
        return self.units[unit]["start"], self.units[unit]["end"]

    def periods(self, unit: int) -> list[times.Period]:
        """The times in a unit."""
        if unit not in self._periods:
            found = self._named_times(unit)
            back = references.find(self.text, *self.span(unit), before=functools.partial(self._before, unit), published=self.published)
            self._periods[unit] = references.merged(self.text, found, back)
        return self._periods[unit]

    def _named_times(self, unit: int) -> list[times.Period]:
        """The times in a unit that it names itself."""
        if unit not in self._named:
            self._named[unit] = times.find(self.text, *self.span(unit), published=self.published, bare=True)
        return self._named[unit]

    def _before(self, unit: int, at: int) -> Iterator[list[times.Period]]:
        """The times that units name before offset `at` of `unit`, nearest unit first."""
        for n in range(unit, -1, -1):
            yield [p for p in self._named_times(n) if p.end <= at and not self.text.startswith(references.TODAY, p.start)]

    def money(self, unit: int) -> list[amounts.Amount]:
        """The sums in a unit."""
        if unit not in self._money:
            self._money[unit] = amounts.find_money(self.text, *self.span(unit))
        return self._money[unit]

    def counts(self, unit: int) -> list[amounts.Count]:
        """The counts in a unit."""
        if unit not in self._counts:
            self._counts[unit] = amounts.find_counts(self.text, *self.span(unit))
        return self._counts[unit]

    def inside(self, start: int, end: int, *labels: str) -> list[MentionData]:
        """The mentions of some labels that begin in `text[start:end]`."""
        first = bisect_left(self.starts, start)
        return [m for m in self.mentions[first : bisect_left(self.starts, end, first)] if m["label"] in labels]

    @functools.cached_property
    def programs(self) -> dict[str, list[MentionData]]:
        """Entity -> its mentions, of programmes."""
        found: dict[str, list[MentionData]] = {}
        for m in self.mentions:
            if m["label"] == "PROGRAM":
                found.setdefault(m["entity_id"], []).append(m)
        return found

    @functools.cached_property
    def in_titles(self) -> frozenset[str]:
        """The programmes that a title names."""
        return frozenset(e for e, found in self.programs.items() if any(self.units[m["unit"]]["kind"] == "title" for m in found))

    def past(self, act: Act) -> bool:
        """Whether the act's predicate is in the past tense; `연다고 밝혔다` is not."""
        tags, forms = self.morphemes["tag"], self.morphemes["form"]
        _, stop = outer(self.morphemes, act.first, act.stop)
        return any(tags[i] == "EP" and forms[i] in ("었", "았", "였") for i in range(max(act.first, stop - 7), stop))

    def following(self, at: int, act: Act) -> tuple[str, str]:
        """The first and second morpheme after offset `at`, closing marks skipped: a particle by its form, else by its tag."""
        i = bisect_left(self.morphemes["start"], at)
        while i < act.stop and self.morphemes["tag"][i] in ("SSC", "SS", "SW"):
            i += 1
        return self._shown(i, act), self._shown(i + 1, act)

    def _shown(self, i: int, act: Act) -> str:
        if i >= act.stop:
            return "END"
        tag = self.morphemes["tag"][i]
        return self.morphemes["form"][i] if tag.startswith(_SHOWN) or tag in ("VV", "NNG") else tag

    def next_verb(self, at: int, act: Act) -> str:
        """How the next verb after offset `at` ends: `adnominal`, `plan` (`-ㄹ 계획`), `noun`, `EC`, `EF`; or `none`."""
        tags, forms = self.morphemes["tag"], self.morphemes["form"]
        for i in range(bisect_left(self.morphemes["start"], at), act.stop - 1):
            if tags[i] not in _VERBS:
                continue
            j = i + 1
            while j < act.stop - 1 and tags[j] == "EP":
                j += 1
            if tags[j] == "ETM":
                return "plan" if j + 1 < act.stop and forms[j + 1] in _SUPPORT else "adnominal"
            if tags[j] == "ETN" and j + 1 < act.stop and forms[j + 1] == "로":
                return "plan"  # `-기로 했다`
            return {"ETN": "noun", "EF": "EF"}.get(tags[j], "EC")
        return "none"

    def verbs(self, start: int, end: int) -> int:
        """How many verbs begin in `text[start:end]`; three where there are more."""
        tags, stop, found = self.morphemes["tag"], bisect_left(self.morphemes["start"], end), 0
        for i in range(bisect_left(self.morphemes["start"], start), stop):
            found += tags[i] in _VERBS
            if found == 3:
                break
        return found
