"""Files of stand-off annotations: one JSON object a line, ordered by id, without the text.

The reader is strict: what it accepts, the writer gives back byte by byte in meaning. A broken line is a `CorpusError` that names
file, line and part.
"""

from __future__ import annotations

import itertools
import json
import pathlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from pipeline.corpus.annotation import Annotation


class CorpusError(ValueError):
    """The corpus, or a file that is to become part of it, is broken. The message says where, and what to mend."""


def _is_int(value: object) -> bool:
    return type(value) is int  # True is an int, too


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _is_span(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_int, value))


def _is_quantity(value: object) -> bool:
    if not isinstance(value, dict) or not {"value"} <= set(value) <= {"span", "value"}:
        return False
    return isinstance(value["value"], str) and (value.get("span") is None or _is_span(value["span"]))


def _list_of(test: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list) and all(map(test, value))


# Part -> the keys that each of its items must have and may have, with what their values must be.
_Keys = Mapping[str, tuple[Callable[[object], bool], str]]
_SPAN, _TEXT, _INT = (_is_span, "a span [start, end]"), (_is_text, "text that is not empty"), (_is_int, "a whole number")
_TEXTS, _INTS = (_list_of(_is_text), "a list of texts"), (_list_of(_is_int), "a list of whole numbers")
_QUANTITY, _QUANTITIES = (_is_quantity, "an object of span and value"), (_list_of(_is_quantity), "a list of objects of span and value")
_PARTS: Mapping[str, tuple[_Keys, _Keys]] = {
    "units": ({"span": _SPAN, "kind": _TEXT}, {"status": _TEXT, "category": _TEXT, "secondary": _TEXTS, "section": _INT}),
    "mentions": ({"span": _SPAN, "label": _TEXT}, {"entity": _TEXT}),
    "acts": (
        {"unit": _INT, "span": _SPAN, "predicate": _TEXT, "status": _TEXT, "category": _TEXT, "actors": _TEXTS},
        {"programs": _INTS, "beneficiary": _SPAN, "deadline": _QUANTITY, "amounts": _QUANTITIES, "counts": _QUANTITIES, "speaker": _SPAN},
    ),
}


def read_standoff(path: pathlib.Path) -> list[Annotation]:
    """The annotations of a file.

    Raises:
        CorpusError: the file cannot be read, a line is no annotation, ids do not ascend.
    """
    found: list[Annotation] = []
    for number, line in lines(path):
        annotation = from_line(line, f"{path}:{number}")
        if found and annotation.id <= found[-1].id:
            fault = "stands twice" if annotation.id == found[-1].id else f"follows {found[-1].id}"
            raise CorpusError(f"{path}:{number}: the id {annotation.id} {fault}; order the lines by id, one a document")
        found.append(annotation)
    return found


def lines(path: pathlib.Path) -> Iterator[tuple[int, str]]:
    """The lines of a text file that are not blank, with their numbers; line ends may be those of Windows.

    Raises:
        CorpusError: the file cannot be read as UTF-8.
    """
    # Not splitlines: text may hold U+2028 and the like, which end no line of JSON.
    for number, line in enumerate(read_file(path).split("\n"), 1):
        if line.strip():
            yield number, line


def read_file(path: pathlib.Path) -> str:
    """A file's text.

    Raises:
        CorpusError: the file cannot be read as UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path}: byte {error.start} is no UTF-8; save the file as UTF-8") from error


def parsed(text: str, where: str) -> Any:
    """A piece of JSON.

    Raises:
        CorpusError: it is none.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        at = f" (character {error.pos}: {error.msg})" if isinstance(error, json.JSONDecodeError) else ""
        raise CorpusError(f"{where}: no JSON{at}") from error


def from_line(line: str, where: str) -> Annotation:
    r"""The annotation on a line.

    Raises:
        CorpusError: the line is none.

    >>> from_line('{"id": "a", "sha256": "0", "units": [], "mentions": [{"span": [0, 2]}], "acts": []}', "train.jsonl:1")
    Traceback (most recent call last):
    pipeline.corpus.standoff.CorpusError: train.jsonl:1: mentions[0] has no `label`
    """
    data = parsed(line, where)
    if not isinstance(data, dict):
        raise CorpusError(f"{where}: the line is no object")
    _keys(
        data, {"id": _TEXT, "sha256": _TEXT} | dict.fromkeys(_PARTS, (_list_of(lambda item: isinstance(item, dict)), "a list of objects")), {}, where
    )
    for part, (required, optional) in _PARTS.items():
        for i, item in enumerate(data[part]):
            _keys(item, required, optional, where, f"{part}[{i}]")
    return Annotation.from_json(data)


def check_item(part: str, item: Mapping[str, Any], where: str) -> None:
    """Refuse an item of `units`, `mentions` or `acts` whose keys or values are not those of the stand-off form.

    Raises:
        CorpusError: a key is missing or unknown, or its value is of the wrong kind.
    """
    _keys(item, *_PARTS[part], where, "it")


def _keys(item: Mapping[str, Any], required: _Keys, optional: _Keys, where: str, what: str = "the annotation") -> None:
    if missing := [key for key in required if key not in item]:
        raise CorpusError(f"{where}: {what} has no `{missing[0]}`")
    known = {**required, **optional}
    for key, value in item.items():
        if key not in known:
            raise CorpusError(f"{where}: {what} has the unknown key `{key}`; keys are {', '.join(known)}")
        if not known[key][0](value):
            raise CorpusError(f"{where}: `{key}` of {what} is not {known[key][1]}")


def write_standoff(path: pathlib.Path, annotations: Iterable[Annotation]) -> int:
    """Write annotations, ordered by id; returns how many.

    Raises:
        CorpusError: an id stands twice, or the file cannot be written.
    """
    ordered = sorted(annotations, key=lambda a: a.id)
    for one, other in itertools.pairwise(ordered):
        if one.id == other.id:
            raise CorpusError(f"{path}: two annotations bear the id {one.id}")
    write_file(path, "".join(json.dumps(a.to_json(), ensure_ascii=False) + "\n" for a in ordered))
    return len(ordered)


def write_file(path: pathlib.Path, text: str) -> None:
    """Write a text file.

    Raises:
        CorpusError: it cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise CorpusError(f"{path}: cannot be written: {error.strerror}") from error
