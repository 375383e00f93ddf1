"""Rows as DataFrames."""

import datetime
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from pipeline.dataset import gathered
from pipeline.dataset.frames import Frames, frames
from pipeline.schema import STATUSES, TABLES, Failure


def kind(dtype: Any) -> str:
    return str(dtype)


@pytest.mark.parametrize("full", [True, False])
def test_types(document: Callable[..., Any], full: bool) -> None:
    found = frames([document("b"), document("a"), Failure("c", "c", "read", "empty", "m")] if full else {})
    assert isinstance(found, Frames)
    kinds = {"string": "string", "number": "float64", "date": "datetime64[s]", "list": "object"}
    for table in TABLES:
        frame = getattr(found, table.name)
        assert list(frame.columns) == list(table.names)
        assert len(frame) == 0 or full
        for column in table.columns:
            series = frame[column.name]
            if column.enum:
                assert list(series.cat.categories) == list(column.enum)
            elif column.type == "integer":
                assert kind(series.dtype) == ("int64" if column.required else "Int64")
            else:
                assert kind(series.dtype) == kinds[column.type], column


def test_values(document: Callable[..., Any]) -> None:
    found = frames(gathered([document("b"), document("a"), Failure("c", "c", "read", "empty", "m")]))
    row = found.commitments.iloc[0]
    assert row["commitment_id"] == "a:0:0"
    assert row["actors"] == ["새날시", "가|나 모임"]
    assert row["deadline_end"] == pd.Timestamp(2031, 12, 31)
    assert pd.isna(row["deadline_start"])
    assert found.commitments["amount_krw"].tolist()[:2] == [10_000_000_000, pd.NA]
    assert pd.isna(found.mentions["confidence"].iloc[1])
    assert found.sentences["text"].iloc[1].startswith("=합계")  # the exact text
    assert list(found.sentences["status"].cat.categories) == list(STATUSES)
    assert found.errors["error"].tolist() == ["empty"]
    assert found.entities["n_documents"].sum() == 4


def test_a_date_that_nanoseconds_cannot_hold(document: Callable[..., Any]) -> None:
    rows = gathered([document("a")])
    rows["documents"][0]["published"] = datetime.date(1392, 8, 5)
    assert frames(rows).documents["published"].iloc[0].year == 1392


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    code = "import sys, pipeline.dataset.frames; print(sorted({'pandas', 'pyarrow', 'duckdb', 'xlsxwriter', 'spacy', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
