"""Korean dates and periods -> date ranges: `내년 상반기까지`, `’26. 3. 1.~5. 31.`, `오는 12월`, `9월부터 6개월간`.

No kept library does this. dateparser 1.5 reads `3월 5일(화)`, but takes `내년 상반기` for a day, loses `’26년 1분기`, `연말까지`,
`향후 3년간` and every range, and reads `2026. 3. 1.~5. 31.` as the year alone; holidays and korean-lunar-calendar know the lunar feasts, which
`cues/times_holidays.tsv` holds as data (2015 to 2035, generated with the one and checked against the other).

What the codebook leaves open is decided so:

- a month, half or quarter without a year is the one nearest to the release: later in the year this year's, up to about nine months ahead; one that
  ended more than four months ago (a quarter: more than six) is next year's; a weekday in brackets overrules this;
- 초 of a year (연초, 내년 초) is January to March, 중반 is May to August, 말 of a year and 연말 are December; 연내, 올해 안, 상반기 중 are the whole
  period, `연말까지` is open at the front;
- `향후 3년간` runs from the day of the release to the day before its third anniversary, `3월부터 6개월간` from the first of March to the end of August;
- a length without a start (`3개월 이내에`) has no dates, since as often as not it counts from something else; without `에` it is not found;
- a school year runs from 1 March to the end of February (초·중등교육법 §24), its first term to 31 August and the second from 1 September (§44 of its
  decree leaves the day between them to the head of each school); a fiscal year is the calendar year (국가재정법 §2);
- seasons are those of the weather service (spring is March to May); 연휴 of a feast are its three days, `추석 전` ends on the day before the feast;
- weeks run from Monday to Sunday; the first of a month is the one that holds its first Thursday (ISO 8601).
"""

from __future__ import annotations

import calendar
import datetime
import functools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from pipeline.lexicon import cues, read_table
from pipeline.resources import shipped

_WEEKDAYS = "월화수목금토일"
_DAY = datetime.timedelta(days=1)
_QUOTES = "’‘'`´′＇"

_DASH = r"\s?[~∼～〜˜–—―-]\s?"
_LIST = r"\s?[·‧ㆍ・∙•,]\s?"
_M = r"(?:1[0-2]|0?[1-9])(?!\d)"
_D = r"(?:3[01]|[12]\d|0?[1-9])(?!\d)"
_WD = rf"(?:\s?[(（]\s?(?P<wd>[{_WEEKDAYS}])(?:요일)?(?:\s?[,·][^()（）\d]{{1,8}})?\s?[)）]|\s(?P<wdw>[{_WEEKDAYS}])요일)?"
_Y = rf"(?:(?P<y4>(?:19|20)\d\d)|[{_QUOTES}]\s?(?P<y2>\d\d))(?!\d)"
_BOUND = r"(?:(?![가-힣])|(?=부터|까지|에|이|의|로|경|께|쯤|을|를|은|는|과|와|전|내|인))"

# `2026.3.1.`, `’26. 3.`, `26.3.1.`, `2026-03-01`, `3.1(일)`, `3/1일`; a bare `3.1` becomes a date only by what stands around it.
_NUMERIC = re.compile(
    rf"(?:{_Y}\s?\.\s?(?P<m>{_M})(?:\s?\.\s?(?P<d>{_D})|(?!\s?(?:월|분기|/|학기|주|\.\s?\d|[상하]반기)))(?:\s?일)?\.?"
    rf"|(?P<iy>(?:19|20)\d\d)(?P<sep>[-/])(?P<im>{_M})(?P=sep)(?P<id>{_D})"
    rf"|(?P<by>[12]\d)\.\s?(?P<bm>{_M})\.\s?(?P<bd>{_D})\.?"
    rf"|(?P<sm>{_M})(?:\.\s?|/)(?P<sd>{_D})(?:\s?(?P<il>일)(?!간|\s?동안)|(?P<dot>\.))?)"
    rf"(?!\s?(?:[%％℃배조억만천점명개건톤대회원위편년도종㎡㎞월]|[kMG㎾㎿]W|km|ha\b|p\b|pp|달러|포인트|시간|[:/])|\d){_WD}"
)
_YEARS = re.compile(
    rf"(?:(?P<a4>20\d\d)|[{_QUOTES}]\s?(?P<a2>\d\d))\s?(?P<an>년도?)?{_DASH}(?:(?P<b4>20\d\d)|(?P<bq>[{_QUOTES}])?\s?(?P<b2>\d\d))(?!\d)(?:\s?(?P<n>학년도|년도?))?"
    r"(?!\s?\.\s?\d|\s?\d{1,2}\s?월|\s?[상하]반기|\s?\d\s?분기|\s?[말초]|\s?[만천억%명개건월])"
)
_MONTH = re.compile(rf"(?:(?P<m0>{_M})(?:{_DASH}|{_LIST}))?(?P<m>{_M})\s?월(?!드|\s?\d+\s?만\s?원)")
_DATE = re.compile(
    rf"\s?(?:(?P<d0>{_D})(?:(?:\s?(?P<i0>일))?{_DASH}|\s?[·‧ㆍ・]\s?))?(?P<d>{_D})\s?일(?!간|동안|이내|차|째|정|반|자리|분|당|씩|상|치|여|내|\s(?:동안|이내)|\s(?:간|차|째|자리|분|당|씩|내)(?=[^가-힣]|에|의|으로|$)){_WD}"
)
_THIRD = re.compile(rf"\s?(?P<third>초순|상순|중순|하순|초|말){_BOUND}")
_WEEK = re.compile(rf"\s?(?P<nth>[첫둘셋넷]째?|마지막|[1-5]째?)\s?주(?!\s?간|년|요)차?(?:\s?(?P<wd>[{_WEEKDAYS}])요일)?{_BOUND}")
_NTH_DAY = re.compile(rf"\s?(?:의\s?)?(?P<nth>[첫둘셋넷]째?|마지막)\s?(?P<wd>[{_WEEKDAYS}])요일")
_PART = re.compile(
    rf"(?P<half>[상하])\s?반기|(?P<halfc>[上下])(?:半期)?(?![가-힣])|(?:(?P<q0>[1-4])(?:{_DASH}|{_LIST}))?(?P<q>[1-4])\s?(?:/\s?4\s?)?분기(?![째별당])"
    r"|(?P<term>[12])\s?학기|(?P<yp>연말(?!정산|연시)|연초)"
)
_YEAR_PART = re.compile(rf"(?P<yp>말|초|중반){_BOUND}")
_CLOCK = r"(?:,?\s?(?:(?:오전|오후|낮|밤|새벽|아침|저녁)\s?)?(?:\d{1,2}\s?시(?:(?=부터|까지|에|경|쯤|\s?\d|\s?반)|(?![가-힣]))(?:\s?\d{1,2}\s?분|\s?반)?|\d{1,2}\s?:\s?\d\d|자정|정오)(?!\d))"
_CLOCKS = re.compile(rf"{_CLOCK}(?P<range>(?:{_DASH}|부터\s?){_CLOCK})?")
_MIDNIGHT = re.compile(r",?\s?(?:00?\s?시|00?:00|자정)")
_SUFFIX = re.compile(
    r"\s?(?:(?P<until>까지|이전(?:까지)?)|(?P<before>전까지|전(?=에)|(?P<eve>전(?=[^가-힣]|$)))|(?P<since>부터|이후(?:부터)?|이래)"
    r"|(?P<within>중(?=에|으로|[^가-힣]|$)|(?:이내|내|안)(?=에|로|으로|[^가-힣]|$)|동안|간(?=[^가-힣]|의|에|으로|$)|사이|기간))"
)
_BEHIND = re.compile(r"\s?(?:(?P<until>까지)|(?P<before>전까지|전(?=에))|(?P<since>부터|이후))")
_NO_DAY = re.compile(r"\s?(?:연속|만에|이상|이하|정도|가량|뒤|후|전|간|내|미만|이전|째|[을를의이가])")  # behind a number of days
_UNTIL = re.compile(r"\s?까지")
_LINK = re.compile(rf"\s?(?:부터|에서)(?:\s?{_DASH})?\s?|(?P<tilde>{_DASH})")
_CLOSE = re.compile(r"\s?(?:까지|사이|간(?=[^가-힣]|의|에|으로|$)|동안)")
_SHORT = re.compile(
    rf"(?:(?P<m>{_M})\s?[./]\s?)?(?P<d>{_D})(?:\s?(?P<il>일)|\.)?(?!\s?[:시/배%％℃년월만억천명개건대톤점회원]|\s?(?:주간|분기)|\.?\d){_WD}"
)
_GLOSS = re.compile(rf"\s?[(（](?:[{_QUOTES}]?\d[\d.\s월일년]{{1,12}})(?:[(（][{_WEEKDAYS}][)）])?[)）]")
_LISTED = re.compile(rf"(?:{_LIST}|\s?(?:및|과|와|그리고)\s?)$")
_TURNS = re.compile(r"앞서|위해|위한|맞춰|따라|따른|이후|지난|발표|[)）]")
_OPENED = re.compile(r"\s?[~∼～](?=\s?[)\],]|\s*$)")
_LEADING = re.compile(r"(?:^|[\s(（\[:,])(?P<mark>[~∼～]\s?)$")
_PROMULGATED = re.compile(
    r"공포(?:일|한\s?날|된\s?날)?(?:로부터|부터|\s?이후|\s?후)?\s?\d{1,2}\s?(?:년|개월|일)(?:이)?(?:\s?(?:후|뒤|지난|경과한|경과))?(?:\s?(?:날|시점))?(?:부터|에)?"
)
_WITHIN = re.compile(rf"(?:\d{{1,2}}{_DASH})?\d{{1,3}}\s?(?:년|개월|달|주|일)\s?(?:이내|내|안)(?=에(?!서))")
_LASTS = re.compile(r"\s?(?:간|동안|이내|내|소요|정도|이상|가량|후|뒤)")
_PLAN = re.compile(r"(?:계획|전략|로드맵|대책|방안|비전|구상|대강|사업)[’'”\"」』｣〉》]?\s?[(（]$")

Range = tuple[datetime.date, datetime.date]


@dataclass(frozen=True, slots=True)
class Period:
    """A time that was found: its offsets, the range that it means (None: open) and what its particle makes of it."""

    start: int
    end: int
    first: datetime.date | None
    last: datetime.date | None
    kind: str  # until, from, during, relative (cannot be dated: first and last are None)


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
    grammar = _grammar()
    match = grammar.trigger.search(text, start, stop)
    if match is None:
        return []
    reader = _Reader(text, start, stop, published, grammar, bare=bare)
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
    return found


@dataclass(frozen=True, slots=True)
class _Grammar:
    """The words of `cues/times.tsv` as patterns and as tables, which are keyed by the word without blanks."""

    trigger: re.Pattern[str]
    lead: re.Pattern[str]
    year: re.Pattern[str]
    month: re.Pattern[str]
    week: re.Pattern[str]
    day: re.Pattern[str]
    season: re.Pattern[str]
    feast: re.Pattern[str]
    forward: re.Pattern[str]
    span: re.Pattern[str]
    undated: re.Pattern[str]
    particle: re.Pattern[str]
    not_before: re.Pattern[str]
    not_word: re.Pattern[str]
    not_after: re.Pattern[str]
    anchor: re.Pattern[str]
    distance: dict[str, int]
    leads: dict[str, str]
    seasons: dict[str, int]
    lengths: dict[str, tuple[str, int]]
    feasts: dict[str, dict[int, datetime.date]]


def _any(forms: Iterable[str]) -> str:
    return "|".join(re.escape(f).replace(r"\ ", r"\s?") for f in sorted(set(forms), key=len, reverse=True))


def _key(word: str) -> str:
    return "".join(word.split())


@functools.cache
def _grammar() -> _Grammar:
    words = cues("times")
    relative = {kind: forms for kind, forms in words.items() if kind[-2] in "+-"}
    lengths = {kind: forms for kind, forms in words.items() if "=" in kind}
    leads = {_key(f): kind[5:] for kind, forms in words.items() if kind.startswith("lead_") for f in forms if kind != "lead_span"}
    seasons = {f: int(kind[6:]) for kind, forms in words.items() if kind.startswith("season") for f in forms}
    lead_forms = [f for kind, forms in words.items() if kind.startswith("lead_") for f in forms]
    feast_forms = words["seollal"] + words["chuseok"]
    days: dict[str, dict[int, datetime.date]] = {"seollal": {}, "chuseok": {}}
    for _, row in read_table(shipped("corpus", "lexicon", "cues", "times_holidays.tsv"), ("holiday", "date")):
        day = datetime.date.fromisoformat(row["date"])
        days[row["holiday"]][day.year] = day

    def unit(name: str) -> str:
        return _any(f for kind, forms in relative.items() if kind[:-2] == name for f in forms)

    spans = _any(f for forms in lengths.values() for f in forms)
    count = r"(?:\d{1,2}\s?(?:년|개월|주|일)?[~∼～-])?(?P<n>\d{1,3})\s?(?P<u>년|개월|달|주|일)"
    starts = [f for forms in relative.values() for f in forms] + lead_forms + [*feast_forms, *words["undated"], *words["phrase"]]
    return _Grammar(
        trigger=re.compile(rf"[0-9]+|(?<![가-힣A-Za-z])(?:{_any(starts)})"),
        lead=re.compile(rf"(?P<word>{_any(f for f in lead_forms if _key(f) in leads)})\s?"),
        year=re.compile(
            rf"(?:{_Y}|(?P<yb>[1-3]\d)(?=\s?년\s?(?:\d{{1,2}}\s?월|[상하]반기|[1-4]\s?(?:/\s?4\s?)?분기|[12]\s?학기|[말초](?![가-힣])|에는|도(?![가-힣])|도(?=에)))|(?P<yw>{unit('year')})(?!\s?만에))"
            r"(?P<unit>\s?학년도|\s?회계\s?연도|\s?년도|\s?년(?!\s?만에|간|여)|도(?=[부까에]|[^가-힣]|$))?"
        ),
        month=re.compile(unit("month")),
        week=re.compile(rf"(?P<word>{unit('week')})(?:\s?(?P<wd>[{_WEEKDAYS}])요일|\s?(?P<part>주말|말|초){_BOUND})?"),
        day=re.compile(rf"(?P<word>{unit('day')}){_WD}"),
        season=re.compile(rf"(?P<word>{_any(seasons)})(?:{_BOUND}|철)"),
        feast=re.compile(rf"(?P<word>{_any(feast_forms)})(?P<days>(?:\s?명절)?\s?연휴)?(?:\s?명절)?(?=까지|부터|전|이후|에|은|기간|[^가-힣]|$)"),
        forward=re.compile(rf"(?:{_any(words['lead_span'])})\s?"),
        span=re.compile(
            rf"(?:\s?\([^()]{{1,12}}\))?\s?(?:약\s?|총\s?)?(?:{count}|(?P<w>{spans}))"
            r"(?P<how>\s?(?:간(?!격|담|호)|동안|에\s?걸쳐)|\s?(?:이내|내|안)(?=에|로|으로|[^가-힣]|$)|(?=\s|[,.]|$)(?!\s(?:주기|마다|이상|단위|연속|만에|뒤|후|전|차)))"
        ),
        undated=re.compile(rf"(?:{_any(words['undated'])})(?=에|로|[^가-힣]|$)"),
        particle=re.compile(rf"(?![가-힣A-Za-z0-9])|(?=(?:{_any(words['particle'])}))"),
        not_before=re.compile(rf"\s?(?:{_any(words['not_before'])})|(?:{_any(words['not_glued'])})"),
        not_word=re.compile(rf"(?:{_any(words['not_word'])})"),
        not_after=re.compile(rf"(?:^|[^가-힣])(?:{_any(words['not_after'])})\s?$"),
        anchor=re.compile(rf"(?:{_any(words['anchor'])})\s?(?:약\s?|총\s?)?$"),
        distance={_key(f): int(kind[-2:]) for kind, forms in relative.items() for f in forms},
        leads=leads,
        seasons=seasons,
        lengths={_key(f): (kind.partition("=")[0], int(kind.partition("=")[2])) for kind, forms in lengths.items() for f in forms},
        feasts={_key(f): days[kind] for kind in days for f in words[kind]},
    )


@dataclass(frozen=True, slots=True)
class _Point:
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
class _Reader:
    """Reads the times of one stretch from left to right; remembers the last one, from which the next may inherit its year."""

    text: str
    start: int
    stop: int
    published: datetime.date | None
    g: _Grammar
    last: Range | None = None
    last_end: int = 0
    last_known: bool = False
    bare: bool = False
    skip: int = 0  # where the next time may begin at the earliest

    def period(self, at: int, floor: int) -> Period | None:
        """The time whose trigger is at `at`; a quote or tilde before it belongs to it where it lies at or after `floor`."""
        text = self.text
        digit = text[at].isdigit()
        if digit and _inside_number(text, at):
            return None
        if not digit and (phrase := self._phrase(at)) is not None:
            return phrase
        if self.g.not_after.search(text, max(self.start, at - 8), at):
            return None
        try:
            if digit and at > floor and text[at - 1] in _QUOTES and (quoted := self._dated(at - 1, floor)) is not None:
                return quoted
            return self._dated(at, floor) or (self._length(at) if digit else None)
        except (ValueError, OverflowError):  # 30 February, the year 0
            return None

    def _phrase(self, at: int) -> Period | None:
        """`조만간`, `공포 후 6개월`, `향후 3년간`."""
        match = self.g.undated.match(self.text, at, self.stop) or _PROMULGATED.match(self.text, at, self.stop)
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
            return Period(at, span.end(), None, last + _DAY, "until")
        return Period(at, span.end(), self.published, last, "during")

    def _length(self, at: int) -> Period | None:
        """`3개월 이내에`: how long, but not from when."""
        match = _WITHIN.match(self.text, at, self.stop)
        if match is None or self.g.anchor.search(self.text, max(self.start, at - 8), at):
            return None
        return Period(at, match.end(), None, None, "relative")

    def _shifted(self, first: datetime.date, span: re.Match[str]) -> datetime.date:
        """The last day of a period of that length."""
        unit, count = self.g.lengths[_key(span["w"])] if span["w"] else (_UNITS[span["u"]][0], _UNITS[span["u"]][1] * int(span["n"]))
        return (first + count * _DAY if unit == "days" else _shift(first, count)) - _DAY

    def _dated(self, at: int, floor: int) -> Period | None:
        text, stop = self.text, self.stop
        years = _YEARS.match(text, at, stop)
        if years and (years["n"] or years["an"] or (years["a2"] and years["bq"])):
            return self._years(at, years)
        point = self._point(at)
        if point is None:
            return None
        gloss = _GLOSS.match(text, point.end, stop)  # `오늘(11일)부터`
        if gloss and (_SUFFIX.match(text, gloss.end(), stop) or _LINK.match(text, gloss.end(), stop)):
            closer = None if point.shape == "word" else self._point(gloss.start() + len(gloss[0]) - len(gloss[0].lstrip(" (（")))
            if closer is not None and closer.end == gloss.end() - 1:  # `하반기(9월)부터`
                point = replace(closer, weak="", year=closer.year or point.year)
            point = replace(point, end=gloss.end())
        clock = _CLOCKS.match(text, point.end, stop)
        suffix = _SUFFIX.match(text, point.end, stop)
        if suffix and suffix["eve"] and point.shape != "feast":  # `올해 전 세계`
            suffix = None
        late = _SUFFIX.match(text, clock.end(), stop) if clock and not clock["range"] and not suffix else None
        until = bool((suffix and suffix["until"]) or (late and late["until"]))
        first = self._resolve(point, at, until=until)
        second = self._second(point, first, point.end) or (self._second(point, first, clock.end()) if clock and not clock["range"] else None)
        if second is not None:
            end, last = second
            if not first or not last:
                return Period(at, end, None, None, "relative")
            behind = self._behind(at, end)
            if behind and behind["before"]:  # `장마철(6. 21.~7. 20.) 전에`
                return self._keep(Period(at, end, None, first[0] - _DAY, "until"), last, True)
            return self._keep(Period(at, end, first[0], last[1], "during"), last, True)
        mark = None if suffix else _LEADING.search(text, max(floor, at - 3), at)
        opened = None if suffix or mark else _OPENED.match(text, point.end, stop)
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
            found = Period(start, end, None, begin - _DAY, "until")
        elif suffix and suffix["since"]:
            span = self.g.span.match(text, end, stop) if suffix["since"] == "부터" else None
            found = Period(start, span.end(), begin, self._shifted(begin, span), "during") if span else Period(start, end, begin, None, "from")
        elif opened or (late and late["since"] and clock and _MIDNIGHT.match(clock[0])):
            found = Period(start, end, begin, None, "from")
        return self._keep(found, first, point.year is not None)

    def _behind(self, at: int, end: int) -> re.Match[str] | None:
        """The particle behind the closing bracket, where the brackets hold nothing but the time."""
        if at == self.start or self.text[at - 1] not in "(（" or self.text[end : end + 1] not in (")", "）"):
            return None
        return _BEHIND.match(self.text, end + 1, self.stop)

    def _keep(self, period: Period, range_: Range, known: bool) -> Period:
        self.last, self.last_end, self.last_known = range_, period.end, known
        return period

    def _years(self, at: int, m: re.Match[str]) -> Period | None:
        first = int(m["a4"] or "20" + m["a2"])
        last = int(m["b4"] or str(first)[:2] + m["b2"])
        self.skip = m.end()
        if last <= first or (_PLAN.search(self.text, max(self.start, at - 12), at) and self.text[m.end() : m.end() + 1] in (")", "）")):
            return None
        begin, end = (_school(first)[0], _school(last)[1]) if m["n"] == "학년도" else (_months(first, 1, 12)[0], _months(last, 1, 12)[1])
        close = _CLOSE.match(self.text, m.end(), self.stop)
        return self._keep(Period(at, close.end() if close else m.end(), begin, end, "during"), (begin, end), True)

    def _is_time(self, at: int, point: _Point, *, proof: bool, clock: bool) -> bool:
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
            return proof or (enclosed and text[point.end : point.end + 1] != "," and _hangul(text, at - 2))
        if point.weak == "day" and self.bare and not _NO_DAY.match(text, point.end, self.stop):
            return True
        return proof or not point.weak or (clock and point.weak == "day")

    def _second(self, point: _Point, first: Range | None, at: int) -> tuple[int, Range | None] | None:
        """The other end of a range that opens at `at` with `~`, `부터` or `에서`: where it ends, and what it means."""
        text, stop = self.text, self.stop
        link = _LINK.match(text, at, stop)
        if link is None:
            return None
        if first is not None:
            self.last, self.last_end = first, at  # for `이듬해`
        other = self._point(link.end())
        short = _SHORT.match(text, link.end(), stop) if point.shape in ("numeric", "day") else None
        if short and (other is None or (other.end < short.end() and not other.year)):
            other = _short_point(short)
        if other is None:
            return None
        clock = _CLOCKS.match(text, other.end, stop)
        close = _CLOSE.match(text, other.end, stop) or (_CLOSE.match(text, clock.end(), stop) if clock and not clock["range"] else None)
        if link["tilde"] is None and (close is None or close[0].strip() in ("간", "동안")):  # `13일부터 4일간` is a length
            return None
        if point.weak == "day" and not close and _LASTS.match(text, other.end, stop):
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

    def _resolve(self, point: _Point, at: int, *, until: bool, first: Range | None = None) -> Range | None:
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
        return _nearest(point, self.published, until=until)

    def _inherited(self, point: _Point, at: int) -> Range | None:
        """The year of the time before it: in a list, or where both lie ahead and follow each other (`내년 3월 착공해 9월 완공`)."""
        gap = self.text[self.last_end : at]
        if self.last is None or not self.last_known or len(gap) > 25:
            return None
        found = point.make(self.last[0].year, 0)
        if point.weekday is not None and found[0].weekday() != point.weekday:
            return None
        if _LISTED.fullmatch(gap) or self.published is None:
            return found
        ahead = self.last[0].year >= self.published.year and found[0] > self.last[0] and self.last[1] > self.published
        return found if ahead and not _TURNS.search(gap) else None

    def _day(self, point: _Point, at: int, first: Range | None) -> Range | None:
        """A day without its month."""
        base = first or (self.last if self.last and not point.lead and _LISTED.fullmatch(self.text[self.last_end : at]) else None)
        if base is not None:
            found = point.make(base[0].year, base[0].month)
            return found if found[1] >= base[0] else point.make(*_next_month(base[0]))
        if self.published is None:
            return None
        today = self.published
        first_of_month = today.replace(day=1)
        months = [_shift(first_of_month, n) for n in (-1, 0, 1)]
        options = [r for r in (_try(point, m.year, m.month) for m in months) if r is not None]
        if point.lead == "next":
            return next((r for r in options if r[0] >= today), None)
        if point.lead == "last":
            return next((r for r in reversed(options) if r[0] <= today), None)
        if point.weekday is not None:
            fitting = [r for r in options if r[0].weekday() == point.weekday]
            return min(fitting, key=lambda r: abs((r[0] - today).days)) if fitting else _try(point, today.year, today.month)
        return next((r for r in options if -20 <= (r[0] - today).days <= 30), None)

    def _point(self, at: int) -> _Point | None:
        """The time at `at`, without its particle."""
        text, stop, g = self.text, self.stop, self.g
        point = self._numeric(at) or self._word(at)
        if point is None and (lead := g.lead.match(text, at, stop)):
            point = self._led(lead)
        point = point or self._named_part(at, None, "") or self._bare_day(at, "")
        if point is None or point.end >= stop or text[point.end - 1] in ")）" or g.particle.match(text, point.end, stop):
            return point
        return None

    def _led(self, lead: re.Match[str]) -> _Point | None:
        """What follows `오는`, `지난`, `이번`, `올`, `새해`, `같은 해`, `이듬해`."""
        kind, at = self.g.leads[_key(lead["word"])], lead.end()
        if kind in ("same", "after"):
            year = self.last[0].year + (kind == "after") if self.last else None
            return self._named_part(at, year, "") if year else None
        if kind in ("year", "new"):
            today = self.published or datetime.date(2000, 1, 1)
            coming = today.year + (kind == "new" and today.month >= 9)
            point = self._named_part(at, coming, "")
            if point is None and kind == "new" and _SUFFIX.match(self.text, lead.end("word")):
                point = _Point(lead.end("word"), _months_maker(1, 12), coming, shape="year")
            return point and _lose(point, self.published is None)
        weekday = _WEEKDAY.match(self.text, at, self.stop)
        if weekday:
            return self._weekday(kind, weekday)
        found = self._numeric(at) or self._word(at, plain=True) or self._named_part(at, None, kind) or self._bare_day(at, kind)
        return found and replace(found, lead=kind, weak="")

    def _weekday(self, kind: str, m: re.Match[str]) -> _Point:
        """`오는 금요일`, `지난 주말`: of this week where it is not over, else of the next."""
        if self.published is None:
            return _Point(m.end(), _nothing, lost=True, shape="day")
        monday = self.published - self.published.weekday() * _DAY
        length = 1 if m["weekend"] else 0
        day = monday + (5 if m["weekend"] else _WEEKDAYS.index(m["wd"])) * _DAY
        if kind == "next" and day < self.published:
            day += 7 * _DAY
        elif kind == "last" and day >= self.published:
            day -= 7 * _DAY
        return _fixed(m.end(), (day, day + length * _DAY), "day")

    def _numeric(self, at: int) -> _Point | None:
        m = _NUMERIC.match(self.text, at, self.stop)
        if m is None:
            return None
        month, day = m["m"] or m["im"] or m["bm"] or m["sm"], m["d"] or m["id"] or m["bd"] or m["sd"]
        number = m["y4"] or m["iy"] or m["y2"] or m["by"]
        weekday = _weekday_of(m)
        weak = "" if number or m["il"] or weekday is not None else "decimal"
        make = _days_maker(int(month), int(day), int(day)) if day else _months_maker(int(month), int(month))
        return _Point(m.end(), make, _century(number) if number else None, shape="numeric", weak=weak, weekday=weekday)

    def _word(self, at: int, *, plain: bool = False) -> _Point | None:
        """A year with what follows it, or a month, week or day that is named by its distance."""
        text, stop, g, today = self.text, self.stop, self.g, self.published
        if m := g.year.match(text, at, stop):
            return self._year(m)
        if plain:
            return None
        if m := g.month.match(text, at, stop):
            first = _shift(today.replace(day=1), g.distance[_key(m[0])]) if today else datetime.date(2000, 1, 1)
            return _lose(_month_parts(text, m.end(), stop, first.month, first.month, first.year, strict=False), today is None)
        if m := g.week.match(text, at, stop):
            if today is None:
                return _Point(m.end(), _nothing, lost=True, shape="day")
            monday = today - today.weekday() * _DAY + 7 * g.distance[_key(m["word"])] * _DAY
            begin, length = (_WEEKDAYS.index(m["wd"]), 0) if m["wd"] else {"주말": (5, 1), "말": (3, 3), "초": (0, 2)}.get(m["part"] or "", (0, 6))
            return _fixed(m.end(), (monday + begin * _DAY, monday + (begin + length) * _DAY), "day")
        if m := g.day.match(text, at, stop):
            if today is None:
                return _Point(m.end(), _nothing, lost=True, shape="word")
            day = today + g.distance[_key(m["word"])] * _DAY
            return _fixed(m.end(), (day, day), "word")
        return None

    def _year(self, m: re.Match[str]) -> _Point | None:
        text, today = self.text, self.published
        number, lost = m["y4"] or m["y2"] or m["yb"], False
        if number:
            year = _century(number)
            if m["yb"] and today and abs(year - today.year) > 12:
                return None
        else:
            lost = today is None
            year = today.year + self.g.distance[_key(m["yw"])] if today else 2000
        named = bool(m["unit"] or m["yw"])
        at = _GAP.match(text, m.end(), self.stop)
        part = (
            self._named_part(at.end() if at else m.end(), year, "", after_year=True)
            if named or m["y2"] or text[m.end() : m.end() + 1] in (".", " ")
            else None
        )
        if part is not None:
            return _lose(part, lost)
        if not named and not m["y2"]:
            return None
        school = "학년도" in (m["unit"] or "")
        return _lose(
            _Point(m.end(), _months_maker(3, 14) if school else _months_maker(1, 12), year, shape="year", weak="" if named else "year"), lost
        )

    def _named_part(self, at: int, year: int | None, lead: str, *, after_year: bool = False) -> _Point | None:
        """A month, half, quarter, term, season, feast, or the beginning or end of a year."""
        text, stop, g = self.text, self.stop, self.g
        if m := _MONTH.match(text, at, stop):
            return _month_parts(text, m.end(), stop, int(m["m0"] or m["m"]), int(m["m"]), year, strict=True, lead=lead)
        if m := _PART.match(text, at, stop):
            if m["halfc"] and not after_year:
                return None
            return _part_point(m, year, lead)
        if after_year and (m := _YEAR_PART.match(text, at, stop)):
            return _part_point(m, year, lead)
        if (after_year or lead or year is not None) and (m := g.season.match(text, at, stop)):
            first = 3 * g.seasons[m["word"]]
            if first == 12 and not after_year and self.published and self.published.month <= 2 and year == self.published.year:
                year -= 1  # `올겨울` in January
            return _Point(m.end(), _months_maker(first, first + 2), year, lead, slack=150)
        if m := g.feast.match(text, at, stop):
            days, margin = g.feasts[_key(m["word"])], _DAY if m["days"] else 0 * _DAY

            def make(y: int, _: int) -> Range:
                if y not in days:
                    raise ValueError(f"no feast for {y}")
                return days[y] - margin, days[y] + margin

            return _Point(m.end(), make, year, lead, shape="feast", weak="" if lead or year is not None else "feast", slack=40)
        if m := _INSIDE.match(text, at, stop):
            return None if self.published is None or after_year else _Point(m.end(), _months_maker(1, 12), self.published.year, shape="month")
        return None

    def _bare_day(self, at: int, lead: str) -> _Point | None:
        m = _DATE.match(self.text, at, self.stop)
        if m is None or self.text[at].isspace():
            return None
        weekday = _weekday_of(m)
        listed = bool(self.last and self.last[0] == self.last[1] and _LISTED.fullmatch(self.text[self.last_end : at]))
        d0, d = int(m["d0"] or m["d"]), int(m["d"])
        pair = bool(m["i0"]) and not _LASTS.match(self.text, m.end(), self.stop)  # `16일~18일`, but not `3일~5일 정도`
        weak = "" if lead or weekday is not None or listed or pair else "day"
        return _Point(m.end(), lambda y, month: (datetime.date(y, month, d0), datetime.date(y, month, d)), None, lead, "month", "day", weak, weekday)


_UNITS = {"년": ("months", 12), "개월": ("months", 1), "달": ("months", 1), "주": ("days", 7), "일": ("days", 1)}
_GAP = re.compile(r"\s?\.?\s?(?:중\s)?")
_INSIDE = re.compile(r"연내(?=에|로|[^가-힣]|$)")
_WEEKDAY = re.compile(rf"(?:(?P<wd>[{_WEEKDAYS}])요일|(?P<weekend>주말))")


def _nearest(point: _Point, today: datetime.date, *, until: bool) -> Range:
    """The year of a point that has none: see the head of the module."""
    options = [r for r in (_try(point, y, 0) for y in (today.year - 1, today.year, today.year + 1)) if r is not None]
    if point.weekday is not None and options:  # a misprinted weekday does not move a date by a year
        return min(options, key=lambda r: abs((r[0] - today).days) + 150 * (r[0].weekday() != point.weekday))
    if not options:
        raise ValueError("no such day in any year")
    if point.lead == "next":
        return next((r for r in options if r[1] >= today), options[-1])
    if point.lead == "last":
        return next((r for r in reversed(options) if r[0] <= today), options[0])
    now = [r for r in options if r[0] <= today <= r[1]]
    this = now[0] if now else next((r for r in options if r[0].year == today.year), options[-1])
    if (today - this[1]).days > point.slack:
        return options[-1]
    if (this[0] - today).days > 290 and not until:
        return options[0]
    return this


def _try(point: _Point, year: int, month: int) -> Range | None:
    try:
        return point.make(year, month)
    except ValueError:
        return None


def _nothing(year: int, month: int) -> Range:
    raise ValueError(f"the day of the release is not known ({year}, {month})")


def _lose(point: _Point, lost: bool) -> _Point:
    """The point, marked where it counts from a release whose day is not known."""
    if not lost:
        return point
    return replace(point, make=_nothing, year=None, lost=True)


def _fixed(end: int, found: Range, shape: str) -> _Point:
    return _Point(end, lambda _y, _m: found, level="none", shape=shape)


def _month_parts(text: str, at: int, stop: int, m0: int, m: int, year: int | None, *, strict: bool, lead: str = "") -> _Point:
    """A month and what of it: day, third or week."""
    if m0 == m and (d := _DATE.match(text, at, stop)):
        return _Point(d.end(), _days_maker(m, int(d["d0"] or d["d"]), int(d["d"])), year, lead, shape="day", weekday=_weekday_of(d))
    if t := _THIRD.match(text, at, stop):
        first, last = {"초": (1, 10), "상": (1, 10), "중": (11, 20), "하": (21, 31), "말": (21, 31)}[t["third"][0]]
        return _Point(t.end(), _thirds_maker(m0, m, first, last), year, lead)
    if m0 == m and (w := _WEEK.match(text, at, stop)):
        return _Point(w.end(), _week_maker(m, w["nth"], w["wd"]), year, lead)
    if m0 == m and (n := _NTH_DAY.match(text, at, stop)):
        return _Point(n.end(), _nth_day_maker(m, n["nth"], _WEEKDAYS.index(n["wd"])), year, lead)
    return _Point(at, _months_maker(m0, m), year, lead, shape="month" if strict else "word")


def _part_point(m: re.Match[str], year: int | None, lead: str) -> _Point:
    groups = m.groupdict()
    if groups.get("half") or groups.get("halfc"):
        first, last, slack = (1, 6, 120) if (groups["half"] or groups["halfc"]) in "상上" else (7, 12, 120)
    elif groups.get("q"):
        first, last, slack = 3 * int(groups["q0"] or groups["q"]) - 2, 3 * int(groups["q"]), 200
    elif groups.get("term"):
        first, last, slack = (3, 8, 120) if groups["term"] == "1" else (9, 14, 120)
    else:
        first, last, slack = {"초": (1, 3, 120), "반": (5, 8, 120), "말": (12, 12, 365)}[groups["yp"][-1]]
    return _Point(m.end(), _months_maker(first, last), year, lead, slack=slack)


def _short_point(m: re.Match[str]) -> _Point:
    """The day, or month and day, that ends a range written in numbers."""
    day, weekday = int(m["d"]), _weekday_of(m)
    weak = "" if m["il"] or weekday is not None else "decimal"
    if m["m"]:
        return _Point(m.end(), _days_maker(int(m["m"]), day, day), shape="numeric", weak=weak, weekday=weekday)
    return _Point(m.end(), lambda y, month: (datetime.date(y, month, day),) * 2, level="month", shape="numeric", weak=weak, weekday=weekday)


def _weekday_of(m: re.Match[str]) -> int | None:
    name = m["wd"] or m["wdw"]
    return _WEEKDAYS.index(name) if name else None


def _inside_number(text: str, at: int) -> bool:
    """Whether the digit at `at` goes on with a number, a code or a telephone number."""
    if at == 0:
        return False
    before = text[at - 1]
    if before.isascii() and before.isalpha():
        return True
    return before in ".,-/:" and at > 1 and text[at - 2].isdigit()


def _hangul(text: str, at: int) -> bool:
    return at >= 0 and "가" <= text[at] <= "힣"


def _century(number: str) -> int:
    return int(number) if len(number) == 4 else int(number) + (2000 if int(number) < 60 else 1900)


def _months(year: int, first: int, last: int) -> Range:
    """Whole months of a year; from 13 on they are the next year's."""
    year2, month2 = year + (last - 1) // 12, (last - 1) % 12 + 1
    return datetime.date(year, first, 1), datetime.date(year2, month2, calendar.monthrange(year2, month2)[1])


def _school(year: int) -> Range:
    return _months(year, 3, 14)


def _months_maker(first: int, last: int) -> Callable[[int, int], Range]:
    return lambda y, _: _months(y, first, last if last >= first else last + 12)


def _days_maker(month: int, first: int, last: int) -> Callable[[int, int], Range]:
    return lambda y, _: (datetime.date(y, month, first), datetime.date(y, month, last))


def _thirds_maker(month0: int, month: int, first: int, last: int) -> Callable[[int, int], Range]:
    return lambda y, _: (datetime.date(y, month0, first), datetime.date(y, month, min(last, calendar.monthrange(y, month)[1])))


def _week_maker(month: int, nth: str, weekday: str | None) -> Callable[[int, int], Range]:
    def make(year: int, _: int) -> Range:
        thursday = datetime.date(year, month, 1)
        thursday += (3 - thursday.weekday()) % 7 * _DAY
        if nth == "마지막":
            thursday += 28 * _DAY if (thursday + 28 * _DAY).month == month else 21 * _DAY
        else:
            thursday += 7 * ("첫둘셋넷".index(nth[0]) if nth[0] in "첫둘셋넷" else int(nth[0]) - 1) * _DAY
        monday = thursday - 3 * _DAY
        day = monday + _WEEKDAYS.index(weekday) * _DAY if weekday else monday
        return day, day if weekday else monday + 6 * _DAY

    return make


def _nth_day_maker(month: int, nth: str, weekday: int) -> Callable[[int, int], Range]:
    """`10월 마지막 목요일`."""

    def make(year: int, _: int) -> Range:
        first = datetime.date(year, month, 1)
        day = first + (weekday - first.weekday()) % 7 * _DAY
        day += (21 + 7 * ((day + 28 * _DAY).month == month) if nth == "마지막" else 7 * "첫둘셋넷".index(nth[0])) * _DAY
        return day, day

    return make


def _shift(day: datetime.date, months: int) -> datetime.date:
    """The same day some months later, the last of the month where it has none."""
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _next_month(day: datetime.date) -> tuple[int, int]:
    return day.year + day.month // 12, day.month % 12 + 1
