"""Where the rows of documents wait until the dataset is written: on disk as they come, in memory only their places.

A document costs about 150 bytes of memory, whatever its length.
"""

from __future__ import annotations

import datetime
import pathlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Protocol

from pipeline.dataset.rows import PER_DOCUMENT, Packed, RowError, failure_row, unpacked
from pipeline.schema import Failure, Row

_BUFFER = 1 << 20


class Source(Protocol):
    """What tables are made from: the documents' rows, reachable by document, and the failures."""

    failures: list[Row]

    def doc_ids(self) -> list[str]:
        """All documents, in the order of the tables."""

    def rows(self, name: str, doc_id: str) -> list[Row]:
        """A document's rows of one table; of an unknown document none."""


class Store(Source, Protocol):
    """What `links.link` needs besides: Texts and dates, and where to put what it finds."""

    def text(self, doc_id: str) -> str:
        """A document's Text."""

    def published(self, doc_id: str) -> datetime.date | None:
        """A document's date."""

    def mark_duplicate(self, doc_id: str, original: str) -> None:
        """Set `duplicate_of` of a document."""

    def mark_follows(self, commitment_id: str, earlier: str) -> None:
        """Set `follows` of a commitment."""


class _Marks:
    """What is found out about rows after they were kept: laid over them whenever they are read."""

    def __init__(self) -> None:
        self._duplicates: dict[str, str] = {}
        self._follows: dict[str, str] = {}

    def mark_duplicate(self, doc_id: str, original: str) -> None:
        """Set `duplicate_of` of a document that is here already: near-duplicates are known only when all have come."""
        self._duplicates[doc_id] = original

    def mark_follows(self, commitment_id: str, earlier: str) -> None:
        """Set `follows` of a commitment that is here already."""
        self._follows[commitment_id] = earlier

    def published(self, doc_id: str) -> datetime.date | None:
        """A document's date."""
        found = self.rows("documents", doc_id)[0]["published"]
        return found if isinstance(found, datetime.date) else None

    def rows(self, name: str, doc_id: str) -> list[Row]:
        """A document's rows of one table; of an unknown document none."""
        found = self._kept(name, doc_id)
        if name == "documents" and doc_id in self._duplicates:
            found[0]["duplicate_of"] = self._duplicates[doc_id]
        elif name == "commitments" and self._follows:
            for row in found:
                row["follows"] = self._follows.get(str(row["commitment_id"]), row["follows"])
        return found

    def _kept(self, name: str, doc_id: str) -> list[Row]:
        """The rows as they came."""
        raise NotImplementedError


class Spool(_Marks):
    """Documents' rows and Texts, taken in any order and given back in the order of the tables."""

    def __init__(self, folder: pathlib.Path) -> None:
        """Open a spool.

        Args:
            folder: where its files go; made if absent. The caller removes it.

        Raises:
            OSError: the folder cannot be written.
        """
        super().__init__()
        folder.mkdir(parents=True, exist_ok=True)
        self.failures: list[Row] = []
        self._places: dict[str, int] = {}
        self._piles = {name: _Pile(folder / name) for name in PER_DOCUMENT}
        self._texts = _Pile(folder / "texts")

    def add(self, doc_id: str, text: str, rows: Mapping[str, Sequence[Row]]) -> None:
        """Keep a document: its Text and its rows, table by table.

        Raises:
            RowError: the rows do not keep the contract, the Text holds a lone surrogate, or the id is there already. Nothing
                of the document is kept, so that the caller may `fail` it instead.
            OSError: the disk is full; the spool is of no more use.
        """
        self.keep(Packed.of(doc_id, text, rows))

    def keep(self, document: Packed) -> None:
        """Keep a document that is packed already.

        Raises:
            RowError: the id is there already.
            OSError: the disk is full; the spool is of no more use.
        """
        if document.doc_id in self._places:
            raise RowError(f"document {document.doc_id!r} is there already")
        for name, blob in document.tables.items():
            self._piles[name].append(blob)
        self._texts.append(document.text)
        self._places[document.doc_id] = len(self._places)

    def fail(self, failure: Failure) -> None:
        """Keep a document that failed.

        Raises:
            RowError: stage or error stands in no list.
        """
        self.failures.append(failure_row(failure))

    def __len__(self) -> int:
        """How many documents there are."""
        return len(self._places)

    def __contains__(self, doc_id: object) -> bool:
        """Whether a document is here."""
        return doc_id in self._places

    def doc_ids(self) -> list[str]:
        """All documents, in the order of the tables."""
        return sorted(self._places)

    def _kept(self, name: str, doc_id: str) -> list[Row]:
        place = self._places.get(doc_id)
        return unpacked(name, self._piles[name].get(place)) if place is not None else []

    def text(self, doc_id: str) -> str:
        """A document's Text."""
        return self._texts.get(self._places[doc_id]).decode("utf-8")

    def texts(self) -> Iterator[tuple[str, bytes]]:
        """Every document with its Text as UTF-8, in the order of the tables."""
        for doc_id in self.doc_ids():
            yield doc_id, self._texts.get(self._places[doc_id])

    def close(self) -> None:
        """Close its files."""
        for pile in (*self._piles.values(), self._texts):
            pile.close()

    def __enter__(self) -> Spool:
        """The spool itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close its files."""
        self.close()


class Memory(_Marks):
    """The same for few documents, without files: for the library."""

    def __init__(self) -> None:
        """An empty one."""
        super().__init__()
        self.failures: list[Row] = []
        self._documents: dict[str, Packed] = {}

    def add(self, doc_id: str, text: str, rows: Mapping[str, Sequence[Row]]) -> None:
        """Keep a document: its Text and its rows.

        Raises:
            RowError: the rows do not keep the contract, the Text holds a lone surrogate, or the id is there already.
        """
        self.keep(Packed.of(doc_id, text, rows))

    def keep(self, document: Packed) -> None:
        """Keep a document that is packed already.

        Raises:
            RowError: the id is there already.
        """
        if document.doc_id in self._documents:
            raise RowError(f"document {document.doc_id!r} is there already")
        self._documents[document.doc_id] = document

    def fail(self, failure: Failure) -> None:
        """Keep a document that failed."""
        self.failures.append(failure_row(failure))

    def doc_ids(self) -> list[str]:
        """All documents, in the order of the tables."""
        return sorted(self._documents)

    def text(self, doc_id: str) -> str:
        """A document's Text."""
        return self._documents[doc_id].text.decode("utf-8")

    def _kept(self, name: str, doc_id: str) -> list[Row]:
        return unpacked(name, self._documents[doc_id].tables[name]) if doc_id in self._documents else []


class _Pile:
    """A file of pieces that are appended, and read by their number."""

    def __init__(self, path: pathlib.Path) -> None:
        self._in = path.open("wb", buffering=_BUFFER)
        self._out = path.open("rb")
        self._ends = array("Q", [0])
        self._dirty = False

    def append(self, data: bytes) -> None:
        self._in.write(data)
        self._ends.append(self._ends[-1] + len(data))
        self._dirty = True

    def get(self, number: int) -> bytes:
        if self._dirty:
            self._in.flush()
            self._dirty = False
        self._out.seek(self._ends[number])
        return self._out.read(self._ends[number + 1] - self._ends[number])

    def close(self) -> None:
        self._in.close()
        self._out.close()
