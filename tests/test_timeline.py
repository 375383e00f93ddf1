"""`dajim timeline`: promises by date, what became of them, and how they stand."""

import csv
import io
import json
import pathlib

import pytest

from pipeline import cli

TEXTS = (
    ("2031-01-10", "중소벤처기업부는 3월까지 모태펀드 출자 기업을 모집할 계획이다."),
    ("2031-02-05", "중기부는 모태펀드 출자 기업을 모집하고 있다."),
    ("2031-04-20", "중소벤처기업부는 모태펀드 출자 기업을 선정했다."),
    ("2031-05-06", "산림청은 6월까지 국가숲길을 정비할 계획이다."),
    ("2031-05-07", "산림청은 2035년까지 숲 해설가 300명을 양성할 계획이다."),
    ("2031-05-08", "산림청은 9월까지 유아숲체험원을 확대할 계획이다. 유아숲체험원을 9월까지 확대할 계획이라고 밝혔다."),
    ("2031-07-01", "산림청은 유아숲체험원을 확대하고 있다."),
    ("2031-09-09", "관세청은 통관 창구를 늘릴 계획이다."),
)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory, rules_folder: pathlib.Path) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("timeline")
    lines = [json.dumps({"id": f"r{n}", "text": t, "published": d, "title": f"소식 {n}"}, ensure_ascii=False) for n, (d, t) in enumerate(TEXTS)]
    (folder / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert cli.main(["run", str(folder / "in.jsonl"), "-o", str(folder / "out"), "--workers", "1", "--model", str(rules_folder)]) == 0
    return folder / "out"


def tree(capsys: pytest.CaptureFixture[str], out: pathlib.Path, *arguments: str) -> list[tuple[str, str, list[str]]]:
    assert cli.main(["timeline", str(out), *arguments, "--format", "json"]) == 0
    return [
        (p["commitment_id"][:2], p["state"], [e["commitment_id"][:2] for e in p["later"]]) for p in json.loads(capsys.readouterr().out)["promises"]
    ]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--program", "모태펀드"), [("r0", "done", ["r1", "r2"])]),
        (("--entity", "중소벤처기업부"), [("r0", "done", ["r1", "r2"])]),
        (("--entity", "중기부"), [("r0", "done", ["r1", "r2"])]),  # an alias
        (("--entity", "중소 벤처 기업부"), [("r0", "done", ["r1", "r2"])]),  # another spelling
        (("--entity", "중기부", "--as-of", "2031-03-01"), [("r0", "ongoing", ["r1"])]),  # what came later is not known yet
        (("--entity", "중기부", "--as-of", "2031-01-20"), [("r0", "open", [])]),
        (("--program", "국가숲길"), [("r3", "overdue", [])]),
        (("--program", "국가숲길", "--as-of", "2031-06-30"), [("r3", "open", [])]),
        (("--program", "유아숲체험원"), [("r5", "ongoing", ["r6"])]),  # said twice, listed once
        (("--entity", "산림청"), [("r3", "overdue", []), ("r4", "open", []), ("r5", "ongoing", ["r6"])]),
        (("--entity", "관세청"), [("r7", "open", [])]),
    ],
)
def test_states(out: pathlib.Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], expected: list[object]) -> None:
    assert tree(capsys, out, *arguments) == expected


@pytest.mark.parametrize(
    ("locale", "words"),
    [("C.UTF-8", ("2 promises", "overdue 1", "[planned]", "deadline")), ("ko_KR.UTF-8", ("약속 2건", "기한 지남 1", "[계획]", "기한", "열린"))],
)
def test_text(out: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], locale: str, words: tuple[str, ...]) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    assert cli.main(["timeline", str(out), "--entity", "산림청", "--as-of", "2031-07-02"]) == 0
    found = capsys.readouterr().out.replace("3 promises", "2 promises").replace("약속 3건", "약속 2건")
    assert all(word in found for word in words), found
    assert found.index("2031-05-06") < found.index("2031-05-07") < found.index("→ 2031-07-01")


def test_csv(out: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["timeline", str(out), "--program", "모태펀드", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(r["promise_id"], r["commitment_id"], r["state"], r["status"]) for r in rows] == [
        ("r0:0:0", "r0:0:0", "done", "planned"),
        ("r0:0:0", "r1:0:0", "done", "ongoing"),
        ("r0:0:0", "r2:0:0", "done", "completed"),
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("{out}", "--entity", "없는관청"), "no ORG '없는관청'"),
        (("{out}", "--program", "숲길"), "near: 국가숲길"),
        (("{out}", "--program", "산림청"), "no PROGRAM"),
        (("{out}",), "required"),
        (("{out}", "--entity", "산림청", "--program", "모태펀드"), "not allowed"),
        (("{out}/text", "--entity", "산림청"), "no dataset of dajim"),
        (("{out}", "--entity", "산림청", "--as-of", "soon"), "no ISO date"),
    ],
)
def test_nothing_to_show(
    out: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert cli.main(["timeline", *(a.replace("{out}", str(out)) for a in arguments)]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1 and message in captured.err


def test_without_csv(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text(TEXTS[0][1], encoding="utf-8")
    assert cli.main(["run", str(tmp_path / "a.txt"), "-o", str(tmp_path / "out"), "--format", "jsonl"]) == 0
    assert cli.main(["timeline", str(tmp_path / "out"), "--entity", "중기부"]) == 2
    assert "--format csv" in capsys.readouterr().err
