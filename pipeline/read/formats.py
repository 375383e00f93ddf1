"""The document formats, in the order in which they are asked. A new format is one file with a `FORMAT` and one line here."""

from __future__ import annotations

from pipeline.read import plain
from pipeline.read.document import Format

FORMATS: tuple[Format, ...] = (plain.FORMAT,)  # plain text last: it takes what no other recognises
ENDINGS = frozenset(ending for each in FORMATS for ending in each.endings)


def format_of(data: bytes) -> Format:
    """The format of a document, by its content.

    >>> format_of("새날시".encode()).name
    'plain text'
    """
    return next(each for each in FORMATS if each.recognises(data))
