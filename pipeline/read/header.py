"""The form above a release (`보도자료`, `배포일시`, `담당부서`): its date, and with care the headline below it and the issuer.

Only the header is read: at most 40 lines, up to the first line of running text. A date counts only behind its label, at the start
of the label's value, with nothing after it but what a form says (`조간부터`, `10:00`); so a date in a sentence never becomes the date of
the release.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

_LINES = 40
_CHARS = 8_000  # of the text that are looked at: forty lines of a form are far shorter

_OPEN = r"[\s\[<〈【(（○●◦ㅇ□■▪▶◇◆*※·-]*"  # marks before a label
_SENT = r"(?:자\s?료\s?)?배\s?포(?:\s?일\s?시|\s?일\s?자|\s?시\s?점|\s?일)?"
_EMBARGO = r"(?:보\s?도|공\s?개)(?:\s?일\s?시|\s?일\s?자|\s?시\s?점|\s?시\s?기|\s?일)|엠\s?바\s?고"
_LABEL = re.compile(rf"(?P<sent>{_SENT})|(?P<embargo>{_EMBARGO})")
_LABELLED = re.compile(rf"{_OPEN}(?:{_SENT}|{_EMBARGO})(?![가-힣])")
_GAP = r"[\s:：|│\])>】〉-]*"

_QUOTE = "’‘'`´＇"
_WEEKDAYS = "월화수목금토일"
_DATE = re.compile(
    rf"{_GAP}(?:[(（\[][^()（）\[\]\d]{{1,15}}[)）\]]\s*)?"  # `(온라인, 지면) 2024. 3. 5.`
    rf"(?P<year>(?:19|20)\d\d|(?P<quote>[{_QUOTE}])?\s?\d\d)\s?(?:[.\-/]|년)\s?(?P<month>\d{{1,2}})\s?(?:[.\-/]|월)\s?(?P<day>\d{{1,2}})(?!\d|:)\s?(?:일|\.)?"
    rf"\s?(?:[(（](?P<weekday>[{_WEEKDAYS}])(?:요일)?[)）])?"
)
# What may follow the date in its cell; then another label or the end of the line.
_TAIL = re.compile(
    r"(?:[\s\d:.,~∼()（）<>〈〉\[\]/|│-]|오전|오후|정오|자정|시|분|조간|석간|부터|이후|이전|즉시|보도|배포|가능|사용|까지|온라인|지면|인터넷|방송|통신|신문|매체|월|화|수|목|금|토|일|예정)*$"
)
_HALF_WIDTH = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)}
_AT_ONCE = re.compile(rf"{_GAP}(?:배\s?포\s?)?(?:후\s?)?(?:즉\s?시|수\s?시)|{_GAP}(?:\d{{1,2}}\s?[.월]\s?\d{{1,2}}|조간|석간)")
# `(이 자료는) 2024. 3. 5.(화) 조간부터 보도하여 주시기 바랍니다`: a form that names the embargo in a sentence.
_REQUEST = re.compile(r"보도\s?(?:하여|해)\s?주시기\s?바랍니다|이후\s?보도|보도\s?가능")
_REQUEST_OPEN = re.compile(r"(?:이|본|동)\s?(?:보도\s?)?자료는\s?")

_KIND = re.compile(
    r"(?:[가-힣·]+\s?)?(?:공동\s?)?(?:보\s?도|해\s?명|설\s?명|참\s?고|동\s?정|브리핑|인터뷰|기고)\s?(?:참\s?고|설\s?명|해\s?명|반\s?박)?\s?자\s?료|긴급지시|보도\s?자료문|PRESS\s?RELEASE|NEWS(?:\s?RELEASE)?",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"담\s?당|책\s?임\s?자|문\s?의|연\s?락\s?처|과\s?장|팀\s?장|국\s?장|실\s?장|센터장|사무관|서기관|주무관|연구관|제공\s?(?:부서|일)|작성\s?(?:부서|자)|배포\s?부서|부\s?서(?:명)?|뉴스배포정보|자료\s?제공|총\s?\d+\s?(?:쪽|매|페이지)|매수|페이지|첨부|붙임|사진\s?(?:있음|없음)|그림입니다|원본\s?그림"
)
_PHONE = re.compile(r"☎|☏|\bT(?:el)?[.)]|0\d{1,2}[-)‑.]\s?\d{3,4}[-‑.]\s?\d{3,4}|[\w.+-]+@[\w-]+\.\w|https?://|www\.", re.IGNORECASE)
# A sentence ends in the line, or at its end without its full stop where the line is long.
_ENDS = re.compile(r"(?:다|요|죠)\s?\.[\"'”’)\]]*(?:\s|$)|(?:음|함|임)\s?\.[\"'”’)\]\s]*$|^.{60,}다[\"'”’)\]\s]*$")
_BULLET = re.compile(r"[□■▢▣○●◎◯ㅇ◦∘▷▶▸►▹◇◆◈❍❏❑▪▫•⦁*※＊<〈【\[(（\ue000-\uf8ff]|[-–—―]|\d{1,2}[.)]\s|[①-⑳]")
# What no headline is: a row of a table, an office on its own, the opening of a sentence (`새날부(장관 김새날)는`).
_NO_HEADLINE = re.compile(
    r"[\t|]|[(（](?:장관|차관|처장|청장|위원장|원장|이사장|사장|총장|시장|도지사|군수|구청장|대표|회장|교육감|이하)[ :]|^\S{1,14}(?:담당관실?|대변인실?|[가-힣]{2}[과팀])$"
)
_RUNS_ON = re.compile(r"(?:[은는이가을를의에와과고며및로써서]|위한|위해|대한|통해|하여|밝힌|등)$")
_ISSUER_LABEL = re.compile(rf"{_OPEN}(?:발\s?표|배\s?포|제\s?공)\s?기\s?관{_GAP}(?P<name>[가-힣][가-힣·\s]{{1,28}}[가-힣])\s*$")
_BODY = r"[가-힣·]{1,20}(?:부|처|청|위원회|특별시|광역시|특별자치시|특별자치도|시청|군청|구청|도청|교육청|공사|공단|진흥원|진흥공단|연구원|재단)"
_ISSUER = re.compile(rf"(?P<name>{_BODY})(?:\s+{_KIND.pattern})?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Header:
    """What the header of a release tells; empty where it does not, or not for sure."""

    title: str = ""
    issuer: str = ""
    published: datetime.date | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    form: bool
    after_blank: bool


def read_header(text: str) -> Header:
    """Date, headline and issuer of a release.

    Args:
        text: Text, with `\\n` line ends.

    >>> read_header("보도자료\\n배포일시 2024. 3. 5.(화)\\n\\n새날시, 청년 쉼터 연다\\n\\n새날시는 쉼터를 연다고 밝혔다.")
    Header(title='새날시, 청년 쉼터 연다', issuer='', published=datetime.date(2024, 3, 5), warnings=())
    """
    rows = _rows(text[:_CHARS])
    dates = _Dates()
    lines: list[_Line] = []
    value = False  # the line above is a lone label of the form, so this one is its value
    for raw, blank in rows:
        dated = dates.take(raw)
        contact = bool(_CONTACT.match(raw.lstrip("-·*○ㅇ□<[( ")) or _PHONE.search(raw))
        form = (
            dated or contact or value or bool(_KIND.fullmatch(raw.strip("<>[]【】 "))) or bool(_ISSUER.match(raw)) or bool(_ISSUER_LABEL.match(raw))
        )
        if not form and (_ENDS.search(raw) or len(raw) > 90):
            lines.append(_Line(raw, False, blank))
            break
        value = contact and len(raw) <= 8
        lines.append(_Line(raw, form, blank))
    return Header(_title(lines), _issuer(lines), dates.published, tuple(dates.warnings))


def _rows(text: str) -> list[tuple[str, bool]]:
    """The first lines that are not blank, stripped, each with whether a blank line stands above it."""
    found: list[tuple[str, bool]] = []
    blank = True
    for raw in text.split("\n"):
        if line := raw.strip():
            found.append((line, blank))
            if len(found) == _LINES:
                break
        blank = not line
    return found


class _Dates:
    """Collects labelled dates line by line. A label alone on its line waits for its value, labels in a row for values in a row."""

    def __init__(self) -> None:
        self.sent: datetime.date | None = None
        self.embargo: datetime.date | None = None
        self.warnings: list[str] = []
        self._waiting: list[str] = []

    @property
    def published(self) -> datetime.date | None:
        """When it was sent out; else when it may be printed."""
        return self.sent or self.embargo

    def take(self, line: str) -> bool:
        """Read one line; whether it belongs to the dates of the form."""
        line = line.translate(_HALF_WIDTH)
        if self._waiting and _AT_ONCE.match(line) and _TAIL.match(line):
            self._waiting.pop(0)
            return True
        if _REQUEST.search(line) and len(line) <= 90:
            opening = _REQUEST_OPEN.match(line)
            match = _DATE.match(line, opening.end() if opening else 0)
            if match:
                self._note("embargo", match)
            return bool(match or _LABELLED.match(line) or re.match(r"배\s?포\s?즉시|즉시|[(（]", line))
        if _LABELLED.match(line):
            return self._labelled(line)
        if self._waiting:
            kind = self._waiting.pop(0)
            match = _DATE.match(line)
            if match and _TAIL.match(line, match.end()):
                self._note(kind, match)
                return True
            self._waiting.clear()
        match = _DATE.match(line)
        return bool(match and _TAIL.match(line, match.end()))

    def _labelled(self, line: str) -> bool:
        labels = list(_LABEL.finditer(line))
        self._waiting.clear() if labels[0].end() < len(line) else None
        known = False
        for label, after in zip(labels, [*labels[1:], None], strict=True):
            value = line[label.end() : after.start() if after else len(line)]
            kind = "sent" if label["sent"] else "embargo"
            match = _DATE.match(value)
            if match and _TAIL.match(value, match.end()):
                self._note(kind, match)
                known = True
            elif _AT_ONCE.match(value) and _TAIL.match(value):
                known = True
            elif not value.strip(" \t:：|│])>】〉-"):
                known = True
                if after is None:
                    self._waiting.append(kind)
        return known

    def _note(self, kind: str, match: re.Match[str]) -> None:
        year = int(re.sub(r"\D", "", match["year"]))
        try:
            date = datetime.date(year if year > 99 else 2000 + year, int(match["month"]), int(match["day"]))
        except ValueError:
            self.warnings.append(f"header date {' '.join(match[0].split())!r} is no date")
            return
        # `10. 12. 14` may be a month, a day and an hour; two digits are a year where an apostrophe or the weekday says so.
        if year < 100 and not match["quote"] and match["weekday"] != _WEEKDAYS[date.weekday()]:
            return
        if kind == "sent":
            self.sent = self.sent or date
        else:
            self.embargo = self.embargo or date


def _title(lines: list[_Line]) -> str:
    """The headline: the first line below the form; else the first line between its parts."""
    last = max((i for i, line in enumerate(lines) if line.form), default=-1)
    for i in (last + 1, next((j for j, line in enumerate(lines) if not line.form), 0)):
        if i + 1 >= len(lines) or not _headline(lines[i], lines[i + 1]):
            continue
        title, below = lines[i].text, lines[i + 1]
        goes_on = title.endswith((",", "‧", "·")) or _RUNS_ON.search(title)
        if goes_on and not below.form and len(below.text) <= 45 and not _BULLET.match(below.text) and i + 2 < len(lines):
            title = f"{title} {below.text}"
        return title
    return ""


def _headline(line: _Line, below: _Line) -> bool:
    text = line.text
    if (
        line.form
        or not 6 <= len(text) <= 90
        or not re.search("[가-힣]{2}", text)
        or _ENDS.search(text)
        or _NO_HEADLINE.search(text)
        or _BULLET.match(text)
    ):
        return False
    # Without a blank line or a bullet below, it may be the first line of a paragraph that is wrapped by hand.
    return below.after_blank or below.form or bool(_BULLET.match(below.text)) or (len(text) <= 45 and not _RUNS_ON.search(text))


def _issuer(lines: list[_Line]) -> str:
    """The body that the form names: behind its label, or alone beside `보도자료`."""
    for line in lines:
        if match := _ISSUER_LABEL.match(line.text):
            return " ".join(match["name"].split())
    top = [line.text for line in lines[:4]]
    for i, text in enumerate(top):
        match = _ISSUER.match(text)
        beside = any(_KIND.fullmatch(near) and not _ISSUER.match(near) for near in top[max(0, i - 1) : i + 2])
        if match and (beside or match["name"] != text):
            return match["name"]
    return ""
