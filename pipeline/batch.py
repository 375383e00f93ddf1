"""Many releases: a batch of documents in, a batch of table rows out, in one process or several.

`analyse` is the pure function that any process (or engine) can run. `run` feeds it from a stream and yields results as they come,
in any order; what is written is ordered later, so that the number of workers never shows in a table.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import pathlib
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import chain, islice
from typing import TypeVar

from pipeline.dataset import Packed, RowError, Rows
from pipeline.engine import Analyser, load_engine
from pipeline.schema import Failure, Release
from pipeline.tables import rows

BATCH = 32  # documents a batch
ALONE = 4 * BATCH  # up to here a second process costs more to start than it saves
_AHEAD = 3  # batches waiting for each worker

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Analysed:
    """One release with its rows."""

    doc_id: str
    text: str
    rows: Rows


Result = Packed | Failure


def analyse(releases: Sequence[Release], engine: Analyser) -> list[Analysed | Failure]:
    """Analyse a batch, in order. A document that breaks becomes a Failure; the others are not touched by it."""
    try:
        return [Analysed(r.doc_id, r.text, rows(sheet, r)) for r, sheet in zip(releases, engine.analyse(releases), strict=True)]
    except Exception as error:  # whatever a component raises, the batch goes on
        if len(releases) == 1:
            return [_failure(releases[0], f"{type(error).__name__}: {error}")]
        return [result for release in releases for result in analyse([release], engine)]


def run(stream: Iterable[Release | Failure], *, model: pathlib.Path | None = None, workers: int = 0, fork: bool = False) -> Iterator[Result]:
    """Analyse a stream of releases and pass its failures through.

    Args:
        stream: what `read.read` yields; consumed a few batches ahead, so that memory stays bounded.
        model: folder of the pipeline; the shipped one where it is None.
        workers: processes; 0 for one a core.
        fork: whether workers may be forked from this process; only its owner knows that no thread of any library holds a lock.

    Yields:
        one result a document, in any order.
    """
    iterator = iter(stream)
    head = list(islice(iterator, ALONE + 1))
    workers = workers or os.cpu_count() or 1
    everything = chain(head, iterator)
    if len(head) <= ALONE or workers == 1:
        yield from _alone(everything, model, workers)
    else:
        yield from _together(everything, model, workers, fork=fork)


def _packed(results: Iterable[Analysed | Failure]) -> list[Result]:
    """Documents as the dataset keeps them; one that breaks its contract becomes a Failure."""
    found: list[Result] = []
    for result in results:
        if isinstance(result, Failure):
            found.append(result)
            continue
        try:
            found.append(Packed.of(result.doc_id, result.text, result.rows))
        except RowError as error:
            source = str(result.rows["documents"][0]["source"])
            found.append(Failure(source, result.doc_id, "write", "failed", f"{error}; please report this"))
    return found


def _failure(release: Release, what: str) -> Failure:
    return Failure(release.source, release.doc_id, "analyse", "failed", f"{what}. The other documents are complete; please report this one.")


def _batches(stream: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(stream)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _alone(stream: Iterable[Release | Failure], model: pathlib.Path | None, workers: int) -> Iterator[Result]:
    engine: Analyser | None = None
    for batch in _batches(stream):
        yield from (item for item in batch if isinstance(item, Failure))
        releases = [item for item in batch if isinstance(item, Release)]
        if releases:
            engine = engine or load_engine(model, workers=workers)
            yield from _packed(analyse(releases, engine))


# --- several processes --------------------------------------------------------------------------------------------------

_ENGINE: Analyser | None = None  # of this worker


def _start(model: pathlib.Path | None) -> None:
    """Load and warm up the engine of this process."""
    global _ENGINE
    gc.set_threshold(100_000, 20, 20)  # neither loading nor batches make cycles to speak of
    _ENGINE = load_engine(model, workers=1)
    _ENGINE.analyse([Release("", "가", "")])
    # What is loaded stays: the collector need not look at it again, nor a forked child copy it.
    gc.collect()
    gc.freeze()


def _work(releases: list[Release]) -> list[Result]:
    if _ENGINE is None:
        raise RuntimeError("a worker without an engine: its initializer did not run")
    return _packed(analyse(releases, _ENGINE))


def _pool(model: pathlib.Path | None, workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=_start, initargs=(model,))


def _forked_pool(model: pathlib.Path | None, workers: int) -> ProcessPoolExecutor:
    """Workers forked from this process after it has loaded the engine: that saves each the loading. (Kiwi with one worker survives.)"""
    _start(model)
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("fork"))


def _together(stream: Iterable[Release | Failure], model: pathlib.Path | None, workers: int, *, fork: bool) -> Iterator[Result]:
    waiting: deque[tuple[Future[list[Result]], list[Release]]] = deque()
    pool = _forked_pool(model, workers) if fork and sys.platform == "linux" and threading.active_count() == 1 else _pool(model, workers)
    try:
        for batch in _batches(stream):
            yield from (item for item in batch if isinstance(item, Failure))
            releases = [item for item in batch if isinstance(item, Release)]
            if releases:
                waiting.append((pool.submit(_work, releases), releases))
            while len(waiting) >= workers * _AHEAD or (waiting and waiting[0][0].done()):
                results = _result(waiting)
                if results is None:
                    pool = _restart(pool, model, workers)
                    yield from _lost(waiting, model)
                else:
                    yield from results
        while waiting:
            results = _result(waiting)
            yield from _lost(waiting, model) if results is None else results
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _result(waiting: deque[tuple[Future[list[Result]], list[Release]]]) -> list[Result] | None:
    """Results of the batch that waits longest; None where a worker died and took the pool along."""
    try:
        results = waiting[0][0].result()
    except BrokenProcessPool:
        return None
    waiting.popleft()
    return results


def _restart(pool: ProcessPoolExecutor, model: pathlib.Path | None, workers: int) -> ProcessPoolExecutor:
    pool.shutdown(wait=False)
    return _pool(model, workers)


def _lost(waiting: deque[tuple[Future[list[Result]], list[Release]]], model: pathlib.Path | None) -> Iterator[Result]:
    """Results of all batches of a broken pool, each read again in a process that it may take down alone."""
    batches = [releases for _, releases in waiting]
    waiting.clear()
    for batch in batches:
        yield from _careful(batch, model)


def _careful(releases: list[Release], model: pathlib.Path | None) -> list[Result]:
    with _pool(model, 1) as pool:
        try:
            return pool.submit(_work, releases).result()
        except BrokenProcessPool:
            if len(releases) == 1:
                return [_failure(releases[0], "the process that analysed it died (out of memory?)")]
    return [result for release in releases for result in _careful([release], model)]
