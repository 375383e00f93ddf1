"""Names in a release, by a trained model: ORG, PROGRAM, PERSON.

A conditional random field over tokens (`tokens`) decides what the rules of `mentions` only propose: the lexicon and the rules' candidates are
among its features, so that homonyms are told apart by their surroundings and unknown names found by form and context. A name that is
tagged in one place of a release is looked for in the others, and tagged there too where the model on the whole leans that way.
"""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Self

import numpy as np
import numpy.typing as npt

from pipeline.component import Trained
from pipeline.learn.arrays import WeightsError
from pipeline.learn.coded import Coded
from pipeline.learn.crf import CRF, Batch, Floats
from pipeline.learn.stored import read_crf, write_crf
from pipeline.learn.templates import OUTSIDE, Codes, Index, Template, template, windows
from pipeline.learn.vectors import Vectors
from pipeline.lexicon import Lexicon
from pipeline.mentions import Candidate, mention_data, occurrences
from pipeline.schema import LABELS
from pipeline.sheet import Sheet
from pipeline.tokens import COLUMNS, Coder, Ints, Tokens

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

_SHORT = re.compile(r"(.+?)\s?\(([A-Z][A-Za-z0-9&.\-]+)\)$")  # `X(ABC)`
_HALVES = ")∼~·,-"
_LATIN = re.compile(r"\s?\([A-Z][A-Za-z0-9&.·/ \-]{1,60}\)")
LONGEST = 400  # tokens of one sequence; longer units are cut, so that one of them does not hold up a batch


REACH = max(abs(offset) for each in TEMPLATES for _, offset in each)
LEAST = 0.2  # mean probability at which an untagged repetition of a name is tagged; chosen on dev
# Added to the scores of opening a name: the likelihood is best where many are missed, F1 where as many are missed as made up; chosen on dev.
BOLDER = {"B-ORG": 0.6, "B-PROGRAM": 1.2}


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

    def equip(self, coder: Coder, index: Index, model: CRF) -> None:
        """Set what training found."""
        self.coder, self.index, self.model = coder, index, model

    def predict(self, sheets: Sequence[Sheet]) -> list[list[Candidate]]:
        """The names of each release."""
        if self.model is None:
            raise WeightsError("the tagger has no weights: load a trained model, or take `dajim_mentions` alone")
        reads = [self.coder.read(sheet) for sheet in sheets]
        codes, runs, bases = joined(reads)
        scores = self.model.scores(self.index.features(codes))
        batch = Batch.of(runs)
        for tag, more in BOLDER.items():
            scores[:, TAGS.index(tag)] += np.float32(more)
        labels, chances = self.model.decode(scores, batch), self.model.marginals(scores, batch)
        return [
            _names(sheet, found, labels[a : a + len(found)], chances[a : a + len(found)])
            for sheet, (found, _), a in zip(sheets, reads, bases, strict=True)
        ]

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

    def from_disk(self, folder: pathlib.Path) -> Self:
        """Read what `to_disk` wrote.

        Raises:
            WeightsError: it is missing, broken or of another version.
        """
        features, model = read_crf(folder, COLUMNS, TAGS)
        self.equip(Coder(features.book, Vectors.from_disk(folder / "vectors"), self.lexicon), features.index, model)
        return self


def joined(reads: Sequence[tuple[Tokens, Codes]]) -> tuple[Codes, list[tuple[int, int]], list[int]]:
    """Many releases as one matrix, with empty rows between them that no template sees across.

    Returns:
        The codes; the rows of each unit; the first row of each release.
    """
    gap = np.full((REACH, len(COLUMNS)), OUTSIDE, np.int32)
    runs, bases, base = [], [], REACH
    for found, _ in reads:
        bases.append(base)
        for a, b in found.runs():
            runs += [(base + i, base + min(i + LONGEST, b)) for i in range(a, b, LONGEST)]
        base += len(found) + REACH
    codes = np.concatenate([gap, *(part for _, c in reads for part in (c, gap))])
    return codes, runs, bases


def _names(sheet: Sheet, found: Tokens, labels: npt.NDArray[np.int64], chances: Floats) -> list[Candidate]:
    text = sheet["text"]
    names = _everywhere(text, found, {(a, b): label for a, b, label in _runs(labels, found.unit)}, chances)
    proposed = {(m["start"], m["end"], m["label"]): m for m in sheet["mentions"]}
    by_surface = {(text[m["start"] : m["end"]], m["label"]): m["entity_id"] for m in reversed(sheet["mentions"]) if m["entity_id"]}
    result: list[Candidate] = []
    for (a, b), label in sorted(names.items()):
        if result and found.start[a] < result[-1].end:
            continue  # an abbreviation in the parentheses of the name before
        column = 1 + 2 * LABELS.index(label)
        sure = float(min([chances[a, column], *chances[a + 1 : b, column + 1]]))
        whole = _without_marks(text, found, (a, b))
        if whole is None:
            continue
        a, b = whole
        _, stop = whole if label == "PERSON" else _with_latin(text, found, whole)
        start, end = found.start[a], found.end[stop - 1]
        rule = proposed.get((start, end, label))
        entity = rule["entity_id"] if rule else by_surface.get((text[start:end], label), "")
        result.append(Candidate(start, end, label, "model", entity, round(sure, 3)))
    return result


def _runs(labels: npt.NDArray[np.int64], units: Ints) -> Iterator[tuple[int, int, str]]:
    """`[first, stop)` and label of each name, none across units; a name also begins where its opening tag is missing."""
    inside = np.flatnonzero(labels)
    tags, after = labels[inside], np.diff(inside, prepend=-2) == 1
    # Where the tag is B, or I after nothing, after another label or in another unit.
    opens = (tags % 2 == 1) | ~after | (np.diff((tags + 1) // 2, prepend=0) != 0) | (np.diff(units[inside], prepend=-1) != 0)
    for first, stop in pairwise([*np.flatnonzero(opens).tolist(), len(inside)]):
        yield int(inside[first]), int(inside[stop - 1]) + 1, LABELS[(int(tags[first]) - 1) // 2]


def _surface(text: str, found: Tokens, span: tuple[int, int]) -> str:
    return text[found.start[span[0]] : found.end[span[1] - 1]]


def _without_marks(text: str, found: Tokens, span: tuple[int, int]) -> tuple[int, int] | None:
    """The span without half brackets at its ends and without brackets around it; None where no name is left."""
    a, b = span
    surface = _surface(text, found, span)
    if surface.count("(") != surface.count(")"):
        while a < b and text[found.start[a]] in _HALVES:  # `)∼새날 나들목(IC)`
            a += 1
    elif surface.startswith("(") and surface.find(")") == len(surface) - 1:  # `(새날)`
        a, b = a + 1, b - 1
    surface = _surface(text, found, (a, b)) if a < b else ""
    return (a, b) if any(map(str.isalnum, surface)) and surface.count("(") == surface.count(")") else None


def _with_latin(text: str, found: Tokens, span: tuple[int, int]) -> tuple[int, int]:
    """The span with the Latin name or abbreviation in parentheses that follows: `X(ABC)` is one name."""
    match = _LATIN.match(text, found.end[span[1] - 1])
    wider = found.span(found.start[span[0]], match.end()) if match else None
    return wider or span


def _everywhere(text: str, found: Tokens, names: dict[tuple[int, int], str], chances: Floats) -> dict[tuple[int, int], str]:
    """The names, with those places of a release added where a name found elsewhere in it stands untagged."""
    surfaces: dict[str, str] = {}
    for (a, b), label in names.items():
        surface = _surface(text, found, (a, b))
        short = _SHORT.match(surface)
        for form in (surface, *(short.groups() if short else ())):
            if len(form) >= 2 and "\n" not in form:
                surfaces.setdefault(form, label)
    taken = {i for a, b in names for i in range(a, b)}
    added: dict[str, list[tuple[int, int]]] = {}
    for start, end in occurrences(text, surfaces):
        span = found.span(start, end)
        if span and not any(i in taken for i in range(*span)):
            added.setdefault(text[start:end], []).append(span)
    more = dict(names)
    for surface, spans in added.items():
        column = 1 + 2 * LABELS.index(surfaces[surface])
        # What the model gives the name's first token here, on average: rarely tagged words stay untagged.
        if np.mean([chances[a, column] for a, _ in spans]) >= LEAST:
            more |= dict.fromkeys(spans, surfaces[surface])
    return more
