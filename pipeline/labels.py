"""The categories, which are data: a file with a name, a Korean name and a definition a line.

The shipped ones are those of the codebook (`corpus/categories.tsv`). Who tracks other things names a file of their own in the environment
variable `DAJIM_CATEGORIES`, labels releases with it, trains (`dajim train`), and runs with the same file.
"""

from __future__ import annotations

import os
import pathlib
import re
from collections.abc import Mapping

from pipeline.resources import shipped

VARIABLE = "DAJIM_CATEGORIES"
_HEADER = ["name", "korean", "covers"]
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class LabelsError(ValueError):
    """The file of categories is missing or broken. The message names file and line."""


def categories(path: pathlib.Path | None = None) -> Mapping[str, str]:
    """Name -> Korean name of every category, in the order of the file.

    Args:
        path: the file; that of `$DAJIM_CATEGORIES`, or the shipped one, where it is None.

    Raises:
        LabelsError: it cannot be read, has another header, names one twice or has a name that is no identifier.

    >>> list(categories(shipped("corpus", "categories.tsv")))[:2]
    ['innovation', 'startup']
    """
    own = os.environ.get(VARIABLE)
    path = path or (pathlib.Path(own) if own else shipped("corpus", "categories.tsv"))
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise LabelsError(f"{path}: cannot be read ({error}); {VARIABLE} names the file of categories") from error
    found: dict[str, str] = {}
    header: list[str] = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if not header:
            header = cells
            if header != _HEADER:
                raise LabelsError(f"{path}:{number}: columns are {', '.join(header)}; expected {', '.join(_HEADER)}, separated by tabs")
            continue
        if len(cells) != len(_HEADER) or not all(cells):
            raise LabelsError(f"{path}:{number}: {len(cells)} cells, expected {', '.join(_HEADER)}, none empty")
        name, korean, _ = cells
        if not _NAME.fullmatch(name) or name == "none":
            raise LabelsError(f"{path}:{number}: {name!r} is no name of a category: small letters, digits and _, and not `none`")
        if name in found:
            raise LabelsError(f"{path}:{number}: {name} stands there twice")
        found[name] = korean
    if len(found) < 2:
        raise LabelsError(f"{path}: fewer than two categories")
    return found
