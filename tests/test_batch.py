"""Many releases: nothing is lost, and the number of workers does not show."""

import pathlib
from collections.abc import Iterator

import pytest

from pipeline import batch
from pipeline.engine import Engine
from pipeline.read import from_texts
from pipeline.run import run
from pipeline.schema import Failure, Release

TEXTS = [f"가람시는 {n}월까지 쉼터 {n}곳을 지을 계획이다. 행사에는 {n}명이 왔다." for n in range(1, 13)]


def releases(number: int) -> list[Release]:
    return [r for r in from_texts([TEXTS[n % 12] + "!" * n for n in range(number)]) if isinstance(r, Release)]


def test_one_broken_document_stops_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    component = engine.components["dajim_mentions"]
    predict = component.predict

    def sometimes(sheets):
        if any("쉼터 3곳" in s["text"] for s in sheets):
            raise ValueError("three is too many")
        return predict(sheets)

    monkeypatch.setattr(component, "predict", sometimes)
    results = batch.analyse(releases(6), engine)
    assert [type(r).__name__ for r in results] == ["Analysed", "Analysed", "Failure", "Analysed", "Analysed", "Analysed"]
    failure = results[2]
    assert isinstance(failure, Failure)
    assert (failure.stage, failure.error, failure.doc_id) == ("analyse", "failed", "text-0003")
    assert "three is too many" in failure.message


def test_failures_of_reading_pass_through() -> None:
    failure = Failure("a.txt", "a.txt", "read", "empty", "nothing in it")
    results = list(batch.run([*releases(2), failure], workers=1))
    assert failure in results and len(results) == 3


def test_the_stream_is_read_a_few_batches_ahead_only(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = 0

    def stream() -> Iterator[Release]:
        nonlocal taken
        for release in releases(400):
            taken += 1
            yield release

    results = batch.run(stream(), workers=1)
    next(results)
    assert taken <= batch.ALONE + 1 + batch.BATCH


def written(folder: pathlib.Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file() and p.name != "run.json"}


def test_workers_do_not_show(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "in"
    source.mkdir()
    for release in releases(40):
        (source / f"{release.doc_id}.txt").write_text(release.text, encoding="utf-8")
    run([source], tmp_path / "one", workers=1)
    monkeypatch.setattr(batch, "ALONE", 5)  # so that 40 documents are worth two processes
    monkeypatch.setattr(batch, "BATCH", 7)
    run([source], tmp_path / "two", workers=2)
    assert written(tmp_path / "one") == written(tmp_path / "two")
    assert len(written(tmp_path / "one")) > 40


def test_a_worker_that_dies_takes_one_document_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "_pool", lambda model, workers: _Pool())
    results = batch._careful(releases(3), None)
    assert [isinstance(r, Failure) for r in results] == [False, True, False]


class _Pool:
    """Stands for a pool whose worker dies of the second release."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def submit(self, work, chunk):
        from concurrent.futures import Future
        from concurrent.futures.process import BrokenProcessPool

        future = Future()
        if any(r.doc_id == "text-0002" for r in chunk):
            future.set_exception(BrokenProcessPool("died"))
        else:
            future.set_result([batch.Analysed(r.doc_id, r.text, {}) for r in chunk])
        return future
