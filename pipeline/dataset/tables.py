"""The tables as they are written: all documents in order, entities merged, what points to nothing cleared."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from pipeline.dataset.rows import BY_NAME, Packed, Rows
from pipeline.dataset.spool import Memory, Source, Store
from pipeline.schema import OPEN_STATUSES, TABLES, Failure, Row, Value

_FIRST = ("name", "label", "type", "successor")  # of an entity, from the first document that has it
_BATCH_ROWS = 20_000
_BATCH_CHARACTERS = 16_000_000


class Tables:
    """Every table of a dataset, row by row, in its final order.

    Documents come by `doc_id`, the rows of each by position, entities by `entity_id`, failures by `doc_id`. `duplicate_of` and
    `follows` are empty where they would point to what is not in the dataset.
    """

    def __init__(self, source: Source, *, min_confidence: float | None = None) -> None:
        """Take the documents that `source` holds now.

        Args:
            source: the documents.
            min_confidence: commitments below it are left out, with their evidence; `n_commitments` counts those that stay. One
                without confidence stays: no model doubts it.

        Raises:
            ValueError: `min_confidence` is not between 0 and 1.
        """
        if min_confidence is not None and not 0 <= min_confidence <= 1:
            raise ValueError(f"min_confidence is {min_confidence}, expected 0 to 1")
        self.doc_ids = source.doc_ids()
        self._source = source
        self._known = set(self.doc_ids)
        self._floor = min_confidence

    def rows(self, name: str) -> Iterator[Row]:
        """The rows of a table.

        Raises:
            KeyError: there is no such table.
        """
        if name == "errors":
            yield from sorted(self._source.failures, key=lambda r: tuple(r[c] or "" for c in ("doc_id", "source", "stage", "error", "message")))
        elif name == "entities":
            yield from self._entities()
        else:
            for doc_id in self.doc_ids:
                yield from self.of(BY_NAME[name].name, doc_id)

    def of(self, name: str, doc_id: str) -> list[Row]:
        """One document's rows of a table (of `entities`: as the document has them)."""
        rows = self._source.rows(name, doc_id)
        if name == "documents":
            for row in rows:
                self._mend_document(doc_id, row)
        elif name == "commitments":
            rows = [row for row in rows if self._kept(row)]
            for row in rows:
                row["follows"] = self._target(row["follows"])
        elif name == "evidence" and self._floor is not None:
            kept = {row["commitment_id"] for row in self._source.rows("commitments", doc_id) if self._kept(row)}
            rows = [row for row in rows if row["commitment_id"] in kept]
        return rows

    def left_out(self) -> int:
        """How many commitments `min_confidence` leaves out."""
        if self._floor is None:
            return 0
        return sum(not self._kept(row) for doc_id in self.doc_ids for row in self._source.rows("commitments", doc_id))

    def _kept(self, row: Row) -> bool:
        confidence = row["confidence"]
        return self._floor is None or not isinstance(confidence, float) or confidence >= self._floor

    def _mend_document(self, doc_id: str, row: Row) -> None:
        if row["duplicate_of"] not in self._known or row["duplicate_of"] == doc_id:
            row["duplicate_of"] = None
        if self._floor is not None:
            row["n_commitments"] = sum(c["status"] in OPEN_STATUSES and self._kept(c) for c in self._source.rows("commitments", doc_id))

    def _target(self, follows: Value) -> Value:
        if not isinstance(follows, str):
            return None
        there = self._source.rows("commitments", follows.rsplit(":", 2)[0])
        return follows if any(row["commitment_id"] == follows and self._kept(row) for row in there) else None

    def _entities(self) -> Iterator[Row]:
        merged: dict[str, _Entity] = {}
        for doc_id in self.doc_ids:
            for row in self._source.rows("entities", doc_id):
                key = str(row["entity_id"])
                if key not in merged:
                    merged[key] = _Entity(row)
                merged[key].see(row)
        for key in sorted(merged):
            yield merged[key].row(key)


class _Entity:
    """An entity over all documents: name, type and successor from the first, forms and counts from all.

    There may be a million: what repeats is shared.
    """

    __slots__ = ("first", "forms", "n_documents", "n_mentions")

    def __init__(self, row: Row) -> None:
        self.first = (row["name"], sys.intern(str(row["label"])), sys.intern(str(row["type"])), row["successor"])
        self.forms: dict[str, int] = {}
        self.n_documents = self.n_mentions = 0

    def see(self, row: Row) -> None:
        aliases, mentions = row["aliases"], row["n_mentions"]
        for form in {str(row["name"]), *(aliases if isinstance(aliases, list) else ())}:
            if form != self.first[0]:
                self.forms[form] = self.forms.get(form, 0) + 1
        count = mentions if isinstance(mentions, int) else 0
        self.n_documents += count > 0  # an issuer that no text names stands in no document
        self.n_mentions += count

    def row(self, entity_id: str) -> Row:
        first: Row = dict(zip(_FIRST, self.first, strict=True))
        aliases = [form for form, _ in sorted(self.forms.items(), key=lambda f: (-f[1], f[0])) if form]
        values: Row = {**first, "entity_id": entity_id, "aliases": aliases, "n_documents": self.n_documents, "n_mentions": self.n_mentions}
        return {column: values[column] for column in BY_NAME["entities"].names}


def batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """`rows` in lists that fit in memory, cut at the same places however the documents arrived."""
    batch: list[Row] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += sum(len(value) for value in row.values() if isinstance(value, str))
        if len(batch) >= _BATCH_ROWS or size >= _BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


class Document(Protocol):
    """An analysed document: its id, its Text, and table name -> rows."""

    @property
    def doc_id(self) -> str:
        """The id."""

    @property
    def text(self) -> str:
        """Its Text."""

    @property
    def rows(self) -> Mapping[str, Sequence[Row]]:
        """Its rows."""


def gathered(
    documents: Iterable[Document | Packed | Failure], *, min_confidence: float | None = None, link: Callable[[Store], None] | None = None
) -> Rows:
    """The final tables of documents in memory, in whatever order they come.

    Args:
        documents: analysed documents, packed or not, and failures.
        min_confidence: see `Tables`.
        link: fills what ties documents together (`pipeline.links.link`) when all have come.

    Raises:
        RowError: the rows of a document do not keep the contract.
        ValueError: `min_confidence` is not between 0 and 1.
    """
    memory = Memory()
    for document in documents:
        if isinstance(document, Failure):
            memory.fail(document)
        elif isinstance(document, Packed):
            memory.keep(document)
        else:
            memory.add(document.doc_id, document.text, document.rows)
    if link is not None:
        link(memory)
    tables = Tables(memory, min_confidence=min_confidence)
    return {table.name: list(tables.rows(table.name)) for table in TABLES}
