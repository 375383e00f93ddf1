"""Names in a release, by trained models: ORG, PROGRAM, PERSON.

A conditional random field over tokens (`tokens`) says how likely what the rules of `mentions` only propose is: the lexicon and the rules'
candidates are among its features, so that homonyms are told apart by their surroundings and unknown names found by form and context. It
reads unit by unit. What it holds possible is then decided for the whole release at once, by a second model that sees all places of the same words
(`spans`, `span_classifier`); it has learned from releases that the first one had not seen (stacking, Wolpert 1992).
"""

from __future__ import annotations

import pathlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Self

import numpy as np

from pipeline.component import Trained
from pipeline.learn.arrays import WeightsError
from pipeline.learn.coded import Coded
from pipeline.learn.crf import CRF, Batch
from pipeline.learn.stored import read_crf, write_crf
from pipeline.learn.templates import OUTSIDE, Codes, Index, Template, template, windows
from pipeline.learn.vectors import Vectors
from pipeline.lexicon import Lexicon
from pipeline.mentions import Candidate, mention_data
from pipeline.schema import LABELS
from pipeline.sheet import Sheet
from pipeline.span_classifier import SpanClassifier
from pipeline.spans import Floats, Spans, apart, columns, spans
from pipeline.tokens import COLUMNS, Coder, Tokens

# O, and for each label the token that opens a name and those that carry it on.
TAGS = ("O", *(f"{place}-{label}" for label in LABELS for place in "BI"))

TEMPLATES: tuple[Template, ...] = (
    *windows({"form": 2, "tag": 3, "last": 1, "last2": 1, "coarse": 2, "middle": 2, "fine": 1, "shape": 1, "lexicon": 1, "rule": 1, "blank": 1}),
    *windows({"first": 0, "first2": 0, "kind": 0, "surname": 0, "quote": 1}),
    *(template(("title", n)) for n in (-1, 1, 2)),
    template(("form", -1), ("form", 0)),
    template(("form", 0), ("form", 1)),
    template(("form", 1), ("form", 2)),
    template(("form", -1), ("form", -2)),
    template(("tag", -1), ("tag", 0)),
    template(("tag", 0), ("tag", 1)),
    template(("tag", -1), ("tag", 0), ("tag", 1)),
    template(("tag", 1), ("form", 1)),
    template(("middle", -1), ("middle", 0)),
    template(("middle", 0), ("middle", 1)),
    template(("coarse", -1), ("coarse", 0), ("coarse", 1)),
    template(("lexicon", 0), ("tag", 1)),
    template(("lexicon", 0), ("form", 1)),
    template(("lexicon", 0), ("lexicon", 1)),
    template(("lexicon", -1), ("lexicon", 0)),
    template(("rule", 0), ("lexicon", 0)),
    template(("rule", 0), ("rule", 1)),
    template(("quote", 0), ("tag", 0)),
    template(("quote", 0), ("rule", 0)),
    template(("quote", 0), ("middle", 0)),
    template(("last", 0), ("blank", 1), ("quote", 0)),
    template(("surname", 0), ("title", 1)),
    template(("surname", 0), ("title", -1)),
    template(("surname", 0), ("shape_tag", 0), ("title", 1)),
    template(("surname", 0), ("shape_tag", 0), ("title", 2)),
    template(("form", -1), ("surname", 0)),
    template(("form", 1), ("surname", 0)),
    template(("blank", 0), ("tag", 0)),
    template(("blank", 1), ("tag", 1)),
    template(("blank", 0), ("blank", 1), ("tag", 0)),
    template(("last", 0), ("tag", 1)),
    template(("last2", 0), ("tag", 1), ("blank", 1)),
    template(("kind", 0), ("tag", 0)),
    template(("coarse", 0), ("tag", 1), ("blank", 1)),
    template(("shape", 0), ("tag", -1), ("tag", 1)),
    template(("form", 1), ("tag", 0)),
    template(("middle", 1), ("shape", 0), ("blank", 1)),
    template(("middle", -1), ("shape", 0), ("blank", 0)),
    template(("form", 0), ("blank", 1), ("tag", 1)),
)

LONGEST = 400  # tokens of one sequence; longer units are cut, so that one of them does not hold up a batch
REACH = max(abs(offset) for each in TEMPLATES for _, offset in each)
# Probability from which a span is a name. F1 is best where as many are missed as made up; chosen on dev, whose readers named more than those of `extra`.
LEAST = {"ORG": 0.4, "PROGRAM": 0.3, "PERSON": 0.5}
_LEAST = np.array([LEAST[label] for label in LABELS])


class Tagger(Trained[list[Candidate]]):
    """Decides which names there are.

    Reads `morphemes`, `units` and the `mentions` that rules propose; writes `mentions`, with confidence. In spaCy: `doc._.mentions` and
    `doc.ents`.

    Args:
        lexicon: the lexicon to look names up in.
    """

    def __init__(self, *, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.model: CRF | None = None

    def equip(self, coder: Coder, index: Index, model: CRF, judge: SpanClassifier) -> None:
        """Set what training found."""
        self.coder, self.index, self.model, self.judge = coder, index, model, judge

    def predict(self, sheets: Sequence[Sheet]) -> list[list[Candidate]]:
        """The names of each release."""
        if self.model is None:
            raise WeightsError("the tagger has no weights: load a trained model, or take `dajim_mentions` alone")
        reads = [self.coder.read(sheet) for sheet in sheets]
        codes, runs, bases = joined(reads)
        chances = self.model.marginals(self.model.scores(self.index.features(codes)), Batch.of(runs))
        options, seen = [], []
        for sheet, (found, own), base in zip(sheets, reads, bases, strict=True):
            here = chances[base : base + len(found)]
            options.append(spans(sheet, found, here))
            seen.append(columns(sheet, found, own, here, options[-1]))
        likely = np.split(self.judge.chances(np.concatenate(seen)), np.cumsum([len(o) for o in options])[:-1]) if seen else []
        return [_names(sheet, found, o, sure) for sheet, (found, _), o, sure in zip(sheets, reads, options, likely, strict=True)]

    def set_annotations(self, sheets: Sequence[Sheet], predictions: Sequence[list[Candidate]]) -> None:
        """Write `mentions`."""
        for sheet, names in zip(sheets, predictions, strict=True):
            sheet["mentions"] = mention_data(sheet, names)

    def to_disk(self, folder: pathlib.Path) -> None:
        """Write the weights.

        Raises:
            WeightsError: there are none.
        """
        if self.model is None:
            raise WeightsError("the tagger has no weights to write")
        write_crf(folder, Coded(self.coder.book, self.index), self.model)
        # Of the vectors the tagger looks at the clusters alone.
        replace(self.coder.vectors, matrix=self.coder.vectors.matrix[:, :0]).to_disk(folder / "vectors")
        self.judge.to_disk(folder / "spans")

    def from_disk(self, folder: pathlib.Path) -> Self:
        """Read what `to_disk` wrote.

        Raises:
            WeightsError: it is missing, broken or of another version.
        """
        features, model = read_crf(folder, COLUMNS, TAGS)
        judge = SpanClassifier.from_disk(folder / "spans", features.index.sizes)
        self.equip(Coder(features.book, Vectors.from_disk(folder / "vectors"), self.lexicon), features.index, model, judge)
        return self


def sequences(found: Tokens, base: int = 0) -> list[tuple[int, int]]:
    """The rows of each unit of a release whose first token has row `base`; of long units, one sequence after the other."""
    return [(base + i, base + min(i + LONGEST, b)) for a, b in found.runs() for i in range(a, b, LONGEST)]


def joined(reads: Sequence[tuple[Tokens, Codes]]) -> tuple[Codes, list[tuple[int, int]], list[int]]:
    """Many releases as one matrix, with empty rows between them that no template sees across.

    Returns:
        The codes; the rows of each unit; the first row of each release.
    """
    gap = np.full((REACH, len(COLUMNS)), OUTSIDE, np.int32)
    runs: list[tuple[int, int]] = []
    bases, base = [], REACH
    for found, _ in reads:
        bases.append(base)
        runs += sequences(found, base)
        base += len(found) + REACH
    codes = np.concatenate([gap, *(part for _, c in reads for part in (c, gap))])
    return codes, runs, bases


def _names(sheet: Sheet, found: Tokens, options: Spans, likely: Floats) -> list[Candidate]:
    """The names among the spans, with the entities that rules found for them or for the same words."""
    text = sheet["text"]
    proposed = {(m["start"], m["end"], m["label"]): m["entity_id"] for m in sheet["mentions"]}
    by_surface = {(text[m["start"] : m["end"]], m["label"]): m["entity_id"] for m in reversed(sheet["mentions"]) if m["entity_id"]}
    names = []
    for n in sorted(apart(options, likely, _LEAST[options.label]), key=options.first.__getitem__):
        start, end = found.start[options.first[n]], found.end[options.stop[n] - 1]
        label = LABELS[options.label[n]]
        entity = proposed.get((start, end, label), by_surface.get((text[start:end], label), ""))
        names.append(Candidate(start, end, label, "model", entity, round(float(likely[n]), 3)))
    return names
