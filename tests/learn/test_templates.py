"""Integer features: the same places give the same numbers, unseen values none."""

import numpy as np
import pytest

from pipeline.learn import templates as templates_module
from pipeline.learn.templates import EMPTY, OUTSIDE, UNSEEN, Codebook, Index, template, windows


def matrix(book: Codebook, rows: list[tuple[str, str]]) -> np.ndarray:
    return np.array([[book.code("form", a), book.code("tag", b)] for a, b in rows], np.int32)


@pytest.fixture
def book() -> Codebook:
    return Codebook(("form", "tag"))


def test_codes_grow_while_open_and_then_stay(book):
    assert book.code("form", "숲") == book.code("form", "숲") != book.code("form", "길")
    assert book.code("form", "") == EMPTY
    book.is_open = False
    assert book.code("form", "강") == UNSEEN


def test_single_parts_look_at_their_offset(book):
    rows = matrix(book, [("가", "N"), ("나", "J"), ("가", "N")])
    index = Index.fit([template(("form", 1))], book.columns, {c: book.size(c) for c in book.columns}, rows, at_least=1)
    assert index.values(template(("form", 1)), rows).tolist() == [rows[1, 0], rows[2, 0], OUTSIDE]
    numbers = index.features(rows)[:, 0]
    assert len(set(numbers.tolist())) == 3 and 0 not in numbers


def test_combinations_differ_where_a_part_differs(book):
    rows = matrix(book, [("가", "N"), ("나", "N"), ("가", "J"), ("가", "N")])
    both = template(("form", 0), ("tag", 0))
    index = Index.fit([both], book.columns, {c: book.size(c) for c in book.columns}, rows, at_least=1)
    numbers = index.features(rows)[:, 0].tolist()
    assert numbers[0] == numbers[3] and len(set(numbers)) == 3


def test_rare_empty_and_unseen_values_have_no_weight(book):
    rows = matrix(book, [("가", "N"), ("가", "N"), ("나", "N"), ("", "N")])
    index = Index.fit([template(("form", 0))], book.columns, {c: book.size(c) for c in book.columns}, rows, at_least=2)
    assert index.features(rows)[:, 0].tolist() == [1, 1, 0, 0]
    book.is_open = False
    assert index.features(matrix(book, [("처음", "N")]))[:, 0].tolist() == [0]


def test_a_restricted_index_counts_on_without_gaps(book):
    rows = matrix(book, [("가", "N"), ("나", "J"), ("다", "N")])
    index = Index.fit(list(windows({"form": 0, "tag": 0})), book.columns, {c: book.size(c) for c in book.columns}, rows, at_least=1)
    kept = np.ones(len(index), bool)
    kept[index.features(rows)[1, 0]] = False  # the weight of 나
    smaller = index.restricted(kept)
    assert len(smaller) == len(index) - 1
    assert smaller.features(rows)[:, 0].tolist() == [1, 0, 2]
    assert sorted(set(smaller.features(rows)[:, 1].tolist())) == [3, 4]


@pytest.mark.parametrize("table", [0, 1 << 20])  # values are searched, or looked up in tables
def test_all_at_once_is_as_one_by_one(table, monkeypatch):
    monkeypatch.setattr(templates_module, "_TABLE", table)
    chance = np.random.default_rng(0)
    codes = chance.integers(0, 9, (500, 4)).astype(np.int32)
    columns = ("a", "b", "c", "d")
    templates = [*windows({"a": 2, "b": 1}), template(("a", 0), ("b", 1)), template(("c", -1), ("d", 0), ("a", 2)), template(("d", 0))]
    index = Index.fit(templates, columns, dict.fromkeys(columns, 9), codes, at_least=3)
    other = chance.integers(0, 9, (300, 4)).astype(np.int32)
    for n, (each, keys) in enumerate(zip(index.templates, index.keys, strict=True)):
        wanted = [int(index.base[n]) + keys.tolist().index(v) if v in keys else 0 for v in index.values(each, other).tolist()]
        assert index.features(other)[:, n].tolist() == wanted


def test_a_key_beyond_the_values_is_refused():
    with pytest.raises(ValueError, match="no such value"):
        Index([template(("a", 0), ("b", 1))], ("a", "b"), {"a": 5, "b": 5}, [np.array([3, 25])])
