"""What every component has in common: `predict` computes, `set_annotations` writes.

A component works on batches of sheets and changes nothing in `predict`, so that it can be tested, timed and replaced on its own. It
knows nothing of spaCy; `factories` binds it to one.
"""

from __future__ import annotations

import pathlib
from collections.abc import Sequence
from typing import Generic, Self, TypeVar

from pipeline.sheet import Sheet

Prediction = TypeVar("Prediction")


class Component(Generic[Prediction]):
    """Base of the components; subclasses give `predict` and `set_annotations`."""

    def predict(self, sheets: Sequence[Sheet]) -> list[Prediction]:
        """One prediction a sheet, in order. Does not change the sheets."""
        raise NotImplementedError

    def set_annotations(self, sheets: Sequence[Sheet], predictions: Sequence[Prediction]) -> None:
        """Write the predictions to the sheets."""
        raise NotImplementedError

    def annotate(self, sheets: Sequence[Sheet]) -> None:
        """Predict and write."""
        self.set_annotations(sheets, self.predict(sheets))


class Trained(Component[Prediction]):
    """A component with weights. Its constructor takes none: training sets them (`pipeline.training`), or `from_disk`."""

    def to_disk(self, folder: pathlib.Path) -> None:
        """Write the weights.

        Raises:
            WeightsError: there are none.
        """
        raise NotImplementedError

    def from_disk(self, folder: pathlib.Path) -> Self:
        """Read what `to_disk` wrote.

        Raises:
            WeightsError: it is missing, broken or of another version.
        """
        raise NotImplementedError
