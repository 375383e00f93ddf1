"""Times that point back at one that the release named before: `이날`, `행사 첫째 날`, `시범운영 기간 동안`."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from pipeline.times import Period

TODAY = "이날"
_BACK = re.compile(
    r"(?<![가-힣])(?:(?P<day>이날|(?:[가-힣]{2,6}\s)?당일)"
    r"|(?P<next>이튿날|다음\s?날)"
    r"|(?:[가-힣]{2,6}\s)?(?:(?P<nth>첫|둘|셋|넷)(?:째\s?|(?<=첫))날|(?P<last>마지막\s날)|(?P<after>이틀|사흘)\s?차)"
    r"|(?:[가-힣]{2,6}\s?){0,2}(?P<span>기간)(?=\s?(?:동안|중|내내)))"
    r"(?!밤)"
)
_NTH = {"첫": 0, "둘": 1, "셋": 2, "넷": 3, "이틀": 1, "사흘": 2}
_LONG, _EVENT = 200, 31  # days, of what `기간` and of what `첫째 날` may belong to
_DAY = datetime.timedelta(days=1)

Days = tuple[datetime.date, datetime.date]
Before = Callable[[int], Iterable[list[Period]]]  # offset -> the times before it, unit by unit, nearest first, each in the order of the text


def find(text: str, start: int, end: int, *, before: Before, published: datetime.date | None) -> Iterator[Period]:
    """The times in `text[start:end]` that point back, where what they point at is found."""
    for match in _BACK.finditer(text, start, end):
        days = _meant(match, before(match.start()), published)
        if days:
            yield Period(match.start(), match.end(), *days, "during")


def merged(text: str, found: Iterable[Period], back: Iterable[Period]) -> list[Period]:
    """Both in the order of the text; of two that overlap the first kind stays, but not `이날`, which it takes for the day of the release."""
    pointing = {p.start: p for p in back}
    kept = [replace(pointing.pop(p.start), end=p.end) if p.start in pointing and text.startswith(TODAY, p.start) else p for p in found]
    free = [p for p in pointing.values() if not any(q.start < p.end and p.start < q.end for q in kept)]
    return sorted([*kept, *free], key=lambda p: p.start)


def _meant(match: re.Match[str], before: Iterable[list[Period]], published: datetime.date | None) -> Days | None:
    for periods in before:
        if match["day"] or match["next"]:
            days = [p.first for p in periods if p.first and p.first == p.last]
            if days:  # `14일 밝혔다` is not what the release is about
                day = next((d for d in days if d != published), days[0]) + (_DAY if match["next"] else 0 * _DAY)
                return day, day
            continue
        for p in reversed(periods):
            over = p.last is not None and published is not None and p.last < published
            if p.first and p.last and p.first < p.last and (p.last - p.first).days <= (_LONG if match["span"] else _EVENT) and not over:
                if match["span"]:
                    return p.first, p.last
                nth = match["nth"] or match["after"]
                day = p.first + _NTH[nth] * _DAY if nth else p.last
                return (day, day) if day <= p.last else None
    return None
