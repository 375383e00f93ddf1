"""What can be seen of a unit: features for its status and for its category, as strings, and as vectors.

Status is said at the end of the unit, so its features are the last morphemes, the main predicate and what the rules make of it, the times
that are named, quotation, and the units around; category is what the unit is about, so its features are words: of the unit, of its
purpose, of its section, of the title and of the release. Dense features are means of word vectors.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from pipeline import times
from pipeline.learn.vectors import HALF, Vectors
from pipeline.predicates import Predicate, clauses, outer, predicate, trim
from pipeline.schema import UnitData
from pipeline.sentences import category_of, morpheme_range, status_of
from pipeline.sheet import Sheet

TAIL = 8  # last morphemes that are looked at one by one
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

Dense = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A unit as the rules see it: its morphemes without marks at the ends, predicate and status."""

    begin: int
    first: int
    stop: int
    end: int
    predicate: Predicate | None
    status: str


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
        self.seen = [self._see(unit) for unit in self.units]
        self.titles = [n for n, u in enumerate(self.units) if u["kind"] == "title"]

    def _see(self, unit: UnitData) -> _Seen:
        begin, end = morpheme_range(self.sheet["morphemes"], unit["start"], unit["end"])
        first, stop = trim(self.sheet["morphemes"], begin, end)
        found = predicate(self.sheet["morphemes"], first, stop) if first < stop else None
        status = "none" if unit["kind"] in MUTE or found is None else status_of(found, nominal=True)
        return _Seen(begin, first, stop, end, found, status)

    # --- status

    def status_features(self, n: int) -> list[str]:
        """Features of unit `n` for its status."""
        return [*self._ending(n), *self._inside(n), *self._when(n), *self._around(n)]

    def _tail(self, n: int, size: int) -> list[str]:
        seen = self.seen[n]
        return self.word[max(seen.first, seen.stop - size) : seen.stop]

    def _ending(self, n: int) -> Iterator[str]:
        kind, seen, tail = self.units[n]["kind"], self.seen[n], self._tail(n, TAIL)
        yield from (f"kind={kind}", f"rule={seen.status}", f"kind+rule={kind}{seen.status}")
        for distance, word in enumerate(reversed(tail)):
            yield f"tail{distance}={word}"
            if distance < 4:
                yield f"tag{distance}={word.rpartition('/')[2]}"
        for size in range(2, 6):
            yield f"last{size}={' '.join(tail[-size:])}"
        yield f"last2+kind={kind}{' '.join(tail[-2:])}"
        yield f"last1+kind={kind}{' '.join(tail[-1:])}"
        if found := seen.predicate:
            words = found.tail.split()
            tense = "past" if _PAST.search(found.tail[-30:]) else "other"
            yield f"lemma={found.lemma}"
            yield f"lemma+end={found.lemma} {' '.join(words[-2:])}"
            yield f"end3={' '.join(words[-3:])}"
            yield f"end4={' '.join(words[-4:])}"
            yield f"lemma+rule={found.lemma}{seen.status}"
            yield f"lemma+kind={found.lemma}{kind}"
            yield f"tense={tense}"
            yield f"lemma+tense={found.lemma}{tense}"

    def _inside(self, n: int) -> Iterator[str]:
        morphemes, unit, seen = self.sheet["morphemes"], self.units[n], self.seen[n]
        first, stop = outer(morphemes, seen.first, seen.stop)
        yield f"reported={stop < seen.stop - 1}"
        body = self.text[unit["start"] : unit["end"]]
        quoted = _SPEECH.search(body)
        yield f"quote={'“' in body or chr(34) in body}"
        if quoted:
            yield f"quote+rule={seen.status}"
            begin, end = trim(morphemes, *morpheme_range(morphemes, unit["start"] + quoted.start(1), unit["start"] + quoted.end(1)))
            if begin < end and (said := predicate(morphemes, begin, end)):
                yield from (f"said={said.lemma}", f"said-end={' '.join(said.tail.split()[-3:])}", f"said-rule={status_of(said, nominal=False)}")
        pieces = list(clauses(morphemes, first, stop)) if first < stop else []
        yield f"clauses={min(len(pieces), 4)}"
        for a, b in pieces[:-1]:
            if clause := predicate(morphemes, a, b):
                yield from (f"clause={clause.lemma}", f"clause-rule={status_of(clause, nominal=False)}")
        for i in range(seen.first, seen.stop):
            yield ("word=" if self.tag[i] in _CONTENT else "ending=") + self.word[i]
            if i + 1 < seen.stop:
                yield f"pair={self.form[i]} {self.form[i + 1]}"

    def _when(self, n: int) -> Iterator[str]:
        unit, last, rule = self.units[n], " ".join(self._tail(n, 1)), self.seen[n].status
        named = set()
        for period in times.find(self.text, unit["start"], unit["end"], published=self.published):
            if self.published and period.last and period.last < self.published:
                named.add("past")
            elif self.published and period.first and period.first > self.published:
                named.add("future")
            else:
                named.add("around" if period.first or period.last else "undated")
        for when in sorted(named):
            yield from (f"time={when}", f"time+last={when}{last}", f"time+rule={when}{rule}")
        if not named:
            yield "time=no"

    def _around(self, n: int) -> Iterator[str]:
        units, seen, count = self.units, self.seen, len(self.units)
        unit = units[n]
        yield from (f"length={min(8, (seen[n].stop - seen[n].first) // 8)}", f"place={min(n, 6)}", f"from-end={min(count - 1 - n, 3)}")
        yield f"share={5 * n // count}"
        mark = self.text[unit["start"]]
        yield f"mark={'' if mark.isalnum() else mark}"
        for offset in (-1, 1, -2, 2):
            other = n + offset
            if not 0 <= other < count:
                yield f"{offset}:rule=edge"
                continue
            yield from (f"{offset}:rule={seen[other].status}", f"{offset}:kind={units[other]['kind']}")
            if abs(offset) == 1:
                yield from (f"{offset}:last={' '.join(self._tail(other, 2))}", f"{offset}:rules={seen[other].status}{seen[n].status}")
        section = unit["section"]
        if section is not None:
            for i in range(seen[section].begin, seen[section].end):
                if self.tag[i] in _CONTENT:
                    yield from (f"section={self.form[i]}", f"section+kind={self.form[i]}{unit['kind']}")
        if self.titles:
            title, last = seen[self.titles[0]], self._tail(self.titles[0], 2)
            yield from (f"title-rule={title.status}", f"title-rules={title.status}{seen[n].status}", f"title-last={' '.join(last)}")
            yield f"title-last+kind={' '.join(last[-1:])}{unit['kind']}{seen[n].status}"

    def status_vectors(self) -> Dense:
        """Units x `STATUS_INPUTS`: the mean of each unit's words, and its last words one by one."""
        found = np.zeros((len(self.units), STATUS_INPUTS), np.float32)
        values = self.vectors.values
        for n, seen in enumerate(self.seen):
            rows = [r for r in self._rows[seen.begin : seen.end] if r >= 0]
            if rows:
                found[n, : 2 * HALF] = values[rows].mean(0)
            tail = self._rows[max(seen.begin, seen.stop - TAIL_VECTORS) : seen.stop]
            if tail:
                found[n, STATUS_INPUTS - len(tail) * HALF :] = values[tail][:, :HALF].ravel()
        return found * np.float32(_SCALE)

    # --- category

    @cached_property
    def _rows(self) -> list[int]:
        number = self.vectors.number
        return [number.get(word, -1) for word in self.word]

    @cached_property
    def _topical(self) -> list[list[int]]:
        """For each unit the morphemes that say what it is about."""
        return [[i for i in range(s.begin, s.end) if self.tag[i] in _TOPICAL] for s in self.seen]

    @cached_property
    def _fields(self) -> list[tuple[str, ...]]:
        """For each unit the categories whose keywords it holds, best first."""
        return [category_of(self.text[u["start"] : u["end"]]) for u in self.units]

    @cached_property
    def _release(self) -> list[str]:
        """Features that all units of the release share."""
        body = [n for n, u in enumerate(self.units) if u["kind"] != "boilerplate"]
        words = Counter(self.form[i] for n in body for i in self._topical[n])
        found = [f"release={w}" for w, _ in words.most_common(_FREQUENT)]
        found += [f"title={w}" for w in dict.fromkeys(self.form[i] for n in self.titles for i in self._topical[n])]
        found += [f"given-title={w[:3]}" for w in dict.fromkeys(_WORD.findall(self.sheet["title"]))]
        fields = Counter(f[0] for n in body if (f := self._fields[n]))
        found += [f"release-field={c}" for c, _ in fields.most_common(2)]
        found += [f"release-field1={c}" for c, _ in fields.most_common(1)]
        entities = self.sheet["entities"]
        bodies = [m["entity_id"] for m in self.sheet["mentions"] if m["label"] == "ORG" and m["entity_id"] in entities]
        if self.sheet["issuer_id"] in entities:
            found.append(f"issuer={entities[self.sheet['issuer_id']]['name']}")
        if bodies:
            found.append(f"body1={entities[bodies[0]]['name']}")
            found.append(f"body={entities[Counter(bodies).most_common(1)[0][0]]['name']}")
        return found

    def category_features(self, n: int) -> list[str]:
        """Features of unit `n` for its category."""
        return [*self._topics(n), *self._release]

    def _topics(self, n: int) -> Iterator[str]:
        unit, fields = self.units[n], self._fields
        words = [self.form[i] for i in self._topical[n]]
        yield from (f"word={w}" for w in dict.fromkeys(words))
        yield from (f"pair={a} {b}" for a, b in pairwise(words))
        yield from (f"field={c}" for c in fields[n][:3])
        yield f"field1={fields[n][0] if fields[n] else ''}"
        body = self.text[unit["start"] : unit["end"]]
        if purpose := _PURPOSE.search(body):
            a, b = morpheme_range(self.sheet["morphemes"], unit["start"], unit["start"] + purpose.start())
            yield from (f"purpose={self.form[i]}" for i in range(a, b) if self.tag[i] in _TOPICAL)
            yield from (f"purpose-field={c}" for c in category_of(body[: purpose.start()])[:1])
        section = unit["section"]
        if section is not None:
            yield from (f"section={self.form[i]}" for i in self._topical[section])
            yield f"section-field={fields[section][0] if fields[section] else ''}"
        entities = self.sheet["entities"]
        for m in self.sheet["mentions"]:
            if unit["start"] <= m["start"] < unit["end"] and m["entity_id"] in entities:
                yield f"name={entities[m['entity_id']]['name']}"
        if n:
            yield f"before={fields[n - 1][0] if fields[n - 1] else ''}"
        yield f"kind={unit['kind']}"

    def category_vectors(self) -> Dense:
        """Units x `CATEGORY_INPUTS`: what unit, release, title, section and the unit before are about."""
        means = np.stack([self._about(rows) for rows in self._topical]) if self.units else np.zeros((0, HALF), np.float32)
        body = self._about([i for n, u in enumerate(self.units) if u["kind"] != "boilerplate" for i in self._topical[n]])
        title = self._about([i for n in self.titles for i in self._topical[n]])
        none = np.zeros(HALF, np.float32)
        found = np.zeros((len(self.units), CATEGORY_INPUTS), np.float32)
        for n, unit in enumerate(self.units):
            section = means[unit["section"]] if unit["section"] is not None else none
            found[n] = np.concatenate([means[n], body, title, section, means[n - 1] if n else none])
        return found * np.float32(_SCALE)

    def _about(self, morphemes: list[int]) -> Dense:
        """Mean of the topical halves of the vectors, rare words weighing more."""
        rows = [r for i in morphemes if (r := self._rows[i]) >= 0]
        if not rows:
            return np.zeros(HALF, np.float32)
        weights = np.maximum(self.vectors.weights[rows] - 4, 0.2)
        found: Dense = (weights @ self.vectors.values[rows][:, HALF:]) / weights.sum()
        return found
