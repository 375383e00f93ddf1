"""For whom an act is done: a noun phrase that means people, firms or places, by its head and by what follows it.

`에게` and `을 대상으로` are the plain cases; as often the beneficiary is the subject of what the act makes possible (`기업이 수출할 수 있도록`), the
one whose thing is improved (`기업의 부담을 던다`) or supported (`기업을 지원한다`). Heads stand in `cues/actors.tsv` (beneficiary) and
`cues/details.tsv` (beneficiary_end, what such nouns end in); the rest is a matter of weights.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.details.scene import Act, Scene
from pipeline.details.weights import Cell, probability
from pipeline.lexicon import cues

_ENOUGH = 0.3
_NOUNS = frozenset({"NNG", "NNP", "SN", "SL", "XPN", "XSN", "XR", "NR", "MM", "SH"})
_MIDDLE = frozenset("·ㆍ‧･")
_COUNTERS = frozenset({"명", "개", "곳", "개사", "인", "가구", "팀"})
_GLOSS = re.compile(r"\([가-힣A-Za-z·\s]{1,14}\)(?=[가-힣])")
_PURPOSE = re.compile(r"위해|위한|위하여|도록|할 수 있|기회")
_AND = re.compile(r"(?:들|분들)?\s?(?:와|과|및|·|,|이나|나|은 물론|등)\s?")
_WORD = re.compile(r"(?:^|\s)(?P<word>(?:우리|모든|각|전|유망|우수)\s)$")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Head:
    """What a noun phrase ends in: a word of the list, or an ending of such words; `many` says whether 들 follows."""

    word: str
    listed: bool
    many: bool


@functools.cache
def _forms() -> dict[str, bool]:
    """Form -> whether it is a word of its own rather than an ending."""
    return dict.fromkeys(cues("details")["beneficiary_end"], False) | dict.fromkeys(cues("actors")["beneficiary"], True)


@functools.cache
def _endings() -> dict[str, tuple[str, ...]]:
    """What a phrase ends in, two characters or one -> the forms that it may end in, longest first; none for 들, which may follow a form."""
    found: dict[str, tuple[str, ...]] = {"들": ()}
    for form in sorted(_forms(), key=len, reverse=True):
        found[form[-2:]] = (*found.get(form[-2:], ()), form)
    return found


def _head(text: str, start: int, end: int) -> _Head | None:
    """The head of the phrase `text[start:end]`, the longest form that fits."""
    many = text[end - 1] == "들"
    if many:
        end -= 2 if text[end - 2] == "분" else 1
    for length in (2, 1):
        for form in _endings().get(text[end - length : end], ()):
            if text.endswith(form, start, end):
                return _Head(form, _forms()[form], many)
    return None


def candidates(scene: Scene, act: Act) -> Iterator[tuple[Span, list[str]]]:
    """Noun phrases of the clause that may mean for whom, each with its features."""
    rank, text, starts, ends, endings = 0, scene.text, scene.morphemes["start"], scene.morphemes["end"], _endings()
    for first, last in _phrases(scene, act):
        end = ends[last]
        if text[end - 1] not in endings and text[end - 2 : end] not in endings:  # most phrases
            words = "" if first == last else text[starts[first] : end]
            if " " not in words and "대상" not in words:
                continue
        found = _somebody(scene, first, last)
        if found:
            span, head, how = found
            rank += 1
            yield span, [*_features(scene, act, span, head, rank), *how]


def _phrases(scene: Scene, act: Act) -> Iterator[tuple[int, int]]:
    """The first and last morpheme of each noun phrase of the clause."""
    tags, forms = scene.morphemes["tag"], scene.morphemes["form"]
    behind = 0
    for first, tag in enumerate(tags[act.first : act.stop], act.first):
        if first < behind or tag not in _NOUNS:
            continue
        behind = first + 1
        while behind < act.stop and (tags[behind] in _NOUNS or forms[behind] in _MIDDLE or (tags[behind] == "NNB" and forms[behind] in _COUNTERS)):
            behind += 1
        yield first, behind - 1


def _somebody(scene: Scene, first: int, last: int) -> tuple[Span, _Head, list[str]] | None:
    """Whom a noun phrase means, and what its features have besides those of all."""
    starts, ends, text = scene.morphemes["start"], scene.morphemes["end"], scene.text
    head = _head(text, starts[first], ends[last])
    if head and scene.morphemes["tag"][first] != "MM":
        return (starts[first], ends[last]), head, []
    if first == last:
        return None
    forms = scene.morphemes["form"][first : last + 1]
    if "대상" in forms:  # `청년 대상 교육`
        at = first + forms.index("대상")
        before = _head(text, starts[first], ends[at - 1]) if at > first else None
        return ((starts[first], ends[at - 1]), before, ["target"]) if before else None
    if head is None and " " in text[starts[first] : starts[last]]:
        return _inner(scene, first, last)
    return None


def beneficiary(scene: Scene, act: Act, weights: Cell) -> Span | None:
    """Offsets of the beneficiary, or None."""
    scored = [(probability(weights, features), -span[0], span) for span, features in candidates(scene, act)]
    best = max(scored, default=None)
    return _whole(scene, act, best[2], [s[2] for s in scored]) if best and best[0] >= _ENOUGH else None


def _whole(scene: Scene, act: Act, span: Span, others: list[Span]) -> Span:
    """The phrase with what is listed beside it, a short word before it and a gloss in brackets behind it."""
    start, end = span
    text = scene.text
    if gloss := _GLOSS.match(text, end, act.end):
        end = gloss.end()
    for a, b in sorted(others):
        if b <= start and _AND.fullmatch(text, b, start):
            start = a
        elif a >= end and _AND.fullmatch(text, end, a):
            end = b
    if before := _WORD.search(text, max(act.start, start - 8), start):
        start = before.start("word")
    return start, end


def _inner(scene: Scene, first: int, last: int) -> tuple[Span, _Head, list[str]] | None:
    """The first noun of a compound that means somebody: `청년 취업 지원`."""
    starts, ends, text = scene.morphemes["start"], scene.morphemes["end"], scene.text
    for k in range(first, last):
        if starts[k + 1] > ends[k]:  # at a blank
            head = _head(text, starts[first], ends[k])
            if head and head.listed:
                return (starts[first], ends[k]), head, ["inside"]
    return None


def _features(scene: Scene, act: Act, span: Span, head: _Head, rank: int) -> list[str]:
    after, second = scene.following(span[1], act)
    verb = scene.next_verb(span[1], act)
    word = head.word if head.listed else "~" + head.word
    third = _eojeol(scene.text, span[1], act.end)
    purpose = _PURPOSE.search(scene.text, span[1], min(act.end, span[1] + 45)) is not None
    named = bool(scene.inside(span[0], span[1], "ORG", "PROGRAM"))
    return [
        f"head={word}",
        f"many={head.many}",
        f"after={after}",
        f"after={after} {second}",
        f"after={after} verb={verb}",
        f"after={after} purpose={purpose}",
        f"after={after} rank={min(rank, 3)}",
        f"next={third}",
        f"purpose={purpose}",
        f"rank={min(rank, 4)}",
        f"status={act.status}",
        f"named={named}",
        f"opens={span[0] - act.start < 4} {after}",
        f"verb={verb}",
        f"verbs={scene.verbs(span[1], act.end)}",
        f"unit={scene.units[act.unit]['kind']}",
    ]


def _eojeol(text: str, at: int, end: int) -> str:
    """The word after the one that goes on at `at`, cut to three characters."""
    words = text[at : min(end, at + 24)].split()
    glued = at < end and not text[at].isspace()
    return words[1][:3] if glued and len(words) > 1 else words[0][:3] if words and not glued else ""
