"""A timeline as text for reading, as CSV, or as JSON. Text follows the user's locale; CSV and JSON never do."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator

from pipeline.dataset.plain import csv_line
from pipeline.messages import say
from pipeline.schema import Row, Value
from pipeline.show import clean
from pipeline.timeline import Event, Promise, Timeline

FORMATS = ("text", "csv", "json")
COLUMNS = (
    "promise_id",
    "commitment_id",
    "state",
    "published",
    "status",
    "actors",
    "action",
    "programs",
    "deadline_text",
    "deadline_start",
    "deadline_end",
    "title",
    "url",
)
_MARKS = {"done": "✔", "ongoing": "…", "overdue": "!", "open": "·"}


def formatted(found: Timeline, form: str) -> str:
    """The timeline in one of `FORMATS`."""
    if form == "csv":
        return csv_line(COLUMNS) + "".join(csv_line(row[c] for c in COLUMNS) for row in _rows(found))
    if form == "json":
        return json.dumps(_tree(found), ensure_ascii=False, indent=2, default=str) + "\n"
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Timeline) -> Iterator[str]:
    count = {s: sum(p.state == s for p in found.promises) for s in _MARKS}
    day = found.as_of.isoformat() if found.as_of else "?"
    yield clean(say("{name}: {n} promises as of {day}", name=found.name, n=len(found.promises), day=day))
    if found.promises:
        yield "  " + ", ".join(f"{_MARKS[s]} {say(f'state {s}')} {n}" for s, n in count.items() if n)
    for promise in found.promises:
        yield ""
        yield f"{_day(promise.event)}  {_MARKS[promise.state]} {say(f'state {promise.state}')}  {_said(promise.event)}"
        yield from _cells(promise.event)
        for event in promise.later:
            yield f"    → {_day(event)}  {_said(event)}"
            yield from ("    " + line for line in _cells(event))


def _said(event: Event) -> str:
    row = event.commitment
    return clean(f"[{say(str(row['status']))}] {' + '.join(_list(row['actors'])) or '?'}: {' '.join(str(row['action']).split())}")


def _cells(event: Event) -> Iterator[str]:
    row = event.commitment
    first, last = row["deadline_start"], row["deadline_end"]
    days = f" ({first or ''}..{last or ''})" if first or last else ""
    if row["deadline_text"]:
        yield clean(f"            {say('deadline')}: {row['deadline_text']}{days}")
    yield clean(f"            {row['commitment_id']}  {event.title}")


def _day(event: Event) -> str:
    return event.published.isoformat() if event.published else "????-??-??"


def _rows(found: Timeline) -> Iterator[dict[str, Value]]:
    for promise in found.promises:
        promise_id = str(promise.event.commitment["commitment_id"])
        for event in (promise.event, *promise.later):
            yield {"promise_id": promise_id, "state": promise.state, **_cellsof(event)}


def _cellsof(event: Event) -> dict[str, Value]:
    row: Row = event.commitment
    own: dict[str, Value] = {"published": event.published, "title": event.title, "url": event.url}
    return own | {c: row[c] for c in COLUMNS if c in row}


def _tree(found: Timeline) -> dict[str, object]:
    def node(promise: Promise) -> dict[str, object]:
        return {"state": promise.state, **_plain(promise.event), "later": [_plain(e) for e in promise.later]}

    head = {"name": found.name, "label": found.label, "type": found.type, "as_of": _iso(found.as_of)}
    return {**head, "promises": [node(p) for p in found.promises]}


def _plain(event: Event) -> dict[str, object]:
    return {c: _iso(v) if isinstance(v, datetime.date) else v for c, v in _cellsof(event).items()}


def _iso(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None


def _list(value: Value) -> list[str]:
    return value if isinstance(value, list) else []
