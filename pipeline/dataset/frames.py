"""Tables -> pandas DataFrames, for the library. pandas is imported here only, and only when asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.dataset.tables import Document, gathered
from pipeline.schema import TABLES, Column, Failure, Row, Table

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Frames:
    """The dataset as DataFrames, one a table, with the exact text.

    Text is `string`, closed lists are categories, dates `datetime64[s]`, integers `int64` (`Int64` where they may be unknown),
    confidence `float64`, lists Python lists.
    """

    documents: pd.DataFrame
    sentences: pd.DataFrame
    mentions: pd.DataFrame
    entities: pd.DataFrame
    commitments: pd.DataFrame
    evidence: pd.DataFrame
    errors: pd.DataFrame


def frames(rows: Mapping[str, Iterable[Row]] | Iterable[Document | Failure]) -> Frames:
    """Tables as DataFrames.

    Args:
        rows: final tables (table name -> rows; one that is left out is empty), or analysed documents and failures in any order.

    Raises:
        RowError: the rows of a document do not keep the contract.
    """
    if not isinstance(rows, Mapping):
        rows = gathered(rows)
    return Frames(**{table.name: _frame(table, list(rows.get(table.name, ()))) for table in TABLES})


def _frame(table: Table, rows: list[Row]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({c.name: _series(c, [row[c.name] for row in rows]) for c in table.columns}, columns=list(table.names))


def _series(column: Column, values: list[Any]) -> pd.Series[Any]:
    import pandas as pd

    if column.type == "list":
        return pd.Series([list(value or ()) for value in values], dtype=object)
    if column.enum:
        return pd.Series(pd.Categorical(values, categories=list(column.enum)))
    kinds = {"string": "string", "number": "float64", "date": "datetime64[s]", "integer": "int64" if column.required else "Int64"}
    return pd.Series(values, dtype=kinds[column.type])
