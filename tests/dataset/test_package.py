"""`datapackage.json`: what the contract says of the tables, and what frictionless says of the files."""

import json
import pathlib
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.dataset import FORMATS
from pipeline.dataset.package import descriptor
from pipeline.schema import METHODS, TABLES


def report(out: pathlib.Path) -> Any:
    frictionless = pytest.importorskip("frictionless")
    return frictionless.validate(str(out / "datapackage.json"))


@pytest.mark.parametrize("formats", [["csv"], ["csv", "parquet", "xlsx"], ["parquet"], ["jsonl"], ["duckdb"], ["xlsx", "duckdb"]], ids="+".join)
def test_frictionless_accepts_it(tmp_path: pathlib.Path, awkward: list[Any], written: Callable[..., Any], formats: list[str]) -> None:
    written(tmp_path / "out", awkward, formats=formats)
    found = report(tmp_path / "out")
    assert found.valid, found.to_summary()
    assert [t.name for t in found.tasks] == [t.name for t in TABLES]


def test_frictionless_accepts_an_empty_one_and_a_long_one(tmp_path: pathlib.Path, document: Callable[..., Any], written: Callable[..., Any]) -> None:
    written(tmp_path / "out", [], failed=[])
    assert report(tmp_path / "out").valid
    written(tmp_path / "out", [document("a", "새날시는 연다. " * 120_000 + "\n둘째 문장이다.")])
    assert report(tmp_path / "out").valid


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("sentences.csv", ",planned,", ",vowed,", "constraint-error"),
        ("mentions.csv", ",org-1,", ",org-2,", "foreign-key"),
        ("commitments.csv", "10000000000", "100억", "type-error"),
        ("documents.csv", "start", "start", ""),
    ],
)
def test_frictionless_sees_what_is_wrong(
    tmp_path: pathlib.Path, document: Callable[..., Any], written: Callable[..., Any], file: str, old: str, new: str, code: str
) -> None:
    written(tmp_path / "out", [document("a")])
    path = tmp_path / "out" / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    found = report(tmp_path / "out")
    assert [e[0] for e in found.flatten(["type"])] == ([code] if code else [])


def test_it_says_what_the_contract_says() -> None:
    package: Any = descriptor(["csv"])
    assert package["profile"] == "tabular-data-package"
    by_name = {r["name"]: r for r in package["resources"]}
    mentions = by_name["mentions"]["schema"]
    method = next(f for f in mentions["fields"] if f["name"] == "method")
    assert method["constraints"] == {"required": True, "enum": list(METHODS)}
    assert mentions["primaryKey"] == ["doc_id", "mention_id"]
    assert {"fields": ["doc_id", "sent_id"], "reference": {"resource": "sentences", "fields": ["doc_id", "sent_id"]}} in mentions["foreignKeys"]
    for table in TABLES:
        fields = by_name[table.name]["schema"]["fields"]
        assert [f["name"] for f in fields] == list(table.names)
        assert [f.get("constraints", {}).get("enum", []) for f in fields] == [list(c.enum) for c in table.columns]


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_names_files_that_are_there(tmp_path: pathlib.Path, document: Callable[..., Any], written: Callable[..., Any], form: str) -> None:
    written(tmp_path / "out", [document("a")], formats=[form])
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))
    assert all((tmp_path / "out" / r["path"]).is_file() for r in package["resources"])
    lists = {f["type"] for r in package["resources"] for f in r["schema"]["fields"] if f["name"] == "actors"}
    assert lists == {"string" if form in ("csv", "xlsx") else "array"}
