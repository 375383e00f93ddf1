"""Plain text."""

from __future__ import annotations

from pipeline.read.decode import decode
from pipeline.read.document import Document, Format


def parse(data: bytes, where: str) -> Document:
    """Decode a plain text.

    Raises:
        ReadError: `binary` or `undecodable`.
    """
    text, encoding = decode(data, where)
    return Document(text, encoding)


# It recognises everything, so it stands last in `formats.FORMATS`; what is no text is found when it is decoded.
FORMAT = Format("plain text", "text/plain", (".txt",), lambda _: True, parse)
