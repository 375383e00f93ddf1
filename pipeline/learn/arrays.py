"""A component's weights on disk: `.npy` arrays and JSON files in one folder, and a list of hashes over a model.

Loading executes nothing (`allow_pickle=False`), and the bytes depend on the content alone (an `.npz` would hold the time of day).
"""

from __future__ import annotations

import hashlib
import json
import pathlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
HASHES = "hashes.json"


class WeightsError(RuntimeError):
    """Weights are missing, altered or not of this version. The message names the file."""


@contextmanager
def made_of(source: object, what: str = "weights of this version") -> Iterator[None]:
    """Inside, arrays and values that were read from `source` are put together; what goes wrong because they are broken or others is told so.

    Raises:
        WeightsError: a part is missing, or the parts do not belong together.
    """
    try:
        yield
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise WeightsError(f"{source}: not {what} ({error}); train the model anew (`dajim train`)") from error


def write(folder: pathlib.Path, arrays: Mapping[str, Array], data: Mapping[str, Any]) -> None:
    """Write arrays to `NAME.npy` and other values to `NAME.json`.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)
    for name, value in data.items():
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def read(folder: pathlib.Path) -> tuple[dict[str, Array], dict[str, Any]]:
    """The arrays and the other values of a folder, by name.

    Raises:
        WeightsError: the folder is missing, or a file in it is neither.
    """
    if not folder.is_dir():
        raise WeightsError(f"{folder}: no such folder; it is written by `dajim train` or `dajim vectors`")
    arrays: dict[str, Array] = {}
    data: dict[str, Any] = {}
    try:
        for path in sorted(folder.glob("*.npy")):
            arrays[path.stem] = np.load(path, allow_pickle=False)
            if not isinstance(arrays[path.stem], np.ndarray):
                raise ValueError(f"{path.name} is no array")
        for path in sorted(folder.glob("*.json")):
            data[path.stem] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, EOFError, RecursionError) as error:
        raise WeightsError(f"{folder}: {error}") from error
    return arrays, data


def seal(folder: pathlib.Path) -> None:
    """Write the SHA-256 of every file below `folder` to its `hashes.json`."""
    found = {path.relative_to(folder).as_posix(): _sha256(path) for path in _files(folder)}
    (folder / HASHES).write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8", newline="\n")


def verify(folder: pathlib.Path) -> None:
    """Hold the files below `folder` against its `hashes.json`; a folder without one is taken as it is (a user's own).

    Raises:
        WeightsError: a file is missing, was added or altered.
    """
    path = folder / HASHES
    if not path.exists():
        return
    try:
        listed: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(listed, dict):
            raise ValueError("not an object of hashes")
        found = {each.relative_to(folder).as_posix(): _sha256(each) for each in _files(folder)}
    except (OSError, ValueError) as error:
        raise WeightsError(f"{path}: {error}") from error
    for name in sorted(listed.keys() | found.keys()):
        if listed.get(name) != found.get(name):
            what = "is missing" if name not in found else "is not listed" if name not in listed else "was altered"
            raise WeightsError(f"{folder / name} {what}: the model is not the one that {HASHES} describes; restore it or train anew")


def _files(folder: pathlib.Path) -> list[pathlib.Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file() and p != folder / HASHES)


def _sha256(path: pathlib.Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
