"""Expectations as marks in the text: `⟦내년 3월⟧ 문을 연다`."""

import re

_MARK = re.compile(r"⟦([^⟦⟧]+)⟧")


def marked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without its marks, and the offsets that they enclose.

    Raises:
        ValueError: a mark is not closed or not opened.
    """
    spans: list[tuple[int, int]] = []
    plain, at = "", 0
    for match in _MARK.finditer(text):
        plain += text[at : match.start()]
        spans.append((len(plain), len(plain) + len(match[1])))
        plain += match[1]
        at = match.end()
    plain += text[at:]
    if "⟦" in plain or "⟧" in plain:
        raise ValueError(f"broken markup: {text!r}")
    return plain, spans
