"""Table files: JSON Lines and CSV, one release a row, read row by row. A bad row is an error; the rows after it go on."""

from __future__ import annotations

import csv
import decimal
import io
import json
import pathlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pipeline.read.problems import ReadError, shown
from pipeline.read.stream import MARK, MAX_LINE, READING, table, why

# Quoted cells as CSV wants them; a quote that remains when they are taken out stands where none may stand.
_QUOTED = re.compile(r'(?:(?<=,)|^)"(?:[^"]|"")*"(?=,|\r?\n?$)', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Row:
    """A row as read, or what is wrong with it."""

    number: int  # from 1, counting rows; 0 where the file as a whole is meant
    where: str
    cells: Mapping[str, object] | ReadError
    encoding: str = "utf-8"
    warnings: tuple[str, ...] = ()


def jsonl_rows(path: pathlib.Path, name: str) -> Iterator[Row]:
    """Rows of a JSON Lines file.

    Args:
        path: the file, compressed where it ends in `.gz`.
        name: as messages call it.
    """
    yield from _guarded(path, name, "\n", _jsonl)


def csv_rows(path: pathlib.Path, name: str) -> Iterator[Row]:
    """Rows of a CSV file with a header (see `jsonl_rows`)."""
    yield from _guarded(path, name, "", _csv)


KINDS: dict[str, tuple[str, Callable[[pathlib.Path, str], Iterator[Row]]]] = {
    ".jsonl": ("application/jsonl", jsonl_rows),
    ".csv": ("text/csv", csv_rows),
}


def _guarded(path: pathlib.Path, name: str, newline: str, rows: Callable[[io.TextIOWrapper, str, str], Iterator[Row]]) -> Iterator[Row]:
    """`rows` of the opened file, and as a last row whatever ended it early."""
    last = Row(0, name, {})
    try:
        with table(path, name, newline) as (text, encoding):
            for last in rows(text, name, encoding):
                yield last
    except ReadError as error:
        yield Row(0, name, error)
    except READING as error:
        known = f" after {last.where}" if last.number else ""
        kept = f" The {last.number} rows before it were read." if last.number else ""
        yield Row(0, name, ReadError("unreadable", f"{name}: cannot be read{known}: {why(error, path)}.{kept}"))
    else:
        if not last.number and not isinstance(last.cells, ReadError):
            yield Row(0, name, ReadError("empty", f"{name}: the file holds no rows"))


def _bad_bytes(line: str, where: str, encoding: str) -> ReadError:
    at = line.index(MARK)
    name = encoding.removesuffix("-sig").upper()
    return ReadError("undecodable", f"{where}: character {at} of the row is no {name}; save the file again as UTF-8")


def _jsonl(text: io.TextIOWrapper, name: str, encoding: str) -> Iterator[Row]:
    number = line_number = 0
    while line := text.readline(MAX_LINE + 1):
        line_number += 1
        where = f"{name}:{line_number}"
        if len(line) > MAX_LINE:
            while line and not line.endswith("\n"):
                line = text.readline(1 << 20)
            number += 1
            yield Row(number, where, ReadError("too_large", f"{where}: the row is longer than {MAX_LINE >> 20} Mi characters; cut it into documents"))
        elif line.strip():
            number += 1
            yield Row(number, where, _object(line, where, encoding), encoding)


def _object(line: str, where: str, encoding: str) -> Mapping[str, object] | ReadError:
    if MARK in line:
        return _bad_bytes(line, where, encoding)
    try:
        # Decimal keeps an id such as 1.10 as it is written.
        value = json.loads(line, parse_float=decimal.Decimal)
    except json.JSONDecodeError as error:
        return ReadError("bad_row", f"{where}: the line is no JSON (character {error.pos}: {error.msg}); give one object a line")
    except (ValueError, RecursionError, decimal.DecimalException) as error:
        return ReadError("bad_row", f"{where}: the line cannot be read as JSON ({shown(str(error))})")
    if not isinstance(value, dict):
        what = "a list" if isinstance(value, list) else "a string" if isinstance(value, str) else shown(json.dumps(value, default=str))
        return ReadError("bad_row", f'{where}: the line is {what}, not an object; give {{"text": ...}}, one a line')
    return value


class _Lines:
    """Lines for `csv.reader`, which remembers those of the record in hand."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self.record: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._text.readline(MAX_LINE + 1)
        if not line:
            raise StopIteration
        if len(line) > MAX_LINE:
            raise csv.Error("field larger than field limit")
        self.record.append(line)
        return line


def _csv(text: io.TextIOWrapper, name: str, encoding: str) -> Iterator[Row]:
    # Module-wide, and no lower than what someone else may have set; the standard limit of 131,072 is shorter than some releases.
    csv.field_size_limit(max(csv.field_size_limit(), MAX_LINE))
    lines = _Lines(text)
    records = _records(lines, name)
    header: list[str] = []
    for _, first in records:
        if isinstance(first, ReadError):
            yield Row(0, name, first)
            return
        header = [cell.strip() for cell in first]
        break
    if problem := _bad_header(header, name):
        yield Row(0, name, problem)
        return
    number = 0
    broken: tuple[int, ReadError] | None = None  # a record whose end is not known yet
    for line, cells in records:
        where = f"{name}:{line}"
        if isinstance(cells, ReadError):
            if broken is None:
                number += 1
                broken = (line, cells)
            if cells.error == "too_large":
                break
            continue
        if broken and not _sound(cells, header, lines.record):
            continue
        if broken:
            yield Row(number, f"{name}:{broken[0]}", _through(broken[1], broken[0], line - 1))
            broken = None
        number += 1
        yield Row(number, where, _cells(cells, header, where, encoding), encoding, _short(cells, header))
    if broken:
        yield Row(number, f"{name}:{broken[0]}", _through(broken[1], broken[0], None))


def _records(lines: _Lines, name: str) -> Iterator[tuple[int, list[str] | ReadError]]:
    """Records with the line on which each begins. Blank lines are none."""
    # Strict: a stray quote would otherwise swallow rows without a word.
    reader = csv.reader(lines, strict=True)
    while True:
        start = reader.line_num + 1
        lines.record = []
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            where = f"{name}:{start}"
            if "field limit" in str(error):
                message = f"{where}: a cell is longer than {MAX_LINE >> 20} Mi characters, perhaps for a quote that is never closed; nothing after it was read"
                yield start, ReadError("too_large", message)
                return
            yield start, ReadError("bad_row", f"{where}: the row breaks the rules of CSV ({error}); write a quote inside a quoted cell twice")
            continue
        if cells:
            yield start, cells


def _bad_header(header: list[str], name: str) -> ReadError | None:
    if not header:
        return ReadError("empty", f"{name}: the file holds no rows")
    if "text" not in header:
        hint = "; the cells of a CSV are parted by commas" if len(header) == 1 and re.search("[;\t|]", header[0]) else ""
        return ReadError("no_text", f"{name}: there is no column `text`; the columns are {shown(', '.join(header))}{hint}")
    twice = [column for column in ("text", "id", "title", "published", "issuer", "url") if header.count(column) > 1]
    if twice:
        return ReadError("bad_row", f"{name}: the column `{twice[0]}` stands {header.count(twice[0])} times in the header; name it once")
    return None


def _sound(cells: list[str], header: list[str], record: list[str]) -> bool:
    """Whether a record after a broken one is a whole record again, not the rest of the broken one."""
    raw = "".join(record)
    if len(header) == 1:
        return raw.startswith('"')  # any line of text has one cell
    return len(cells) == len(header) and '"' not in _QUOTED.sub("", raw)


def _through(error: ReadError, first: int, last: int | None) -> ReadError:
    if last == first:
        return error
    until = "the end of the file" if last is None else f"line {last}"
    return ReadError(error.error, f"{error.message}. Nothing was read from line {first} to {until}.")


def _cells(cells: list[str], header: list[str], where: str, encoding: str) -> Mapping[str, object] | ReadError:
    if any(MARK in cell for cell in cells):
        return _bad_bytes(",".join(cells), where, encoding)
    if len(cells) > len(header):
        message = f"{where}: the row has {len(cells)} cells, the header {len(header)}; put quotes around a text with commas"
        return ReadError("bad_row", message)
    return dict(zip(header, cells, strict=False))


def _short(cells: list[str], header: list[str]) -> tuple[str, ...]:
    # Excel leaves trailing empty cells out now and then, so the row is read; but it may also be the first line of a broken one.
    return (f"the row has {len(cells)} cells, the header {len(header)}",) if len(cells) < len(header) else ()
