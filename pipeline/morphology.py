"""Kiwi: text pieces in, morphemes out. The only module that imports kiwipiepy.

Kiwi objects neither pickle nor survive a fork (a child that calls its parent's Kiwi on a batch hangs), so an analyser is described
by `Settings`, which are plain data, and built where it is used: one per process id and settings.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from kiwipiepy import Kiwi

# Kiwi's time grows faster than a piece's length (800,000 characters in one piece take it 55 s), so longer ones are cut.
PIECE = 4_000

_CUT = re.compile(r"[.!?。]\s+|\n|\s")


@dataclass(frozen=True, slots=True)
class Settings:
    """What makes one analyser different from another.

    Attributes:
        words: names that the analyser is to know as proper nouns.
        workers: threads for a batch; 0 for one a core.
    """

    words: tuple[str, ...] = ()
    workers: int = 0


class Morpheme(NamedTuple):
    """A morpheme with its place in the text it was found in. Two may share a syllable (`하` and `ㄴ` in `한`)."""

    form: str
    tag: str  # of the Sejong tag set
    start: int
    end: int
    lemma: str
    sentence: int  # number of the sentence in the piece, as Kiwi cuts it


# A forked child keeps its parent's analysers, unused: to call them hangs, and so does to destroy them, for their threads are gone.
_ANALYSERS: dict[tuple[int, Settings], Kiwi] = {}


def analyse(texts: Iterable[str], settings: Settings = Settings()) -> Iterator[list[Morpheme]]:  # noqa: B008 (frozen)
    """Analyse a batch of pieces, in order, on `settings.workers` threads.

    >>> [[(m.form, m.tag) for m in piece] for piece in analyse(["돕는다"])]
    [[('돕', 'VV'), ('는다', 'EF')]]
    """
    kiwi = _analyser(settings)
    for tokens in kiwi.tokenize(iter(texts)):
        yield [Morpheme(t.form, t.tag, t.start, t.start + t.len, t.lemma, t.sent_position) for t in tokens]


def cut(text: str, start: int, end: int, limit: int = PIECE) -> Iterator[tuple[int, int]]:
    """Pieces of `text[start:end]` of at most `limit` characters, cut after a sentence or a blank where there is one.

    >>> list(cut("가나 다라 마바", 0, 8, limit=4))
    [(0, 3), (3, 6), (6, 8)]
    """
    while end - start > limit:
        at = start + limit
        for match in _CUT.finditer(text, start + limit // 2, start + limit):
            at = match.end()
        yield start, at
        start = at
    yield start, end


def _analyser(settings: Settings) -> Kiwi:
    key = os.getpid(), settings
    if key not in _ANALYSERS:
        _ANALYSERS[key] = _build(settings)
    return _ANALYSERS[key]


def _build(settings: Settings) -> Kiwi:
    from kiwipiepy import Kiwi

    kiwi = Kiwi(num_workers=settings.workers or os.cpu_count() or 1)
    for word in settings.words:
        kiwi.add_user_word(word, "NNP", 0.0)
    return kiwi
