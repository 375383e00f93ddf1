"""What is written as CSV reads back as it was."""

import pathlib
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.dataset import Spool, Tables, prepare, write
from pipeline.dataset.reading import Dataset, DatasetError
from pipeline.schema import TABLES


@pytest.fixture
def written(tmp_path: pathlib.Path, document: Callable[..., Any]) -> tuple[pathlib.Path, dict[str, list[Any]]]:
    with prepare(tmp_path / "out") as place, Spool(place.spool) as spool:
        for each in (document("=b"), document("a")):
            spool.add(each.doc_id, each.text, each.rows)
        rows = {t.name: list(Tables(spool).rows(t.name)) for t in TABLES}
        write(spool, place, run={"dajim": "0"})
    return tmp_path / "out", rows


def held(value: Any) -> Any:
    """A value as a CSV cell holds it."""
    if not isinstance(value, list):
        return value
    return [item.replace("|", "¦") for item in value] if any(value) else []


def test_rows_come_back(written: tuple[pathlib.Path, dict[str, list[Any]]]) -> None:
    out, rows = written
    dataset = Dataset(out)
    for table in TABLES:
        assert list(dataset.rows(table.name)) == [{k: held(v) for k, v in row.items()} for row in rows[table.name]]
    assert dataset.run()["dajim"] == "0"
    assert dataset.text("a").startswith("새날시는")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        ("run.json", "no run.json"),
        ("commitments.csv", "no CSV tables"),
        ("documents.csv", "cannot be read"),
        ("text/a.txt", "cannot be read"),
    ],
)
def test_what_is_missing_is_named(written: tuple[pathlib.Path, dict[str, list[Any]]], spoil: str, message: str) -> None:
    out, _ = written
    (out / spoil).unlink()
    with pytest.raises(DatasetError, match=message):
        dataset = Dataset(out)
        list(dataset.rows("documents"))
        dataset.text("a")


@pytest.mark.parametrize("content", ["a,b\n1,2\n", "", "doc_id\n"])
def test_other_columns_are_refused(written: tuple[pathlib.Path, dict[str, list[Any]]], content: str) -> None:
    out, _ = written
    (out / "mentions.csv").write_text(content, encoding="utf-8")
    with pytest.raises(DatasetError, match="other columns"):
        list(Dataset(out).rows("mentions"))


@pytest.mark.parametrize("cell", ["x", "2031-13-01"])
def test_a_broken_cell_is_refused(written: tuple[pathlib.Path, dict[str, list[Any]]], cell: str) -> None:
    out, _ = written
    path = out / "commitments.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace("2031-12-31", cell), encoding="utf-8")
    with pytest.raises(DatasetError, match="cannot be read"):
        list(Dataset(out).rows("commitments"))
