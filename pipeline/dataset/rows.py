"""Rows of one document -> bytes and back, checked against the contract on the way in.

What a document yields is checked here, before anything of it is kept, so that a broken row becomes that document's failure and
never a dataset that contradicts its own descriptor.
"""

from __future__ import annotations

import datetime
import json
import math
import numbers
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import index, itemgetter
from typing import Any

from pipeline.dataset.paths import text_path
from pipeline.schema import EVIDENCE_FIELDS, TABLES, Column, Failure, Row, Table, Value

Rows = dict[str, list[Row]]
Cell = str | int | float | list[str] | None  # a value as JSON holds it
Cells = Mapping[str, Sequence[Cell]]  # of a table, by column

BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}
_NAMES = {table.name: table.names for table in TABLES}
PER_DOCUMENT = tuple(table.name for table in TABLES if table.name != "errors")

_FIELDS: dict[Cell, int] = {field: n for n, field in enumerate(EVIDENCE_FIELDS)}
_LARGEST = 2**63 - 1  # of an integer column in Parquet and DuckDB


class RowError(ValueError):
    """A row does not keep the contract. The message names the table, the column, the document and the value."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A document that keeps the contract, as bytes: its Text in UTF-8, and its tables by name. So it costs little to hand to another process."""

    doc_id: str
    text: bytes
    tables: dict[str, bytes]

    @classmethod
    def of(cls, doc_id: str, text: str, rows: Mapping[str, Sequence[Row]]) -> Packed:
        """Check and pack a document.

        Raises:
            RowError: as `packed`, or the Text holds a lone surrogate.
        """
        tables = packed(doc_id, rows)
        try:
            return cls(doc_id, text.encode("utf-8"), tables)
        except UnicodeEncodeError as error:
            raise RowError(f"Text of {doc_id!r}: a lone surrogate at {error.start}, which UTF-8 cannot hold") from None

    @property
    def source(self) -> str:
        """Where the document was read from, by its row of `documents`; empty where that is not said."""
        return next((str(row["source"] or "") for row in unpacked("documents", self.tables["documents"])), "")


def packed(doc_id: str, rows: Mapping[str, Sequence[Row]]) -> dict[str, bytes]:
    """Check the rows of one document, put them in order of position, and pack each table as JSON.

    Empty text becomes None, a missing list the empty list, a number is rounded to four decimals. `entities` may leave out
    `n_documents`, which is counted when the dataset is written.

    Args:
        doc_id: the document.
        rows: table name -> rows; a table that is left out has none.

    Raises:
        RowError: an unknown table or column, a missing column, a value of another type or outside its enum, an empty required
            cell, a key that stands twice, a key of a row that is not there, another document's row, text that is not UTF-8.
    """
    if unknown := rows.keys() - set(PER_DOCUMENT):
        raise RowError(f"{doc_id!r}: unknown tables {sorted(unknown)}; expected {', '.join(PER_DOCUMENT)}")
    found: dict[str, Sequence[Row]] = {name: rows.get(name, ()) for name in PER_DOCUMENT}
    found["entities"] = [{**row, "n_documents": 1} for row in found["entities"]]
    cells = {name: _cells(doc_id, BY_NAME[name], found[name]) for name in PER_DOCUMENT}
    _check_document(doc_id, cells)
    _check_keys(doc_id, cells)
    return {name: _json(doc_id, name, _ordered(name, cells)) for name in PER_DOCUMENT}


def unpacked(name: str, data: bytes) -> list[Row]:
    """The rows of a table that `packed` made bytes of."""
    if not data:
        return []
    names, dates = _NAMES[name], [c.name for c in BY_NAME[name].columns if c.type == "date"]
    rows: list[Row] = [dict(zip(names, cells, strict=True)) for cells in json.loads(data)]
    for column in dates:
        for row in rows:
            value = row[column]
            if isinstance(value, str):
                row[column] = datetime.date.fromisoformat(value)
    return rows


def failure_row(failure: Failure) -> Row:
    """A row of `errors`. A lone surrogate (a file name that is no UTF-8) is written as an escape.

    Raises:
        RowError: stage or error stands in no list.
    """
    row: Row = {"source": failure.source or failure.doc_id or "-", "doc_id": failure.doc_id, "stage": failure.stage, "error": failure.error}
    row["message"] = failure.message or failure.error
    escaped: Row = {k: v.encode("utf-8", "backslashreplace").decode() if isinstance(v, str) else v for k, v in row.items()}
    return {name: cell for name, (cell,) in _cells(failure.doc_id, BY_NAME["errors"], [escaped]).items()}


# --- cells ------------------------------------------------------------------------------------------------------------


def _string(value: Value) -> Cell:
    if value is None or isinstance(value, str):
        return value or None
    raise TypeError


def _integer(value: Value) -> Cell:
    if value is None:
        return None
    if isinstance(value, bool | str | float | list | datetime.date):
        raise TypeError
    number = index(value)
    if abs(number) > _LARGEST:
        raise TypeError
    return number


def _number(value: Value) -> Cell:
    if value is None:
        return None
    if not isinstance(value, float) and (isinstance(value, bool) or not isinstance(value, numbers.Real)):
        raise TypeError
    if not math.isfinite(value):
        raise TypeError
    return round(float(value), 4) + 0.0  # no minus zero


def _date(value: Value) -> Cell:
    if value is None:
        return None
    if isinstance(value, datetime.datetime) or not isinstance(value, datetime.date):
        raise TypeError
    return value.isoformat()


def _list(value: Value) -> Cell:
    if value is None or value == []:
        return []
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise TypeError
    return list(value)


_CONVERT: dict[str, Callable[[Value], Cell]] = {"string": _string, "integer": _integer, "number": _number, "date": _date, "list": _list}
_TEXT, _WHOLE = {str, type(None)}, {int}


def _cells(doc_id: str, table: Table, rows: Sequence[Row]) -> Cells:
    """The cells of a table, column by column."""
    for row in rows:
        if len(row) != len(table.columns):
            missing, unknown = sorted(set(table.names) - row.keys()), sorted(row.keys() - set(table.names))
            raise RowError(f"{table.name} of {doc_id!r}: missing columns {missing}, unknown columns {unknown}")
    try:
        columns = list(zip(*map(itemgetter(*table.names), rows), strict=True)) or [()] * len(table.columns)
        return {column.name: _column(doc_id, table, column, values) for column, values in zip(table.columns, columns, strict=True)}
    except KeyError as error:
        raise RowError(f"{table.name} of {doc_id!r}: column {error.args[0]} is missing") from None


def _column(doc_id: str, table: Table, column: Column, values: Sequence[Value]) -> Sequence[Cell]:
    """The cells of a column; what nearly all columns hold, text and small numbers, is not looked at one by one."""
    where = f"{table.name}.{column.name} of {doc_id!r}"
    kinds = set(map(type, values))
    cells: Sequence[Cell]
    if column.type == "string" and kinds <= _TEXT:
        cells = [value or None for value in values]  # type: ignore[misc]
    elif column.type == "integer" and kinds == _WHOLE and max(map(abs, values)) <= _LARGEST:  # type: ignore[arg-type]
        cells = values  # type: ignore[assignment]
    else:
        cells = [_cell(where, column, value) for value in values]
    if column.required and None in cells:
        raise RowError(f"{where} is empty")
    if column.enum and (strange := set(cells) - {None, *column.enum}):
        raise RowError(f"{where}: {_shown(strange.pop())} is none of {', '.join(column.enum)}")
    return cells


def _cell(where: str, column: Column, value: Value) -> Cell:
    try:
        return _CONVERT[column.type](value)
    except TypeError:
        raise RowError(f"{where}: {_shown(value)} is no {column.type}") from None


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}…"


# --- a document as a whole --------------------------------------------------------------------------------------------


def _check_document(doc_id: str, tables: Mapping[str, Cells]) -> None:
    documents = tables["documents"]
    if len(documents["doc_id"]) != 1:
        raise RowError(f"documents: {doc_id!r} has {len(documents['doc_id'])} rows, expected 1")
    if documents["text_path"][0] != text_path(doc_id):
        raise RowError(f"documents.text_path of {doc_id!r}: {_shown(documents['text_path'][0])}, expected {text_path(doc_id)!r}")
    for name in PER_DOCUMENT:
        for other in set(tables[name].get("doc_id", ())) - {doc_id}:
            raise RowError(f"{name} of {doc_id!r}: a row of document {_shown(other)}")
    for key in tables["commitments"]["commitment_id"]:
        if str(key).rsplit(":", 2)[0] != doc_id:
            raise RowError(f"commitments of {doc_id!r}: commitment_id {_shown(key)} is not doc_id:sent_id:n")


def _check_keys(doc_id: str, tables: Mapping[str, Cells]) -> None:
    for name in PER_DOCUMENT:
        table = BY_NAME[name]
        if table.key:
            keys = _values(tables[name], table.key)
            if len(set(keys)) < len(keys):
                twice = next(key for key in keys if keys.count(key) > 1)
                raise RowError(f"{name} of {doc_id!r}: {table.key} {_shown(twice)} stands twice")
        for foreign in table.foreign:
            if foreign.table == name:  # points to another document
                continue
            known = {(None,) * len(foreign.columns), *_values(tables[foreign.table], foreign.reference)}
            for key in _values(tables[name], foreign.columns):
                if key not in known:
                    raise RowError(f"{name} of {doc_id!r}: {foreign.columns} {_shown(key)} is not in {foreign.table}")


def _values(cells: Cells, columns: Iterable[str]) -> list[tuple[Cell, ...]]:
    return list(zip(*(cells[column] for column in columns), strict=True))


def _ordered(name: str, tables: Mapping[str, Cells]) -> list[tuple[Cell, ...]]:
    """The rows by position; those at one position stay as they came."""
    cells = tables[name]
    rows = _values(cells, cells)
    if name == "documents":
        return rows
    places: Sequence[Any]
    if name == "evidence":
        ranks = _ranks(_values(tables["commitments"], ("start", "sent_id")))
        place = dict(zip(tables["commitments"]["commitment_id"], ranks, strict=True))
        keys = zip(cells["commitment_id"], cells["start"], cells["end"], cells["field"], strict=True)
        places = [(place[commitment], start, end, _FIELDS[field]) for commitment, start, end, field in keys]
    else:
        places = cells["entity_id"] if name == "entities" else _values(cells, [c for c in ("start", "sent_id") if c in cells])
    return [rows[n] for n in _order(places)]


def _order(places: Sequence[Any]) -> list[int]:
    """Indices in the order of places; those of one place stay as they are."""
    return sorted(range(len(places)), key=places.__getitem__)


def _ranks(places: Sequence[Any]) -> list[int]:
    """Which of the ordered places each is."""
    ranks = [0] * len(places)
    for rank, n in enumerate(_order(places)):
        ranks[n] = rank
    return ranks


def _json(doc_id: str, name: str, rows: list[tuple[Cell, ...]]) -> bytes:
    if not rows:
        return b""
    try:
        return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    except UnicodeEncodeError as error:
        around = error.object[max(0, error.start - 20) : error.end + 20]
        raise RowError(f"{name} of {doc_id!r}: a lone surrogate, which UTF-8 cannot hold, near {around!r}") from None
