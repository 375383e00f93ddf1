"""From points to periods: the other end of a range, the particle, and whether it is a time of an act at all."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from pipeline.times.days import DAY, Range, months, school, shift
from pipeline.times.patterns import (
    BEHIND,
    CLOCKS,
    CLOSE,
    DOTTED,
    FURTHER,
    GLOSS,
    HEADS,
    LASTS,
    LEADING,
    LINK,
    LISTED,
    MIDNIGHT,
    NO_DAY,
    OPENED,
    PLAN,
    PROMULGATED,
    QUOTES,
    SHORT,
    SUFFIX,
    UNITS,
    WITHIN,
    YEARS,
    key,
)
from pipeline.times.points import Point, short_point
from pipeline.times.resolving import Resolver


@dataclass(frozen=True, slots=True)
class Period:
    """A time that was found: its offsets, the range that it means (None: open) and what its particle makes of it."""

    start: int
    end: int
    first: datetime.date | None
    last: datetime.date | None
    kind: str  # until, from, during, relative (cannot be dated: first and last are None)


class Reader(Resolver):
    """Reads the times of one stretch from left to right."""

    __slots__ = ()

    def period(self, at: int, floor: int) -> Period | None:
        """The time whose trigger is at `at`; a quote or tilde before it belongs to it where it lies at or after `floor`."""
        text = self.text
        digit = text[at].isdigit()
        if digit and inside_number(text, at):
            return None
        if not digit and (phrase := self._phrase(at)) is not None:
            return phrase
        if self.g.not_after.search(text, max(self.start, at - 8), at):
            return None
        try:
            if digit and at > floor and text[at - 1] in QUOTES and (quoted := self._dated(at - 1, floor)) is not None:
                return quoted
            return self._dated(at, floor) or (self._length(at) if digit else None)
        except (ValueError, OverflowError):  # 30 February, the year 0
            return None

    def _phrase(self, at: int) -> Period | None:
        """`조만간`, `공포 후 6개월`, `향후 3년간`."""
        match = self.g.undated.match(self.text, at, self.stop) or PROMULGATED.match(self.text, at, self.stop)
        if match:
            return Period(at, match.end(), None, None, "relative")
        match = self.g.forward.match(self.text, at, self.stop)
        span = match and self.g.span.match(self.text, match.end(), self.stop)
        if not span:
            return None
        if self.published is None:
            return Period(at, span.end(), None, None, "relative")
        last = self._shifted(self.published, span)
        if span["how"].strip() in ("이내", "내", "안"):
            return Period(at, span.end(), None, last + DAY, "until")
        return Period(at, span.end(), self.published, last, "during")

    def _length(self, at: int) -> Period | None:
        """`3개월 이내에`: how long, but not from when."""
        match = WITHIN.match(self.text, at, self.stop)
        if match is None or self.g.anchor.search(self.text, max(self.start, at - 8), at):
            return None
        return Period(at, match.end(), None, None, "relative")

    def _shifted(self, first: datetime.date, span: re.Match[str]) -> datetime.date:
        """The last day of a period of that length."""
        unit, count = self.g.lengths[key(span["w"])] if span["w"] else (UNITS[span["u"]][0], UNITS[span["u"]][1] * int(span["n"]))
        return (first + count * DAY if unit == "days" else shift(first, count)) - DAY

    def _dated(self, at: int, floor: int) -> Period | None:
        text, stop = self.text, self.stop
        years = YEARS.match(text, at, stop)
        if years and (years["n"] or years["an"] or (years["a2"] and years["bq"])):
            return self._years(at, years)
        point = self._point(at)
        if point is None:
            return None
        gloss = GLOSS.match(text, point.end, stop)  # `오늘(11일)부터`
        if gloss and (SUFFIX.match(text, gloss.end(), stop) or LINK.match(text, gloss.end(), stop)):
            closer = None if point.shape == "word" else self._point(gloss.start() + len(gloss[0]) - len(gloss[0].lstrip(" (（")))
            if closer is not None and closer.end == gloss.end() - 1:  # `하반기(9월)부터`
                point = replace(closer, weak="", year=closer.year or point.year)
            point = replace(point, end=gloss.end())
        clock = CLOCKS.match(text, point.end, stop)
        suffix = SUFFIX.match(text, point.end, stop)
        if suffix and suffix["eve"] and point.shape != "feast":  # `올해 전 세계`
            suffix = None
        late = SUFFIX.match(text, clock.end(), stop) if clock and not clock["range"] and not suffix else None
        until = bool((suffix and suffix["until"]) or (late and late["until"]))
        first = self._resolve(point, at, until=until)
        second = self._second(point, first, point.end) or (self._second(point, first, clock.end()) if clock and not clock["range"] else None)
        if second is not None:
            end, last = second
            if not first or not last:
                return Period(at, end, None, None, "relative")
            behind = self._behind(at, end)
            if behind and behind["before"]:  # `장마철(6. 21.~7. 20.) 전에`
                return self._keep(Period(at, end, None, first[0] - DAY, "until"), last, True)
            return self._keep(Period(at, end, first[0], last[1], "during"), last, True)
        mark = None if suffix else LEADING.search(text, max(floor, at - 3), at)
        opened = None if suffix or mark else OPENED.match(text, point.end, stop)
        proof = bool(
            mark or (opened and text[at - 1 : at] in ("(", "（")) or (suffix and (suffix["until"] or suffix["since"] or (point.weak == "feast")))
        )
        if not self._is_time(at, point, proof=proof, clock=clock is not None):
            return None
        start = mark.start("mark") if mark else at
        end = suffix.end() if suffix else opened.end() if opened else point.end
        if first is None:
            return Period(start, end, None, None, "relative")
        if not suffix and not mark and not opened:
            suffix = self._behind(at, end)  # `공포일(3. 2.)부터`
        begin, last_day = first
        until = until or bool(suffix and suffix["until"])
        found = Period(start, end, begin, last_day, "during")
        if until or mark:
            found = Period(start, end, None, last_day, "until")
        elif suffix and suffix["before"]:
            found = Period(start, end, None, begin - DAY, "until")
        elif suffix and suffix["since"]:
            span = self.g.span.match(text, end, stop) if suffix["since"] == "부터" else None
            found = Period(start, span.end(), begin, self._shifted(begin, span), "during") if span else Period(start, end, begin, None, "from")
        elif (
            opened
            or (late and late["since"] and clock and MIDNIGHT.match(clock[0]))
            or (point.shape in ("numeric", "day") and begin == last_day and FURTHER.match(text, end, stop))
        ):
            found = Period(start, end, begin, None, "from")
        return self._keep(found, first, point.year is not None)

    def _behind(self, at: int, end: int) -> re.Match[str] | None:
        """The particle behind the closing bracket, where the brackets hold nothing but the time."""
        if at == self.start or self.text[at - 1] not in "(（" or self.text[end : end + 1] not in (")", "）"):
            return None
        return BEHIND.match(self.text, end + 1, self.stop)

    def _keep(self, period: Period, range_: Range, known: bool) -> Period:
        self.last, self.last_end, self.last_known = range_, period.end, known
        return period

    def _years(self, at: int, m: re.Match[str]) -> Period | None:
        first = int(m["a4"] or "20" + m["a2"])
        last = int(m["b4"] or str(first)[:2] + m["b2"])
        self.skip = m.end()
        if last <= first or (PLAN.search(self.text, max(self.start, at - 12), at) and self.text[m.end() : m.end() + 1] in (")", "）")):
            return None
        begin, end = (school(first)[0], school(last)[1]) if m["n"] == "학년도" else (months(first, 1, 12)[0], months(last, 1, 12)[1])
        close = CLOSE.match(self.text, m.end(), self.stop)
        return self._keep(Period(at, close.end() if close else m.end(), begin, end, "during"), (begin, end), True)

    def _is_time(self, at: int, point: Point, *, proof: bool, clock: bool) -> bool:
        text = self.text
        if not proof and self.g.not_before.match(text, point.end, self.stop):
            return False
        if point.shape in ("word", "year") and self.g.not_word.match(text, point.end, self.stop):
            return False
        enclosed = at > self.start and text[at - 1] in "(（" and text[point.end : point.end + 1] in (")", "）", ",")
        if point.weak == "decimal":  # `(11.15)` and `(11.15, 대전)`, where a decimal would be odd
            dotted = text[point.end - 1] == "." and text[self.start : at].rstrip()[-1:] not in ("", ".")
            return proof or clock or enclosed or (dotted and at > self.start and (text[at - 1] == " " or text[point.end : point.end + 1] == ","))
        if point.weak == "year":  # `지침을 마련(’26)`
            dotted = DOTTED.match(text, point.end, self.stop) is not None
            return (
                proof
                or dotted
                or (enclosed and text[point.end : point.end + 1] != "," and (hangul(text, at - 2) or HEADS.match(text, point.end) is not None))
            )
        if point.weak == "day" and self.bare and not NO_DAY.match(text, point.end, self.stop):
            return True
        return proof or not point.weak or (clock and point.weak == "day")

    def _second(self, point: Point, first: Range | None, at: int) -> tuple[int, Range | None] | None:
        """The other end of a range that opens at `at` with `~`, `부터` or `에서`: where it ends, and what it means."""
        text, stop = self.text, self.stop
        link = LINK.match(text, at, stop)
        if link is None:
            return None
        if first is not None:
            self.last, self.last_end = first, at  # for `이듬해`
        other = self._point(link.end())
        short = SHORT.match(text, link.end(), stop) if point.shape in ("numeric", "day") else None
        if short and (other is None or (other.end < short.end() and not other.year)):
            other = short_point(short)
        if other is None:
            return None
        clock = CLOCKS.match(text, other.end, stop)
        close = CLOSE.match(text, other.end, stop) or (CLOSE.match(text, clock.end(), stop) if clock and not clock["range"] else None)
        if link["tilde"] is None and (close is None or close[0].strip() in ("간", "동안")):  # `13일부터 4일간` is a length
            return None
        if point.weak == "day" and not close and LASTS.match(text, other.end, stop):
            return None
        if point.weak == "decimal" and other.weak and not close:
            enclosed = text[other.end : other.end + 1] in (")", "）", ",", "", "\n")
            if not (enclosed or clock or text[at - 1] == "."):
                return None
        end = close.end() if close else other.end
        if first is None or other.lost:
            return end, None
        last = self._resolve(other, link.end(), until=True, first=first)
        return (end, last) if last is None or last[1] >= first[0] else None


def joined(text: str, found: Iterable[Period]) -> list[Period]:
    """The periods, with listed days that follow each other as one: `10월 1일과 2일`."""
    kept: list[Period] = []
    for period in found:
        if kept and _next_day(kept[-1], period) and LISTED.fullmatch(text[kept[-1].end : period.start]):
            kept[-1] = replace(kept[-1], end=period.end, last=period.last)
        else:
            kept.append(period)
    return kept


def _next_day(one: Period, other: Period) -> bool:
    """Whether the other is the day after the one."""
    return bool(one.kind == other.kind == "during" and one.last and other.first and other.first == other.last == one.last + DAY)


def inside_number(text: str, at: int) -> bool:
    """Whether the digit at `at` goes on with a number, a code or a telephone number."""
    if at == 0:
        return False
    before = text[at - 1]
    if before.isascii() and before.isalpha():
        return True
    return before in ".,-/:" and at > 1 and text[at - 2].isdigit()


def hangul(text: str, at: int) -> bool:
    """Whether a Hangul syllable stands at an offset."""
    return at >= 0 and "가" <= text[at] <= "힣"
