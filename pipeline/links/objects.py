"""What an act does to a programme: whether the programme is what the act is on, and which verb is used.

`새싹 학교 참여 기업을 모집한다` is an act on the programme, `새싹 학교를 통해 책을 나눠 준다` is not: there it is a means. Read from the clause alone, by the
particle after the programme's noun phrase, for only acts *on* a programme can carry one another on.
"""

from __future__ import annotations

import functools
import re

from pipeline.lexicon import cue_pattern, cue_sets, normalise, read_table
from pipeline.resources import shipped

_CLOSING = re.compile(r"[’'”\"」』｣〉》>)*†]*(?:\s?\([^()]{0,60}\))?[’'”\"」』｣〉》>*†]*")
_OPENED = re.compile(r"[‘'「『｢《<]([^‘’'“”\"」』｣》>]{1,12})$")
_WORD = re.compile(r"[\s·ㆍ]*([^\s·ㆍ]+)")
_CASE = re.compile(r"(?:을|를|이|가|은|는)$")
_OTHER = re.compile(r"(?:에|에서|으로|로|에게|와|과|및|도|보다|처럼|만큼|까지|부터|하여|해|하고|며|한|된|되는|하는|인|할|될)[,.]?$")
_OBJECT = re.compile(r"[가-힣](?:을|를)(?=\s)")
_NOUNS = 3  # words of the noun phrase after the programme's name
_REST = 40  # characters between the noun phrase and the end of the clause


@functools.cache
def families() -> dict[str, dict[str, int]]:
    """`cues/follows.tsv`: verb -> family -> stage."""
    path = shipped("corpus", "lexicon", "cues", "follows.tsv")
    found: dict[str, dict[str, int]] = {}
    for _, row in read_table(path, ("family", "stage", "verb")):
        found.setdefault(row["verb"], {})[row["family"]] = int(row["stage"])
    return found


def verb_of(lemma: str) -> str:
    """The verb as the lists hold it: without 다, the active of a passive.

    >>> verb_of("개최되다"), verb_of("열다")
    ('개최하', '열')
    """
    verb = lemma.removesuffix("다")
    return verb.removesuffix("되") + "하" if verb.endswith("되") and len(verb) > 2 else verb


def carries_on(earlier: str, later: str) -> bool:
    """Whether an act of verb `later` may carry on one of verb `earlier`: the same verb, or a stage of the same family that is no lower.

    >>> carries_on("모집하", "선정하"), carries_on("선정하", "모집하"), carries_on("모집하", "발간하")
    (True, False, False)
    """
    if earlier == later:
        return True
    one, other = families().get(earlier, {}), families().get(later, {})
    return any(other.get(family, 0) >= stage for family, stage in one.items())


def target(action: str, start: int, at: int, verb: str) -> str | None:
    """What of the programme an act is on: the nouns around its name, normalised, "" where it is the programme as such.

    What stands before the name inside the same quotation marks belongs to it (`‘달리는 새싹 학교’` is not `새싹 학교`).

    Args:
        action: the clause.
        start, at: offsets in it where the programme's name begins and ends.
        verb: of the act, as `verb_of` gives it.

    Returns:
        None where the programme is no object of the act, or the verb says too little.

    >>> text = "새날시는 새싹 학교 참여 기업을 모집한다."
    >>> target(text, 5, 10, "모집하"), target("새싹 학교를 통해 책을 나눈다.", 0, 5, "나누")
    ('참여기업', None)
    """
    if verb in cue_sets("links")["vague"]:
        return None
    closing = _CLOSING.match(action, at)
    at = closing.end() if closing else at
    stem = verb.removesuffix("하")
    opened = _OPENED.search(action, max(0, start - 20), start)
    nouns: list[str] = [opened[1]] if opened else []
    first = len(nouns)
    while len(nouns) <= _NOUNS and (word := _WORD.match(action, at)):
        if len(nouns) == first and word.start(1) == word.start() and _CASE.fullmatch(word[1]):
            return _plain(nouns) if _reaches(action, word.end()) else None
        if word[1].startswith(stem):  # a headline: `새싹 학교 운영`
            return _plain(nouns) if not _WORD.search(action, at + len(stem) + 20) else None
        case = _CASE.search(word[1])
        if case:
            nouns.append(word[1][: case.start()])
            return _plain(nouns) if _reaches(action, word.end()) else None
        if _OTHER.search(word[1]):
            return None
        nouns.append(word[1])
        at = word.end()
    return None


def _reaches(action: str, at: int) -> bool:
    """Whether what stands before `at` is an object of the clause's last verb: nothing else is, and no word makes it a means."""
    rest = action[at:]
    return len(rest) <= _REST and not _OBJECT.search(rest) and not re.match(rf"\s?(?:{cue_pattern('links', 'oblique')})", rest)


def _plain(nouns: list[str]) -> str:
    """The nouns without particles 의, marks, and what adds nothing."""
    kept = [normalise(n.removesuffix("의")) for n in nouns]
    return "".join(n for n in kept if n not in cue_sets("links")["tail"])
