"""Korean dates and periods -> date ranges: `내년 상반기까지`, `’26. 3. 1.~5. 31.`, `오는 12월`, `9월부터 6개월간`.

No kept library does this. dateparser 1.5 reads `3월 5일(화)`, but takes `내년 상반기` for a day, loses `’26년 1분기`, `연말까지`,
`향후 3년간` and every range, and reads `2026. 3. 1.~5. 31.` as the year alone; holidays and korean-lunar-calendar know the lunar feasts, which
`cues/times_holidays.tsv` holds as data (2015 to 2035, generated with the one and checked against the other). konlpy tags words and dates none.

What the codebook leaves open is decided so:

- a month, half or quarter without a year is the one nearest to the release: later in the year this year's, up to about nine months ahead; one that
  ended more than four months ago (a quarter: more than six) is next year's; a weekday in brackets overrules this;
- 초 of a year (연초, 내년 초) is January to March, 중반 is May to August, 말 of a year and 연말 are December; 연내, 올해 안, 상반기 중 are the whole
  period, `연말까지` is open at the front;
- `향후 3년간` runs from the day of the release to the day before its third anniversary, `3월부터 6개월간` from the first of March to the end of August;
- a length without a start (`3개월 이내에`) has no dates, since as often as not it counts from something else; without `에` it is not found;
- a school year runs from 1 March to the end of February (초·중등교육법 §24), its first term to 31 August and the second from 1 September (§44 of its
  decree leaves the day between them to the head of each school); a fiscal year is the calendar year (국가재정법 §2);
- days that follow each other and are listed are one period: `10월 1일과 2일`;
- seasons are those of the weather service (spring is March to May); 연휴 of a feast are its three days, `추석 전` ends on the day before the feast;
- weeks run from Monday to Sunday; the first of a month is the one that holds its first Thursday (ISO 8601).
"""

from __future__ import annotations

import datetime

from pipeline.times.patterns import read_grammar
from pipeline.times.reader import Period, Reader, joined

__all__ = ["Period", "find"]


def find(text: str, start: int = 0, end: int | None = None, *, published: datetime.date | None = None, bare: bool = False) -> list[Period]:
    """Times in `text[start:end]`, in order; those that only compare, name or recur (`2019년 대비`, `3월생`, `매년 3월`) are left out.

    Args:
        text: the text; offsets count in it.
        start, end: the stretch to look at, such as a sentence.
        published: day of the release, from which relative times count.
        bare: also take a day that stands alone (`5일 문을 연다`), though it may as well be a length; only next to the release.

    >>> text = "새날시는 내년 상반기까지 쉼터 3곳을 열 계획이다."
    >>> [(text[p.start : p.end], str(p.first), str(p.last), p.kind) for p in find(text, published=datetime.date(2025, 10, 21))]
    [('내년 상반기까지', 'None', '2026-06-30', 'until')]
    """
    stop = len(text) if end is None else end
    grammar = read_grammar()
    match = grammar.trigger.search(text, start, stop)
    if match is None:
        return []
    reader = Reader(text, start, stop, published, grammar, bare=bare)
    found: list[Period] = []
    at = start
    while match is not None:
        period = reader.period(match.start(), at)
        if period is None:
            at = max(match.end(), reader.skip)
        else:
            found.append(period)
            at = period.end
        match = grammar.trigger.search(text, at, stop)
    return joined(text, found)
