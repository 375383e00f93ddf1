"""OUT: what is refused, what is replaced, what is left alone, and what an interrupted run leaves."""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.dataset import FORMATS, OutputError, Spool, prepare, swap, write
from pipeline.dataset.paths import FILES


def content(out: pathlib.Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}


def ids(out: pathlib.Path) -> list[str]:
    return [line.split(",")[0] for line in (out / "documents.csv").read_text(encoding="utf-8-sig").splitlines()[1:]]


@pytest.mark.parametrize("there", ["absent", "absent/deep/er", "empty", "only .DS_Store", "left by a crash"])
def test_out_may_be_new(tmp_path: pathlib.Path, there: str, document: Callable[..., Any], written: Callable[..., Any]) -> None:
    out = tmp_path / ("a/b/c" if "deep" in there else "out")
    if not there.startswith("absent"):
        out.mkdir()
    if there == "only .DS_Store":
        (out / ".DS_Store").touch()
    if there == "left by a crash":
        (out / ".dajim" / "spool").mkdir(parents=True)
        (out / ".dajim" / "lock").touch()
    written(out, [document("a")])
    assert ids(out) == ["a"]
    assert not (out / ".dajim").exists()


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("", "text", "file"),
        ("notes.txt", "mine", "foreign"),
        (".hidden", "mine", "foreign"),
        ("run.json", "{}", "foreign"),
        ("run.json", "[1]", "foreign"),
        ("run.json", "not json", "foreign"),
        ("run.json", '{"dajim": null}', "foreign"),
        ("documents.csv", "mine", "foreign"),
        ("documents.csv/x", "mine", "blocked"),
        ("text", "mine", "blocked"),
        (".dajim/journal.json", "torn", "unrepaired"),
    ],
)
def test_out_may_be_refused(tmp_path: pathlib.Path, name: str, data: str, reason: str) -> None:
    out = tmp_path / "out"
    path = out / name if name else out
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(data, encoding="utf-8")
    if reason == "blocked":
        (out / "run.json").write_text('{"dajim": "0"}', encoding="utf-8")
    before = content(tmp_path)
    with pytest.raises(OutputError, match=str(tmp_path)) as caught:
        prepare(out)
    assert caught.value.reason == reason
    assert "\n" not in str(caught.value)
    after = content(tmp_path)
    after.pop("out/.dajim/lock", None)
    assert after == before


def test_a_link_for_the_texts_is_refused(tmp_path: pathlib.Path, document: Callable[..., Any], written: Callable[..., Any]) -> None:
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    written(out, [document("a")])
    shutil.move(out / "text", elsewhere)
    (out / "text").symlink_to(elsewhere)
    with pytest.raises(OutputError, match="in the way"):
        prepare(out)


def test_below_a_file(tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError) as caught:
        prepare(tmp_path / "file" / "out")
    assert caught.value.reason == "unwritable"


def test_not_writable(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(pathlib.Path, "mkdir", refuse)
    with pytest.raises(OutputError, match=r"cannot be written .Permission denied") as caught:
        prepare(tmp_path / "out")
    assert caught.value.reason == "unwritable"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_the_right_to_write(tmp_path: pathlib.Path) -> None:
    (tmp_path / "out").mkdir(mode=0o555)
    with pytest.raises(OutputError, match="cannot be written"):
        prepare(tmp_path / "out")


def test_one_run_at_a_time(tmp_path: pathlib.Path) -> None:
    out = tmp_path / "out"
    with prepare(out):
        with pytest.raises(OutputError) as caught:
            prepare(out)
        assert caught.value.reason == "busy"
        assert (out / ".dajim").is_dir()
    prepare(out).close()


def test_what_comes_to_nothing_leaves_nothing(tmp_path: pathlib.Path, document: Callable[..., Any], written: Callable[..., Any]) -> None:
    with prepare(tmp_path / "a" / "b"):
        pass
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "out").mkdir()
    with prepare(tmp_path / "out"):
        pass
    assert list((tmp_path / "out").iterdir()) == []
    written(tmp_path / "out", [document("a")])
    before = content(tmp_path)
    with prepare(tmp_path / "out") as place, Spool(place.spool) as spool:
        spool.add("b", document("b").text, document("b").rows)
    assert content(tmp_path) == before


FOREIGN = {
    "notes.txt": b"mine",
    "sub/documents.csv": b"mine",
    "text/mine.txt": b"mine",
    "text/sub/x": b"mine",
    "documents.json": b"mine",
    ".keep": b"",
}


def put(out: pathlib.Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(data)


def test_a_run_replaces_what_was_written_and_leaves_the_rest_alone(
    tmp_path: pathlib.Path, document: Callable[..., Any], written: Callable[..., Any]
) -> None:
    out, fresh = tmp_path / "out", tmp_path / "fresh"
    written(out, [document("a"), document("b")], formats=FORMATS)
    put(out, FOREIGN | {"dataset.duckdb.wal": b"left by a reader"})
    written(out, [document("b"), document("c")], formats=["jsonl"])
    written(fresh, [document("b"), document("c")], formats=["jsonl"])
    found, wanted = content(out), content(fresh)
    assert found.keys() == wanted.keys() | FOREIGN.keys()
    assert {name: found[name] for name in FOREIGN} == FOREIGN
    assert all(found[name] == wanted[name] for name in wanted if name != "run.json")


def test_a_run_file_that_lists_others_files_costs_none(tmp_path: pathlib.Path, document: Callable[..., Any], written: Callable[..., Any]) -> None:
    out = tmp_path / "out"
    put(tmp_path, {"precious": b"1", "out/precious": b"2", "out/text/x/y.txt": b"3"})
    paths = ["../precious", "precious", str(tmp_path / "precious"), "text/x/y.txt", "text", ".dajim", 5, None, ["run.json"]]
    put(
        out,
        {
            "run.json": json.dumps(
                {"dajim": "9", "files": [*({"path": p} for p in paths), 7], "texts": ["../../precious", "../precious", "x/y.txt", 5]}
            ).encode()
        },
    )
    written(out, [document("a")])
    found = content(tmp_path)
    assert [found[name] for name in ("precious", "out/precious", "out/text/x/y.txt")] == [b"1", b"2", b"3"]
    put(out, {"run.json": b'{"dajim": "9", "files": 3, "texts": {}}'})
    written(out, [document("b")])
    assert ids(out) == ["b"]
    assert (out / "text" / "a.txt").exists()  # this run file does not say whose it is


@pytest.fixture
def no_sync(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of datasets that no power cut threatens."""
    monkeypatch.delattr(os, "sync", raising=False)
    monkeypatch.setattr(os, "fsync", lambda _: None)


class Crash(BaseException):
    """What no handler of ours expects."""


def states(
    tmp_path: pathlib.Path, written: Callable[..., Any], document: Callable[..., Any]
) -> tuple[pathlib.Path, dict[str, bytes], dict[str, bytes]]:
    """A folder with an old dataset and others' files; its content, and what it is to be."""
    base, fresh = tmp_path / "base", tmp_path / "fresh"
    written(base, [document("a"), document("b")], formats=["csv", "parquet"])
    put(base, FOREIGN)
    written(fresh, [document("b"), document("c"), document("d")], formats=["csv", "jsonl"])
    put(fresh, FOREIGN)
    return base, content(base), content(fresh)


def same(found: dict[str, bytes], wanted: dict[str, bytes]) -> bool:
    return found.keys() == wanted.keys() and all(found[n] == wanted[n] for n in wanted if n != "run.json")


def failing(monkeypatch: pytest.MonkeyPatch, after: int, error: type[BaseException], times: float) -> list[int]:
    """Let `os.replace` fail after some calls; the list counts the calls."""
    calls = [0]
    genuine = os.replace

    def replace(*args: Any, **options: Any) -> None:
        calls[0] += 1
        if after < calls[0] <= after + times:
            raise error(28, "No space left on device")
        genuine(*args, **options)

    monkeypatch.setattr(os, "replace", replace)
    return calls


@pytest.mark.usefixtures("no_sync")
@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt, Crash])
@pytest.mark.parametrize("times", [1, 2, float("inf")], ids=["once", "twice", "for good"])
def test_a_crash_at_any_rename(
    tmp_path: pathlib.Path, document: Callable[..., Any], written: Callable[..., Any], error: type[BaseException], times: float
) -> None:
    base, old, new = states(tmp_path, written, document)
    documents = [document("b"), document("c"), document("d")]
    seen = set()
    for step in range(200):
        out = tmp_path / f"out{step}"
        shutil.copytree(base, out)
        with pytest.MonkeyPatch.context() as patch:
            calls = failing(patch, step, error, times)
            with contextlib.suppress(OutputError, error):
                written(out, documents, formats=["csv", "jsonl"])
        now = content(out)
        if "run.json" in now:  # a reader that looks before the next start sees no mixture
            visible = {n: d for n, d in now.items() if not n.startswith(".dajim/")}
            assert same(visible, old) or same(visible, new), step
        prepare(out).close()
        after = content(out)
        assert same(after, old) or same(after, new), step
        seen.add(same(after, new))
        written(out, documents, formats=["csv", "jsonl"])  # and it goes on from there
        assert same(content(out), new), step
        if calls[0] <= step:
            break
    else:
        pytest.fail("it never came through")
    assert step > 30
    assert seen == {False, True}


@pytest.mark.usefixtures("no_sync")
@pytest.mark.parametrize("again", [1, 5, 17])
def test_a_repair_may_be_interrupted_too(tmp_path: pathlib.Path, document: Callable[..., Any], written: Callable[..., Any], again: int) -> None:
    base, old, new = states(tmp_path, written, document)
    for step in range(1, 40):
        out = tmp_path / f"out{step}"
        shutil.copytree(base, out)
        for after, error in ((step, Crash), (again, Crash), (again, OSError)):
            with pytest.MonkeyPatch.context() as patch:
                failing(patch, after, error, float("inf"))
                with contextlib.suppress(OutputError, Crash):
                    written(out, [document("b"), document("c"), document("d")], formats=["csv", "jsonl"])
        prepare(out).close()
        assert same(content(out), old) or same(content(out), new), step
        assert not (out / ".dajim").exists()


def test_a_file_that_cannot_be_moved_brings_the_old_back(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, document: Callable[..., Any], written: Callable[..., Any]
) -> None:
    base, old, _ = states(tmp_path, written, document)
    genuine = os.replace

    def replace(source: Any, target: Any) -> None:
        if pathlib.Path(source) == base / "mentions.csv":  # as Windows does while Excel has it open
            raise PermissionError(13, "The process cannot access the file", str(source))
        genuine(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(OutputError, match=r"mentions.csv cannot be written .The process") as caught:
        written(base, [document("c")])
    assert caught.value.reason == "unwritable"
    assert content(base) == old


def test_a_full_disk_leaves_the_old(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, document: Callable[..., Any], written: Callable[..., Any]
) -> None:
    base, old, _ = states(tmp_path, written, document)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "somewhere")

    monkeypatch.setattr("pipeline.dataset.writing.write_readable", full)
    with pytest.raises(OutputError, match=r"somewhere cannot be written .No space left"):
        written(base, [document("c")])
    assert content(base) == old


def test_a_run_needs_its_version(tmp_path: pathlib.Path) -> None:
    with prepare(tmp_path / "out") as place, Spool(place.spool) as spool, pytest.raises(ValueError, match="version"):
        write(spool, place, run={"seconds": 1})
    assert not (tmp_path / "out").exists()


def test_a_run_may_tell_of_files_with_odd_names(tmp_path: pathlib.Path) -> None:
    for _ in range(2):
        with prepare(tmp_path / "out") as place, Spool(place.spool) as spool:
            write(spool, place, run={"dajim": "1", "skipped": ["\udcff.pdf"], "model": tmp_path})
    run = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert (run["skipped"], run["model"]) == (["\udcff.pdf"], str(tmp_path))


KILLED = """
import os, pathlib, sys
from pipeline.dataset import swap
done = [0]
genuine = os.replace
def replace(*args, **options):
    done[0] += 1
    if done[0] > int(sys.argv[2]):
        os._exit(9)
    genuine(*args, **options)
os.replace = replace
from pipeline.dataset import Spool, prepare, write
with prepare(sys.argv[1]) as place, Spool(place.spool) as spool:
    write(spool, place, run={"dajim": "1"})
"""


@pytest.mark.parametrize("step", [0, 1, 2, 9, 16])
def test_a_killed_process(tmp_path: pathlib.Path, document: Callable[..., Any], written: Callable[..., Any], step: int) -> None:
    out = tmp_path / "out"
    written(out, [document("a")])
    put(out, FOREIGN)
    old = content(out)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(out), str(step)], check=False)
    assert killed.returncode == 9
    with prepare(out):
        assert step == 0 or ids(out) == []
    found = content(out)
    assert {name: found[name] for name in FOREIGN} == FOREIGN
    assert (found == old) == (step == 0)


def test_every_name_that_is_exchanged_is_known(tmp_path: pathlib.Path, document: Callable[..., Any], written: Callable[..., Any]) -> None:
    written(tmp_path / "out", [document("a")], formats=FORMATS)
    assert {p.name for p in (tmp_path / "out").iterdir()} <= FILES | {"text"}
    assert swap.planned(tmp_path / "out") is None
