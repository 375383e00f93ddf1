"""`pipeline.extract`: texts or paths in, pandas frames out, without a folder in between."""

from __future__ import annotations

import datetime
import os
import pathlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline import batch, read
from pipeline.dataset import gathered
from pipeline.dataset.frames import Frames, frames
from pipeline.links import link
from pipeline.schema import Failure, Release

_LOOKS_LIKE_A_PATH = re.compile(r"\S+\.(?:txt|jsonl|csv)(?:\.gz)?")


def extract(
    inputs: str | os.PathLike[str] | Iterable[Any],
    *,
    published: datetime.date | None = None,
    model: str | os.PathLike[str] | None = None,
    workers: int = 0,
) -> Frames:
    """Read releases and return the dataset as frames, one a table of the contract.

    Args:
        inputs: a text, a path, a mapping with the columns of a table file (`text` required), or any number of them. A string that
            names an existing file or folder is a path, another string a text.
        published: date of releases that carry none.
        model: folder of a pipeline; the shipped one where it is None.
        workers: processes; 0 for one a core.

    Raises:
        FileNotFoundError: a string looks like a path to a file that does not exist.
        pipeline.read.InputError: there is nothing to read.

    >>> import pipeline
    >>> data = pipeline.extract("산림청은 2027년까지 숲길 300km를 정비할 계획이다.")
    >>> data.commitments[["actors", "deadline_end", "counts"]].iloc[0].tolist()
    [['산림청'], Timestamp('2027-12-31 00:00:00'), ['300 km']]
    """
    items: list[Any] = [inputs] if isinstance(inputs, (str, os.PathLike, Mapping)) else list(inputs)
    paths = [item for item in items if _is_path(item)]
    texts = [item for item in items if not _is_path(item)]
    stream: list[Iterable[Release | Failure]] = []
    if paths:
        stream.append(read.read(paths, published=published))
    if texts:
        stream.append(read.from_texts(texts, published=published))
    releases = (item for part in stream for item in part)
    results = batch.run(releases, model=pathlib.Path(model) if model else None, workers=workers)
    return frames(gathered(results, link=link))


def _is_path(item: object) -> bool:
    if isinstance(item, os.PathLike):
        return True
    if not isinstance(item, str) or "\n" in item or len(item) > 1_000 or "\0" in item:
        return False
    if pathlib.Path(item).exists() and item.strip():
        return True
    if _LOOKS_LIKE_A_PATH.fullmatch(item):
        raise FileNotFoundError(f"no file {item!r}; pass the text itself, or a path that exists")
    return False
