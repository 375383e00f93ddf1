"""What the annotation tools share: how they count, and how the spans that come back become an annotation again.

A tool holds spans, labels and links between spans; it has no place for the section of a unit or the parts of an act. So every exported
document carries its labels a second time, as stand-off JSON in a field that the tool keeps but does not show (`CARRIED`). On the way
back the tool's own labels win; what a tool cannot hold is taken from the carried copy where the spans are still the same, and
whatever falls away is reported.
"""

from __future__ import annotations

import bisect
import json
import pathlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from pipeline.corpus.annotation import Act, Annotation, Mention, Span, Unit, sha256
from pipeline.corpus.check import check_annotation
from pipeline.corpus.standoff import CorpusError, from_line
from pipeline.read.problems import ReadError
from pipeline.read.text import to_text

CARRIED = "dajim"
CODE_POINTS, UTF_16 = "code-points", "utf-16"
COUNTINGS = (CODE_POINTS, UTF_16)
_Item = TypeVar("_Item", Unit, Mention)
_END = "|"  # composes with nothing, so that the length of what stands before it is a length of Text


class Offsets:
    r"""Offsets as a tool counts them, and offsets into Text.

    The tool's text may have line ends, a BOM or a Unicode form that Text has not; its offsets count in its own text.

    >>> Offsets("🎉새날시", UTF_16).to_tool(1), Offsets("🎉새날시", UTF_16).to_text(2)
    (2, 1)
    >>> Offsets("가\r\n나", CODE_POINTS).to_text(3)
    2
    """

    def __init__(self, raw: str, counting: str, text: str | None = None) -> None:
        """Count in `raw`, the tool's text, by `counting`; `text` is Text where that is known already."""
        self.text = to_text(raw, "the text") if text is None else text
        self._raw = raw
        self._starts = [0]  # of each character of `raw`, and its end
        for c in raw:
            self._starts.append(self._starts[-1] + (2 if counting == UTF_16 and ord(c) > 0xFFFF else 1))

    def to_tool(self, offset: int) -> int:
        """The tool's offset of an offset into its text."""
        return self._starts[offset]

    def to_text(self, offset: int) -> int | None:
        """The offset into Text; None where the tool's offset lies outside its text or inside a character."""
        at = bisect.bisect_left(self._starts, offset)
        if at == len(self._starts) or self._starts[at] != offset:
            return None
        return at if self.text == self._raw else len(to_text(self._raw[:at] + _END, "the text")) - 1

    def span(self, start: object, end: object) -> Span | None:
        """A span of Text; None where it is none."""
        if type(start) is not int or type(end) is not int:
            return None
        first, last = self.to_text(start), self.to_text(end)
        return (first, last) if first is not None and last is not None and first < last else None


@dataclass(frozen=True, slots=True)
class LooseAct:
    """An act that names its unit and programmes by span, so that it survives when others come and go."""

    unit: Span
    act: Act
    programs: tuple[Span, ...]


@dataclass(slots=True)
class Draft:
    """What a tool gave back of one document."""

    doc_id: str
    text: str
    units: list[Unit] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    acts: list[LooseAct] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def note(self, what: str) -> None:
        """Remember what could not be taken as it came."""
        if what not in self.notes:
            self.notes.append(what)


@dataclass(frozen=True, slots=True)
class Imported:
    """An annotation that came back, and what could not be taken as it came: a line each."""

    annotation: Annotation
    notes: tuple[str, ...]


def open_draft(doc_id: object, raw: object, carried: object, where: str) -> tuple[Draft, Annotation | None]:
    """The draft of a document with its text, and the carried copy of its labels.

    Raises:
        CorpusError: there is no id or no text.
    """
    if not isinstance(doc_id, str) or not doc_id:
        raise CorpusError(f"{where}: no `doc_id`; was this exported by `dajim corpus export`?")
    if not isinstance(raw, str):
        raise CorpusError(f"{where}: {doc_id} has no `text`; export it from the tool with its text")
    copy = None
    if isinstance(carried, str):
        copy = from_line(carried, f"{where}: `{CARRIED}` of {doc_id}")
    try:
        text = raw if copy and sha256(raw) == copy.sha256 else to_text(raw, f"{where}: {doc_id}")
    except ReadError as error:
        raise CorpusError(error.message) from error
    draft = Draft(doc_id, text)
    if copy is None:
        draft.note(f"the field `{CARRIED}` is gone, and with it what the tool has no place for")
    elif copy.sha256 != sha256(text):
        draft.note("the text was changed in the tool; the labels are of the changed text")
    return draft, copy


def outside(path: pathlib.Path) -> None:
    """Refuse a path inside a clone of the project: what is exported holds texts of releases, which do not belong there.

    Raises:
        CorpusError: it is inside one.
    """
    for folder in path.resolve().parents:
        if (folder / "corpus" / "splits.json").exists() or (folder / "splits.json").exists():
            raise CorpusError(f"{path} lies inside the project ({folder}), where texts of releases do not belong; write it elsewhere")


def carried_copy(annotation: Annotation) -> str:
    """An annotation as the field `CARRIED` holds it. A string, since tools and their data frames mangle nested objects."""
    return json.dumps(annotation.to_json(), ensure_ascii=False)


def loosen(annotation: Annotation) -> list[LooseAct]:
    """The acts of an annotation, named by span."""
    units, mentions = annotation.units, annotation.mentions
    return [LooseAct(units[a.unit].span, replace(a, unit=0, programs=()), tuple(mentions[p].span for p in a.programs)) for a in annotation.acts]


def assemble(draft: Draft, carried: Annotation | None) -> Imported:
    """The annotation that a draft amounts to: in order, with sections, acts bound to units and programmes."""
    units = _sections(_distinct(draft, draft.units, "unit"), carried)
    mentions = _distinct(draft, draft.mentions, "mention")
    acts = sorted(_bound(draft, units, mentions), key=lambda act: act.unit)
    annotation = Annotation(draft.doc_id, sha256(draft.text), tuple(units), tuple(mentions), tuple(acts))
    known = {p.message for p in check_annotation(carried, draft.text)} if carried else set()
    for problem in check_annotation(annotation, draft.text):
        if problem.message not in known:
            draft.note(str(problem).removeprefix(draft.doc_id).lstrip(", :"))
    return Imported(annotation, tuple(f"{draft.doc_id}: {note}" for note in draft.notes))


def _distinct(draft: Draft, items: Iterable[_Item], what: str) -> list[_Item]:
    found: list[_Item] = []
    for item in sorted(items, key=lambda i: i.span):
        if item in found[-1:]:
            draft.note(f"the {what} {item.span[0]}..{item.span[1]} stands twice; one is taken")
        else:
            found.append(item)
    return found


def _sections(units: list[Unit], carried: Annotation | None) -> list[Unit]:
    """Units with their sections: those of the carried copy while the headings are the same, else the heading above."""
    headings = {u.span: i for i, u in enumerate(units) if u.kind == "heading"}
    old: dict[Span, Unit] = {}
    if carried and {u.span for u in carried.units if u.kind == "heading"} == set(headings):
        old = {u.span: u for u in carried.units}
    found: list[Unit] = []
    above: int | None = None
    for i, unit in enumerate(units):
        if unit.kind == "heading":
            above = i
        section = None if unit.kind in ("title", "heading", "boilerplate") else above
        same = old.get(unit.span)
        if carried and same and same.kind == unit.kind:
            section = None if same.section is None else headings.get(carried.units[same.section].span)
        found.append(replace(unit, section=section))
    return found


def _bound(draft: Draft, units: list[Unit], mentions: list[Mention]) -> Iterable[Act]:
    programs = [(i, m.span) for i, m in enumerate(mentions) if m.label == "PROGRAM"]
    for loose in draft.acts:
        unit = _nearest(loose.unit, [(i, u.span) for i, u in enumerate(units)])
        what = f"the act {loose.act.span[0]}..{loose.act.span[1]} ({loose.act.predicate})"
        if unit is None:
            draft.note(f"{what} is dropped: its unit is gone")
            continue
        if units[unit].span != loose.unit:
            draft.note(f"{what} now belongs to the unit {units[unit].span[0]}..{units[unit].span[1]}")
        found: list[int] = []
        for span in loose.programs:
            index = _nearest(span, programs)
            if index is None:
                draft.note(f"{what} loses its programme {span[0]}..{span[1]}: it is no PROGRAM any more")
            elif index not in found or mentions[index].span == span:
                found.append(index)
        yield replace(loose.act, unit=unit, programs=tuple(found))


def _nearest(span: Span, options: Sequence[tuple[int, Span]]) -> int | None:
    """The option of the same span, else the one that overlaps it most, else None."""
    best, most = None, 0
    for index, other in options:
        if other == span:
            return index
        overlap = min(other[1], span[1]) - max(other[0], span[0])
        if overlap > most:
            best, most = index, overlap
    return best
