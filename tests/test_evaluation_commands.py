"""`dajim evaluate`: what it prints, what it writes, and when it says no."""

import gzip
import json
import pathlib
import re
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

import pytest

from pipeline import cli
from pipeline.corpus.markup import parse
from pipeline.corpus.standoff import CorpusError, write_standoff
from pipeline.corpus.store import Store
from pipeline.engine import digest
from pipeline.evaluation import evaluate as evaluation
from pipeline.evaluation.evaluate import UNKNOWN, evaluate, read_by
from pipeline.evaluation.report import as_json, report
from pipeline.evaluation.scores import MAIN, NAMES
from pipeline.resources import shipped
from pipeline.schema import CATEGORIES, STATUSES, Release
from pipeline.sheet import Sheet

# The deadline is relative: without the date of the release it has no value.
PROMISE = "@@ sentence planned environment\n⟦O|산림청⟧은 내년 상반기까지 숲길 300km를 정비할 계획이다.\n"
PROMISE += ">> 산림청 | 정비하다 | by=내년 상반기까지 => ..2027-06-30\n"
REPORT = "@@ sentence\n행사에는 30명이 왔다.\n\n@@ sentence appeal\n⟦P|한다미⟧ 국장은 “자주 들러 달라”고 당부했다.\n"
SPLITS = {"train": {"101": REPORT}, "dev": {"102": PROMISE, "103": REPORT}, "test": {"104": PROMISE}}


@pytest.fixture
def store(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A small corpus in the place of the shipped one."""
    folder, real = tmp_path / "corpus", tmp_path / "real"
    for path in (folder / "annotations", folder / "releases", folder / "annotated", real):
        path.mkdir(parents=True)
    rows = []
    for split, documents in SPLITS.items():
        parsed = [parse(markup, doc_id=doc_id) for doc_id, markup in documents.items()]
        write_standoff(folder / "annotations" / f"{split}.jsonl", [annotation for _, annotation in parsed])
        rows += [{"id": a.id, "text": text, "published": "2026-03-02", "issuer": "산림청" if a.id == "102" else ""} for text, a in parsed]
    (folder / "splits.json").write_text(json.dumps({split: list(documents) for split, documents in SPLITS.items()}), encoding="utf-8")
    (folder / "releases" / "a.txt").write_text(parse(REPORT, doc_id="a.txt")[0], encoding="utf-8")
    (folder / "annotated" / "a.txt").write_text(REPORT, encoding="utf-8")
    with gzip.open(real / "releases.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    made = Store(folder, real)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setattr(Store, "default", classmethod(lambda cls, texts=None: made))
    return made


def test_a_table_of_scores(store: Store, rules_folder: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["evaluate", "--split", "dev", "--bootstrap", "50", "--model", str(rules_folder)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert f"dev: 2 documents, corpus {store.digest('dev')[:12]}" in out and digest(rules_folder)[:12] in out
    table = re.search(r"^scores\n(.*?)\n\n", out, re.MULTILINE | re.DOTALL)
    assert table is not None
    head, *lines = table[1].splitlines()
    assert head.split() == ["value", "2.5", "%", "97.5", "%", "gold", "rules", "trivial"]
    assert [line.split()[0] for line in lines] == list(MAIN)
    cells = {line.split()[0]: line.split()[1:] for line in lines}
    assert cells["units.f1"] == ["1.000", "1.000", "1.000", "3", "1.000", "1.000"]
    # Title, date and issuer reach the components as `dajim run` gives them.
    assert cells["deadlines.f1"] == ["1.000", "1.000", "1.000", "1", "1.000", "0.000"]
    assert cells["money.f1"] == ["-", "-", "-", "0", "-", "-"]  # gold has none to measure it on
    # The training split has one `none` and one `appeal`, of which the first in the alphabet is taken.
    assert cells["status.acc"][-1] == "0.333"
    for title in ("status, by label", "mentions, by label", "category: gold down, given across", "by kind of unit", "by type of the issuer"):
        assert f"\n\n{title}\n" in out
    assert "calibration of status: no confidence" in out
    assert re.search(rf"^agency +1 .*\n{UNKNOWN} +1 ", out, re.MULTILINE)


def test_json(store: Store, rules_folder: pathlib.Path, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [tmp_path / "one.json", tmp_path / "other.json"]
    told = []
    for file in files:
        splits = ["--split", "dev", "--split", "authored", "--split", "dev"]
        assert cli.main(["evaluate", *splits, "--bootstrap", "20", "--model", str(rules_folder), "--json", str(file)]) == 0
        told.append(capsys.readouterr().out)
    assert files[0].read_bytes() == files[1].read_bytes() and told[0] == told[1]
    data = json.loads(files[0].read_text(encoding="utf-8"))
    assert data["model"] == {"name": "ko", "sha256": digest(rules_folder)}
    assert (data["bootstrap"]["replicates"], list(data["splits"])) == (20, ["dev", "authored"])
    dev = data["splits"]["dev"]
    assert (dev["corpus"], dev["documents"], dev["failed"]) == (store.digest("dev"), 2, [])
    assert list(dev["scores"]) == list(NAMES) == list(dev["baselines"]["rules"]) == list(dev["baselines"]["trivial"])
    assert dev["scores"]["ORG.r"] == {"value": 1.0, "interval": [1.0, 1.0], "gold": 1}
    assert dev["confusion"]["status"]["labels"] == list(STATUSES) and dev["confusion"]["category"]["labels"] == list(CATEGORIES)
    assert sum(map(sum, dev["confusion"]["status"]["table"])) == 3
    assert list(dev["labels"]["status"]) == list(STATUSES) and dev["labels"]["status"]["planned"]["f1"]["gold"] == 1
    assert dev["kinds"]["sentence"]["status.acc"]["gold"] == 3
    assert {kind: group["documents"] for kind, group in dev["issuers"].items()} == {"agency": 1, "unknown": 1}
    assert dev["calibration"] == {"status": None, "category": None}


def test_without_baselines_and_intervals(store: Store, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "scores.json"
    assert cli.main(["evaluate", "--split", "dev", "--no-baselines", "--bootstrap", "0", "--json", str(file)]) == 0
    dev = json.loads(file.read_text(encoding="utf-8"))["splits"]["dev"]
    assert dev["baselines"] == {} and dev["scores"]["units.f1"] == {"value": 1.0, "interval": None, "gold": 3}


@pytest.mark.parametrize(
    ("texts", "splits", "told"),
    [(True, ["authored", "test"], ""), (False, ["authored"], "the texts of real releases are not at hand (--texts DIR)")],
)
def test_default_splits(store: Store, capsys: pytest.CaptureFixture[str], texts: bool, splits: list[str], told: str) -> None:
    if not texts:
        object.__setattr__(store, "texts", None)
    assert cli.main(["evaluate", "--no-baselines", "--bootstrap", "0"]) == 0
    out, err = capsys.readouterr()
    assert re.findall(r"^(\w+): \d+ documents, corpus", out, re.MULTILINE) == splits and err.startswith(told) and bool(err) == bool(told)


def test_labels_of_ones_own(store: Store, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Authored releases are a corpus: nothing else is looked for. The shipped floors say nothing of it."""
    own = tmp_path / "own"
    for part, text in (("releases", parse(PROMISE, doc_id="b.txt")[0]), ("annotated", PROMISE)):
        (own / part).mkdir(parents=True)
        (own / part / "b.txt").write_text(text, encoding="utf-8")
    file = tmp_path / "scores.json"
    arguments = ["evaluate", "--corpus", str(own), "--no-baselines", "--bootstrap", "0"]
    assert cli.main([*arguments, "--json", str(file)]) == 0
    (split,) = json.loads(file.read_text(encoding="utf-8"))["splits"].items()
    assert split[0] == "authored" and split[1]["scores"]["units.f1"]["gold"] == len(parse(PROMISE, doc_id="b.txt")[1].units)
    capsys.readouterr()
    assert cli.main([*arguments, "--check"]) == 2
    assert "name a file of floors of your own" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("floors", "status", "told"),
    [
        ({"dev": {"units.f1": 1.0, "deadlines.f1": 1.0}}, 0, ["2 scores checked, 0 under their floor"]),
        (
            {"dev": {"units.f1": 0.9, "status.acc": 0.99, "ORG.p": 1}},
            1,
            ["dajim: dev: status.acc is {acc}, {gap} under its floor of 0.9900", "3 scores checked, 1 under their floor"],
        ),
        ({"dev": {"units.f1": 0.9}, "test": {"units.f1": 1}}, 0, ["test was not evaluated, so its floors were not checked", "1 scores checked, 0"]),
    ],
)
def test_check(
    store: Store,
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    floors: dict[str, dict[str, float]],
    status: int,
    told: list[str],
) -> None:
    class Silent:
        """An engine that says `none` of the second document."""

        def __init__(self, engine: Any) -> None:
            self.engine = engine

        def analyse(self, releases: Iterable[Release]) -> list[Sheet]:
            sheets: list[Sheet] = self.engine.analyse(releases)
            for unit in sheets[-1]["units"]:
                unit["status"], unit["category"] = "none", "none"
            return sheets

    from pipeline import engine

    load = engine.load_engine
    monkeypatch.setattr(engine, "load_engine", lambda *a, **k: Silent(load(*a, **k)))
    (tmp_path / "floors.json").write_text(json.dumps(floors), encoding="utf-8")
    arguments = ["evaluate", "--split", "dev", "--no-baselines", "--bootstrap", "0", "--check", str(tmp_path / "floors.json")]
    assert cli.main(arguments) == status
    lines = capsys.readouterr().err.splitlines()
    told = [line.format(acc="0.6667", gap="0.3233") for line in told]
    assert len(lines) == len(told) and all(line.startswith(each) for line, each in zip(lines, told, strict=True)), lines


def test_messages_follow_the_locale(
    store: Store, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    object.__setattr__(store, "texts", None)
    floors = tmp_path / "floors.json"
    floors.write_text('{"authored": {"ORG.f1": 0.5}, "test": {"ORG.f1": 0.5}}', encoding="utf-8")
    arguments = ["evaluate", "--no-baselines", "--bootstrap", "0", "--check", str(floors), "--json", str(tmp_path / "x.json")]
    assert cli.main(arguments) == 1
    english = capsys.readouterr()
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    assert cli.main(arguments) == 1
    korean = capsys.readouterr()
    assert korean.out == english.out
    lines = korean.err.splitlines()
    assert len(lines) == len(english.err.splitlines()) == 5
    assert all(re.search("[가-힣]{2}", line) for line in lines) and "하한 0.5000보다 0.5000 낮습니다" in korean.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--split", "all"], "invalid choice"),
        (["--bootstrap", "many"], "'many' is no whole number"),
        (["--split", "dev", "--model", "{tmp}"], "no folder of a pipeline"),
        (["--split", "dev", "--check", "{tmp}/none.json"], "none.json: cannot be read"),
        (["--split", "dev", "--check", "{tmp}/broken.json"], "has the unknown score 'ORG'"),
        (["--split", "train", "--check", "{tmp}/dev.json"], "holds no floors of train, so there is nothing to check"),
        (["--split", "train", "--check"], "floors.json holds no floors of train"),
        (["--split", "authored", "--no-baselines", "--json", "{tmp}/no/such/folder.json"], "cannot be written"),
    ],
)
def test_nothing_could_be_done(store: Store, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    (tmp_path / "broken.json").write_text('{"dev": {"ORG": 1}}', encoding="utf-8")
    (tmp_path / "dev.json").write_text('{"dev": {"ORG.f1": 1}}', encoding="utf-8")
    assert cli.main(["evaluate", *(a.replace("{tmp}", str(tmp_path)) for a in arguments)]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and err.startswith("dajim: error: ") and message in err


@pytest.mark.parametrize("split", ["train", "dev", "test"])
def test_a_part_of_a_split_is_not_scored(store: Store, capsys: pytest.CaptureFixture[str], split: str) -> None:
    with gzip.open(store.texts / "releases.jsonl.gz", "wt", encoding="utf-8") as file:  # type: ignore[operator]
        file.write(json.dumps({"id": "103", "text": parse(REPORT, doc_id="103")[0]}, ensure_ascii=False) + "\n")
    assert cli.main(["evaluate", "--split", split]) == 2
    captured = capsys.readouterr()
    size = len(SPLITS[split])
    assert captured.out == "" and f"1 of the {size} texts of {split} are not at hand" in captured.err


def test_an_empty_split(store: Store, engine: Any) -> None:
    write_standoff(store.path("dev"), [])
    with pytest.raises(CorpusError, match="dev holds no documents"):
        evaluate(store, "dev", engine)


class Failing:
    """An engine that raises at one document and breaks the contract of the tables at another."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine

    def analyse(self, releases: Iterable[Release]) -> list[Sheet]:
        known = list(releases)
        if any(r.doc_id == "102" for r in known):
            raise RuntimeError(known[0].text)
        sheets: list[Sheet] = self.engine.analyse(known)
        for release, sheet in zip(known, sheets, strict=True):
            if release.doc_id == "103":
                sheet["units"][0]["status"] = "hoped"
        return sheets


def test_documents_that_fail_count_as_empty(store: Store, engine: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    found = evaluate(store, "dev", Failing(engine), replicates=0)
    assert found.failed == ("102", "103") and found.scores["units.r"].value == 0.0
    assert (found.scores["units.r"].gold, found.scores["status.acc"].value) == (3, pytest.approx(1 / 3))
    monkeypatch.setattr("pipeline.engine.load_engine", lambda *a, **k: Failing(engine))
    assert cli.main(["evaluate", "--split", "dev", "--no-baselines"]) == 0
    captured = capsys.readouterr()
    # What the error says may be the text of a release, and nobody is to read that of the test split.
    assert captured.err == "dajim: dev: 2 of 2 documents could not be analysed and count as empty: 102, 103\n"
    assert "산림청" not in captured.out


def test_confidence_is_reported_where_a_model_has_one(store: Store, rule_engine: Any) -> None:
    class Sure:
        def analyse(self, releases: Iterable[Release]) -> list[Sheet]:
            sheets: list[Sheet] = rule_engine.analyse(releases)
            for sheet in sheets:
                for unit in sheet["units"]:
                    unit["status_confidence"] = 0.9
            return sheets

    found = evaluate(store, "dev", Sure(), replicates=0)
    status = found.calibration["status"]
    right = round(found.scores["status.acc"].value * 3)
    assert status is not None and status.units == 3 and status.error == pytest.approx(abs(right / 3 - 0.9))
    assert found.calibration["category"] is None
    told = report(found)
    assert f"calibration of status, expected error {status.error:.3f} over 3 units\n" in told and "calibration of category: no confidence" in told
    assert as_json(found)["calibration"]["status"]["bins"][0]["units"] == 3


def test_batches_keep_the_order(store: Store, engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation.batch, "BATCH", 2)
    releases = [Release(str(n), "가" * (n + 1), "memory") for n in range(5)]
    found, failed = read_by(engine, releases)
    assert failed == () and [rows["documents"][0]["doc_id"] for rows in found] == list("01234")


def test_the_readme_and_the_command_are_in_step() -> None:
    readme = shipped("README.md").read_text(encoding="utf-8")
    done = subprocess.run([sys.executable, "-m", "pipeline", "evaluate", "--help"], capture_output=True, text=True, check=True)
    options = set(re.findall(r"--[a-z-]+", done.stdout)) - {"--help"}
    assert len(options) >= 7
    for option in options:
        assert f"`{option}" in readme, f"README says nothing of {option}"


def test_confusion_columns_can_be_told_apart() -> None:
    from pipeline.evaluation import report as module

    for labels in (STATUSES, CATEGORIES):
        assert len({label[: module._SHORT] for label in labels}) == len(labels)
