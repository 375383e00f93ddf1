"""Blocks -> units: sentences inside paragraphs and bullets, as the codebook cuts them (section 1).

Kiwi says where it thinks a sentence begins; what the shape of a release makes of that is decided here: no cut inside a quotation
or parentheses, none without a closing mark, and one after a nominal ending that Kiwi takes for the middle of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.component import Component
from pipeline.layout import bullet_end
from pipeline.schema import UnitData
from pipeline.sheet import Sheet

_WHOLE = frozenset({"title", "heading", "table", "boilerplate"})  # kinds of blocks that are one unit
_QUOTES = re.compile(r"“[^“”]{0,2000}”|‘[^‘’]{0,2000}’|「[^「」]{0,300}」|｢[^｢｣]{0,300}｣|\"[^\"]{0,2000}\"|\([^()]{0,600}\)|\[[^\[\]]{0,600}\]")
_CLOSED = re.compile(r"(?:[.!。…]|(?<=[까나가요지니죠냐])\?)(?:\([^()]{1,40}\))?['\"”’)\]」>*]*\s*$")
# A full stop after Hangul ends a sentence also where the ending is nominal; digits and Latin letters are left to Kiwi.
# A question mark also stands where a rare character was lost, so it needs an ending that asks.
_STOP = re.compile(r"(?:(?<=[가-힣)\]”’\"'%])[.!]|(?<=[까나가요지니죠냐])\?)(?:\([^()]{1,40}\))?['\"”’)\]]*\s+(?=\S)")
_CARRIES_ON = re.compile(r"(?:이?라[고며는]|[고며는은]\s|면서|하[고며]|등\s|끝[.\s)>]|[<(〈]\s*끝)")
_END_NOTE = re.compile(r"끝\s*[.)>]")


def starts(text: str, begin: int, end: int, breaks: Sequence[int]) -> list[int]:
    """Offsets at which the units of the block `text[begin:end]` start, `begin` first.

    Args:
        text: the document.
        begin, end: the block.
        breaks: offsets in the block at which the analyser begins a sentence.

    >>> text = '“돕겠다. 곧 연다.”라고 했다. 신청 접수 중. 이상이다.'
    >>> [text[i:] for i in starts(text, 0, len(text), [0, 6])][1:]
    ['신청 접수 중. 이상이다.', '이상이다.']
    """
    shut = [(m.start() + begin, m.end() + begin) for m in _QUOTES.finditer(text[begin:end])]
    marks = {m.end() + begin for m in _STOP.finditer(text[begin:end])}
    found = [begin]
    first = begin + bullet_end(text[begin:end])
    for at in sorted(marks.union(breaks)):
        if not first < at < end or any(a < at < b for a, b in shut):
            continue
        if not _CLOSED.search(text, max(begin, at - 60), at) or _CARRIES_ON.match(text, at) or _END_NOTE.match(text, at):
            continue
        if at - found[-1] < 2 or not any(c.isalnum() for c in text[found[-1] : at]):
            continue
        found.append(at)
    return found


class Units(Component[list[UnitData]]):
    """Cuts a release into units.

    Writes `units`. In spaCy: `doc._.units`, and the sentence starts of the Doc, so that `doc.sents` are the units.

    >>> import pipeline
    >>> doc = pipeline.load()("□ 새날시는 쉼터를 연다. 또 늘린다.")
    >>> [(u["kind"], doc.text[u["start"] : u["end"]]) for u in doc._.units]
    [('bullet', '□ 새날시는 쉼터를 연다.'), ('sentence', '또 늘린다.')]
    """

    def predict(self, sheets: Sequence[Sheet]) -> list[list[UnitData]]:
        """The units of each release, with their kind and section; nothing else is known yet."""
        return [list(_units(sheet)) for sheet in sheets]

    def set_annotations(self, sheets: Sequence[Sheet], predictions: Sequence[list[UnitData]]) -> None:
        """Write `units`."""
        for sheet, units in zip(sheets, predictions, strict=True):
            sheet["units"] = units


def _units(sheet: Sheet) -> Iterator[UnitData]:
    text = sheet["text"]
    tokens = frozenset(sheet["morphemes"]["start"])
    breaks: list[int] = sheet["breaks"]
    section: int | None = None
    number = at = 0
    for begin, end, kind in sheet["blocks"]:
        inside = []
        while at < len(breaks) and breaks[at] < end:
            inside.append(breaks[at])
            at += 1
        cuts = [begin] if kind in _WHOLE else [i for i in starts(text, begin, end, inside) if i in tokens or i == begin]
        for n, (a, b) in enumerate(pairwise([*cuts, end])):
            b = a + len(text[a:b].rstrip())
            # The first unit of a bullet keeps its mark and kind; what follows in the line is a sentence.
            this = "sentence" if kind == "bullet" and n else kind
            if this == "heading":
                section = number
            yield UnitData(
                start=a,
                end=b,
                kind=this,
                section=None if this in ("title", "heading", "boilerplate") else section,
                status="none",
                status_confidence=None,
                category="none",
                category_confidence=None,
                secondary=[],
                speaker="",
            )
            number += 1
