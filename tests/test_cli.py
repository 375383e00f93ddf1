"""The command: every way in, and one clear line where nothing can be done."""

import csv
import gzip
import io
import json
import pathlib
import re
import subprocess
import sys
import time

import pytest

from pipeline import cli
from pipeline.resources import shipped

RELEASE = "산림청은 내년 상반기까지 숲길 300km를 정비할 계획이다. 행사에는 30명이 왔다."


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def rows(path: pathlib.Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_run(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text(RELEASE, encoding="cp949")
    assert cli.main(["run", str(tmp_path / "a.txt"), "-o", str(tmp_path / "out"), "--published", "2026-03-02"]) == 0
    (row,) = rows(tmp_path / "out" / "commitments.csv")
    assert (row["actors"], row["action_lemma"], row["counts"]) == ("산림청", "정비하다", "300 km")
    assert (row["deadline_text"], row["deadline_end"]) == ("내년 상반기까지", "2027-06-30")
    text = (tmp_path / "out" / "text" / "a.txt.txt").read_text(encoding="utf-8")
    assert text == RELEASE
    for e in rows(tmp_path / "out" / "evidence.csv"):
        assert text[int(e["start"]) : int(e["end"])] == e["text"]
    captured = capsys.readouterr()
    assert captured.out == "" and "1 documents read, 1 commitments" in captured.err


def test_everything_at_once(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in" / "sub").mkdir(parents=True)
    (tmp_path / "in" / "a.txt").write_bytes(RELEASE.encode("utf-16"))
    (tmp_path / "in" / "sub" / "b.txt").write_text(" \n", encoding="utf-8")
    (tmp_path / "in" / "photo.png").write_bytes(b"\x89PNG")
    with gzip.open(tmp_path / "c.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(
            json.dumps({"id": "7", "text": RELEASE, "published": "2025-01-05", "issuer": "산림청", "title": "숲길"}, ensure_ascii=False)
            + "\n{broken\n"
        )
    monkeypatch.setattr(sys, "stdin", type("In", (), {"buffer": io.BytesIO(RELEASE.encode())})())
    out = tmp_path / "out"
    assert cli.main(["run", str(tmp_path / "in"), str(tmp_path / "c.jsonl.gz"), "-", "-o", str(out), "--format", "jsonl", "--format", "csv"]) == 1
    assert [r["doc_id"] for r in rows(out / "documents.csv")] == ["7", "a.txt", "stdin"]
    assert sorted(r["error"] for r in rows(out / "errors.csv")) == ["bad_row", "empty"]
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["skipped"] == {"kinds": {".png": 1}}
    assert (out / "commitments.jsonl").exists()
    assert "2 documents failed; see" in capsys.readouterr().err


def test_demo(tmp_path: pathlib.Path) -> None:
    assert cli.main(["run", "--demo", "-o", str(tmp_path / "out"), "--workers", "1"]) == 0
    documents = rows(tmp_path / "out" / "documents.csv")
    assert len(documents) == len(list(shipped("corpus", "releases").glob("*.txt"))) >= 12
    assert len(rows(tmp_path / "out" / "commitments.csv")) >= 3 * len(documents)


def test_a_second_run_replaces_the_first(tmp_path: pathlib.Path) -> None:
    for name, number in (("a", 1), ("b", 2)):
        (tmp_path / f"{name}.txt").write_text(RELEASE * number, encoding="utf-8")
        assert cli.main(["run", str(tmp_path / f"{name}.txt"), "-o", str(tmp_path / "out")]) == 0
    assert [r["doc_id"] for r in rows(tmp_path / "out" / "documents.csv")] == ["b.txt"]
    assert [p.name for p in (tmp_path / "out" / "text").iterdir()] == ["b.txt.txt"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "required"),
        (["fly"], "fly"),
        (["run"], "-o"),
        (["run", "-o", "{tmp}/out"], "no INPUT"),
        (["run", "{tmp}/missing.txt", "-o", "{tmp}/out"], "does not exist"),
        (["run", "{tmp}/a.txt", "-o", "{tmp}/out", "--published", "yesterday"], "'yesterday' is no ISO date"),
        (["run", "{tmp}/a.txt", "-o", "{tmp}/out", "--published", "2026-02-30"], "is no ISO date"),
        (["run", "{tmp}/a.txt", "-o", "{tmp}/out", "--format", "pdf"], "pdf"),
        (["run", "{tmp}/a.txt", "-o", "{tmp}/out", "--min-confidence", "2"], "no number from 0 to 1"),
        (["run", "{tmp}/a.txt", "-o", "{tmp}/out", "--workers", "-1"], "workers"),
        (["run", "{tmp}/a.txt", "-o", "{tmp}/out", "--model", "{tmp}/nowhere"], "no folder of a pipeline"),
        (["run", "{tmp}/a.txt", "-o", "{tmp}/b.txt"], "is a file"),
        (["run", "{tmp}/a.txt", "-o", "{tmp}/a.txt"], "input and output at once"),
        (["run", "{tmp}/a.txt", "-o", "{tmp}"], "holds no dataset of dajim"),
        (["run", "{tmp}/a.txt", "-o", "/proc/nowhere/out"], "cannot be written"),
        (["run", "{tmp}/empty", "-o", "{tmp}/out"], "no"),
        (["show", "{tmp}/missing.txt"], "does not exist"),
        (["show", "{tmp}/a.txt", "--id", "b"], "no document b"),
        (["show", "{tmp}/a.txt", "--html", "{tmp}/no/such/folder.html"], "cannot write"),
    ],
)
def test_nothing_could_be_done(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    (tmp_path / "a.txt").write_text(RELEASE, encoding="utf-8")
    (tmp_path / "b.txt").write_text(RELEASE, encoding="utf-8")
    (tmp_path / "empty").mkdir()
    assert cli.main([a.replace("{tmp}", str(tmp_path)) for a in arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1 and captured.err.startswith("dajim: error: ")
    assert message in captured.err
    assert not (tmp_path / "out" / "run.json").exists()


def test_messages_follow_the_locale(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text(RELEASE, encoding="utf-8")
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    assert cli.main(["run", str(tmp_path / "a.txt"), "-o", str(tmp_path / "out")]) == 0
    assert "보도자료 1건을 읽어" in capsys.readouterr().err
    assert cli.main(["fly"]) == 2
    assert capsys.readouterr().err.startswith("dajim: 오류: ")


def test_progress_on_a_terminal_only(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.jsonl").write_text("".join(json.dumps({"text": RELEASE}, ensure_ascii=False) + "\n" for _ in range(300)), encoding="utf-8")

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("pipeline.run.LONG", 0.0)
    for stream in (Terminal(), io.StringIO()):
        monkeypatch.setattr(sys, "stderr", stream)
        assert cli.main(["run", str(tmp_path / "a.jsonl"), "-o", str(tmp_path / "out"), "--workers", "1"]) == 0
        bar = re.search(r"[1-9]\d*/300 \[\d\d:\d\d<\d\d:\d\d, +[\d.]+ documents/s\]", stream.getvalue())
        assert bool(bar) == stream.isatty(), stream.getvalue()


def test_show(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.jsonl").write_text(
        "".join(json.dumps({"id": str(n), "text": RELEASE}, ensure_ascii=False) + "\n" for n in (1, 2)), encoding="utf-8"
    )
    assert cli.main(["show", str(tmp_path / "a.jsonl"), "--id", "2"]) == 0
    assert "[산림청|ORG]" in capsys.readouterr().out
    assert cli.main(["show", str(tmp_path / "a.jsonl"), "--html", str(tmp_path / "a.html")]) == 0
    captured = capsys.readouterr()
    assert captured.out == "" and "2 documents in" in captured.err
    assert "<mark" in (tmp_path / "a.html").read_text(encoding="utf-8")


def test_help_is_quick_and_names_every_option() -> None:
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "pipeline", "--help"], capture_output=True, text=True, check=True)
    assert "run" in done.stdout and "show" in done.stdout
    assert time.perf_counter() - start < 2.0  # 0.5 s on a quiet machine; see tests/benchmarks
    heavy = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, pipeline.cli; pipeline.cli._parser(); print([m for m in ('spacy', 'pandas', 'numpy', 'kiwipiepy') if m in sys.modules])",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert heavy.stdout.strip() == "[]"


def test_the_readme_and_the_command_are_in_step() -> None:
    readme = shipped("README.md").read_text(encoding="utf-8")
    done = subprocess.run([sys.executable, "-m", "pipeline", "run", "--help"], capture_output=True, text=True, check=True)
    for option in re.findall(r"--[a-z-]+", done.stdout):
        if option != "--help":
            assert f"`{option}" in readme or option == "--out", f"README says nothing of {option}"
