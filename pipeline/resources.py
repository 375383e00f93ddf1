"""Where shipped data lies: inside the installed package, or beside it in a clone.

The wheel carries `corpus/` and `models/` as `pipeline/_data/…` (see `pyproject.toml`); a clone has them at its top level.
"""

from __future__ import annotations

import pathlib

PACKAGE = pathlib.Path(__file__).resolve().parent


def shipped(*parts: str) -> pathlib.Path:
    """Path of a shipped file or folder, e.g. `shipped("corpus", "lexicon")`.

    Raises:
        FileNotFoundError: it lies neither in the package nor in the clone; the message names both places.
    """
    places = [PACKAGE.joinpath("_data", *parts), PACKAGE.parent.joinpath(*parts)]
    for place in places:
        if place.exists():
            return place
    raise FileNotFoundError(f"{'/'.join(parts)} is missing from this installation (looked in {places[0]} and {places[1]}); reinstall dajim")
