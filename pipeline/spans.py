"""Spans that may be names, and what a whole release says of each.

A tagger that reads unit by unit takes a name here and leaves it there. So each span that it holds possible is looked at once more, together with
all other places of the same words in the release, the spans that overlap it, the longer and shorter names that it is part of or holds,
what stands beside it in a list, and how rules, marks and neighbours present it (non-local features, as in Krishnan and Manning 2006). What
is seen becomes a row of codes a span; `tagger` lets a network decide on them.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from operator import ge, le

import numpy as np
import numpy.typing as npt

from pipeline.learn.templates import FIRST, OUTSIDE, Codes, Template, template
from pipeline.lexicon import cue_pattern
from pipeline.mentions import everywhere
from pipeline.schema import KINDS, LABELS
from pipeline.sheet import Sheet
from pipeline.tokens import CLOSE, EITHER, OPEN, Ints, Tokens
from pipeline.tokens import COLUMNS as TOKEN_COLUMNS

Floats = npt.NDArray[np.floating]
Key = tuple[int, int, int]  # first token, token after the last, label

POSSIBLE = 0.006  # probability from which a span is looked at
SPREAD = 0.1  # probability from which the same words are looked at everywhere in the release
_LONGEST = 80  # characters of words that are looked for everywhere

_METHODS = {"lexicon": 1, "definition": 2, "pattern": 3, "repeat": 4}  # of `mentions`
_NEVER = 19  # bucket of a probability that there is not: no other place, no list
_OPENING, _CLOSING = frozenset(OPEN + EITHER), frozenset(CLOSE + EITHER)
_DEFINED = re.compile(r"이하\s?[‘'“\"「｢]?\s?$")
_NEAR = 14  # characters between a name and the definition of its short form
_LIST_MARKS = frozenset({"·", ",", "ㆍ", "‧", "・", "및", "와", "과", "/"})
_SKIPPED = frozenset("‘’'“”「」｢｣△▲*()")
_LIGHT = re.compile(r"[\s·‧ㆍ‘’'\"“”「」]")  # by which two writings of one name may differ
_HALVES = ")∼~·,-"
_LATIN = re.compile(r" ?\([A-Z][A-Za-z0-9&.·/ \-]{1,60}\)")

# What is seen of a span (`_Seen`): buckets of probabilities, shares and counts.
SEEN = (
    *("label", "own", "outside", "weakest", "wider", "narrower", "rival", "any"),
    *("places", "mean", "most", "least", "rest", "earliest", "mean_wider", "mean_narrower", "mean_rival"),
    *("share_quoted", "share_headed", "share_title", "share_glued", "share_rule"),
    *("inside", "holds", "short_for", "left", "right", "same_last", "same_first"),
    *("rule", "kind", "quoted", "defined", "ever_defined", "definer", "headed", "glued", "glued_after"),
    *("tokens", "characters", "digits", "latin", "blanks", "head", "bracket"),
)
# Columns of tokens at its edges, and how many tokens further out.
EDGES = (
    *(("first", column, 0) for column in ("form", "middle", "fine", "tag", "quote", "lexicon")),
    *(("last", column, 0) for column in ("form", "middle", "fine", "tag", "last2", "lexicon")),
    *(("first", column, -1) for column in ("form", "tag")),
    *(("last", column, 1) for column in ("form", "tag", "coarse")),
    ("last", "form", 2),
)
COLUMNS = (*SEEN, *(f"{edge} {column} {offset:+}" for edge, column, offset in EDGES))
TEMPLATES: tuple[Template, ...] = (
    *(template((column, 0)) for column in COLUMNS),
    *(template((column, 0), ("label", 0)) for column in COLUMNS if column != "label"),
)
# Those that the network also gets as numbers.
DENSE = (
    *("own", "outside", "weakest", "wider", "narrower", "rival", "any", "mean", "most", "least", "rest", "earliest"),
    *("inside", "holds", "definer"),
)
SIZE = 40  # above the codes of the columns of `SEEN`


@dataclass(frozen=True, slots=True)
class Spans:
    """Spans of a release that may be names: parallel arrays.

    Attributes:
        first, stop: tokens, `stop` the one after the last.
        label: place in `LABELS`.
        chance: probability that these tokens are a name of this label, by the tagger; a bracket that `with_latin` adds is not counted.
        rule: how the rules found it (`_METHODS`, 5 for another way); 0 where they did not.
    """

    first: Ints
    stop: Ints
    label: Ints
    chance: Floats
    rule: Ints

    def __len__(self) -> int:
        """How many there are."""
        return len(self.first)


def spans(sheet: Sheet, found: Tokens, chances: Floats) -> Spans:
    """The spans that may be names.

    Args:
        sheet: of the release, with the mentions that rules propose.
        found: its tokens.
        chances: tokens x tags, probabilities.
    """
    text, onward = sheet["text"], _onward(found, chances)

    def chance(first: int, stop: int, label: int) -> float:
        inner = onward[first : stop - 1, label].prod()
        return float(chances[first, 1 + 2 * label] * inner * (1 - onward[stop - 1, label]))

    likely = dict(_likely(chances, onward))
    rules: dict[Key, int] = {}
    for m in sheet["mentions"]:
        if span := found.span(m["start"], m["end"]):
            rules[(*span, LABELS.index(m["label"]))] = _METHODS.get(m["method"], 5)
    for key in rules:
        likely.setdefault(key, chance(*key))
    forms: dict[str, set[int]] = defaultdict(set)
    for (first, stop, label), sure in likely.items():
        form = surface(text, found, (first, stop))
        if (sure >= SPREAD or (first, stop, label) in rules) and 2 <= len(form) < _LONGEST and "\n" not in form:
            forms[form].add(label)
    for form, labels in forms.items():
        for start in everywhere(text, form):
            if span := found.span(start, start + len(form)):
                for label in sorted(labels):
                    likely.setdefault((*span, label), chance(*span, label))
    kept: dict[Key, float] = {}
    for (first, stop, label), sure in likely.items():
        whole = without_marks(text, found, (first, stop))
        if whole:
            key = (*(whole if LABELS[label] == "PERSON" else with_latin(text, found, whole)), label)
            kept[key] = max(sure, kept.get(key, 0.0))
    keys = sorted(kept)
    begins, ends, labelled = np.array(keys, np.intp).reshape(-1, 3).T
    return Spans(begins, ends, labelled, np.array([kept[k] for k in keys]), np.array([rules.get(k, 0) for k in keys], np.intp))


def _onward(found: Tokens, chances: Floats) -> Floats:
    """Tokens x labels: the probability that a name that holds the token goes on with the next one."""
    held = chances[:, 1::2] + chances[:, 2::2]
    onward = np.zeros_like(held)
    inner = (np.diff(found.unit) == 0)[:, None]
    onward[:-1] = np.where(inner, np.minimum(1, chances[1:, 2::2] / np.maximum(held[:-1], 1e-6)), 0)
    return onward


def _likely(chances: Floats, onward: Floats) -> Iterator[tuple[Key, float]]:
    """Spans that are names with a probability of `POSSIBLE` at least."""
    for label in range(len(LABELS)):
        opens, goes_on = chances[:, 1 + 2 * label], onward[:, label]
        for first in np.flatnonzero(opens >= POSSIBLE).tolist():
            sure = float(opens[first])
            for last in count(first):
                further = sure * float(goes_on[last])
                if sure - further >= POSSIBLE:
                    yield (first, last + 1, label), sure - further
                if further < POSSIBLE:
                    break
                sure = further


def surface(text: str, found: Tokens, span: tuple[int, int]) -> str:
    """The text of some tokens."""
    return text[found.start[span[0]] : found.end[span[1] - 1]]


def without_marks(text: str, found: Tokens, span: tuple[int, int]) -> tuple[int, int] | None:
    """The span without half brackets at its beginning and without brackets around it; None where no name is left, or two are (`X(이하 Y)`)."""
    a, b = span
    form = surface(text, found, span)
    if "(이하" in form:
        return None
    if form.count("(") != form.count(")"):
        while a < b and text[found.start[a]] in _HALVES:  # `)∼새날 나들목(IC)`
            a += 1
    elif form.startswith("(") and form.find(")") == len(form) - 1:  # `(새날)`
        a, b = a + 1, b - 1
    form = surface(text, found, (a, b)) if a < b else ""
    return (a, b) if any(map(str.isalnum, form)) and form.count("(") == form.count(")") else None


def with_latin(text: str, found: Tokens, span: tuple[int, int]) -> tuple[int, int]:
    """The span with the Latin name or abbreviation in parentheses that follows: `X(ABC)` is one name."""
    match = _LATIN.match(text, found.end[span[1] - 1])
    wider = found.span(found.start[span[0]], match.end()) if match else None
    return wider or span


def apart(options: Spans, likely: Floats, least: Floats) -> list[int]:
    """Places of spans that do not overlap, the likeliest first; each has at least its `least` probability.

    Where they differ, spans are compared by how far they are above it.
    """
    level = likely * (1 - least) / (likely * (1 - least) + (1 - likely) * least)
    chosen: list[int] = []
    taken: set[int] = set()
    for n in np.argsort(-level, kind="stable").tolist():
        if level[n] < 0.5:
            break
        held = range(options.first[n], options.stop[n])
        if taken.isdisjoint(held):
            taken.update(held)
            chosen.append(n)
    return chosen


def columns(sheet: Sheet, found: Tokens, codes: Codes, chances: Floats, options: Spans) -> Codes:
    """What is seen of each span: spans x `COLUMNS`.

    Args:
        sheet: of the release.
        found: its tokens.
        codes: tokens x `tokens.COLUMNS`.
        chances: tokens x tags, probabilities.
        options: its spans.
    """
    result = np.empty((len(options), len(COLUMNS)), np.int32)
    if not len(options):
        return result
    seen = _Seen(sheet, found, chances, options).columns()
    for n, name in enumerate(SEEN):
        result[:, n] = seen[name] + FIRST
    for n, (edge, column, offset) in enumerate(EDGES, len(SEEN)):
        at = (options.first if edge == "first" else options.stop - 1) + offset
        near = np.clip(at, 0, len(found) - 1)
        same = (near == at) & (found.unit[near] == found.unit[options.first])
        result[:, n] = np.where(same, codes[near, TOKEN_COLUMNS.index(column)], OUTSIDE)
    return result


def _bucket(chance: Floats) -> Ints:
    """Log-odds in 19 steps; `_NEVER` for NaN."""
    sure = np.clip(np.nan_to_num(chance), 1e-5, 1 - 1e-5)
    steps = np.clip(np.rint(1.4 * np.log(sure / (1 - sure))), -9, 9).astype(np.intp) + 9
    return np.where(np.isnan(chance), _NEVER, steps)


def _eighths(share: Floats) -> Ints:
    return np.rint(8 * share).astype(np.intp)


class _Seen:
    """What a release says of its spans, each by itself and all places of the same words together."""

    def __init__(self, sheet: Sheet, found: Tokens, chances: Floats, options: Spans) -> None:
        self.text, self.units, self.found, self.chances, self.options = sheet["text"], sheet["units"], found, chances, options
        self.start = np.array(found.start, np.intp)[options.first]
        self.end = np.array(found.end, np.intp)[options.stop - 1]
        self.forms = [self.text[a:b] for a, b in zip(self.start.tolist(), self.end.tolist(), strict=True)]
        names: dict[tuple[str, int], int] = {}
        keys = [(_LIGHT.sub("", form).lower(), label) for form, label in zip(self.forms, options.label.tolist(), strict=True)]
        self.name = np.array([names.setdefault(key, len(names)) for key in keys], np.intp)  # number of the words of each span
        self.names = names
        self.places = np.bincount(self.name)

    def columns(self) -> dict[str, Ints]:
        """By name, the columns of `SEEN`."""
        return {**self._alone(), **self._around(), **self._together(), **self._company()}

    def _mean(self, values: npt.NDArray[np.generic]) -> Floats:
        """The mean over the places of the same words."""
        mean: Floats = (np.bincount(self.name, values.astype(np.float64)) / self.places)[self.name]
        return mean

    def _most(self, values: npt.NDArray[np.generic]) -> Floats:
        """The largest value at a place of the same words; values are at least 0."""
        most = np.zeros(len(self.places))
        np.maximum.at(most, self.name, values.astype(np.float64))
        return most[self.name]

    def _alone(self) -> dict[str, Ints]:
        """What the span is."""
        options, chances = self.options, self.chances
        inner = zip((options.first + 1).tolist(), options.stop.tolist(), (2 + 2 * options.label).tolist(), strict=True)
        return {
            "label": options.label,
            "rule": options.rule,
            "own": _bucket(options.chance),
            "outside": _bucket(chances[options.first, 0]),
            "weakest": _bucket(np.array([chances[a:b, tag].min(initial=1.0) for a, b, tag in inner])),
            "tokens": np.minimum(options.stop - options.first, 12),
            "characters": np.minimum(self.end - self.start, 24),
            "digits": self._of_form(lambda form: sum(map(str.isdigit, form)), 5),
            "latin": self._of_form(lambda form: sum(c.isascii() and c.isalpha() for c in form), 6),
            "blanks": self._of_form(lambda form: form.count(" "), 6),
            "head": self._of_form(lambda form: bool(_head().search(form[-5:])), 1),
            "bracket": self._of_form(lambda form: "(" in form, 1),
        }

    def _of_form(self, value: Callable[[str], int], limit: int) -> Ints:
        return np.array([min(value(form), limit) for form in self.forms], np.intp)

    def _around(self) -> dict[str, Ints]:
        """What stands beside it, and how its words stand elsewhere."""
        text, found, options = self.text, self.found, self.options
        sides = [(text[a - 1 : a], text[b : b + 1]) for a, b in zip(self.start.tolist(), self.end.tolist(), strict=True)]
        quoted = np.array([(before in _OPENING) + 2 * (after in _CLOSING) for before, after in sides], np.intp)
        glued = np.array([before.isalnum() for before, _ in sides])
        noun = [b < len(found) and found.tag[b][0] in "NX" for b in options.stop.tolist()]
        headed = np.array([_head().match(text[b : b + 8]) is not None for b in self.end.tolist()])
        defined = np.array([_DEFINED.search(text[max(0, a - 6) : a]) is not None for a in self.start.tolist()])
        definer = np.zeros(len(options))
        for n in np.flatnonzero(defined).tolist():
            near = (self.end <= self.start[n]) & (self.end >= self.start[n] - _NEAR) & (options.label == options.label[n])
            definer[n] = options.chance[near].max(initial=0.0)
        kinds = np.array([KINDS.index(unit["kind"]) for unit in self.units], np.intp)[found.unit[options.first]]
        return {
            "kind": kinds,
            "quoted": quoted,
            "defined": defined.astype(np.intp),
            "ever_defined": self._most(defined).astype(np.intp),
            "definer": _bucket(definer),
            "headed": headed.astype(np.intp),
            "glued": glued.astype(np.intp),
            "glued_after": np.array([after.isalnum() and n for (_, after), n in zip(sides, noun, strict=True)], np.intp),
            "share_quoted": _eighths(self._mean(quoted == 3)),
            "share_headed": _eighths(self._mean(headed)),
            "share_title": _eighths(self._mean(kinds == KINDS.index("title"))),
            "share_glued": _eighths(self._mean(glued)),
            "share_rule": _eighths(self._mean(options.rule > 0)),
        }

    def _together(self) -> dict[str, Ints]:
        """Spans that overlap it, and the other places of its words."""
        options, chance = self.options, self.options.chance
        first, stop, label = options.first, options.stop, options.label
        overlap = (first[:, None] < stop) & (first < stop[:, None])
        np.fill_diagonal(overlap, val=False)
        same = overlap & (label[:, None] == label)

        def best(which: npt.NDArray[np.bool_]) -> Floats:
            most: Floats = np.where(which, chance, 0.0).max(1)
            return most

        def within(begins: Callable[..., npt.NDArray[np.bool_]], ends: Callable[..., npt.NDArray[np.bool_]]) -> Floats:
            return best(same & begins(first, first[:, None]) & ends(stop, stop[:, None]))

        wider, narrower, rival = within(le, ge), within(ge, le), best(overlap & ~same)
        mean, places = self._mean(chance), self.places[self.name]
        rest = np.where(places > 1, (mean * places - chance) / np.maximum(places - 1, 1), np.nan)
        earliest = np.zeros(len(self.places))
        earliest[self.name[::-1]] = chance[::-1]  # spans are sorted: the first place is written last
        return {
            "wider": _bucket(wider),
            "narrower": _bucket(narrower),
            "rival": _bucket(rival),
            "any": _bucket(best(overlap)),
            "places": np.minimum(places, 8),
            "mean": _bucket(mean),
            "most": _bucket(self._most(chance)),
            "least": _bucket(1 - self._most(1 - chance)),
            "rest": _bucket(rest),
            "earliest": _bucket(earliest[self.name]),
            "mean_wider": _eighths(self._mean(wider)),
            "mean_narrower": _eighths(self._mean(narrower)),
            "mean_rival": _eighths(self._mean(rival)),
        }

    def _company(self) -> dict[str, Ints]:
        """Other names of the release: those that it is part of, holds or abbreviates, those beside it in a list, those built alike."""
        found, options = self.found, self.options
        mean = np.bincount(self.name, options.chance) / self.places
        inside, holds, short_for = _parts(self.names, mean)
        ends, begins = defaultdict[tuple[int, int], float](float), defaultdict[tuple[int, int], float](float)
        for first, stop, label, chance in zip(*self._lists(options.first, options.stop, options.label, options.chance), strict=True):
            ends[stop, label] = max(ends[stop, label], chance)
            begins[first, label] = max(begins[first, label], chance)
        left, right = np.full(len(options), np.nan), np.full(len(options), np.nan)
        for n, (first, stop, label) in enumerate(zip(*self._lists(options.first, options.stop, options.label), strict=True)):
            if (at := _beyond(found.form, first - 1, -1)) is not None:
                left[n] = ends.get((at + 1, label), 0.0)
            if (at := _beyond(found.form, stop, 1)) is not None:
                right[n] = begins.get((at, label), 0.0)
        return {
            "inside": _bucket(inside[self.name]),
            "holds": _bucket(holds[self.name]),
            "short_for": _bucket(short_for[self.name]),
            "left": _bucket(left),
            "right": _bucket(right),
            "same_last": _bucket(self._alike([found.form[n - 1] for n in options.stop.tolist()])),
            "same_first": _bucket(self._alike([found.form[n] for n in options.first.tolist()])),
        }

    @staticmethod
    def _lists(*arrays: npt.NDArray[np.generic]) -> list[list[int]]:
        return [array.tolist() for array in arrays]

    def _alike(self, parts: Sequence[str]) -> Floats:
        """The mean probability of spans of other words that share this part; NaN where there are none."""
        groups: dict[tuple[str, int], int] = {}
        label, chance = self.options.label.tolist(), self.options.chance
        group = np.array([groups.setdefault(key, len(groups)) for key in zip(parts, label, strict=True)], np.intp)
        # All places of the same words share their parts, up to how they are written.
        both: dict[tuple[int, int], int] = {}
        pair = np.array([both.setdefault(key, len(both)) for key in zip(group.tolist(), self.name.tolist(), strict=True)], np.intp)
        others = np.bincount(group)[group] - np.bincount(pair)[pair]
        total = np.bincount(group, chance)[group] - np.bincount(pair, chance)[pair]
        mean: Floats = np.where(others > 0, np.maximum(total, 0) / np.maximum(others, 1), np.nan)
        return mean


def _parts(names: Mapping[tuple[str, int], int], mean: Floats) -> tuple[Floats, Floats, Floats]:
    """By number of a name: how likely the likeliest longer name is that begins or ends so, the shorter one that it begins or ends with, and
    the one that it abbreviates, as `ABC` does `X(ABC)`."""
    inside, holds, short_for = np.zeros(len(names)), np.zeros(len(names)), np.zeros(len(names))
    for (form, label), whole in names.items():
        for cut in range(1, len(form)):
            for piece in (form[:cut], form[cut:]):
                part = names.get((piece, label))
                if part is not None:
                    inside[part], holds[whole] = max(inside[part], mean[whole]), max(holds[whole], mean[part])
        if form.endswith(")"):
            short = names.get((form[form.rfind("(") + 1 : -1], label))
            if short is not None:
                short_for[short] = max(short_for[short], mean[whole])
    return inside, holds, short_for


def _beyond(forms: Sequence[str], at: int, step: int) -> int | None:
    """The token on the other side of a list's mark that stands at `at` or behind brackets and quotation marks; None where there is no mark."""
    seen = False
    while 0 <= at < len(forms):
        if not seen and forms[at] in _LIST_MARKS:
            seen = True
        elif forms[at] not in _SKIPPED:
            return at if seen else None
        at += step
    return None


@functools.cache
def _head() -> re.Pattern[str]:
    """A noun that heads the names of programmes, after at most one blank."""
    return re.compile(rf"\s?(?:{cue_pattern('mentions', 'program_head')})")
