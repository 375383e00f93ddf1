"""File names of the dataset: the fixed ones, and that of each document's Text."""

from __future__ import annotations

import hashlib
import re

from pipeline.schema import TABLES

FORMATS = ("csv", "parquet", "jsonl", "duckdb", "xlsx")
RUN = "run.json"
PACKAGE = "datapackage.json"
READABLE = "commitments_readable.csv"
DUCKDB = "dataset.duckdb"
XLSX = "dataset.xlsx"
TEXT = "text"

# DuckDB would replay a log that it left beside an older file into the new one: the log goes with its file.
WAL = f"{DUCKDB}.wal"
FILES = frozenset({RUN, PACKAGE, READABLE, DUCKDB, XLSX, WAL, *(f"{t.name}.{f}" for t in TABLES for f in ("csv", "parquet", "jsonl"))})

_LONGEST = 150  # bytes of a name without `.txt`; file systems allow 255
_HASH = 32
_UNSAFE = re.compile(r"[^0-9a-z_.\-가-힣]")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")  # Windows keeps these, whatever the ending
_PIECE = re.compile(r"%..|.")


def text_path(doc_id: str) -> str:
    """Where in the dataset the Text of a document lies: `text/<encoded id>.txt`.

    Two ids never share a file, also where the file system folds case or Unicode forms: small ASCII letters, digits, `_ - .`
    and whole Hangul syllables stand for themselves, every other character (capitals too) is percent-encoded as UTF-8, and so
    are a leading dot and the first letter of a name that Windows reserves. A name longer than 150 bytes is cut and closed
    with `~` and a hash of the id. `urllib.parse.unquote` gives the id back where there is no `~`.

    Raises:
        ValueError: the id is empty.

    >>> text_path("156753088"), text_path("../새날#1"), text_path("CON"), text_path("con")
    ('text/156753088.txt', 'text/%2E.%2F새날%231.txt', 'text/%43%4F%4E.txt', 'text/%63on.txt')
    """
    if not doc_id:
        raise ValueError("a document needs an id to name its text file")
    name = _UNSAFE.sub(lambda match: _escaped(match[0]), doc_id)
    if name[0] == "." or _RESERVED.match(name):
        name = _escaped(name[0]) + name[1:]
    if len(name.encode()) > _LONGEST:
        name = f"{_head(name, _LONGEST - _HASH - 1)}~{hashlib.sha256(doc_id.encode('utf-8', 'surrogatepass')).hexdigest()[:_HASH]}"
    return f"{TEXT}/{name}.txt"


def _escaped(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))


def _head(name: str, limit: int) -> str:
    """The first `limit` bytes of a name, without a split escape or syllable."""
    size, kept = 0, []
    for piece in _PIECE.findall(name):
        size += len(piece.encode())
        if size > limit:
            break
        kept.append(piece)
    return "".join(kept)
