"""What a reader of one document format hands over, and what a format is. The formats are listed in `formats`."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

MAX_BYTES = 64 * 1024 * 1024  # of one document, decompressed: a hundred times the longest release, little enough for any memory


@dataclass(frozen=True, slots=True)
class Document:
    """One release out of a file. What a format does not know stays empty; the door fills it from the header of the text."""

    text: str  # as decoded; the door applies the rules of Text
    encoding: str = "utf-8"
    title: str = ""
    published: datetime.date | None = None
    issuer: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """A document format.

    Attributes:
        name: as messages call it.
        media_type: for `documents.media_type`.
        endings: endings under which a walk picks its files up, in lower case, with the dot.
        recognises: whether the first bytes of a file are of this format, whatever its ending.
        parse: bytes and the name of the file (for messages) -> document; raises `ReadError`.
    """

    name: str
    media_type: str
    endings: tuple[str, ...]
    recognises: Callable[[bytes], bool]
    parse: Callable[[bytes, str], Document]
