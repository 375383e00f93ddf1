"""Which of the times in a unit is the time of an act.

Candidates are the times that `times` finds in the unit. What speaks for one is where it stands (in the clause, before it), how it is meant
(`까지`, `부터`), how it lies to the release (over, the same day, ahead), what follows it and how the next verb ends: `2027년 여는 대회를
준비한다` tells when the fair is, not when it is prepared. A signing that is told in the past tense has its own day, not the promise's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pipeline import times
from pipeline.details.scene import Act, Scene
from pipeline.details.weights import Cell, probability
from pipeline.schema import OPEN_STATUSES

_ENOUGH = 0.35
_BARE = re.compile(r"\d{1,2}일")
_AIM = re.compile(r"[^,.]{0,16}목표")


def candidates(scene: Scene, act: Act) -> Iterator[tuple[times.Period, list[str]]]:
    """The dated times of the act's unit, each with its features."""
    if act.status not in OPEN_STATUSES:
        return
    dated = [_aimed(scene, p) for p in scene.periods(act.unit) if p.first or p.last]
    if not dated:
        return
    own = [p for p in dated if act.start <= p.start < act.end]
    past = scene.past(act)
    kind = scene.units[act.unit]["kind"]
    for period in dated:
        if past and period.kind == "during" and _relation(scene, period) == "today":
            continue  # the day of the signing, not of what was promised
        yield period, _features(scene, act, period, own, past=past, kind=kind)


def deadline(scene: Scene, act: Act, weights: Cell) -> times.Period | None:
    """The time of the act; one that cannot be dated only where no other is found."""
    scored = [(probability(weights, features), -n, period) for n, (period, features) in enumerate(candidates(scene, act))]
    best = max(scored, default=None, key=lambda s: s[:2])
    if best and best[0] >= _ENOUGH:
        return best[2]
    if act.status not in OPEN_STATUSES:
        return None
    return next((p for p in scene.periods(act.unit) if act.start <= p.start < act.end and not p.first and not p.last), None)


def _aimed(scene: Scene, period: times.Period) -> times.Period:
    """`2030년 말 완공을 목표로`: by then, not in those days."""
    text = scene.text
    if period.kind == "during" and text[period.end - 1] == "말" and _AIM.match(text, period.end):
        return replace(period, first=None, kind="until")
    return period


def _features(scene: Scene, act: Act, period: times.Period, own: list[times.Period], *, past: bool, kind: str) -> list[str]:
    text = scene.text
    after, second = scene.following(period.end, act)
    verb = scene.next_verb(period.end, act)
    lies = _relation(scene, period)
    long = _length(period)
    surface = text[period.start : period.end]
    word = surface if not any(c.isdigit() for c in surface) and len(surface) <= 4 else "-"
    bare = bool(_BARE.fullmatch(surface))
    before = text[period.start - 1 : period.start]
    bracket = "(" if before in ("(", "（") else ")" if text[period.end : period.end + 1] in (")", "）") else ""
    named = any(m["start"] <= period.start < m["end"] for m in scene.inside(max(0, period.start - 60), period.end, "PROGRAM"))
    if period in own:
        at = own.index(period)
        where = "only" if len(own) == 1 else "first" if at == 0 else "last" if at == len(own) - 1 else "middle"
    else:
        where = ("before" if period.start < act.start else "later") + ("+own" if own else "")
    tense = "past" if past else "open"
    # A time that closer to the verb another one follows is often that of a part of the sentence.
    rival = next((p for p in own if p.start > period.start), None)
    return [
        f"where={where}",
        f"kind={period.kind}",
        f"lies={lies}",
        f"lies={lies} {tense}",
        f"lies={lies} {act.status}",
        f"lies={lies} {period.kind}",
        f"long={long}",
        f"long={long} {verb}",
        f"after={after}",
        f"after={after} {second}",
        f"verb={verb}",
        f"verb={verb} {period.kind}",
        f"verb={verb} where={where}",
        f"word={word}",
        f"word={word} {tense}",
        f"bare={bare}",
        f"bare={bare} {after} {tense}",
        f"bracket={bracket}",
        f"named={named}",
        f"unit={kind}",
        f"rival={rival.kind if rival else ''} {_relation(scene, rival) if rival else ''}",
        f"verbs={scene.verbs(period.end, act.end)}",
    ]


def _relation(scene: Scene, period: times.Period) -> str:
    today = scene.published
    if today is None:
        return "unknown"
    if period.last is not None and period.last < today:
        return "over"
    if period.first == period.last == today:
        return "today"
    if period.first is not None and period.first > today:
        return "ahead"
    return "until" if period.first is None else "since" if period.last is None else "around"


def _length(period: times.Period) -> str:
    if period.first is None or period.last is None:
        return "open"
    days = (period.last - period.first).days + 1
    return next(name for limit, name in ((1, "day"), (10, "days"), (31, "month"), (190, "half"), (366, "year"), (10**6, "years")) if days <= limit)
