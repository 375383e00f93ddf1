"""Trains the tagger (`pipeline.tagger`) on labelled names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

import numpy as np
import numpy.typing as npt

from pipeline.learn import crf, network
from pipeline.learn.templates import Codebook, Codes, Index
from pipeline.learn.vectors import Vectors
from pipeline.lexicon import Lexicon
from pipeline.schema import LABELS
from pipeline.span_classifier import SpanClassifier
from pipeline.spans import COLUMNS as SPAN_COLUMNS
from pipeline.spans import TEMPLATES as SPAN_TEMPLATES
from pipeline.spans import columns, spans
from pipeline.tagger import TAGS, TEMPLATES, Tagger, joined, sequences
from pipeline.tokens import COLUMNS, Coder, Tokens
from pipeline.training.examples import Example


@dataclass(frozen=True, slots=True)
class Settings:
    """How a tagger is trained.

    Attributes:
        crf: as in `learn.crf`; `at_least`: features of tokens seen fewer times get no weight.
        network: of the spans, as in `learn.network`; `spans_at_least`: features of spans seen fewer times get no weight.
        fold_epochs: passes of the models whose answers the network learns from.
    """

    crf: crf.Settings = field(default_factory=crf.Settings)
    at_least: int = 5
    network: network.Settings = field(default_factory=lambda: network.Settings(hidden=32, epochs=5, batch=512, drop=0.2, hidden_drop=0.2))
    spans_at_least: int = 20
    fold_epochs: int = 4


FOLDS = 2  # halves of the releases, each read by a model that has seen the other one
_NEGLIGIBLE = 0.1  # a weight below this moves no decision: rows without a larger one are left out of the model file


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
    codes, runs, _ = joined(found)
    index = Index.fit(TEMPLATES, COLUMNS, {c: book.size(c) for c in COLUMNS}, codes, at_least=settings.at_least)
    rows = np.concatenate([np.arange(a, b) for a, b in sorted(runs)])  # without the gaps between releases
    data = _Data.of(examples, found, index.features(codes)[rows], len(index))
    model = data.fit(range(len(examples)), settings.crf)
    kept = np.abs(model.weights).max(1) >= _NEGLIGIBLE
    kept[0] = True
    tagger = Tagger(lexicon=lexicon)
    judge = _judge(data, index.sizes, settings)
    tagger.equip(coder, index.restricted(kept), crf.CRF(model.weights[kept], model.transitions), judge)
    return tagger


@dataclass(frozen=True, slots=True)
class _Data:
    """The examples, as the field learns from them.

    Attributes:
        examples: of all releases. `reads`: their tokens and the codes of these.
        features: tokens of all releases x templates. `size`: how many weights there are.
        tags: one a token.
        sequences: of each release, the rows of its sequences.
    """

    examples: Sequence[Example]
    reads: Sequence[tuple[Tokens, Codes]]
    features: npt.NDArray[np.int32]
    size: int
    tags: npt.NDArray[np.int64]
    sequences: list[list[tuple[int, int]]]

    @classmethod
    def of(cls, examples: Sequence[Example], reads: Sequence[tuple[Tokens, Codes]], features: npt.NDArray[np.int32], size: int) -> _Data:
        """With the tags that the labels of the examples ask for."""
        tags, runs, base = np.zeros(len(features), np.int64), [], 0
        for example, (found, _) in zip(examples, reads, strict=True):
            for mention in example.labels.mentions:
                span = found.span(*mention.span)
                if span is not None:  # a name that ends inside a token cannot be learned (0.1 % of them)
                    opening = TAGS.index(f"B-{mention.label}")
                    tags[base + span[0]] = opening
                    tags[base + span[0] + 1 : base + span[1]] = opening + 1
            runs.append(sequences(found, base))
            base += len(found)
        return cls(examples, reads, features, size, tags, runs)

    def fit(self, which: Sequence[int], settings: crf.Settings) -> crf.CRF:
        """The field fitted to some releases."""
        known = list(chain.from_iterable(self.sequences[n] * self.examples[n].weight for n in which))
        return crf.fit(self.features, self.tags, known, sizes=(self.size, len(TAGS)), settings=settings)

    def chances(self, model: crf.CRF, which: Sequence[int]) -> Iterator[tuple[int, crf.Floats]]:
        """Some releases, each with its probabilities, tokens x tags."""
        for n in which:
            runs, count = self.sequences[n], len(self.reads[n][0])
            first = runs[0][0] if runs else 0
            batch = crf.Batch.of([(a - first, b - first) for a, b in runs])
            yield n, model.marginals(model.scores(self.features[first : first + count]), batch)


def _judge(data: _Data, sizes: Mapping[str, int], settings: Settings) -> SpanClassifier:
    """The network over spans, fitted to what fields say of releases that they have not seen."""
    seen, labels = [], []
    everything = range(len(data.examples))
    for fold in range(FOLDS):
        model = data.fit([n for n in everything if n % FOLDS != fold], replace(settings.crf, epochs=settings.fold_epochs))
        for n, chances in data.chances(model, [n for n in everything if n % FOLDS == fold]):
            example, (found, codes) = data.examples[n], data.reads[n]
            options = spans(example.sheet, found, chances)
            names = {(found.span(*m.span), LABELS.index(m.label)) for m in example.labels.mentions}
            keys = zip(options.first.tolist(), options.stop.tolist(), options.label.tolist(), strict=True)
            labels += [((first, stop), label) in names for first, stop, label in keys]
            seen.append(columns(example.sheet, found, codes, chances, options))
    rows = np.concatenate(seen)
    index = Index.fit(SPAN_TEMPLATES, SPAN_COLUMNS, SpanClassifier.sizes(sizes), rows, at_least=settings.spans_at_least)
    features, dense = SpanClassifier.inputs(index, rows)
    return SpanClassifier(index, network.fit(features, dense, np.array(labels, np.int64), classes=2, settings=settings.network, seed=0))
