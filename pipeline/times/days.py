"""The calendar: ranges of days that a month, a third of it, a week or a school year are."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Callable

Range = tuple[datetime.date, datetime.date]
DAY = datetime.timedelta(days=1)
WEEKDAYS = "월화수목금토일"


def months(year: int, first: int, last: int) -> Range:
    """Whole months of a year; from 13 on they are the next year's."""
    year2, month2 = year + (last - 1) // 12, (last - 1) % 12 + 1
    return datetime.date(year, first, 1), datetime.date(year2, month2, calendar.monthrange(year2, month2)[1])


def school(year: int) -> Range:
    """A school year (초·중등교육법 §24)."""
    return months(year, 3, 14)


def months_maker(first: int, last: int) -> Callable[[int, int], Range]:
    """Whole months of any year."""
    return lambda y, _: months(y, first, last if last >= first else last + 12)


def days_maker(month: int, first: int, last: int) -> Callable[[int, int], Range]:
    """Days of a month of any year."""
    return lambda y, _: (datetime.date(y, month, first), datetime.date(y, month, last))


def thirds_maker(month0: int, month: int, first: int, last: int) -> Callable[[int, int], Range]:
    """Days of a month as far as it has them, of any year."""
    return lambda y, _: (datetime.date(y, month0, first), datetime.date(y, month, min(last, calendar.monthrange(y, month)[1])))


def week_maker(month: int, nth: str, weekday: str | None) -> Callable[[int, int], Range]:
    """A week of a month, or a day of it, of any year."""

    def make(year: int, _: int) -> Range:
        thursday = datetime.date(year, month, 1)
        thursday += (3 - thursday.weekday()) % 7 * DAY
        if nth == "마지막":
            thursday += 28 * DAY if (thursday + 28 * DAY).month == month else 21 * DAY
        else:
            thursday += 7 * ("첫둘셋넷".index(nth[0]) if nth[0] in "첫둘셋넷" else int(nth[0]) - 1) * DAY
        monday = thursday - 3 * DAY
        day = monday + WEEKDAYS.index(weekday) * DAY if weekday else monday
        return day, day if weekday else monday + 6 * DAY

    return make


def nth_day_maker(month: int, nth: str, weekday: int) -> Callable[[int, int], Range]:
    """`10월 마지막 목요일`."""

    def make(year: int, _: int) -> Range:
        first = datetime.date(year, month, 1)
        day = first + (weekday - first.weekday()) % 7 * DAY
        day += (21 + 7 * ((day + 28 * DAY).month == month) if nth == "마지막" else 7 * "첫둘셋넷".index(nth[0])) * DAY
        return day, day

    return make


def shift(day: datetime.date, months: int) -> datetime.date:
    """The same day some months later, the last of the month where it has none."""
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def next_month(day: datetime.date) -> tuple[int, int]:
    """Year and month of the month after."""
    return day.year + day.month // 12, day.month % 12 + 1


def century(number: str) -> int:
    """A year of two or four figures."""
    return int(number) if len(number) == 4 else int(number) + (2000 if int(number) < 60 else 1900)


def unknown_day(year: int, month: int) -> Range:
    """What a point means that counts from a day that is not known. Raises ValueError."""
    raise ValueError(f"the day of the release is not known ({year}, {month})")
