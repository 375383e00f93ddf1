"""One row (of a table file, or a mapping handed to the library) -> Release."""

from __future__ import annotations

import datetime
import decimal
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.read.header import read_header
from pipeline.read.problems import ReadError, shown
from pipeline.read.text import surrogate, to_text
from pipeline.schema import Release

_KOREA = datetime.timezone(datetime.timedelta(hours=9))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where rows come from, the same for all rows of a file."""

    source: str
    media_type: str
    encoding: str
    published: datetime.date | None = None  # for rows that have none


def release_of(row: Mapping[str, object], origin: Origin, where: str, fallback: str) -> Release:
    """Make the release of a row.

    Args:
        row: its columns; `text` required, `id, title, published, issuer, url` used, others ignored.
        origin: what all rows of the file share.
        where: file and line, for messages.
        fallback: the doc_id where the row has none.

    Raises:
        ReadError: `no_text`, `empty` or `surrogate`, with the row's doc_id.
    """
    warnings: list[str] = []
    doc_id = fallback
    try:
        doc_id = _id(row.get("id"), where, warnings) or fallback
        raw = row.get("text")
        if _missing(raw):
            raise ReadError("no_text", f"{where}: the row has no `text`; its columns are {shown(', '.join(row))}")
        if not isinstance(raw, str):
            raise ReadError("no_text", f"{where}: `text` is {_kind(raw)}, not text")
        text = to_text(raw, where)
    except ReadError as error:
        error.doc_id = doc_id
        raise
    return Release(
        doc_id=doc_id,
        text=text,
        source=origin.source,
        title=_context(row, "title", warnings),
        published=_published(row.get("published"), warnings) or read_header(text).published or origin.published,
        issuer=_context(row, "issuer", warnings),
        url=_context(row, "url", warnings),
        media_type=origin.media_type,
        encoding=origin.encoding,
        warnings=tuple(warnings),
    )


def _missing(value: object) -> bool:
    return value is None or value != value  # NaN and pandas' NaT differ from themselves


def _kind(value: object) -> str:
    return {dict: "an object", list: "a list", bool: "true or false"}.get(type(value), f"a {type(value).__name__}")


def _number(value: object) -> bool:
    return isinstance(value, (int, float, decimal.Decimal)) and not isinstance(value, bool)


def _id(value: object, where: str, warnings: list[str]) -> str:
    if _missing(value):
        return ""
    if not isinstance(value, str):
        if not _number(value):
            warnings.append(f"id is {_kind(value)}, not text or a number; the row number stands for it")
            return ""
        value = str(value)
    if lone := surrogate(value):
        raise ReadError("surrogate", f"{where}: the id holds the lone surrogate {lone[1]}; give it an id that can be written")
    return unicodedata.normalize("NFC", value.strip())


def _context(row: Mapping[str, object], column: str, warnings: list[str]) -> str:
    """Title, issuer or URL: one line, NFC; what is no text is left out with a warning."""
    value = row.get(column)
    if _missing(value):
        return ""
    if _number(value):
        value = str(value)
    if not isinstance(value, str) or surrogate(value):
        warnings.append(f"{column} is {'no Unicode text' if isinstance(value, str) else _kind(value)} and was left out")
        return ""
    return unicodedata.normalize("NFC", " ".join(value.split()))


def _iso(value: str) -> datetime.date | None:
    for parse in (datetime.date.fromisoformat, datetime.datetime.fromisoformat):
        try:
            return parse(value)
        except ValueError:
            continue
    return None


def _published(value: object, warnings: list[str]) -> datetime.date | None:
    """An ISO date, or an ISO date and time, whose day in Korea counts where it names its time zone."""
    if _missing(value):
        return None
    if isinstance(value, str):
        if not value.strip():
            return None
        value = _iso(value.strip()) or value
    if isinstance(value, datetime.datetime):
        try:
            return (value.astimezone(_KOREA) if value.tzinfo else value).date()
        except (OverflowError, ValueError):
            pass
    elif isinstance(value, datetime.date):
        return value
    warnings.append(f"published {shown(value)} is no ISO date (such as 2024-03-05)")
    return None
