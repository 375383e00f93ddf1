"""Evidence of what a commitment was not read from directly: its status, its category, and an actor that nobody names.

`commitments` notes where it read actors, action, programmes and so on. Status and category come from `sentences`, which labels units; an actor may be
the issuer of the release. So that every cell of a row can be looked up, this adds for each the place in Text that decided it. What no place in
Text decides (the issuer, its field, the title that the source gave) has the method `metadata` and the act itself as its place: the words
that leave it open.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from pipeline.lexicon import cues
from pipeline.predicates import Predicate, predicate
from pipeline.schema import CommitmentData, EvidenceData, UnitData
from pipeline.sentences import category_of, morpheme_range, status_of
from pipeline.sheet import Sheet


def completed(sheet: Sheet, commitment: CommitmentData) -> list[EvidenceData]:
    """The evidence of a commitment, with every filled cell in it.

    >>> from pipeline.engine import load_engine
    >>> from pipeline.schema import Release
    >>> (sheet,) = load_engine().analyse([Release("a", "산림청은 내년까지 숲길을 정비할 계획이다.", "a")])
    >>> [(e["field"], sheet["text"][e["start"] : e["end"]]) for e in completed(sheet, sheet["commitments"][0])][-2:]
    [('status', '정비할 계획이다'), ('category', '산림청은 내년까지 숲길을 정비할 계획이다.')]
    """
    evidence = list(commitment["evidence"])
    named = {e["field"] for e in evidence}
    if commitment["actors"] and "actor" not in named:
        evidence.append(_actor(sheet, commitment))
    if "status" not in named:
        evidence += _status(sheet, commitment)
    if "category" not in named:
        evidence.append(_category(sheet, commitment))
    return evidence


def clause_predicate(sheet: Sheet, start: int, end: int) -> Predicate | None:
    """The main predicate of `text[start:end]`."""
    return predicate(sheet["morphemes"], *morpheme_range(sheet["morphemes"], start, end))


def words_of(category: str, text: str) -> Iterator[re.Match[str]]:
    """Words of `text` that stand under `category` in `cues/categories.tsv`, in order."""
    pattern = _words(category)
    if pattern:
        yield from pattern.finditer(text)


@functools.cache
def _words(category: str) -> re.Pattern[str] | None:
    forms = sorted(cues("categories").get(category, ()), key=len, reverse=True)
    # A Latin word counts only where no other Latin letter touches it, as in `sentences.category_of`.
    parts = [rf"(?<![A-Za-z]){re.escape(f)}(?![A-Za-z])" if f.isascii() else re.escape(f) for f in forms]
    return re.compile("|".join(parts)) if parts else None


def _actor(sheet: Sheet, commitment: CommitmentData) -> EvidenceData:
    """Where the body that acts is named first; the act itself where it never is."""
    ids = set(filter(None, commitment["actor_ids"]))
    place = next(((m["start"], m["end"]) for m in sheet["mentions"] if m["entity_id"] in ids), (commitment["start"], commitment["end"]))
    return EvidenceData(field="actor", start=place[0], end=place[1], method="metadata")


def _status(sheet: Sheet, commitment: CommitmentData) -> Iterator[EvidenceData]:
    """The predicate of the clause and, where it says no status of its own, also the one that it takes it from."""
    unit: UnitData = sheet["units"][commitment["unit"]]
    method = "rule" if unit["status_confidence"] is None else "model"
    own = clause_predicate(sheet, commitment["start"], commitment["end"])
    found = [own]
    if method == "rule" and status_of(own, nominal=True) != commitment["status"]:
        found.append(clause_predicate(sheet, unit["start"], unit["end"]))
    places = {_place(sheet, p) for p in found if p is not None} or {(commitment["start"], commitment["end"])}
    for start, end in sorted(places):
        yield EvidenceData(field="status", start=start, end=end, method=method)


def _place(sheet: Sheet, found: Predicate) -> tuple[int, int]:
    return sheet["morphemes"]["start"][found.first], sheet["morphemes"]["end"][found.last]


def _category(sheet: Sheet, commitment: CommitmentData) -> EvidenceData:
    """The first word that names the category: in the clause, else in its unit, else in the heading above."""
    unit: UnitData = sheet["units"][commitment["unit"]]
    place, method = (commitment["start"], commitment["end"]), "metadata"
    if unit["category_confidence"] is not None:
        return EvidenceData(field="category", start=unit["start"], end=unit["end"], method="model")
    spans = [place, (unit["start"], unit["end"])]
    if unit["section"] is not None:
        heading = sheet["units"][unit["section"]]
        spans.append((heading["start"], heading["end"]))
    for start, end in spans:
        body = sheet["text"][start:end]
        if next(iter(category_of(body)), "") == commitment["category"]:
            word = next(words_of(commitment["category"], body), None)
            place = (start + word.start(), start + word.end()) if word else (start, end)
            method = "rule"
            break
    return EvidenceData(field="category", start=place[0], end=place[1], method=method)
