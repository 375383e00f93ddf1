"""What the README shows is run."""

import contextlib
import io
import pathlib
import re
import shlex

import pytest

from pipeline import cli
from pipeline.resources import shipped

README = shipped("README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)
COMMANDS = [line.removeprefix("$ ") for kind, body in BLOCKS if kind == "console" for line in body.splitlines()]


def test_there_is_something_to_run() -> None:
    assert sum(c.startswith("dajim") for c in COMMANDS) >= 5


@pytest.fixture
def files(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    text = "산림청은 내년까지 숲길 300km를 정비할 계획이다.\n"
    for name in ("notice.txt", "파일.txt", "releases/a.txt", "보도자료폴더/b.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    import gzip

    with gzip.open(tmp_path / "more.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write('{"text": "환경부는 하천을 살린다."}\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("command", [c for c in COMMANDS if "dajim run" in c or "dajim show" in c])
def test_commands(files: pathlib.Path, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    command = command.split("&&")[-1].strip()
    if "|" in command:
        source, command = (part.strip() for part in command.split("|"))
        monkeypatch.setattr("sys.stdin", type("In", (), {"buffer": io.BytesIO((files / source.split()[1]).read_bytes())})())
    name, *arguments = shlex.split(command)
    assert name == "dajim"
    assert cli.main(arguments) == 0


def test_python() -> None:
    (code,) = [body for kind, body in BLOCKS if kind == "python"]
    (expected,) = [body for kind, body in BLOCKS if kind == "text"]
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, "README.md", "exec"), {})
    assert out.getvalue() == expected


def test_links_lead_somewhere() -> None:
    root = pathlib.Path(shipped("README.md")).parent
    if not (root / "pyproject.toml").exists():
        pytest.skip("links are relative to a clone")
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (root / target).exists(), target
