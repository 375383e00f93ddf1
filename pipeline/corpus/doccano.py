"""doccano: JSON Lines for a project of the kind "sequence labeling" with relations and overlapping spans, and back.

Names are entities labelled ORG, PROGRAM or PERSON; a unit is an entity whose label is the header of the readable form
(`bullet planned welfare +finance`). A relation leads from a unit to each name that one of its acts has as `actor` or `programme`.
The acts themselves have no place in doccano and travel in the carried copy.

doccano counts offsets in UTF-16 units; only with its option "Count grapheme clusters as one character", which has to stay off, does it
count otherwise.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pipeline.corpus.annotation import Annotation, Mention, Span, Unit
from pipeline.corpus.exchange import CARRIED, COUNTINGS, UTF_16, Draft, Imported, LooseAct, Offsets, assemble, carried_copy, loosen, open_draft
from pipeline.corpus.standoff import CorpusError, parsed
from pipeline.schema import CATEGORIES, KINDS, LABELS, STATUSES

COUNTING = UTF_16
ACTOR, PROGRAMME = "actor", "programme"
_Link = tuple[Span, Span, str]  # unit, mention, type of the relation


def export(documents: Iterable[tuple[Annotation, str]], counting: str = COUNTING) -> str:
    """Documents as the JSON Lines that doccano imports; the inverse of `read_export`."""
    ids = itertools.count(1)  # doccano looks relations up by them, so they are unique in the whole file
    return "".join(json.dumps(_row(annotation, text, counting, ids), ensure_ascii=False) + "\n" for annotation, text in documents)


def _row(annotation: Annotation, text: str, counting: str, ids: Iterator[int]) -> dict[str, Any]:
    at = Offsets(text, counting, text)
    spans = [(u.span, unit_label(u)) for u in annotation.units] + [(m.span, m.label) for m in annotation.mentions]
    entities = [{"id": next(ids), "label": label, "start_offset": at.to_tool(s[0]), "end_offset": at.to_tool(s[1])} for s, label in spans]
    units = {u.span: e["id"] for u, e in zip(annotation.units, entities, strict=False)}
    names = {m.span: e["id"] for m, e in zip(annotation.mentions, entities[len(annotation.units) :], strict=True)}
    links = sorted(_links(annotation, text, loosen(annotation)))
    relations = [{"id": next(ids), "from_id": units[unit], "to_id": names[name], "type": kind} for unit, name, kind in links]
    head = {"doc_id": annotation.id, "text": text, "offsets": counting}
    return {**head, "entities": entities, "relations": relations, CARRIED: carried_copy(annotation)}


def unit_label(unit: Unit) -> str:
    """A unit's label: the header of the readable form.

    >>> unit_label(Unit((0, 4), "bullet", "planned", "welfare", ("finance",))), unit_label(Unit((0, 4), "heading"))
    ('bullet planned welfare +finance', 'heading')
    """
    return " ".join([unit.kind, *([unit.status, unit.category] if unit.status != "none" else []), *(f"+{s}" for s in unit.secondary)])


def _unit(span: Span, label: str) -> Unit | None:
    """The inverse of `unit_label`; None where the label is none of ours."""
    words = label.split()
    plain = [w for w in words if not w.startswith("+")]
    secondary = tuple(w[1:] for w in words if w.startswith("+"))
    if len(plain) not in (1, 2, 3) or plain[0] not in KINDS or not set(secondary) <= set(CATEGORIES):
        return None
    kind, status, category = [*plain, "none", "none"][:3]
    return Unit(span, kind, status, category, secondary) if status in STATUSES and category in CATEGORIES else None


def _links(annotation: Annotation, text: str, acts: Iterable[LooseAct]) -> set[_Link]:
    """The relations that acts amount to. An actor is linked to its name in the unit, else to the last one before, else to the first."""
    found: set[_Link] = set()
    for loose in acts:
        found |= {(loose.unit, span, PROGRAMME) for span in loose.programs}
        for actor in loose.act.actors:
            spans = [m.span for m in annotation.mentions if actor in (m.name(text), text[slice(*m.span)])]
            inside = [s for s in spans if loose.unit[0] <= s[0] and s[1] <= loose.unit[1]]
            before = [s for s in spans if s[1] <= loose.unit[0]]
            if spans:
                found.add((loose.unit, (inside or before[-1:] or spans)[0], ACTOR))
    return found


def read_export(content: str, where: str, counting: str | None = None) -> Iterator[Imported]:
    """The annotations in a JSON Lines export of doccano, with or without relations.

    Args:
        content: the exported file.
        where: its name, for messages.
        counting: how offsets are counted; by default as each document says.

    Raises:
        CorpusError: the file is no such export.
    """
    for number, line in enumerate(content.split("\n"), 1):
        if line.strip():
            row = parsed(line, f"{where}:{number}")
            if not isinstance(row, dict):
                raise CorpusError(f"{where}:{number}: not an object; export from doccano as JSONL")
            yield _imported(row, f"{where}:{number}", counting)


def _imported(row: Mapping[str, Any], where: str, counting: str | None) -> Imported:
    draft, carried = open_draft(row.get("doc_id"), row.get("text", row.get("data")), row.get(CARRIED), where)
    stated = counting or row.get("offsets")
    at = Offsets(row.get("text", row.get("data")), stated if stated in COUNTINGS else COUNTING, draft.text)
    old = {(m.span, m.label): m.entity for m in carried.mentions} if carried else {}
    spans: dict[object, Span] = {}
    for name, start, end, label in _entities(row, where):
        span = at.span(start, end)
        unit = _unit(span, label) if span else None
        if span and label in LABELS:
            draft.mentions.append(Mention(span, label, old.get((span, label), "")))
        elif unit:
            draft.units.append(unit)
        else:
            draft.note(f"the span {start}..{end} is dropped: {f'its label {label!r} is none of ours' if span else 'it is none in the text'}")
            continue
        if name is not None and span:
            spans[name] = span
    if carried:
        draft.acts = loosen(carried)
        if "relations" in row:
            _relations(draft, carried, _given(row["relations"], spans, draft, where))
    return assemble(draft, carried)


def _entities(row: Mapping[str, Any], where: str) -> Iterator[tuple[object, object, object, str]]:
    """Id, start, end and label of each span; a project without relations gives triples without id."""
    found = next((row[key] for key in ("entities", "label", "labels") if key in row), None)
    if not isinstance(found, list):
        raise CorpusError(f"{where}: no `entities`; export from doccano as JSONL")
    for item in found:
        if isinstance(item, list) and len(item) == 3:
            yield None, item[0], item[1], str(item[2])
        elif isinstance(item, dict):
            yield item.get("id"), item.get("start_offset"), item.get("end_offset"), str(item.get("label"))
        else:
            raise CorpusError(f"{where}: {item!r} is no entity")


def _given(relations: object, spans: Mapping[object, Span], draft: Draft, where: str) -> set[_Link]:
    if not isinstance(relations, list) or not all(isinstance(r, dict) for r in relations):
        raise CorpusError(f"{where}: `relations` is no list of objects")
    units, names = {u.span for u in draft.units}, {m.span for m in draft.mentions}
    found: set[_Link] = set()
    for relation in relations:
        ends, kind = (spans.get(relation.get("from_id")), spans.get(relation.get("to_id"))), relation.get("type")
        if ends[0] in units and ends[1] in names and kind in (ACTOR, PROGRAMME):
            found.add((ends[0], ends[1], kind))
        else:
            draft.note(f"a relation {kind!r} is not taken: it leads from no unit to a name as {ACTOR} or {PROGRAMME}")
    return found


def _relations(draft: Draft, carried: Annotation, given: set[_Link]) -> None:
    """Take over the relations that were added or removed in the tool, where it is clear which act is meant."""
    units, names = {u.span for u in draft.units}, {m.span: m for m in draft.mentions}
    had = {link for link in _links(carried, draft.text, draft.acts) if link[0] in units and link[1] in names}
    for unit, name, kind in sorted(given ^ had):
        own = [i for i, loose in enumerate(draft.acts) if loose.unit == unit]
        added = (unit, name, kind) in given
        if added and len(own) != 1:
            draft.note(f"the relation {kind} from {unit[0]}..{unit[1]} to {name[0]}..{name[1]} is not taken: the unit has {len(own)} acts")
            continue
        for i in own:
            act = _linked(draft.acts[i], names[name], draft.text, kind, added)
            if act.act.actors:
                draft.acts[i] = act
            else:
                draft.note(f"the act {act.act.span[0]}..{act.act.span[1]} keeps its last actor: an act has one")


def _linked(loose: LooseAct, mention: Mention, text: str, kind: str, added: bool) -> LooseAct:
    if kind == PROGRAMME:
        others = tuple(p for p in loose.programs if p != mention.span)
        return replace(loose, programs=(*others, mention.span) if added else others)
    same = (mention.name(text), text[slice(*mention.span)])
    others_ = tuple(a for a in loose.act.actors if a not in same)
    return replace(loose, act=replace(loose.act, actors=(*others_, same[0]) if added else others_))
