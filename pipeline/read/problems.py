"""What may go wrong while reading: a problem of one document, and a problem of the arguments as a whole."""

from __future__ import annotations

from pipeline.schema import Failure


class InputError(ValueError):
    """Nothing can be read with these arguments. The message is one line: what was given, what is wrong, what to do."""


class ReadError(Exception):
    """One document (a file, a row) cannot be read. Never leaves `pipeline.read`: the door turns it into a `Failure`.

    Attributes:
        error: one of `schema.ERRORS`.
        message: what, where, and what to do.
        doc_id: the document's id, where the thrower knows it better than the catcher.
    """

    def __init__(self, error: str, message: str, doc_id: str | None = None) -> None:
        """Keep what went wrong."""
        super().__init__(message)
        self.error = error
        self.message = message
        self.doc_id = doc_id

    def failure(self, source: str, doc_id: str) -> Failure:
        """The row of `errors` that tells of it; `doc_id` where the error does not carry its own."""
        return Failure(printable(source), printable(doc_id if self.doc_id is None else self.doc_id), "read", self.error, printable(self.message))


def printable(text: str) -> str:
    r"""`text` as it may be written as UTF-8: a lone surrogate becomes its escape.

    >>> printable("a\ud800")
    'a\\ud800'
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def shown(value: object) -> str:
    """A value as a message quotes it: one line, at most 60 characters, without the `|` that parts a list in a cell.

    >>> shown("내일|모레")
    "'내일/모레'"
    """
    text = repr(value) if isinstance(value, str) else str(value)
    text = printable(" ".join(text.split())).replace("|", "/")
    return text if len(text) <= 60 else f"{text[:57]}..."
