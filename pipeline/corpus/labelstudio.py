"""Label Studio: tasks with pre-made annotations, and back.

Units and names are regions of two `Labels` controls; kind of a unit and label of a name are their labels. Status, category and secondary
categories of a unit are `Choices` of its region, the canonical name of a mention is a `TextArea` of its region, and so are the acts of a
unit: one JSON object each, its spans in code points of the text.

Label Studio counts offsets in code points since the fix of its issue 1008 (2022), in UTF-16 units before that. A region also holds its
text, by which an import finds out what was counted.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from pipeline.corpus.annotation import Annotation, Mention, Span, Unit
from pipeline.corpus.exchange import CARRIED, CODE_POINTS, COUNTINGS, Draft, Imported, LooseAct, Offsets, assemble, carried_copy, loosen, open_draft
from pipeline.corpus.standoff import CorpusError, check_item, parsed
from pipeline.schema import CATEGORIES, KINDS, LABELS, STATUSES

COUNTING = CODE_POINTS
_TO = {"to_name": "text"}
_COLOURS = {"ORG": "#1f77b4", "PROGRAM": "#2ca02c", "PERSON": "#d62728"}
_CHOICES = {"status": STATUSES[:-1], "category": CATEGORIES[:-1], "secondary": CATEGORIES[:-1]}


def config() -> str:
    """The labelling configuration: paste it under Settings, Labeling Interface, Code."""
    kinds = "\n".join(f'    <Label value="{k}"/>' for k in KINDS)
    labels = "\n".join(f'    <Label value="{x}" background="{_COLOURS[x]}"/>' for x in LABELS)
    choices = "\n".join(_choices(name, values) for name, values in _CHOICES.items())
    return f"""<View>
  <Style>.htx-text {{ white-space: pre-wrap; }}</Style>
  <Header value="$doc_id"/>
  <Labels name="unit" toName="text" showInline="true">
{kinds}
  </Labels>
  <Labels name="mention" toName="text" showInline="true">
{labels}
  </Labels>
  <Text name="text" value="$text" granularity="symbol" saveTextResult="yes"/>
  <View>
{choices}
    <TextArea name="acts" toName="text" perRegion="true" editable="true" rows="3" visibleWhen="region-selected" whenTagName="unit"/>
    <TextArea name="entity" toName="text" perRegion="true" editable="true" maxSubmissions="1" visibleWhen="region-selected" whenTagName="mention"/>
  </View>
</View>
"""


def _choices(name: str, values: Iterable[str]) -> str:
    several = "multiple" if name == "secondary" else "single"
    head = f'    <Choices name="{name}" toName="text" perRegion="true" choice="{several}" showInline="true" visibleWhen="region-selected" whenTagName="unit">'
    return "\n".join([head, *(f'      <Choice value="{v}"/>' for v in values), "    </Choices>"])


def export(documents: Iterable[tuple[Annotation, str]], counting: str = COUNTING) -> str:
    """Documents as the JSON that Label Studio imports; the inverse of `read_export`."""
    return json.dumps([_task(annotation, text, counting) for annotation, text in documents], ensure_ascii=False, indent=1) + "\n"


def _task(annotation: Annotation, text: str, counting: str) -> dict[str, Any]:
    at = Offsets(text, counting, text)
    result: list[dict[str, Any]] = []

    def region(name: str, kind: str, key: str, span: Span, value: object, control: str = "") -> None:
        where = {"start": at.to_tool(span[0]), "end": at.to_tool(span[1]), "text": text[slice(*span)]}
        result.append({"id": name, "from_name": control or key, **_TO, "type": kind, "value": {**where, key: value}})

    acts = loosen(annotation)
    for i, unit in enumerate(annotation.units):
        region(f"u{i}", "labels", "labels", unit.span, [unit.kind], "unit")
        chosen = {"status": [unit.status], "category": [unit.category], "secondary": list(unit.secondary)}
        for name, values in chosen.items():
            if values and values != ["none"]:
                region(f"u{i}", "choices", "choices", unit.span, values, name)
        if own := [_act_line(loose) for loose, act in zip(acts, annotation.acts, strict=True) if act.unit == i]:
            region(f"u{i}", "textarea", "text", unit.span, own, "acts")
    for i, mention in enumerate(annotation.mentions):
        region(f"m{i}", "labels", "labels", mention.span, [mention.label], "mention")
        if mention.entity:
            region(f"m{i}", "textarea", "text", mention.span, [mention.entity], "entity")
    data = {"doc_id": annotation.id, "text": text, "offsets": counting, CARRIED: carried_copy(annotation)}
    return {"data": data, "annotations": [{"result": result}]}


def _act_line(loose: LooseAct) -> str:
    item = {k: v for k, v in asdict(loose.act).items() if k != "unit" and v not in (None, "", ())}
    return json.dumps(item | ({"programs": loose.programs} if loose.programs else {}), ensure_ascii=False)


def read_export(content: str, where: str, counting: str | None = None) -> Iterator[Imported]:
    """The annotations in a JSON export of Label Studio.

    Args:
        content: the exported file (format JSON, not JSON_MIN).
        where: its name, for messages.
        counting: how offsets are counted; by default as the document says, and as the texts of its regions bear out.

    Raises:
        CorpusError: the file is no such export.
    """
    tasks = parsed(content, where)
    if not isinstance(tasks, list) or not all(isinstance(t, dict) and isinstance(t.get("data"), dict) for t in tasks):
        raise CorpusError(f"{where}: not a list of tasks with `data`; export from Label Studio as JSON, not JSON_MIN")
    for number, task in enumerate(tasks, 1):
        yield _imported(task, f"{where}: task {number}", counting)


def _imported(task: Mapping[str, Any], where: str, counting: str | None) -> Imported:
    data = task["data"]
    draft, carried = open_draft(data.get("doc_id"), data.get("text"), data.get(CARRIED), where)
    stated = counting or data.get("offsets")
    items = _result(task, draft, where)
    at = _counted(items, draft, data["text"], stated if stated in COUNTINGS else COUNTING)
    regions = _Regions(draft, at, where)
    for item in items:
        regions.add(item)
    regions.finish(carried)
    return assemble(draft, carried)


def _counted(items: Iterable[Mapping[str, Any]], draft: Draft, raw: str, stated: str) -> Offsets:
    """Offsets as `stated`, unless the texts of more regions agree with the other way to count."""
    found = {counting: Offsets(raw, counting, draft.text) for counting in (stated, *COUNTINGS)}
    values = [item["value"] for item in items if isinstance(item.get("value"), dict)]
    agreeing = {c: sum(_same(at.span(v.get("start"), v.get("end")), v.get("text"), draft.text) is True for v in values) for c, at in found.items()}
    best = max(found, key=lambda c: agreeing[c])  # the first of the best, so `stated` where nothing speaks against it
    if best != stated:
        draft.note(f"offsets are taken to count {best}, not {stated} as the document says: so do the texts of its regions")
    return found[best]


def _same(span: Span | None, seen: object, text: str) -> bool | None:
    """Whether a region's text is that of its span; None where it holds none. Label Studio writes a line end as a backslash and an n."""
    if span is None or not isinstance(seen, str):
        return None
    one, other = (t.replace("\r\n", "\n").replace("\\n", "\n") for t in (unicodedata.normalize("NFC", seen), text[slice(*span)]))
    return one == other


def _result(task: Mapping[str, Any], draft: Draft, where: str) -> list[Mapping[str, Any]]:
    """The result of the last annotation that was not cancelled."""
    done = [a for a in task.get("annotations") or () if isinstance(a, dict) and not a.get("was_cancelled")]
    if not done:
        raise CorpusError(f"{where}: {draft.doc_id} has no annotation")
    if len(done) > 1:
        draft.note(f"{len(done)} annotations; the last one is taken")
    result = done[-1].get("result")
    if not isinstance(result, list) or not all(isinstance(item, dict) for item in result):
        raise CorpusError(f"{where}: the annotation of {draft.doc_id} has no `result`")
    return result


class _Regions:
    """Regions of one task, joined by their id."""

    def __init__(self, draft: Draft, at: Offsets, where: str) -> None:
        self._draft, self._at, self._where = draft, at, where
        self._units: dict[object, Unit] = {}
        self._mentions: dict[object, Mention] = {}
        self._values: dict[tuple[object, str], list[str]] = {}

    def add(self, item: Mapping[str, Any]) -> None:
        """Take one item of the result."""
        control, value = item.get("from_name"), item.get("value")
        if not isinstance(value, dict) or control not in ("unit", "mention", "acts", "entity", *_CHOICES):
            self._draft.note(f"a result of {control or item.get('type')!r} is not taken: the labelling configuration has no such control")
            return
        if control not in ("unit", "mention"):
            values = value.get("choices" if control in _CHOICES else "text") or []
            known = self._values.setdefault((item.get("id"), control), [])
            known += [values] if isinstance(values, str) else [str(v) for v in values]
            return
        span = self._at.span(value.get("start"), value.get("end"))
        if _same(span, value.get("text"), self._draft.text) is False:
            self._draft.note(f"the region {value.get('start')}..{value.get('end')} holds another text than the document there")
        labels = value.get("labels") or []
        if span is None or not labels:
            self._draft.note(
                f"the region {value.get('start')}..{value.get('end')} of {control} is dropped: {'no label' if span else 'no such span in the text'}"
            )
            return
        if labels[0] not in (KINDS if control == "unit" else LABELS):
            self._draft.note(f"the label {labels[0]!r} of {control} {span[0]}..{span[1]} is dropped: it is none of ours")
        elif control == "unit":
            self._units[item.get("id")] = Unit(span, labels[0])
        else:
            self._mentions[item.get("id")] = Mention(span, labels[0])

    def finish(self, carried: Annotation | None) -> None:
        """Hand everything to the draft."""
        old = {u.span: u.secondary for u in carried.units} if carried else {}
        for name, unit in self._units.items():
            status, category = (next(iter(self._values.pop((name, c), [])), "none") for c in ("status", "category"))
            secondary = tuple(self._values.pop((name, "secondary"), ()))
            # The tool gives choices in the order of the configuration.
            secondary = old[unit.span] if set(secondary) == set(old.get(unit.span, ())) and secondary else secondary
            self._draft.units.append(Unit(unit.span, unit.kind, status, category, secondary))
            for line in self._values.pop((name, "acts"), ()):
                self._draft.acts.append(_act(line, unit.span, f"{self._where}: acts of the unit {unit.span[0]}..{unit.span[1]}"))
        for name, mention in self._mentions.items():
            entity = next(iter(self._values.pop((name, "entity"), [])), "").strip()
            self._draft.mentions.append(Mention(mention.span, mention.label, entity))
        if self._values:
            kinds = ", ".join(sorted({control for _, control in self._values}))
            self._draft.note(f"{len(self._values)} values ({kinds}) belong to no labelled region and are dropped")
        if carried and len(carried.acts) > len(self._draft.acts):
            self._draft.note(f"{len(carried.acts)} acts were exported, {len(self._draft.acts)} came back")


def _act(line: str, unit: Span, where: str) -> LooseAct:
    item = parsed(line, where)
    if not isinstance(item, dict):
        raise CorpusError(f"{where}: an act is a JSON object")
    programs = item.pop("programs", [])
    if not isinstance(programs, list):
        raise CorpusError(f"{where}: `programs` is a list of spans")
    for span in ({"beneficiary": p} for p in programs):  # any key that holds a span
        check_item("acts", {"unit": 0, **item, **span}, where)
    check_item("acts", {"unit": 0, **item}, where)
    act = Annotation.from_json({"id": "", "sha256": "", "units": [], "mentions": [], "acts": [{**item, "unit": 0}]}).acts[0]
    return LooseAct(unit, act, tuple((p[0], p[1]) for p in programs))
