"""Word vectors: words of like company are near each other, and what is written is read."""

import numpy as np
import pytest

from pipeline.learn.arrays import WeightsError
from pipeline.learn.vectors import CLUSTERS, HALF, Vectors, build


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    """Two worlds of forty words each: a text draws from one of them."""
    chance = np.random.default_rng(0)
    texts = []
    for n in range(400):
        world = "산강숲들"[n % 2]
        texts.append([f"{world}{chance.integers(40)}/NNG" for _ in range(30)])
    return build(texts, at_least=5)


def test_words_of_one_world_are_nearer(vectors):
    about = vectors.values[:-1, HALF:]
    same = np.array([form[0] for form in vectors.forms])
    near = about @ about.T
    assert near[same[:, None] == same].mean() > near[same[:, None] != same].mean() + 0.3


def test_shapes_and_row_of_the_unknown(vectors):
    assert vectors.matrix.shape == (80, 2 * HALF) and vectors.matrix.dtype == np.int8
    assert vectors.clusters.shape == (80, len(CLUSTERS))
    assert not vectors.values[-1].any()
    assert vectors.number[vectors.forms[7]] == 7


def test_round_trip(vectors, tmp_path):
    vectors.to_disk(tmp_path)
    again = Vectors.from_disk(tmp_path)
    assert again.forms == vectors.forms and (again.matrix == vectors.matrix).all() and (again.clusters == vectors.clusters).all()


def test_too_little_text_says_so():
    with pytest.raises(ValueError, match="more text"):
        build([["가/NNG"] * 20])


def test_a_broken_folder_says_what_is_missing(vectors, tmp_path):
    vectors.to_disk(tmp_path)
    (tmp_path / "matrix.npy").unlink()
    with pytest.raises(WeightsError, match="matrix"):
        Vectors.from_disk(tmp_path)
