"""Every format holds the same rows; CSV and XLSX guard against formulas, the others hold the exact text."""

import csv
import datetime
import hashlib
import importlib.util
import json
import pathlib
import random
import sys
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.dataset import FORMATS, OutputError, Tables, check_formats
from pipeline.dataset import xlsx as workbook
from pipeline.dataset.paths import FILES
from pipeline.dataset.plain import csv_cell
from pipeline.dataset.readable import COLUMNS, STATUS_LABELS
from pipeline.dataset.spool import Memory
from pipeline.schema import ACT_STATUSES, CATEGORIES, CATEGORY_NAMES, COMMITMENTS, TABLES, Table

csv.field_size_limit(sys.maxsize)

BOM = b"\xef\xbb\xbf"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory, awkward: list[Any], written: Callable[..., Any]) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("formats") / "out"
    written(folder, awkward, formats=FORMATS)
    return folder


@pytest.fixture(scope="module")
def expected(awkward: list[Any]) -> dict[str, list[dict[str, Any]]]:
    memory = Memory()
    for each in awkward:
        memory.add(each.doc_id, each.text, each.rows)
    tables = Tables(memory)
    return {t.name: list(tables.rows(t.name)) for t in TABLES if t.name != "errors"}


def read_csv(path: pathlib.Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def typed(table: Table, row: dict[str, str]) -> dict[str, Any]:
    """A CSV row back as a Row, the guard taken off."""
    back: dict[str, Any] = {}
    for column in table.columns:
        cell = row[column.name]
        if column.type in ("string", "list") and cell[:1] == "'" and cell[1:2] in tuple("=+-@\t\r"):
            cell = cell[1:]
        kinds: dict[str, Callable[[str], Any]] = {"string": str, "integer": int, "number": float, "date": datetime.date.fromisoformat}
        if column.type == "list":
            back[column.name] = cell.split("|") if cell else []
        else:
            back[column.name] = kinds[column.type](cell) if cell else None
    return back


def bars(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows as CSV can hold them: `¦` for `|` inside items, a list of one empty item is empty."""
    held = [{k: [i.replace("|", "¦") for i in v] if isinstance(v, list) else v for k, v in row.items()} for row in rows]
    return [{k: [] if v == [""] else v for k, v in row.items()} for row in held]


CONTENT = [t for t in TABLES if t.name != "errors"]


@pytest.mark.parametrize("table", CONTENT, ids=lambda t: t.name)
def test_csv(out: pathlib.Path, expected: dict[str, list[dict[str, Any]]], table: Table) -> None:
    data = (out / f"{table.name}.csv").read_bytes()
    assert data.startswith(BOM + ",".join(table.names).encode() + b"\n")
    assert b"\r\n" not in data
    assert [typed(table, row) for row in read_csv(out / f"{table.name}.csv")] == bars(expected[table.name])


@pytest.mark.parametrize("table", CONTENT, ids=lambda t: t.name)
def test_jsonl(out: pathlib.Path, expected: dict[str, list[dict[str, Any]]], table: Table) -> None:
    lines = (out / f"{table.name}.jsonl").read_text(encoding="utf-8").split("\n")
    assert lines.pop() == ""
    dates = [c.name for c in table.columns if c.type == "date"]
    rows = [json.loads(line) for line in lines]
    assert [list(row) for row in rows] == [list(table.names)] * len(rows)
    assert [{**r, **{d: r[d] and datetime.date.fromisoformat(r[d]) for d in dates}} for r in rows] == expected[table.name]
    assert all("\\u" not in line for line in lines)


@pytest.mark.parametrize("table", CONTENT, ids=lambda t: t.name)
def test_parquet(out: pathlib.Path, expected: dict[str, list[dict[str, Any]]], table: Table) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    found = pq.read_table(out / f"{table.name}.parquet")
    assert found.to_pylist() == expected[table.name]
    kinds = {"string": "string", "integer": "int64", "number": "double", "date": "date32[day]"}
    assert all(str(found.schema.field(c.name).type) == kinds[c.type] for c in table.columns if c.type != "list")
    assert all(str(found.schema.field(c.name).type.value_type) == "string" for c in table.columns if c.type == "list")
    assert [f.nullable for f in found.schema] == [not c.required for c in table.columns]
    assert pq.ParquetFile(out / f"{table.name}.parquet").metadata.row_group(0).column(0).compression == "ZSTD"


@pytest.mark.parametrize("table", CONTENT, ids=lambda t: t.name)
def test_duckdb(out: pathlib.Path, expected: dict[str, list[dict[str, Any]]], table: Table) -> None:
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect(str(out / "dataset.duckdb"), read_only=True) as connection:
        found = connection.table(table.name)
        kinds = {"string": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "date": "DATE", "list": "VARCHAR[]"}
        assert [str(t) for t in found.types] == [kinds[c.type] for c in table.columns]
        assert [dict(zip(table.names, row, strict=True)) for row in found.fetchall()] == expected[table.name]


@pytest.mark.parametrize("table", CONTENT, ids=lambda t: t.name)
def test_xlsx(out: pathlib.Path, expected: dict[str, list[dict[str, Any]]], table: Table) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(out / "dataset.xlsx", read_only=True)
    assert book.sheetnames == [t.name for t in TABLES]
    header, *rows = book[table.name].iter_rows(values_only=True)
    assert header == table.names

    def held(value: Any) -> Any:
        if isinstance(value, datetime.date):
            return datetime.datetime.combine(value, datetime.time())
        if isinstance(value, list):
            value = "|".join(i.replace("|", "¦") for i in value)
        if isinstance(value, str):
            return (f"'{value}" if value.startswith(tuple("=+-@\t\r")) else value) or None
        return value

    wide = [tuple(row) + (None,) * (len(header) - len(row)) for row in rows]
    assert wide == [tuple(held(v) for v in row.values()) for row in expected[table.name]]


def test_errors_are_written_in_every_format(out: pathlib.Path) -> None:
    rows = read_csv(out / "errors.csv")
    assert [(r["source"], r["doc_id"], r["message"]) for r in rows] == [
        ("\\udcff.txt", "", "'=no text"),
        ("b.txt", "b.txt", "b.txt: nothing but white space, 다시 받으십시오"),
    ]
    assert json.loads((out / "errors.jsonl").read_text(encoding="utf-8").split("\n")[0])["message"] == "=no text"


def test_texts_are_exact_and_named(out: pathlib.Path, awkward: list[Any]) -> None:
    texts = {each.doc_id: each.text for each in awkward}
    rows = [json.loads(line) for line in (out / "documents.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len({row["text_path"] for row in rows}) == len(texts) == len(list((out / "text").iterdir()))
    for row in rows:
        path = out / row["text_path"]
        assert path.resolve().parent == (out / "text").resolve()
        assert path.read_bytes().decode() == texts[row["doc_id"]]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == row["sha256"]


def test_the_run_tells_what_was_written(out: pathlib.Path, awkward: list[Any]) -> None:
    run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert run["dajim"] == "0.0.test"
    assert run["seconds"] == 1.5
    assert run["formats"] == list(FORMATS)
    assert run["tables"] == {"documents": 21, "sentences": 42, "mentions": 42, "entities": 22, "commitments": 42, "evidence": 63, "errors": 2}
    assert run["failures"] == {"read": 2}
    assert {f["path"] for f in run["files"]} == {p.name for p in out.iterdir()} - {"text", "run.json"} < FILES
    for file in run["files"]:
        data = (out / file["path"]).read_bytes()
        assert (file["bytes"], file["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert set(run["texts"]) == {p.name for p in (out / "text").iterdir()}
    assert not [p for p in out.iterdir() if p.name.startswith(".")]


@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_same_bytes_whatever_the_order(
    tmp_path: pathlib.Path, out: pathlib.Path, awkward: list[Any], written: Callable[..., Any], order: int
) -> None:
    shuffled = list(awkward)
    random.Random(order).shuffle(shuffled)
    written(tmp_path / "again", shuffled, formats=FORMATS)
    random_by_nature = {"dataset.duckdb", "run.json"}
    names = {str(p.relative_to(out)) for p in out.rglob("*") if p.is_file()}
    assert names == {str(p.relative_to(tmp_path / "again")) for p in (tmp_path / "again").rglob("*") if p.is_file()}
    for name in names - random_by_nature:
        assert (tmp_path / "again" / name).read_bytes() == (out / name).read_bytes(), name


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        ("", ""),
        ("가", "가"),
        ("가,나", '"가,나"'),
        ('"가"', '"""가"""'),
        ("가\n나", '"가\n나"'),
        ("가\r나", '"가\r나"'),
        (" 가 ", " 가 "),
        ("=1", "'=1"),
        ("+82", "'+82"),
        ("-", "'-"),
        ("@가", "'@가"),
        ("\t가", "'\t가"),
        ("\r가", '"\'\r가"'),
        ("＝1", "＝1"),
        ("'=1", "'=1"),
        (" =1", " =1"),
        ("가=1", "가=1"),
        (["=1", "나"], "'=1|나"),
        (["나", "=1"], "나|=1"),
        (["가|나", "다"], "가¦나|다"),
        (["", "가"], "|가"),
        (["", ""], "|"),
        ([], ""),
        (-5, "-5"),
        (0, "0"),
        (10**16, "10000000000000000"),
        (0.0001, "0.0001"),
        (1.0, "1.0"),
        (datetime.date(2031, 3, 1), "2031-03-01"),
        (datetime.date(31, 3, 1), "0031-03-01"),
    ],
)
def test_cells(value: Any, cell: str) -> None:
    assert csv_cell(value) == cell


def test_a_cell_may_hold_a_whole_document(tmp_path: pathlib.Path, document: Callable[..., Any], written: Callable[..., Any]) -> None:
    long = '새날시는 "숲"을 가꾼다, ' * 70_000 + "끝\n둘째 문장이다."
    result = written(tmp_path / "out", [document("a", long)], formats=FORMATS)
    first = long.split("\n")[0]
    assert len(first) > 1_000_000
    assert read_csv(tmp_path / "out" / "sentences.csv")[0]["text"] == first
    assert read_csv(tmp_path / "out" / "commitments_readable.csv")[0]["근거 문장"] == first
    assert (tmp_path / "out" / "text" / "a.txt").read_text(encoding="utf-8") == long
    assert [(n.file, n.table, n.what, n.count) for n in result.notices] == [
        ("dataset.xlsx", "sentences", "cells", 1),
        ("dataset.xlsx", "commitments", "cells", 1),
    ]
    assert "cut" in str(result.notices[0])
    openpyxl = pytest.importorskip("openpyxl")
    cell = openpyxl.load_workbook(tmp_path / "out" / "dataset.xlsx")["sentences"]["F2"].value
    assert cell == first[:32_767]
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect(str(tmp_path / "out" / "dataset.duckdb"), read_only=True) as connection:
        assert connection.execute("SELECT text FROM sentences").fetchone() == (first,)


@pytest.mark.parametrize(
    ("text", "size"),
    [("가" * 32_767, 32_767), ("가" * 32_768, 32_767), ("🌱" * 16_383, 16_383), ("🌱" * 16_384, 16_383), ("가" + "🌱" * 16_384, 16_384)],
)
def test_excel_counts_utf_16(text: str, size: int) -> None:
    assert len(workbook._shortened(text)) == size
    assert text.startswith(workbook._shortened(text))


def test_a_sheet_that_is_full_is_cut(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, document: Callable[..., Any], written: Callable[..., Any]
) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 3)
    result = written(tmp_path / "out", [document(i) for i in "abc"], formats=["xlsx"])
    assert ("sentences", "rows", 3) in [(n.table, n.what, n.count) for n in result.notices]
    sheet = pytest.importorskip("openpyxl").load_workbook(tmp_path / "out" / "dataset.xlsx")["sentences"]
    assert sheet.max_row == 4


def test_control_characters(tmp_path: pathlib.Path, document: Callable[..., Any], written: Callable[..., Any]) -> None:
    body = "새날\x00\x07\x0b시는\ufffe\uffff\x85\u2028 연다\n_x0041_ 둘째"
    written(tmp_path / "out", [document("a", body)], formats=FORMATS)
    first, second = body.split("\n")
    assert [r["text"] for r in read_csv(tmp_path / "out" / "sentences.csv")] == [first, second]
    with (tmp_path / "out" / "sentences.jsonl").open(encoding="utf-8", newline="\n") as lines:
        assert [json.loads(line)["text"] for line in lines] == [first, second]
    assert pytest.importorskip("pyarrow.parquet").read_table(tmp_path / "out" / "sentences.parquet")["text"].to_pylist() == [first, second]
    sheet = pytest.importorskip("openpyxl").load_workbook(tmp_path / "out" / "dataset.xlsx")["sentences"]
    assert sheet["F2"].value == "새날시는\x85\u2028 연다"


def test_readable(out: pathlib.Path) -> None:
    data = (out / "commitments_readable.csv").read_bytes()
    assert data.startswith(
        BOM
        + "기관,약속 내용,사업명,대상,기한,기한 시작,기한 끝,금액,금액(원),수량,상태,분야,발언자,근거 문장,보도자료 제목,배포일,배포 기관,원문 주소".encode()
    )
    rows = read_csv(out / "commitments_readable.csv")
    assert [r["약속 번호"] for r in rows] == [r["commitment_id"] for r in read_csv(out / "commitments.csv")]
    row = next(r for r in rows if r["약속 번호"] == "a:1:0")
    assert row["기관"] == "'=SUM(A1)"
    assert row["근거 문장"] == "'=합계 100억원, “함께” 간다."
    assert row["보도자료 제목"] == '\'@새날시, "쉼터" 열어'
    assert (row["상태"], row["분야"], row["배포일"], row["문서 번호"], row["앞선 약속"]) == ("완료", "복지·보건·나눔", "2030-05-01", "a", "a:0:0")


def test_readable_names_everything() -> None:
    assert set(STATUS_LABELS) == set(ACT_STATUSES)
    assert set(CATEGORY_NAMES) == set(CATEGORIES) - {"none"}
    tables = {t.name: t.names for t in TABLES}
    assert all(column in tables[table] for table, column in COLUMNS.values())
    shown = {column for table, column in COLUMNS.values() if table == "commitments"}
    assert set(COMMITMENTS.names) - shown == {"doc_id", "sent_id", "start", "end", "actor_ids", "program_ids", "action_lemma"}


def test_an_empty_dataset_is_a_dataset(tmp_path: pathlib.Path, written: Callable[..., Any]) -> None:
    result = written(tmp_path / "out", [], formats=FORMATS, failed=[])
    assert set(result.counts.values()) == {0}
    assert (tmp_path / "out" / "commitments.csv").read_bytes() == BOM + ",".join(COMMITMENTS.names).encode() + b"\n"
    assert json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))["texts"] == []


def test_only_the_formats_asked_for(tmp_path: pathlib.Path, document: Callable[..., Any], written: Callable[..., Any]) -> None:
    written(tmp_path / "out", [document("a")], formats=["jsonl", "jsonl"])
    always = {"commitments_readable.csv", "datapackage.json", "run.json", "text"}
    assert {p.name for p in (tmp_path / "out").iterdir()} == always | {f"{t.name}.jsonl" for t in TABLES}


@pytest.mark.parametrize("formats", [[], ["html"], ["csv", "CSV"], "csv"])
def test_formats_are_checked(formats: Any) -> None:
    with pytest.raises(ValueError, match="expected one or more of csv"):
        check_formats(formats)


def test_a_missing_library_is_told_before_work_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    check_formats(FORMATS)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    check_formats(["csv", "jsonl"])
    with pytest.raises(OutputError, match=r'duckdb needs a library .*pip install "dajim\[duckdb\]"'):
        check_formats(["csv", "duckdb"])


def test_min_confidence_is_told(tmp_path: pathlib.Path, document: Callable[..., Any], written: Callable[..., Any]) -> None:
    result = written(tmp_path / "out", [document("a"), document("b", confidence=None)], min_confidence=0.5)
    assert result.left_out == 2
    assert result.counts["commitments"] == 2
    assert json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))["left_out"] == {"min_confidence": 0.5, "commitments": 2}
    assert len(read_csv(tmp_path / "out" / "commitments_readable.csv")) == 2


def test_the_scorer_reads_it(out: pathlib.Path, shared: pathlib.Path) -> None:
    path = shared / "tools" / "score.py"
    if not path.exists():
        pytest.skip("no scorer")
    spec = importlib.util.spec_from_file_location("score", path)
    assert spec and spec.loader
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    docs = score.read_out(out)
    assert len(docs) == 21
    assert docs["a"]["units"][0] == {"span": (0, 24), "id": "0", "status": "planned", "category": "welfare"}
    assert docs["a"]["mentions"] == [(0, 3, "ORG"), (25, 26, "PERSON")]
    row = docs["a"]["rows"][0]
    assert row["actors"] == [{"새날시"}, {"가¦나모임"}]
    assert (row["deadline"], row["krw"], row["status"]) == (("", "2031-12-31"), "10000000000", "planned")
