"""Where a clause of a unit may end, and what speaks for and against it.

These *points* lie after a connective (`-고`, `-며`, `-는 한편` …), after a nominal item of a list, and at the end of the unit; `acts` decides which of
them end an act.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.lexicon import cue_sets
from pipeline.predicates import Predicate, outer, predicate, stem, trim
from pipeline.roles import Span, quotations
from pipeline.schema import MentionData, UnitData
from pipeline.sentences import morpheme_range, status_of
from pipeline.sheet import Morphemes, Sheet

_OF_UNIT = ("status", "kind", "many", "final", "tail", "says_last")  # columns that are alike for all points of a unit
_OF_POINT = ("ending", "comma", "number", "last", "says")
_BEFORE = ("verb", "class", "tense", "left", "long_left", "quote", "noun", "marks")
_BEHIND = ("next", "after", "between", "right", "body", "deung", "long_right")
COLUMNS = (*_OF_UNIT, *_OF_POINT, *_BEFORE, *_BEHIND)

_CUTTING = frozenset({
    "고", "며", "으며", "면서", "으면서", "나", "으나", "지만", "는데", "ᆫ데", "은데", "되", "으되", "니", "으니", "다며", "라며", "다면서", "라면서", "ᆫ다며", "ᆫ다고",
    "다고", "라고", "ᆫ다면서", "는다며",
})  # fmt: skip
_ENDINGS = frozenset({"EC", "EF", "ETN"})
_WORDS = frozenset({"한편", "및"})
_SIGNS = frozenset({"SF", "SP", "SS", "SSO", "SSC", "SE", "SO", "SW", "SB", "SL", "SH", "SN"})
_ITEM = re.compile(r"[▲△▴▵▶▷◆◇■□●○◎·•①-⑳➊-➓❶-❿]")
_SHUT = re.compile(r"‘[^‘’]*’|「[^「」]*」|｢[^｢｣]*｣|\([^()]*\)|『[^『』]*』")
_NOUN = frozenset({"NNG", "NNP", "XR", "NNB", "XSN", "SL", "SN"})
_WRITTEN = frozenset({"SL", "SN", "SH"})  # tags in S that are words
_VERB = frozenset({"VV", "VA", "XSV", "XSA", "VCP", "VCN"})
_AFTER = frozenset({
    "등", "위하", "위해", "위한", "계획", "예정", "방침", "것", "바", "수", "데", "중", "한편", "점", "구상", "목표", "기", "대하", "통하", "따르", "관하", "의하",
})  # fmt: skip
_PARTICLES = (("o", "JKO"), ("s", "JKS"), ("t", "JX"), ("b", "JKB"))
_KINDS = ("report", "ask", "attend", "event", "fact", "act")  # of `cues/verbs.tsv`


@dataclass(frozen=True, slots=True)
class Point:
    """A place at which a clause may end.

    Attributes:
        stop: index of the morpheme after the clause. `resume`: index at which the next clause begins. `end`: offset at which the clause ends.
        said: predicate of what stands between the point before and this one.
        values: what speaks for and against, in the order of `COLUMNS`; empty where there is nothing to say.
    """

    stop: int
    resume: int
    end: int
    said: Predicate | None
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A unit without marks at its ends and without a reporting frame: `[first, stop)` of its morphemes, predicate and points, the last at its end."""

    first: int
    stop: int
    said: Predicate | None
    points: list[Point]


@dataclass(frozen=True, slots=True)
class _Marks:
    """What is looked up at every point of a unit: where somebody is quoted, indices of the verbs and of each `등` behind the first point."""

    quotes: list[Span]
    verbs: list[int]
    deung: list[int]


class Points:
    """Finds the points of the units of one release."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.morphemes: Morphemes = sheet["morphemes"]
        self.bodies: list[MentionData] = [m for m in sheet["mentions"] if m["label"] == "ORG"]
        self.starts = [m["start"] for m in self.bodies]

    def of(self, unit: UnitData) -> Stretch | None:
        """The points of a unit; None where there are no words."""
        morphemes = self.morphemes
        whole = trim(morphemes, *morpheme_range(morphemes, unit["start"], unit["end"]))
        if whole[0] >= whole[1]:
            return None
        last = predicate(morphemes, *whole)  # of the whole range, as other components have asked for it
        first, stop = (whole[0], last.last + 1) if last else outer(morphemes, *whole)
        if first >= stop:
            first, stop = whole
        cuts = [*self._cuts(unit, first, stop), (stop, stop, "end")]
        says_last = status_of(last, nominal=True)
        final, tail = (last.lemma, _end_of(last.tail, 3)) if last else ("", "")
        common = unit["status"], unit["kind"], str(min(len(cuts), 6)), final, tail, says_last
        marks = self._marks(unit, cuts[0][1], stop)
        points, begin, alone = [], first, len(cuts) == 1
        for n, (at, resume, ending) in enumerate(cuts):
            limit = cuts[n + 1][0] if n + 1 < len(cuts) else stop
            said = last if alone else predicate(morphemes, begin, at)
            comma = morphemes["form"][at] if at < stop and morphemes["tag"][at].startswith(("SP", "SS")) else ""
            place = "yes" if n + 1 == len(cuts) else "next" if n + 2 == len(cuts) else ""
            says = says_last if alone else status_of(said, nominal=True)
            here = ending, comma, str(min(n, 4)), place, says
            values = (*common, *here, *self._before(begin, at, said, marks), *self._behind(resume, limit, stop, marks))
            end = self._end(at, unit["end"]) if n + 1 == len(cuts) else morphemes["end"][at - 1]
            points.append(Point(at, resume, end, said, values))
            begin = resume
        return Stretch(first, stop, last, points)

    def _marks(self, unit: UnitData, first: int, stop: int) -> _Marks:
        """What is looked up at every point; `first` is where the second clause begins."""
        form, tag = self.morphemes["form"], self.morphemes["tag"]
        verbs = [i for i, t in enumerate(tag[first:stop], first) if t in _VERB]
        deung = [i for i, f in enumerate(form[first:stop], first) if f == "등" and tag[i] == "NNB"]
        return _Marks(quotations(self.sheet["text"], unit), verbs, deung)

    def _end(self, stop: int, end: int) -> int:
        """End of the clause that stops before morpheme `stop`, with a closing full stop where it is the last."""
        at = self.morphemes["end"][stop - 1]
        rest = self.sheet["text"][at:end]
        return end if len(rest) <= 3 and not any(c.isalnum() for c in rest) else at

    def _cuts(self, unit: UnitData, first: int, stop: int) -> Iterator[tuple[int, int, str]]:
        """Index after the clause, index where the next begins, and the ending."""
        form, tag, start, end = self.morphemes["form"], self.morphemes["tag"], self.morphemes["start"], self.morphemes["end"]
        # Most morphemes end nothing: these few may.
        inner = slice(first + 1, stop - 1)
        lines = enumerate(zip(form[inner], tag[inner], tag[first + 2 : stop], strict=True), first + 1)
        places = [i for i, (this, own, after) in lines if own in _ENDINGS or after in _SIGNS or this in _WORDS]
        found = [(i, ending) for i in places if (ending := self._ending(i, stop))]
        shut = [m.span() for m in _SHUT.finditer(self.sheet["text"], unit["start"], unit["end"])] if found else []
        for i, ending in found:
            if any(a < end[i] <= b and start[i] > a for a, b in shut):
                continue
            if ending == "및":
                yield i, i + 1, ending
                continue
            resume = i + 1
            while resume < stop and tag[resume][0] == "S" and tag[resume] not in _WRITTEN:
                resume += 1
            if resume < stop:
                yield i + 1, resume, ending

    def _ending(self, i: int, stop: int) -> str:
        """The ending of the clause that may end with morpheme `i`; empty where none does."""
        form, tag = self.morphemes["form"], self.morphemes["tag"]
        this, that, after, before = form[i], form[i + 1], tag[i + 1], tag[i - 1]
        if tag[i] == "EC" and this in _CUTTING:
            goes_on = after == "VX" or (that in ("있", "나", "나가") and after[0] == "V")
            return "" if goes_on else this
        if tag[i][0] not in "EJNSX":
            return ""
        if this == "한편" and before == "ETM":
            return this
        if tag[i] == "EF" and i + 1 < stop - 2:
            return "EF"
        if tag[i] in _NOUN and ((after == "SP" and that in ",/") or (after[0] == "S" and _ITEM.match(that) and that != "·")):
            return "noun"
        if tag[i] == "ETN" and after == "SP":
            return "ETN"
        if this == "및" and before in _NOUN:
            return this
        return "aside" if this == ")" and after == "SP" and before[0] in "NS" else ""

    def _before(self, begin: int, at: int, said: Predicate | None, marks: _Marks) -> tuple[str, ...]:
        """What the clause that would end is like: the values of `_BEFORE`."""
        form, tag = self.morphemes["form"], self.morphemes["tag"]
        verb = stem(said) if said else ""
        base = verb.removesuffix("되") + "하" if verb.endswith("되") else verb
        kind = _kinds().get(base, "other" if verb else "")
        tense = _end_of(said.tail, 2) if said else ""
        long = str(min((at - begin).bit_length(), 6))
        inside = any(a < self.morphemes["start"][at - 1] < b for a, b in marks.quotes)
        quote = ("in" if inside else "out") if marks.quotes else ""
        noun = form[at - 1] if tag[at - 1] in _NOUN else ""
        mark = "▲" if begin > 0 and _ITEM.match(form[begin - 1]) else ""
        return verb, kind, tense, _particles(tag[begin:at]), long, quote, noun, mark

    def _behind(self, resume: int, limit: int, stop: int, marks: _Marks) -> tuple[str, ...]:
        """What follows: the next verb, what becomes of it, who and what stand before it: the values of `_BEHIND`."""
        form, tag = self.morphemes["form"], self.morphemes["tag"]
        if resume >= stop:
            return _NOTHING
        verb, deung = _next(marks.verbs, resume, stop), _next(marks.deung, resume, stop)
        after = " ".join([f"{form[k]}/{tag[k]}" if tag[k][0] == "E" or form[k] in _AFTER else tag[k] for k in range(verb + 1, min(verb + 4, stop))])
        etm = verb + 1 < stop and tag[verb + 1] == "ETM"
        name = form[verb - 1] + form[verb] if verb < stop and tag[verb][0] == "X" else form[verb] if verb < stop else ""
        between = "noun" if etm and verb + 2 < stop and tag[verb + 2][0] == "N" and form[verb + 2] not in _AFTER else ""
        place = "clause" if deung < stop and tag[deung - 1] == "ETM" else "noun"
        listed = place + ("-near" if deung < limit else "") if deung < stop else ""
        long = str(min((limit - resume).bit_length(), 6))
        return name, after, between, _particles(tag[resume:verb]), self._body(resume, verb, stop), listed, long

    def _body(self, first: int, verb: int, stop: int) -> str:
        """Whether a body is named before the next verb, and whether one is a topic or subject."""
        start = self.morphemes["start"]
        end = start[verb] if verb < stop else self.morphemes["end"][stop - 1]
        found = self.bodies[bisect_left(self.starts, start[first]) : bisect_left(self.starts, end)]
        topic = any(self.sheet["text"][m["end"] : m["end"] + 1] in _TOPICS for m in found)
        return "topic" if topic else "body" if found else ""


_TOPICS = frozenset("은는이가")
_NOTHING = ("",) * len(_BEHIND)


def _end_of(tail: str, count: int) -> str:
    """The last `count` morphemes of a predicate's tail."""
    return " ".join(tail.split(" ")[-count:])


def _next(places: Sequence[int], first: int, stop: int) -> int:
    """The first of the sorted places from `first` on; `stop` where there is none."""
    n = bisect_left(places, first)
    return places[n] if n < len(places) else stop


def _particles(tags: Sequence[str]) -> str:
    """Which of object, subject, topic and adverbial are marked."""
    return "".join([letter for letter, tag in _PARTICLES if tag in tags])


@functools.cache
def _kinds() -> dict[str, str]:
    """Stem of a verb -> the first of `_KINDS` that lists it."""
    sets = cue_sets("verbs")
    return {form: kind for kind in reversed(_KINDS) for form in sets[kind]}
