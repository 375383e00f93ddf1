"""JSON Lines and CSV: one release a row, and a bad row never stops the others."""

import csv
import gzip
import io
import json
import pathlib

import pytest

from pipeline.read import read, stream, tables
from pipeline.schema import ERRORS, Failure, Release

A, B = "새날시는 쉼터를 연다.", "새날구는 숲을 가꾼다."
GOOD = json.dumps({"id": "z", "text": B}, ensure_ascii=False)


def outcome(path: pathlib.Path) -> list[str]:
    """What each row came to: its id, or its error and id."""
    found = []
    for each in read([path]):
        if isinstance(each, Release):
            found.append(each.doc_id)
        else:
            assert each.error in ERRORS and each.stage == "read"
            assert each.source == path.as_posix()
            assert path.name in each.message
            found.append(f"{each.error} {each.doc_id}".strip())
    return found


def only(path: pathlib.Path) -> Failure:
    (each,) = [e for e in read([path]) if isinstance(e, Failure)]
    return each


def write(folder: pathlib.Path, name: str, data: str | bytes) -> pathlib.Path:
    path = folder / name
    data = data.encode() if isinstance(data, str) else data
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f'{{"text": "{A}"}}', "t.jsonl#1"),
        (f'{{"id": "a", "text": "{A}"}}', "a"),
        (f'{{"id": 12, "text": "{A}"}}', "12"),
        (f'{{"id": 1.10, "text": "{A}"}}', "1.10"),
        (f'{{"id": " a\\n", "text": "{A}"}}', "a"),
        (f'{{"id": "\u1109\u1162", "text": "{A}"}}', "새"),
        (f'{{"id": null, "text": "{A}"}}', "t.jsonl#1"),
        (f'{{"id": NaN, "text": "{A}"}}', "t.jsonl#1"),
        (f'{{"id": "", "text": "{A}"}}', "t.jsonl#1"),
        (f'{{"id": ["a"], "text": "{A}"}}', "t.jsonl#1"),
        (f'{{"id": true, "text": "{A}"}}', "t.jsonl#1"),
        (f'{{"text": "{A}", "etc": {{"a": [NaN, 1e999]}}}}', "t.jsonl#1"),
        ('{"text": "\\uc0c8\\ub0a0 \\ud83d\\ude00"}', "t.jsonl#1"),
        ('{"id": "a", "text": "새\\ud800날"}', "surrogate a"),
        (f'{{"id": "\\udfff", "text": "{A}"}}', "surrogate t.jsonl#1"),
        ('{"id": "a"}', "no_text a"),
        ('{"id": "a", "text": null}', "no_text a"),
        ('{"id": "a", "text": 3}', "no_text a"),
        ('{"id": "a", "text": ["새날"]}', "no_text a"),
        ('{"id": "a", "text": ""}', "empty a"),
        ('{"id": "a", "text": " \\r\\n\\u3000"}', "empty a"),
        ("{}", "no_text t.jsonl#1"),
        ("[1, 2]", "bad_row t.jsonl#1"),
        ('"새날"', "bad_row t.jsonl#1"),
        ("3", "bad_row t.jsonl#1"),
        ("null", "bad_row t.jsonl#1"),
        ('{"id": "a", "text": ', "bad_row t.jsonl#1"),
        ("{'text': 'a'}", "bad_row t.jsonl#1"),
        (f"{GOOD}{GOOD}", "bad_row t.jsonl#1"),
        ("새날시", "bad_row t.jsonl#1"),
        ("[" * 100_000, "bad_row t.jsonl#1"),
        ('{"id": ' + "9" * 5_000 + "}", "bad_row t.jsonl#1"),
        (GOOD, "z\nduplicate_id z"),
    ],
    ids=lambda v: v[:40],
)
@pytest.mark.parametrize("name", ["t.jsonl", "t.JSONL", "t.jsonl.gz"])
def test_a_line(tmp_path: pathlib.Path, name: str, line: str, expected: str) -> None:
    path = write(tmp_path, name, f"{line}\n{GOOD}\n")
    rows = "\n".join(outcome(path)).split("\n")
    assert rows == [*expected.replace("t.jsonl", name).split("\n"), *(["z"] if line != GOOD else [])]


def test_the_message_names_file_and_line(tmp_path: pathlib.Path) -> None:
    path = write(tmp_path, "t.jsonl", f"\n{GOOD}\n\n{{broken\n")
    failure = only(path)
    assert failure.message.startswith(f"{path.as_posix()}:4: ")
    assert failure.doc_id == "t.jsonl#2"  # rows are counted, not lines


def test_context(tmp_path: pathlib.Path) -> None:
    row = {
        "id": "a",
        "text": "\ufeff가\r\n나",
        "title": "\u1109\u1162날\n시",
        "published": "2024-03-05",
        "issuer": 3,
        "url": " https://example.org ",
        "x": {},
    }
    (release,) = read([write(tmp_path, "t.jsonl", json.dumps(row))])
    assert isinstance(release, Release)
    assert (release.text, release.title, str(release.published)) == ("가\n나", "새날 시", "2024-03-05")
    assert (release.issuer, release.url, release.media_type, release.encoding) == ("3", "https://example.org", "application/jsonl", "utf-8")
    assert not release.warnings


@pytest.mark.parametrize(
    ("published", "date", "warned"),
    [
        ("2024-03-05", "2024-03-05", False),
        ("20240305", "2024-03-05", False),
        ("2024-03-05T08:30:00", "2024-03-05", False),
        ("2024-03-05 08:30", "2024-03-05", False),
        ("2024-03-05T00:00:00.000Z", "2024-03-05", False),
        ("2024-03-04T15:00:00Z", "2024-03-05", False),  # the day in Korea
        (" 2024-03-05 ", "2024-03-05", False),
        ("", None, False),
        (None, None, False),
        (float("nan"), None, False),
        ("2024-02-30", None, True),
        ("2024. 3. 5.", None, True),
        ("내일|모레", None, True),
        (1709596800000, None, True),
        (["2024-03-05"], None, True),
        ("9999-12-31T23:59:59-12:00", None, True),
    ],
)
def test_published(tmp_path: pathlib.Path, published: object, date: str | None, warned: bool) -> None:
    (release,) = read([write(tmp_path, "t.jsonl", json.dumps({"text": A, "published": published}))])
    assert isinstance(release, Release)
    assert (str(release.published) if release.published else None) == date
    assert bool(release.warnings) == warned
    assert not any("|" in warning for warning in release.warnings)


@pytest.mark.parametrize("column", ["title", "issuer", "url"])
@pytest.mark.parametrize("value", [["a"], {"a": 1}, True, "\ud800"], ids=str.__class__.__name__ and ascii)
def test_context_that_is_no_text_is_left_out(tmp_path: pathlib.Path, column: str, value: object) -> None:
    (release,) = read([write(tmp_path, "t.jsonl", json.dumps({"text": A, column: value}))])
    assert isinstance(release, Release)
    assert getattr(release, column) == ""
    assert column in release.warnings[0]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (f"text\n{A}\n", ["t.csv#1"]),
        (f"\ufefftext\n{A}\n", ["t.csv#1"]),
        (f"\ufeffid,text\r\na,{A}\r\n", ["a"]),
        (f'id,text\na,"{A}"', ["a"]),
        (f'id,text\na,"가, 나\n""다""\r\n라"\nb,{B}\n', ["a", "b"]),
        (f" id , text \na,{A}\n", ["a"]),
        (f"id,text\n\na,{A}\n\n\nb,{B}\n", ["a", "b"]),
        (f"x,x,text\n1,2,{A}\n", ["t.csv#1"]),
        (f"text,id,x\n{A},a\n", ["a"]),
        (f"id,text\n1,{A}\n1,{B}\n", ["1", "duplicate_id 1"]),
        (f"id,text\na,\nb,{B}\n", ["empty a", "b"]),
        (f"id,text\na\nb,{B}\n", ["no_text a", "b"]),
        (f"id,text\na,{A},나머지\nb,{B}\n", ["bad_row t.csv#1", "b"]),
        # a quote out of place: what cannot be told apart is left out as one row
        (f'id,text,x\na,"그는 "좋다"고 했다.\n둘째 줄, 이어지고",2\nb,{B},3\n', ["bad_row t.csv#1", "b"]),
        (f'text\n"그는 "좋다"고 했다.\n둘째 줄"\n"{B}"\n', ["bad_row t.csv#1", "t.csv#2"]),
        (f'id,text\na,"{A}\nb,{B}\nc,{B}\n', ["bad_row t.csv#1"]),
        (f"id,body\na,{A}\n", ["no_text"]),
        (f"id;text\na;{A}\n", ["no_text"]),
        (f"text,text\n{A},{B}\n", ["bad_row"]),
        ("id,text\n", ["empty"]),
        ("", ["empty"]),
        ("\ufeff", ["empty"]),
        ("\n\n", ["empty"]),
    ],
    ids=lambda v: v[:40] if isinstance(v, str) else "",
)
def test_csv(tmp_path: pathlib.Path, data: str, expected: list[str]) -> None:
    assert outcome(write(tmp_path, "t.csv", data)) == expected
    assert [e.replace("t.csv", "t.csv.gz") for e in expected] == outcome(write(tmp_path, "t.csv.gz", data))


@pytest.mark.parametrize("text", ["가\n나", "가\r\n나", '그는 "좋다"고, 했다', ",", '"', '""', " 가 ", "=1+1", "가\n\n\n나"])
def test_csv_cells_come_back(tmp_path: pathlib.Path, text: str) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([["id", "text", "title"], ["a", text, "제목"], ["b", B, text]])
    first, second = read([write(tmp_path, "t.csv", stream.getvalue())])
    assert isinstance(first, Release) and isinstance(second, Release)
    assert first.text == text.replace("\r\n", "\n")
    assert (first.doc_id, second.doc_id, second.text) == ("a", "b", B)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp949"])
@pytest.mark.parametrize("name", ["t.csv", "t.jsonl", "t.csv.gz"])
def test_encodings(tmp_path: pathlib.Path, name: str, codec: str) -> None:
    rows = (
        f'text,id\r\n"{A}\r\n둘째 줄",a\r\n{B},b\r\n' if ".csv" in name else f'{{"text": "{A}\\n둘째 줄", "id": "a"}}\n{{"text": "{B}", "id": "b"}}\n'
    )
    first, second = read([write(tmp_path, name, rows.encode(codec))])
    assert isinstance(first, Release) and isinstance(second, Release)
    assert (first.text, second.text, first.doc_id) == (f"{A}\n둘째 줄", B, "a")
    assert first.encoding == codec


def test_only_the_row_with_bad_bytes_fails(tmp_path: pathlib.Path) -> None:
    data = f"id,text\na,{A}\nb,".encode() + b"\xff\xfe" + f"\nc,{B}\n".encode()
    assert outcome(write(tmp_path, "t.csv", data)) == ["a", "undecodable t.csv#2", "c"]
    data = f"{GOOD}\n".encode() + b'{"text": "\xc0"}\n' + f'{{"text": "{A}"}}\n'.encode()
    path = write(tmp_path, "t.jsonl", data)
    assert outcome(path) == ["z", "undecodable t.jsonl#2", "t.jsonl#3"]
    assert f"{path.as_posix()}:2: " in only(path).message


def test_the_encoding_of_a_table_that_opens_with_much_ascii(tmp_path: pathlib.Path) -> None:
    head = "".join(f"{n},text in English\n" for n in range(80_000))
    path = write(tmp_path, "t.csv", f"id,text\n{head}last,{A}\n".encode("cp949"))
    *_, last = read([path])
    assert isinstance(last, Release)
    assert (last.text, last.encoding) == (A, "cp949")


@pytest.mark.parametrize("name", ["t.jsonl.gz", "t.csv.gz"])
def test_a_gzip_that_is_cut_off(tmp_path: pathlib.Path, name: str) -> None:
    rows = [f'{{"text": "{A} {n * 7919 % 1009}"}}' if "jsonl" in name else f"{A} {n * 7919 % 1009}" for n in range(20_000)]
    path = write(tmp_path, name, "\n".join(rows if "jsonl" in name else ["text", *rows]))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    *good, bad = read([path])
    assert len(good) > 5_000
    assert all(isinstance(each, Release) for each in good)
    assert isinstance(bad, Failure)
    assert (bad.error, bad.doc_id) == ("unreadable", "")
    assert "cut off" in bad.message and f"{len(good)} rows" in bad.message


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("t.jsonl.gz", b"{}", "unreadable"),
        ("t.csv.gz", b"", "empty"),
        ("t.csv", b"PK\x03\x04xlsx", "binary"),
        ("t.jsonl", gzip.compress(b"{}"), "binary"),
        ("t.csv", b"text\n\0\0\1\2", "binary"),
    ],
)
def test_no_table(tmp_path: pathlib.Path, name: str, data: bytes, error: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert outcome(path) == [error]


def test_a_row_that_is_too_large(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_LINE", 100)
    long = json.dumps({"text": "가" * 3_000_000}, ensure_ascii=False)
    assert outcome(write(tmp_path, "t.jsonl", f"{long}\n{GOOD}\n")) == ["too_large t.jsonl#1", "z"]
    assert outcome(write(tmp_path, "t.jsonl", f"{GOOD}\n{long}")) == ["z", "too_large t.jsonl#2"]
    assert outcome(write(tmp_path, "t.csv", f"id,text\na,{A}\nb,{'가' * 3_000}\nc,{B}\n")) == ["a", "too_large t.csv#2"]


def test_a_quote_that_is_never_closed_does_not_fill_the_memory(tmp_path: pathlib.Path) -> None:
    old = csv.field_size_limit(stream.MAX_LINE)
    try:
        path = write(tmp_path, "t.csv", 'id,text\na,"' + "가\n" * 200_000)
        assert outcome(path) == ["bad_row t.csv#1"]
        assert "never" in only(path).message or "from line 2" in only(path).message
    finally:
        csv.field_size_limit(old)


def test_a_cell_may_hold_more_than_csv_allows_by_default(tmp_path: pathlib.Path) -> None:
    (release,) = read([write(tmp_path, "t.csv", f'text\n"{"가나 " * 100_000}"\n')])
    assert isinstance(release, Release)
    assert len(release.text) == 300_000
