"""Trains the tagger (`pipeline.tagger`) on labelled names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from pipeline.learn import crf
from pipeline.learn.templates import Codebook, Index
from pipeline.learn.vectors import Vectors
from pipeline.lexicon import Lexicon
from pipeline.tagger import TAGS, TEMPLATES, Tagger, joined
from pipeline.tokens import COLUMNS, Coder
from pipeline.training.examples import Example


@dataclass(frozen=True, slots=True)
class Settings:
    """Features seen fewer than `at_least` times get no weight; `crf` as in `learn.crf`."""

    crf: crf.Settings = field(default_factory=crf.Settings)
    at_least: int = 4


# A weight below this moves no decision: rows without a larger one are left out of the model file.
_NEGLIGIBLE = 0.1


def train_tagger(examples: Sequence[Example], vectors: Vectors, lexicon: Lexicon, settings: Settings | None = None) -> Tagger:
    """A tagger fitted to the examples.

    Args:
        examples: their sheets hold the names that the rules propose.
        vectors: of morphemes.
        lexicon: names to look up.
        settings: of the training.
    """
    settings = settings or Settings()
    book = Codebook(COLUMNS)
    coder = Coder(book, vectors, lexicon)
    found = [coder.read(example.sheet) for example in examples]
    book.is_open = False
    codes, runs, bases = joined(found)
    tags = np.zeros(len(codes), np.int64)
    for example, (tokens, _), base in zip(examples, found, bases, strict=True):
        for mention in example.labels.mentions:
            span = tokens.span(*mention.span)
            if span is not None:  # a name that ends inside a token cannot be learned (0.1 % of them)
                opening = TAGS.index(f"B-{mention.label}")
                tags[base + span[0]] = opening
                tags[base + span[0] + 1 : base + span[1]] = opening + 1
    index = Index.fit(TEMPLATES, COLUMNS, {c: book.size(c) for c in COLUMNS}, codes, at_least=settings.at_least)
    rows = np.concatenate([np.arange(a, b) for a, b in sorted(runs)])  # without the gaps between releases
    ends = np.cumsum([0, *(b - a for a, b in sorted(runs))])
    model = crf.fit(index.features(codes)[rows], tags[rows], list(pairwise(ends.tolist())), sizes=(len(index), len(TAGS)), settings=settings.crf)
    kept = np.abs(model.weights).max(1) >= _NEGLIGIBLE
    kept[0] = True
    tagger = Tagger(lexicon=lexicon)
    tagger.equip(coder, index.restricted(kept), crf.CRF(model.weights[kept], model.transitions))
    return tagger
