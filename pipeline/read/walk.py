"""INPUTs -> files: which are read, in which order, under which id; which are skipped, and why."""

from __future__ import annotations

import json
import os
import pathlib
import re
import stat
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.read.formats import ENDINGS
from pipeline.read.problems import ReadError, printable
from pipeline.read.tables import KINDS

_ENDING = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,7}$")  # not the `.5` of `보도자료 2024.3.5`
RUN_FILE = "run.json"
_MAX_RUN = 16 * 1024 * 1024  # bytes; a larger `run.json` is none of ours


@dataclass(slots=True)
class Skipped:
    """What a walk passed by, for `run.json`: files of no known kind by ending, and the rest by reason."""

    kinds: Counter[str] = field(default_factory=Counter)  # `.pdf`, or `` for files without an ending
    hidden: int = 0  # files and folders
    output: int = 0  # the folder OUT
    datasets: int = 0  # folders that hold a dajim `run.json`
    loops: int = 0  # links to a folder that was walked already
    special: int = 0  # pipes, sockets, devices

    def as_dict(self) -> dict[str, object]:
        """The counts that are not zero, as `run.json` takes them."""
        rest = {name: getattr(self, name) for name in ("hidden", "output", "datasets", "loops", "special")}
        return {**({"kinds": dict(sorted(self.kinds.items()))} if self.kinds else {}), **{name: n for name, n in rest.items() if n}}


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read, or what is wrong with it."""

    path: pathlib.Path
    source: str  # as named to the user, with `/`
    file_id: str
    named: bool  # by the user, not met in a walk
    error: ReadError | None = None


def ending(name: str) -> str:
    """The ending of a file name in lower case, with `.gz` before which another one stands; `""` where it has none.

    >>> ending("a.TXT"), ending("a.jsonl.gz"), ending("보도자료 2024.3.5")
    ('.txt', '.jsonl.gz', '')
    """
    inner = name[:-3] if name.lower().endswith(".gz") else name
    match = _ENDING.search(inner)
    return ((match[0] if match else "") + name[len(inner) :]).lower()


def is_known(name: str) -> bool:
    """Whether a walk picks up a file of this name."""
    bare = ending(name).removesuffix(".gz")
    return bare in KINDS or bare in ENDINGS


def is_dataset(folder: str | os.PathLike[str]) -> bool:
    """Whether a folder is a dataset that dajim wrote: its `run.json` is an object whose key `dajim` holds the version."""
    try:
        with (pathlib.Path(folder) / RUN_FILE).open("rb") as stream:
            data = stream.read(_MAX_RUN + 1)
        run = json.loads(data) if len(data) <= _MAX_RUN else None
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(run, dict) and isinstance(run.get("dajim"), str)


def clean(name: str) -> str:
    """A name of the file system as part of an id: NFC, bytes that are no UTF-8 escaped."""
    return unicodedata.normalize("NFC", os.fsencode(name).decode("utf-8", "backslashreplace")) if not name.isascii() else name


class Walk:
    """A walk through one INPUT folder, in the order of path parts (NFC, by code point), so that every file system gives the same."""

    def __init__(self, root: pathlib.Path, prefix: str, out: pathlib.Path | None, skipped: Skipped) -> None:
        """Prepare a walk.

        Args:
            root: the folder.
            prefix: what stands before the ids of its files: `""`, or the folder's name where there are several.
            out: the folder that is being written, which is skipped.
            skipped: what is passed by is counted here.
        """
        self._root = root
        self._prefix = prefix
        self._out = out
        self._skipped = skipped
        self._walked: set[tuple[int, int]] = set()

    def __iter__(self) -> Iterator[Found]:
        """Yield the files; a folder that cannot be listed is a `Found` with an error."""
        yield from self._folder(self._root, ())

    def _folder(self, top: pathlib.Path, top_parts: tuple[str, ...]) -> Iterator[Found]:
        # A stack, not recursion: folders may be nested deeper than Python recurses.
        stack = [iter([(top, top_parts)])]
        while stack:
            step = next(stack[-1], None)
            if step is None:
                stack.pop()
                continue
            path, parts = step
            try:
                status = path.stat()
            except (OSError, ValueError) as error:
                if is_known(path.name) or not parts:
                    yield self._problem(path, parts, error)
                else:
                    self._skipped.kinds[ending(path.name)] += 1
                continue
            if not stat.S_ISDIR(status.st_mode):
                if found := self._file(path, parts, status.st_mode):
                    yield found
                continue
            if not self._enters(path, status, bool(parts)):
                continue
            try:
                names = sorted((child.name for child in path.iterdir()), key=lambda name: (clean(name), name))
            except OSError as error:
                yield self._problem(path, parts, error)
                continue
            stack.append(iter([(path / name, (*parts, clean(name))) for name in names if not self._hidden(name)]))

    def _hidden(self, name: str) -> bool:
        self._skipped.hidden += name.startswith(".")
        return name.startswith(".")

    def _enters(self, path: pathlib.Path, status: os.stat_result, below: bool) -> bool:
        key = (status.st_dev, status.st_ino)
        if key in self._walked:
            self._skipped.loops += 1
            return False
        self._walked.add(key)
        # Asked at every folder: OUT may come into being while the walk goes on.
        if self._out is not None and key == _identity(self._out):
            self._skipped.output += 1
            return False
        if below and is_dataset(path):
            self._skipped.datasets += 1
            return False
        return True

    def _file(self, path: pathlib.Path, parts: tuple[str, ...], mode: int) -> Found | None:
        if not stat.S_ISREG(mode):
            self._skipped.special += 1
            return None
        if not is_known(path.name):
            self._skipped.kinds[ending(path.name)] += 1
            return None
        return Found(path, printable(path.as_posix()), self._id(parts), named=False)

    def _id(self, parts: tuple[str, ...]) -> str:
        return "/".join(filter(None, (self._prefix, *parts)))

    def _problem(self, path: pathlib.Path, parts: tuple[str, ...], error: Exception) -> Found:
        reason = getattr(error, "strerror", None) or str(error)
        problem = ReadError("unreadable", f"{path.as_posix()}: cannot be read: {reason}; check that it exists and that you may read it")
        return Found(path, printable(path.as_posix()), self._id(parts) if is_known(path.name) else "", named=False, error=problem)


def _identity(path: pathlib.Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino


def same_folder(one: pathlib.Path, other: pathlib.Path) -> bool:
    """Whether two paths are the same existing folder."""
    identity = _identity(one)
    return identity is not None and identity == _identity(other)
