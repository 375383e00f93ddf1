"""What a document may bring: the contract is checked before anything is kept."""

import copy
import datetime
import pathlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from pipeline.dataset import Packed, RowError, Spool
from pipeline.dataset.rows import packed, unpacked
from pipeline.schema import Failure

DAY = datetime.date(2031, 3, 1)


def changed(document: Any, table: str, column: str, value: object) -> Any:
    rows = copy.deepcopy(document.rows)
    rows[table][0][column] = value
    return rows


@pytest.mark.parametrize(
    ("table", "column", "given", "kept"),
    [
        ("documents", "title", "", None),
        ("documents", "title", None, None),
        ("documents", "title", " ", " "),
        ("documents", "published", None, None),
        ("documents", "published", DAY, DAY),
        ("documents", "warnings", None, []),
        ("documents", "warnings", ("a", ""), ["a", ""]),
        ("documents", "n_sentences", np.int64(7), 7),
        ("mentions", "confidence", 0.123456, 0.1235),
        ("mentions", "confidence", 1, 1.0),
        ("mentions", "confidence", np.float32(0.5), 0.5),
        ("mentions", "confidence", -0.00001, 0.0),
        ("commitments", "amount_krw", 0, 0),
    ],
)
def test_values_are_brought_into_form(document: Callable[..., Any], table: str, column: str, given: object, kept: object) -> None:
    rows = changed(document("d"), table, column, given)
    start = rows[table][0].get("start")
    found = next(r for r in unpacked(table, packed("d", rows)[table]) if r.get("start") == start)
    assert found[column] == kept
    assert type(found[column]) is type(kept)
    assert str(found[column]) != "-0.0"


@pytest.mark.parametrize(
    ("table", "column", "value", "message"),
    [
        ("documents", "title", 3, "3 is no string"),
        ("documents", "published", "2031-03-01", "is no date"),
        ("documents", "published", datetime.datetime(2031, 3, 1), "is no date"),
        ("documents", "n_sentences", True, "is no integer"),
        ("documents", "n_sentences", 1.0, "is no integer"),
        ("documents", "n_sentences", None, "is empty"),
        ("documents", "warnings", "a", "is no list"),
        ("documents", "warnings", [1], "is no list"),
        ("documents", "text_path", "../x", "expected 'text/d.txt'"),
        ("documents", "doc_id", "e", "a row of document 'e'"),
        ("documents", "title", "\ud800", "lone surrogate"),
        ("documents", "issuer_id", "org-9", "not in entities"),
        ("sentences", "status", "vowed", "'vowed' is none of planned, ongoing"),
        ("sentences", "text", "", "is empty"),
        ("sentences", "sent_id", 0, "stands twice"),
        ("mentions", "sent_id", 9, "not in sentences"),
        ("mentions", "entity_id", "org-9", "not in entities"),
        ("mentions", "confidence", float("nan"), "is no number"),
        ("mentions", "confidence", "0.5", "is no number"),
        ("commitments", "amount_krw", 2**63, "is no integer"),
        ("commitments", "category", "none", "is none of"),
        ("commitments", "commitment_id", "e:0:0", "is not doc_id:sent_id:n"),
        ("evidence", "commitment_id", "d:9:9", "not in commitments"),
    ],
)
def test_broken_rows_are_refused(document: Callable[..., Any], tmp_path: pathlib.Path, table: str, column: str, value: object, message: str) -> None:
    good = document("d")
    with Spool(tmp_path) as spool:
        with pytest.raises(RowError, match=message) as caught:
            spool.add("d", good.text, changed(good, table, column, value))
        assert "'d'" in str(caught.value)
        assert "d" not in spool
        spool.add("d", good.text, good.rows)  # nothing of the refused one was kept
        assert len(spool) == 1


def test_columns_and_tables_are_those_of_the_contract(document: Callable[..., Any]) -> None:
    rows = copy.deepcopy(document("d").rows)
    del rows["sentences"][0]["speaker"]
    with pytest.raises(RowError, match=r"missing columns \['speaker'\]"):
        packed("d", rows)
    with pytest.raises(RowError, match=r"unknown columns \['mood'\]"):
        packed("d", changed(document("d"), "documents", "mood", "glad"))
    with pytest.raises(RowError, match="unknown tables"):
        packed("d", {**document("d").rows, "moods": []})
    with pytest.raises(RowError, match="has 0 rows, expected 1"):
        packed("d", {})


def test_a_spool_takes_each_id_once_and_no_surrogate(document: Callable[..., Any], tmp_path: pathlib.Path) -> None:
    good = document("d")
    with Spool(tmp_path) as spool:
        with pytest.raises(RowError, match="a lone surrogate at 1"):
            spool.add("d", "가\ud800", good.rows)
        spool.add("d", good.text, good.rows)
        with pytest.raises(RowError, match="there already"):
            spool.add("d", good.text, good.rows)
        with pytest.raises(RowError, match="is none of"):
            spool.fail(Failure("a", "a", "dream", "failed", "m"))


def test_a_packed_document_says_where_it_was_read_from(document: Callable[..., Any]) -> None:
    good = document("d")
    assert Packed.of("d", good.text, changed(good, "documents", "source", "in/a.txt")).source == "in/a.txt"


def test_reading_between_writing(document: Callable[..., Any], tmp_path: pathlib.Path) -> None:
    with Spool(tmp_path) as spool:
        for doc_id in ("b", "a", "c"):
            spool.add(doc_id, document(doc_id).text, document(doc_id).rows)
            assert [r["doc_id"] for r in spool.rows("sentences", doc_id)] == [doc_id] * 2
        assert [(i, t.decode()) for i, t in spool.texts()] == [(i, document(i).text) for i in ("a", "b", "c")]
        assert spool.rows("sentences", "absent") == []
