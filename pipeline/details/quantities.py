"""Which sums and counts of a clause say how much the act gives, builds or reaches.

Of sums the main one comes first: what something is raised to rather than what it was, the total rather than its parts, a part that stands
behind `가운데` rather than what it is taken from, the won behind foreign money. Sums of a market, a fine, a turnover, of last year or of a
threshold are none of the act's; the words that tell stand in `cues/details.tsv`. Counts are told apart by weights: the unit, what stands
before and behind, and whether the number lies in brackets.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections.abc import Iterator

from pipeline.amounts import Amount, Count
from pipeline.details.scene import Act, Scene
from pipeline.details.weights import Cell, probability
from pipeline.lexicon import cue_pattern
from pipeline.schema import OPEN_STATUSES

_ENOUGH = 0.45
_OBJECT = 0.1  # what is done has the benefit of the doubt
_CHANGE = re.compile(r"\s?(?:\([^()]{0,30}\))?\s?(?:(?:에서|→|⇒)[^\d]{0,18}|에서\s[^.]{0,24})$")
_OF_WHICH = re.compile(r"\s?(?:가운데|중(?:에서)?|의\s(?:절반|\d[\d.]*\s?[%％])인)\s[^\d.]{0,14}")
_WITHOUT = re.compile(r"(?:을|를)?\s?(?:빼|뺀|제외)")  # behind a part that is taken off
_NOUN = re.compile(
    r"\s?(?P<noun>(?!이상|이하|이내|미만|중|등|의|씩|에|을|를|이|가|은|는|로)[가-힣]{1,8}?)(?=(?:들?(?:을|를|이|가|은|는|과|와|에|에서|에게|로|으로|의|도|씩|까지)?)(?:[\s,.)”’*]|$))"
)


def money(scene: Scene, act: Act) -> list[Amount]:
    """The sums of the act, the main one first."""
    text = scene.text
    found = [a for a in scene.money(act.unit) if act.start <= a.start < act.end]
    kept: list[Amount] = []
    for n, amount in reversed(list(enumerate(found))):  # whether a whole is meant hangs on its part, which comes later
        later = found[n + 1] if n + 1 < len(found) else None
        if later and _CHANGE.fullmatch(text[amount.end : later.start]):
            continue  # what it was
        if later and later in kept and _OF_WHICH.fullmatch(text, amount.end, later.start):
            continue  # what it is a part of
        low = max(act.start, amount.start - 24)
        if act.status in OPEN_STATUSES and (_before().search(text, low, amount.start) or _after().match(text, amount.end, act.end)):
            continue
        if n and _OF_WHICH.fullmatch(text, found[n - 1].end, amount.start) and _WITHOUT.match(text, amount.end, act.end):
            continue  # what is taken off
        kept.append(amount)
    return sorted(kept, key=lambda a: (a.krw is None, bool(a.per), not _total().search(text, max(act.start, a.start - 12), a.start), a.start))


@functools.cache
def _before() -> re.Pattern[str]:
    return re.compile(rf"(?:{cue_pattern('details', 'not_sum_before')})[^\d,.]{{0,8}}$")


@functools.cache
def _after() -> re.Pattern[str]:
    return re.compile(rf"(?:의|을|를|에|보다)?\s?(?:{cue_pattern('details', 'not_sum_after')})")


@functools.cache
def _total() -> re.Pattern[str]:
    return re.compile(rf"(?:{cue_pattern('details', 'total')})\s?(?:약\s?|상금\s?|사업비\s?|예산\s?)?$")


def counted(scene: Scene, act: Act) -> Iterator[tuple[Count, list[str]]]:
    """The counts of the clause, `32개 대학` with its noun, each with its features."""
    text = scene.text
    found = [c for c in scene.counts(act.unit) if act.start <= c.start < act.end]
    for n, count in enumerate(found):
        noun = _NOUN.match(text, count.end, act.end) if count.unit == "개" else None
        whole = Count(count.start, noun.end("noun"), count.number, f"개 {noun['noun']}") if noun else count
        after, second = scene.following(whole.end, act)
        verb = scene.next_verb(whole.end, act)
        before = _word_before(scene, count.start)
        value = float(count.number)
        unit = noun["noun"] if noun else count.unit
        bracket = text[count.start - 1 : count.start] in ("(", "（") or text[count.end : count.end + 1] in (")", "）")
        changed = n + 1 < len(found) and bool(_CHANGE.fullmatch(text[count.end : found[n + 1].start]))
        yield (
            whole,
            [
                f"unit={count.unit}",
                f"noun={unit}",
                f"after={after}",
                f"after={after} {count.unit}",
                f"after={after} {second}",
                f"verb={verb}",
                f"verb={verb} {after}",
                f"before={before}",
                f"size={len(str(int(value)))} {count.unit}",
                f"one={value < 2}",
                f"bracket={bracket}",
                f"changed={changed}",
                f"rank={min(n, 3)} of {min(len(found), 4)}",
                f"status={act.status}",
                f"verbs={scene.verbs(whole.end, act.end)}",
            ],
        )


def counts(scene: Scene, act: Act, weights: Cell) -> list[Count]:
    """The counts of the act, in order of position."""
    return [
        count
        for count, features in counted(scene, act)
        if probability(weights, features) >= (_ENOUGH if act.end - count.end < 2 or scene.text[count.end] not in "을를" else _OBJECT)
    ]


def _word_before(scene: Scene, at: int) -> str:
    i = bisect_left(scene.morphemes["start"], at) - 1
    return scene.morphemes["form"][i] if i >= 0 else ""
