"""`dajim explain`, and that every filled cell has its evidence."""

import csv
import json
import pathlib
import re

import pytest

from pipeline import cli, tables
from pipeline.read import read
from pipeline.resources import shipped
from pipeline.schema import Release

COLUMNS = {
    "actor": "actors",
    "action": "action",
    "program": "programs",
    "beneficiary": "beneficiary",
    "deadline": "deadline_text",
    "amount": "amount_text",
    "count": "counts",
    "speaker": "speaker",
    "status": "status",
    "category": "category",
}
TEXT = (
    "한빛재단은 마을 의사 제도를 소개했다.\n\n보건복지부는 내년 상반기까지 어르신을 대상으로 20억원을 들여 쉼터 30곳을 열 계획이다.\n\n"
    "돌봄 인력도 늘린다.\n\n=합계는 따로 알린다."
)


def test_every_filled_cell_has_its_evidence(engine) -> None:
    releases = [r for r in read([shipped("corpus", "releases")]) if isinstance(r, Release)]
    filled = 0
    for release, sheet in zip(releases, engine.analyse(releases), strict=True):
        found = tables.rows(sheet, release)
        for row in found["commitments"]:
            evidence = [e for e in found["evidence"] if e["commitment_id"] == row["commitment_id"]]
            for field, column in COLUMNS.items():
                pieces = [e for e in evidence if e["field"] == field]
                assert bool(pieces) == bool(row[column]), (row["commitment_id"], field)
                assert not isinstance(row[column], list) or len(pieces) >= len(row[column]), (row["commitment_id"], field)
                filled += bool(pieces)
            for e in evidence:
                assert release.text[e["start"] : e["end"]] == e["text"] != ""
    assert filled > 1_000


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory, rules_folder: pathlib.Path) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("explain")
    row = {"id": "가/1", "text": TEXT, "published": "2031-03-03", "issuer": "보건복지부", "title": "쉼터를 연다"}
    (folder / "in.jsonl").write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    assert cli.main(["run", str(folder / "in.jsonl"), "-o", str(folder / "out"), "--workers", "1", "--model", str(rules_folder)]) == 0
    return folder / "out"


def ids(out: pathlib.Path) -> dict[str, str]:
    with (out / "commitments.csv").open(encoding="utf-8-sig", newline="") as file:
        return {r["action_lemma"]: r["commitment_id"] for r in csv.DictReader(file)}


@pytest.mark.parametrize(
    ("lemma", "locale", "patterns"),
    [
        (
            "열다",
            "C.UTF-8",
            (
                r"\[보건복지부\|actor\]는",
                r"deadline: 내년 상반기까지 · 2032-06-30",
                r"【20억원】을 .*\[\d+:\d+\]  by rule",
                r"counts?: 30 곳",
                r"status: planned",
                r"ending: line \d+ of cues/status\.tsv, planned: .*계획",
                r"verb: 열다, in cues/verbs\.tsv under .*act",
                r"category: welfare",
                r"words of cues/categories\.tsv in the clause: .*어르신",
                r"confidence: [01]\.\d+",
            ),
        ),
        (
            "열다",
            "ko_KR.UTF-8",
            (r"\[보건복지부\|기관\]는", r"금액: 20억원 · 2,000,000,000", r"근거: 규칙", r"어미: cues/status\.tsv \d+번째 줄", r"확신도: [01]\.\d+"),
        ),
        ("늘리다", "C.UTF-8", (r"by tense: .*늘리/VV ㄴ다/EF", r"category: \w+")),
        pytest.param(
            *("늘리다", "C.UTF-8", (r"actor: 보건복지부",)),
            marks=pytest.mark.xfail(reason="the shipped model takes the body that the release opens with", strict=True),
        ),
    ],
)
def test_explain(
    out: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lemma: str, locale: str, patterns: tuple[str, ...]
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    assert cli.main(["explain", str(out), ids(out)[lemma]]) == 0
    found = capsys.readouterr().out
    for pattern in patterns:
        assert re.search(pattern, found), f"{pattern} is not in\n{found}"


@pytest.mark.parametrize(
    ("folder", "commitment", "message"), [("out", "가/1:99:0", "no commitment"), ("out/text", "가/1:1:0", "no dataset"), ("no", "x", "no dataset")]
)
def test_nothing_to_explain(out: pathlib.Path, capsys: pytest.CaptureFixture[str], folder: str, commitment: str, message: str) -> None:
    assert cli.main(["explain", str(out.parent / folder), commitment]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1 and message in captured.err


def test_other_columns_and_missing_texts_are_said(out: pathlib.Path, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in out.iterdir():
        if path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    assert cli.main(["explain", str(tmp_path), ids(out)["열다"]]) == 2
    assert "cannot be read" in capsys.readouterr().err
    (tmp_path / "commitments.csv").write_text("a,b\n", encoding="utf-8")
    assert cli.main(["explain", str(tmp_path), "x"]) == 2
    assert "run dajim again" in capsys.readouterr().err
