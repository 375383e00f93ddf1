"""What can be seen of a unit: features for its status and for its category, by number, and as vectors.

Status is said at the end of the unit, so its features are the last morphemes, the main predicate and what the rules make of it, the times
that are named, quotation, and the units around; category is what the unit is about, so its features are words: of the unit, of its
purpose, of its section, of the title and of the release. Dense features are means of word vectors.

A feature is named by its template and its value, and looked up by both (`learn.names`). That is done template by template for all units
of a release, and once for what they share: words, headings, the release itself.
"""

from __future__ import annotations

import datetime
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice, pairwise, repeat

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


def _table(numbers: Numbers, columns: Iterable[tuple[str, Column]]) -> Iterator[tuple[int, ...]]:
    """For each item the numbers of its features, from columns that are named by their templates."""
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

    Features and vectors are of the units that are `asked`: those of other kinds promise nothing.

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
        self.asked = [n for n, kind in enumerate(self.kinds) if kind not in MUTE]
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

    def status_features(self, numbers: Numbers) -> list[list[int]]:
        """For each unit that is asked, the numbers of its features for its status."""
        parts = (self._ending, self._clauses, self._words, self._when, self._around, self._sections, self._title)
        return _rows(*(part(numbers) for part in parts))

    @cached_property
    def asked_seen(self) -> list[_Seen]:
        """The units that are asked, as the rules see them."""
        return [self.seen[n] for n in self.asked]

    @cached_property
    def _asked(self) -> tuple[list[_Seen], list[str], list[str]]:
        """The same, with their kinds and what the rules make of them."""
        return self.asked_seen, [self.kinds[n] for n in self.asked], [s.status for s in self.asked_seen]

    def _tail(self, seen: _Seen, size: int) -> str:
        return " ".join(self.word[max(seen.first, seen.stop - size) : seen.stop])

    def _ending(self, numbers: Numbers) -> Iterator[tuple[int, ...]]:
        seen, kinds, rules = self._asked
        columns: list[tuple[str, Column]] = [("kind", kinds), ("rule", rules), ("kind+rule", _joined(kinds, rules))]
        for distance in range(TAIL):
            places = [at if (at := s.stop - 1 - distance) >= s.first else None for s in seen]
            columns.append((f"tail{distance}", [None if at is None else self.word[at] for at in places]))
            if distance < TAIL_TAGS:
                columns.append((f"tag{distance}", [None if at is None else self.tag[at] for at in places]))
        last = {size: [self._tail(s, size) for s in seen] for size in range(1, 6)}
        columns += [(f"last{size}", last[size]) for size in range(2, 6)]
        columns += [(f"last{size}+kind", _joined(kinds, last[size])) for size in (2, 1)]
        return _table(numbers, chain(columns, self._predicates()))

    def _predicates(self) -> list[tuple[str, Column]]:
        seen, kinds, rules = self._asked
        tails = [s.predicate.tail if s.predicate else None for s in seen]
        lemma = [s.predicate.lemma if s.predicate else None for s in seen]
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

    def _clauses(self, numbers: Numbers) -> Iterator[list[int]]:
        """Reporting frames, quotations, and the clauses before the last."""
        morphemes = self.sheet["morphemes"]
        seen, _, rules = self._asked
        # The predicate ends where a reporting frame begins.
        ends = [s.predicate.last + 1 if s.predicate else outer(morphemes, s.first, s.stop)[1] for s in seen]
        quotes = [self._quotation(n) for n in self.asked]
        said = [predicate(morphemes, *morpheme_range(morphemes, *span)) if span else None for span in quotes]
        pieces = [list(clauses(morphemes, s.first, end)) for s, end in zip(seen, ends, strict=True)]
        before = [[found for piece in each[:-1] if (found := predicate(morphemes, *piece))] for each in pieces]
        columns: list[tuple[str, Column]] = [
            ("reported", [str(end < s.stop - 1) for s, end in zip(seen, ends, strict=True)]),
            ("quote", [str("“" in body or '"' in body) for body in map(self._body, self.asked)]),
            ("quote+rule", [rule if span else None for rule, span in zip(rules, quotes, strict=True)]),
            ("said", [p.lemma if p else None for p in said]),
            ("said-end", [_last(p.tail, 3) if p else None for p in said]),
            ("said-rule", [status_of(p, nominal=False) if p else None for p in said]),
            ("clauses", [str(min(len(each), 4)) for each in pieces]),
        ]
        flat = list(chain.from_iterable(before))
        each_clause = _table(numbers, [("clause", [p.lemma for p in flat]), ("clause-rule", [status_of(p, nominal=False) for p in flat])])
        for row, these in zip(_table(numbers, columns), before, strict=True):
            yield [*row, *chain.from_iterable(islice(each_clause, len(these)))]

    def _quotation(self, n: int) -> tuple[int, int] | None:
        """Where the first quotation of a unit stands, without its marks."""
        found = _SPEECH.search(self.text, self.units[n]["start"], self.units[n]["end"])
        return found.span(1) if found else None

    def _words(self, numbers: Numbers) -> Iterator[list[int]]:
        content = [tag in _CONTENT for tag in self.tag]
        columns: list[tuple[str, Column]] = [
            ("word", [word if c else None for word, c in zip(self.word, content, strict=True)]),
            ("ending", [None if c else word for word, c in zip(self.word, content, strict=True)]),
            ("pair", [*map(" ".join, pairwise(self.form)), None][: len(self.form)]),
        ]
        found = list(chain.from_iterable(_table(numbers, columns)))
        for seen in self._asked[0]:
            yield found[3 * seen.first : max(3 * seen.stop - 1, 0)]  # without the pair at the end

    def _when(self, numbers: Numbers) -> Iterator[tuple[int, ...]]:
        seen, _, rules = self._asked
        named = [self._times(n) for n in self.asked]
        last = [self._tail(s, 1) for s in seen]
        columns: list[tuple[str, Column]] = []
        for when in ("around", "future", "past", "undated"):
            found = [when if when in times else None for times in named]
            columns += [("time", found), ("time+last", _joined(found, last)), ("time+rule", _joined(found, rules))]
        return _table(numbers, [*columns, ("time", [None if times else "no" for times in named])])

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

    def _around(self, numbers: Numbers) -> Iterator[tuple[int, ...]]:
        seen, _, rules = self._asked
        count = len(self.units)
        marks = [self.text[self.units[n]["start"]] for n in self.asked]
        columns: list[tuple[str, Column]] = [
            ("length", [str(min(8, (s.stop - s.first) // 8)) for s in seen]),
            ("place", [str(min(n, 6)) for n in self.asked]),
            ("from-end", [str(min(count - 1 - n, 3)) for n in self.asked]),
            ("share", [str(5 * n // count) for n in self.asked]),
            ("mark", ["" if mark.isalnum() else mark for mark in marks]),
        ]
        statuses = [s.status for s in self.seen]
        last = [self._tail(s, 2) for s in self.seen]
        for offset in (-1, 1, -2, 2):
            other = self._beside(statuses, offset)
            columns += [
                (f"{offset}:rule", ["edge" if rule is None else rule for rule in other]),
                (f"{offset}:kind", self._beside(self.kinds, offset)),
            ]
            if abs(offset) == 1:
                columns += [(f"{offset}:last", self._beside(last, offset)), (f"{offset}:rules", _joined(other, rules))]
        return _table(numbers, columns)

    def _beside(self, values: Sequence[str], offset: int) -> Column:
        """For each unit that is asked, the value of the unit so many places further on."""
        return [values[at] if 0 <= (at := n + offset) < len(values) else None for n in self.asked]

    def _sections(self, numbers: Numbers) -> Iterator[list[int]]:
        """The words of the heading that a unit stands under; many units share one."""
        found: dict[tuple[int | None, str], list[int]] = {}
        for n in self.asked:
            section, kind = self.units[n]["section"], self.kinds[n]
            if (section, kind) not in found:
                heading = range(self.seen[section].begin, self.seen[section].end) if section is not None else ()
                words = [self.form[i] for i in heading if self.tag[i] in _CONTENT]
                columns = [("section", words), ("section+kind", [word + kind for word in words])]
                found[section, kind] = list(chain.from_iterable(_table(numbers, columns)))
            yield found[section, kind]

    def _title(self, numbers: Numbers) -> Iterable[tuple[int, ...]]:
        _, kinds, rules = self._asked
        if not self.titles:
            return [()] * len(kinds)
        title = self.seen[self.titles[0]]
        columns: list[tuple[str, Column]] = [
            ("title-rule", [title.status] * len(kinds)),
            ("title-rules", [title.status + rule for rule in rules]),
            ("title-last", [self._tail(title, 2)] * len(kinds)),
            ("title-last+kind", [self._tail(title, 1) + kind + rule for kind, rule in zip(kinds, rules, strict=True)]),
        ]
        return _table(numbers, columns)

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

    def category_features(self, numbers: Numbers) -> list[list[int]]:
        """For each unit that is asked, the numbers of its features for its category."""
        parts = (self._topics, self._named, self._purposes, self._headings, self._names)
        return _rows(*(part(numbers) for part in parts), [self._release(numbers)] * len(self.asked))

    def _topics(self, numbers: Numbers) -> Iterator[list[int]]:
        words = numbers.of("word", self._topical_forms)
        pairs = numbers.of("pair", list(map(" ".join, pairwise(self._topical_forms))))
        for n in self.asked:
            span = self.spans[n]
            yield words[span] + pairs[span.start : max(span.start, span.stop - 1)]

    def _named(self, numbers: Numbers) -> Iterator[tuple[int, ...]]:
        """The categories whose keywords a unit holds."""
        found = [self._fields[n] for n in self.asked]
        ranked = [("field", [fields[rank] if rank < len(fields) else None for fields in found]) for rank in range(3)]
        return _table(numbers, [*ranked, ("field1", [_best(fields) for fields in found])])

    def _purposes(self, numbers: Numbers) -> Iterator[list[int]]:
        """What stands before the first word of purpose."""
        morphemes = self.sheet["morphemes"]
        words = numbers.of("purpose", self._topical_forms)
        found = [_PURPOSE.search(self.text, self.units[n]["start"], self.units[n]["end"]) for n in self.asked]
        fields = [
            _best(category_of(self.text[self.units[n]["start"] : p.start()])) or None if p else None for n, p in zip(self.asked, found, strict=True)
        ]
        for n, purpose, field in zip(self.asked, found, numbers.of("purpose-field", fields), strict=True):
            if purpose is None:
                yield []
                continue
            stop = bisect_left(self._topical, bisect_left(morphemes["start"], purpose.start()))
            yield [*words[self.spans[n].start : stop], field]

    def _headings(self, numbers: Numbers) -> Iterator[list[int]]:
        sections = [self.units[n]["section"] for n in self.asked]
        words = numbers.of("section", self._topical_forms)
        fields = numbers.of("section-field", [None if section is None else _best(self._fields[section]) for section in sections])
        for section, field in zip(sections, fields, strict=True):
            yield [] if section is None else [*words[self.spans[section]], field]

    def _names(self, numbers: Numbers) -> Iterator[list[int]]:
        """The entities in a unit, what the unit before is about, and the unit's kind."""
        entities = self.sheet["entities"]
        known = [m for m in self.sheet["mentions"] if m["entity_id"] in entities]
        found: list[list[int]] = [[] for _ in self.units]
        for mention, number in zip(known, numbers.of("name", [entities[m["entity_id"]]["name"] for m in known]), strict=True):
            found[mention["unit"]].append(number)
        before = numbers.of("before", self._beside([_best(fields) for fields in self._fields], -1))
        kinds = numbers.of("kind", self._asked[1])
        for n, *others in zip(self.asked, before, kinds, strict=True):
            yield [*found[n], *others]

    def _release(self, numbers: Numbers) -> list[int]:
        """Features that all units of the release share."""
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


def status_vectors(readings: Sequence[Reading]) -> Dense:
    """Units that are asked, of all releases, x `STATUS_INPUTS`: the mean of each unit's words, and its last words one by one."""
    vectors = readings[0].vectors
    places = [(r.rows, s) for r in readings for s in r.asked_seen]
    mean, counts = _sums(vectors, [rows[s.begin : s.end] for rows, s in places], np.ones(len(vectors.forms), np.float32))
    tails = [rows[max(s.begin, s.stop - TAIL_VECTORS) : s.stop] for rows, s in places]
    padded = np.array([[len(vectors.forms)] * (TAIL_VECTORS - len(tail)) + tail for tail in tails], np.intp)
    last = vectors.values[padded, :HALF].reshape(len(tails), TAIL_VECTORS * HALF)
    return np.hstack([mean / np.maximum(counts, _TINY)[:, None], last]) * np.float32(_SCALE)


def category_vectors(readings: Sequence[Reading]) -> Dense:
    """Units that are asked, of all releases, x `CATEGORY_INPUTS`: what unit, release, title, section and the unit before are about."""
    vectors = readings[0].vectors
    words = [r.topical_rows[span] for r in readings for span in r.spans]
    sums, totals = _sums(vectors, words, np.maximum(vectors.weights - 4, 0.2))  # rare words weigh more
    # A line a unit, then two a release, for its body and its title, then one for what is not there.
    none = len(words) + 2 * len(readings)
    lines, parts, first = [[n] for n in range(len(words))], [], 0
    for r in readings:
        body = len(lines)
        lines.append([first + n for n, kind in enumerate(r.kinds) if kind != "boilerplate"])
        lines.append([first + n for n in r.titles])
        for n in r.asked:
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
