"""What must hold of an annotation, and of the corpus as a whole.

No message quotes a release: a problem is named by document, part, index and offset, so that the test split can be checked unread.
"""

from __future__ import annotations

import contextlib
import datetime
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.corpus.annotation import Act, Annotation, Quantity, Span, sha256
from pipeline.corpus.standoff import CorpusError, read_file, read_standoff
from pipeline.corpus.store import PARTIAL, SINGLE, Store
from pipeline.schema import ACT_STATUSES, CATEGORIES, KINDS, LABELS, OPEN_STATUSES, STATUSES

TEST_SIZE = 80  # the first ids of `to_annotate.txt`
_PAIRS = {pair[0]: pair[1] for pair in ("()", "[]", "{}", "「」", "『』", "｢｣", "‘’", "“”", "<>", "〈〉", "《》", "【】")}
_AMOUNT = re.compile(r"\d*")
_COUNT = re.compile(r"[\d.]+ ?\S.*")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something that does not hold: `where` names a document and its part, or a file."""

    where: str
    message: str

    def __str__(self) -> str:
        """One line."""
        return f"{self.where}: {self.message}"


def check(store: Store) -> list[Problem]:
    """Everything that is wrong in the corpus: in its files, its splits, and in each annotation.

    Hashes and offsets are checked against the texts that are at hand; `without_text` counts the others.
    """
    found: list[Problem] = []
    for name in store.names():
        try:
            found += check_annotation(*store.authored(name))
        except CorpusError as error:
            found.append(Problem(name, str(error)))
    try:
        splits = store.splits
    except CorpusError as error:
        return [*found, Problem("splits.json", str(error))]
    found += _splits(store, splits)
    for split, ids in splits.items():
        try:
            annotations = read_standoff(store.path(split))
        except CorpusError as error:
            found.append(Problem(split, str(error)))
            continue
        found += _ids(split, ids, [a.id for a in annotations])
        for annotation in annotations:
            found += check_annotation(annotation, store.real.get(annotation.id), partial=split in PARTIAL, single=split in SINGLE)
    return found


def without_text(store: Store) -> int:
    """How many labelled releases could be checked by their offsets alone, as their text is not at hand. Broken files count none."""
    found = 0
    for split in store.splits:
        with contextlib.suppress(CorpusError):
            found += sum(a.id not in store.real for a in read_standoff(store.path(split)))
    return found


def check_annotation(annotation: Annotation, text: str | None = None, *, partial: bool = False, single: bool = False) -> list[Problem]:
    """What is wrong in one annotation; without `text`, as far as that can be told from the offsets.

    A `partial` one has no acts; one of `single` units has no names either, and need not cover the text.

    >>> from pipeline.corpus.annotation import Unit
    >>> text = "새날시는 쉼터를 연다."
    >>> [str(p) for p in check_annotation(Annotation("a", sha256(text), (Unit((0, 4), "sentence", "none", "welfare"),), ()), text)]
    ['a, units[0]: status none with category welfare', 'a: 6 characters from 5 on are in no unit']
    """
    found = [*_text(annotation, text), *_units(annotation), *_mentions(annotation, text)]
    found += [("", "acts in a release that is labelled for units and names alone")] if partial and annotation.acts else []
    found += [("", "names in a release of which single units are labelled")] if single and annotation.mentions else []
    found += [] if partial else _acts(annotation)
    if text is not None and not single:
        found += _coverage(annotation, text)
    return [Problem(f"{annotation.id}{f', {part}' if part else ''}", message) for part, message in found]


_Found = Iterator[tuple[str, str]]


def _text(annotation: Annotation, text: str | None) -> _Found:
    if text is not None and sha256(text) != annotation.sha256:
        yield "", "the text is not the one that was labelled (its SHA-256 differs)"
    for part, span in _spans(annotation):
        if not 0 <= span[0] < span[1]:
            yield part, f"{span[0]}..{span[1]} is no span"
        elif text is not None and span[1] > len(text):
            yield part, f"{span[0]}..{span[1]} reaches beyond the text, which has {len(text)} characters"


def _spans(annotation: Annotation) -> Iterator[tuple[str, Span]]:
    for i, unit in enumerate(annotation.units):
        yield f"units[{i}]", unit.span
    for i, mention in enumerate(annotation.mentions):
        yield f"mentions[{i}]", mention.span
    for i, act in enumerate(annotation.acts):
        yield from ((f"acts[{i}]", span) for span in _act_spans(act))


def _act_spans(act: Act) -> Iterator[Span]:
    quantities = [*([act.deadline] if act.deadline else []), *act.amounts, *act.counts]
    yield from (s for s in (act.span, act.beneficiary, act.speaker, *(q.span for q in quantities)) if s is not None)


def _coverage(annotation: Annotation, text: str) -> _Found:
    covered = bytearray(len(text))
    for unit in annotation.units:
        start, end = max(0, unit.span[0]), min(len(text), unit.span[1])
        covered[start:end] = b"\1" * max(0, end - start)
    left = [i for i, c in enumerate(text) if not covered[i] and not c.isspace()]
    if left:
        yield "", f"{len(left)} characters from {left[0]} on are in no unit"


def _order(part: str, spans: Sequence[Span]) -> _Found:
    for i, (one, other) in enumerate(itertools.pairwise(spans), 1):
        if other[0] < one[1]:
            yield f"{part}[{i}]", f"{other[0]}..{other[1]} overlaps or precedes the one before it ({one[0]}..{one[1]})"


def _units(annotation: Annotation) -> _Found:
    yield from _order("units", [u.span for u in annotation.units])
    for i, unit in enumerate(annotation.units):
        part = f"units[{i}]"
        for value, allowed, what in ((unit.kind, KINDS, "kind"), (unit.status, STATUSES, "status"), (unit.category, CATEGORIES, "category")):
            if value not in allowed:
                yield part, f"unknown {what} {value!r}; one of {', '.join(allowed)}"
        if (unit.category == "none") != (unit.status in ("none", "appeal")):
            yield part, f"status {unit.status} with category {unit.category}"
        second = unit.secondary
        if len(second) > 2 or len(set(second)) < len(second) or unit.category in second or not set(second) <= set(CATEGORIES) - {"none"}:
            yield part, f"secondary {', '.join(second)}: at most two categories, each once, other than the primary one"
        elif second and unit.category == "none":
            yield part, "secondary categories without a primary one"
        if unit.section is not None and not (0 <= unit.section < i and annotation.units[unit.section].kind == "heading"):
            yield part, f"section {unit.section} is no heading before it"


def _mentions(annotation: Annotation, text: str | None) -> _Found:
    yield from _order("mentions", [m.span for m in annotation.mentions])
    for i, mention in enumerate(annotation.mentions):
        part, (start, end) = f"mentions[{i}]", mention.span
        if mention.label not in LABELS:
            yield part, f"unknown label {mention.label!r}; one of {', '.join(LABELS)}"
        if not any(u.span[0] <= start and end <= u.span[1] for u in annotation.units):
            yield part, f"{start}..{end} lies in no unit as a whole"
        if text is not None and (mark := unpaired(text[start:end])):
            yield part, f"{start}..{end} holds an unpaired {mark}"


def unpaired(surface: str) -> str:
    """The first bracket or quotation mark of a name whose other half is missing; empty where there is none.

    >>> unpaired("지역 스튜디오(LSS"), unpaired("새날(주)"), unpaired('"동행" 펀드')
    ('(', '', '')
    """
    open_: list[str] = []
    for c in surface:
        if c in _PAIRS:
            open_.append(c)
        elif c in _PAIRS.values() and (not open_ or _PAIRS[open_.pop()] != c):
            return c
    return open_[0] if open_ else '"' if surface.count('"') % 2 else ""


def _acts(annotation: Annotation) -> _Found:
    statuses: dict[int, list[str]] = {}
    last = 0
    for i, act in enumerate(annotation.acts):
        part = f"acts[{i}]"
        if not 0 <= act.unit < len(annotation.units):
            yield part, f"there is no unit {act.unit}"
            continue
        if act.unit < last:
            yield part, f"stands after an act of unit {last}; acts are ordered by unit"
        last = act.unit
        statuses.setdefault(act.unit, []).append(act.status)
        unit = annotation.units[act.unit]
        for span in _act_spans(act):
            if not (unit.span[0] <= span[0] and span[1] <= unit.span[1]):
                yield part, f"{span[0]}..{span[1]} lies outside its unit ({unit.span[0]}..{unit.span[1]})"
        for message in _act(act, annotation):
            yield part, message
    for i, unit in enumerate(annotation.units):
        own = statuses.get(i, [])
        if unit.status in ACT_STATUSES and not own:
            yield f"units[{i}]", f"status {unit.status} without an act"
        elif unit.status not in ACT_STATUSES and own:
            yield f"units[{i}]", f"acts in a unit of status {unit.status}"
        elif own and unit.status != (strongest := next((s for s in STATUSES if s in own), own[0])):
            yield f"units[{i}]", f"status {unit.status}, but the strongest of its acts is {strongest}"


def _act(act: Act, annotation: Annotation) -> Iterator[str]:
    if act.status not in ACT_STATUSES:
        yield f"an act cannot have status {act.status!r}; one of {', '.join(ACT_STATUSES)}"
    if act.category not in CATEGORIES[:-1]:
        yield f"an act cannot have category {act.category!r}; one of {', '.join(CATEGORIES[:-1])}"
    if not act.actors or not all(a.strip() for a in act.actors):
        yield "an act without an actor"
    if not act.predicate.strip():
        yield "an act without a predicate"
    for p in act.programs:
        if not (0 <= p < len(annotation.mentions) and annotation.mentions[p].label == "PROGRAM"):
            yield f"programs: mention {p} is no PROGRAM"
    if act.deadline:
        if act.status not in OPEN_STATUSES:
            yield f"a deadline on an act of status {act.status}"
        if fault := _deadline(act.deadline.value):
            yield fault
    yield from _quantities("amount", act.amounts, _AMOUNT, "a whole number of won, or empty")
    yield from _quantities("count", act.counts, _COUNT, "a number and its unit")


def _quantities(what: str, quantities: Iterable[Quantity], pattern: re.Pattern[str], form: str) -> Iterator[str]:
    yield from (f"{what} {q.value!r} is not {form}" for q in quantities if not pattern.fullmatch(q.value))


def _deadline(value: str) -> str:
    """What is wrong with the range of a deadline; a deadline that is only text has none."""
    if not value:
        return ""
    ends = value.split("..")
    try:
        days = [datetime.date.fromisoformat(e) if re.fullmatch(r"\d{4}-\d\d-\d\d", e) else e for e in ends]
    except ValueError:
        return f"deadline {value!r} names no day of the calendar"
    if len(days) != 2 or not any(days) or any(isinstance(d, str) and d for d in days):
        return f"deadline {value!r} is not START..END of ISO dates, of which one may be left out"
    start, end = days
    return f"deadline {value!r} ends before it starts" if isinstance(start, datetime.date) and isinstance(end, datetime.date) and end < start else ""


def _splits(store: Store, splits: dict[str, list[str]]) -> Iterator[Problem]:
    for i, one in enumerate(splits):
        for other in list(splits)[i + 1 :]:
            if both := sorted(set(splits[one]) & set(splits[other])):
                yield Problem("splits.json", f"{len(both)} documents are in {one} and {other}, such as {both[0]}")
    drawn = store.texts / "to_annotate.txt" if store.texts else None
    if drawn and drawn.exists() and set(splits["test"]) != set(read_file(drawn).split()[:TEST_SIZE]):
        yield Problem("splits.json", f"test is not the first {TEST_SIZE} ids of {drawn}")


def _ids(split: str, named: list[str], labelled: list[str]) -> Iterator[Problem]:
    for ids, what in (
        (set(named) - set(labelled), "are in splits.json but not labelled"),
        (set(labelled) - set(named), "are labelled but not in splits.json"),
    ):
        if ids:
            yield Problem(split, f"{len(ids)} documents {what}, such as {min(ids)}")
