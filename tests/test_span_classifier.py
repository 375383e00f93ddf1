"""The network over spans, on disk and off."""

import numpy as np
import pytest

from pipeline.learn.arrays import WeightsError
from pipeline.learn.network import Network
from pipeline.learn.templates import FIRST, Index
from pipeline.span_classifier import SpanClassifier
from pipeline.spans import COLUMNS, DENSE, EDGES, SEEN, TEMPLATES

TOKENS = {column: FIRST + 5 for _, column, _ in EDGES}


@pytest.fixture(scope="module")
def codes():
    chance = np.random.default_rng(3)
    return chance.integers(FIRST, FIRST + 5, (40, len(COLUMNS)), dtype=np.int32)


@pytest.fixture(scope="module")
def classifier(codes):
    index = Index.fit(TEMPLATES, COLUMNS, SpanClassifier.sizes(TOKENS), codes, at_least=2)
    chance = np.random.default_rng(4)
    shapes = ((len(index), 6), (len(DENSE), 6), (6,), (6, 2), (2,))
    return SpanClassifier(index, Network(*(chance.standard_normal(shape).astype(np.float32) for shape in shapes)))


def test_probabilities_stay_the_same_on_disk(classifier, codes, tmp_path):
    before = classifier.chances(codes)
    assert before.shape == (40,) and 0 <= before.min() < before.max() <= 1
    classifier.to_disk(tmp_path / "spans")
    after = SpanClassifier.from_disk(tmp_path / "spans", TOKENS).chances(codes)
    assert np.abs(after - before).max() < 0.05  # weights are kept in 8 and 16 bits


def test_a_span_is_judged_alike_alone_and_in_company(classifier, codes):
    alone = [classifier.chances(codes[n : n + 1])[0] for n in range(len(codes))]
    assert np.allclose(alone, classifier.chances(codes), atol=1e-6)


def test_no_spans_have_no_probabilities(classifier):
    assert classifier.chances(np.empty((0, len(COLUMNS)), np.int32)).shape == (0,)


def test_each_edge_has_the_size_of_its_column():
    sizes = SpanClassifier.sizes({column: n for n, column in enumerate(sorted({c for _, c, _ in EDGES}), 100)})
    assert set(sizes) == set(COLUMNS)
    assert len({sizes[name] for name in COLUMNS[len(SEEN) :]}) == len({c for _, c, _ in EDGES})


@pytest.mark.parametrize("name", ["keys", "key_counts", "sparse", "scale", "dense", "out"])
def test_weights_that_do_not_belong_together_are_refused(classifier, tmp_path, name):
    classifier.to_disk(tmp_path / "spans")
    path = tmp_path / "spans" / f"{name}.npy"
    np.save(path, np.load(path)[1:])
    with pytest.raises(WeightsError, match="spans: not weights of this version"):
        SpanClassifier.from_disk(tmp_path / "spans", TOKENS)


def test_missing_weights_are_an_error(classifier, tmp_path):
    classifier.to_disk(tmp_path / "spans")
    (tmp_path / "spans" / "out.npy").unlink()
    with pytest.raises(WeightsError, match="dajim train"):
        SpanClassifier.from_disk(tmp_path / "spans", TOKENS)
