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
from itertools import compress, pairwise, repeat

import numpy as np
import numpy.typing as npt

from pipeline.learn.templates import EMPTY, Codebook, Codes
from pipeline.learn.vectors import Vectors
from pipeline.lexicon import Lexicon, code_points, cue_sets
from pipeline.mentions import Known, known_names
from pipeline.sheet import Sheet

Ints = npt.NDArray[np.intp]

# What is seen of a token alone, and what depends on its place.
OWN = ("form", "tag", "word", "last", "last2", "first", "first2", "shape", "coarse", "middle", "fine", "shape_tag", "title", "surname")
PLACE = ("blank", "lexicon", "rule", "quote", "kind")
COLUMNS = (*OWN, *PLACE)

OPEN, CLOSE, EITHER = "‘“「『｢《<〈", "’”」』｣》>〉", "'\""
_ONE_LINE = "‘'<"  # marks that are also apostrophes or comparisons: what they open ends with the line
_MARK = re.compile(f"[{OPEN}{CLOSE}{EITHER}]")
_NOUNS = frozenset({"NNG", "NNP"})
_SHAPES = ((re.compile(r"\d+$"), "d"), (re.compile(r"[A-Z][A-Z0-9&.-]*$"), "A"), (re.compile(r"[A-Za-z0-9&.-]+$"), "a"))
_REMEMBERED = 200_000
_HANGUL = re.compile(r"[가-힣]+$")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a release: parallel lists, and the number of the unit of each."""

    form: list[str]
    tag: list[str]
    start: list[int]
    end: list[int]
    unit: Ints

    def __len__(self) -> int:
        """How many there are."""
        return len(self.start)

    def runs(self) -> list[tuple[int, int]]:
        """`[first, stop)` of the tokens of each unit."""
        if not len(self):
            return []
        return list(pairwise([0, *(np.flatnonzero(np.diff(self.unit)) + 1).tolist(), len(self)]))

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
    starts, ends = np.array(morphemes["start"], np.intp), np.array(morphemes["end"], np.intp)
    starts[1:] = np.maximum(starts[1:], np.maximum.accumulate(ends)[:-1])
    kept = ends > starts
    starts, ends = starts[kept], ends[kept]
    forms, tags = list(compress(morphemes["form"], kept)), list(compress(morphemes["tag"], kept))
    for i in np.flatnonzero(np.fromiter(map(len, forms), np.intp, len(forms)) != ends - starts):
        forms[i] = f"{text[starts[i] : ends[i]]}~{forms[i]}"
    nouns = np.fromiter(map(_NOUNS.__contains__, tags), bool, len(tags))
    names = (*((m["start"], m["end"]) for m in sheet["mentions"]), *((k.start, k.end) for k in known))
    cuts = _cuts(text, starts[nouns], ends[nouns], np.unique(np.array(names, np.intp)))
    if len(cuts):
        # A cut ends one token and begins another.
        whole, starts, ends = starts, np.sort(np.concatenate([starts, cuts])), np.sort(np.concatenate([ends, cuts]))
        parents = np.searchsorted(whole, starts, "right") - 1
        forms, tags = [forms[i] for i in parents.tolist()], [tags[i] for i in parents.tolist()]
        for i in np.flatnonzero(np.bincount(parents)[parents] > 1):
            forms[i] = text[starts[i] : ends[i]]
    opening = [u["start"] for u in sheet["units"][1:]]
    return Tokens(forms, tags, starts.tolist(), ends.tolist(), np.searchsorted(opening, starts, "right"))


def _cuts(text: str, starts: Ints, ends: Ints, edges: Ints) -> Ints:
    """Where nouns are cut: at the edges of names inside them, and before a fused title."""
    titles = ends[(ends - starts >= 3) & (code_points(text)[ends - 1] == ord("장"))] - 1
    owners = np.searchsorted(starts, edges, "right") - 1
    inside = edges[(owners >= 0) & (edges > starts[owners]) & (edges < ends[owners])] if len(starts) else edges[:0]
    return np.union1d(inside, titles)


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
            codes[:, : len(OWN)] = self._alone(found)
            for n, column in enumerate(self._places(sheet, found, known), len(OWN)):
                codes[:, n] = column
        return found, codes

    def _alone(self, found: Tokens) -> Codes:
        """The columns of `OWN`."""
        pairs = list(zip(found.form, found.tag, strict=True))
        kinds = np.fromiter(map(self.rows.get, pairs, repeat(-1)), np.intp, len(pairs))
        unknown = np.flatnonzero(kinds < 0).tolist()
        if unknown:
            new = list(dict.fromkeys(pairs[i] for i in unknown))
            first, stop = len(self.rows), len(self.rows) + len(new)
            while stop > len(self.table):
                self.table = np.concatenate([self.table, np.empty_like(self.table)])
            for n, values in enumerate(zip(*(_seen(*pair, self.vectors) for pair in new), strict=True)):
                self.table[first:stop, n] = self.book.many(OWN[n], values)
            self.rows |= zip(new, range(first, stop), strict=True)
            kinds[unknown] = [self.rows[pairs[i]] for i in unknown]
        return self.table.take(kinds, axis=0)

    def _places(self, sheet: Sheet, found: Tokens, known: Sequence[Known]) -> Iterator[Codes]:
        """The columns of `PLACE`."""
        text, units = sheet["text"], sheet["units"]
        starts, gaps = np.array(found.start), np.array([0, *found.end[:-1]])
        lines = np.cumsum(code_points("." + text) == ord("\n"))  # before each offset
        broken = lines[starts] > lines[gaps]
        yield np.where(broken, self.book.code("blank", "n"), np.where(starts > gaps, self.book.code("blank", "_"), EMPTY))
        yield self._covering("lexicon", found, ((k.start, k.end, k.entry.label + (f":{k.entry.type}" if k.sure else ":?")) for k in known))
        yield self._covering("rule", found, ((m["start"], m["end"], f"{m['label']}:{m['method']}") for m in sheet["mentions"]))
        yield self._quotes(text, found, np.flatnonzero(broken).tolist())
        yield np.array(self.book.many("kind", [u["kind"] for u in units]) or [EMPTY], np.int32)[found.unit]

    def _covering(self, column: str, found: Tokens, names: Iterator[tuple[int, int, str]]) -> Codes:
        """For each token the name that covers it, and whether it opens (B) or closes (E) it."""
        codes = np.full(len(found), EMPTY, np.int32)
        for start, end, label in names:
            first, stop = bisect_left(found.start, start), bisect_left(found.start, end)
            for i in range(first, stop):
                codes[i] = self.book.code(column, ("B" if i == first else "I") + label + ("E" if i == stop - 1 else ""))
        return codes

    def _quotes(self, text: str, found: Tokens, broken: Sequence[int]) -> Codes:
        """For each token the quotation it stands in, and how many tokens after its mark (at most 3).

        Args:
            text: of the sheet.
            found: its tokens.
            broken: those before which a line ends.
        """
        codes = np.full(len(found), EMPTY, np.int32)
        mark, until = "", 0
        for match in _MARK.finditer(text):
            i = bisect_left(found.start, match.start())
            if i == len(found) or found.start[i] != match.start():
                continue
            surface = text[found.start[i] : found.end[i]]
            if i >= until:
                mark = ""
            if surface in CLOSE or (surface in EITHER and mark == surface):
                mark = ""
                codes[i:] = EMPTY
                codes[i] = self.book.code("quote", f"/{surface}")
            elif surface in OPEN or surface in EITHER:
                mark = surface
                until = next((n for n in broken if n > i), len(found)) if mark in _ONE_LINE else len(found)
                codes[i:] = EMPTY
                for distance in range(4):
                    codes[i + distance : until] = self.book.code("quote", f"{mark}{distance}")
        return codes


def _seen(form: str, tag: str, vectors: Vectors) -> tuple[str, ...]:
    word = f"{form}/{tag}"
    row = vectors.number.get(word)
    clusters = map(str, vectors.clusters[row].tolist()) if row is not None else "---"
    shape = f"h{min(len(form), 6)}" if _HANGUL.match(form) else next((name for pattern, name in _SHAPES if pattern.match(form)), "x")
    words = cue_sets("mentions")
    title = form in words["title"] or form.endswith(("장관", "차관", "국장", "과장", "원장", "대표", "시장"))
    surname = tag in _NOUNS and 2 <= len(form) <= 4 and form[0] in words["surname"]
    marks = ("y" if title else "n", "y" if surname else "n")
    return (form, tag, word, form[-1:], form[-2:], form[:1], form[:2], shape, *clusters, shape + tag, *marks)
