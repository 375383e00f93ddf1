"""Text -> sheet: what is known of one release while it passes through the components.

A sheet is a plain dict, so that it is cheap, passes between processes and survives in a spaCy Doc's bytes. It begins with the
morphemes, blocks and breaks that are computed here; each component adds its part.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypedDict

from pipeline import layout, morphology
from pipeline.morphology import Morpheme, Settings
from pipeline.schema import CommitmentData, EntityData, MentionData, Release, UnitData

BATCH = 64  # texts that go to Kiwi together


class Morphemes(TypedDict):
    """The morphemes of a text as parallel lists; `start` and `end` are offsets into it.

    Tags are of the Sejong tag set, without Kiwi's mark of irregular verbs (`VV-I`).
    """

    form: list[str]
    tag: list[str]
    start: list[int]
    end: list[int]
    lemma: list[str]


class Sheet(TypedDict):
    """One release under analysis.

    `blocks` are `[start, end, kind]` of `layout.blocks`; `breaks` the offsets at which Kiwi begins a sentence; `published` an ISO
    date or empty.
    """

    text: str
    title: str
    published: str
    issuer: str
    issuer_id: str
    morphemes: Morphemes
    blocks: list[tuple[int, int, str]]
    breaks: list[int]
    units: list[UnitData]
    mentions: list[MentionData]
    entities: dict[str, EntityData]
    commitments: list[CommitmentData]


def blank(text: str) -> Sheet:
    """A sheet of which only the text is known."""
    return Sheet(
        text=text,
        title="",
        published="",
        issuer="",
        issuer_id="",
        morphemes=Morphemes(form=[], tag=[], start=[], end=[], lemma=[]),
        blocks=[],
        breaks=[],
        units=[],
        mentions=[],
        entities={},
        commitments=[],
    )


def sheets(texts: Iterable[str], settings: Settings) -> Iterator[Sheet]:
    """The sheets of many texts, analysed in batches so that Kiwi may use every core.

    >>> [s["morphemes"]["form"] for s in sheets(["숲을 가꾼다."], Settings())]
    [['숲', '을', '가꾸', 'ᆫ다', '.']]
    """
    stream = iter(texts)
    while batch := list(islice(stream, BATCH)):
        shapes = [layout.blocks(text) for text in batch]
        cuts = [[piece for b in shape for piece in morphology.cut(text, b.start, b.end)] for text, shape in zip(batch, shapes, strict=True)]
        found = morphology.analyse((text[a:b] for text, spans in zip(batch, cuts, strict=True) for a, b in spans), settings)
        for text, shape, spans in zip(batch, shapes, cuts, strict=True):
            sheet = blank(text)
            sheet["blocks"] = [(b.start, b.end, b.kind) for b in shape]
            for (offset, _), morphemes in zip(spans, islice(found, len(spans)), strict=True):
                _add(sheet, offset, morphemes)
            yield sheet


def from_releases(releases: Iterable[Release], settings: Settings) -> Iterator[Sheet]:
    """The sheets of releases, with the metadata that the components read."""
    known = list(releases)
    for sheet, release in zip(sheets((r.text for r in known), settings), known, strict=True):
        sheet["title"], sheet["issuer"] = release.title, release.issuer
        sheet["published"] = release.published.isoformat() if release.published else ""
        yield sheet


def _add(sheet: Sheet, offset: int, found: list[Morpheme]) -> None:
    """Add the morphemes of a piece that begins at `offset`, column by column (one by one takes several times as long)."""
    if not found:
        return
    forms, tags, firsts, lasts, lemmas, sentences = zip(*found, strict=True)
    if firsts != tuple(sorted(firsts)):
        found = sorted(found, key=lambda m: (m[2], m[3]))
        forms, tags, firsts, lasts, lemmas, sentences = zip(*found, strict=True)
    starts = [offset + i for i in firsts]
    ends = [offset + i for i in lasts]
    morphemes = sheet["morphemes"]
    morphemes["form"] += forms
    morphemes["tag"] += map(_plain, tags)
    morphemes["start"] += starts
    morphemes["end"] += ends
    morphemes["lemma"] += lemmas
    sheet["breaks"] += [start for start, this, before in zip(starts, sentences, (-1, *sentences), strict=False) if this != before]


@functools.lru_cache(maxsize=4_096)
def _plain(tag: str) -> str:
    return tag.partition("-")[0]
