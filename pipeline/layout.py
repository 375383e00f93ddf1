"""Text -> blocks: what can be seen of a release's shape without knowing a word of Korean grammar.

A block is a stretch of lines that belong together (a paragraph, a bullet, a heading line, a row of a flattened table), with the
lines that the source wrapped in mid-sentence joined. Blocks cover every character that is not white space, in order, without
overlap. Sentences are cut inside blocks later (`units`), so that the morphological analyser never sees two paragraphs as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

BULLETS = "□■▢▣○●◎◯ㅇ◦∘⚬◌▷▶▸►‣▹◇◆◈❍❏❑▪▫•⦁∙‧·ㆍ・-–—―－▲△▴▵▼▽*＊※☞⇒➡→√✓✔☑➊➋➌➀➁➂￭⊙⚫⚪🔹"
_BULLET = re.compile(
    rf"[ \t\u00a0\u3000]*(?:[{re.escape(BULLETS)}\ue000-\uf8ff]+(?![\d.]+%)|[①-⑳❶-❿㉮-㉻]|[oO](?=[ \t])|\d{{1,2}}[.)](?=[ \t])|[가-하][.)](?=[ \t])|[(（]\d{{1,2}}[)）](?=[ \t])|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ][.]?(?=[ \t]))"
)
_ORDINAL = re.compile(r"[ \t\u00a0]*(?:\d{1,2}[.)]|[가-하][.)]|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ][.]?|[①-⑳❶-❿])[ \t]*")

# A line that ends a sentence: final ending or nominal ending with a mark, or any closing mark.
_ENDED = re.compile(r"(?:[.!?。…:;]|[다요죠음함임됨것])[\"'”’」』)\]〉》>*\s]*$")
# A line that visibly goes on: a comma, a particle, a connective or a modifier stands last.
_GOES_ON = re.compile(r"(?:[,·‧∙(（\[“‘「『/]|[은는을를의에와과고며및로써서인한된할될하여해게도나]|위한|위해|대한|부터|까지|등)$")
_SURELY = re.compile(r"(?:,|부터|까지|에서|하고|하며|위해|위한|대한)$")
_BRACKETED = re.compile(r"\s*(?:[<＜〈《≪【\[［「『｢〔(（]).*(?:[>＞〉》≫】\]］」』｣〕)）])\s*[*:]?\s*$")

_BOILERPLATE = re.compile(
    r"""\s*(?:[-*※▲△☞○ㅇ□<〈【\[(（#]|\d\.)*\s*(?:
      (?:붙\s?임|첨\s?부|별\s?첨|별\s?지|참고\s?자료|별도\s?첨부)(?:\s*(?:\d|[:：.\])>)】＞〉]|자료|문서|파일|물|$)|\s+[^은는이가을를]{0,60}$)
    | (?:담당\s?(?:부서|자|과장|기관)|책\s?임\s?자|문\s?의\s?처?|연락처|자료\s?문의|취재\s?문의|기사\s?문의|보도자료\s?문의|제공\s?부서|작성\s?부서|배포\s?부서)\s*(?:[:：(（<]|$|[^은는이가을를]{0,50}\d{2,4}[-‑)·]\s?\d{3,4})
    | (?:보도\s?(?:시점|일시|일자)|배포\s?(?:일시|시점|일)|엠바고|즉시\s?보도|이\s?보도자료는|이\s?자료는|본\s?(?:보도\s?)?자료는|자료\s?제공|사진\s?(?:설명|제공|출처|자료)|\[?사진\s?\d*\]|첨부/링크|영문\s?보도자료|무단\s?전재|저작권|[ⓒ©]|copyright|공공누리)
    | https?://|www\.|[☎☏📞]|[\w.+-]+@[\w-]+\.[\w.]+\s*$
    | \[[^\]]*\]\(https?://
    | [-~∼]?\s*(?:끝|이상)\s*[-~∼.]*\s*$
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_PHONE = re.compile(r"[(（☎☏:]?\s*(?:0\d{1,2}[-‑.)∼]\s?\d{3,4}[-‑.]\s?\d{4}|1[5-8]\d\d[-‑]\d{4})")
_FINAL = re.compile(r"다[.\"'”’)\s]*$|[가-힣]요[.\"'”’)\s]*$")
_CELL = re.compile(r"[\s\d.,%()+\-~∼△▲▽▼:/*’'‘’]*$")


_FORM = re.compile(
    r"(?:보\s?도\s?(?:자\s?료|참\s?고\s?자\s?료|설\s?명\s?자\s?료|해\s?명\s?자\s?료)|뉴스배포정보|자료배포|담당부서|페이지\s?수|배포\s?일시|보도\s?일시|보도시점)[^가-힣]*.{0,20}$"
)
_PAGES = re.compile(r"총\s*\d+\s*쪽")


@dataclass(frozen=True, slots=True)
class Block:
    """Offsets of a block, trimmed of white space, and what kind its shape suggests."""

    start: int
    end: int
    kind: str  # title, heading, sentence, bullet, boilerplate or table


@dataclass(slots=True)
class _Line:
    start: int
    end: int
    text: str
    after_blank: bool


def blocks(text: str) -> list[Block]:
    """Cut `text` into blocks.

    >>> [(b.kind, "□ 새날시는\\n쉼터를 연다.\\n - 3월 예정"[b.start : b.end]) for b in blocks("□ 새날시는\\n쉼터를 연다.\\n - 3월 예정")]
    [('bullet', '□ 새날시는\\n쉼터를 연다.'), ('bullet', '- 3월 예정')]
    """
    groups = list(_joined(list(_lines(text))))
    kinds = [_kind(text[g[0].start : g[-1].end]) for g in groups]
    _mark_header(groups, kinds, text)
    _mark_tables(groups, kinds, text)
    _mark_titles(groups, kinds, text)
    return [Block(g[0].start, g[-1].end, kind) for g, kind in zip(groups, kinds, strict=True)]


def bullet_end(text: str) -> int:
    """Length of the bullet mark that opens `text`, 0 where there is none.

    >>> bullet_end("□ 새날시"), bullet_end("-3.5% 감소"), bullet_end("새날시")
    (1, 0, 0)
    """
    match = _BULLET.match(text)
    return match.end() if match else 0


def _lines(text: str) -> Iterator[_Line]:
    at, blank = 0, True
    for raw in text.split("\n"):
        stripped = raw.strip()
        if stripped:
            start = at + len(raw) - len(raw.lstrip())
            yield _Line(start, start + len(stripped), stripped, blank)
        blank = not stripped
        at += len(raw) + 1


def _joined(lines: list[_Line]) -> Iterator[list[_Line]]:
    """Groups of lines, each a paragraph whose wrapped lines belong together."""
    group: list[_Line] = []
    for line in lines:
        if group and not _wraps(group[-1], line, lines[0].start):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _wraps(first: _Line, second: _Line, top: int) -> bool:
    if second.after_blank or bullet_end(second.text) or _BOILERPLATE.match(second.text) or _BOILERPLATE.match(first.text):
        return False
    if _BRACKETED.match(first.text) or _BRACKETED.match(second.text) or "\t" in first.text or "\t" in second.text:
        return False
    if _ENDED.search(first.text):
        return False
    if len(first.text) >= 40:
        return True
    if first.start == top and not bullet_end(first.text):
        return bool(_SURELY.search(first.text))  # a headline is short and ends anyhow
    return bool(_GOES_ON.search(first.text)) and (bullet_end(first.text) > 0 or (len(first.text) >= 6 and len(second.text) >= 6))


def _kind(text: str) -> str:
    if _BOILERPLATE.match(text) or (_PHONE.search(text) and not _FINAL.search(text) and len(text) < 120):
        return "boilerplate"
    if "\t" in text or text.count("|") >= 2 or (text.count("│") >= 1):
        return "table"
    mark = bullet_end(text)
    body = text[mark:].strip()
    if not body:
        return "bullet"
    if _BRACKETED.match(text) and len(text) <= 60 and not text.startswith(("(", "（")) and not _FINAL.search(text.rstrip(">＞〉》≫】]］」』｣〕)） ")):
        return "heading"
    if mark and text[0] not in "-–*※＊" and len(body) <= 24 and _topic(body):
        return "heading"
    if _ORDINAL.match(text) and len(body) <= 30 and _topic(body):
        return "heading"
    return "bullet" if mark else "sentence"


_TOPIC = re.compile(
    r"(?:개요|배경|내용|현황|계획|방향|경과|결과|사항|절차|일정|방법|대상|과제|전략|목적|목표|의의|효과|성과|사례|특징|분야|구성|체계|일시|일정표|방안|요약|추진경과|질의응답)(?:\s*\([^)]*\))?\s*[:：]?$"
)


def _topic(body: str) -> bool:
    return bool(_TOPIC.search(body)) and "," not in body


def _mark_header(groups: list[list[_Line]], kinds: list[str], text: str) -> None:
    """The form above the headline (`보도자료`, `배포일시`, `담당부서`, telephone numbers) is boilerplate as a whole."""
    top = [text[g[0].start : g[-1].end] for g in groups[:40]]
    if not top or not _FORM.match(top[0]):
        return
    last = 0
    for i, body in enumerate(top):
        if len(body) > 60 or (_FINAL.search(body) and i > 1 and kinds[i] != "boilerplate"):
            break
        if kinds[i] == "boilerplate" or _FORM.match(body):
            last = i + 1 if _PAGES.match(body) else i
    kinds[: last + 1] = ["boilerplate"] * len(kinds[: last + 1])


def _mark_tables(groups: list[list[_Line]], kinds: list[str], text: str) -> None:
    """Three or more short unmarked lines in a row that end nothing are cells of a flattened table; a lone one is a heading."""

    def cell(i: int) -> bool:
        body = text[groups[i][0].start : groups[i][-1].end]
        if kinds[i] == "table":
            return True
        if kinds[i] in ("boilerplate", "heading") or len(groups[i]) > 1:
            return False
        return bool(_CELL.match(body)) or (len(body) <= 30 and not bullet_end(body) and not _ENDED.search(body))

    def short(i: int) -> bool:
        body = text[groups[i][0].start : groups[i][-1].end]
        return kinds[i] in ("sentence", "bullet", "heading") and len(body) <= 20 and not _FINAL.search(body)

    i = 0
    while i < len(groups):
        j = i
        while j < len(groups) and cell(j):
            j += 1
        if j - i >= 3 and i > 0:
            kinds[i:j] = ["table"] * (j - i)
        elif j == i:
            j += 1
        i = j
    for i in range(1, len(groups) - 1):
        if (kinds[i - 1] == kinds[i + 1] == "table" and short(i)) or (cell(i) and kinds[i] == "sentence" and "table" in (kinds[i - 1], kinds[i + 1])):
            kinds[i] = "table"
        elif cell(i) and kinds[i] == "sentence" and len(text[groups[i][0].start : groups[i][-1].end]) >= 4:
            kinds[i] = "heading"


def _mark_titles(groups: list[list[_Line]], kinds: list[str], text: str) -> None:
    """Lines above the lead that end no sentence are title and subtitles."""
    first = lead = next((i for i, kind in enumerate(kinds) if kind != "boilerplate"), 0)
    while lead < len(groups) and lead < first + 6:
        body = text[groups[lead][0].start : groups[lead][-1].end]
        plain = body.strip(BULLETS + " \t")
        ended = bool(re.search(r"다\s?[.]|[습니]다|[.]$", body)) or (len(body) > 90)
        if kinds[lead] not in ("sentence", "bullet", "heading") or ended or not plain:
            break
        lead += 1
    # Without a lead below them they are a list or a table, not a headline.
    if first < lead < len(groups) and any(len(text[g[0].start : g[-1].end]) > 40 for g in groups[lead : lead + 3]):
        kinds[first:lead] = ["title"] * (lead - first)
