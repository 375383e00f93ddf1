"""What can be seen of a unit: features for its status and for its category, by number, and as vectors.

Status is said at the end of the unit, so its features are the last morphemes, the main predicate and what the rules make of it, the times
that are named, quotation, and the units around; category is what the unit is about, so its features are words: of the unit, of its
purpose, of its section, of the title and of the release. Dense features are means of word vectors.

A feature is named by its template and its value, and looked up by both (`learn.names`). That is done template by template for all units
of many releases; once for what they share, headings and the release itself; and once for each distinct word of all releases.
"""

from __future__ import annotations

import datetime
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from pipeline import times
from pipeline.learn.names import UNKNOWN, Ints, Numbers
from pipeline.learn.network import bags, ones
from pipeline.learn.rows import Rows, joined, stretches
from pipeline.learn.vectors import HALF, Vectors
from pipeline.predicates import Predicate, clauses, outer, predicate, trim
from pipeline.schema import UnitData
from pipeline.sentences import category_of, morpheme_range, status_of
from pipeline.sheet import Sheet

TAIL = 8  # last morphemes that are looked at one by one
TAIL_TAGS = 4  # those of which the tag is looked at too
TAIL_VECTORS = 6
STATUS_INPUTS = 2 * HALF + TAIL_VECTORS * HALF
CATEGORY_INPUTS = 5 * HALF
_SCALE = 3.0  # of the dense features, so that they move a network as fast as the others

MUTE = ("boilerplate", "table")  # kinds of units that promise nothing: 12 of 6,239 did in the labelled releases
_CONTENT = frozenset({"NNG", "NNP", "VV", "VA", "SL", "XR", "NNB", "MAG", "SN"})
_TOPICAL = frozenset({"NNG", "NNP", "XR", "SL", "VV", "VA"})
_PAST = re.compile(r"(?:었|았|였)/EP")
_SPEECH = re.compile(r"[“\"]([^“”\"]+)[”\"]?")
_PURPOSE = re.compile(r"위해|위한|위하여|도록")
_WORD = re.compile(r"[가-힣A-Za-z]+")
_FREQUENT = 25  # words of a release that stand for its topic
_TINY = np.float32(1e-9)

Dense = npt.NDArray[np.float32]
Column = Sequence[str | None]  # the values of a template, item by item; None where an item has none
Table = list[tuple[str, Column]]  # columns under their templates
Several = Sequence[Sequence[str]]  # for each item any number of values of a template
Asked = Sequence[Sequence[int]]  # for each release the units that are asked about


@dataclass(frozen=True, slots=True)
class _Seen:
    """A unit as the rules see it: its morphemes, those without marks at the ends, the last of these, predicate and status."""

    begin: int
    first: int
    stop: int
    end: int
    last: list[str]  # `TAIL` of them at most
    predicate: Predicate | None
    status: str


def _joined(left: Column, right: Column, mark: str = "") -> list[str | None]:
    """Both values of each item as one; None where either is missing."""
    return [None if a is None or b is None else f"{a}{mark}{b}" for a, b in zip(left, right, strict=True)]


def _last(tail: str, size: int) -> str:
    """The last morphemes of a predicate's tail."""
    return " ".join(tail.split()[-size:])


def _best(fields: Sequence[str]) -> str:
    return fields[0] if fields else ""


def _beside(asked: Sequence[int], values: Sequence[str], offset: int) -> Column:
    """For each unit that is asked about, the value of the unit so many places further on."""
    return [values[at] if 0 <= (at := n + offset) < len(values) else None for n in asked]


def _table(numbers: Numbers, tables: Sequence[Table]) -> Rows:
    """For each item the numbers of its features, from tables of the same columns, one after another.

    Columns of the same template hold different values.
    """
    columns = ((same[0][0], list(chain.from_iterable(values for _, values in same))) for same in zip(*tables, strict=True))
    return Rows.table([numbers.of(template, values) for template, values in columns])


def _several(numbers: Numbers, columns: Sequence[tuple[str, Several]]) -> Rows:
    """For each item the numbers of its values, those of the columns in turn; it has as many in each."""
    ends = np.cumsum([0, *map(len, columns[0][1])])
    found = [numbers.of(template, list(chain.from_iterable(values))) for template, values in columns]
    return Rows(np.stack(found, axis=1).ravel(), ends * len(columns)).once()


def _distinct(values: Sequence[str]) -> tuple[list[str], Ints]:
    """The distinct values, and for each value its place among them."""
    places = {value: n for n, value in enumerate(dict.fromkeys(values))}
    return list(places), np.fromiter(map(places.__getitem__, values), np.int64, len(values))


class Reading:
    """One release, read once for all its units.

    Args:
        sheet: with units, mentions and entities.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.text, self.units = sheet["text"], sheet["units"]
        self.form, self.tag = sheet["morphemes"]["form"], sheet["morphemes"]["tag"]
        self.published = datetime.date.fromisoformat(sheet["published"]) if sheet["published"] else None
        self.kinds = [u["kind"] for u in self.units]
        # The units that may say something.
        self.speaking = [n for n, kind in enumerate(self.kinds) if kind not in MUTE]
        self.titles = [n for n, kind in enumerate(self.kinds) if kind == "title"]
        self.seen = [self._see(unit) for unit in self.units]

    def _see(self, unit: UnitData) -> _Seen:
        begin, end = morpheme_range(self.sheet["morphemes"], unit["start"], unit["end"])
        first, stop = trim(self.sheet["morphemes"], begin, end)
        last = slice(max(first, stop - TAIL), stop)
        words = [f"{form}/{tag}" for form, tag in zip(self.form[last], self.tag[last], strict=True)]
        if unit["kind"] in MUTE or first >= stop:
            return _Seen(begin, first, stop, end, words, None, "none")
        found = predicate(self.sheet["morphemes"], first, stop)
        return _Seen(begin, first, stop, end, words, found, status_of(found, nominal=True))

    @cached_property
    def _ends(self) -> dict[int, list[str]]:
        """By size, up to 5, the last morphemes of each unit."""
        return {size: [" ".join(s.last[-size:]) for s in self.seen] for size in range(1, 6)}

    def _body(self, n: int) -> str:
        return self.text[self.units[n]["start"] : self.units[n]["end"]]

    # --- status

    def _rules(self, asked: Sequence[int]) -> list[str]:
        return [self.seen[n].status for n in asked]

    def _kinds(self, asked: Sequence[int]) -> list[str]:
        return [self.kinds[n] for n in asked]

    def _last(self, asked: Sequence[int], size: int) -> list[str]:
        ends = self._ends[size]
        return [ends[n] for n in asked]

    def ending(self, asked: Sequence[int]) -> Table:
        """The last morphemes."""
        seen, kinds, rules = [self.seen[n] for n in asked], self._kinds(asked), self._rules(asked)
        columns: Table = [("kind", kinds), ("rule", rules), ("kind+rule", _joined(kinds, rules))]
        for distance in range(1, TAIL + 1):
            columns.append((f"tail{distance - 1}", [s.last[-distance] if distance <= len(s.last) else None for s in seen]))
            if distance <= TAIL_TAGS:
                columns.append((f"tag{distance - 1}", [self.tag[s.stop - distance] if distance <= len(s.last) else None for s in seen]))
        last = {size: self._last(asked, size) for size in range(1, 6)}
        columns += [(f"last{size}", last[size]) for size in range(2, 6)]
        columns += [(f"last{size}+kind", _joined(kinds, last[size])) for size in (2, 1)]
        return columns

    def predicates(self, asked: Sequence[int]) -> Table:
        """The main predicate."""
        kinds, rules, found = self._kinds(asked), self._rules(asked), [self.seen[n].predicate for n in asked]
        tails = [p.tail if p else None for p in found]
        lemma = [p.lemma if p else None for p in found]
        tense = [None if tail is None else "past" if _PAST.search(tail[-30:]) else "other" for tail in tails]
        end2, end3, end4 = ([None if tail is None else _last(tail, size) for tail in tails] for size in (2, 3, 4))
        return [
            ("lemma", lemma),
            ("lemma+end", _joined(lemma, end2, " ")),
            ("end3", end3),
            ("end4", end4),
            ("lemma+rule", _joined(lemma, rules)),
            ("lemma+kind", _joined(lemma, kinds)),
            ("tense", tense),
            ("lemma+tense", _joined(lemma, tense)),
        ]

    def _frame(self, n: int) -> int:
        """Where the reporting frame of a unit begins, or its end: there the predicate ends."""
        seen = self.seen[n]
        return seen.predicate.last + 1 if seen.predicate else outer(self.sheet["morphemes"], seen.first, seen.stop)[1]

    @cached_property
    def _pieces(self) -> dict[int, list[tuple[int, int]]]:
        """The clauses of each unit that may say something."""
        return {n: list(clauses(self.sheet["morphemes"], self.seen[n].first, self._frame(n))) for n in self.speaking}

    def reports(self, asked: Sequence[int]) -> Table:
        """Reporting frames and quotations."""
        morphemes = self.sheet["morphemes"]
        quotes = [self._quotation(n) for n in asked]
        said = [predicate(morphemes, *morpheme_range(morphemes, *span)) if span else None for span in quotes]
        return [
            ("reported", [str(self._frame(n) < self.seen[n].stop - 1) for n in asked]),
            ("quote", [str("“" in body or '"' in body) for body in map(self._body, asked)]),
            ("quote+rule", [rule if span else None for rule, span in zip(self._rules(asked), quotes, strict=True)]),
            ("said", [p.lemma if p else None for p in said]),
            ("said-end", [_last(p.tail, 3) if p else None for p in said]),
            ("said-rule", [status_of(p, nominal=False) if p else None for p in said]),
            ("clauses", [str(min(len(self._pieces[n]), 4)) for n in asked]),
        ]

    def clauses(self, asked: Sequence[int]) -> list[list[Predicate]]:
        """The predicates of the clauses before the last."""
        return [[p for piece in self._pieces[n][:-1] if (p := predicate(self.sheet["morphemes"], *piece))] for n in asked]

    def _quotation(self, n: int) -> tuple[int, int] | None:
        """Where the first quotation of a unit stands, without its marks."""
        found = _SPEECH.search(self.text, self.units[n]["start"], self.units[n]["end"])
        return found.span(1) if found else None

    def when(self, asked: Sequence[int]) -> Table:
        """The times that are named."""
        rules, named = self._rules(asked), [self._times(n) for n in asked]
        last = self._last(asked, 1)
        columns: Table = []
        for when in ("around", "future", "past", "undated"):
            found = [when if when in times else None for times in named]
            columns += [("time", found), ("time+last", _joined(found, last)), ("time+rule", _joined(found, rules))]
        return [*columns, ("time", [None if times else "no" for times in named])]

    def _times(self, n: int) -> set[str]:
        """How the times in a unit lie to the day of the release."""
        named = set()
        for period in times.find(self.text, self.units[n]["start"], self.units[n]["end"], published=self.published):
            if self.published and period.last and period.last < self.published:
                named.add("past")
            elif self.published and period.first and period.first > self.published:
                named.add("future")
            else:
                named.add("around" if period.first or period.last else "undated")
        return named

    def around(self, asked: Sequence[int]) -> Table:
        """Length and place of the units, and the units beside them."""
        count, rules = len(self.units), self._rules(asked)
        marks = [self.text[self.units[n]["start"]] for n in asked]
        columns: Table = [
            ("length", [str(min(8, (self.seen[n].stop - self.seen[n].first) // 8)) for n in asked]),
            ("place", [str(min(n, 6)) for n in asked]),
            ("from-end", [str(min(count - 1 - n, 3)) for n in asked]),
            ("share", [str(5 * n // count) for n in asked]),
            ("mark", ["" if mark.isalnum() else mark for mark in marks]),
        ]
        statuses = [s.status for s in self.seen]
        for offset in (-1, 1, -2, 2):
            other = _beside(asked, statuses, offset)
            columns += [
                (f"{offset}:rule", ["edge" if rule is None else rule for rule in other]),
                (f"{offset}:kind", _beside(asked, self.kinds, offset)),
            ]
            if abs(offset) == 1:
                columns += [(f"{offset}:last", _beside(asked, self._ends[2], offset)), (f"{offset}:rules", _joined(other, rules))]
        return columns

    def heading(self, section: int | None) -> list[str]:
        """The words of the heading of a section."""
        places = range(self.seen[section].begin, self.seen[section].end) if section is not None else ()
        return [self.form[i] for i in places if self.tag[i] in _CONTENT]

    def title(self, asked: Sequence[int]) -> Table:
        """The end of the title."""
        rules, kinds = self._rules(asked), self._kinds(asked)
        if not self.titles:
            return [(template, [None] * len(asked)) for template in ("title-rule", "title-rules", "title-last", "title-last+kind")]
        title = self.titles[0]
        status, last, last2 = self.seen[title].status, self._ends[1][title], self._ends[2][title]
        return [
            ("title-rule", [status] * len(asked)),
            ("title-rules", [status + rule for rule in rules]),
            ("title-last", [last2] * len(asked)),
            ("title-last+kind", [last + kind + rule for kind, rule in zip(kinds, rules, strict=True)]),
        ]

    # --- category

    @cached_property
    def best(self) -> list[tuple[str, ...]]:
        """For each unit the categories whose keywords it holds, best first."""
        return [category_of(self._body(n)) for n in range(len(self.units))]

    def fields(self, asked: Sequence[int]) -> Table:
        """The categories whose keywords a unit holds."""
        found = [self.best[n] for n in asked]
        ranked: Table = [("field", [fields[rank] if rank < len(fields) else None for fields in found]) for rank in range(3)]
        return [*ranked, ("field1", [_best(fields) for fields in found])]

    def purpose(self, n: int) -> tuple[int, str | None] | None:
        """Where a unit's first word of purpose stands, as a morpheme, and the category that is named before it; None without one."""
        start = self.units[n]["start"]
        found = _PURPOSE.search(self.text, start, self.units[n]["end"])
        if not found:
            return None
        return bisect_left(self.sheet["morphemes"]["start"], found.start()), next(iter(category_of(self.text[start : found.start()])), None)

    def names(self, asked: Sequence[int]) -> Several:
        """The names in a unit."""
        entities = self.sheet["entities"]
        found: list[list[str]] = [[] for _ in self.units]
        for mention in self.sheet["mentions"]:
            if mention["entity_id"] in entities:
                found[mention["unit"]].append(entities[mention["entity_id"]]["name"])
        return [found[n] for n in asked]

    def company(self, asked: Sequence[int]) -> Table:
        """What the unit before is about, and the unit's kind."""
        return [("before", [_best(self.best[n - 1]) if n else None for n in asked]), ("kind", self._kinds(asked))]

    def about(self, topical: Several) -> list[tuple[str, Sequence[str]]]:
        """What the release is about, the same for all its units; `topical` are for each unit the forms that say so."""
        body = [n for n, kind in enumerate(self.kinds) if kind != "boilerplate"]
        words = Counter(chain.from_iterable(topical[n] for n in body))
        fields = Counter(f[0] for n in body if (f := self.best[n]))
        entities = self.sheet["entities"]
        bodies = [m["entity_id"] for m in self.sheet["mentions"] if m["label"] == "ORG" and m["entity_id"] in entities]
        issuer = [self.sheet["issuer_id"]] if self.sheet["issuer_id"] in entities else []
        return [
            ("release", [word for word, _ in words.most_common(_FREQUENT)]),
            ("title", list(chain.from_iterable(topical[n] for n in self.titles))),
            ("given-title", [word[:3] for word in dict.fromkeys(_WORD.findall(self.sheet["title"]))]),
            ("release-field", [field for field, _ in fields.most_common(2)]),
            ("release-field1", [field for field, _ in fields.most_common(1)]),
            ("issuer", [entities[key]["name"] for key in issuer]),
            ("body1", [entities[key]["name"] for key in bodies[:1]]),
            ("body", [entities[key]["name"] for key, _ in Counter(bodies).most_common(1)]),
        ]


class Batch:
    """Releases that are read together, their units and their morphemes one after another.

    Attributes:
        readings: of the releases.
        vectors: of morphemes.
        forms, words: the distinct forms, and the distinct morphemes as `form/TAG`.
        form, word: for each morpheme its place in `forms` and in `words`.
        topical: the morphemes that say what something is about.
        begin, first, stop, end: of each unit, as in `_Seen`.
    """

    def __init__(self, sheets: Sequence[Sheet], vectors: Vectors) -> None:
        self.readings = [Reading(sheet) for sheet in sheets]
        self.vectors = vectors
        self.forms, self.form = _distinct(list(chain.from_iterable(r.form for r in self.readings)))
        tags, tag = _distinct(list(chain.from_iterable(r.tag for r in self.readings)))
        both = np.zeros((len(self.forms), len(tags)), np.intp)  # by form and tag, the place of the word
        both[self.form, tag] = 1
        found = np.argwhere(both).tolist()
        both[both > 0] = np.arange(len(found))
        self.word = both[self.form, tag]
        self.words = [f"{self.forms[f]}/{tags[t]}" for f, t in found]
        self._word_tags = [tags[t] for _, t in found]
        self.topical = np.flatnonzero(np.array([t in _TOPICAL for t in tags], bool)[tag])
        self._release = np.cumsum([0, *(len(r.form) for r in self.readings)])  # the first morpheme of each
        self._unit = np.cumsum([0, *(len(r.units) for r in self.readings)]).tolist()  # and its first unit
        seen = [(s.begin, s.first, s.stop, s.end) for r in self.readings for s in r.seen]
        offsets = np.repeat(self._release[:-1], [len(r.units) for r in self.readings])
        self.begin, self.first, self.stop, self.end = np.array(seen, np.int64).reshape(-1, 4).T + offsets

    def by_release(self, asked: Asked) -> list[tuple[Reading, Sequence[int]]]:
        """The releases with the units that are asked about."""
        return list(zip(self.readings, asked, strict=True))

    def units(self, asked: Asked) -> Ints:
        """The units that are asked about, of all releases."""
        return np.array([first + n for first, which in zip(self._unit, asked, strict=False) for n in which], np.int64)

    def morphemes(self, asked: Asked, numbers: Numbers) -> Rows:
        """All morphemes of units and pairs of them."""
        content = [tag in _CONTENT for tag in self._word_tags]
        words = numbers.of("word", [word if c else None for word, c in zip(self.words, content, strict=True)])
        endings = numbers.of("ending", [None if c else word for word, c in zip(self.words, content, strict=True)])
        units = self.units(asked)
        places, ends = stretches(self.first[units], self.stop[units])
        found = np.full((len(places), 2), UNKNOWN, np.int64)
        found[:, 0] = np.where(content, words, endings)[self.word[places]]
        inner = np.flatnonzero(places != np.repeat(self.stop[units] - 1, np.diff(ends)))
        found[inner, 1] = numbers.of_pairs("pair", self.forms, self.form[places[inner]], self.form[places[inner] + 1])
        return Rows(found.ravel(), ends * 2).once()

    def clauses(self, asked: Asked, numbers: Numbers) -> Rows:
        """The clauses of units before the last."""
        found = [predicates for r, which in self.by_release(asked) for predicates in r.clauses(which)]
        lemmas = [[p.lemma for p in predicates] for predicates in found]
        return _several(numbers, [("clause", lemmas), ("clause-rule", [[status_of(p, nominal=False) for p in each] for each in found])])

    def headings(self, asked: Asked, numbers: Numbers) -> Rows:
        """The words of the heading that a unit stands under; many units share one."""
        under = [(n, r.units[u]["section"], r.kinds[u]) for n, (r, which) in enumerate(self.by_release(asked)) for u in which]
        places = {key: n for n, key in enumerate(dict.fromkeys(under))}
        words = [self.readings[release].heading(section) for release, section, _ in places]
        by_kind = [[word + kind for word in each] for each, (_, _, kind) in zip(words, places, strict=True)]
        return _several(numbers, [("section", words), ("section+kind", by_kind)]).of([places[key] for key in under])

    @cached_property
    def rows(self) -> Ints:
        """For each morpheme the row of its vector, the one of zeros where it has none."""
        row, none = self.vectors.number, len(self.vectors.forms)
        return np.array([row.get(word, none) for word in self.words], np.int64)[self.word]

    # --- category

    @cached_property
    def topics(self) -> tuple[Ints, Ints]:
        """For each unit where its part of `topical` begins and ends."""
        return np.searchsorted(self.topical, self.begin), np.searchsorted(self.topical, self.end)

    def _topical(self, numbers: Numbers, template: str, first: Ints, stop: Ints) -> Rows:
        """The numbers of the topical forms of stretches."""
        places, ends = stretches(first, stop)
        return Rows(numbers.of(template, self.forms)[self.form[self.topical[places]]], ends).once()

    def about(self, asked: Asked, numbers: Numbers) -> list[Rows]:
        """What the words of units are about, and pairs of them."""
        units = self.units(asked)
        first, stop = self.topics[0][units], self.topics[1][units]
        places, ends = stretches(first, stop - 1)
        left, right = self.form[self.topical[places]], self.form[self.topical[places + 1]]
        return [self._topical(numbers, "word", first, stop), Rows(numbers.of_pairs("pair", self.forms, left, right), ends).once()]

    def purposes(self, asked: Asked, numbers: Numbers) -> list[Rows]:
        """What stands before the first word of purpose."""
        units = self.units(asked)
        found = [r.purpose(n) for r, which in self.by_release(asked) for n in which]
        release = np.repeat(self._release[:-1], [len(which) for which in asked])
        ends = np.array([purpose[0] if purpose else 0 for purpose in found], np.int64) + release
        first = self.topics[0][units]
        words = self._topical(numbers, "purpose", first, np.searchsorted(self.topical, ends))
        return [words, Rows.table([numbers.of("purpose-field", [purpose[1] if purpose else None for purpose in found])])]

    def sections(self, asked: Asked, numbers: Numbers) -> list[Rows]:
        """What the heading is about that a unit stands under."""
        under = [[r.units[n]["section"] for n in which] for r, which in self.by_release(asked)]
        headings = self.units([[section or 0 for section in each] for each in under])
        none = np.array([section is None for each in under for section in each], bool)
        words = self._topical(numbers, "section", self.topics[0][headings], np.where(none, 0, self.topics[1][headings]))
        fields = [None if s is None else _best(r.best[s]) for r, each in zip(self.readings, under, strict=True) for s in each]
        return [words, Rows.table([numbers.of("section-field", fields)])]

    def releases(self, asked: Asked, numbers: Numbers) -> list[Rows]:
        """What the releases are about, the same for all their units."""
        forms = [self.forms[f] for f in self.form[self.topical].tolist()]
        topical = [forms[first:stop] for first, stop in zip(*(ends.tolist() for ends in self.topics), strict=True)]
        kept = [n for n, which in enumerate(asked) if which]
        found = [self.readings[n].about(topical[self._unit[n] : self._unit[n + 1]]) for n in kept]
        unit = np.repeat(np.arange(len(kept)), [len(asked[n]) for n in kept])
        return [_several(numbers, [(same[0][0], [values for _, values in same])]).of(unit) for same in zip(*found, strict=True)]


def status_features(batch: Batch, asked: Asked, numbers: Numbers) -> csr_matrix:
    """Units that are asked about, of all releases, x features for their status."""
    these = batch.by_release(asked)
    parts = [
        _table(numbers, [r.ending(which) + r.predicates(which) + r.reports(which) for r, which in these]),
        batch.clauses(asked, numbers),
        batch.morphemes(asked, numbers),
        _table(numbers, [r.when(which) + r.around(which) for r, which in these]),
        batch.headings(asked, numbers),
        _table(numbers, [r.title(which) for r, which in these]),
    ]
    return joined(parts, len(numbers))


def category_features(batch: Batch, asked: Asked, numbers: Numbers) -> csr_matrix:
    """Units that are asked about, of all releases, x features for their category."""
    these = batch.by_release(asked)
    parts = [
        *batch.about(asked, numbers),
        _table(numbers, [r.fields(which) for r, which in these]),
        *batch.purposes(asked, numbers),
        *batch.sections(asked, numbers),
        _several(numbers, [("name", [names for r, which in these for names in r.names(which)])]),
        _table(numbers, [r.company(which) for r, which in these]),
        *batch.releases(asked, numbers),
    ]
    return joined(parts, len(numbers))


def status_vectors(batch: Batch, asked: Asked) -> Dense:
    """Units that are asked about, of all releases, x `STATUS_INPUTS`: the mean of each unit's words, and its last words one by one."""
    vectors, units = batch.vectors, batch.units(asked)
    rows, none = batch.rows, len(vectors.forms)
    places, ends = stretches(batch.begin[units], batch.end[units])
    mean, counts = _sums(vectors, rows[places], ends, np.ones(len(vectors.forms), np.float32))
    last = batch.stop[units, None] + np.arange(-TAIL_VECTORS, 0)
    tails = np.where(last < batch.begin[units, None], none, rows[np.maximum(last, 0)])
    shown = vectors.values[tails, :HALF].reshape(len(tails), TAIL_VECTORS * HALF)
    return np.hstack([mean / np.maximum(counts, _TINY)[:, None], shown]) * np.float32(_SCALE)


def category_vectors(batch: Batch, asked: Asked) -> Dense:
    """Units that are asked about, of all releases, x `CATEGORY_INPUTS`: what unit, release, title, section and the unit before are about."""
    vectors = batch.vectors
    places, ends = stretches(*batch.topics)
    sums, totals = _sums(vectors, batch.rows[batch.topical[places]], ends, np.maximum(vectors.weights - 4, 0.2))  # rare words weigh more
    # A line a unit, then two a release, for its body and its title, then one for what is not there.
    count = len(batch.begin)
    none = count + 2 * len(batch.readings)
    lines, parts, first = [[n] for n in range(count)], [], 0
    for r, which in batch.by_release(asked):
        body = len(lines)
        lines.append([first + n for n, kind in enumerate(r.kinds) if kind != "boilerplate"])
        lines.append([first + n for n in r.titles])
        for n in which:
            section = r.units[n]["section"]
            parts.append((first + n, body, body + 1, none if section is None else first + section, first + n - 1 if n else none))
        first += len(r.units)
    members = bags([*lines, []], count)
    means = (members @ sums[:, HALF:]) / np.maximum(members @ totals, _TINY)[:, None]
    found: Dense = means[np.array(parts, np.intp)].reshape(len(parts), CATEGORY_INPUTS) * np.float32(_SCALE)
    return found


def _sums(vectors: Vectors, rows: Ints, ends: Ints, weights: Dense) -> tuple[Dense, Dense]:
    """Weighted sums of vectors.

    Args:
        vectors: of morphemes.
        rows: of the words of all items, where the last of the table, of zeros, stands for a word without a vector.
        ends: where each item begins among them, with the end of the last.
        weights: of the vectors.

    Returns:
        Items x 128, and the sum of the weights of each item.
    """
    matrix = ones(rows, ends, len(vectors.values))
    weights = np.append(weights, np.float32(0))
    matrix.data = weights[matrix.indices]
    return matrix @ vectors.values, np.asarray(matrix.sum(1)).ravel()
