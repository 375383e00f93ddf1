"""Files as streams: compressed or not, bytes of one document or lines of a table, with a limit that no archive can break."""

from __future__ import annotations

import codecs
import contextlib
import gzip
import io
import os
import pathlib
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

from pipeline.read.decode import encoding_of
from pipeline.read.document import MAX_BYTES
from pipeline.read.problems import ReadError

MAX_LINE = MAX_BYTES  # characters of one row of a table, for the same reason
MARK = "\udcff"  # stands for bytes of a table that cannot be decoded; no valid UTF-8, UTF-16 or CP949 decodes to it
_HEAD = 1 << 20  # bytes of a table that decide its encoding
# What reading may raise: `EOFError` and `zlib.error` come from a gzip that is cut off or damaged.
READING = (OSError, EOFError, zlib.error)


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return MARK, error.end


codecs.register_error("dajim.mark", _mark)


def is_gzip(name: str) -> bool:
    """Whether a file is compressed by its name."""
    return name.lower().endswith(".gz")


def limited(stream: BinaryIO, where: str) -> bytes:
    """All bytes of one document.

    Raises:
        ReadError: `too_large`.
    """
    parts: list[bytes] = []
    size = 0
    while part := stream.read(min(1 << 20, MAX_BYTES + 1 - size)):
        parts.append(part)
        size += len(part)
        if size > MAX_BYTES:
            message = f"{where}: the document is larger than {MAX_BYTES >> 20} MiB; if it holds many releases, give them as .jsonl, one a line"
            raise ReadError("too_large", message)
    return b"".join(parts)


@contextlib.contextmanager
def opened(path: pathlib.Path) -> Iterator[BinaryIO]:
    """A file's bytes, decompressed where its name ends in `.gz`.

    Raises:
        OSError: it cannot be opened.
    """
    with path.open("rb") as raw:
        if not is_gzip(path.name):
            yield raw
            return
        with gzip.GzipFile(fileobj=raw, mode="rb") as unpacked:
            yield cast(BinaryIO, unpacked)


@contextlib.contextmanager
def table(path: pathlib.Path, where: str, newline: str) -> Iterator[tuple[io.TextIOWrapper, str]]:
    """A table's characters and its encoding; bytes that cannot be decoded become `MARK`.

    Args:
        path: the file.
        where: its name, for messages.
        newline: as `open` takes it.

    Raises:
        OSError: it cannot be opened.
        ReadError: `binary`, or `unreadable` for a pipe.
    """
    with opened(path) as raw:
        if not raw.seekable():
            raise ReadError("unreadable", f"{where}: a table cannot be read from a pipe; save it as a file first")
        head, whole = _head(raw)
    encoding = encoding_of(head, where, whole=whole)
    # Opened anew: a damaged gzip cannot be wound back.
    with opened(path) as raw, io.TextIOWrapper(raw, encoding=encoding, errors="dajim.mark", newline=newline) as text:
        yield text, encoding


def _head(raw: BinaryIO) -> tuple[bytes, bool]:
    """The first bytes of a table with something in them that is not ASCII, and whether they are all there is."""
    reader = cast(io.BufferedReader, raw)
    head = b""
    try:
        while True:
            part = reader.read1(_HEAD - len(head))
            head += part
            if not part:
                return head, True
            if len(head) >= _HEAD:
                if not head.isascii() or b"\0" in head:
                    return head, False
                head = b""
    except READING:
        # A gzip that is cut off: the rows before the cut are read, then the row loop meets the same end and reports it.
        return head, False


def why(error: BaseException, path: str | os.PathLike[str]) -> str:
    """What to tell of an error while reading.

    >>> why(PermissionError(13, "Permission denied"), "a.txt")
    'Permission denied; check that you may read it'
    """
    gz = is_gzip(os.fspath(path))
    if isinstance(error, EOFError):
        return "the gzip file is cut off; fetch or compress it again"
    if isinstance(error, (gzip.BadGzipFile, zlib.error)):
        return f"the gzip file is damaged or no gzip at all ({error}); fetch or compress it again" if gz else str(error)
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
    return f"{reason}; check that you may read it" if isinstance(error, PermissionError) else reason
