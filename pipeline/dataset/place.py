"""The folder OUT: whether it may be written, what an interrupted run left there, and the work folder inside it."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
from collections.abc import Collection
from types import TracebackType
from typing import IO, Literal

from pipeline.dataset import swap
from pipeline.dataset.paths import FILES, RUN, TEXT, WAL
from pipeline.read import is_dataset

WORK = ".dajim"
_LOCK = "lock"
_DESKTOP = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})  # what a file manager leaves in a folder that was only looked at

Reason = Literal["file", "foreign", "unwritable", "busy", "blocked", "unrepaired", "missing"]
_WORDS: dict[Reason, str] = {
    "file": "is a file; name a folder",
    "foreign": "is not empty and holds no dataset of dajim; name another folder",
    "unwritable": "cannot be written",
    "busy": "is being written by another run of dajim",
    "blocked": "is in the way of a file of the dataset; move it",
    "unrepaired": "holds an interrupted exchange of datasets that cannot be finished; close the files that are open and start again",
    "missing": "needs a library that is not installed",
}


class OutputError(Exception):
    """OUT, or a format, is refused. `reason` and `path` say why, for a message in the user's language; `detail` is the system's word."""

    def __init__(self, reason: Reason, path: pathlib.Path | str, detail: object = "") -> None:
        """Refuse `path` for `reason`."""
        super().__init__(f"{path} {_WORDS[reason]}" + (f" ({detail})" if detail else ""))
        self.reason: Reason = reason
        self.path = pathlib.Path(path)
        self.detail = str(detail)


class Place:
    """OUT while a run works on it: locked, with a work folder `OUT/.dajim/`. Made by `prepare`; close it, or use `with`.

    Attributes:
        out: the dataset folder.
        work: the work folder.
        spool: where the documents' rows may wait.
        stage: where the new files are put together.
    """

    def __init__(self, out: pathlib.Path, lock: IO[bytes], made: list[pathlib.Path]) -> None:
        """Use `prepare`."""
        self.out = out
        self.work = out / WORK
        self.spool = self.work / "spool"
        self.stage = self.work / "new"
        self._lock = lock
        self._made = made

    def exchange(self, texts: Collection[str]) -> None:
        """Put what lies in `stage` into OUT, in place of what dajim wrote there before.

        Args:
            texts: names of the new files in `text/`.

        Raises:
            OutputError: it cannot be done; the old dataset is there unchanged, or the next start finishes the exchange.
        """
        old_files, old_texts = _written(self.out)
        new = sorted(_listed(self.stage))
        stale = sorted(name for name in {*old_files, WAL} - set(new) if os.path.lexists(self.out / name))
        plan = swap.Plan(new=new, stale=stale, foreign=sorted(_listed(self.out / TEXT) - old_texts - set(texts)))
        _check_blocked(self.out)
        try:
            swap.begin(self.work, plan)
        except OSError as error:
            raise OutputError("unwritable", self.work, error) from error
        try:
            swap.forward(self.out, self.work, plan)
            swap.end(self.out, self.work)
        except OSError as error:
            self._undo(plan, error)
        except BaseException:  # Ctrl-C in the middle: a few renames are left, then stop
            swap.forward(self.out, self.work, plan)
            swap.end(self.out, self.work)
            raise

    def _undo(self, plan: swap.Plan, error: OSError) -> None:
        try:
            swap.backward(self.out, self.work, plan)
            swap.end(self.out, self.work)
        except OSError as second:
            raise OutputError("unrepaired", self.out, second) from second
        raise OutputError("unwritable", pathlib.Path(error.filename or self.out), error.strerror or error) from error

    def close(self) -> None:
        """Remove the work folder (not one that the next start needs), and OUT if nothing came of it; give up the lock."""
        finished = not (self.work / swap.JOURNAL).exists()
        if os.name == "nt":  # an open file cannot be removed there
            self._lock.close()
        if finished:
            shutil.rmtree(self.work, ignore_errors=True)
        self._lock.close()
        for folder in self._made:
            try:
                folder.rmdir()
            except OSError:
                break

    def __enter__(self) -> Place:
        """The place itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close it."""
        self.close()


def prepare(out: pathlib.Path | str) -> Place:
    """Take OUT for a run: check it, make it, lock it, and repair what an interrupted run left over.

    OUT is absent, empty, or holds a dajim `run.json`. The names of the dataset's files (`paths.FILES`) are dajim's there; everything
    else is left alone.

    Raises:
        OutputError: it is refused. Nothing in it was changed, save that an interrupted exchange may have been finished.
    """
    out = pathlib.Path(out)
    try:
        if out.exists() and not out.is_dir():
            raise OutputError("file", out)
        if not _ours(out):
            raise OutputError("foreign", out)
        made = _make(out)
        lock = _locked(out)
    except OSError as error:
        raise OutputError("unwritable", out, error.strerror or error) from error
    place = Place(out, lock, made)
    try:
        _repair(out)
        _check_blocked(out)
    except BaseException:
        place.close()
        raise
    return place


def _ours(out: pathlib.Path) -> bool:
    if not out.exists() or not _listed(out) - _DESKTOP - {WORK}:
        return True
    return is_dataset(out) or (out / WORK / swap.JOURNAL).is_file()


def _written(out: pathlib.Path) -> tuple[set[str], set[str]]:
    """What the old `run.json` lists: files of OUT, files of `text/`. Names that dajim never gives do not count."""
    run = json.loads((out / RUN).read_text(encoding="utf-8")) if is_dataset(out) else {}
    files, texts = run.get("files"), run.get("texts")
    paths = [file.get("path") for file in files if isinstance(file, dict)] if isinstance(files, list) else []
    return {p for p in paths if isinstance(p, str) and p in FILES}, {t for t in texts if isinstance(t, str)} if isinstance(texts, list) else set()


def _listed(folder: pathlib.Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def _make(out: pathlib.Path) -> list[pathlib.Path]:
    """Make OUT and the folders above it; those that are new, innermost first."""
    missing = [folder for folder in (out, *out.parents) if not folder.exists()]
    out.mkdir(parents=True, exist_ok=True)
    return missing


def _check_blocked(out: pathlib.Path) -> None:
    text = out / TEXT
    if os.path.lexists(text) and (text.is_symlink() or not text.is_dir()):
        raise OutputError("blocked", text)
    for name in sorted(FILES):
        if (out / name).is_dir():
            raise OutputError("blocked", out / name)


def _repair(out: pathlib.Path) -> None:
    work = out / WORK
    try:
        plan = swap.planned(work)
        if plan is not None:
            try:
                swap.forward(out, work, plan)
            except OSError:
                swap.backward(out, work, plan)
            swap.end(out, work)
    except (OSError, ValueError) as error:
        raise OutputError("unrepaired", out, error) from error
    for path in sorted(work.iterdir()):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != _LOCK:
            path.unlink(missing_ok=True)


def _locked(out: pathlib.Path) -> IO[bytes]:
    """The open lock file of OUT's work folder. The system gives a lock up when its process ends, however it ends."""
    path = out / WORK / _LOCK
    while True:
        path.parent.mkdir(exist_ok=True)
        try:
            lock = path.open("ab")
        except FileNotFoundError:  # another run has just removed its work folder
            continue
        try:
            _lock(lock)
            # Removed by the run that held it until now: a lock on nothing.
            if path.exists() and (os.name == "nt" or os.path.samestat(os.fstat(lock.fileno()), path.stat())):
                return lock
        except (BlockingIOError, PermissionError) as error:
            lock.close()
            raise OutputError("busy", out) from error
        except OSError:  # a file system without locks
            return lock
        lock.close()


def _lock(file: IO[bytes]) -> None:
    try:
        import fcntl
    except ImportError:
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
