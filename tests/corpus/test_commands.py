"""`dajim corpus …`."""

import json
import pathlib
import re

import pytest

from pipeline import cli
from pipeline.corpus import commands
from pipeline.corpus.exchange import COUNTINGS
from pipeline.corpus.standoff import read_standoff, write_standoff
from pipeline.corpus.store import PARTIAL, SPLITS, Store


@pytest.fixture
def store(build, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The small corpus in the place of the shipped one."""
    made: Store = build()
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setattr(Store, "default", classmethod(lambda cls, texts=None: made))
    return made


def test_names_agree() -> None:
    # `commands` names these itself, so that the help needs no import.
    assert (commands.SPLITS, commands.COUNTINGS) == (SPLITS, COUNTINGS)


def test_check(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["corpus", "check"]) == 0
    assert capsys.readouterr() == ("", "0 problems\n")
    write_standoff(store.path("dev"), [])
    assert cli.main(["corpus", "check"]) == 1
    captured = capsys.readouterr()
    assert captured.out == "dev: 1 documents are in splits.json but not labelled, such as 102\n" and captured.err == "1 problems\n"


def test_check_without_texts(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    object.__setattr__(store, "texts", None)
    assert cli.main(["corpus", "check"]) == 0
    assert "3 documents were checked without their text" in capsys.readouterr().err


def test_stats(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["corpus", "stats"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["authored", "train", "dev", "test", "all"]
    assert lines[1].split() == ["documents", "1", "1", "1", "1", "4"]
    assert len({len(line) for line in lines[: lines.index("")]}) == 1  # aligned
    assert cli.main(["corpus", "stats", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["splits"]["all"]["documents"] == 4


def test_agreement(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(store.path("train"))
    assert cli.main(["corpus", "agreement", path, path, "--samples", "20"]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[0].split() == ["measure", "value", "2.5", "%", "97.5", "%", "A", "B", "both"]
    assert "acts (F1)" in out and "1.000" in out
    assert cli.main(["corpus", "agreement", path, path, "--samples", "20", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["name"] == "status (kappa)"
    assert cli.main(["corpus", "agreement", path, str(store.path("dev"))]) == 2
    assert capsys.readouterr().err.startswith("dajim: error: the readings are of different documents")


@pytest.mark.parametrize("tool", commands.FORMATS)
@pytest.mark.parametrize("split", [s for s in SPLITS if s not in PARTIAL])
@pytest.mark.parametrize("offsets", [[], ["--offsets", "utf-16"]])
def test_export_and_import(
    store: Store, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], tool: str, split: str, offsets: list[str]
) -> None:
    out, back = tmp_path / "out.json", tmp_path / "back.jsonl"
    assert cli.main(["corpus", "export", "--format", tool, "--split", split, "-o", str(out), *offsets]) == 0
    assert out.with_suffix(".xml").exists() == (tool == "label-studio")
    out.write_bytes(out.read_bytes().replace(b"\n", b"\r\n"))
    assert cli.main(["corpus", "import", "--format", tool, str(out), "-o", str(back)]) == 0
    assert read_standoff(back) == [a for a, _ in store.documents(split)]
    captured = capsys.readouterr()
    assert captured.out == "" and "1 documents; written to" in captured.err


def test_what_an_import_could_not_take_is_told(store: Store, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.json"
    cli.main(["corpus", "export", "--format", "doccano", "--split", "train", "-o", str(out)])
    out.write_text(out.read_text(encoding="utf-8").replace('"label": "PROGRAM"', '"label": "PLACE"'), encoding="utf-8")
    assert cli.main(["corpus", "import", "--format", "doccano", str(out), "-o", str(tmp_path / "back.jsonl")]) == 0
    told = capsys.readouterr().err
    assert re.search(r"^dajim: 101: the span \d+\.\.\d+ is dropped: its label 'PLACE' is none of ours$", told, re.MULTILINE)
    assert "(돕다) loses its programme" in told


def test_markup(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["corpus", "markup", "101"]) == 0
    assert "⟦G|새싹 마당⟧" in capsys.readouterr().out
    assert cli.main(["corpus", "markup", "103", "--test"]) == 0
    assert "숲길" in capsys.readouterr().out


def test_mine(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["corpus", "mine"]) == 0
    assert capsys.readouterr().out == "kind\tform\tdocuments\tpattern\tof\norg\t미르시\t1\theaded\t\n"
    assert cli.main(["corpus", "mine", "--min-documents", "2"]) == 0
    assert capsys.readouterr().out.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["corpus"], "required: COMMAND"),
        (["corpus", "fly"], "fly"),
        (["corpus", "export", "--format", "brat", "--split", "dev", "-o", "x"], "brat"),
        (["corpus", "export", "--format", "doccano", "--split", "all", "-o", "x"], "all"),
        (["corpus", "export", "--format", "doccano", "--split", "dev", "-o", "{project}/x.jsonl"], "lies inside the project"),
        (["corpus", "export", "--format", "doccano", "--split", "dev", "-o", "{project}/corpus/annotations/x.jsonl"], "lies inside the project"),
        (["corpus", "export", "--format", "doccano", "--split", "dev", "-o", "{tmp}/no/x.jsonl"], "cannot be written"),
        (["corpus", "import", "--format", "doccano", "{tmp}/none.jsonl", "-o", "{tmp}/x"], "cannot be read"),
        (["corpus", "import", "--format", "label-studio", "{project}/corpus/splits.json", "-o", "{tmp}/x"], "not a list of tasks"),
        (["corpus", "agreement", "{tmp}/a", "{tmp}/b"], "cannot be read"),
        (["corpus", "agreement", "{tmp}/a", "{tmp}/b", "--samples", "few"], "no whole number"),
        (["corpus", "markup", "104"], "no document 104"),
        (["corpus", "markup", "103"], "is in the test split"),
    ],
)
def test_nothing_could_be_done(store: Store, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    project = str(store.folder.parent)
    assert cli.main([a.replace("{project}", project).replace("{tmp}", str(tmp_path)) for a in arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1 and captured.err.startswith("dajim: error: ")
    assert message in captured.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["corpus", "export", "--format", "doccano", "--split", "dev", "-o", "{tmp}/x.jsonl"], "none of the 1 texts of dev is at hand"),
        (["corpus", "markup", "101"], "the text of 101 is not at hand"),
        (["corpus", "mine"], "no texts of real releases are at hand"),
    ],
)
def test_what_needs_texts(store: Store, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    object.__setattr__(store, "texts", None)
    assert cli.main([a.replace("{tmp}", str(tmp_path)) for a in arguments]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "x.jsonl").exists()
