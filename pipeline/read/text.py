"""The rules of Text: what offsets count in (`dataset.md`, Input)."""

from __future__ import annotations

import re
import unicodedata

from pipeline.read.problems import ReadError

BOM = "\ufeff"
_SURROGATE = re.compile("[\ud800-\udfff]")


def to_text(raw: str, where: str) -> str:
    r"""A decoded document as Text: one BOM dropped, `\r\n` and `\r` made `\n`, Unicode NFC, nothing else changed.

    Args:
        raw: the decoded document or the cell of a table.
        where: file and line, for the message.

    Raises:
        ReadError: `surrogate` (a lone surrogate has no UTF-8) or `empty` (nothing but white space).

    >>> to_text("\ufeff새날시\r\n 쉼터", "a.txt")
    '새날시\n 쉼터'
    """
    text = raw.removeprefix(BOM)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if lone := surrogate(text):
        line = text.count("\n", 0, lone[0]) + 1
        message = f"{where}: character {lone[0]} of the text (line {line}) is the lone surrogate {lone[1]}; write the character itself or a whole \\ud83d\\ude00 pair"
        raise ReadError("surrogate", message)
    if not text.strip():
        raise ReadError("empty", f"{where}: the text is empty or nothing but white space; leave it out or give its text")
    return unicodedata.normalize("NFC", text)


def surrogate(text: str) -> tuple[int, str] | None:
    r"""Position and escape of the first lone surrogate of `text`.

    >>> surrogate("새\ud800")
    (1, '\\ud800')
    """
    # Almost every text encodes; the search through millions of characters is only for those that do not.
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        match = _SURROGATE.search(text)
        return (match.start(), f"\\u{ord(match[0]):04x}") if match else None
    return None
