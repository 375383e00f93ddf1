"""One time as it is written, before it is known which year it means: `Points` reads it, `Point` holds it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from pipeline.times.days import DAY, Range, century, days_maker, months_maker, nth_day_maker, shift, thirds_maker, unknown_day, week_maker
from pipeline.times.patterns import (
    DATE,
    GAP,
    INSIDE,
    LASTS,
    LISTED,
    MONTH,
    NTH_DAY,
    NUMERIC,
    PART,
    SUFFIX,
    THIRD,
    WEEK,
    WEEKDAY,
    WEEKDAYS,
    YEAR_PART,
    Grammar,
    key,
)


@dataclass(frozen=True, slots=True)
class Point:
    """One time as it is written, without its particle, before its year is known.

    Attributes:
        end: where it ends.
        make: year and month -> what it means; raises ValueError where the calendar has no such day.
        year: the year, where it is named.
        lead: next, last, this, or empty.
        level: what it leaves open, month or year, or `none` where nothing.
        shape: numeric, day (down to the day), month, year, word or feast.
        weak: why it may be no time at all (decimal, day, year, feast); empty where it is one in any case.
        weekday: the weekday that is named with it.
        slack: days after which a past one without a year is taken for next year's.
        lost: it counts from a release whose day is not known.
    """

    end: int
    make: Callable[[int, int], Range]
    year: int | None = None
    lead: str = ""
    level: str = "year"
    shape: str = "month"
    weak: str = ""
    weekday: int | None = None
    slack: int = 120
    lost: bool = False


@dataclass(slots=True)
class Points:
    """Reads the points of one stretch; remembers the last time, to which the next may refer (`이듬해`)."""

    text: str
    start: int
    stop: int
    published: datetime.date | None
    g: Grammar
    bare: bool = False
    last: Range | None = None
    last_end: int = 0
    last_known: bool = False
    skip: int = 0  # where the next time may begin at the earliest

    def _point(self, at: int) -> Point | None:
        """The time at `at`, without its particle."""
        text, stop, g = self.text, self.stop, self.g
        point = self._numeric(at) or self._word(at)
        if point is None and not self._figure(at) and (lead := g.lead.match(text, at, stop)):
            point = self._led(lead)
        point = point or self._named_part(at, None, "") or self._bare_day(at, "")
        if point is None or point.end >= stop or text[point.end - 1] in ")）" or g.particle.match(text, point.end, stop):
            return point
        return None

    def _figure(self, at: int) -> bool:
        """Whether a figure stands at `at`, so that no word does."""
        return self.text[at : at + 1].isdigit()

    def _led(self, lead: re.Match[str]) -> Point | None:
        """What follows `오는`, `지난`, `이번`, `올`, `새해`, `같은 해`, `이듬해`."""
        kind, at = self.g.leads[key(lead["word"])], lead.end()
        if kind in ("same", "after"):
            year = self.last[0].year + (kind == "after") if self.last else None
            return self._named_part(at, year, "") if year else None
        if kind in ("year", "new"):
            today = self.published or datetime.date(2000, 1, 1)
            coming = today.year + (kind == "new" and today.month >= 9)
            point = self._named_part(at, coming, "")
            if point is None and kind == "new" and SUFFIX.match(self.text, lead.end("word")):
                point = Point(lead.end("word"), months_maker(1, 12), coming, shape="year")
            return point and lose(point, self.published is None)
        weekday = WEEKDAY.match(self.text, at, self.stop)
        if weekday:
            return self._weekday(kind, weekday)
        found = self._numeric(at) or self._word(at, plain=True) or self._named_part(at, None, kind) or self._bare_day(at, kind)
        return found and replace(found, lead=kind, weak="")

    def _weekday(self, kind: str, m: re.Match[str]) -> Point:
        """`오는 금요일`, `지난 주말`: of this week where it is not over, else of the next."""
        if self.published is None:
            return Point(m.end(), unknown_day, lost=True, shape="day")
        monday = self.published - self.published.weekday() * DAY
        length = 1 if m["weekend"] else 0
        day = monday + (5 if m["weekend"] else WEEKDAYS.index(m["wd"])) * DAY
        if kind == "next" and day < self.published:
            day += 7 * DAY
        elif kind == "last" and day >= self.published:
            day -= 7 * DAY
        return fixed(m.end(), (day, day + length * DAY), "day")

    def _numeric(self, at: int) -> Point | None:
        m = NUMERIC.match(self.text, at, self.stop)
        if m is None:
            return None
        month, day = m["m"] or m["im"] or m["bm"] or m["sm"], m["d"] or m["id"] or m["bd"] or m["sd"]
        number = m["y4"] or m["iy"] or m["y2"] or m["by"]
        weekday = weekday_of(m)
        weak = "" if number or m["il"] or weekday is not None else "decimal"
        make = days_maker(int(month), int(day), int(day)) if day else months_maker(int(month), int(month))
        return Point(m.end(), make, century(number) if number else None, shape="numeric", weak=weak, weekday=weekday)

    def _word(self, at: int, *, plain: bool = False) -> Point | None:
        """A year with what follows it, or a month, week or day that is named by its distance."""
        text, stop, g, today = self.text, self.stop, self.g, self.published
        if m := g.year.match(text, at, stop):
            return self._year(m)
        if plain or self._figure(at):
            return None
        if m := g.month.match(text, at, stop):
            first = shift(today.replace(day=1), g.distance[key(m[0])]) if today else datetime.date(2000, 1, 1)
            return lose(month_parts(text, m.end(), stop, first.month, first.month, first.year, strict=False), today is None)
        if m := g.week.match(text, at, stop):
            if today is None:
                return Point(m.end(), unknown_day, lost=True, shape="day")
            monday = today - today.weekday() * DAY + 7 * g.distance[key(m["word"])] * DAY
            begin, length = (WEEKDAYS.index(m["wd"]), 0) if m["wd"] else {"주말": (5, 1), "말": (3, 3), "초": (0, 2)}.get(m["part"] or "", (0, 6))
            return fixed(m.end(), (monday + begin * DAY, monday + (begin + length) * DAY), "day")
        if m := g.day.match(text, at, stop):
            if today is None:
                return Point(m.end(), unknown_day, lost=True, shape="word")
            day = today + g.distance[key(m["word"])] * DAY
            return fixed(m.end(), (day, day), "word")
        return None

    def _year(self, m: re.Match[str]) -> Point | None:
        text, today = self.text, self.published
        number, lost = m["y4"] or m["y2"] or m["yb"], False
        if number:
            year = century(number)
            if m["yb"] and today and abs(year - today.year) > 12:
                return None
        else:
            lost = today is None
            year = today.year + self.g.distance[key(m["yw"])] if today else 2000
        named = bool(m["unit"] or m["yw"])
        at = GAP.match(text, m.end(), self.stop)
        part = (
            self._named_part(at.end() if at else m.end(), year, "", after_year=True)
            if named or m["y2"] or text[m.end() : m.end() + 1] in (".", " ")
            else None
        )
        if part is not None:
            return lose(part, lost)
        if not named and not m["y2"]:
            return None
        school = "학년도" in (m["unit"] or "")
        return lose(Point(m.end(), months_maker(3, 14) if school else months_maker(1, 12), year, shape="year", weak="" if named else "year"), lost)

    def _named_part(self, at: int, year: int | None, lead: str, *, after_year: bool = False) -> Point | None:
        """A month, half, quarter, term, season, feast, or the beginning or end of a year."""
        text, stop, g = self.text, self.stop, self.g
        if m := MONTH.match(text, at, stop):
            return month_parts(text, m.end(), stop, int(m["m0"] or m["m"]), int(m["m"]), year, strict=True, lead=lead)
        if m := PART.match(text, at, stop):
            if m["halfc"] and not after_year:
                return None
            return part_point(m, year, lead)
        if self._figure(at):
            return None
        if after_year and (m := YEAR_PART.match(text, at, stop)):
            return part_point(m, year, lead)
        if (after_year or lead or year is not None) and (m := g.season.match(text, at, stop)):
            first = 3 * g.seasons[m["word"]]
            if first == 12 and not after_year and self.published and self.published.month <= 2 and year == self.published.year:
                year -= 1  # `올겨울` in January
            return Point(m.end(), months_maker(first, first + 2), year, lead, slack=150)
        if m := g.feast.match(text, at, stop):
            days, margin = g.feasts[key(m["word"])], DAY if m["days"] else 0 * DAY

            def make(y: int, _: int) -> Range:
                if y not in days:
                    raise ValueError(f"no feast for {y}")
                return days[y] - margin, days[y] + margin

            return Point(m.end(), make, year, lead, shape="feast", weak="" if lead or year is not None else "feast", slack=40)
        if m := INSIDE.match(text, at, stop):
            return None if self.published is None or after_year else Point(m.end(), months_maker(1, 12), self.published.year, shape="month")
        return None

    def _bare_day(self, at: int, lead: str) -> Point | None:
        m = DATE.match(self.text, at, self.stop)
        if m is None or self.text[at].isspace():
            return None
        weekday = weekday_of(m)
        listed = bool(self.last and self.last[0] == self.last[1] and LISTED.fullmatch(self.text[self.last_end : at]))
        d0, d = int(m["d0"] or m["d"]), int(m["d"])
        pair = bool(m["i0"]) and not LASTS.match(self.text, m.end(), self.stop)  # `16일~18일`, but not `3일~5일 정도`
        weak = "" if lead or weekday is not None or listed or pair else "day"
        return Point(m.end(), lambda y, month: (datetime.date(y, month, d0), datetime.date(y, month, d)), None, lead, "month", "day", weak, weekday)


def lose(point: Point, lost: bool) -> Point:
    """The point, marked where it counts from a release whose day is not known."""
    if not lost:
        return point
    return replace(point, make=unknown_day, year=None, lost=True)


def fixed(end: int, found: Range, shape: str) -> Point:
    """A point that means one range in any year."""
    return Point(end, lambda _y, _m: found, level="none", shape=shape)


def month_parts(text: str, at: int, stop: int, m0: int, m: int, year: int | None, *, strict: bool, lead: str = "") -> Point:
    """A month and what of it: day, third or week."""
    if m0 == m and (d := DATE.match(text, at, stop)):
        return Point(d.end(), days_maker(m, int(d["d0"] or d["d"]), int(d["d"])), year, lead, shape="day", weekday=weekday_of(d))
    if t := THIRD.match(text, at, stop):
        first, last = {"초": (1, 10), "상": (1, 10), "중": (11, 20), "하": (21, 31), "말": (21, 31)}[t["third"][0]]
        return Point(t.end(), thirds_maker(m0, m, first, last), year, lead)
    if m0 == m and (w := WEEK.match(text, at, stop)):
        return Point(w.end(), week_maker(m, w["nth"], w["wd"]), year, lead)
    if m0 == m and (n := NTH_DAY.match(text, at, stop)):
        return Point(n.end(), nth_day_maker(m, n["nth"], WEEKDAYS.index(n["wd"])), year, lead)
    return Point(at, months_maker(m0, m), year, lead, shape="month" if strict else "word")


def part_point(m: re.Match[str], year: int | None, lead: str) -> Point:
    """A half, quarter or term, or the beginning or end of a year."""
    groups = m.groupdict()
    if groups.get("half") or groups.get("halfc"):
        first, last, slack = (1, 6, 120) if (groups["half"] or groups["halfc"])[0] in "상上" else (7, 12, 120)
    elif groups.get("q"):
        first, last, slack = 3 * int(groups["q0"] or groups["q"]) - 2, 3 * int(groups["q"]), 200
    elif groups.get("term"):
        first, last, slack = (3, 8, 120) if groups["term"] == "1" else (9, 14, 120)
    else:
        first, last, slack = {"초": (1, 3, 120), "반": (5, 8, 120), "말": (12, 12, 365)}[groups["yp"][-1]]
    return Point(m.end(), months_maker(first, last), year, lead, slack=slack)


def short_point(m: re.Match[str]) -> Point:
    """The day, or month and day, that ends a range written in numbers."""
    day, weekday = int(m["d"]), weekday_of(m)
    weak = "" if m["il"] or weekday is not None else "decimal"
    if m["m"]:
        return Point(m.end(), days_maker(int(m["m"]), day, day), shape="numeric", weak=weak, weekday=weekday)
    return Point(m.end(), lambda y, month: (datetime.date(y, month, day),) * 2, level="month", shape="numeric", weak=weak, weekday=weekday)


def weekday_of(m: re.Match[str]) -> int | None:
    """The weekday that is named with a date, Monday 0."""
    name = m["wd"] or m["wdw"]
    return WEEKDAYS.index(name) if name else None
