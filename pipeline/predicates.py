"""What a stretch of morphemes says last: its main predicate, looked through reporting verbs, and the clauses it is made of.

Shared by `sentences` (which status) and `commitments` (which acts). Works on `Morphemes`, knows no labels.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.lexicon import cue_sets, cues
from pipeline.sheet import Morphemes

_JAMO = tuple(zip("ᆫᆯᆷᆸ", "ㄴㄹㅁㅂ", strict=True))
_PUNCTUATION = frozenset({"SF", "SP", "SS", "SE", "SO", "SW", "SB"})  # the first two letters of their tags
_QUOTATIVE = frozenset(
    {
        "다고",
        "라고",
        "자고",
        "냐고",
        "ㄴ다고",
        "는다고",
        "다며",
        "라며",
        "ㄴ다며",
        "는다며",
        "다면서",
        "라면서",
        "ㄴ다면서",
        "이라고",
        "이라며",
        "고",
        "며",
        "면서",
    }
)
_NOUN = ("NNG", "NNP", "XR")
TAIL = 14  # morphemes that a pattern may look at


@dataclass(frozen=True, slots=True)
class Predicate:
    """The predicate of a clause.

    Attributes:
        first, last: indices of its morphemes (the noun of a `-하다` verb included; `last` is inclusive).
        lemma: dictionary form, e.g. `지원하다`.
        tail: what the patterns of `cues/status.tsv` are matched on.
    """

    first: int
    last: int
    lemma: str
    tail: str


def _plain(text: str) -> str:
    """With final consonants as letters of their own. (`str.translate` takes ten times as long on what is not ASCII.)"""
    for final, letter in _JAMO:
        text = text.replace(final, letter)
    return text


def trim(morphemes: Morphemes, first: int, stop: int) -> tuple[int, int]:
    """The range without marks and blanks at its ends, and without a closing `끝.`."""
    form, tag = morphemes["form"], morphemes["tag"]
    while stop > first and (tag[stop - 1][:2] in _PUNCTUATION or (form[stop - 1] == "끝" and stop - first > 2 and tag[stop - 2][:2] in _PUNCTUATION)):
        stop -= 1
    while first < stop and tag[first][:2] in _PUNCTUATION:
        first += 1
    return first, stop


# What may stand between a quotative ending and the verb of reporting: `늘릴 계획이라고 지난 16일(월) 밝혔다`.
_BETWEEN = frozenset({"MAG", "JX", "JKO", "SP", "SN", "NNB", "MM", "SSO", "SSC"})
_DAYS = frozenset({"오늘", "어제", "월", "화", "수", "목", "금", "토", "일", "년", "지난달", "이날", "지난", "지나", "ᆫ"})


def outer(morphemes: Morphemes, first: int, stop: int) -> tuple[int, int]:
    """The range that is left when a reporting frame at its end is looked through (`…하겠다고 밝혔다` → `…하겠다`).

    Verbs of asking are not looked through: they are what the sentence does.
    """
    plain, at = _without_asides(morphemes, first, stop)
    begin, end = _outer(plain, 0, len(at))
    return (at[begin], at[end - 1] + 1) if begin < end else (first, first)


def _outer(morphemes: Morphemes, first: int, stop: int) -> tuple[int, int]:
    report = cue_sets("verbs")["report"]
    form = morphemes["form"]
    while True:
        first, stop = trim(morphemes, first, stop)
        verb = _last_verb(morphemes, first, stop)
        if verb is None or not (_stem(morphemes, *verb) in report or _says(morphemes, *verb)):
            return first, stop
        before = verb[0] - 1
        while before > first and (morphemes["tag"][before] in _BETWEEN or form[before] in _DAYS):
            before -= 1
        quote = _plain(form[before])
        if before <= first + 1 or quote not in _QUOTATIVE or morphemes["tag"][before] not in ("EC", "JKQ", "JC", "JKB", "EF"):
            return first, stop
        # `…다고`: the ending is one morpheme with the quotative; `…다"고`: it stands before the mark.
        stop = before + 1 if morphemes["tag"][before] == "EC" and quote not in ("고", "며", "면서") else before
        if stop == before + 1:
            return first, stop


def _says(morphemes: Morphemes, first: int, stop: int) -> bool:
    """Whether the verb is the 하다 of `늘리겠다고 하였다`."""
    form, tag = morphemes["form"], morphemes["tag"]
    quoted = first > 0 and (form[first - 1].endswith(("다고", "라고", "자고")) or tag[first - 1] == "JKQ")
    return quoted and form[first:stop] == ["하"] and stop < len(tag) and tag[stop] in ("EP", "EF")


def predicate(morphemes: Morphemes, first: int, stop: int) -> Predicate | None:
    """The main predicate of the range, looked through reporting verbs; None where there is neither verb nor noun."""
    found = _predicate(tuple(morphemes["form"][first:stop]), tuple(morphemes["tag"][first:stop]))
    return Predicate(first + found.first, first + found.last, found.lemma, found.tail) if found else None


@functools.lru_cache(maxsize=4_096)  # rules, features and acts ask for the same units, batch by batch
def _predicate(form: tuple[str, ...], tag: tuple[str, ...]) -> Predicate | None:
    """The same of a whole sequence."""
    plain, at = _without_asides(Morphemes(form=list(form), tag=list(tag), start=[], end=[], lemma=[]), 0, len(form))
    first, end = _outer(plain, 0, len(at))
    if first >= end:
        return None
    last = slice(max(first, end - TAIL), end)
    tail = _plain(" ".join([f"{a}/{b}" for a, b in zip(plain["form"][last], plain["tag"][last], strict=True)]))
    if tail.endswith(("다고/EC", "라고/EC", "자고/EC")):
        tail += " 다/EF"
    elif tail.endswith("다/EC"):  # mostly because a bracket followed
        tail = tail.removesuffix("EC") + "EF"
    verb = content_verb(plain, first, end)
    if verb is None:
        noun = next((i for i in range(end - 1, first - 1, -1) if plain["tag"][i] in _NOUN), None)
        return None if noun is None else Predicate(at[noun], at[end - 1], _verb_of(plain["form"][noun]), tail)
    bare = verb[1] - verb[0] == 1 and plain["tag"][verb[0]] in _NOUN
    stem_ = _stem(plain, *verb)
    return Predicate(at[verb[0]], at[end - 1], _verb_of(stem_) if bare else stem_ + "다", tail)


def _verb_of(noun: str) -> str:
    """The verb that a noun stands for: `협력에 박차` is `박차를 가하다`, `숲길 정비` is `정비하다`."""
    return _other_verbs().get(noun, noun + "하다")


@functools.cache
def _other_verbs() -> dict[str, str]:
    """Nouns that have no verb in 하다, with the verb that they stand for."""
    return {noun: kind.removeprefix("verb=") for kind, nouns in cues("verbs").items() if kind.startswith("verb=") for noun in nouns}


_ASIDE = frozenset({"SSO", "SSC", "SW"})


def _without_asides(morphemes: Morphemes, first: int, stop: int) -> tuple[Morphemes, Sequence[int]]:
    """The range without what may part a noun from its verb: brackets with their content, quotation and footnote marks.

    `성공(’26년)하였다`, `‘혁신’한다`, `확대*하고`, and `보증료 지원(최대 20 %`, where the bracket that closes is cut off already. A range that
    is nothing else stays as it is.

    Returns:
        Forms and tags of the morphemes that are left, and the index of each.
    """
    form, tag = morphemes["form"], morphemes["tag"]
    kept: Sequence[int] = range(first, stop)
    if not _ASIDE.isdisjoint(tag[first:stop]):
        kept = list(_unbracketed(form, tag, first, stop)) or kept
    return Morphemes(form=[form[i] for i in kept], tag=[tag[i] for i in kept], start=[], end=[], lemma=[]), kept


def _unbracketed(form: Sequence[str], tag: Sequence[str], first: int, stop: int) -> Iterator[int]:
    depth = 0
    for i in range(first, stop):
        if form[i] == "(":
            depth += 1
        elif depth:
            depth -= form[i].endswith(")")  # Kiwi takes `2)` for the mark of a list
        elif tag[i] not in ("SSO", "SSC") and (tag[i] != "SW" or form[i].strip("*†")):
            yield i


# Nouns that carry a verb before them: `확대할 계획이다`, `운영 중이다`.
_SUPPORT_NOUN = frozenset({"계획", "예정", "방침", "구상", "중", "것", "생각", "목표", "바", "수", "참", "각오", "한편"})


def content_verb(morphemes: Morphemes, first: int, stop: int) -> tuple[int, int] | None:
    """Range of the verb that carries the content: `확대해 나갈 계획이다` → `확대하`, `돕기로 했다` → `돕`."""
    form = morphemes["form"]
    at = stop
    while at > first:
        verb = _last_verb(morphemes, first, at)
        if verb is None:
            # `확대할 계획`, `지원 예정`: the noun supports what stands before it.
            if form[at - 1] in _SUPPORT_NOUN:
                at -= 1
                continue
            return (at - 1, at) if at < stop and morphemes["tag"][at - 1] in _NOUN else None
        before = _plain(form[verb[0] - 1]) if verb[0] > first else ""
        tag = morphemes["tag"][verb[0]]
        if tag in ("VCP", "VCN"):
            if before not in _SUPPORT_NOUN:
                return None
        elif tag != "VX" and not (form[verb[0]] in ("하", "되", "있", "갖") and before in _LIGHT):
            return verb
        at = verb[0]
        while at > first and _plain(form[at - 1]) in _LIGHT and morphemes["tag"][at - 1] not in _NOUN:
            at -= 1
    return None


# What stands before a verb that carries no content of its own: `-기로 하다`, `-게 되다`, `-고자 하다`, `-ㄹ 수 있다`.
_LIGHT = frozenset({"기", "로", "으로", "게", "고자", "도록", "고", "수", "바", "이", "가", "어야", "아야", "여야", "에"})


_SUFFIX = frozenset({"XSV", "XSA"})
_VERB = frozenset({"VV", "VA", "VX", "VCP", "VCN"})
_NOMINAL = frozenset({*_NOUN, "NNB"})


def _last_verb(morphemes: Morphemes, first: int, stop: int) -> tuple[int, int] | None:
    """Range of the last verb before `stop`, with the noun of a `-하다` verb; stops where a noun phrase has no verb after it."""
    tags = morphemes["tag"]
    if stop > first and tags[stop - 1] in _NOMINAL:
        return None
    for i in range(stop - 1, max(first, stop - TAIL) - 1, -1):
        tag = tags[i]
        if tag in _VERB:
            return _noun(morphemes, first, i), i + 1
        if tag in _SUFFIX and i > first:
            noun = i - 1
            while noun > first and tags[noun] == "XSN":  # `활성+화+하`
                noun -= 1
            if noun > first and tags[noun - 1] == "XPN":  # `재+활용+하`
                noun -= 1
            return noun, i + 1
    return None


_NO_VERB = frozenset({"역할", "기능", "몫", "일", "말"})  # nouns with no verb in 하다 of their own


def _noun(morphemes: Morphemes, first: int, verb: int) -> int:
    """Where the verb begins: at its noun or adverb in `확대 하고`, `확대키로 하였다`, `소독을 하고`, `철저히 하겠다`."""
    form, tag = morphemes["form"], morphemes["tag"]
    before = verb - 1
    if form[verb] not in ("하", "되") or before < first:
        return verb
    if tag[before] in _NOUN:
        return before
    if form[verb] == "하" and tag[before] == "MAG" and form[before].endswith(("히", "함께")):
        return before
    if form[verb] == "하" and before > first and tag[before] == "JKO" and tag[before - 1] in _NOUN:
        return before - 1
    if before - 1 > first and form[before - 1 : before + 1] == ["키", "로"] and tag[before - 2] in _NOUN:
        return before - 2
    return verb


def _stem(morphemes: Morphemes, first: int, stop: int) -> str:
    """The forms of the range, without what stands between noun and verb: `확대키로 하`, `소독을 하`."""
    form, tag = morphemes["form"], morphemes["tag"]
    between = tag[stop - 2] if stop - first > 1 else ""
    if (between == "MAG" and form[first].endswith("히")) or (between == "JKO" and form[first] in _NO_VERB):  # `철저히 하`, `역할을 하`
        return "".join(form[first : stop - 1]) + " " + form[stop - 1]
    if between in ("MAG", "JKO", "JKB"):
        return form[first] + form[stop - 1]
    return "".join(form[first:stop])


def stem(found: Predicate) -> str:
    """Stem of the predicate's lemma, as `cues/verbs.tsv` lists it."""
    return found.lemma.removesuffix("다")


def active(lemma: str) -> str:
    """The active of a passive verb in `-되다`; another lemma as it is (codebook, ruling 13).

    >>> active("지원되다"), active("되다"), active("늘리다")
    ('지원하다', '되다', '늘리다')
    """
    return lemma[:-2] + "하다" if lemma.endswith("되다") and len(lemma) > 3 else lemma


_COORDINATING = frozenset({"고", "며", "으며", "면서", "으면서"})
_LINKED = frozenset({"VV", "XSV", "EP", "ETM"})  # what stands before them, and before 한편
_OWN = frozenset({"JKO", "JKS", "JX"})  # particles of an object or topic
_PARTS = _OWN | {"JKB"}


def clauses(morphemes: Morphemes, first: int, stop: int) -> Iterator[tuple[int, int]]:
    """Coordinated clauses of the range: cut after `-고`, `-며` and `-는 한편` where a verb stands before and a mark or a noun follows.

    Args:
        morphemes: of the document.
        first, stop: the range.
    """
    form, tag = morphemes["form"], morphemes["tag"]
    begin = first
    for i in [i for i, each in enumerate(tag[first + 1 : max(stop - 3, 0)], first + 2) if each in _LINKED]:  # by the tag before
        linked = tag[i] == "EC" and form[i] in _COORDINATING and tag[i - 1] != "ETM"
        if not linked and not (form[i] == "한편" and tag[i - 1] == "ETM"):
            continue
        if tag[i + 1] in ("VX", "VV", "JX"):
            continue  # `-고 있다`, `-고 나서다`
        comma = tag[i + 1] == "SP"
        if not comma and _subordinate(morphemes, i + 1, stop):
            continue  # `높이고 넓히기 위한 자리`: both belong to the purpose
        # Without a comma `-고` often joins two verbs of one act (`발굴하고 육성한다`): a clause has an object or topic of its own.
        if (comma or not _OWN.isdisjoint(tag[i + 1 : stop])) and not _PARTS.isdisjoint(tag[begin:i]):
            yield begin, i + 1
            begin = i + 2 if comma else i + 1
    if begin < stop:
        yield begin, stop


def _subordinate(morphemes: Morphemes, first: int, stop: int) -> bool:
    """Whether the next verb from `first` on is adnominal or a purpose, so that what is joined to it is no act of its own."""
    for i in range(first, stop - 2):
        if morphemes["tag"][i] in ("VV", "XSV", "VA", "XSA"):
            ending, noun = morphemes["tag"][i + 1], morphemes["form"][i + 2]
            return (ending == "ETM" and noun not in _SUPPORT_NOUN) or (ending == "ETN" and noun in ("위하", "위해", "위한"))
    return False
