"""The day of a release that comes without metadata: from the line at its head or foot that says when it was given out."""

from __future__ import annotations

import datetime
import re

_ZONE = 700  # characters at the head and at the foot
_DAY = r"(?P<y>20\d\d)\s?(?:\.|년|-|/)\s?(?P<m>1[0-2]|0?[1-9])\s?(?:\.|월|-|/)\s?(?P<d>3[01]|[12]\d|0?[1-9])(?!\d)"
_GIVEN_OUT = re.compile(rf"(?:배포|보도|제공|작성|Release\]?)\s?(?:일시|시점|일자|일|자료)?[^\n]{{0,24}}?{_DAY}")
_THEN_GIVEN = re.compile(rf"{_DAY}[^\n]{{0,24}}(?:배포|보도|제공|조간|작성)")
_DATELINE = re.compile(rf"\([^()\n]{{0,8}}{_DAY}일?[^()\n]{{0,8}}\)")  # `(서울=2026년 3월 2일)`
_SAID = re.compile(rf"{_DAY}일?\s?(?:밝혔|발표했|전했)")
_ALONE = re.compile(rf"^\W{{0,4}}{_DAY}[^\n가-힣]{{0,8}}(?:[월화수목금토일]요일|\([월화수목금토일]\))?[^\n]{{0,40}}$", re.MULTILINE)
_PATTERNS = (_GIVEN_OUT, _THEN_GIVEN, _DATELINE, _SAID, _ALONE)


def release_day(text: str) -> datetime.date | None:
    """The day, or None where no line names it.

    >>> release_day("배포일시 2026. 3. 2.(월) | 담당 새날과\\n\\n새날시, 쉼터 연다")
    datetime.date(2026, 3, 2)
    """
    for zone in (text[:_ZONE], text[-_ZONE:]):
        for pattern in _PATTERNS:
            match = pattern.search(zone)
            if match:
                try:
                    return datetime.date(int(match["y"]), int(match["m"]), int(match["d"]))
                except ValueError:
                    continue
    return None
