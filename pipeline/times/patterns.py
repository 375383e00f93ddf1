"""What a time looks like: patterns of figures, and the words of `cues/times.tsv` as patterns and tables."""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.lexicon import cues, read_table
from pipeline.resources import shipped

WEEKDAYS = "월화수목금토일"
QUOTES = "’‘'`´′＇"

DASH = r"\s?[~∼～〜˜–—―-]\s?"
LIST = r"\s?[·‧ㆍ・∙•,]\s?"
M = r"(?:1[0-2]|0?[1-9])(?!\d)"
D = r"(?:3[01]|[12]\d|0?[1-9])(?!\d)"
WD = rf"(?:\s?[(（]\s?(?P<wd>[{WEEKDAYS}])(?:요일)?(?:\s?[,·][^()（）\d]{{1,8}})?\s?[)）]|\s(?P<wdw>[{WEEKDAYS}])요일)?"
Y = rf"(?:(?P<y4>(?:19|20)\d\d)|[{QUOTES}]\s?(?P<y2>\d\d))(?!\d)"
BOUND = r"(?:(?![가-힣])|(?=부터|까지|에|이|의|로|경|께|쯤|을|를|은|는|과|와|전|내|인))"

# `2026.3.1.`, `’26. 3.`, `26.3.1.`, `2026-03-01`, `3.1(일)`, `3/1일`; a bare `3.1` becomes a date only by what stands around it.
NUMERIC = re.compile(
    rf"(?:{Y}\s?\.\s?(?P<m>{M})(?:\s?\.\s?(?P<d>{D})|(?!\s?(?:월|분기|/|학기|주|\.\s?\d|,\d{{3}}|[상하]반기)))(?:\s?일)?\.?"
    rf"|(?P<iy>(?:19|20)\d\d)(?P<sep>[-/])(?P<im>{M})(?P=sep)(?P<id>{D})"
    rf"|(?P<by>[12]\d)\.\s?(?P<bm>{M})\.\s?(?P<bd>{D})\.?"
    rf"|(?P<sm>{M})(?:\.\s?|/)(?P<sd>{D})(?:\s?(?P<il>일)(?!간|\s?동안)|(?P<dot>\.))?)"
    rf"(?!\s?(?:[%％℃배조억만천점명개건톤대회원위편년도종㎡㎞월]|[kMG㎾㎿]W|km|ha\b|p\b|pp|달러|포인트|시간|[:/])|\d){WD}"
)
YEARS = re.compile(
    rf"(?:(?P<a4>20\d\d)|[{QUOTES}]\s?(?P<a2>\d\d))\s?(?P<an>년도?)?{DASH}(?:(?P<b4>20\d\d)|(?P<bq>[{QUOTES}])?\s?(?P<b2>\d\d))(?!\d)(?:\s?(?P<n>학년도|년도?))?"
    r"(?!\s?\.\s?\d|\s?\d{1,2}\s?월|\s?[상하]반기|\s?\d\s?분기|\s?[말초]|\s?[만천억%명개건월])"
)
MONTH = re.compile(rf"(?:(?P<m0>{M})(?:{DASH}|{LIST}))?(?P<m>{M})\s?월(?!드|\s?\d+\s?만\s?원)")
DATE = re.compile(
    rf"\s?(?:(?P<d0>{D})(?:(?:\s?(?P<i0>일))?{DASH}|\s?[·‧ㆍ・]\s?))?(?P<d>{D})\s?일(?!간|동안|이내|차|째|정|반|자리|분|당|씩|상|치|여|내|\s(?:동안|이내)|\s(?:간|차|째|자리|분|당|씩|내)(?=[^가-힣]|에|의|으로|$)){WD}"
)
THIRD = re.compile(rf"\s?(?P<third>초순|상순|중순|하순|초|말){BOUND}")
WEEK = re.compile(rf"\s?(?P<nth>[첫둘셋넷]째?|마지막|[1-5]째?)\s?주(?!\s?간|년|요)차?(?:\s?(?P<wd>[{WEEKDAYS}])요일)?{BOUND}")
NTH_DAY = re.compile(rf"\s?(?:의\s?)?(?P<nth>[첫둘셋넷]째?|마지막)\s?(?P<wd>[{WEEKDAYS}])요일")
PART = re.compile(
    rf"(?P<half>[상하])\s?반기|(?P<halfc>[上下](?:半期)?(?![가-힣])|[상하](?=\s?[),]))|(?:(?P<q0>[1-4])(?:{DASH}|{LIST}))?(?P<q>[1-4])\s?(?:/\s?4\s?)?분기(?![째별당])"
    r"|(?P<term>[12])\s?학기|(?P<yp>연말(?!정산|연시)|연초)"
)
YEAR_PART = re.compile(rf"(?P<yp>말|초|중반){BOUND}")
CLOCK = r"(?:,?\s?(?:(?:오전|오후|낮|밤|새벽|아침|저녁)\s?)?(?:\d{1,2}\s?시(?:(?=부터|까지|에|경|쯤|\s?\d|\s?반)|(?![가-힣]))(?:\s?\d{1,2}\s?분|\s?반)?|\d{1,2}\s?:\s?\d\d|자정|정오)(?!\d))"
CLOCKS = re.compile(rf"{CLOCK}(?P<range>(?:{DASH}|부터\s?){CLOCK})?")
MIDNIGHT = re.compile(r",?\s?(?:00?\s?시|00?:00|자정)")
SUFFIX = re.compile(
    r"\s?(?:(?P<until>까지|이전(?:까지)?)|(?P<before>전까지|전(?=에)|(?P<eve>전(?=[^가-힣]|$)))|(?P<since>부터|이후(?:부터)?|이래)"
    r"|(?P<within>중(?=에|으로|[^가-힣]|$)|(?:이내|내|안)(?=에|로|으로|[^가-힣]|$)|동안|간(?=[^가-힣]|의|에|으로|$)|사이|기간))"
)
FURTHER = re.compile(r"\*부터|\*?\s?[가-힣]{1,6}부터")  # `3월 13일 계약분부터`
BEHIND = re.compile(r"\s?(?:(?P<until>까지)|(?P<before>전까지|전(?=에))|(?P<since>부터|이후))")
NO_DAY = re.compile(
    r"\s?(?:평균|로\s?(?:단축|연장|축소|확대)|연속|만에|이상|이하|정도|가량|뒤|후|전|간|내|미만|이전|째|[을를의이가])"
)  # behind a number of days
LINK = re.compile(rf"\s?(?:부터|에서)(?:\s?{DASH})?\s?|(?P<tilde>{DASH})")
CLOSE = re.compile(r"\s?(?:까지|사이|간(?=[^가-힣]|의|에|으로|$)|동안)")
SHORT = re.compile(
    rf"(?:(?P<m>{M})\s?[./]\s?)?(?P<d>{D})(?:\s?(?P<il>일)|\.)?(?!\s?[:시/배%％℃년월만억천명개건대톤점회원]|\s?(?:주간|분기)|\.?\d){WD}"
)
GLOSS = re.compile(rf"\s?[(（](?:[{QUOTES}]?\d[\d.\s월일년]{{1,12}})(?:[(（][{WEEKDAYS}][)）])?[)）]")
DOTTED = re.compile(r"\.(?:\s|[상하](?=\s?[),]))")  # behind `’26`, where a month might stand
HEADS = re.compile(r"[)）]\s[가-힣]")  # behind `(’26`, which dates what follows
LISTED = re.compile(rf"(?:{LIST}|\s?(?:및|과|와|그리고)\s?)$")
TURNS = re.compile(r"앞서|위해|위한|맞춰|따라|따른|이후|지난|발표|[)）]")
OPENED = re.compile(r"\.?\s?[~∼～](?=\s?[)\],]|\s*$)")
LEADING = re.compile(r"(?:^|[\s(（\[:,])(?P<mark>[~∼～]\s?)$")
PROMULGATED = re.compile(
    r"공포(?:일|한\s?날|된\s?날)?(?:로부터|부터|\s?이후|\s?후)?\s?\d{1,2}\s?(?:년|개월|일)(?:이)?(?:\s?(?:후|뒤|지난|경과한|경과))?(?:\s?(?:날|시점))?(?:부터|에)?"
)
WITHIN = re.compile(rf"(?:\d{{1,2}}{DASH})?\d{{1,3}}\s?(?:년|개월|달|주|일)\s?(?:이내|내|안)(?=에(?!서))")
LASTS = re.compile(r"\s?(?:간|동안|이내|내|소요|정도|이상|가량|후|뒤)")
PLAN = re.compile(r"(?:계획|전략|로드맵|대책|방안|비전|구상|대강|사업)[’'”\"」』｣〉》]?\s?[(（]$")

UNITS = {"년": ("months", 12), "개월": ("months", 1), "달": ("months", 1), "주": ("days", 7), "일": ("days", 1)}
GAP = re.compile(r"\s?\.?\s?(?:중\s)?")
INSIDE = re.compile(r"연내(?=에|로|[^가-힣]|$)")
WEEKDAY = re.compile(rf"(?:(?P<wd>[{WEEKDAYS}])요일|(?P<weekend>주말))")

# Figures with which a time may begin. Most are none, and what follows tells: a unit of time, or what joins them to another figure of a date.
FIGURES = (
    rf"(?:(?<![0-9])(?:[0-9]+(?=\s?(?:[년월일달주]|개월|분기|학기|[./~∼～〜˜–—―·‧ㆍ・∙•-]\s?\d|,\s?\d{{1,2}}\s?[월분/]))|(?:19|20)[0-9]{{2}}(?![0-9]))"
    rf"|(?<=[{QUOTES}])[0-9]+)"
)


@dataclass(frozen=True, slots=True)
class Grammar:
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


def alternatives(forms: Iterable[str]) -> str:
    """Forms as one alternation, the longest first; a blank may be missing."""
    return "|".join(re.escape(f).replace(r"\ ", r"\s?") for f in sorted(set(forms), key=len, reverse=True))


def key(word: str) -> str:
    """A word without blanks, as the tables hold it."""
    return "".join(word.split())


@functools.cache
def read_grammar() -> Grammar:
    """The shipped words, read once a process."""
    words = cues("times")
    relative = {kind: forms for kind, forms in words.items() if kind[-2] in "+-"}
    lengths = {kind: forms for kind, forms in words.items() if "=" in kind}
    leads = {key(f): kind[5:] for kind, forms in words.items() if kind.startswith("lead_") for f in forms if kind != "lead_span"}
    seasons = {f: int(kind[6:]) for kind, forms in words.items() if kind.startswith("season") for f in forms}
    lead_forms = [f for kind, forms in words.items() if kind.startswith("lead_") for f in forms]
    feast_forms = words["seollal"] + words["chuseok"]
    days: dict[str, dict[int, datetime.date]] = {"seollal": {}, "chuseok": {}}
    for _, row in read_table(shipped("corpus", "lexicon", "cues", "times_holidays.tsv"), ("holiday", "date")):
        day = datetime.date.fromisoformat(row["date"])
        days[row["holiday"]][day.year] = day

    def unit(name: str) -> str:
        return alternatives(f for kind, forms in relative.items() if kind[:-2] == name for f in forms)

    spans = alternatives(f for forms in lengths.values() for f in forms)
    count = r"(?:\d{1,2}\s?(?:년|개월|주|일)?[~∼～-])?(?P<n>\d{1,3})\s?(?P<u>년|개월|달|주|일)"
    starts = [f for forms in relative.values() for f in forms] + lead_forms + [*feast_forms, *words["undated"], *words["phrase"]]
    return Grammar(
        # At most places one character tells that nothing begins there.
        trigger=re.compile(rf"(?=[0-9{''.join(sorted({f[0] for f in starts}))}])(?:{FIGURES}|(?<![가-힣A-Za-z])(?:{alternatives(starts)}))"),
        lead=re.compile(rf"(?P<word>{alternatives(f for f in lead_forms if key(f) in leads)})\s?"),
        year=re.compile(
            rf"(?:{Y}|(?P<yb>[1-3]\d)(?=\s?년\s?(?:\d{{1,2}}\s?월|[상하]반기|[1-4]\s?(?:/\s?4\s?)?분기|[12]\s?학기|[말초](?![가-힣])|까지|중(?![가-힣])|에는|도(?![가-힣])|도(?=에)))|(?P<yw>{unit('year')})(?!\s?만에))"
            r"(?P<unit>\s?학년도|\s?회계\s?연도|\s?년도|\s?년(?!\s?만에|간|여)|도(?=[부까에]|[^가-힣]|$))?"
        ),
        month=re.compile(unit("month")),
        week=re.compile(rf"(?P<word>{unit('week')})(?:\s?(?P<wd>[{WEEKDAYS}])요일|\s?(?P<part>주말|말|초){BOUND})?"),
        day=re.compile(rf"(?P<word>{unit('day')}){WD}"),
        season=re.compile(rf"(?P<word>{alternatives(seasons)})(?:{BOUND}|철)"),
        feast=re.compile(
            rf"(?P<word>{alternatives(feast_forms)})(?P<days>(?:\s?명절)?\s?연휴)?(?:\s?명절)?(?=까지|부터|전|이후|에|은|기간|[^가-힣]|$)"
        ),
        forward=re.compile(rf"(?:{alternatives(words['lead_span'])})\s?"),
        span=re.compile(
            rf"(?:\s?\([^()]{{1,12}}\))?\s?(?:(?:약|총|우선)\s?)*(?:{count}|(?P<w>{spans}))"
            r"(?P<how>\s?(?:간(?!격|담|호)|동안|에\s?걸쳐)|\s?(?:이내|내|안)(?=에|로|으로|[^가-힣]|$)|(?=\s|[,.]|$)(?!\s(?:주기|마다|이상|단위|연속|만에|뒤|후|전|차)))"
        ),
        undated=re.compile(rf"(?:{alternatives(words['undated'])})(?=에|로|[^가-힣]|$)"),
        particle=re.compile(rf"(?![가-힣A-Za-z0-9])|(?=(?:{alternatives(words['particle'])}))"),
        not_before=re.compile(rf"\s?(?:{alternatives(words['not_before'])})|(?:{alternatives(words['not_glued'])})"),
        not_word=re.compile(rf"(?:{alternatives(words['not_word'])})"),
        not_after=re.compile(rf"(?:^|[^가-힣])(?:{alternatives(words['not_after'])})\s?$"),
        anchor=re.compile(rf"(?:{alternatives(words['anchor'])})\s?(?:약\s?|총\s?)?$"),
        distance={key(f): int(kind[-2:]) for kind, forms in relative.items() for f in forms},
        leads=leads,
        seasons=seasons,
        lengths={key(f): (kind.partition("=")[0], int(kind.partition("=")[2])) for kind, forms in lengths.items() for f in forms},
        feasts={key(f): days[kind] for kind in days for f in words[kind]},
    )
