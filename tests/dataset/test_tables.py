"""Order, merged entities, and what is left out."""

import copy
import random
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.dataset import Tables, gathered
from pipeline.dataset.spool import Memory
from pipeline.dataset.tables import batches
from pipeline.schema import TABLES, Failure


def tables(documents: list[Any], **options: Any) -> Tables:
    memory = Memory()
    for each in documents:
        memory.add(each.doc_id, each.text, each.rows)
    return Tables(memory, **options)


def entity(document: Any, n: int = 1, **values: object) -> Any:
    rows = copy.deepcopy(document.rows)
    rows["entities"][n].update(values)
    return document._replace(rows=rows)


def test_rows_stand_by_document_then_by_position(document: Callable[..., Any]) -> None:
    rows = gathered([document("b"), Failure("z", "z", "read", "empty", "m"), document("a"), Failure("y", "", "read", "empty", "m")])
    assert [(r["doc_id"], r["sent_id"]) for r in rows["sentences"]] == [("a", 0), ("a", 1), ("b", 0), ("b", 1)]
    assert [r["commitment_id"] for r in rows["commitments"]] == ["a:0:0", "a:1:0", "b:0:0", "b:1:0"]
    assert [(r["commitment_id"], r["field"]) for r in rows["evidence"]][:3] == [("a:0:0", "actor"), ("a:0:0", "deadline"), ("a:1:0", "action")]
    assert [r["entity_id"] for r in rows["entities"]] == sorted(str(r["entity_id"]) for r in rows["entities"])
    assert [r["source"] for r in rows["errors"]] == ["y", "z"]
    assert [list(r) for t in TABLES for r in rows[t.name][:1]] == [list(t.names) for t in TABLES]


def test_entities_are_merged(document: Callable[..., Any]) -> None:
    documents = [
        entity(document("b"), name="새 날 시", aliases=["새날", "그 시"], n_mentions=5),
        entity(document("a"), name="새날시", aliases=["새날", "새날광역시"], type="municipality", n_mentions=2),
        entity(document("c"), name="새날시", aliases=["새날광역시", "그 도시"], type="province", n_mentions=0),
    ]
    for _ in range(5):
        random.Random(1).shuffle(documents)
        found = next(r for r in gathered(documents)["entities"] if r["entity_id"] == "org-1")
        assert found == {
            "entity_id": "org-1",
            "name": "새날시",
            "label": "ORG",
            "type": "municipality",
            "aliases": ["새날", "새날광역시", "그 도시", "그 시", "새 날 시"],
            "successor": None,
            "n_documents": 2,  # as many as `mentions` shows
            "n_mentions": 7,
        }


def test_min_confidence(document: Callable[..., Any]) -> None:
    documents = [document("a", confidence=0.5), document("b", confidence=0.49996), document("c", confidence=0.4), document("d", confidence=None)]
    kept = tables(documents, min_confidence=0.5)
    assert [r["commitment_id"] for r in kept.rows("commitments")] == ["a:0:0", "b:0:0", "d:0:0"]
    assert {r["commitment_id"] for r in kept.rows("evidence")} == {"a:0:0", "b:0:0", "d:0:0"}
    assert [r["n_commitments"] for r in kept.rows("documents")] == [1, 1, 0, 1]
    assert kept.left_out() == 5
    assert len(list(kept.rows("sentences"))) == 8
    everything = tables(documents)
    assert everything.left_out() == 0
    assert len(list(everything.rows("commitments"))) == 8
    with pytest.raises(ValueError, match="expected 0 to 1"):
        tables(documents, min_confidence=1.5)


@pytest.mark.parametrize(
    ("follows", "floor", "kept"),
    [
        ("a:0:0", None, "a:0:0"),
        ("a:0:0", 0.9, None),
        ("a:7:0", None, None),
        ("absent:0:0", None, None),
        ("b:0:0", None, "b:0:0"),
        ("", None, None),
        ("?", None, None),
    ],
)
def test_follows_points_to_what_is_there(document: Callable[..., Any], follows: str, floor: float | None, kept: str | None) -> None:
    later = document("b", confidence=0.95)
    rows = copy.deepcopy(later.rows)
    rows["commitments"][1]["follows"] = follows
    found = tables([document("a"), later._replace(rows=rows)], min_confidence=floor)
    assert next(r["follows"] for r in found.rows("commitments") if r["commitment_id"] == "b:0:0") == kept


@pytest.mark.parametrize(("original", "kept"), [("a", "a"), ("b", None), ("absent", None)])
def test_duplicate_of_points_to_another_document(document: Callable[..., Any], original: str, kept: str | None) -> None:
    later = document("b")
    rows = copy.deepcopy(later.rows)
    rows["documents"][0]["duplicate_of"] = original
    found = list(tables([document("a"), later._replace(rows=rows)]).rows("documents"))
    assert [r["duplicate_of"] for r in found] == [None, kept]


def test_batches_are_bounded() -> None:
    assert [len(b) for b in batches({"n": n} for n in range(45_000))] == [20_000, 20_000, 5_000]
    assert [len(b) for b in batches({"text": "가" * 9_000_000} for _ in range(5))] == [2, 2, 1]
    assert list(batches([])) == []
