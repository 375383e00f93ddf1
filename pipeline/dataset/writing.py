"""The spool -> the dataset folder: every table in every format, the Texts, the descriptor and the record of the run."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import pathlib
import shutil
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass

from pipeline.dataset.arrow import ParquetSink
from pipeline.dataset.duck import DuckdbSink
from pipeline.dataset.package import descriptor
from pipeline.dataset.paths import FORMATS, PACKAGE, READABLE, RUN, TEXT, text_path
from pipeline.dataset.place import OutputError, Place
from pipeline.dataset.plain import CsvSink, JsonlSink
from pipeline.dataset.readable import write_readable
from pipeline.dataset.sinks import Notice, Sink
from pipeline.dataset.spool import Spool
from pipeline.dataset.tables import Tables, batches
from pipeline.dataset.xlsx import XlsxSink
from pipeline.schema import TABLES

_SINKS: dict[str, Callable[[pathlib.Path], Sink]] = {
    "csv": CsvSink,
    "parquet": ParquetSink,
    "jsonl": JsonlSink,
    "duckdb": DuckdbSink,
    "xlsx": XlsxSink,
}
_NEEDS = {"parquet": ("pyarrow",), "duckdb": ("duckdb", "pyarrow"), "xlsx": ("xlsxwriter",)}


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: rows by table, commitments left out by `min_confidence`, what a format could not hold."""

    counts: dict[str, int]
    left_out: int
    notices: tuple[Notice, ...]


def check_formats(formats: Collection[str]) -> None:
    """Check before work begins that these formats can be written.

    Raises:
        ValueError: an unknown format, or none at all.
        OutputError: the library that a format needs is not installed; the message names the command that installs it.
    """
    if isinstance(formats, str) or not formats or set(formats) - set(FORMATS):
        raise ValueError(f"formats are {formats!r}, expected one or more of {', '.join(FORMATS)}")
    for name, libraries in _NEEDS.items():
        for library in libraries if name in formats else ():
            if importlib.util.find_spec(library) is None:
                raise OutputError("missing", name, f'pip install "dajim[{name}]"')


def write(
    spool: Spool,
    place: Place,
    *,
    run: Mapping[str, object],
    formats: Collection[str] = ("csv",),
    min_confidence: float | None = None,
) -> Written:
    """Write the dataset and put it in place of what dajim wrote there before.

    Args:
        spool: the documents.
        place: OUT, as `prepare` gave it.
        run: what `run.json` is to say besides: `dajim` (the version), models, settings, seconds, skipped files, …
        formats: of `FORMATS`. Whatever they are, `commitments_readable.csv`, `text/`, `datapackage.json` and `run.json` are written.
        min_confidence: commitments below it are left out.

    Raises:
        ValueError: `run` without its version, a `min_confidence` outside 0 to 1, and what `check_formats` raises.
        OutputError: OUT cannot be written; it holds what it held before, or the next `prepare` finishes the exchange.
    """
    check_formats(formats)
    if not isinstance(run.get("dajim"), str):
        raise ValueError("run needs the version under 'dajim'")
    started = time.monotonic()
    tables = Tables(spool, min_confidence=min_confidence)
    try:
        shutil.rmtree(place.stage, ignore_errors=True)
        place.stage.mkdir()
        counts, notices = _write_tables(tables, place.stage, [f for f in FORMATS if f in formats])
        write_readable(tables, place.stage / READABLE)
        _write_json(place.stage / PACKAGE, descriptor(formats))
        files = [_described(path) for path in sorted(place.stage.iterdir())]
        texts = _write_texts(spool, place.stage)
        left_out = tables.left_out()
        record = {
            **run,
            "formats": [f for f in FORMATS if f in formats],
            "tables": counts,
            "failures": dict(sorted(Counter(str(row["stage"]) for row in spool.failures).items())),
            "left_out": {"min_confidence": min_confidence, "commitments": left_out},
            "notices": [str(notice) for notice in notices],
            "seconds_writing": round(time.monotonic() - started, 1),
        }
        _write_run(place.stage / RUN, record, files, texts)
    except OSError as error:
        raise OutputError("unwritable", pathlib.Path(error.filename or place.out), error.strerror or error) from error
    place.exchange(texts)
    return Written(counts, left_out, tuple(notices))


def _write_tables(tables: Tables, folder: pathlib.Path, formats: Collection[str]) -> tuple[dict[str, int], list[Notice]]:
    counts: dict[str, int] = {}
    with ExitStack() as stack:
        sinks = [stack.enter_context(closing(_SINKS[name](folder))) for name in formats]
        for table in TABLES:
            for sink in sinks:
                sink.start(table)
            counts[table.name] = 0
            for batch in batches(tables.rows(table.name)):
                counts[table.name] += len(batch)
                for sink in sinks:
                    sink.add(batch)
    return counts, [notice for sink in sinks for notice in sink.notices]


def _write_texts(spool: Spool, folder: pathlib.Path) -> list[str]:
    """Write every Text; the names of the files."""
    (folder / TEXT).mkdir()
    names = []
    for doc_id, text in spool.texts():
        path = folder / text_path(doc_id)
        with path.open("xb") as file:
            file.write(text)
        names.append(path.name)
    return names


def _described(path: pathlib.Path) -> dict[str, object]:
    with path.open("rb") as file:
        return {"path": path.name, "bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def _write_json(path: pathlib.Path, value: object) -> None:
    with path.open("x", encoding="utf-8", newline="\n") as file:
        json.dump(value, file, ensure_ascii=False, indent=2)
        file.write("\n")


def _write_run(path: pathlib.Path, record: Mapping[str, object], files: list[dict[str, object]], texts: list[str]) -> None:
    """Write the record, with what the dataset consists of last, one file a line: there may be 100,000.

    Texts are named only: their hashes stand in `documents`, and `read.is_dataset` takes no more than 16 MB (some 100,000 names
    of the greatest length). A lone surrogate, as in the name of a skipped file, becomes its JSON escape.
    """
    head = json.dumps(record, ensure_ascii=False, indent=2, default=str).removesuffix("\n}")
    lists = [
        f'  "{name}": [\n' + ",\n".join(f"    {json.dumps(item, ensure_ascii=False)}" for item in items) + "\n  ]"
        for name, items in (("files", files), ("texts", texts))
    ]
    path.write_text(",\n".join([head, *lists]) + "\n}\n", encoding="utf-8", errors="backslashreplace", newline="\n")
