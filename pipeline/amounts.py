"""Korean money and counts -> numbers: `1조 2,500억 원`, `팀당 최대 5천만원`, `20여 곳`, `3만 5천 명`.

No kept library does this: num2words only writes numbers in Korean, and the Python side of Recognizers-Text has no Korean. The grammar is
small: a number, scales (십 백 천, then 만 억 조), a unit. What decides is the unit, and it stands in
`cues/amounts.tsv`: without 원 or a currency a number is no money (but `100억 규모` is), and without a counting unit it is no count.

A span runs from the first figure to the unit; `최대`, `약`, `팀당` lie outside and are reported as `bound` and `per`. Of a range the upper end
counts. `500만 원에서 700만 원으로` is a change and yields two sums.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pipeline.lexicon import cues

_DASH = r"\s?[~∼～〜˜–—―-]\s?"
# Bounded, so that a flattened table of figures costs no more than its length.
_N = r"(?:\d{1,3}(?:,\d{3}){1,5}|\d{1,15})(?:\.\d{1,9})?(?!\d|[.,]\d)"
_S = r"(?:[십백천]\s?(?=[만억조])[만억조]|[십백천만억조])"
_MIXED = rf"(?:(?:{_N}\s?여?\s?{_S}(?:\s?(?=\d))?){{1,8}}(?:\d{{1,3}},\d{{3}}(?![\d,])|\d{{3,4}}(?![\d,]))?|{_N})"
_SCALE = {"십": 10, "백": 100, "천": 1000}
_BIG = {"만": 10**4, "억": 10**8, "조": 10**12}
_FIGURES = {c: i for i, c in enumerate("일이삼사오육칠팔구", 1)}
_GOES_ON = r"[,.]\d|\s{0,2}[여십백천만억조~∼～〜˜–—―"  # what may follow the first figures of a number with a unit, besides the unit
_SPELLED = re.compile(r"(?=[일이삼사오육칠팔구천백십])(?P<num>(?:[일이삼사오육칠팔구]?[천백십]){1,3}[만억]|[일이삼사오육칠팔구]억)\s?원")
_SPELLED_END = re.compile(r"[만억]\s?원")


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money: its offsets, won (None: foreign), the unit that it is per (`팀`) and how it is bounded (max, min, about)."""

    start: int
    end: int
    krw: int | None
    per: str
    bound: str


@dataclass(frozen=True, slots=True)
class Count:
    """A count: its offsets, the number in figures and the unit."""

    start: int
    end: int
    number: str
    unit: str


def find_money(text: str, start: int = 0, end: int | None = None) -> list[Amount]:
    """Sums of money in `text[start:end]`, in order.

    >>> [(a.krw, a.per, a.bound) for a in find_money("새싹 팀당 최대 5천만원, 모두 1조 2,500억 원을 쓴다")]
    [(50000000, '팀', 'max'), (1250000000000, '', '')]
    """
    stop = len(text) if end is None else end
    g = _grammar()
    found: list[Amount] = []
    match = g.sums.search(text, start, stop)
    while match is not None:
        at = match.end()
        if not _inside_number(text, match.start()):
            amount = _sum(g, text, start, match.start(), stop)
            if amount is not None:
                found.append(amount)
                at = amount.end
        match = g.sums.search(text, at, stop)
    for match in _SPELLED.finditer(text, start, stop) if _SPELLED_END.search(text, start, stop) else ():
        before = text[match.start() - 1 : match.start()]
        if not _hangul(text, match.start() - 1) and not before.isdigit() and not g.not_won.match(text, match.end(), stop):
            per, bound = _context(g, text, start, match.start(), match.end(), stop)
            found.append(Amount(match.start(), match.end(), int(_value(match["num"]) or 0), per, bound))
    return sorted(found, key=lambda a: a.start) if len(found) > 1 else found


def find_counts(text: str, start: int = 0, end: int | None = None) -> list[Count]:
    """Counts with their unit in `text[start:end]`, in order; no money, dates, ordinals, rates or percentages.

    >>> [(c.number, c.unit) for c in find_counts("쉼터 20여 곳에서 3만 5천 명을, 제3회 대회에서 1,000개사를 돕는다")]
    [('20', '곳'), ('35000', '명'), ('1000', '개사')]
    """
    stop = len(text) if end is None else end
    g = _grammar()
    found: list[Count] = []
    match = g.counts.search(text, start, stop)
    while match is not None:
        at = match.end()
        if not _inside_number(text, match.start()):
            count = _count(g, text, match.start(), stop)
            if count is not None:
                found.append(count)
                at = count.end
        match = g.counts.search(text, at, stop)
    for match in g.worded.finditer(text, start, stop):
        if not _hangul(text, match.start() - 1):
            found.append(Count(match.start(), match.end(), g.words[match["word"]], match["unit"]))
    return sorted(found, key=lambda c: c.start) if len(found) > 1 else found


@dataclass(frozen=True, slots=True)
class _Grammar:
    """The words of `cues/amounts.tsv` as patterns; `sums` and `counts` find the figures with which one may begin, for most are of something else."""

    sums: re.Pattern[str]
    counts: re.Pattern[str]
    money: re.Pattern[str]
    signed: re.Pattern[str]
    won_sign: re.Pattern[str]
    bare: re.Pattern[str]
    not_won: re.Pattern[str]
    before: dict[str, re.Pattern[str]]
    after: dict[str, re.Pattern[str]]
    per: re.Pattern[str]
    not_per: frozenset[str]
    each: re.Pattern[str]
    each_names: dict[str, str]
    count: re.Pattern[str]
    supply: re.Pattern[str]
    machine: re.Pattern[str]
    size: re.Pattern[str]
    measures: frozenset[str]
    big: frozenset[str]
    huge: frozenset[str]
    named: frozenset[str]
    worded: re.Pattern[str]
    words: dict[str, str]


def _any(forms: Iterable[str]) -> str:
    return "|".join(re.escape(f).replace(r"\ ", r"\s?") for f in sorted(set(forms), key=len, reverse=True))


def _one_of(characters: Iterable[str]) -> str:
    """The characters as they stand in a class of a pattern, each once."""
    return re.escape("".join(sorted(set(characters))))


@functools.cache
def _grammar() -> _Grammar:
    words = cues("amounts")
    currency = rf"(?:(?:{_any(words['country'])})\s?)?(?:{_any(words['currency'])})"
    glued = rf"(?:(?![가-힣A-Za-z㎡㎥]|/s)|(?={_any(words['particle'])}))"
    fill = rf"(?:(?:{_any(words['filler'])})\s?)*"
    each = {f: kind[4:] for kind, forms in words.items() if kind.startswith("per_") for f in forms}
    numbers = {f: kind[5:] for kind, forms in words.items() if kind.startswith("word=") for f in forms}
    counted = words["measure"] + words["unit"] + words["unit_big"] + words["unit_huge"]
    units = _any(counted)
    # A sum ends in its currency, is changed (`에서`, `부터`) or stands behind a sign.
    follows = _one_of([*"원에부", *(f[0] for f in words["country"] + words["currency"])])
    signs = _one_of(f[-1] for f in words["currency_sign"] + words["won_sign"])
    return _Grammar(
        sums=re.compile(rf"[0-9](?:(?=[0-9]*(?:{_GOES_ON}{follows}-]))|(?<=[{signs}][0-9])|(?<=[{signs}]\s[0-9]))[0-9]*"),
        counts=re.compile(rf"[0-9]+(?={_GOES_ON}{_one_of(f[0] for f in counted)}-])"),
        money=re.compile(
            rf"(?:(?P<low>{_MIXED})\s?(?:원|{currency})?(?:{_DASH}|에서\s?|부터\s?(?=[^원]{{1,20}}원\s?까지)))?(?P<num>{_MIXED})\s?(?P<yeo>여)?\s?(?:(?P<won>원)|(?P<cur>{currency}){glued})"
        ),
        signed=re.compile(rf"(?:{_any(words['currency_sign'])})\s?$"),
        won_sign=re.compile(rf"(?:{_any(words['won_sign'])})\s?$"),
        bare=re.compile(
            rf"(?P<low>{_MIXED}{_DASH})?(?P<num>{_MIXED})(?:(?<=[억조])\s?(?P<yeo>여)?(?=\s?(?:{_any(words['won_context'])}))|(?<=억)(?=[)）]))"
        ),
        not_won=re.compile(_any(words["not_won"])),
        before={
            bound: re.compile(rf"(?<![가-힣])(?:{_any(words[bound])})\s?(?:(?:월|연|연간|매월|매년|총)\s?)?$") for bound in ("max", "min", "about")
        },
        after={bound: re.compile(rf"\s?(?:{_any(words[f'after_{bound}'])})") for bound in ("max", "min", "about")},
        per=re.compile(rf"(?:1\s?)?(?P<per>\d*[가-힣A-Za-z㎏㎡㎥㎘]{{1,6}})당\s?{fill}$"),
        not_per=frozenset(words["not_per"]),
        each=re.compile(rf"(?:^|[\s(（,·])(?P<word>{_any(each)})\s?{fill}$"),
        each_names=each,
        count=re.compile(rf"(?:(?P<low>{_MIXED})\s?(?:{units})?{_DASH})?(?P<num>{_MIXED})\s?(?P<yeo>여)?\s?(?P<unit>{units}){glued}"),
        supply=re.compile(rf"\s?(?:{_any(words['supply'])})"),
        size=re.compile(rf"\s?(?:{_any(words['size'])})"),
        machine=re.compile(rf"(?:{_any(words['machine'])})[)’'”\"]?\s?(?:등\s?)?(?:(?:총|약|각|최대)\s?)?$"),
        measures=frozenset(words["measure"]),
        big=frozenset(words["unit_big"]),
        huge=frozenset(words["unit_huge"]),
        named=frozenset(words["unit_named"]),
        worded=re.compile(rf"(?P<word>{_any(numbers)})\s(?P<unit>{_any(words['word_unit'])}){glued}(?! 토끼)"),
        words=numbers,
    )


def _sum(g: _Grammar, text: str, start: int, at: int, stop: int) -> Amount | None:
    """The sum whose first figure is at `at`."""
    for signs, foreign in ((g.signed, True), (g.won_sign, False)):
        sign = signs.search(text, max(start, at - 5), at)
        if sign:
            m = _SIGNED_NUMBER.match(text, at, stop)
            return _amount(g, text, start, sign.start(), m, stop, foreign=foreign) if m else None
    m = g.money.match(text, at, stop)
    if m is not None and m["low"] and "에서" in text[m.end("low") : m.start("num")] and _BECOMES.match(text, m.end(), stop):
        # A change, not a range: first what it was, then, in the next turn, what it becomes.
        m = g.money.match(text, at, m.start("num"))
    if m is not None and m["cur"]:
        return None if m["cur"] == "불" and len(m["num"]) == 1 else _amount(g, text, start, at, m, stop, foreign=True)  # `3불 정책`
    if m is None or not _is_won(g, text, m, stop):
        m = g.bare.match(text, at, stop)
    return _amount(g, text, start, at, m, stop, foreign=False) if m else None


def _amount(g: _Grammar, text: str, start: int, at: int, m: re.Match[str], stop: int, *, foreign: bool) -> Amount | None:
    value, low = _value(m["num"]), _value(m.groupdict().get("low") or "")
    if value is None:
        return None
    end = m.start() + len(m[0].rstrip())
    per, bound = _context(g, text, start, at, end, stop)
    about = "about" if "여" in m[0] else ""
    return Amount(at, end, None if foreign else int(max(value, low or value)), per, bound or about)


_SIGNED_NUMBER = re.compile(rf"(?P<num>{_MIXED})(?:\s?(?:million|billion|trillion|[mMbB]n?\b))?")
_BECOMES = re.compile(r"\s?(?:으로|로)")


def _is_won(g: _Grammar, text: str, m: re.Match[str], stop: int) -> bool:
    """Whether the 원 after the number is the currency (`100원인` may be `원인`, `5억 원인` is not)."""
    word = g.not_won.match(text, m.end(), stop)
    return word is None or (word[0] == "인" and not m["num"].isdigit())


def _context(g: _Grammar, text: str, start: int, at: int, end: int, stop: int) -> tuple[str, str]:
    """What the sum is per, and how it is bounded."""
    low = max(start, at - 20)
    per = ""
    if (m := g.per.search(text, low, at)) and m["per"] not in g.not_per:
        per = m["per"]
    elif m := g.each.search(text, low, at):
        per = g.each_names[m["word"]]
    elif m := _SLASH.match(text, end, stop):
        per = m["per"]
    for bound in ("max", "min", "about"):
        if g.before[bound].search(text, low, at) or g.after[bound].match(text, end, stop):
            return per, bound
    return per, ""


_SLASH = re.compile(r"\s?/\s?(?P<per>[A-Za-z㎏㎡㎥㎘]{1,4}|[가-힣]{1,4}?(?=[을를이가은는의에로]?(?![가-힣])))")


def _count(g: _Grammar, text: str, at: int, stop: int) -> Count | None:
    """The count whose first figure is at `at`."""
    if _ORDINAL.search(text, max(0, at - 3), at):
        return None
    m = g.count.match(text, at, stop)
    if m is None:
        return None
    low, value = _value(m["low"] or ""), _value(m["num"])
    if value is None:
        return None
    unit, scaled = "".join(m["unit"].split()), bool(m["yeo"] or _SCALED.search(m["num"]))
    if _YEAR.match(m[0]) or (unit == "인" and g.size.match(text, m.end(), stop)):
        return None
    if value % 1 and unit not in g.measures:  # `1.5명` is a mean
        return None
    if unit in g.big and not scaled and value < 10:
        return None
    if unit in g.huge and not scaled and value < 1000 and not _supplied(g, text, at, m.end(), stop, unit, value):
        return None
    return Count(at, m.end(), _figures(max(value, low or value)), unit)


def _supplied(g: _Grammar, text: str, at: int, end: int, stop: int, unit: str, value: Decimal) -> bool:
    """Whether what stands around a small number shows that it counts: `버스 50대`, `15대 도입`, but not `20대 지원`, `5대 은행`."""
    if unit == "대" and g.machine.search(text, max(0, at - 12), at):
        return True
    age = unit == "대" and value < 100 and value % 10 == 0
    named = unit in g.named and value < 100 and _hangul(text, end)
    return not age and not named and not _hangul(text, at - 1) and g.supply.match(text, end, stop) is not None


_ORDINAL = re.compile(r"제\s?$")
_YEAR = re.compile(r"(?:19|20)\d\d\s")  # `2030 대학생`
_SCALED = re.compile(r"[,여십백천만억조]")


def _value(number: str) -> Decimal | None:
    """The number that figures and scales make; None where the scales do not fall (`3만 5억`).

    >>> _value("1조 2,500억"), _value("3억5천만"), _value("1.5"), _value("1,234백만")
    (Decimal('1250000000000'), Decimal('350000000'), Decimal('1.5'), Decimal('1234000000'))
    """
    total, section, figure = Decimal(0), Decimal(0), None
    limit = 10**16
    for c in re.findall(r"\d[\d,]*(?:\.\d+)?|[십백천만억조일이삼사오육칠팔구]", number):
        if c in _SCALE:
            section += (Decimal(1) if figure is None else figure) * _SCALE[c]
            figure = None
        elif c in _BIG:
            section += figure or 0
            if _BIG[c] >= limit or not section:
                return None
            total, section, figure, limit = total + section * _BIG[c], Decimal(0), None, _BIG[c]
        else:
            figure = Decimal(_FIGURES[c]) if c in _FIGURES else Decimal(c.replace(",", ""))
    return total + section + (figure or 0) if number else None


def _figures(value: Decimal) -> str:
    """The number without an exponent; decimals stay as they are written.

    >>> _figures(Decimal("35000")), _figures(Decimal("3.0")), _figures(Decimal("1.5") * 10000)
    ('35000', '3.0', '15000')
    """
    return format(value.normalize() if value == value.to_integral_value() and value >= 10 else value, "f")


def _inside_number(text: str, at: int) -> bool:
    """Whether the figure at `at` goes on with a number or a code (`1.5`, `A4`, `02-123`)."""
    if at == 0:
        return False
    before = text[at - 1]
    return (before.isascii() and before.isalpha()) or (before in ".,-/:" and at > 1 and text[at - 2].isdigit())


def _hangul(text: str, at: int) -> bool:
    return 0 <= at < len(text) and "가" <= text[at] <= "힣"
