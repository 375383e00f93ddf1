"""`datapackage.json`: the tables as a Frictionless Data Package (version 1), derived from the contract."""

from __future__ import annotations

from collections.abc import Collection

from pipeline.dataset.paths import DUCKDB, XLSX
from pipeline.schema import TABLES, Column, Table

Descriptor = dict[str, object]

_NAME = "dajim"
_TITLE = "Promises in Korean press releases (한국어 보도자료의 약속)"
_DESCRIPTION = (
    "Sentences, names and commitments extracted from Korean press releases by dajim. Offsets are 0-based, end-exclusive, in Unicode code points "
    "of the document's Text. The texts belong to their issuers; each is under the licence of its source. In CSV and XLSX lists are joined with | "
    "(inside an item it becomes ¦), and a text cell that begins with = + - @, tab or CR has one ' in front; run.json lists the files."
)
_MEDIA = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "jsonl": "application/jsonl",
    "duckdb": "application/vnd.duckdb.file",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_SINGLE = {"duckdb": DUCKDB, "xlsx": XLSX}
_DIALECT = {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "skipInitialSpace": False, "header": True}


def descriptor(formats: Collection[str]) -> Descriptor:
    """The descriptor of a dataset in these formats.

    With CSV among them it is a Tabular Data Package of the CSV files. Without, its resources are the files of the first other
    format, marked `type: file`, for frictionless reads none of these as it comes; their schemas still state types and enums.
    """
    tabular = "csv" in formats
    form = "csv" if tabular else next(f for f in _MEDIA if f in formats)
    profile = "tabular-data-package" if tabular else "data-package"
    head: Descriptor = {"profile": profile, "name": _NAME, "title": _TITLE, "description": _DESCRIPTION}
    return {**head, "resources": [_resource(table, form) for table in TABLES]}


def _resource(table: Table, form: str) -> Descriptor:
    resource: Descriptor = {"name": table.name, "description": table.description, "path": _SINGLE.get(form, f"{table.name}.{form}")}
    resource |= {"format": form, "mediatype": _MEDIA[form]}
    if form == "csv":
        resource |= {"profile": "tabular-data-resource", "encoding": "utf-8", "dialect": _DIALECT}
    else:
        resource |= {"type": "file"}
    return {**resource, "schema": _schema(table, joined=form in ("csv", "xlsx"))}


def _schema(table: Table, *, joined: bool) -> Descriptor:
    schema: Descriptor = {"fields": [_field(column, joined=joined) for column in table.columns], "missingValues": [""]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    if table.foreign:
        schema["foreignKeys"] = [
            {"fields": list(f.columns), "reference": {"resource": "" if f.table == table.name else f.table, "fields": list(f.reference)}}
            for f in table.foreign
        ]
    return schema


def _field(column: Column, *, joined: bool) -> Descriptor:
    kind: str = column.type
    description = column.description
    if kind == "list":
        kind = "string" if joined else "array"
        description = "; ".join(filter(None, (description, "joined with |"))) if joined else description
    field: Descriptor = {"name": column.name, "type": kind}
    if description:
        field["description"] = description
    constraints: Descriptor = {}
    if column.required:
        constraints["required"] = True
    if column.enum:
        constraints["enum"] = list(column.enum)
    return {**field, "constraints": constraints} if constraints else field
