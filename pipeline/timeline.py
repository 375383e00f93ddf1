"""`dajim timeline`: the promises of a body or on a programme in order of date, and below each what later became of it.

A promise is a planned or ongoing act that carries on none (`commitments.follows` is empty). What leads to it by `follows`, directly or through others, is
what became of it. Whether it is done, under way, open or overdue is read from the last of them and the deadlines: see `State`. Acts of near-duplicate
documents are left out, and so is what a release says twice.
"""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from pipeline.dataset.reading import Dataset, DatasetError
from pipeline.lexicon import default_lexicon, normalise
from pipeline.links.objects import verb_of
from pipeline.schema import OPEN_STATUSES, Row

# done: a later release says that it was completed; ongoing: the last one says that it goes on; overdue: the last deadline has passed, and no later release
# has anything ongoing or completed by the same body on the same programme, linked or not; open: none of these. A day up to the one after the release is no
# deadline: what happens today is reported today.
State = Literal["done", "ongoing", "overdue", "open"]

_ALIKE = 0.6  # share of the shorter act's character pairs that a repetition in the same release has in common


@dataclass(frozen=True, slots=True)
class Event:
    """An act with the date and title of its release."""

    commitment: Row
    published: datetime.date | None
    title: str
    url: str

    @property
    def deadline(self) -> datetime.date | None:
        """The last day by which it was to be done, where that lies ahead of the release."""
        day = self.commitment["deadline_end"]
        if not isinstance(day, datetime.date) or (self.published and day <= self.published + datetime.timedelta(days=1)):
            return None
        return day


@dataclass(slots=True)
class Promise:
    """A promise, what later became of it in order of date, and how it stands."""

    event: Event
    later: list[Event] = field(default_factory=list)
    state: State = "open"


@dataclass(frozen=True, slots=True)
class Timeline:
    """The promises of a body or on a programme, by date."""

    name: str
    label: str
    type: str
    as_of: datetime.date | None
    promises: list[Promise]


def timeline(dataset: Dataset, name: str, label: str, *, as_of: datetime.date | None = None) -> Timeline:
    """The timeline of an entity.

    Args:
        dataset: a dataset folder.
        name: of the entity, canonical or any form that the lexicon or the dataset knows.
        label: ORG for a body, PROGRAM for a programme.
        as_of: day on which deadlines are looked at, and after which nothing is known; the last release of the dataset where it is None.

    Raises:
        DatasetError: no entity, or several, of this name; the dataset cannot be read.
    """
    entity = resolve(dataset, name, label)
    column = "program_ids" if label == "PROGRAM" else "actor_ids"
    documents = {str(d["doc_id"]): d for d in dataset.rows("documents")}
    as_of = as_of or max((d["published"] for d in documents.values() if isinstance(d["published"], datetime.date)), default=None)
    known = {i for i, d in documents.items() if not d["duplicate_of"] and _until(d["published"], as_of)}
    promises: dict[str, Promise] = {}
    news: dict[tuple[str, str], datetime.date] = {}
    later: dict[str, Row] = {}  # few commitments follow any: the others need not stay in memory
    for row in dataset.rows("commitments"):
        if row["doc_id"] not in known:
            continue
        _note(news, row, documents[str(row["doc_id"])]["published"])
        if row["follows"]:
            later[str(row["commitment_id"])] = row
        elif row["status"] in OPEN_STATUSES and entity["entity_id"] in _list(row, column):
            promises[str(row["commitment_id"])] = Promise(_event(row, documents))
    for commitment_id, row in later.items():
        root = _root(commitment_id, later)
        if root in promises:
            promises[root].later.append(_event(row, documents))
    found = _told_once(sorted(promises.values(), key=lambda p: _order(p.event)))
    for promise in found:
        promise.later.sort(key=_order)
        promise.state = _state(promise, as_of, news)
    return Timeline(str(entity["name"]), label, str(entity["type"]), as_of, found)


def resolve(dataset: Dataset, name: str, label: str) -> Row:
    """The row of `entities` that a name means: by the lexicon, by canonical name, by alias; spelling variants count as the same.

    Raises:
        DatasetError: none, or several; the message names what is near.
    """
    key = normalise(name)
    entities = [e for e in dataset.rows("entities") if e["label"] == label]
    entry = default_lexicon().lookup(name, label)
    for same in (
        [e for e in entities if entry and e["entity_id"] == entry.id],
        [e for e in entities if normalise(str(e["name"])) == key],
        [e for e in entities if any(normalise(a) == key for a in _list(e, "aliases"))],
    ):
        if len(same) == 1:
            return same[0]
        if same:
            raise DatasetError(f"{name!r} may be {', '.join(str(e['name']) for e in same)}; name one of them")
    names = {normalise(str(e["name"])): str(e["name"]) for e in entities}
    near = [n for k, n in names.items() if key and key in k][:5] or [names[k] for k in difflib.get_close_matches(key, names, 5, 0.6)]
    raise DatasetError(f"no {label} {name!r} in {dataset.folder}" + (f"; near: {', '.join(near)}" if near else ""))


def _root(commitment_id: str, later: dict[str, Row]) -> str:
    """The first of the chain that a commitment belongs to."""
    while commitment_id in later:  # follows points to an earlier day, so that this ends
        commitment_id = str(later[commitment_id]["follows"])
    return commitment_id


def _event(row: Row, documents: dict[str, Row]) -> Event:
    document = documents[str(row["doc_id"])]
    published = document["published"]
    return Event(row, published if isinstance(published, datetime.date) else None, str(document["title"] or ""), str(document["url"] or ""))


def _order(event: Event) -> tuple[datetime.date, str, int, int]:
    row = event.commitment
    sentence, start = row["sent_id"], row["start"]
    return (
        event.published or datetime.date.max,
        str(row["doc_id"]),
        sentence if isinstance(sentence, int) else 0,
        start if isinstance(start, int) else 0,
    )


def _until(published: object, as_of: datetime.date | None) -> bool:
    return as_of is None or not isinstance(published, datetime.date) or published <= as_of


def _note(news: dict[tuple[str, str], datetime.date], row: Row, published: object) -> None:
    """Note the last day on which a body was said to do, or have done, anything on a programme."""
    if row["status"] != "planned" and isinstance(published, datetime.date):
        for pair in _pairs(row):
            news[pair] = max(published, news.get(pair, published))


def _pairs(row: Row) -> Iterator[tuple[str, str]]:
    return ((actor, programme) for actor in _list(row, "actor_ids") if actor for programme in _list(row, "program_ids"))


def _state(promise: Promise, as_of: datetime.date | None, news: dict[tuple[str, str], datetime.date]) -> State:
    if any(e.commitment["status"] == "completed" for e in promise.later):
        return "done"
    last = ([promise.event, *promise.later])[-1]
    deadlines = [e.deadline for e in (promise.event, *promise.later) if e.deadline]
    if deadlines and as_of and deadlines[-1] < as_of and not (last.published and last.published > deadlines[-1]):
        told = max((news[pair] for pair in _pairs(promise.event.commitment) if pair in news), default=None)
        if told is None or (promise.event.published and told <= promise.event.published):
            return "overdue"
    return "ongoing" if last.commitment["status"] == "ongoing" else "open"


def _told_once(promises: Iterable[Promise]) -> list[Promise]:
    """Promises without those that a release repeats (its title says what its text says): the one with a deadline stays, else the longer."""
    kept: list[Promise] = []
    for promise in promises:
        row = promise.event.commitment
        for n, other in enumerate(kept):
            if other.event.commitment["doc_id"] == row["doc_id"] and _alike(other.event.commitment, row):
                better = max(other, promise, key=lambda p: (bool(p.event.commitment["deadline_text"]), len(str(p.event.commitment["action"]))))
                better.later = other.later + promise.later
                kept[n] = better
                break
        else:
            kept.append(promise)
    return kept


def _alike(a: Row, b: Row) -> bool:
    if verb_of(str(a["action_lemma"] or "")) != verb_of(str(b["action_lemma"] or "")):
        return False
    one, other = ({t[i : i + 2] for i in range(len(t) - 1)} for t in (normalise(str(r["action"])) for r in (a, b)))
    return len(one & other) >= _ALIKE * max(1, min(len(one), len(other)))


def _list(row: Row, column: str) -> list[str]:
    value = row[column]
    return value if isinstance(value, list) else []
