"""What can be seen of a unit: features for its status and for its category, by number, and as vectors.

Status is said at the end of the unit, so its features are the last morphemes, the main predicate and what the rules make of it, the times
that are named, quotation, and the units around; category is what the unit is about, so its features are words: of the unit, of its
purpose, of its section, of the title and of the release. Dense features are means of word vectors.

A feature is named by its template and its value, and looked up by both (`learn.names`). That is done template by template for all units
of many releases, and once for what they share: headings, the release itself.
"""

from __future__ import annotations

import datetime
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise, repeat

import numpy as np
import numpy.typing as npt

from pipeline import times
from pipeline.learn.names import UNKNOWN, Numbers
from pipeline.learn.network import bags
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
Asked = Sequence[Sequence[int]]  # for each release the units that are asked about


@dataclass(frozen=True, slots=True)
class _Seen:
    """A unit as the rules see it: its morphemes without marks at the ends, predicate and status."""

    begin: int
    first: int
    stop: int
    end: int
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


def _table(numbers: Numbers, tables: Sequence[Table]) -> Iterator[tuple[int, ...]]:
    """For each item the numbers of its features, from tables of the same columns, one after another."""
    columns = ((same[0][0], list(chain.from_iterable(values for _, values in same))) for same in zip(*tables, strict=True))
    return zip(*(numbers.of(template, values) for template, values in columns), strict=True)


def _rows(*parts: Iterable[Iterable[int]]) -> list[list[int]]:
    """For each item its numbers in all parts, each once, in order (sums of floats depend on it)."""
    found = []
    for pieces in zip(*parts, strict=True):
        known = dict.fromkeys(chain.from_iterable(pieces))
        known.pop(UNKNOWN, None)
        found.append(list(known))
    return found


class Reading:
    """One release, read once for all its units.

    Args:
        sheet: with units, mentions and entities.
        vectors: of morphemes.
    """

    def __init__(self, sheet: Sheet, vectors: Vectors) -> None:
        self.sheet, self.vectors = sheet, vectors
        self.text, self.units = sheet["text"], sheet["units"]
        self.form, self.tag = sheet["morphemes"]["form"], sheet["morphemes"]["tag"]
        self.word = [f"{f}/{t}" for f, t in zip(self.form, self.tag, strict=True)]
        self.published = datetime.date.fromisoformat(sheet["published"]) if sheet["published"] else None
        self.kinds = [u["kind"] for u in self.units]
        # The units that may say something.
        self.speaking = [n for n, kind in enumerate(self.kinds) if kind not in MUTE]
        self.titles = [n for n, kind in enumerate(self.kinds) if kind == "title"]
        self.seen = [self._see(unit) for unit in self.units]

    def _see(self, unit: UnitData) -> _Seen:
        begin, end = morpheme_range(self.sheet["morphemes"], unit["start"], unit["end"])
        first, stop = trim(self.sheet["morphemes"], begin, end)
        if unit["kind"] in MUTE or first >= stop:
            return _Seen(begin, first, stop, end, None, "none")
        found = predicate(self.sheet["morphemes"], first, stop)
        return _Seen(begin, first, stop, end, found, status_of(found, nominal=True))

    def _body(self, n: int) -> str:
        return self.text[self.units[n]["start"] : self.units[n]["end"]]

    # --- status

    def _rules(self, asked: Sequence[int]) -> list[str]:
        return [self.seen[n].status for n in asked]

    def _kinds(self, asked: Sequence[int]) -> list[str]:
        return [self.kinds[n] for n in asked]

    def _tail(self, seen: _Seen, size: int) -> str:
        return " ".join(self.word[max(seen.first, seen.stop - size) : seen.stop])

    def ending(self, asked: Sequence[int]) -> Table:
        """The last morphemes."""
        seen, kinds, rules = [self.seen[n] for n in asked], self._kinds(asked), self._rules(asked)
        columns: Table = [("kind", kinds), ("rule", rules), ("kind+rule", _joined(kinds, rules))]
        for distance in range(TAIL):
            places = [at if (at := s.stop - 1 - distance) >= s.first else None for s in seen]
            columns.append((f"tail{distance}", [None if at is None else self.word[at] for at in places]))
            if distance < TAIL_TAGS:
                columns.append((f"tag{distance}", [None if at is None else self.tag[at] for at in places]))
        last = {size: [self._tail(s, size) for s in seen] for size in range(1, 6)}
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

    def clauses(self, asked: Sequence[int], numbers: Numbers) -> Iterator[list[int]]:
        """The clauses before the last."""
        for n in asked:
            found = [p for piece in self._pieces[n][:-1] if (p := predicate(self.sheet["morphemes"], *piece))]
            columns: Table = [("clause", [p.lemma for p in found]), ("clause-rule", [status_of(p, nominal=False) for p in found])]
            yield list(chain.from_iterable(_table(numbers, [columns]))) if found else []

    def _quotation(self, n: int) -> tuple[int, int] | None:
        """Where the first quotation of a unit stands, without its marks."""
        found = _SPEECH.search(self.text, self.units[n]["start"], self.units[n]["end"])
        return found.span(1) if found else None

    def words(self, asked: Sequence[int], numbers: Numbers) -> Iterator[list[int]]:
        """All morphemes and pairs of them."""
        content = [tag in _CONTENT for tag in self.tag]
        columns: Table = [
            ("word", [word if c else None for word, c in zip(self.word, content, strict=True)]),
            ("ending", [None if c else word for word, c in zip(self.word, content, strict=True)]),
            ("pair", [*map(" ".join, pairwise(self.form)), None][: len(self.form)]),
        ]
        found = list(chain.from_iterable(_table(numbers, [columns])))
        for seen in (self.seen[n] for n in asked):
            yield found[3 * seen.first : max(3 * seen.stop - 1, 0)]  # without the pair at the end

    def when(self, asked: Sequence[int]) -> Table:
        """The times that are named."""
        rules, named = self._rules(asked), [self._times(n) for n in asked]
        last = [self._tail(self.seen[n], 1) for n in asked]
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
        last = [self._tail(s, 2) for s in self.seen]
        for offset in (-1, 1, -2, 2):
            other = _beside(asked, statuses, offset)
            columns += [
                (f"{offset}:rule", ["edge" if rule is None else rule for rule in other]),
                (f"{offset}:kind", _beside(asked, self.kinds, offset)),
            ]
            if abs(offset) == 1:
                columns += [(f"{offset}:last", _beside(asked, last, offset)), (f"{offset}:rules", _joined(other, rules))]
        return columns

    def headings(self, asked: Sequence[int], numbers: Numbers) -> Iterator[list[int]]:
        """The words of the heading that a unit stands under; many units share one."""
        found: dict[tuple[int | None, str], list[int]] = {}
        for n in asked:
            section, kind = self.units[n]["section"], self.kinds[n]
            if (section, kind) not in found:
                heading = range(self.seen[section].begin, self.seen[section].end) if section is not None else ()
                words = [self.form[i] for i in heading if self.tag[i] in _CONTENT]
                columns: Table = [("section", words), ("section+kind", [word + kind for word in words])]
                found[section, kind] = list(chain.from_iterable(_table(numbers, [columns])))
            yield found[section, kind]

    def title(self, asked: Sequence[int]) -> Table:
        """The end of the title."""
        rules, kinds = self._rules(asked), self._kinds(asked)
        if not self.titles:
            return [(template, [None] * len(asked)) for template in ("title-rule", "title-rules", "title-last", "title-last+kind")]
        title = self.seen[self.titles[0]]
        return [
            ("title-rule", [title.status] * len(asked)),
            ("title-rules", [title.status + rule for rule in rules]),
            ("title-last", [self._tail(title, 2)] * len(asked)),
            ("title-last+kind", [self._tail(title, 1) + kind + rule for kind, rule in zip(kinds, rules, strict=True)]),
        ]

    # --- category

    @cached_property
    def rows(self) -> list[int]:
        """For each morpheme the row of its vector, the one of zeros where it has none."""
        return list(map(self.vectors.number.get, self.word, repeat(len(self.vectors.forms))))

    @cached_property
    def _topical(self) -> list[int]:
        """The morphemes that say what something is about."""
        return [i for i, tag in enumerate(self.tag) if tag in _TOPICAL]

    @cached_property
    def spans(self) -> list[slice]:
        """For each unit its part of `_topical`."""
        return [slice(bisect_left(self._topical, s.begin), bisect_left(self._topical, s.end)) for s in self.seen]

    @cached_property
    def _topical_forms(self) -> list[str]:
        return [self.form[i] for i in self._topical]

    @cached_property
    def topical_rows(self) -> list[int]:
        """The rows of `_topical`."""
        return [self.rows[i] for i in self._topical]

    @cached_property
    def _fields(self) -> list[tuple[str, ...]]:
        """For each unit the categories whose keywords it holds, best first."""
        return [category_of(self._body(n)) for n in range(len(self.units))]

    def topics(self, asked: Sequence[int], numbers: Numbers) -> Iterator[list[int]]:
        """What the words are about."""
        for n in asked:
            forms = self._topical_forms[self.spans[n]]
            yield numbers.of("word", forms) + numbers.of("pair", list(map(" ".join, pairwise(forms))))

    def fields(self, asked: Sequence[int]) -> Table:
        """The categories whose keywords a unit holds."""
        found = [self._fields[n] for n in asked]
        ranked: Table = [("field", [fields[rank] if rank < len(fields) else None for fields in found]) for rank in range(3)]
        return [*ranked, ("field1", [_best(fields) for fields in found])]

    def purposes(self, asked: Sequence[int], numbers: Numbers) -> Iterator[list[int]]:
        """What stands before the first word of purpose."""
        for n in asked:
            start = self.units[n]["start"]
            purpose = _PURPOSE.search(self.text, start, self.units[n]["end"])
            if not purpose:
                yield []
                continue
            stop = bisect_left(self._topical, bisect_left(self.sheet["morphemes"]["start"], purpose.start()))
            words = numbers.of("purpose", self._topical_forms[self.spans[n].start : stop])
            yield words + numbers.of("purpose-field", category_of(self.text[start : purpose.start()])[:1])

    def section(self, asked: Sequence[int], numbers: Numbers) -> Iterator[list[int]]:
        """What the heading is about that a unit stands under."""
        found: dict[int | None, list[int]] = {None: []}
        for n in asked:
            section = self.units[n]["section"]
            if section is not None and section not in found:
                words = numbers.of("section", self._topical_forms[self.spans[section]])
                found[section] = words + numbers.of("section-field", [_best(self._fields[section])])
            yield found[section]

    def names(self, asked: Sequence[int], numbers: Numbers) -> Iterator[list[int]]:
        """The names in a unit."""
        entities = self.sheet["entities"]
        known = [m for m in self.sheet["mentions"] if m["entity_id"] in entities]
        found: list[list[int]] = [[] for _ in self.units]
        for mention, number in zip(known, numbers.of("name", [entities[m["entity_id"]]["name"] for m in known]), strict=True):
            found[mention["unit"]].append(number)
        return (found[n] for n in asked)

    def company(self, asked: Sequence[int]) -> Table:
        """What the unit before is about, and the unit's kind."""
        return [("before", _beside(asked, [_best(fields) for fields in self._fields], -1)), ("kind", self._kinds(asked))]

    def release(self, asked: Sequence[int], numbers: Numbers) -> Iterator[list[int]]:
        """What the release is about, the same for all its units."""
        return repeat(self._release(numbers) if asked else [], len(asked))

    def _release(self, numbers: Numbers) -> list[int]:
        body = [n for n, kind in enumerate(self.kinds) if kind != "boilerplate"]
        words = Counter(chain.from_iterable(self._topical_forms[self.spans[n]] for n in body))
        fields = Counter(f[0] for n in body if (f := self._fields[n]))
        entities = self.sheet["entities"]
        bodies = [m["entity_id"] for m in self.sheet["mentions"] if m["label"] == "ORG" and m["entity_id"] in entities]
        issuer = [self.sheet["issuer_id"]] if self.sheet["issuer_id"] in entities else []
        columns = {
            "release": [word for word, _ in words.most_common(_FREQUENT)],
            "title": list(chain.from_iterable(self._topical_forms[self.spans[n]] for n in self.titles)),
            "given-title": [word[:3] for word in dict.fromkeys(_WORD.findall(self.sheet["title"]))],
            "release-field": [field for field, _ in fields.most_common(2)],
            "release-field1": [field for field, _ in fields.most_common(1)],
            "issuer": [entities[key]["name"] for key in issuer],
            "body1": [entities[key]["name"] for key in bodies[:1]],
            "body": [entities[key]["name"] for key, _ in Counter(bodies).most_common(1)],
        }
        return list(chain.from_iterable(numbers.of(template, values) for template, values in columns.items()))


def status_features(readings: Sequence[Reading], asked: Asked, numbers: Numbers) -> list[list[int]]:
    """For each unit that is asked about, of all releases, the numbers of its features for its status."""
    these = list(zip(readings, asked, strict=True))
    return _rows(
        _table(numbers, [r.ending(which) + r.predicates(which) + r.reports(which) for r, which in these]),
        chain.from_iterable(r.clauses(which, numbers) for r, which in these),
        chain.from_iterable(r.words(which, numbers) for r, which in these),
        _table(numbers, [r.when(which) + r.around(which) for r, which in these]),
        chain.from_iterable(r.headings(which, numbers) for r, which in these),
        _table(numbers, [r.title(which) for r, which in these]),
    )


def category_features(readings: Sequence[Reading], asked: Asked, numbers: Numbers) -> list[list[int]]:
    """For each unit that is asked about, of all releases, the numbers of its features for its category."""
    these = list(zip(readings, asked, strict=True))
    return _rows(
        chain.from_iterable(r.topics(which, numbers) for r, which in these),
        _table(numbers, [r.fields(which) for r, which in these]),
        chain.from_iterable(r.purposes(which, numbers) for r, which in these),
        chain.from_iterable(r.section(which, numbers) for r, which in these),
        chain.from_iterable(r.names(which, numbers) for r, which in these),
        _table(numbers, [r.company(which) for r, which in these]),
        chain.from_iterable(r.release(which, numbers) for r, which in these),
    )


def status_vectors(readings: Sequence[Reading], asked: Asked) -> Dense:
    """Units that are asked about, of all releases, x `STATUS_INPUTS`: the mean of each unit's words, and its last words one by one."""
    vectors = readings[0].vectors
    places = [(r.rows, r.seen[n]) for r, which in zip(readings, asked, strict=True) for n in which]
    mean, counts = _sums(vectors, [rows[s.begin : s.end] for rows, s in places], np.ones(len(vectors.forms), np.float32))
    tails = [rows[max(s.begin, s.stop - TAIL_VECTORS) : s.stop] for rows, s in places]
    padded = np.array([[len(vectors.forms)] * (TAIL_VECTORS - len(tail)) + tail for tail in tails], np.intp)
    last = vectors.values[padded, :HALF].reshape(len(tails), TAIL_VECTORS * HALF)
    return np.hstack([mean / np.maximum(counts, _TINY)[:, None], last]) * np.float32(_SCALE)


def category_vectors(readings: Sequence[Reading], asked: Asked) -> Dense:
    """Units that are asked about, of all releases, x `CATEGORY_INPUTS`: what unit, release, title, section and the unit before are about."""
    vectors = readings[0].vectors
    words = [r.topical_rows[span] for r in readings for span in r.spans]
    sums, totals = _sums(vectors, words, np.maximum(vectors.weights - 4, 0.2))  # rare words weigh more
    # A line a unit, then two a release, for its body and its title, then one for what is not there.
    none = len(words) + 2 * len(readings)
    lines, parts, first = [[n] for n in range(len(words))], [], 0
    for r, which in zip(readings, asked, strict=True):
        body = len(lines)
        lines.append([first + n for n, kind in enumerate(r.kinds) if kind != "boilerplate"])
        lines.append([first + n for n in r.titles])
        for n in which:
            section = r.units[n]["section"]
            parts.append((first + n, body, body + 1, none if section is None else first + section, first + n - 1 if n else none))
        first += len(r.units)
    members = bags([*lines, []], len(words))
    means = (members @ sums[:, HALF:]) / np.maximum(members @ totals, _TINY)[:, None]
    found: Dense = means[np.array(parts, np.intp)].reshape(len(parts), CATEGORY_INPUTS) * np.float32(_SCALE)
    return found


def _sums(vectors: Vectors, items: Sequence[Sequence[int]], weights: Dense) -> tuple[Dense, Dense]:
    """Weighted sums of vectors.

    Args:
        vectors: of morphemes.
        items: for each the rows of its words, where the last of the table, of zeros, stands for a word without a vector.
        weights: of the vectors.

    Returns:
        Items x 128, and the sum of the weights of each item.
    """
    matrix = bags(items, len(vectors.values))
    weights = np.append(weights, np.float32(0))
    matrix.data = weights[matrix.indices]
    return matrix @ vectors.values, np.asarray(matrix.sum(1)).ravel()
