"""The strict reader of stand-off files."""

import json
import pathlib
from typing import Any

import pytest

from pipeline.corpus.annotation import Annotation
from pipeline.corpus.standoff import CorpusError, read_file, read_standoff, write_standoff

GOOD: dict[str, Any] = {
    "id": "a",
    "sha256": "0",
    "units": [{"span": [0, 9], "kind": "sentence", "status": "planned", "category": "jobs", "secondary": ["welfare"]}],
    "mentions": [{"span": [0, 3], "label": "ORG", "entity": "새날시"}],
    "acts": [
        {
            "unit": 0,
            "span": [0, 9],
            "predicate": "열다",
            "status": "planned",
            "category": "jobs",
            "actors": ["새날시"],
            "deadline": {"span": None, "value": "..2026-06-30"},
            "counts": [{"span": [4, 6], "value": "3 곳"}],
        }
    ],
}


def changed(path: str, value: object) -> str:
    """GOOD with the value at `path` (keys and indices, parted by dots) replaced, or removed where it is `...`."""
    data = json.loads(json.dumps(GOOD))
    *parents, last = path.split(".")
    inner = data
    for key in parents:
        inner = inner[int(key) if isinstance(inner, list) else key]
    if value is ...:
        del inner[last]
    else:
        inner[int(last) if isinstance(inner, list) else last] = value
    return json.dumps(data, ensure_ascii=False)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", r"a\.jsonl:1: no JSON \(character 1"),
        ("[]", r"a\.jsonl:1: the line is no object"),
        (changed("sha256", ...), "a.jsonl:1: the annotation has no `sha256`"),
        (changed("id", ""), "`id` of the annotation is not text that is not empty"),
        (changed("id", 7), "`id` of the annotation is not text"),
        (changed("acts", ...), "the annotation has no `acts`"),
        (changed("text", "새날시"), "the annotation has the unknown key `text`; keys are id, sha256, units, mentions, acts"),
        (changed("units", {}), "`units` of the annotation is not a list of objects"),
        (changed("units.0", 3), "`units` of the annotation is not a list of objects"),
        (changed("units.0.kind", ...), r"units\[0\] has no `kind`"),
        (changed("units.0.span", [0]), r"`span` of units\[0\] is not a span"),
        (changed("units.0.span", [0, 9.0]), r"`span` of units\[0\] is not a span"),
        (changed("units.0.span", [False, 9]), r"`span` of units\[0\] is not a span"),
        (changed("units.0.secondary", "welfare"), r"`secondary` of units\[0\] is not a list of texts"),
        (changed("units.0.section", "0"), r"`section` of units\[0\] is not a whole number"),
        (changed("mentions.0.name", "새날시"), r"mentions\[0\] has the unknown key `name`"),
        (changed("acts.0.actors", ...), r"acts\[0\] has no `actors`"),
        (changed("acts.0.programs", ["0"]), r"`programs` of acts\[0\] is not a list of whole numbers"),
        (changed("acts.0.deadline", "2026"), r"`deadline` of acts\[0\] is not an object of span and value"),
        (changed("acts.0.deadline.value", 2026), r"`deadline` of acts\[0\] is not"),
        (changed("acts.0.counts.0.unit", "곳"), r"`counts` of acts\[0\] is not a list of objects"),
        (changed("id", "b") + "\n\n" + changed("id", "a"), r"a\.jsonl:3: the id a follows b; order the lines by id"),
        (changed("id", "a") + "\n" + changed("id", "a"), r"a\.jsonl:2: the id a stands twice"),
    ],
)
def test_refuses(tmp_path: pathlib.Path, text: str, message: str) -> None:
    (tmp_path / "a.jsonl").write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match=message):
        read_standoff(tmp_path / "a.jsonl")


def test_files_that_cannot_be_read(tmp_path: pathlib.Path) -> None:
    with pytest.raises(CorpusError, match=r"b\.jsonl: cannot be read: No such file"):
        read_standoff(tmp_path / "b.jsonl")
    (tmp_path / "c.jsonl").write_bytes("새날".encode("cp949"))
    with pytest.raises(CorpusError, match=r"c\.jsonl: byte 0 is no UTF-8"):
        read_file(tmp_path / "c.jsonl")
    with pytest.raises(CorpusError, match=r"x\.jsonl: cannot be written"):
        write_standoff(tmp_path / "no" / "x.jsonl", [])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n"])
def test_reads_what_it_writes(tmp_path: pathlib.Path, end: str) -> None:
    one, other = (Annotation.from_json({**GOOD, "id": i}) for i in "ab")
    assert write_standoff(tmp_path / "a.jsonl", [other, one]) == 2
    text = (tmp_path / "a.jsonl").read_text(encoding="utf-8")
    (tmp_path / "b.jsonl").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", end).encode())
    assert read_standoff(tmp_path / "a.jsonl") == read_standoff(tmp_path / "b.jsonl") == [one, other]
    with pytest.raises(CorpusError, match="two annotations bear the id a"):
        write_standoff(tmp_path / "a.jsonl", [one, one])
