"""The releases to measure on: in order, and not among those that are trained on."""

import pytest

from pipeline.corpus.check import check_annotation
from pipeline.corpus.store import AUTHORED, Store
from pipeline.resources import shipped

UNSEEN = Store(shipped("corpus", "unseen"))
TRAINED = Store(shipped("corpus"))


@pytest.mark.parametrize("name", UNSEEN.names())
def test_labels_are_in_order(name: str) -> None:
    annotation, text = UNSEEN.authored(name)
    assert check_annotation(annotation, text) == []
    assert annotation.acts and annotation.mentions


def test_nothing_of_them_is_trained_on() -> None:
    texts = {TRAINED.authored(name)[1] for name in TRAINED.names()}
    assert len(UNSEEN.names()) >= 18 and UNSEEN.here() == [AUTHORED]
    for name in UNSEEN.names():
        lines = {line.strip() for line in UNSEEN.authored(name)[1].splitlines() if len(line.strip()) > 30}
        assert not any(line in text for line in lines for text in texts)
