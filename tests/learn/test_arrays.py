"""Weights on disk: what is written comes back, the same bytes each time, and nothing else is taken."""

import numpy as np
import pytest

from pipeline.learn.arrays import HASHES, WeightsError, read, seal, verify, write


def test_round_trip(tmp_path):
    write(tmp_path / "w", {"a": np.arange(6, dtype=np.float16).reshape(2, 3)}, {"names": ["가", "나"]})
    arrays, data = read(tmp_path / "w")
    assert arrays["a"].dtype == np.float16 and arrays["a"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert data == {"names": ["가", "나"]}


def test_the_same_content_is_the_same_bytes(tmp_path):
    for name in "ab":
        write(tmp_path / name, {"x": np.ones(3)}, {"y": {"k": 1}})
        seal(tmp_path / name)
    assert [p.read_bytes() for p in sorted((tmp_path / "a").iterdir())] == [p.read_bytes() for p in sorted((tmp_path / "b").iterdir())]


def test_pickles_are_refused(tmp_path):
    np.save(tmp_path / "bad.npy", np.array([{"code": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(WeightsError, match="allow_pickle"):
        read(tmp_path)


def test_a_missing_folder_says_what_to_do(tmp_path):
    with pytest.raises(WeightsError, match="dajim train"):
        read(tmp_path / "none")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda f: (f / "x.npy").write_bytes(b"other"), "x.npy was altered"),
        (lambda f: (f / "x.npy").unlink(), "x.npy is missing"),
        (lambda f: (f / "more.json").write_text("{}"), "more.json is not listed"),
        (lambda f: (f / HASHES).write_text("not json"), HASHES),
    ],
    ids=["altered", "missing", "added", "broken list"],
)
def test_what_was_tampered_with_is_named(tmp_path, change, says):
    write(tmp_path, {"x": np.ones(3)}, {})
    seal(tmp_path)
    verify(tmp_path)
    change(tmp_path)
    with pytest.raises(WeightsError, match=says):
        verify(tmp_path)


def test_a_folder_without_hashes_is_a_users_own(tmp_path):
    write(tmp_path, {"x": np.ones(3)}, {})
    verify(tmp_path)
