"""Which acts a unit holds: where its coordinated clauses end, and what each of them does.

A unit is cut at some of its *points*: after a connective (`-고`, `-며`, `-는 한편` …), after a nominal item of a list, at the end. For each point
a conditional random field says whether the clause goes on (`join`), ends as an act with a status, or ends as none (`drop`). So purpose, manner
and relative clauses stay with the act they belong to, and each act has its own status (codebook, section 3, rule 4).
"""

from __future__ import annotations

import pathlib
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.learn import crf
from pipeline.learn.arrays import WeightsError, read, write
from pipeline.learn.coded import Coded
from pipeline.learn.templates import Template, template
from pipeline.lexicon import cue_sets
from pipeline.predicates import Predicate, outer, predicate, stem, trim
from pipeline.roles import quotations
from pipeline.schema import ACT_STATUSES, MentionData, UnitData
from pipeline.sentences import morpheme_range, status_of
from pipeline.sheet import Morphemes, Sheet

Span = tuple[int, int]
JOIN, DROP = "join", "drop"
TAGS = (JOIN, DROP, *ACT_STATUSES)

COLUMNS = (
    "ending", "comma", "verb", "class", "tense", "says", "next", "after", "between", "left", "right", "body", "deung", "quote", "status", "kind",
    "long_left", "long_right", "many", "number", "final", "last", "tail", "says_last", "noun", "marks",
)  # fmt: skip

_CUTTING = frozenset(
    [
        "고",
        "며",
        "으며",
        "면서",
        "으면서",
        "나",
        "으나",
        "지만",
        "는데",
        "ᆫ데",
        "은데",
        "되",
        "으되",
        "니",
        "으니",
        "다며",
        "라며",
        "다면서",
        "라면서",
        "ᆫ다며",
        "ᆫ다고",
        "다고",
        "라고",
        "ᆫ다면서",
        "는다며",
    ]
)
_ITEM = re.compile(r"[▲△▴▵▶▷◆◇■□●○◎·•①-⑳➊-➓❶-❿]")
_SHUT = re.compile(r"‘[^‘’]*’|「[^「」]*」|｢[^｢｣]*｣|\([^()]*\)|『[^『』]*』")
_NOUN = ("NNG", "NNP", "XR", "NNB", "XSN", "SL", "SN")
_VERB = ("VV", "VA", "XSV", "XSA", "VCP", "VCN")


@dataclass(frozen=True, slots=True)
class Point:
    """A place at which a clause may end.

    Attributes:
        stop: index of the morpheme after the clause. `resume`: index at which the next clause begins. `end`: offset at which the clause ends.
        columns: what speaks for and against; empty values are left out.
    """

    stop: int
    resume: int
    end: int
    columns: dict[str, str]


@dataclass(frozen=True, slots=True)
class Clause:
    """An act: its morphemes `[first, stop)`, its characters, its status and how sure the model is of both."""

    first: int
    stop: int
    start: int
    end: int
    status: str
    confidence: float


class Points:
    """Finds the points of the units of one release."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.morphemes: Morphemes = sheet["morphemes"]
        self.bodies: list[MentionData] = [m for m in sheet["mentions"] if m["label"] == "ORG"]
        self.starts = [m["start"] for m in self.bodies]

    def of(self, unit: UnitData) -> tuple[int, list[Point]]:
        """Index of the first morpheme, and the points in order; the last is the unit's end. None where there are no words."""
        morphemes, text = self.morphemes, self.sheet["text"]
        first, stop = trim(morphemes, *morpheme_range(morphemes, unit["start"], unit["end"]))
        if first >= stop:
            return first, []
        quotes = quotations(text, unit)
        inner_first, inner_stop = outer(morphemes, first, stop)
        if inner_first >= inner_stop:
            inner_first, inner_stop = first, stop
        shut = [m.span() for m in _SHUT.finditer(text, unit["start"], unit["end"])]
        cuts = [*self._cuts(inner_first, inner_stop, shut), (inner_stop, inner_stop, "end")]
        end = predicate(morphemes, inner_first, inner_stop)
        says_last = status_of(end, nominal=True)
        points, begin = [], inner_first
        for n, (at, resume, ending) in enumerate(cuts):
            limit = cuts[n + 1][0] if n + 1 < len(cuts) else inner_stop
            found = predicate(morphemes, begin, at)
            columns = {
                "ending": ending,
                "comma": morphemes["form"][at] if at < inner_stop and morphemes["tag"][at].startswith(("SP", "SS")) else "",
                "status": unit["status"],
                "kind": unit["kind"],
                "many": str(min(len(cuts), 6)),
                "number": f"{min(n, 4)}",
                "last": "yes" if n + 1 == len(cuts) else "next" if n + 2 == len(cuts) else "",
                "final": end.lemma if end else "",
                "tail": " ".join(end.tail.split(" ")[-3:]) if end else "",
                "says_last": says_last,
                **self._before(begin, at, found, quotes),
                **self._behind(resume, limit, inner_stop, quotes),
            }
            points.append(Point(at, resume, self._end(at, unit["end"]) if n + 1 == len(cuts) else morphemes["end"][at - 1], columns))
            begin = resume
        return inner_first, points

    def _end(self, stop: int, end: int) -> int:
        """End of the clause that stops before morpheme `stop`, with a closing full stop where it is the last."""
        at = self.morphemes["end"][stop - 1]
        rest = self.sheet["text"][at:end]
        return end if len(rest) <= 3 and not any(c.isalnum() for c in rest) else at

    def _cuts(self, first: int, stop: int, shut: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
        """Index after the clause, index where the next begins, and the ending."""
        form, tag, start, end = self.morphemes["form"], self.morphemes["tag"], self.morphemes["start"], self.morphemes["end"]
        for i in range(first + 1, stop - 1):
            if tag[i][0] not in "EJNSX" or any(a < end[i] <= b and start[i] > a for a, b in shut):
                continue
            at = i + 1
            if tag[i] == "EC" and form[i] in _CUTTING:
                if tag[at] == "VX" or (form[at] in ("있", "나", "나가") and tag[at][0] == "V"):
                    continue
                ending = form[i]
            elif form[i] == "한편" and tag[i - 1] == "ETM":
                ending = form[i]
            elif tag[i] == "EF" and at < stop - 2:
                ending = "EF"
            elif tag[i] in _NOUN and ((tag[at] == "SP" and form[at] in ",/") or (tag[at][0] == "S" and _ITEM.match(form[at]) and form[at] != "·")):
                ending = "noun"
            elif tag[i] == "ETN" and tag[at] == "SP":
                ending = "ETN"
            elif form[i] == "및" and tag[i - 1] in _NOUN and i + 1 < stop:
                yield i, at, "및"
                continue
            elif form[i] == ")" and tag[at] == "SP" and tag[i - 1][0] in "NS":
                ending = "aside"
            else:
                continue
            resume = at
            while resume < stop and tag[resume][0] == "S" and tag[resume] not in ("SL", "SN", "SH"):
                resume += 1
            if resume < stop:
                yield at, resume, ending

    def _before(self, begin: int, at: int, found: Predicate | None, quotes: Sequence[tuple[int, int]]) -> dict[str, str]:
        """What the clause that would end is like."""
        form, tag = self.morphemes["form"], self.morphemes["tag"]
        window = tag[begin:at]
        verb = stem(found) if found else ""
        base = verb.removesuffix("되") + "하" if verb.endswith("되") else verb
        sets = cue_sets("verbs")
        kind = next((k for k in ("report", "ask", "attend", "event", "fact", "act") if base in sets[k]), "other" if verb else "")
        inside = any(a < self.morphemes["start"][at - 1] < b for a, b in quotes)
        return {
            "verb": verb,
            "class": kind,
            "tense": " ".join(found.tail.split(" ")[-2:]) if found else "",
            "says": status_of(found, nominal=True),
            "left": _particles(window),
            "long_left": str(min((at - begin).bit_length(), 6)),
            "quote": ("in" if inside else "out") if quotes else "",
            "noun": form[at - 1] if tag[at - 1] in _NOUN else "",
            "marks": "▲" if begin > 0 and _ITEM.match(form[begin - 1]) else "",
        }

    def _behind(self, resume: int, limit: int, stop: int, quotes: Sequence[tuple[int, int]]) -> dict[str, str]:
        """What follows: the next verb, what becomes of it, who and what stand before it."""
        form, tag, start = self.morphemes["form"], self.morphemes["tag"], self.morphemes["start"]
        if resume >= stop:
            return {}
        verb = next((j for j in range(resume, stop) if tag[j] in _VERB), stop)
        window = tag[resume:verb]
        after = " ".join(f"{form[k]}/{tag[k]}" if tag[k][0] == "E" or form[k] in _AFTER else tag[k] for k in range(verb + 1, min(verb + 4, stop)))
        etm = verb + 1 < stop and tag[verb + 1] == "ETM"
        name = form[verb - 1] + form[verb] if verb < stop and tag[verb][0] == "X" else form[verb] if verb < stop else ""
        here, there = (
            bisect_left(self.starts, start[resume]),
            bisect_left(self.starts, start[verb] if verb < stop else self.morphemes["end"][stop - 1]),
        )
        topic = any(self.sheet["text"][m["end"] : m["end"] + 1] in tuple("은는이가") for m in self.bodies[here:there])
        deung = next((k for k in range(resume, stop) if form[k] == "등" and tag[k] == "NNB"), stop)
        clause_deung = deung < stop and tag[deung - 1] == "ETM"
        return {
            "next": name,
            "after": after,
            "between": "noun" if etm and verb + 2 < stop and tag[verb + 2][0] == "N" and form[verb + 2] not in _AFTER else "",
            "right": _particles(window),
            "body": "topic" if topic else "body" if there > here else "",
            "deung": ("clause" if clause_deung else "noun") + ("-near" if deung < limit else "") if deung < stop else "",
            "long_right": str(min((limit - resume).bit_length(), 6)),
        }


_AFTER = frozenset(
    [
        "등",
        "위하",
        "위해",
        "위한",
        "계획",
        "예정",
        "방침",
        "것",
        "바",
        "수",
        "데",
        "중",
        "한편",
        "점",
        "구상",
        "목표",
        "기",
        "대하",
        "통하",
        "따르",
        "관하",
        "의하",
    ]
)


def _particles(tags: Sequence[str]) -> str:
    """Which of object, subject, topic and adverbial are marked."""
    return "".join(letter for letter, tag in (("o", "JKO"), ("s", "JKS"), ("t", "JX"), ("b", "JKB")) if tag in tags)


def _templates() -> tuple[Template, ...]:
    found: dict[tuple[tuple[str, int], ...], None] = {((c, 0),): None for c in COLUMNS}
    found |= {((c, 1),): None for c in ("ending", "says", "verb", "class", "long_left", "left", "quote")}
    found |= {((c, -1),): None for c in ("ending", "says", "verb", "class", "long_left")}
    some = ("ending", "says", "status", "comma", "quote", "last", "kind", "deung", "after", "body", "class")
    others = ("tense", "next", "between", "left", "right", "long_left", "long_right", "many", "number", "says_last", "noun", "marks", "verb")
    found |= {tuple((c, 0) for c in sorted((a, b))): None for a in some for b in (*some, *others) if a != b}
    for columns in (
        "ending comma right", "ending comma after", "ending left right comma", "status says says_last", "status tense last", "ending noun marks",
        "ending comma status says", "ending comma next", "verb final", "status tail says", "says last status", "ending many kind",
        "ending class comma right",
    ):  # fmt: skip
        found[tuple((c, 0) for c in columns.split())] = None
    return tuple(template(*parts) for parts in found)


TEMPLATES = _templates()
PENALTY, LEAST = 1.0, 2
_FORBIDDEN = -1e3
# A unit takes the highest status of its clauses (codebook, section 3, rule 4), so that none of them has a higher one.
_ALLOWED = {status: frozenset((JOIN, DROP, *ACT_STATUSES[n:])) for n, status in enumerate(ACT_STATUSES)}


def act_units(sheet: Sheet) -> list[int]:
    """The units that hold acts."""
    return [n for n, u in enumerate(sheet["units"]) if u["status"] in ACT_STATUSES and u["kind"] not in ("boilerplate", "table")]


class Segmenter:
    """The model: `fit` on units whose acts are known, `cut` for others.

    Attributes:
        features: of points.
        model: weighs them.
    """

    def __init__(self, features: Coded, model: crf.CRF) -> None:
        self.features, self.model = features, model

    def cut(self, sheets: Sequence[Sheet]) -> list[dict[int, list[Clause]]]:
        """The acts of each release by unit; one at least for each of its `act_units` that has words."""
        places: list[tuple[int, int, int, list[Point]]] = []
        for n, sheet in enumerate(sheets):
            points = Points(sheet)
            for u in act_units(sheet):
                first, found = points.of(sheet["units"][u])
                if found:
                    places.append((n, u, first, found))
        result: list[dict[int, list[Clause]]] = [{} for _ in sheets]
        if not places:
            return result
        ends = np.cumsum([0, *(len(p) for *_, p in places)]).tolist()
        spans = list(pairwise(ends))
        scores = self.model.scores(self.features.features([[p.columns for p in found] for *_, found in places]))
        for (n, u, _, _), (a, b) in zip(places, spans, strict=True):
            allowed = _ALLOWED[sheets[n]["units"][u]["status"]]
            scores[a:b, [t not in allowed for t in TAGS]] += _FORBIDDEN
            scores[b - 1, TAGS.index(JOIN)] += _FORBIDDEN
        batch = crf.Batch.of(spans)
        labels, chances = self.model.decode(scores, batch), self.model.marginals(scores, batch)
        for (n, u, first, found), (a, b) in zip(places, spans, strict=True):
            tags = [TAGS[t] for t in labels[a:b]]
            if sheets[n]["units"][u]["status"] not in tags:
                tags[-1] = sheets[n]["units"][u]["status"]
            sure = [float(chances[a + i, TAGS.index(t)]) for i, t in enumerate(tags)]
            result[n][u] = list(_clauses(sheets[n], u, first, found, tags, sure))
        return result

    def to_disk(self, folder: pathlib.Path) -> None:
        """Write the weights."""
        arrays, data = self.features.arrays()
        write(folder, {**arrays, "weights": self.model.weights.astype(np.float16), "transitions": self.model.transitions}, data)

    @classmethod
    def from_disk(cls, folder: pathlib.Path) -> Segmenter:
        """Read what `to_disk` wrote.

        Raises:
            WeightsError: it is missing, broken or of another version.
        """
        arrays, data = read(folder)
        features = Coded.of(arrays, data, COLUMNS, folder)
        if "transitions" not in arrays or "weights" not in arrays or arrays["weights"].shape != (len(features.index), len(TAGS)):
            raise WeightsError(f"{folder}: the weights do not fit their features; train the model anew (`dajim train`)")
        return cls(features, crf.CRF(arrays["weights"].astype(np.float32), arrays["transitions"]))

    @classmethod
    def fit(cls, cases: Sequence[tuple[Sheet, dict[int, list[tuple[Span, str]]]]]) -> Segmenter:
        """Fit a model.

        Args:
            cases: releases with, by unit, the span and status of its acts.
        """
        sequences: list[list[dict[str, str]]] = []
        tags: list[int] = []
        for sheet, acts in cases:
            points = Points(sheet)
            for u in act_units(sheet):
                _, found = points.of(sheet["units"][u])
                if found:
                    sequences.append([p.columns for p in found])
                    tags += [TAGS.index(t) for t in tagged(sheet, found, acts.get(u, []))]
        features = Coded.fit(sequences, COLUMNS, TEMPLATES, at_least=LEAST)
        ends = np.cumsum([0, *map(len, sequences)]).tolist()
        numbers = features.features(sequences)
        spans = list(pairwise(ends))
        model = crf.fit(
            numbers,
            np.array(tags, np.int64),
            spans,
            sizes=(len(features.index), len(TAGS)),
            settings=crf.Settings(epochs=40, batch=32, rate=0.1, drop=0.0, penalty=PENALTY),
        )
        return cls(features, model)


def _clauses(sheet: Sheet, n: int, first: int, points: Sequence[Point], tags: Sequence[str], sure: Sequence[float]) -> Iterator[Clause]:
    """The acts of a unit; where it has but one, that is the whole unit."""
    unit, starts = sheet["units"][n], sheet["morphemes"]["start"]
    ended = [i for i, t in enumerate(tags) if t != JOIN]
    acting = [i for i in ended if tags[i] in ACT_STATUSES]
    begin = first
    for i in ended:
        if tags[i] in ACT_STATUSES:
            alone = len(ended) == 1
            start, end = (unit["start"], unit["end"]) if alone else (starts[begin], points[i].end)
            yield Clause(begin, points[i].stop, start, end, tags[i], min(sure[j] for j in acting if j <= i))
        begin = points[i].resume


def tagged(sheet: Sheet, points: Sequence[Point], acts: Sequence[tuple[Span, str]]) -> list[str]:
    """The tags of points that cut a unit into the given acts, as nearly as points allow."""
    text, starts = sheet["text"], sheet["morphemes"]["start"]

    def apart(one: int, other: int) -> int:
        return sum(map(str.isalnum, text[min(one, other) : max(one, other)]))

    tags = [JOIN] * len(points)
    for k, ((_, end), status) in enumerate(acts):
        free = [i for i, t in enumerate(tags) if t == JOIN]
        near = min(free, key=lambda i: apart(points[i].end, end), default=-1)
        if near >= 0 and apart(points[near].end, end) <= 1:
            tags[near] = status
        elif k == len(acts) - 1 and tags[-1] == JOIN:
            tags[-1] = status
    for (start, _), _ in acts:
        for i, point in enumerate(points[:-1]):
            if tags[i] == JOIN and apart(starts[point.resume], start) == 0:
                tags[i] = DROP
    if tags[-1] == JOIN:
        tags[-1] = DROP
    return tags
