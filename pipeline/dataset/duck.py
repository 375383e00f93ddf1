"""DuckDB: one file with all tables. duckdb is imported here only, and only when asked for."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pipeline.dataset.arrow import arrow_schema, arrow_table
from pipeline.dataset.paths import DUCKDB
from pipeline.dataset.sinks import Notice
from pipeline.schema import Row, Table

_TYPES = {"string": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "date": "DATE", "list": "VARCHAR[]"}


class DuckdbSink:
    """`dataset.duckdb`: typed tables with the exact text, rows in the order of the CSV files.

    The content is the same in every run, the bytes are not: DuckDB puts a random identifier into each file. Rows go in as
    Arrow tables; only names from the contract stand in SQL.
    """

    def __init__(self, folder: pathlib.Path) -> None:
        """Write to `folder`; what does not fit in memory waits beside it."""
        import duckdb

        self.notices: list[Notice] = []
        self._connection: Any = duckdb.connect(
            str(folder / DUCKDB), config={"threads": 1, "memory_limit": "512MB", "temp_directory": str(folder.parent / "duckdb")}
        )
        self._name = ""
        self._schema: Any = None

    def start(self, table: Table) -> None:
        """Open a table; the one before is complete."""
        columns = ", ".join(f'"{c.name}" {_TYPES[c.type]}{" NOT NULL" if c.required else ""}' for c in table.columns)
        self._connection.execute(f'CREATE TABLE "{table.name}" ({columns})')
        self._name, self._schema = table.name, arrow_schema(table)

    def add(self, rows: list[Row]) -> None:
        """Write rows of the open table."""
        with _as_os_error():
            self._connection.from_arrow(arrow_table(self._schema, rows)).insert_into(self._name)

    def close(self) -> None:
        """Complete the files."""
        if self._connection is not None:
            with _as_os_error():
                self._connection.close()
            self._connection = None


@contextmanager
def _as_os_error() -> Iterator[None]:
    """A full disk is an OSError, whichever library meets it."""
    import duckdb

    try:
        yield
    except duckdb.IOException as error:
        raise OSError(str(error)) from error
