"""To the annotation tools and back: nothing is lost, and what a user changes there is taken over."""

import json
import unicodedata
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.corpus import doccano, labelstudio
from pipeline.corpus.annotation import Act, Annotation, Mention, Quantity, Span, Unit, sha256
from pipeline.corpus.check import check_annotation
from pipeline.corpus.exchange import COUNTINGS, UTF_16, Offsets
from pipeline.corpus.standoff import CorpusError
from pipeline.schema import ACT_STATUSES, CATEGORIES, KINDS, LABELS, STATUSES

TOOLS = (labelstudio, doccano)
both = pytest.mark.parametrize("tool", TOOLS, ids=["label-studio", "doccano"])
Documents = list[tuple[Annotation, str]]

# --- annotations made at random

WORDS = ("새날시", "쉼터", "🎉", "👨🏻‍🚒", "𠮷野", "q\u0303", "a\u2028b", "10%", "“온기”", "Ⅲ", "\\n", "가\tb", "{}", "é")
GAPS = ("\n", " ", "\n\n", "\n\t", "\u00a0", "  ", "\n ")
categories = st.sampled_from(CATEGORIES[:-1])


@st.composite
def quantities(draw: st.DrawFn, span: Span, values: tuple[str, ...]) -> Quantity:
    return Quantity(draw(st.sampled_from((None, span))), draw(st.sampled_from(values)))


@st.composite
def acts(draw: st.DrawFn, i: int, span: Span, status: str, programs: list[int]) -> Act:
    return Act(
        unit=i,
        span=span,
        predicate=draw(st.sampled_from(("열다", "이어 가다"))),
        status=status,
        category=draw(categories),
        actors=tuple(draw(st.lists(st.sampled_from(("새날시", "두 기관", '따옴표"시')), min_size=1, max_size=3))),
        programs=tuple(draw(st.lists(st.sampled_from(programs), unique=True, max_size=2))) if programs else (),
        beneficiary=draw(st.sampled_from((None, span))),
        deadline=draw(st.none() | quantities(span, ("", "2026-01-01..", "..2026-06-30"))) if status != "completed" else None,
        amounts=tuple(draw(st.lists(quantities(span, ("", "300")), max_size=2))),
        counts=tuple(draw(st.lists(quantities(span, ("3 곳",)), max_size=2))),
        speaker=draw(st.sampled_from((None, span))),
    )


@st.composite
def documents_(draw: st.DrawFn) -> tuple[Annotation, str]:
    """A sound annotation with its text."""
    text = draw(st.sampled_from(("", "\n", "\ufeff")))
    units: list[Unit] = []
    mentions: list[Mention] = []
    drafts: list[tuple[int, Span, str]] = []
    heading: int | None = None
    for i in range(draw(st.integers(1, 4))):
        start = 0 if text == "\ufeff" else len(text)  # a mark inside Text is a character like any other
        for word in draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5)):
            if draw(st.booleans()) and "“" not in word:
                mentions.append(Mention((len(text), len(text) + len(word)), draw(st.sampled_from(LABELS)), draw(st.sampled_from(("", "새날 재단")))))
            text += word + draw(st.sampled_from(("", " ")))
        text = text.rstrip()
        kind, status = draw(st.sampled_from(KINDS)), draw(st.sampled_from(STATUSES))
        category = draw(categories) if status in ACT_STATUSES else "none"
        secondary = tuple(draw(st.lists(categories.filter(lambda c, own=category: c != own), unique=True, max_size=2))) if category != "none" else ()
        section = draw(st.sampled_from((None, heading)))
        units.append(Unit((start, len(text)), kind, status, category, secondary, section))
        heading = i if kind == "heading" else heading
        if status in ACT_STATUSES:
            weaker = ACT_STATUSES[ACT_STATUSES.index(status) :]
            drafts += [(i, units[-1].span, s) for s in (status, *draw(st.lists(st.sampled_from(weaker), max_size=2)))]
        text += draw(st.sampled_from(GAPS))
    programs = [i for i, m in enumerate(mentions) if m.label == "PROGRAM"]
    found = tuple(draw(acts(i, span, status, programs)) for i, span, status in drafts)
    return Annotation("문서-1", sha256(text), tuple(units), tuple(mentions), found), text


def back(tool: ModuleType, content: str) -> tuple[Annotation, tuple[str, ...]]:
    (found,) = tool.read_export(content, "file")
    return found.annotation, found.notes


@settings(max_examples=150, deadline=None)
@given(document=documents_(), counting=st.sampled_from((None, *COUNTINGS)))
@both
def test_round_trip(tool: ModuleType, document: tuple[Annotation, str], counting: str | None) -> None:
    annotation, text = document
    assert not check_annotation(annotation, text)
    content = tool.export([document], counting or tool.COUNTING)
    assert back(tool, content) == (annotation, ())
    assert back(tool, content.replace("\n", "\r\n")) == (annotation, ())


@settings(max_examples=60, deadline=None)
@given(
    document=documents_(),
    change=st.sampled_from((lambda t: t.replace("\n", "\r\n"), lambda t: unicodedata.normalize("NFD", t), lambda t: "\ufeff" + t)),
)
@both
def test_round_trip_where_the_tool_changes_the_text(tool: ModuleType, document: tuple[Annotation, str], change: Callable[[str], str]) -> None:
    annotation, text = document
    if text.startswith("\ufeff") or not unicodedata.is_normalized("NFC", text):
        return  # no Text; the tool is given none
    raw, content = change(text), tool.export([document], UTF_16)
    at, before = Offsets(raw, UTF_16, text), Offsets(text, UTF_16, text)

    def moved(offset: int) -> int:
        return at.to_tool(len(change(text[: before.to_text(offset)])) if offset or not raw.startswith("\ufeff") else 1)

    if tool is labelstudio:
        (data,) = json.loads(content)
        data["data"]["text"] = raw
        for item in data["annotations"][0]["result"]:
            value = item["value"]
            value["start"], value["end"] = moved(value["start"]), moved(value["end"])
        content = json.dumps([data])
    else:
        data = json.loads(content)
        data["text"] = raw
        for entity in data["entities"]:
            entity["start_offset"], entity["end_offset"] = moved(entity["start_offset"]), moved(entity["end_offset"])
        content = json.dumps(data)
    found, notes = back(tool, content)
    assert found == annotation
    assert notes == ()


@both
def test_several_documents(tool: ModuleType, documents: Documents) -> None:
    found = list(tool.read_export(tool.export(documents), "file"))
    assert [f.annotation for f in found] == [a for a, _ in documents]
    assert not any(f.notes for f in found)


@pytest.mark.parametrize(
    ("raw", "counting", "offset", "expected"),
    [
        ("가나다", UTF_16, 3, 3),
        ("🎉가", UTF_16, 2, 1),
        ("🎉가", UTF_16, 1, None),
        ("🎉가", "code-points", 1, 1),
        ("🎉가", UTF_16, 3, 2),
        ("🎉가", UTF_16, 4, None),
        ("가", UTF_16, -1, None),
        ("가\r\n나\r다", UTF_16, 5, 4),
        ("\ufeff가", UTF_16, 1, 0),
        ("\u1100\u1161나", UTF_16, 2, 1),
    ],
)
def test_offsets(raw: str, counting: str, offset: int, expected: int | None) -> None:
    assert Offsets(raw, counting).to_text(offset) == expected


# --- what each tool is given


def test_label_studio_regions(documents: Documents) -> None:
    task = json.loads(labelstudio.export(documents))[1]
    text = task["data"]["text"]
    result = task["annotations"][0]["result"]
    for item in result:
        assert item["to_name"] == "text"
        start, end = item["value"]["start"], item["value"]["end"]
        if item["type"] != "textarea":
            assert text[start:end] == item["value"]["text"]
    assert [(r["id"], r["from_name"], r["type"]) for r in result][:5] == [
        ("u0", "unit", "labels"),
        ("u0", "status", "choices"),
        ("u0", "category", "choices"),
        ("u0", "acts", "textarea"),
        ("u1", "unit", "labels"),
    ]
    assert [r["value"]["text"] for r in result if r["from_name"] == "entity"] == [["가람도"]]
    utf16 = json.loads(labelstudio.export(documents, UTF_16))[1]["annotations"][0]["result"]
    starts = [next(item["value"]["start"] for item in items if item["id"] == "m0") for items in (result, utf16)]
    assert starts == [2, 3]


def test_label_studio_configuration_names_every_control(documents: Documents) -> None:
    root = ElementTree.fromstring(labelstudio.config())
    controls = {e.get("name"): e for e in root.iter() if e.get("toName") == "text"}
    for task in json.loads(labelstudio.export(documents)):
        for item in task["annotations"][0]["result"]:
            control = controls[item["from_name"]]
            assert control.tag.lower() == item["type"]
            values = {e.get("value") for e in control}
            assert set(item["value"].get("labels", [])) | set(item["value"].get("choices", [])) <= values
    assert {e.get("value") for e in controls["category"]} == set(CATEGORIES) - {"none"}


def test_doccano_rows(documents: Documents) -> None:
    rows = [json.loads(line) for line in doccano.export(documents).splitlines()]
    first, second = rows[0], rows[1]
    labels = {e["id"]: e["label"] for e in first["entities"]}
    assert list(labels.values()) == ["heading", "bullet planned startup +finance", "ORG", "PROGRAM"]
    assert {(labels[r["from_id"]], labels[r["to_id"]], r["type"]) for r in first["relations"]} == {
        ("bullet planned startup +finance", "ORG", "actor"),
        ("bullet planned startup +finance", "PROGRAM", "programme"),
    }
    ids = [item["id"] for row in rows for item in (*row["entities"], *row["relations"])]
    assert len(set(ids)) == len(ids)
    mention = next(e for e in second["entities"] if e["label"] == "ORG")
    assert second["text"].encode("utf-16-le")[2 * mention["start_offset"] : 2 * mention["end_offset"]].decode("utf-16-le") == "가람"
    assert isinstance(second["dajim"], str)


# --- what users and tools do

TEXT = "🎉 새날시는 쉼터를 연다.\n온기 마당을 꾸민다."
BASE = Annotation(
    "a",
    sha256(TEXT),
    (Unit((0, 14), "sentence", "planned", "welfare", ("jobs", "content")), Unit((15, 26), "sentence", "planned", "welfare")),
    (Mention((2, 5), "ORG", "새날특별시"), Mention((15, 20), "PROGRAM")),
    (Act(0, (0, 14), "열다", "planned", "welfare", ("새날특별시",)), Act(1, (15, 26), "꾸미다", "planned", "welfare", ("새날특별시",), (1,))),
)


def studio(change: Callable[[list[dict[str, Any]]], object]) -> tuple[Annotation, tuple[str, ...]]:
    tasks = json.loads(labelstudio.export([(BASE, TEXT)]))
    result = tasks[0]["annotations"][0]["result"]
    change(result)
    return back(labelstudio, json.dumps(tasks))


def region(name: str, control: str, start: int, end: int, **value: Any) -> dict[str, Any]:
    return {"id": name, "from_name": control, "to_name": "text", "type": "labels", "value": {"start": start, "end": end, **value}, "origin": "manual"}


def drop(*names: str, control: str = "") -> Callable[[list[dict[str, Any]]], object]:
    return lambda result: result.__setitem__(slice(None), [r for r in result if not (r["id"] in names and control in ("", r["from_name"]))])


def test_label_studio_comes_back_as_it_writes() -> None:
    # Another order, ids of its own, choices in the order of the configuration, line ends spelt out, further keys.
    def shuffled(result: list[dict[str, Any]]) -> None:
        for item in result:
            item["id"] = f"x{item['id']}"
            item["origin"] = "manual"
            if item["from_name"] == "secondary":
                item["value"]["choices"].sort(reverse=True)
            if isinstance(item["value"].get("text"), str):
                item["value"]["text"] = item["value"]["text"].replace("\n", "\\n")
        result.reverse()

    assert studio(shuffled) == (BASE, ())


def test_label_studio_added_labels() -> None:
    found, notes = studio(lambda r: r.append(region("new", "mention", 7, 9, text="쉼터", labels=["PROGRAM"])))
    assert found.mentions[1] == Mention((7, 9), "PROGRAM") and found.acts[1].programs == (2,)
    assert (replace(found, mentions=BASE.mentions, acts=BASE.acts), notes) == (BASE, ())


def test_label_studio_changed_values() -> None:
    def change(result: list[dict[str, Any]]) -> None:
        for item in result:
            if (item["id"], item["from_name"]) == ("u1", "category"):
                item["value"]["choices"] = ["content"]
            if item["from_name"] == "entity":
                item["value"]["text"] = ["새날 특별시"]

    found, notes = studio(change)
    assert (found.units[1].category, found.mentions[0].entity, notes) == ("content", "새날 특별시", ())


def test_label_studio_removed_labels() -> None:
    found, notes = studio(drop("m1"))
    assert found.mentions == BASE.mentions[:1] and found.acts[1].programs == ()
    assert notes == ("a: the act 15..26 (꾸미다) loses its programme 15..20: it is no PROGRAM any more",)
    found, notes = studio(drop("u1"))
    assert (found.units, found.acts) == (BASE.units[:1], BASE.acts[:1])
    assert notes[0] == "a: 2 acts were exported, 1 came back"
    assert any("characters from 15 on are in no unit" in n for n in notes)
    found, notes = studio(drop("u1", control="unit"))
    assert notes[0] == "a: 3 values (acts, category, status) belong to no labelled region and are dropped"


@pytest.mark.parametrize(
    ("item", "note"),
    [
        (region("x", "mention", 7, 9, text="다른", labels=["ORG"]), "the region 7..9 holds another text than the document there"),
        (region("x", "mention", 7, 99, labels=["ORG"]), "the region 7..99 of mention is dropped: no such span in the text"),
        (region("x", "mention", 9, 7, labels=["ORG"]), "is dropped: no such span"),
        (region("x", "mention", 7, 9, labels=[]), "the region 7..9 of mention is dropped: no label"),
        (region("x", "mention", 7, 9, labels=["PLACE"]), "the label 'PLACE' of mention 7..9 is dropped: it is none of ours"),
        (region("x", "sentiment", 7, 9, choices=["good"]), "a result of 'sentiment' is not taken"),
        ({"type": "relation", "from_id": "u0", "to_id": "m0", "direction": "right"}, "a result of 'relation' is not taken"),
        (region("x", "mention", 2, 5, text="새날시", labels=["ORG"]), "mentions[1]: 2..5 overlaps or precedes the one before it (2..5)"),
    ],
)
def test_label_studio_what_cannot_be_taken(item: dict[str, Any], note: str) -> None:
    assert any(note in n for n in studio(lambda r: r.append(item))[1])


def test_label_studio_finds_out_how_offsets_were_counted() -> None:
    # An old Label Studio counts UTF-16 units whatever the file says.
    def old(result: list[dict[str, Any]]) -> None:
        for item in result:
            value = item["value"]
            value["start"], value["end"] = (o + (o > 0) for o in (value["start"], value["end"]))

    found, notes = studio(old)
    assert found == BASE and notes == ("a: offsets are taken to count utf-16, not code-points as the document says: so do the texts of its regions",)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("열다", "no JSON"),
        ("[]", "an act is a JSON object"),
        ('{"span": [0, 14]}', "it has no `predicate`"),
        (
            '{"span": [0, 14], "predicate": "열다", "status": "planned", "category": "jobs", "actors": "새날시"}',
            "`actors` of it is not a list of texts",
        ),
        ('{"span": [0, 14], "predicate": "열다", "status": "planned", "category": "jobs", "actors": ["가"], "programs": [1]}', "is not a span"),
        (
            '{"span": [0, 14], "predicate": "열다", "status": "planned", "category": "jobs", "actors": ["가"], "programs": 1}',
            "`programs` is a list of spans",
        ),
    ],
)
def test_label_studio_broken_acts(line: str, message: str) -> None:
    def change(result: list[dict[str, Any]]) -> None:
        next(r for r in result if r["from_name"] == "acts")["value"]["text"] = [line]

    with pytest.raises(CorpusError, match=r"file: task 1: acts of the unit 0\.\.14: .*" + message.replace("`", "`?")):
        studio(change)


def test_label_studio_takes_the_last_annotation() -> None:
    tasks = json.loads(labelstudio.export([(BASE, TEXT)]))
    tasks[0]["annotations"] += [{"result": [], "was_cancelled": False}, {"result": [{}], "was_cancelled": True}]
    found, notes = back(labelstudio, json.dumps(tasks))
    assert found.units == () and "a: 2 annotations; the last one is taken" in notes


@both
def test_the_carried_copy_may_be_gone(tool: ModuleType) -> None:
    content = json.loads(tool.export([(BASE, TEXT)]))
    del (content[0]["data"] if tool is labelstudio else content)["dajim"]
    found, notes = back(tool, json.dumps(content))
    assert [m.span for m in found.mentions] == [m.span for m in BASE.mentions]
    assert [replace(u, secondary=()) for u in found.units] == [replace(u, secondary=()) for u in BASE.units]
    assert notes[0] == "a: the field `dajim` is gone, and with it what the tool has no place for"
    assert (found.acts == BASE.acts) == (tool is labelstudio)


@both
def test_the_text_may_have_been_changed(tool: ModuleType) -> None:
    content = json.loads(tool.export([(BASE, TEXT)]))
    (content[0]["data"] if tool is labelstudio else content)["text"] = TEXT.replace("쉼터", "집터")
    found, notes = back(tool, json.dumps(content))
    assert found.sha256 == sha256(TEXT.replace("쉼터", "집터"))
    assert notes[0] == "a: the text was changed in the tool; the labels are of the changed text"


@pytest.mark.parametrize(
    ("tool", "content", "message"),
    [
        (labelstudio, "{", "file: no JSON"),
        (labelstudio, "{}", "export from Label Studio as JSON, not JSON_MIN"),
        (labelstudio, '[{"text": "가", "label": []}]', "not a list of tasks with `data`"),
        (labelstudio, '[{"data": {"text": "가"}}]', "file: task 1: no `doc_id`"),
        (labelstudio, '[{"data": {"doc_id": "a"}}]', "file: task 1: a has no `text`"),
        (labelstudio, '[{"data": {"doc_id": "a", "text": " "}}]', "the text is empty"),
        (labelstudio, '[{"data": {"doc_id": "a", "text": "가", "dajim": "{}"}}]', "file: task 1: `dajim` of a: the annotation has no `id`"),
        (labelstudio, '[{"data": {"doc_id": "a", "text": "가"}, "annotations": []}]', "file: task 1: a has no annotation"),
        (labelstudio, '[{"data": {"doc_id": "a", "text": "가"}, "annotations": [{"result": 1}]}]', "the annotation of a has no `result`"),
        (doccano, "새날", "file:1: no JSON"),
        (doccano, "\n[]", "file:2: not an object"),
        (doccano, '{"text": "가", "entities": []}', "file:1: no `doc_id`"),
        (doccano, '{"doc_id": "a", "entities": []}', "file:1: a has no `text`"),
        (doccano, '{"doc_id": "a", "text": "\\ud800", "entities": []}', "lone surrogate"),
        (doccano, '{"doc_id": "a", "text": "가"}', "file:1: no `entities`"),
        (doccano, '{"doc_id": "a", "text": "가", "entities": ["ORG"]}', "'ORG' is no entity"),
    ],
)
def test_files_that_are_no_export(tool: ModuleType, content: str, message: str) -> None:
    with pytest.raises(CorpusError, match=message.replace("`", "`?")):
        list(tool.read_export(content, "file"))


def dock(change: Callable[[dict[str, Any]], object]) -> tuple[Annotation, tuple[str, ...]]:
    row = json.loads(doccano.export([(BASE, TEXT)]))
    change(row)
    return back(doccano, json.dumps(row))


def find(row: dict[str, Any], label: str, nth: int = 0) -> dict[str, Any]:
    return [e for e in row["entities"] if e["label"] == label][nth]


def test_doccano_comes_back_as_it_writes() -> None:
    def other_ids(row: dict[str, Any]) -> None:
        row["id"] = 17
        row["Comments"] = []
        for item in row["entities"]:
            item["id"] += 1000
        for item in row["relations"]:
            item |= {"from_id": item["from_id"] + 1000, "to_id": item["to_id"] + 1000, "id": item["id"] + 5}
        row["entities"].reverse()

    assert dock(other_ids) == (BASE, ())

    def without_relations(row: dict[str, Any]) -> None:
        row["label"] = [[e["start_offset"], e["end_offset"], e["label"]] for e in row.pop("entities")]
        del row["relations"]

    assert dock(without_relations) == (BASE, ())


def test_doccano_added_labels() -> None:
    # `쉼터` stands at 7..9 in code points, one further in UTF-16 units.
    found, notes = dock(lambda row: row["entities"].append({"id": 99, "label": "PROGRAM", "start_offset": 8, "end_offset": 10}))
    assert found.mentions[1] == Mention((7, 9), "PROGRAM") and found.acts[1].programs == (2,) and notes == ()

    def linked(row: dict[str, Any]) -> None:
        row["entities"].append({"id": 99, "label": "PROGRAM", "start_offset": 8, "end_offset": 10})
        row["relations"].append({"id": 100, "from_id": row["entities"][0]["id"], "to_id": 99, "type": "programme"})

    found, notes = dock(linked)
    assert [a.programs for a in found.acts] == [(1,), (2,)] and notes == ()


def test_doccano_changed_and_removed() -> None:
    def change(row: dict[str, Any]) -> None:
        find(row, "sentence planned welfare")["label"] = "sentence planned content +jobs"
        row["relations"] = [r for r in row["relations"] if r["type"] != "programme"]

    found, notes = dock(change)
    assert (found.units[1].category, found.units[1].secondary, found.acts[1].programs, notes) == ("content", ("jobs",), (), ())
    found, notes = dock(lambda row: row["entities"].remove(find(row, "sentence planned welfare")))
    assert found.acts == BASE.acts[:1]
    assert any(n == "a: the act 15..26 (꾸미다) is dropped: its unit is gone" for n in notes)
    found, notes = dock(lambda row: row.update(relations=[]))
    assert [a.actors for a in found.acts] == [a.actors for a in BASE.acts]
    assert "a: the act 0..14 keeps its last actor: an act has one" in notes


@pytest.mark.parametrize(
    ("label", "start", "end", "note"),
    [
        ("PLACE", 8, 10, "the span 8..10 is dropped: its label 'PLACE' is none of ours"),
        ("sentence hoped", 8, 10, "its label 'sentence hoped' is none of ours"),
        ("sentence planned jobs jobs", 8, 10, "is none of ours"),
        ("ORG", 1, 3, "the span 1..3 is dropped: it is none in the text"),  # inside a surrogate pair
        ("ORG", 8, 99, "the span 8..99 is dropped: it is none in the text"),
        ("ORG", "8", 10, "the span 8..10 is dropped: it is none in the text"),
    ],
)
def test_doccano_what_cannot_be_taken(label: str, start: object, end: int, note: str) -> None:
    found, notes = dock(lambda row: row["entities"].append({"id": 99, "label": label, "start_offset": start, "end_offset": end}))
    assert found == BASE and any(note in n for n in notes)


def test_doccano_relations_that_lead_nowhere() -> None:
    found, notes = dock(lambda row: row["relations"].append({"id": 5, "from_id": 3, "to_id": 4, "type": "likes"}))
    assert found == BASE
    assert notes == ("a: a relation 'likes' is not taken: it leads from no unit to a name as actor or programme",)


def test_new_headings_make_new_sections() -> None:
    text = "소식\n새날시는 쉼터를 연다."
    base = Annotation("a", sha256(text), (Unit((0, 2), "title"), Unit((3, 15), "sentence")), ())
    row = json.loads(doccano.export([(base, text)]))
    find(row, "title")["label"] = "heading"
    assert [u.section for u in back(doccano, json.dumps(row))[0].units] == [None, 0]
