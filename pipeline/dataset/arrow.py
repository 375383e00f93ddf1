"""Parquet, and the Arrow tables that DuckDB loads. pyarrow is imported here only, and only when asked for."""

from __future__ import annotations

import pathlib
from typing import Any

from pipeline.dataset.sinks import Notice
from pipeline.schema import Row, Table


def arrow_schema(table: Table) -> Any:
    """The `pyarrow.Schema` of a table: `date32`, `list<string>`, `int64`, `float64`, not null where required."""
    import pyarrow as pa

    types = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "date": pa.date32(), "list": pa.list_(pa.string())}
    return pa.schema([pa.field(c.name, types[c.type], nullable=not c.required) for c in table.columns])


def arrow_table(schema: Any, rows: list[Row]) -> Any:
    """Rows as a `pyarrow.Table`."""
    import pyarrow as pa

    return pa.Table.from_arrays([pa.array([row[f.name] for row in rows], f.type) for f in schema], schema=schema)


class ParquetSink:
    """One file a table, compressed with zstd; the same rows give the same bytes under one version of pyarrow."""

    def __init__(self, folder: pathlib.Path) -> None:
        """Write to `folder`."""
        self.notices: list[Notice] = []
        self._folder = folder
        self._schema: Any = None
        self._writer: Any = None

    def start(self, table: Table) -> None:
        """Open a table; the one before is complete."""
        import pyarrow.parquet as pq

        self.close()
        self._schema = arrow_schema(table)
        self._writer = pq.ParquetWriter(self._folder / f"{table.name}.parquet", self._schema, compression="zstd")

    def add(self, rows: list[Row]) -> None:
        """Write rows of the open table."""
        self._writer.write_table(arrow_table(self._schema, rows))

    def close(self) -> None:
        """Complete the files."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
