"""Our components as spaCy components: the registered factories, and the step that binds one to Docs."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
from spacy.attrs import IDX, SENT_START  # type: ignore[import-not-found]
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from pipeline.component import Component, Trained
from pipeline.document import sheet_of
from pipeline.engine import COMPONENTS
from pipeline.learn.arrays import WeightsError


class Step:
    """A component on Docs: what it predicts goes to the Doc's sheet, and to `doc.sents` or `doc.ents` where spaCy has a place for it.

    Args:
        component: the component.
        mark: writes to the Doc what the sheet has gained.
    """

    def __init__(self, component: Component[Any], mark: Callable[[Doc], None] | None = None) -> None:
        self.component = component
        self.mark = mark

    def predict(self, docs: Sequence[Doc]) -> list[Any]:
        """One prediction a Doc, in order. Does not change the Docs."""
        return self.component.predict([sheet_of(doc) for doc in docs])

    def set_annotations(self, docs: Sequence[Doc], predictions: Sequence[Any]) -> None:
        """Write the predictions to the Docs."""
        self.component.set_annotations([sheet_of(doc) for doc in docs], predictions)
        if self.mark:
            for doc in docs:
                self.mark(doc)

    def to_disk(self, path: pathlib.Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the component's weights, where it has any."""
        if isinstance(self.component, Trained):
            self.component.to_disk(pathlib.Path(path))

    def from_disk(self, path: pathlib.Path, *, exclude: Iterable[str] = ()) -> Step:
        """Read what `to_disk` wrote."""
        if isinstance(self.component, Trained):
            self.component.from_disk(pathlib.Path(path))
        return self

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Nothing, for a component without weights.

        Raises:
            WeightsError: there are weights, which are written to disk only; better refused than dropped.
        """
        if isinstance(self.component, Trained):
            raise WeightsError("the weights of a trained component are written with to_disk, not to_bytes")
        return b""

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Step:
        """The inverse of `to_bytes`."""
        return self

    def __call__(self, doc: Doc) -> Doc:
        """Annotate one Doc."""
        self.set_annotations([doc], self.predict([doc]))
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 64) -> Iterator[Doc]:
        """Annotate a stream of Docs."""
        docs = iter(stream)
        while batch := list(islice(docs, batch_size)):
            self.set_annotations(batch, self.predict(batch))
            yield from batch


def mark_sentences(doc: Doc) -> None:
    """`doc.sents` are the units."""
    opening = np.array([u["start"] for u in sheet_of(doc)["units"][1:]], dtype=np.uint64)
    starts = np.where(np.isin(doc.to_array(IDX), opening), 1, -1)  # as an array: token by token takes longer than the cutting
    starts[:1] = 1
    doc.from_array([SENT_START], starts.astype(np.int64).astype(np.uint64))  # type: ignore[arg-type]


def mark_entities(doc: Doc) -> None:
    """`doc.ents` are the mentions, each with its entity id; a name that ends inside a token is widened to it."""
    mentions = sheet_of(doc)["mentions"]
    known = sheet_of(doc)["entities"]
    spans = []
    for m in mentions:
        span = doc.char_span(m["start"], m["end"], label=m["label"], alignment_mode="expand")
        if span is not None:
            spans.append(Span(doc, span.start, span.end, m["label"], kb_id=m["entity_id"] if m["entity_id"] in known else ""))
    doc.ents = filter_spans(spans)


@Language.factory("dajim_units", assigns=["doc._.units", "doc.sents"])
def create_units(nlp: Language, name: str) -> Step:
    """Cuts a Doc into units; see `units.Units`."""
    return Step(COMPONENTS["dajim_units"](), mark_sentences)


@Language.factory("dajim_mentions", requires=["doc._.units"], assigns=["doc._.mentions", "doc.ents"])
def create_mentions(nlp: Language, name: str) -> Step:
    """Tags names; see `mentions.Mentions`."""
    return Step(COMPONENTS["dajim_mentions"](), mark_entities)


@Language.factory("dajim_tagger", requires=["doc._.mentions"], assigns=["doc._.mentions", "doc.ents"])
def create_tagger(nlp: Language, name: str) -> Step:
    """Decides which names there are; see `tagger.Tagger`."""
    return Step(COMPONENTS["dajim_tagger"](), mark_entities)


@Language.factory("dajim_entities", requires=["doc._.mentions"], assigns=["doc._.entities", "doc._.mentions", "doc.ents"])
def create_entities(nlp: Language, name: str) -> Step:
    """Resolves names; see `entities.Entities`."""
    return Step(COMPONENTS["dajim_entities"](), mark_entities)


@Language.factory("dajim_sentences", requires=["doc._.units"], assigns=["doc._.units"])
def create_sentences(nlp: Language, name: str) -> Step:
    """Gives units their status and category; see `sentences.Sentences`."""
    return Step(COMPONENTS["dajim_sentences"]())


@Language.factory("dajim_classifier", requires=["doc._.units", "doc._.entities"], assigns=["doc._.units"])
def create_classifier(nlp: Language, name: str) -> Step:
    """Decides status and category; see `classifier.Classifier`."""
    return Step(COMPONENTS["dajim_classifier"]())


@Language.factory("dajim_commitments", requires=["doc._.units", "doc._.entities"], assigns=["doc._.commitments"])
def create_commitments(nlp: Language, name: str) -> Step:
    """Assembles commitments; see `commitments.Commitments`."""
    return Step(COMPONENTS["dajim_commitments"]())
