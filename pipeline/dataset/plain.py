"""CSV and JSON Lines."""

from __future__ import annotations

import datetime
import json
import pathlib
import re
from collections.abc import Iterable
from typing import BinaryIO

from pipeline.dataset.sinks import Notice
from pipeline.schema import Row, Table, Value

BOM = b"\xef\xbb\xbf"  # a double click in Excel shows Hangul only with it
GUARDED = frozenset("=+-@\t\r")  # a spreadsheet would run a formula
_QUOTED = re.compile(r'[,"\n\r]')


def guarded(text: str) -> str:
    """Text for a spreadsheet: one `'` before what would be a formula.

    >>> guarded("=1+1"), guarded("새날시")
    ("'=1+1", '새날시')
    """
    return f"'{text}" if text[:1] in GUARDED else text


def joined(items: Iterable[str]) -> str:
    """A list inside a cell: joined with `|`, which inside an item becomes `¦`.

    >>> joined(["새날시", "가|나"])
    '새날시|가¦나'
    """
    return "|".join(item.replace("|", "¦") for item in items)


def csv_cell(value: Value) -> str:
    """A value as it stands in CSV.

    >>> csv_cell(["가", "나"]), csv_cell("가, 나"), csv_cell(datetime.date(2031, 3, 1)), csv_cell(None), csv_cell(0.5)
    ('가|나', '"가, 나"', '2031-03-01', '', '0.5')
    """
    if isinstance(value, str):  # most
        value = guarded(value)
        return f'"{value.replace(chr(34), chr(34) * 2)}"' if _QUOTED.search(value) else value
    if value is None or value == []:
        return ""
    if isinstance(value, list):
        return csv_cell(joined(value))
    return value.isoformat() if isinstance(value, datetime.date) else repr(value)


def csv_line(values: Iterable[Value]) -> str:
    """A row of CSV with its line end."""
    return ",".join(map(csv_cell, values)) + "\n"


class _TextSink:
    """One text file a table."""

    ending: str

    def __init__(self, folder: pathlib.Path) -> None:
        """Write to `folder`."""
        self.notices: list[Notice] = []
        self._folder = folder
        self._file: BinaryIO | None = None

    def start(self, table: Table) -> None:
        """Open a table; the one before is complete."""
        self.close()
        self._file = (self._folder / f"{table.name}.{self.ending}").open("xb")
        self._put(self._head(table))

    def add(self, rows: list[Row]) -> None:
        """Write rows of the open table."""
        self._put("".join(map(self._line, rows)).encode("utf-8"))

    def close(self) -> None:
        """Complete the files."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _put(self, data: bytes) -> None:
        if self._file is None:
            raise ValueError("no table is open")
        self._file.write(data)

    def _head(self, table: Table) -> bytes:
        raise NotImplementedError

    def _line(self, row: Row) -> str:
        raise NotImplementedError


class CsvSink(_TextSink):
    """UTF-8 with BOM, comma, `\\n`, quoted where needed, header, ISO dates, empty = unknown."""

    ending = "csv"

    def _head(self, table: Table) -> bytes:
        return BOM + csv_line(table.names).encode("utf-8")

    def _line(self, row: Row) -> str:
        return csv_line(row.values())


class JsonlSink(_TextSink):
    """One object a row: lists are lists, dates ISO, unknown is null; the exact text, Hangul as Hangul."""

    ending = "jsonl"

    def _head(self, table: Table) -> bytes:
        return b""

    def _line(self, row: Row) -> str:
        return json.dumps(row, ensure_ascii=False, default=datetime.date.isoformat) + "\n"
