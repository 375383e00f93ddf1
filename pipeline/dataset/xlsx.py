"""XLSX: one workbook, a sheet a table. xlsxwriter is imported here only, and only when asked for."""

from __future__ import annotations

import datetime
import pathlib
import re
from typing import Any

from pipeline.dataset.paths import XLSX
from pipeline.dataset.plain import guarded, joined
from pipeline.dataset.sinks import Notice
from pipeline.schema import TABLES, Row, Table, Value

MAX_ROWS = 1_048_575  # besides the header
MAX_CELL = 32_767  # UTF-16 code units, as Excel counts
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML cannot hold these
_WIDTHS = {"string": 24, "integer": 10, "number": 10, "date": 12, "list": 24}
_EXCEL_EPOCH = datetime.date(1900, 3, 1)  # Excel counts a day too many before
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "use_zip64": True}


class XlsxSink:
    """`dataset.xlsx`, with the same bytes for the same rows.

    Cells as in CSV (lists joined, the formula guard), dates as dates. What Excel cannot hold is cut and told in `notices`:
    cells over 32,767 characters, tables over 1,048,575 rows. Control characters are removed. Excel shows 15 digits of a
    number, and a date before March 1900 stands as text.
    """

    def __init__(self, folder: pathlib.Path) -> None:
        """Write to `folder`."""
        import xlsxwriter

        self.notices: list[Notice] = []
        # Rows go to temporary files as they come; without this the workbook would be held in memory.
        options = {**_OPTIONS, "constant_memory": True, "tmpdir": str(folder.parent)}
        self._book: Any = xlsxwriter.Workbook(str(folder / XLSX), options)
        self._book.set_properties({"title": "dajim", "created": datetime.datetime(2000, 1, 1)})
        self._bold = self._book.add_format({"bold": True})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._sheets = {table.name: self._book.add_worksheet(table.name) for table in TABLES}
        self._sheet: Any = None
        self._table = ""
        self._rows = self._lost = self._cut = 0

    def start(self, table: Table) -> None:
        """Open a table; the one before is complete."""
        self._report()
        self._table, self._sheet = table.name, self._sheets[table.name]
        self._rows = self._lost = self._cut = 0
        self._sheet.freeze_panes(1, 0)
        for i, column in enumerate(table.columns):
            self._sheet.set_column(i, i, _WIDTHS[column.type])
            self._sheet.write_string(0, i, column.name, self._bold)

    def add(self, rows: list[Row]) -> None:
        """Write rows of the open table."""
        for row in rows:
            if self._rows >= MAX_ROWS:
                self._lost += 1
                continue
            self._rows += 1
            for i, value in enumerate(row.values()):
                self._write(self._rows, i, value)

    def close(self) -> None:
        """Complete the files."""
        if self._book is not None:
            from xlsxwriter.exceptions import XlsxFileError

            self._report()
            book, self._book = self._book, None
            try:
                book.close()
            except XlsxFileError as error:
                raise OSError(str(error)) from error

    def _write(self, row: int, column: int, value: Value) -> None:
        if isinstance(value, datetime.date):
            if value >= _EXCEL_EPOCH:
                self._sheet.write_datetime(row, column, value, self._day)
                return
            value = value.isoformat()
        if isinstance(value, list):
            value = joined(value)
        if isinstance(value, str):
            text = guarded(_ILLEGAL.sub("", value))
            short = _shortened(text)
            self._cut += len(short) < len(text)
            if short:
                self._sheet.write_string(row, column, short)
        elif value is not None:
            self._sheet.write_number(row, column, value)

    def _report(self) -> None:
        if self._cut:
            self.notices.append(Notice(XLSX, self._table, "cells", self._cut))
        if self._lost:
            self.notices.append(Notice(XLSX, self._table, "rows", self._lost))
        self._cut = self._lost = 0


def _shortened(text: str) -> str:
    """What a cell holds of a text; a character outside the first plane counts as two."""
    if len(text) * 2 <= MAX_CELL:
        return text
    return text.encode("utf-16-le")[: MAX_CELL * 2].decode("utf-16-le", "ignore")
