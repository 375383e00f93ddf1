"""What every format has in common: it takes the tables one after another, each in batches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from pipeline.schema import Row, Table


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a format could not hold, for the user to be told."""

    file: str
    table: str
    what: Literal["cells", "rows"]
    count: int

    def __str__(self) -> str:
        """What to tell."""
        if self.what == "cells":
            return f"{self.file}: {self.count} cells of {self.table} are cut to what Excel holds (32,767 characters)"
        return f"{self.file}: {self.count} rows of {self.table} are left out, Excel holds 1,048,576"


class Sink(Protocol):
    """A format. Tables come in the order of `schema.TABLES`, each announced by `start`."""

    notices: list[Notice]

    def start(self, table: Table) -> None:
        """Open a table; the one before is complete."""

    def add(self, rows: list[Row]) -> None:
        """Write rows of the open table."""

    def close(self) -> None:
        """Complete the files."""
