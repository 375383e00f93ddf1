"""Rows of one document -> bytes and back, checked against the contract on the way in.

What a document yields is checked here, before anything of it is kept, so that a broken row becomes that document's failure and
never a dataset that contradicts its own descriptor.
"""

from __future__ import annotations

import datetime
import json
import math
import numbers
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence

from pipeline.dataset.paths import text_path
from pipeline.schema import EVIDENCE_FIELDS, TABLES, Column, Failure, Row, Table, Value

Rows = dict[str, list[Row]]
Cell = str | int | float | list[str] | None  # a value as JSON holds it

BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}
_NAMES = {table.name: table.names for table in TABLES}
PER_DOCUMENT = tuple(table.name for table in TABLES if table.name != "errors")

_LARGEST = 2**63 - 1  # of an integer column in Parquet and DuckDB


class RowError(ValueError):
    """A row does not keep the contract. The message names the table, the column, the document and the value."""


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
    found: dict[str, list[Row]] = {name: list(rows.get(name, ())) for name in PER_DOCUMENT}
    found["entities"] = [{**row, "n_documents": 1} for row in found["entities"]]
    cells = {name: [_cells(doc_id, BY_NAME[name], row) for row in found[name]] for name in PER_DOCUMENT}
    plain = {name: [dict(zip(_NAMES[name], row, strict=True)) for row in cells[name]] for name in PER_DOCUMENT}
    _check_document(doc_id, plain)
    _check_keys(doc_id, plain)
    return {name: _json(doc_id, name, _ordered(name, plain)) for name in PER_DOCUMENT}


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
    return dict(zip(BY_NAME["errors"].names, _cells(failure.doc_id, BY_NAME["errors"], escaped), strict=True))


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
    number = operator.index(value)
    if abs(number) > _LARGEST:
        raise TypeError
    return number


def _number(value: Value) -> Cell:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, numbers.Real) or not math.isfinite(value):
        raise TypeError
    return round(float(value), 4) + 0.0  # no minus zero


def _date(value: Value) -> Cell:
    if value is None:
        return None
    if isinstance(value, datetime.datetime) or not isinstance(value, datetime.date):
        raise TypeError
    return value.isoformat()


def _list(value: Value) -> Cell:
    if value is None:
        return []
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise TypeError
    return list(value)


_CONVERT: dict[str, Callable[[Value], Cell]] = {"string": _string, "integer": _integer, "number": _number, "date": _date, "list": _list}
_COLUMNS: dict[str, tuple[tuple[str, Callable[[Value], Cell], bool, frozenset[str], Column], ...]] = {
    table.name: tuple((c.name, _CONVERT[c.type], c.required, frozenset(c.enum), c) for c in table.columns) for table in TABLES
}


def _cells(doc_id: str, table: Table, row: Row) -> list[Cell]:
    columns = _COLUMNS[table.name]
    if len(row) != len(columns):
        missing, unknown = sorted(set(table.names) - row.keys()), sorted(row.keys() - set(table.names))
        raise RowError(f"{table.name} of {doc_id!r}: missing columns {missing}, unknown columns {unknown}")
    cells: list[Cell] = []
    for name, convert, required, enum, column in columns:
        try:
            cell = convert(row[name])
        except KeyError:
            raise RowError(f"{table.name} of {doc_id!r}: column {name} is missing") from None
        except TypeError:
            raise RowError(f"{table.name}.{name} of {doc_id!r}: {_shown(row[name])} is no {column.type}") from None
        if required and cell is None:
            raise RowError(f"{table.name}.{name} of {doc_id!r} is empty")
        if enum and cell is not None and cell not in enum:
            raise RowError(f"{table.name}.{name} of {doc_id!r}: {_shown(cell)} is none of {', '.join(column.enum)}")
        cells.append(cell)
    return cells


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}…"


# --- a document as a whole --------------------------------------------------------------------------------------------


def _check_document(doc_id: str, rows: Mapping[str, list[dict[str, Cell]]]) -> None:
    documents = rows["documents"]
    if len(documents) != 1:
        raise RowError(f"documents: {doc_id!r} has {len(documents)} rows, expected 1")
    if documents[0]["text_path"] != text_path(doc_id):
        raise RowError(f"documents.text_path of {doc_id!r}: {_shown(documents[0]['text_path'])}, expected {text_path(doc_id)!r}")
    for name in PER_DOCUMENT:
        for row in rows[name]:
            if row.get("doc_id", doc_id) != doc_id:
                raise RowError(f"{name} of {doc_id!r}: a row of document {_shown(row['doc_id'])}")
    for row in rows["commitments"]:
        if str(row["commitment_id"]).rsplit(":", 2)[0] != doc_id:
            raise RowError(f"commitments of {doc_id!r}: commitment_id {_shown(row['commitment_id'])} is not doc_id:sent_id:n")


def _check_keys(doc_id: str, rows: Mapping[str, list[dict[str, Cell]]]) -> None:
    for name in PER_DOCUMENT:
        table = BY_NAME[name]
        if table.key:
            keys = _values(rows[name], table.key)
            if len(set(keys)) < len(keys):
                twice = next(key for key in keys if keys.count(key) > 1)
                raise RowError(f"{name} of {doc_id!r}: {table.key} {_shown(twice)} stands twice")
        for foreign in table.foreign:
            if foreign.table == name:  # points to another document
                continue
            known = {(None,) * len(foreign.columns), *_values(rows[foreign.table], foreign.reference)}
            for key in _values(rows[name], foreign.columns):
                if key not in known:
                    raise RowError(f"{name} of {doc_id!r}: {foreign.columns} {_shown(key)} is not in {foreign.table}")


def _values(rows: Iterable[Mapping[str, Cell]], columns: Sequence[str]) -> list[tuple[Cell, ...]]:
    return [tuple(row[c] for c in columns) for row in rows]


def _ordered(name: str, rows: Mapping[str, list[dict[str, Cell]]]) -> list[dict[str, Cell]]:
    """The rows by position; those at one position stay as they came."""
    if name == "evidence":
        place = {row["commitment_id"]: i for i, row in enumerate(_ordered("commitments", rows))}
        field = {field: i for i, field in enumerate(EVIDENCE_FIELDS)}
        return sorted(rows[name], key=lambda r: (place[r["commitment_id"]], r["start"], r["end"], field[str(r["field"])]))
    if name == "entities":
        return sorted(rows[name], key=lambda r: str(r["entity_id"]))
    if name == "documents":
        return rows[name]
    return sorted(rows[name], key=lambda r: (r["start"], r.get("sent_id")))


def _json(doc_id: str, name: str, rows: list[dict[str, Cell]]) -> bytes:
    if not rows:
        return b""
    try:
        return json.dumps([list(row.values()) for row in rows], ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    except UnicodeEncodeError as error:
        around = error.object[max(0, error.start - 20) : error.end + 20]
        raise RowError(f"{name} of {doc_id!r}: a lone surrogate, which UTF-8 cannot hold, near {around!r}") from None
