"""`dajim run`: read, analyse, write. The one place where the three meet."""

from __future__ import annotations

import datetime
import os
import pathlib
import sys
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline import __version__, batch
from pipeline.dataset import RowError, Spool, check_formats, prepare, write
from pipeline.engine import checked, digest
from pipeline.links import link
from pipeline.messages import say
from pipeline.read import Skipped, read
from pipeline.resources import shipped
from pipeline.schema import Failure

LONG = 1.0  # seconds after which a run is worth a progress bar


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did: documents read, commitments written, documents that failed, commitments left out, notes of the writers."""

    documents: int
    commitments: int
    failures: int
    left_out: int
    notices: tuple[str, ...]


def run(
    inputs: Sequence[str | os.PathLike[str]],
    out: pathlib.Path,
    *,
    formats: Collection[str] = ("csv",),
    published: datetime.date | None = None,
    min_confidence: float | None = None,
    model: pathlib.Path | None = None,
    workers: int = 0,
    fork: bool = False,
) -> Report:
    """Read press releases and write the dataset folder.

    Args:
        inputs: files, folders, and `-` for one document on standard input.
        out: the folder to write.
        formats: of csv, parquet, jsonl, duckdb, xlsx.
        published: date of releases that carry none.
        min_confidence: commitments below it are left out.
        model: folder of a pipeline; the shipped one where it is None.
        workers: processes; 0 for one a core.
        fork: see `batch.run`.

    Raises:
        pipeline.read.InputError: there is nothing to read.
        pipeline.dataset.OutputError: `out` cannot be written.
        pipeline.engine.ModelError: the model cannot be loaded.
    """
    check_formats(formats)
    started = time.monotonic()
    folder = checked(model) if model else shipped("models", "ko")
    skipped = Skipped()
    stream = read(inputs, published=published, out=out, skipped=skipped)
    with prepare(out) as place, Spool(place.spool) as spool:
        _keep(_progress(batch.run(stream, model=folder, workers=workers, fork=fork), inputs), spool)
        analysed = time.monotonic()
        link(spool)
        record = {
            "dajim": __version__,
            "model": {"name": folder.name, "sha256": digest(folder)},
            "settings": {
                "inputs": [os.fspath(i) for i in inputs],
                "published": published.isoformat() if published else None,
                "min_confidence": min_confidence,
            },
            "skipped": skipped.as_dict(),
            "seconds_analysing": round(analysed - started, 1),
            "seconds_linking": round(time.monotonic() - analysed, 1),
        }
        written = write(spool, place, run=record, formats=formats, min_confidence=min_confidence)
        failures = len(spool.failures)
    return Report(written.counts["documents"], written.counts["commitments"], failures, written.left_out, tuple(map(str, written.notices)))


def _keep(results: Iterable[batch.Result], spool: Spool) -> None:
    for result in results:
        if isinstance(result, Failure):
            spool.fail(result)
            continue
        try:
            spool.keep(result)
        except RowError as error:
            spool.fail(Failure(result.source, result.doc_id, "write", "failed", f"{error}; please report this"))


def _progress(results: Iterable[batch.Result], inputs: Sequence[str | os.PathLike[str]]) -> Iterator[batch.Result]:
    """Rate and remaining time on standard error, where it is a terminal; silent elsewhere."""
    if not sys.stderr.isatty():
        yield from results
        return
    from tqdm import tqdm

    tqdm.monitor_interval = 0  # its watching thread would keep `batch` from forking
    # Reading alone is a thousand times faster than analysing, so counting first costs nothing; standard input can be read once only.
    total = None if "-" in [os.fspath(i) for i in inputs] else sum(1 for _ in read(inputs))
    yield from tqdm(results, total=total, unit=f" {say('documents')}", desc="dajim", file=sys.stderr, smoothing=0.1, dynamic_ncols=True, delay=LONG)
