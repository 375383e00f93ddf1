"""Which files are read, in which order, under which id."""

import json
import os
import pathlib

import pytest

from pipeline.read import Skipped, is_dataset, read
from pipeline.read.walk import ending
from pipeline.schema import Failure, Release

A = "새날시는 쉼터를 연다."


def tree(root: pathlib.Path, *names: str) -> pathlib.Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'{{"text": "{A}"}}\n' if name.endswith(".jsonl") else A, encoding="utf-8")
    return root


def ids(*inputs: object, **settings: object) -> list[str]:
    return [e.doc_id if isinstance(e, Release) else f"{e.error} {e.doc_id}".strip() for e in read(list(map(str, inputs)), **settings)]  # type: ignore[arg-type]


def dataset(folder: pathlib.Path, run: object = None) -> pathlib.Path:
    tree(folder, "text/a.txt", "documents.csv")
    (folder / "run.json").write_text(json.dumps({"dajim": "0.1.0"} if run is None else run), encoding="utf-8")
    return folder


def test_order_is_by_path_parts(tmp_path: pathlib.Path) -> None:
    tree(tmp_path, "b.txt", "a/z.txt", "a/b/c.txt", "a.txt", "a-1/x.txt", "가.txt", "B.txt", "t.jsonl", "a/10.txt", "a/9.txt")
    expected = ["B.txt", "a/10.txt", "a/9.txt", "a/b/c.txt", "a/z.txt", "a-1/x.txt", "a.txt", "b.txt", "t.jsonl#1", "가.txt"]
    assert ids(tmp_path) == expected
    assert ids(f"{tmp_path}/") == expected


def test_ids_are_nfc(tmp_path: pathlib.Path) -> None:
    tree(tmp_path, "\u1109\u1162\u1102\u1161\u11af/\u1109\u116e\u11c1.txt")
    assert ids(tmp_path) == ["새날/숲.txt"]
    assert ids(tmp_path / "\u1109\u1162\u1102\u1161\u11af" / "\u1109\u116e\u11c1.txt") == ["숲.txt"]


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
def test_a_name_that_is_no_utf8(tmp_path: pathlib.Path) -> None:
    try:
        pathlib.Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xbb\xf5.txt")).write_text(A, encoding="utf-8")
    except OSError:
        pytest.skip("the file system refuses it")
    (release,) = read([tmp_path])
    assert isinstance(release, Release)
    assert release.doc_id == "\\xbb\\xf5.txt"
    release.source.encode("utf-8")


def test_several_folders_stand_in_front(tmp_path: pathlib.Path) -> None:
    tree(tmp_path, "one/a.txt", "two/a.txt", "c.txt")
    assert ids(tmp_path / "one", tmp_path / "two", tmp_path / "c.txt") == ["one/a.txt", "two/a.txt", "c.txt"]
    assert ids(tmp_path / "two", tmp_path / "c.txt") == ["a.txt", "c.txt"]
    assert ids(tmp_path / "two", tmp_path / "two") == ["two/a.txt", "duplicate_id two/a.txt"]


def test_the_folder_here(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, "one/a.txt", "two/b.txt")
    monkeypatch.chdir(tmp_path / "one")
    assert ids(".") == ["a.txt"]
    assert ids(".", "../two") == ["one/a.txt", "two/b.txt"]
    assert ids("a.txt") == ["a.txt"]
    assert [e.source for e in read(["."])] == ["a.txt"]


def test_two_documents_of_one_name(tmp_path: pathlib.Path) -> None:
    tree(tmp_path, "one/a.txt", "two/a.txt")
    first, second = read([tmp_path / "one" / "a.txt", tmp_path / "two" / "a.txt"])
    assert isinstance(first, Release) and isinstance(second, Failure)
    assert second.error == "duplicate_id"
    assert first.source in second.message and second.source in second.message


def test_what_a_walk_passes_by(tmp_path: pathlib.Path) -> None:
    tree(tmp_path, "a.txt", ".hidden.txt", ".git/b.txt", "c.pdf", "d.PDF", "e.json", "f", "g.txt.bak", "h.tar.gz", "sub/i.xlsx")
    dataset(tmp_path / "old")
    skipped = Skipped()
    assert ids(tmp_path, skipped=skipped) == ["a.txt"]
    assert skipped.as_dict() == {"kinds": {"": 1, ".bak": 1, ".json": 1, ".pdf": 2, ".tar.gz": 1, ".xlsx": 1}, "hidden": 2, "datasets": 1}


def test_out_is_passed_by(tmp_path: pathlib.Path) -> None:
    tree(tmp_path, "a.txt", "out/b.txt", "sub/c.txt")
    skipped = Skipped()
    assert ids(tmp_path, out=tmp_path / "sub" / ".." / "out", skipped=skipped) == ["a.txt", "sub/c.txt"]
    assert skipped.as_dict() == {"output": 1}
    stream = read([tmp_path], out=tmp_path / "sub" / "new")
    assert isinstance(next(stream), Release)
    tree(tmp_path, "sub/new/d.txt")  # written while the walk goes on
    assert [e.doc_id for e in stream] == ["out/b.txt", "sub/c.txt"]


@pytest.mark.parametrize(
    ("run", "known"),
    [({"dajim": "0.1"}, True), ({"dajim": 1}, False), ({"version": "0.1"}, False), (["dajim"], False), ("dajim", False)],
)
def test_a_dataset_is_known_by_its_run_file(tmp_path: pathlib.Path, run: object, known: bool) -> None:
    folder = dataset(tmp_path / "d", run)
    assert is_dataset(folder) == known
    tree(tmp_path, "z.txt")
    assert ids(tmp_path)[-1] == "z.txt"
    assert (len(ids(tmp_path)) == 1) == known


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"[" * 100_000, b'{"dajim": "1"'])
def test_a_broken_run_file_is_none(tmp_path: pathlib.Path, data: bytes) -> None:
    (tmp_path / "run.json").write_bytes(data)
    assert not is_dataset(tmp_path)


def test_links(tmp_path: pathlib.Path) -> None:
    tree(tmp_path / "in", "a/x.txt")
    tree(tmp_path / "away", "y.txt")
    (tmp_path / "in" / "a" / "up").symlink_to(tmp_path / "in", target_is_directory=True)
    (tmp_path / "in" / "b").symlink_to(tmp_path / "away", target_is_directory=True)
    (tmp_path / "in" / "c.txt").symlink_to(tmp_path / "away" / "y.txt")
    (tmp_path / "in" / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    (tmp_path / "in" / "self.txt").symlink_to("self.txt")
    skipped = Skipped()
    assert ids(tmp_path / "in", skipped=skipped) == ["a/x.txt", "b/y.txt", "c.txt", "unreadable gone.txt", "unreadable self.txt"]
    assert skipped.loops == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in this file system")
def test_a_pipe_does_not_hang(tmp_path: pathlib.Path) -> None:
    tree(tmp_path, "a.txt")
    os.mkfifo(tmp_path / "p.txt")
    skipped = Skipped()
    assert ids(tmp_path, skipped=skipped) == ["a.txt"]
    assert skipped.special == 1


def test_a_folder_that_cannot_be_listed(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, "a.txt", "b/x.txt", "c/y.txt", "d.txt")
    listing = pathlib.Path.iterdir

    def refused(path: pathlib.Path):  # type: ignore[no-untyped-def]
        if path.name == "b":
            raise PermissionError(13, "Permission denied", str(path))
        if path.name == "c":
            raise FileNotFoundError(2, "No such file or directory", str(path))
        return listing(path)

    monkeypatch.setattr(pathlib.Path, "iterdir", refused)
    assert ids(tmp_path) == ["a.txt", "unreadable", "unreadable", "d.txt"]


def test_deep_folders(tmp_path: pathlib.Path) -> None:
    deep = tmp_path.joinpath(*["d"] * 1_200)
    try:
        deep.mkdir(parents=True)
    except (OSError, RecursionError):
        pytest.skip("the file system refuses it")
    (deep / "a.txt").write_text(A, encoding="utf-8")
    assert ids(tmp_path) == ["d/" * 1_200 + "a.txt"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.txt", ".txt"),
        ("a.TXT", ".txt"),
        ("a.txt.gz", ".txt.gz"),
        ("a.Jsonl.GZ", ".jsonl.gz"),
        ("보도자료 2024.3.5", ""),
        ("2024. 3. 5.(화) 새날부", ""),
        ("a.보도자료", ""),
        ("a.", ""),
        ("a", ""),
        ("a.gz", ".gz"),
        ("a.mp3", ".mp3"),
    ],
)
def test_ending(name: str, expected: str) -> None:
    assert ending(name) == expected
