"""Kiwi: text pieces in, morphemes out. The only module that imports kiwipiepy.

Kiwi objects neither pickle nor survive a fork (a child that calls its parent's Kiwi on a batch hangs), so an analyser is described
by `Settings`, which are plain data, and built where it is used: one per process id and settings. With one worker no batch is
ever called, and a forked child goes on with its parent's.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiwipiepy import Kiwi, Token

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


# A morpheme: form, tag (of the Sejong tag set), start and end in the piece, lemma, number of the sentence as Kiwi cuts it. Two may
# share a syllable (`하` and `ㄴ` in `한`). A plain tuple, for there are 600 in a release.
Morpheme = tuple[str, str, int, int, str, int]
_FIELDS: Callable[[Token], Morpheme] = attrgetter("form", "tag", "start", "end", "lemma", "sent_position")

# A forked child keeps its parent's analysers, unused: to call them hangs, and so does to destroy them, for their threads are gone.
_ANALYSERS: dict[tuple[int, Settings], Kiwi] = {}


def analyse(texts: Iterable[str], settings: Settings = Settings()) -> Iterator[list[Morpheme]]:
    """Analyse a batch of pieces, in order, on `settings.workers` threads.

    >>> [[(form, tag) for form, tag, *_ in piece] for piece in analyse(["배운다"])]
    [[('배우', 'VV'), ('ᆫ다', 'EF')]]
    """
    kiwi = _analyser(settings)
    # One text at a time needs none of Kiwi's threads, and so works with an analyser that was built before a fork.
    found = map(kiwi.tokenize, texts) if settings.workers == 1 else kiwi.tokenize(iter(texts))
    for tokens in found:
        yield list(map(_FIELDS, tokens))


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
    key = 0 if settings.workers == 1 else os.getpid(), settings
    if key not in _ANALYSERS:
        _ANALYSERS[key] = _build(settings)
    return _ANALYSERS[key]


def _build(settings: Settings) -> Kiwi:
    from kiwipiepy import Kiwi

    # Kiwi's dictionary of names of several words stays away: names are found by our own lexicon, and it takes 1.5 s to load.
    kiwi = Kiwi(num_workers=settings.workers or os.cpu_count() or 1, load_multi_dict=False)
    for word in settings.words:
        kiwi.add_user_word(word, "NNP", 0.0)
    return kiwi
