"""The door: documents, standard input, arguments, texts at hand."""

import datetime
import gzip
import io
import os
import pathlib

import pytest

from pipeline import read as door
from pipeline.read import InputError, from_texts, read, stream
from pipeline.schema import ERRORS, STAGES, Failure, Release

A, B = "새날시는 쉼터를 연다.", "새날구는 숲을 가꾼다."
DAY = datetime.date(2024, 3, 5)
FORM = f"보도자료\n배포일시: 2024. 3. 5.(화)\n\n새날시, 청년 쉼터 연다\n\n{A}\n"


def one(path: pathlib.Path, data: bytes | str = b"", **settings: object) -> Release | Failure:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    (each,) = read([path], **settings)  # type: ignore[arg-type]
    return each


@pytest.mark.parametrize("name", ["a.txt", "a.TXT", "보도자료 2024.3.5", "README", "a.txt.gz"])
def test_a_document(tmp_path: pathlib.Path, name: str) -> None:
    data = FORM.replace("\n", "\r\n").encode("cp949")
    release = one(tmp_path / name, gzip.compress(data) if name.endswith(".gz") else data)
    path = (tmp_path / name).as_posix()
    assert release == Release(name, FORM, path, "새날시, 청년 쉼터 연다", DAY, "", "", "text/plain", "cp949", ())


@pytest.mark.parametrize(
    ("name", "data", "error", "said"),
    [
        ("a.txt", b"", "empty", "empty"),
        ("a.txt", b" \r\n", "empty", "white space"),
        ("a.txt", b"%PDF-1.4", "binary", "a PDF"),
        ("a.txt", b"PK\x03\x04", "binary", "ZIP"),
        ("a.txt", gzip.compress(b"a"), "binary", "gzip"),
        ("a.txt", A.encode() + b"\xff", "undecodable", "byte 30"),
        ("a.txt.gz", A.encode(), "unreadable", "no gzip"),
        ("a.txt.gz", gzip.compress(A.encode())[:-9], "unreadable", "cut off"),
        ("a.txt.gz", gzip.compress(A.encode())[:-8] + bytes(8), "unreadable", "damaged"),
        ("a.json", b'{"text": "a"}', "unknown_kind", ".jsonl"),
        ("a.json.gz", gzip.compress(b'{"text": "a"}'), "unknown_kind", ".jsonl"),
        ("a.xlsx", b"PK\x03\x04", "unknown_kind", ".xlsx"),
        ("a.tsv", b"text\n", "unknown_kind", ".tsv"),
        ("a", b"%PDF-1.4", "binary", "a PDF"),
    ],
)
def test_no_document(tmp_path: pathlib.Path, name: str, data: bytes, error: str, said: str) -> None:
    failure = one(tmp_path / name, data)
    assert isinstance(failure, Failure)
    assert failure.error == error and error in ERRORS and failure.stage in STAGES
    assert failure.doc_id == name
    assert failure.source == (tmp_path / name).as_posix()
    assert failure.message.startswith(failure.source) and said in failure.message


def test_a_bomb(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = tmp_path / "a.txt.gz"
    with gzip.open(bomb, "wb", compresslevel=1) as packed:
        for _ in range(70):
            packed.write(bytes(1 << 20))
    (failure,) = read([bomb])
    assert isinstance(failure, Failure)
    assert failure.error == "too_large" and "64 MiB" in failure.message
    monkeypatch.setattr(stream, "MAX_BYTES", len(A.encode()))
    assert isinstance(one(tmp_path / "a.txt", A), Release)
    assert isinstance(one(tmp_path / "a.txt", A + "."), Failure)


def test_a_million_characters(tmp_path: pathlib.Path) -> None:
    release = one(tmp_path / "a.txt", A * 100_000)
    assert isinstance(release, Release) and len(release.text) == len(A) * 100_000


@pytest.mark.parametrize(
    "error", [PermissionError(13, "Permission denied"), FileNotFoundError(2, "No such file or directory"), OSError(5, "Input/output error")]
)
@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.csv"])
def test_unreadable(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, name: str, error: OSError) -> None:
    (tmp_path / name).write_text(A, encoding="utf-8")
    (tmp_path / "z.txt").write_text(B, encoding="utf-8")
    original = pathlib.Path.open

    def refused(path: pathlib.Path, *args: object, **kwargs: object) -> object:
        if path.name == name:
            raise error
        return original(path, *args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(pathlib.Path, "open", refused)
    failure, release = read([tmp_path])
    assert isinstance(failure, Failure) and isinstance(release, Release)
    assert failure.error == "unreadable" and error.strerror in failure.message


def test_published_comes_last(tmp_path: pathlib.Path) -> None:
    other = datetime.date(2020, 1, 1)
    (tmp_path / "a.txt").write_text(FORM, encoding="utf-8")
    (tmp_path / "b.txt").write_text(B, encoding="utf-8")
    (tmp_path / "c.csv").write_text(f'text,published\n{A},2024-03-05\n{B},\n"{FORM}",\n{B},어제\n', encoding="utf-8")
    dates = [r.published for r in read([tmp_path], published=other) if isinstance(r, Release)]
    assert dates == [DAY, other, DAY, other, DAY, other]
    assert [r.published for r in read([tmp_path]) if isinstance(r, Release)] == [DAY, None, DAY, None, DAY, None]


def test_standard_input(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.txt").write_text(A, encoding="utf-8")
    first, second = read([tmp_path / "a.txt", "-"], stdin=io.BytesIO(FORM.encode("utf-16")))
    assert isinstance(second, Release)
    assert (first.doc_id, second.doc_id, second.source, second.text, second.published) == ("a.txt", "stdin", "stdin", FORM, DAY)


@pytest.mark.parametrize(("data", "error"), [(b"", "empty"), (b"%PDF-1.4", "binary"), (b"\xff", "undecodable")])
def test_bad_standard_input(data: bytes, error: str) -> None:
    (failure,) = read(["-"], stdin=io.BytesIO(data))
    assert isinstance(failure, Failure)
    assert (failure.error, failure.doc_id) == (error, "stdin")


def test_standard_input_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(A.encode()), encoding="ascii"))
    (release,) = read(["-"])
    assert isinstance(release, Release) and release.text == A


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ([], "no input"),
        (["nowhere.txt"], "'nowhere.txt' does not exist"),
        (["nowhere", "nor/here.jsonl"], "do not exist"),
        (["a\0b"], "does not exist"),
        ([""], "does not exist"),
        (["-", "-"], "once"),
        (["out"], "-o"),
        (["old"], "dataset"),
    ],
)
def test_arguments_with_which_nothing_can_be_read(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, inputs: list[str], said: str) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("out", "old"):
        (tmp_path / folder).mkdir()
    (tmp_path / "old" / "run.json").write_text('{"dajim": "0.1"}', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read(inputs, out=pathlib.Path("out"))  # before anything is asked of the stream
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_one_missing_file_is_an_error_row(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.txt").write_text(A, encoding="utf-8")
    failure, release = read([tmp_path / "b.txt", tmp_path / "a.txt"])
    assert isinstance(failure, Failure) and isinstance(release, Release)
    assert (failure.error, failure.doc_id) == ("not_found", "b.txt")


def test_nothing_found_is_said_at_the_end(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4")
    with pytest.raises(InputError, match=r"skipped: 1 \.pdf"):
        list(read([tmp_path]))


def test_one_path_is_no_list(tmp_path: pathlib.Path) -> None:
    for path in ("a.txt", tmp_path):
        with pytest.raises(TypeError, match="list of paths"):
            read(path)  # type: ignore[arg-type]


def test_documents_stream(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(5):
        (tmp_path / f"{n}.txt").write_text(A, encoding="utf-8")
    opened: list[str] = []
    original = door.opened
    monkeypatch.setattr(door, "opened", lambda path: opened.append(path.name) or original(path))
    found = read([tmp_path])
    assert opened == []
    next(found)
    assert opened == ["0.txt"]


def test_texts_at_hand() -> None:
    found = list(from_texts([A, ("나", B), {"id": 7, "text": "가\r\n나", "published": DAY, "title": "제목"}, FORM]))
    assert all(isinstance(each, Release) for each in found)
    assert [each.doc_id for each in found] == ["text-0001", "나", "7", "text-0004"]
    assert [getattr(each, "published", None) for each in found] == [None, None, DAY, DAY]
    assert isinstance(found[3], Release) and found[3].title == "새날시, 청년 쉼터 연다"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("\ud800", "surrogate"),
        (("a", "\ud800"), "surrogate"),
        (("\ud800", A), "surrogate"),
        (("a", None), "no_text"),
        ({"id": "a"}, "no_text"),
        ({"text": float("nan")}, "no_text"),
        (("a", "b", "c"), "bad_row"),
        (3, "bad_row"),
        (None, "bad_row"),
        (("text-0002", A), "duplicate_id"),
    ],
    ids=ascii,
)
def test_bad_texts_at_hand(text: object, error: str) -> None:
    found = list(from_texts([text, A]))  # type: ignore[list-item]
    (failure,) = [each for each in found if isinstance(each, Failure)]
    assert failure.error == error
    for value in (failure.message, failure.doc_id, failure.source):
        value.encode("utf-8")


def test_one_text_is_no_list() -> None:
    for text in (A, {"text": A}):
        with pytest.raises(TypeError, match="list of texts"):
            from_texts(text)  # type: ignore[arg-type]


def test_failures_can_be_written(tmp_path: pathlib.Path) -> None:
    try:
        bad = pathlib.Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xbb\xf5.xyz"))
        bad.write_bytes(b"a")
    except OSError:
        pytest.skip("the file system refuses it")
    (failure,) = read([bad])
    assert isinstance(failure, Failure)
    for value in (failure.message, failure.doc_id, failure.source):
        value.encode("utf-8")
