"""Exchange of the old dataset for the new one, so that what is interrupted can be finished or undone.

The new files lie complete in `OUT/.dajim/new/` before anything in OUT is touched. Then a journal is written: from here on the
exchange will be finished, by this run or at the next start. Each old file is moved to `OUT/.dajim/old/` and its successor into
its place. `run.json` goes first and comes last, so that a folder with a `run.json` never holds a mixture, even for a reader that
looks in meanwhile. The folder `text/` moves as one, however many files it holds; files in it that dajim did not write move along.

Both directions look at what lies where and can be interrupted and started again at any step.
"""

from __future__ import annotations

import json
import os
import pathlib
from collections.abc import Collection
from dataclasses import asdict, dataclass

from pipeline.dataset.paths import RUN, TEXT

JOURNAL = "journal.json"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is exchanged: names of the new files, of old ones without successor, and what is not dajim's in the old `text/`."""

    new: list[str]
    stale: list[str]
    foreign: list[str]


def planned(work: pathlib.Path) -> Plan | None:
    """The plan of an exchange that was begun.

    Raises:
        OSError: the journal cannot be read.
        ValueError: the journal is damaged.
    """
    path = work / JOURNAL
    if not path.exists():
        return None
    try:
        return Plan(**json.loads(path.read_text(encoding="utf-8")))
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path} is damaged") from error


def begin(work: pathlib.Path, plan: Plan) -> None:
    """Write the journal: after this the exchange counts as decided.

    Raises:
        OSError: it cannot be written.
    """
    if hasattr(os, "sync"):
        os.sync()  # the staged files must be on disk before the journal says so; one call, for there may be 100,000
    draft = work / f"{JOURNAL}.new"
    with draft.open("w", encoding="utf-8") as file:
        json.dump(asdict(plan), file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(work / JOURNAL)
    _sync(work)


def forward(out: pathlib.Path, work: pathlib.Path, plan: Plan) -> None:
    """Put the new dataset in place.

    Raises:
        OSError: a file cannot be moved.
    """
    new, old = work / "new", work / "old"
    old.mkdir(exist_ok=True)
    if _there(new / RUN):
        _move(out / RUN, old / RUN)
    for name in plan.stale:
        _move(out / name, old / name)
    for name in plan.new:
        if name != RUN and _there(new / name):
            _move(out / name, old / name)
            _move(new / name, out / name)
    _carry(old / TEXT, out / TEXT, plan.foreign)
    _move(new / RUN, out / RUN)


def backward(out: pathlib.Path, work: pathlib.Path, plan: Plan) -> None:
    """Put the old dataset back.

    Raises:
        OSError: a file cannot be moved.
    """
    new, old = work / "new", work / "old"
    if not _there(new / RUN):
        _move(out / RUN, new / RUN)
    for name in plan.new:
        if name != RUN:
            if not _there(new / name):
                _move(out / name, new / name)
            _move(old / name, out / name)
    for name in plan.stale:
        _move(old / name, out / name)
    _carry(new / TEXT, out / TEXT, plan.foreign)
    _move(old / RUN, out / RUN)


def end(out: pathlib.Path, work: pathlib.Path) -> None:
    """Forget the journal of an exchange that is complete in either direction.

    Raises:
        OSError: it cannot be removed.
    """
    _sync(out)
    (work / JOURNAL).unlink(missing_ok=True)
    _sync(work)


def _move(source: pathlib.Path, target: pathlib.Path) -> None:
    if _there(source):
        source.replace(target)


def _there(path: pathlib.Path) -> bool:
    return os.path.lexists(path)


def _carry(source: pathlib.Path, target: pathlib.Path, foreign: Collection[str]) -> None:
    for name in foreign:
        if not _there(target / name):
            _move(source / name, target / name)


def _sync(folder: pathlib.Path) -> None:
    """Put a folder's entries on disk, where the system can."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:  # some file systems refuse it for folders
        pass
    finally:
        os.close(descriptor)
