"""Status and category of each unit: the rule baseline.

Status comes from the end of the main predicate (`cues/status.tsv`, in order), else from its verb and tense (`cues/verbs.tsv`);
category from the words of the sentence, purpose before object, else from its section, the release's title and the issuer's field.
There is no probability in a rule, so confidence is None.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.component import Component
from pipeline.lexicon import cue_sets, cues, read_table
from pipeline.predicates import Predicate, predicate, stem, trim
from pipeline.resources import shipped
from pipeline.schema import ACT_STATUSES, CATEGORIES, STATUSES, UnitData
from pipeline.sheet import Morphemes, Sheet

_MUTE = frozenset({"boilerplate", "table"})
_PURPOSE = re.compile(r"(?:위해|위한|위하여|위하고|목적으로|도록)")
_NOMINAL_END = ("/NNG", "/NNP", "/XR", "/NNB")
_PAST = re.compile(r"(?:었|았|였)/EP (?:다고|다|습니다|고|며|으며|음|ㅁ)/|(?:ㄴ|은)/ETM 바/NNB 있")
_PRESENT = re.compile(r"(?:ㄴ다|는다|ㅂ니다|습니다|다고|ㄴ다고|는다고|고|며|으며)/E\S*(?: 다/EF)?$|(?:ㅁ|음)/(?:ETN|EF)$")


@dataclass(frozen=True, slots=True)
class Label:
    """What a unit or clause does and what it is about."""

    status: str
    category: str
    secondary: tuple[str, ...] = ()


@functools.cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    path = shipped("corpus", "lexicon", "cues", "status.tsv")
    found = []
    for number, row in read_table(path, ("status", "pattern", "note")):
        if row["status"] not in STATUSES:
            raise ValueError(f"{path}:{number}: unknown status {row['status']!r}")
        found.append((re.compile(row["pattern"]), row["status"]))
    return tuple(found)


_DENIALS = frozenset({"decided not to", "there is no plan", "denial", "cancelled"})  # notes of `cues/status.tsv`


@functools.cache
def _denials() -> tuple[re.Pattern[str], ...]:
    path = shipped("corpus", "lexicon", "cues", "status.tsv")
    return tuple(re.compile(row["pattern"]) for _, row in read_table(path, ("status", "pattern", "note")) if row["note"] in _DENIALS)


def is_denied(found: Predicate | None) -> bool:
    """Whether the predicate says that nothing will be done: negated, cancelled, denied (codebook, section 3, rule 5)."""
    return found is not None and any(pattern.search(found.tail) for pattern in _denials())


def status_of(found: Predicate | None, *, nominal: bool) -> str:
    """Status by the predicate; `nominal` says whether a bare noun at the end may stand for a verb (titles, bullets)."""
    return "none" if found is None else _status_of(stem(found), found.tail, nominal=nominal)


@functools.lru_cache(maxsize=4_096)  # asked for the same predicates by rules, features and acts
def _status_of(verb: str, tail: str, *, nominal: bool) -> str:
    verbs = cue_sets("verbs")
    for pattern, status in _patterns():
        if pattern.search(tail):
            if status == "ongoing" and (verb in verbs["fact"] or verb in verbs["report"]):
                return "none"
            return "none" if status != "appeal" and verb in verbs["attend"] else status
    last = tail.rsplit(" ", 1)[-1]
    if last.endswith(_NOMINAL_END):
        return _nominal(last.partition("/")[0], verbs) if nominal else "none"
    base = verb.removesuffix("되") + "하" if verb.endswith("되") else verb
    # A verb in no list is an act where it is a `-하다` verb: those are what bodies do; native verbs mostly describe.
    act = base in verbs["act"] or (verb.endswith("하") and len(verb) > 2 and not verb.endswith(("필요하", "가능하")))
    if _PAST.search(tail):
        if verb in verbs["event"] or verb in verbs["fact"] or verb in verbs["report"]:
            return "none"
        return "completed" if act else "none"
    if _PRESENT.search(tail) and verb not in verbs["fact"] and act:
        return "planned"
    return "none"


def _nominal(noun: str, verbs: dict[str, frozenset[str]]) -> str:
    if noun in verbs["plan_noun"] or noun in verbs["act_noun"]:
        return "planned"
    return "completed" if noun in verbs["done_noun"] else "none"


@functools.cache
def _keywords() -> tuple[dict[str, str], re.Pattern[str]]:
    """Word -> category, and a pattern that finds the longest word at each place."""
    field = {form: category for category, forms in cues("categories").items() if category in CATEGORIES for form in forms}
    rests: dict[str, list[str]] = {}
    for form in sorted(field, key=len, reverse=True):
        rests.setdefault(form[0], []).append(re.escape(form[1:]) + (_alone(form) if form.isascii() else ""))
    words = "|".join(f"{re.escape(head)}(?:{'|'.join(found)})" for head, found in rests.items())
    # At most places two characters tell that no word begins there.
    begins = _one_of(rests) + _one_of(form[1] for form in field if len(form) > 1) + "|" + _one_of(form for form in field if len(form) == 1)
    return field, re.compile(f"(?={begins})(?:{words})")


def _one_of(characters: Iterable[str]) -> str:
    """A pattern of one of these characters; it never holds where there are none."""
    found = "".join(sorted(set(characters)))
    return f"[{re.escape(found)}]" if found else "(?!)"


def _alone(form: str) -> str:
    """A pattern that holds after `form` where no Latin letter touches it."""
    return f"(?<![A-Za-z]{re.escape(form)})(?![A-Za-z])"


@functools.lru_cache(maxsize=4_096)  # rules, features and clauses ask for the same units
def category_of(text: str) -> tuple[str, ...]:
    """Categories that `text` names, best first; empty where it names none.

    >>> category_of("소상공인의 판로를 넓히기 위해 장터를 연다")[0]
    'small_business'
    """
    field, words = _keywords()
    found = list(words.finditer(text))
    if not found:
        return ()
    purpose = max((m.end() for m in _PURPOSE.finditer(text)), default=0)
    score: dict[str, int] = {}
    for word in found:
        # Words of the purpose weigh more than those after it; what comes first wins a draw, for dicts keep their order.
        category = field[word[0]]
        score[category] = score.get(category, 0) + (3 if word.start() < purpose else 2)
    return tuple(sorted(score, key=score.__getitem__, reverse=True))


@functools.cache
def _fields() -> dict[str, str]:
    return {issuer: category for category, issuers in cues("issuers").items() if category in CATEGORIES for issuer in issuers}


class Sentences(Component[list[Label]]):
    """Gives each unit its status, category and secondary categories.

    Reads `units`, `title`, `issuer`; writes `status`, `category` and `secondary` of `units`. In spaCy: `doc._.units` and so on.

    >>> import pipeline
    >>> doc = pipeline.load()("새날시는 내년에 쉼터를 늘릴 계획이다. 행사에는 30명이 참석했다.")
    >>> [u["status"] for u in doc._.units]
    ['planned', 'none']
    """

    def predict(self, sheets: Sequence[Sheet]) -> list[list[Label]]:
        """One label a unit."""
        return [_labels(sheet) for sheet in sheets]

    def set_annotations(self, sheets: Sequence[Sheet], predictions: Sequence[list[Label]]) -> None:
        """Write the labels to `units`."""
        for sheet, labels in zip(sheets, predictions, strict=True):
            units: list[UnitData] = sheet["units"]
            for unit, label in zip(units, labels, strict=True):
                unit["status"], unit["category"], unit["secondary"] = label.status, label.category, list(label.secondary)


def morpheme_range(morphemes: Morphemes, start: int, end: int) -> tuple[int, int]:
    """Indices of the morphemes of `text[start:end]`."""
    return bisect_left(morphemes["start"], start), bisect_left(morphemes["start"], end)


def _labels(sheet: Sheet) -> list[Label]:
    morphemes: Morphemes = sheet["morphemes"]
    text = sheet["text"]
    units: list[UnitData] = sheet["units"]
    fallback = next(iter(category_of(sheet["title"])), _fields().get(sheet["issuer"], CATEGORIES[-2]))
    headings: dict[int, str] = {}
    labels = []
    for n, unit in enumerate(units):
        body = text[unit["start"] : unit["end"]]
        if unit["kind"] == "heading":
            headings[n] = next(iter(category_of(body)), "")
        status = "none" if unit["kind"] in _MUTE else _status(morphemes, unit)
        if status not in ACT_STATUSES:
            labels.append(Label(status, "none"))
            continue
        named = category_of(body)
        section = headings.get(unit["section"], "") if unit["section"] is not None else ""
        primary = named[0] if named else section or fallback
        labels.append(Label(status, primary, tuple(c for c in named[1:2] if c != primary)))
    return labels


def _status(morphemes: Morphemes, unit: UnitData) -> str:
    first, stop = trim(morphemes, *morpheme_range(morphemes, unit["start"], unit["end"]))
    if first >= stop:
        return "none"
    if unit["kind"] == "heading" and morphemes["tag"][stop - 1] != "EF":
        return "none"  # a topic
    return status_of(predicate(morphemes, first, stop), nominal=True)
