"""What a point means: which year, month or day, by its own figures, by what stands before it, or by the day of the release."""

from __future__ import annotations

import datetime

from pipeline.times.days import DAY, Range, next_month, shift
from pipeline.times.patterns import LISTED, TURNS
from pipeline.times.points import Point, Points

_LATE = 7 * DAY


class Resolver(Points):
    """Points, and what they mean."""

    __slots__ = ()

    def _resolve(self, point: Point, at: int, *, until: bool, first: Range | None = None) -> Range | None:
        """What the point means: by its own year, else by what stands before it, else by the day of the release."""
        if point.lost:
            return None
        if point.level == "none":
            return point.make(0, 0)
        if point.level == "month":
            return self._day(point, at, first)
        if point.year is not None:
            return point.make(point.year, 0)
        if first is not None:
            found = point.make(first[0].year, 0)
            return found if found[1] >= first[0] else point.make(first[0].year + 1, 0)
        inherited = None if point.lead else self._inherited(point, at)
        if inherited is not None:
            return inherited
        if self.published is None:
            point.make(2024, 1)  # raises for 30 February
            return None
        return nearest(point, self.published, until=until)

    def _inherited(self, point: Point, at: int) -> Range | None:
        """The year of the time before it: in a list, or where both lie ahead and follow each other (`내년 3월 착공해 9월 완공`)."""
        gap = self.text[self.last_end : at]
        if self.last is None or not self.last_known or len(gap) > 25:
            return None
        found = point.make(self.last[0].year, 0)
        if point.weekday is not None and found[0].weekday() != point.weekday:
            return None
        if LISTED.fullmatch(gap) or self.published is None:
            return found
        ahead = self.last[0].year >= self.published.year and found[0] > self.last[0] and self.last[1] > self.published
        return found if ahead and not TURNS.search(gap) else None

    def _day(self, point: Point, at: int, first: Range | None) -> Range | None:
        """A day without its month."""
        base = first or (self.last if self.last and not point.lead and LISTED.fullmatch(self.text[self.last_end : at]) else None)
        if base is not None:
            found = point.make(base[0].year, base[0].month)
            return found if found[1] >= base[0] else point.make(*next_month(base[0]))
        if self.published is None:
            return None
        today = self.published
        first_of_month = today.replace(day=1)
        months = [shift(first_of_month, n) for n in (-1, 0, 1)]
        options = [r for r in (attempt(point, m.year, m.month) for m in months) if r is not None]
        if point.lead == "next":
            return next((r for r in options if r[0] >= today), None)
        if point.lead == "last":
            return next((r for r in reversed(options) if r[0] <= today), None)
        if point.weekday is not None:
            fitting = [r for r in options if r[0].weekday() == point.weekday]
            return min(fitting, key=lambda r: abs((r[0] - today).days)) if fitting else attempt(point, today.year, today.month)
        near = [r for r in options if -20 <= (r[0] - today).days <= 30]
        return next((r for r in near if (r[0] - today).days >= -7), near[0] if near else None)


def nearest(point: Point, today: datetime.date, *, until: bool) -> Range:
    """The year of a point that has none: see the head of the module."""
    options = [r for r in (attempt(point, y, 0) for y in (today.year - 1, today.year, today.year + 1)) if r is not None]
    if point.weekday is not None and options:  # a misprinted weekday does not move a date by a year
        return min(options, key=lambda r: abs((r[0] - today).days) + 150 * (r[0].weekday() != point.weekday))
    if not options:
        raise ValueError("no such day in any year")
    if point.lead == "next":  # released late, `오는 5월 16일` may be over
        return next((r for r in options if r[1] >= today - _LATE), options[-1])
    if point.lead == "last":
        return next((r for r in reversed(options) if r[0] <= today), options[0])
    now = [r for r in options if r[0] <= today <= r[1]]
    this = now[0] if now else next((r for r in options if r[0].year == today.year), options[-1])
    if (today - this[1]).days > point.slack:
        return options[-1]
    if (this[0] - today).days > 290 and not until:
        return options[0]
    return this


def attempt(point: Point, year: int, month: int) -> Range | None:
    """What a point means in a year; None where the calendar has no such day."""
    try:
        return point.make(year, month)
    except ValueError:
        return None
