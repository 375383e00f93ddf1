"""The dataset folder -> rows: what `CsvSink` wrote, read back with the types of the contract.

A cell that was guarded against spreadsheets (`'=1`) loses its guard; a text that itself began so would lose its `'` too, which
is why texts are looked up by offset in `text/` where it matters. A list of one empty item (the ids of an actor that is no entity) comes back empty.
"""

from __future__ import annotations

import csv
import datetime
import json
import pathlib
from collections.abc import Iterator

from pipeline.dataset.paths import RUN, text_path
from pipeline.dataset.plain import GUARDED
from pipeline.dataset.rows import BY_NAME
from pipeline.schema import Column, Row, Value

_LARGEST_CELL = 1 << 30  # a cell may hold a whole document


class DatasetError(Exception):
    """A folder is no dataset that can be read. The message is one line: what is wrong and what to do."""


class Dataset:
    """A dataset folder, read table by table.

    Args:
        folder: what `dajim run -o` wrote, with CSV among its formats.

    Raises:
        DatasetError: it is no dataset, or holds no CSV tables.
    """

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        if not (folder / RUN).is_file():
            raise DatasetError(f"{folder} is no dataset of dajim (no {RUN} in it); name the folder that dajim run -o wrote")
        if not self._path("commitments").is_file():
            raise DatasetError(f"{folder} holds no CSV tables; write them with dajim run … -o {folder} --format csv")

    def rows(self, name: str) -> Iterator[Row]:
        """The rows of a table, in order.

        Raises:
            DatasetError: the file is missing, or not as the contract has it.
        """
        table = BY_NAME[name]
        path = self._path(name)
        csv.field_size_limit(_LARGEST_CELL)
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                lines = csv.reader(file)
                if next(lines, None) != list(table.names):
                    raise DatasetError(f"{path} has other columns than this version of dajim writes; run dajim again")
                for cells in lines:
                    yield {c.name: _value(c, cell) for c, cell in zip(table.columns, cells, strict=True)}
        except (OSError, ValueError, csv.Error) as error:
            raise DatasetError(f"{path} cannot be read: {error}") from error

    def text(self, doc_id: str) -> str:
        """The Text of a document.

        Raises:
            DatasetError: its file is missing.
        """
        path = self.folder / text_path(doc_id)
        try:
            return path.read_bytes().decode("utf-8")
        except (OSError, ValueError) as error:
            raise DatasetError(f"{path} cannot be read: {error}") from error

    def run(self) -> dict[str, object]:
        """The record of the run.

        Raises:
            DatasetError: it is broken.
        """
        path = self.folder / RUN
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise DatasetError(f"{path} cannot be read: {error}") from error
        return found if isinstance(found, dict) else {}

    def _path(self, name: str) -> pathlib.Path:
        return self.folder / f"{name}.csv"


def _value(column: Column, cell: str) -> Value:
    if column.type == "list":
        return _text(cell).split("|") if cell else []
    if not cell:
        return None
    if column.type == "integer":
        return int(cell)
    if column.type == "number":
        return float(cell)
    if column.type == "date":
        return datetime.date.fromisoformat(cell)
    return _text(cell)


def _text(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:2] in GUARDED else cell
