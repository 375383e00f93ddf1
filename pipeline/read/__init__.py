"""Bytes -> Release: the door through which every press release comes in.

    for each in read(["releases/", "more.jsonl.gz", "-"]):
        match each:
            case Release(): ...
            case Failure(): ...

Documents stream: one at a time is in memory, and the ids seen so far. A problem of one document is a `Failure` and never an exception;
only arguments with which nothing can be read raise `InputError`. Which files are read is decided in `walk`, what a document's
bytes are in `formats`, what a table's rows are in `tables` and `rows`.
"""

from __future__ import annotations

import datetime
import os
import pathlib
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import BinaryIO

from pipeline.read.formats import format_of
from pipeline.read.header import Header, read_header
from pipeline.read.problems import InputError, ReadError, printable, shown
from pipeline.read.rows import Origin, release_of
from pipeline.read.stream import READING, limited, opened, why
from pipeline.read.tables import KINDS
from pipeline.read.text import to_text
from pipeline.read.walk import Found, Skipped, Walk, clean, ending, is_dataset, is_known, same_folder
from pipeline.schema import Failure, Release

__all__ = ["Header", "InputError", "Skipped", "from_texts", "is_dataset", "read", "read_header"]

STDIN = "-"


def read(
    inputs: Sequence[str | os.PathLike[str]],
    *,
    published: datetime.date | None = None,
    out: pathlib.Path | None = None,
    stdin: BinaryIO | None = None,
    skipped: Skipped | None = None,
) -> Iterator[Release | Failure]:
    """Read press releases from files, folders and standard input, in the order of `inputs`.

    Args:
        inputs: files, folders, and `-` for one document on standard input.
        published: date of releases that do not tell theirs.
        out: the folder that is being written; a walk skips it.
        stdin: where `-` reads from; `sys.stdin.buffer` by default.
        skipped: what walks pass by is counted here.

    Raises:
        InputError: there is no input, none of the inputs exists, `-` stands twice, an INPUT is OUT or a dataset of dajim; and
            at the end of the stream: the inputs hold not one file that could be read or reported.
    """
    if isinstance(inputs, (str, os.PathLike)):
        raise TypeError(f"inputs must be a list of paths, not one path: [{os.fspath(inputs)!r}]")
    names = [os.fspath(each) for each in inputs]
    _check(names, out)
    counts = Skipped() if skipped is None else skipped
    return _unique(_nothing(_all(names, published, out, stdin, counts), names, counts))


def from_texts(
    texts: Iterable[str | tuple[str, str] | Mapping[str, object]], *, published: datetime.date | None = None
) -> Iterator[Release | Failure]:
    """Make releases of texts at hand.

    Args:
        texts: strings, pairs of doc_id and text, or mappings with the columns of a table file; mixed as you like.
        published: date of releases that do not tell theirs.

    >>> [(r.doc_id, r.text) for r in from_texts(["새날시는 쉼터를 연다.", ("b", "새날구는 숲을 가꾼다.")])]
    [('text-0001', '새날시는 쉼터를 연다.'), ('b', '새날구는 숲을 가꾼다.')]
    """
    if isinstance(texts, (str, Mapping)):
        raise TypeError("texts must be a list of texts, not one text")
    return _unique(_texts(texts, published))


def _texts(texts: Iterable[str | tuple[str, str] | Mapping[str, object]], published: datetime.date | None) -> Iterator[Release | Failure]:
    origin = Origin("memory", "text/plain", "utf-8", published)
    for number, each in enumerate(texts, 1):
        name = f"text-{number:04d}"
        try:
            if isinstance(each, str):
                yield _with_header(Release(name, to_text(each, name), "memory"), published)
            elif isinstance(each, Mapping):
                yield release_of(each, origin, name, name)
            elif isinstance(each, tuple) and len(each) == 2:
                yield release_of({"id": each[0], "text": each[1]}, origin, name, name)
            else:
                raise ReadError("bad_row", f"{name}: {shown(each)} is no text; give a string, a pair (id, text) or a mapping with `text`")
        except ReadError as error:
            yield error.failure("memory", name)


def _check(names: list[str], out: pathlib.Path | None) -> None:
    """Refuse arguments with which nothing can be read."""
    if not names:
        raise InputError("no input: name files, folders or - (standard input)")
    if names.count(STDIN) > 1:
        raise InputError("standard input (-) can be read once only; name it once")
    if not any(name == STDIN or _exists(name) for name in names):
        listed = ", ".join(repr(printable(name)) for name in names[:3]) + (", ..." if len(names) > 3 else "")
        raise InputError(f"no input: {listed} {'does' if len(names) == 1 else 'do'} not exist; check the path")
    for name in names:
        if name != STDIN and out is not None and same_folder(pathlib.Path(name), out):
            raise InputError(f"the folder {printable(name)!r} is input and output at once; write to another folder with -o")
        if name != STDIN and is_dataset(name):
            raise InputError(
                f"{printable(name)!r} is a dataset that dajim wrote, not press releases; its texts are in {printable(name.rstrip('/'))}/text"
            )


def _exists(name: str) -> bool:
    try:
        return os.path.lexists(name)
    except ValueError:  # a NUL in the name
        return False


def _is_folder(name: str) -> bool:
    try:
        return name != STDIN and pathlib.Path(name).is_dir()
    except ValueError:
        return False


def _all(
    names: list[str], published: datetime.date | None, out: pathlib.Path | None, stdin: BinaryIO | None, skipped: Skipped
) -> Iterator[Release | Failure]:
    several = sum(map(_is_folder, names)) > 1
    for name in names:
        path = pathlib.Path(name)
        if name == STDIN:
            yield _stdin(stdin, published)
        elif _is_folder(name):
            prefix = clean(path.resolve().name) if several else ""
            for found in Walk(path, prefix, out, skipped):
                yield from _file(found, published)
        else:
            missing = None if _exists(name) else ReadError("not_found", f"{name}: no such file or folder; check the path")
            yield from _file(Found(path, printable(path.as_posix()), clean(path.name), named=True, error=missing), published)


def _file(found: Found, published: datetime.date | None) -> Iterator[Release | Failure]:
    """Everything in one file: one document, or the rows of a table."""
    if found.error:
        yield found.error.failure(found.source, found.file_id)
    elif (kind := ending(found.path.name).removesuffix(".gz")) in KINDS:
        yield from _table(found, kind, published)
    else:
        yield _document(found, published)


def _table(found: Found, kind: str, published: datetime.date | None) -> Iterator[Release | Failure]:
    media_type, rows = KINDS[kind]
    for row in rows(found.path, found.source):
        row_id = f"{found.file_id}#{row.number}" if row.number else ""
        try:
            if isinstance(row.cells, ReadError):
                raise row.cells
            release = release_of(row.cells, Origin(found.source, media_type, row.encoding, published), row.where, row_id)
        except ReadError as error:
            yield error.failure(found.source, row_id)
        else:
            yield replace(release, warnings=(*release.warnings, *row.warnings)) if row.warnings else release


def _document(found: Found, published: datetime.date | None) -> Release | Failure:
    try:
        with opened(found.path) as stream:
            return _release(limited(stream, found.source), found, published)
    except ReadError as error:
        return error.failure(found.source, found.file_id)
    except READING as error:
        problem = ReadError("unreadable", f"{found.source}: cannot be read: {why(error, found.path)}")
        return problem.failure(found.source, found.file_id)


def _stdin(stdin: BinaryIO | None, published: datetime.date | None) -> Release | Failure:
    found = Found(pathlib.Path("stdin"), "stdin", "stdin", named=True)
    try:
        if stdin is None and sys.stdin is None:
            raise ReadError("unreadable", "standard input: it is closed; name a file")
        return _release(limited(sys.stdin.buffer if stdin is None else stdin, "standard input"), found, published)
    except ReadError as error:
        return error.failure(found.source, found.file_id)
    except OSError as error:
        return ReadError("unreadable", f"standard input: cannot be read: {why(error, 'stdin')}").failure(found.source, found.file_id)


def _release(data: bytes, found: Found, published: datetime.date | None) -> Release:
    name = found.path.name
    chosen = format_of(data)
    # Plain text recognises everything; a file of another ending is not taken for text only because nothing else recognises it.
    if chosen.media_type == "text/plain" and ending(name) and not is_known(name):
        raise ReadError("unknown_kind", _unknown(found.source, ending(name)))
    document = chosen.parse(data, found.source)
    release = Release(
        doc_id=found.file_id,
        text=to_text(document.text, found.source),
        source=found.source,
        title=document.title,
        published=document.published,
        issuer=document.issuer,
        media_type=chosen.media_type,
        encoding=document.encoding,
        warnings=document.warnings,
    )
    return _with_header(release, published)


def _unknown(source: str, kind: str) -> str:
    if kind.removesuffix(".gz") == ".json":
        return f"{source}: JSON is read as JSON Lines only; save it as .jsonl, one object with `text` a line"
    return f"{source}: files of the kind {kind} are not read; save it as .txt, or many releases as .jsonl or .csv with a column `text`"


def _with_header(release: Release, published: datetime.date | None) -> Release:
    """`release` with what its header tells and nothing else told."""
    header = read_header(release.text)
    return replace(
        release,
        title=release.title or header.title,
        issuer=release.issuer or header.issuer,
        published=release.published or header.published or published,
        warnings=(*release.warnings, *header.warnings),
    )


def _unique(stream: Iterator[Release | Failure]) -> Iterator[Release | Failure]:
    """The stream with a `Failure` for each release whose id an earlier one bears."""
    taken: dict[str, str] = {}
    for each in stream:
        if isinstance(each, Release) and each.doc_id in taken:
            first = taken[each.doc_id]
            message = (
                f"{each.source}: the document id {shown(each.doc_id)} belongs to an earlier document of {first}; give each its own id or file name"
            )
            yield Failure(each.source, each.doc_id, "read", "duplicate_id", message)
            continue
        if isinstance(each, Release):
            taken[each.doc_id] = each.source
        yield each


def _nothing(stream: Iterator[Release | Failure], names: list[str], skipped: Skipped) -> Iterator[Release | Failure]:
    """The stream, with an `InputError` at its end where it held nothing at all."""
    empty = True
    for each in stream:
        empty = False
        yield each
    if empty:
        passed = ", ".join(f"{n} {kind or 'without an ending'}" for kind, n in sorted(skipped.kinds.items()))
        listed = ", ".join(repr(printable(name)) for name in names[:3])
        raise InputError(f"no press releases in {listed}{f' (skipped: {passed})' if passed else ''}; dajim reads .txt, .jsonl and .csv")
