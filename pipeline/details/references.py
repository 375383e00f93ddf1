"""Times that point back at one that the release named before: `이날`, `행사 첫째 날`, `시범운영 기간 동안`."""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from pipeline.lexicon import cues
from pipeline.times import Period
from pipeline.times.days import DAY, Range
from pipeline.times.patterns import alternatives, key

TODAY = "이날"
_LONG, _EVENT = 200, 31  # days, of what `기간` and of what `첫째 날` may belong to

Before = Callable[[int], Iterable[list[Period]]]  # offset -> the times before it, unit by unit, nearest first, each in the order of the text


def find(text: str, start: int, end: int, *, before: Before, published: datetime.date | None) -> Iterator[Period]:
    """The times in `text[start:end]` that point back, where what they point at is found."""
    for match in _pattern().finditer(text, start, end):
        days = _meant(_kinds()[key(match["bare"] or match["word"] or match["span"])], before(match.start()), published)
        if days:
            yield Period(match.start(), match.end(), *days, "during")


def merged(text: str, found: Iterable[Period], back: Iterable[Period]) -> list[Period]:
    """Both in the order of the text; of two that overlap the first kind stays, but not `이날`, which it takes for the day of the release."""
    pointing = {p.start: p for p in back}
    kept = [replace(pointing.pop(p.start), end=p.end) if p.start in pointing and text.startswith(TODAY, p.start) else p for p in found]
    free = [p for p in pointing.values() if not any(q.start < p.end and p.start < q.end for q in kept)]
    return sorted([*kept, *free], key=lambda p: p.start)


@functools.cache
def _kinds() -> dict[str, str]:
    """Word without blanks -> what it points at: `day`, `next` (the day after), `last`, `span`, or the number of a day of an event."""
    return {key(form): kind.removeprefix("back_") for kind, forms in cues("times").items() if kind.startswith("back_") for form in forms}


@functools.cache
def _pattern() -> re.Pattern[str]:
    words = cues("times")
    named = [form for kind, forms in words.items() if kind.startswith("back_") and kind not in ("back_next", "back_span") for form in forms]
    return re.compile(
        rf"(?<![가-힣])(?:(?P<bare>{TODAY}|{alternatives(words['back_next'])})"
        rf"|(?:[가-힣]{{2,6}}\s)?(?P<word>{alternatives(set(named) - {TODAY})})"
        rf"|(?:[가-힣]{{2,6}}\s?){{0,2}}(?P<span>{alternatives(words['back_span'])})(?=\s?(?:동안|중|내내)))(?!밤)"
    )


def _meant(kind: str, before: Iterable[list[Period]], published: datetime.date | None) -> Range | None:
    """What a word of some kind points at, among the times before it."""
    for periods in before:
        if kind in ("day", "next"):
            days = [p.first for p in periods if p.first and p.first == p.last]
            if days:  # `14일 밝혔다` is not what the release is about
                day = next((d for d in days if d != published), days[0]) + (kind == "next") * DAY
                return day, day
            continue
        for p in reversed(periods):
            over = p.last is not None and published is not None and p.last < published
            if p.first and p.last and p.first < p.last and (p.last - p.first).days <= (_LONG if kind == "span" else _EVENT) and not over:
                if kind == "span":
                    return p.first, p.last
                day = p.last if kind == "last" else p.first + (int(kind) - 1) * DAY
                return (day, day) if day <= p.last else None
    return None
