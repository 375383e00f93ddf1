"""Which earlier commitment a commitment carries on (`commitments.follows`).

An act follows an earlier one where all of this holds (what is unclear is left empty, for a wrong link is worse than none):

- they share an actor that is an entity, and a programme that is one thing: an entity of the lexicon or a name of four syllables or more, and not in the
  list `generic` of `cues/links.tsv`;
- both acts are *on* the programme (`objects.target`), and on the same part of it: 참여 기업 and 개막식 of one programme are two undertakings;
- their verbs belong together (`cues/follows.tsv`);
- the later release appeared on a later day, and is no near-duplicate of the earlier;
- the earlier act is planned or ongoing, the later one ongoing or completed. A planned act follows a planned one only as the same promise renewed: the same
  verb, and a deadline that begins or ends on the same day; without that a yearly programme would look like one promise;
- their times, where both have one, are not apart;
- they name the same edition: `2차` is not `3차`, nor what has no ordinal, and 2031 is not 2032;
- no time in the later act ends before the earlier release, and no more than two years lie between them (for a law, which is amended again and again, and
  after a deadline: one).

Of several, the act in the nearest earlier release is taken: the one with the same verb, else the first by position. Where the nearest is another edition of
the same undertaking by its time, those before it are not looked at.
"""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline import times
from pipeline.dataset.spool import Source
from pipeline.lexicon import cue_sets, normalise
from pipeline.links.objects import carries_on, target, verb_of
from pipeline.schema import OPEN_STATUSES, Row

_YEAR = datetime.timedelta(days=366)
_MONTH = 31  # days
_EDITION = re.compile(r"제\s?(\d+)\s?(회|기|호|단계)|(?:제\s?)?(\d+)\s?(차)(?!례|원|로|선|위|\s?산업)|(20\d\d)\s?(년)")
_HANGUL = re.compile(r"[가-힣]")


@dataclass(frozen=True, slots=True)
class Act:
    """What is known of an act on a programme."""

    commitment_id: str
    doc_id: str
    published: datetime.date
    place: tuple[int, int]  # in the document
    status: str
    verb: str
    actors: frozenset[str]
    action: str
    deadline: tuple[datetime.date | None, datetime.date | None]
    law: bool = False


def follows(source: Source, duplicates: dict[str, str]) -> dict[str, str]:
    """commitment_id -> the id of the commitment that it carries on.

    Memory grows with the acts on programmes (about one in fifteen commitments), not with the texts. The order in which documents came does
    not matter.

    Args:
        source: all documents.
        duplicates: near-duplicates and what they repeat; they follow like other documents, but not each other.
    """
    groups: dict[tuple[str, str], list[Act]] = {}
    for doc_id in source.doc_ids():
        for programme, part, act in acts(source, doc_id):
            groups.setdefault((programme, part), []).append(act)
    found: dict[str, Act] = {}
    for key in sorted(groups):
        group = sorted(groups[key], key=lambda a: (a.published, a.doc_id, a.place))
        for n, later in enumerate(group):
            best = _nearest(group[:n], later, duplicates)
            known = found.get(later.commitment_id)
            if best and (known is None or (best.published, best.doc_id) > (known.published, known.doc_id)):
                found[later.commitment_id] = best
    return {commitment: act.commitment_id for commitment, act in found.items()}


def acts(source: Source, doc_id: str) -> Iterator[tuple[str, str, Act]]:
    """Acts of a document on programmes that are one thing: (programme, what of it, act)."""
    commitments = [row for row in source.rows("commitments", doc_id) if row["program_ids"] and any(_list(row, "actor_ids"))]
    published = source.rows("documents", doc_id)[0]["published"] if commitments else None
    if not isinstance(published, datetime.date):
        return
    single = {str(e["entity_id"]): e["type"] == "law" for e in source.rows("entities", doc_id) if e["label"] == "PROGRAM" and _single(e)}
    at = {row["mention_id"]: row for row in source.rows("mentions", doc_id) if row["entity_id"] in single}
    for row in commitments:
        verb = verb_of(str(row["action_lemma"] or ""))
        start, end = _int(row, "start"), _int(row, "end")
        ends = {(m["entity_id"], _int(m, "start")): _int(m, "end") for m in at.values() if start <= _int(m, "start") < end}
        seen: set[tuple[str, str]] = set()
        for (programme, begin), stop in sorted(ends.items(), key=lambda item: item[0][1]):
            part = target(str(row["action"]), begin - start, stop - start, verb)
            if part is None or programme not in _list(row, "program_ids") or (str(programme), part) in seen:
                continue
            seen.add((str(programme), part))
            yield (
                str(programme),
                part,
                Act(
                    str(row["commitment_id"]),
                    doc_id,
                    published,
                    (_int(row, "sent_id"), start),
                    str(row["status"]),
                    verb,
                    frozenset(filter(None, _list(row, "actor_ids"))),
                    str(row["action"]),
                    (_day(row, "deadline_start"), _day(row, "deadline_end")),
                    single[str(programme)],
                ),
            )


def _nearest(earlier: list[Act], later: Act, duplicates: dict[str, str]) -> Act | None:
    best: Act | None = None
    for act in reversed(earlier):
        if best is not None and act.doc_id != best.doc_id:
            break
        if not _kindred(act, later, duplicates):
            continue
        if _other_time(act, later) or _other_edition(act, later):
            break
        if not _too_late(act, later) and not _before(act, later) and (best is None or act.verb == later.verb or best.verb != later.verb):
            best = act
    return best


def _kindred(act: Act, later: Act, duplicates: dict[str, str]) -> bool:
    """Whether two acts may be one undertaking by who acts, the order of their releases, status and verb."""
    if act.published >= later.published or act.status not in OPEN_STATUSES or not act.actors & later.actors:
        return False
    if duplicates.get(act.doc_id, act.doc_id) == duplicates.get(later.doc_id, later.doc_id) or not carries_on(act.verb, later.verb):
        return False
    return later.status != "planned" or _renewed(act, later)


def _too_late(act: Act, later: Act) -> bool:
    last = act.deadline[1]
    return later.published > (last + _YEAR if last else act.published + (_YEAR if act.law else 2 * _YEAR))


def _renewed(act: Act, later: Act) -> bool:
    """Whether two planned acts are one promise: the same verb, and a deadline that begins or ends on the same day."""
    return act.verb == later.verb and any(a is not None and a == b for a, b in zip(act.deadline, later.deadline, strict=True))


def _other_time(act: Act, later: Act) -> bool:
    """Whether the times of two acts are apart: ranges without a common day, or, where the earlier is open, starts more than a month apart.

    What was going on until a day is another edition where the later act names a time after it; what was planned may only be late.
    """
    (a, b), (c, d) = act.deadline, later.deadline
    if act.status == "ongoing" and b and any(p.first and p.first > b for p in times.find(later.action, published=later.published)):
        return True
    if a and b is None:
        return c is not None and abs((c - a).days) > _MONTH
    return bool((b and c and c > b) or (a and d and d < a))


def _other_edition(act: Act, later: Act) -> bool:
    """Whether the acts name other editions: ordinals that differ (none is no `2차`), years of which none is shared; a deadline names years too."""
    a, b = _editions(act.action), _editions(later.action)
    if any(a.get(kind) != b.get(kind) for kind in ("차", "회")):
        return True
    due = {str(day.year) for day in act.deadline if day}
    if due and "년" in b and not b["년"] & (due | a.get("년", set())):
        return True
    return any(not a[kind] & b[kind] for kind in a.keys() & b.keys())


def _editions(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for match in _EDITION.finditer(text):
        number, kind = (group for group in match.groups() if group)
        found.setdefault(kind, set()).add(number)
    return found


def _before(act: Act, later: Act) -> bool:
    """Whether the later act happened (or, of what was still planned, began) before the earlier release."""
    for period in times.find(later.action, published=later.published):
        if period.last is not None and period.last < act.published:
            return True
        if act.status == "planned" and period.last is None and period.first is not None and period.first < act.published:
            return True
    return False


def _single(entity: Row) -> bool:
    """Whether a programme is one thing, so that two acts on it may be one undertaking."""
    name = str(entity["name"])
    if normalise(name) in _generic():
        return False
    return entity["type"] != "unknown" or len(_HANGUL.findall(name)) >= 4


@functools.cache
def _generic() -> frozenset[str]:
    return frozenset(map(normalise, cue_sets("links")["generic"]))


def _list(row: Row, column: str) -> list[str]:
    value = row[column]
    return value if isinstance(value, list) else []


def _int(row: Row, column: str) -> int:
    value = row[column]
    return value if isinstance(value, int) else 0


def _day(row: Row, column: str) -> datetime.date | None:
    value = row[column]
    return value if isinstance(value, datetime.date) else None
