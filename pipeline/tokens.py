"""Sheet -> tokens that names are made of, coded for the tagger.

Kiwi's morphemes overlap where two share a syllable, and a name may end inside one (`통계청|장`): tokens partition the surface, and nouns
are cut again before a fused title and where a name of the lexicon begins or ends. Every token gets the columns that the tagger's
templates look at: its form and what can be seen of it, clusters of its vector, and what rules, lexicon and quotation marks say of its place.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from pipeline.learn.templates import Codebook, Codes
from pipeline.learn.vectors import Vectors
from pipeline.lexicon import Lexicon, cue_sets
from pipeline.mentions import Known, known_names
from pipeline.sheet import Sheet

# What is seen of a token alone, and what depends on its place.
OWN = ("form", "tag", "word", "last", "last2", "first", "first2", "shape", "coarse", "middle", "fine", "shape_tag", "title", "surname")
PLACE = ("blank", "lexicon", "rule", "quote", "kind")
COLUMNS = (*OWN, *PLACE)

_OPEN, _CLOSE, _EITHER = "‘“「『｢《<〈", "’”」』｣》>〉", "'\""
_ONE_LINE = "‘'<"  # marks that are also apostrophes or comparisons: what they open ends with the line
_NOUNS = frozenset({"NNG", "NNP"})
_SHAPES = ((re.compile(r"\d+$"), "d"), (re.compile(r"[A-Z][A-Z0-9&.-]*$"), "A"), (re.compile(r"[A-Za-z0-9&.-]+$"), "a"))
_REMEMBERED = 200_000
_HANGUL = re.compile(r"[가-힣]+$")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a release: parallel lists, and the rows of each unit."""

    form: list[str]
    tag: list[str]
    start: list[int]
    end: list[int]
    unit: list[int]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.start)

    def runs(self) -> Iterator[tuple[int, int]]:
        """`[first, stop)` of the tokens of each unit."""
        first = 0
        for at in range(1, len(self.unit) + 1):
            if at == len(self.unit) or self.unit[at] != self.unit[first]:
                yield first, at
                first = at

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """`[first, stop)` of the tokens of `text[start:end]`; None where it cuts through one."""
        first, stop = bisect_left(self.start, start), bisect_left(self.start, end)
        whole = first < stop and self.start[first] == start and self.end[stop - 1] == end
        return (first, stop) if whole else None


def tokens(sheet: Sheet, known: Sequence[Known] = ()) -> Tokens:
    """The tokens of a sheet.

    Args:
        sheet: with morphemes, units and, where rules have tagged it, mentions.
        known: names of the lexicon.
    """
    text, morphemes = sheet["text"], sheet["morphemes"]
    cuts = {at for m in sheet["mentions"] for at in (m["start"], m["end"])} | {at for k in known for at in (k.start, k.end)}
    opening = [*(u["start"] for u in sheet["units"][1:]), len(text) + 1]
    forms: list[str] = []
    tags: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    units: list[int] = []
    reached = unit = 0
    columns = (morphemes["form"], morphemes["tag"], morphemes["start"], morphemes["end"])
    for form, tag, start, end in zip(*columns, strict=True):
        if start < reached:
            start = reached
        if end <= start:
            continue
        reached = end
        edges = _edges(text, start, end, cuts) if tag in _NOUNS and end - start >= 2 else None
        if edges is None:
            forms.append(form if len(form) == end - start else f"{text[start:end]}~{form}")
            tags.append(tag)
            starts.append(start)
            ends.append(end)
            while start >= opening[unit]:
                unit += 1
            units.append(unit)
            continue
        for a, b in pairwise(edges):
            forms.append(text[a:b])
            tags.append(tag)
            starts.append(a)
            ends.append(b)
            while a >= opening[unit]:
                unit += 1
            units.append(unit)
    return Tokens(forms, tags, starts, ends, units)


def _edges(text: str, start: int, end: int, cuts: set[int]) -> list[int] | None:
    """Where a noun is cut, its ends included; None where it stays whole."""
    inside = [at for at in range(start + 1, end) if at in cuts or (at == end - 1 and at - start >= 2 and text[at] == "장")]
    return [start, *inside, end] if inside else None


@dataclass
class Coder:
    """Tokens -> codes, one row a token and one column a thing that templates may look at.

    Args:
        book: the codes of values; while it is open, new values get new ones.
        vectors: whose clusters are among the columns.
        lexicon: names to look up.
    """

    book: Codebook
    vectors: Vectors
    lexicon: Lexicon
    rows: dict[tuple[str, str], int] = field(default_factory=dict)
    table: Codes = field(default_factory=lambda: np.empty((1_024, len(OWN)), np.int32))

    def read(self, sheet: Sheet) -> tuple[Tokens, Codes]:
        """The tokens of a sheet and their codes."""
        if len(self.rows) > _REMEMBERED:  # a long run meets ever new forms
            self.rows.clear()
        known = list(known_names(sheet, self.lexicon))
        found = tokens(sheet, known)
        codes = np.empty((len(found), len(COLUMNS)), np.int32)
        if len(found):
            kinds = [self._row(pair) for pair in zip(found.form, found.tag, strict=True)]
            codes[:, : len(OWN)] = self.table[kinds]
            for n, (column, values) in enumerate(zip(PLACE, _places(sheet, found, known), strict=True)):
                codes[:, len(OWN) + n] = self.book.many(column, values)
        return found, codes

    def _row(self, pair: tuple[str, str]) -> int:
        row = self.rows.get(pair)
        if row is None:
            row = self.rows[pair] = len(self.rows)
            if row == len(self.table):
                self.table = np.concatenate([self.table, np.empty_like(self.table)])
            self.table[row] = [self.book.code(c, v) for c, v in zip(OWN, _seen(*pair, self.vectors), strict=True)]
        return row


def _seen(form: str, tag: str, vectors: Vectors) -> tuple[str, ...]:
    word = f"{form}/{tag}"
    row = vectors.number.get(word)
    clusters = [str(c) for c in vectors.clusters[row]] if row is not None else ["-", "-", "-"]
    shape = next((name for pattern, name in _SHAPES if pattern.match(form)), f"h{min(len(form), 6)}" if _HANGUL.match(form) else "x")
    words = cue_sets("mentions")
    title = form in words["title"] or form.endswith(("장관", "차관", "국장", "과장", "원장", "대표", "시장"))
    surname = tag in _NOUNS and 2 <= len(form) <= 4 and form[0] in words["surname"]
    marks = ("y" if title else "n", "y" if surname else "n")
    return (form, tag, word, form[-1:], form[-2:], form[:1], form[:2], shape, *clusters, shape + tag, *marks)


def _places(sheet: Sheet, found: Tokens, known: Sequence[Known]) -> Iterator[list[str]]:
    """The columns of `PLACE`."""
    text, units = sheet["text"], sheet["units"]
    gaps = [text[a:b] for a, b in zip([0, *found.end], found.start, strict=False)]
    yield [("n" if "\n" in gap else "_" if gap else "") for gap in gaps]
    yield _covering(found, ((k.start, k.end, k.entry.label + (f":{k.entry.type}" if k.sure else ":?")) for k in known))
    yield _covering(found, ((m["start"], m["end"], f"{m['label']}:{m['method']}") for m in sheet["mentions"]))
    yield list(_quotes(text, found))
    yield [units[u]["kind"] if units else "" for u in found.unit]


def _covering(found: Tokens, names: Iterator[tuple[int, int, str]]) -> list[str]:
    """For each token the name that covers it, and whether it opens (B) or closes (E) it."""
    values = [""] * len(found)
    for start, end, label in names:
        first, stop = bisect_left(found.start, start), bisect_left(found.start, end)
        for i in range(first, stop):
            values[i] = ("B" if i == first else "I") + label + ("E" if i == stop - 1 else "")
    return values


def _quotes(text: str, found: Tokens) -> Iterator[str]:
    """For each token the quotation it stands in, and how many tokens after its mark (at most 3)."""
    mark, distance, reached = "", 0, 0
    for start, end in zip(found.start, found.end, strict=True):
        if mark and mark in _ONE_LINE and "\n" in text[reached:start]:
            mark = ""
        reached = end
        surface = text[start:end]
        if surface in _CLOSE or (surface in _EITHER and mark == surface):
            mark = ""
            yield f"/{surface}"
            continue
        if surface in _OPEN or surface in _EITHER:
            mark, distance = surface, 0
        yield f"{mark}{min(distance, 3)}" if mark else ""
        distance += 1
