"""What every component of the pipeline has in common: `predict` computes, `set_annotations` writes.

A component works on batches and never touches a Doc in `predict`, so that it can be tested, timed and replaced on its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar

from spacy.tokens import Doc
from spacy.util import minibatch

Prediction = TypeVar("Prediction")


class Component(Generic[Prediction]):
    """Base of the components; subclasses give `predict` and `set_annotations`."""

    def predict(self, docs: Sequence[Doc]) -> list[Prediction]:
        """One prediction a Doc, in order. Does not change the Docs."""
        raise NotImplementedError

    def set_annotations(self, docs: Sequence[Doc], predictions: Sequence[Prediction]) -> None:
        """Write the predictions to the Docs."""
        raise NotImplementedError

    def __call__(self, doc: Doc) -> Doc:
        """Annotate one Doc."""
        self.set_annotations([doc], self.predict([doc]))
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 64) -> Iterator[Doc]:
        """Annotate a stream of Docs."""
        for docs in minibatch(stream, batch_size):
            self.set_annotations(docs, self.predict(docs))
            yield from docs
