"""Columns of words -> numbers of weights: a code book and an index that are fitted, written and read together."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.learn.arrays import Array, made_of
from pipeline.learn.templates import FIRST, OUTSIDE, Codebook, Codes, Index, Template

Values = tuple[str, ...]  # a row: the values of the columns in their order, empty where there is nothing to say


@dataclass
class Coded:
    """A code book and the index of its features.

    Attributes:
        book: codes of the values of columns, closed.
        index: numbers of weights of the values of templates.
    """

    book: Codebook
    index: Index

    @classmethod
    def fit(cls, rows: Sequence[Sequence[Values]], columns: tuple[str, ...], templates: Sequence[Template], *, at_least: int) -> Coded:
        """The features that occur `at_least` times in sequences of rows."""
        book = Codebook(columns)
        codes = padded(coded(book, rows))
        book.is_open = False
        return cls(book, Index.fit(templates, columns, {c: book.size(c) for c in columns}, codes, at_least=at_least))

    def features(self, rows: Sequence[Sequence[Values]]) -> npt.NDArray[np.int32]:
        """Numbers of weights, one line a row, of all sequences one after the other; templates do not look beyond a sequence."""
        sequences = coded(self.book, rows)
        inner = np.ones(sum(map(len, sequences)) + len(sequences) + 1, bool)
        inner[np.cumsum([0, *(len(s) + 1 for s in sequences)])] = False
        return self.index.features(padded(sequences))[inner]

    def arrays(self) -> tuple[dict[str, Array], dict[str, Any]]:
        """What `learn.arrays.write` takes."""
        codes = {column: list(values) for column, values in self.book.codes.items()}  # the code of a value is its place
        return {**self.index.arrays()}, {"codes": codes, "templates": self.index.templates}

    @classmethod
    def of(cls, arrays: Mapping[str, Array], data: Mapping[str, Any], columns: tuple[str, ...], source: object) -> Coded:
        """The inverse of `arrays`.

        Raises:
            WeightsError: a part is missing or of another version; the message names `source`.
        """
        with made_of(source):
            templates = tuple(tuple((str(c), int(n)) for c, n in t) for t in data["templates"])
            if set(data["codes"]) != set(columns):
                raise ValueError("the columns differ")
            book = Codebook(columns, {c: {v: n for n, v in enumerate(values, FIRST)} for c, values in data["codes"].items()}, is_open=False)
            index = Index.of(templates, columns, {c: book.size(c) for c in columns}, arrays)
        return cls(book, index)


def coded(book: Codebook, rows: Sequence[Sequence[Values]]) -> list[Codes]:
    """One matrix of codes a sequence, rows x columns."""
    codes = np.empty((sum(map(len, rows)), len(book.columns)), np.int32)
    by_column = zip(*itertools.chain.from_iterable(rows), strict=True)
    for line, column, values in zip(codes.T, book.columns, by_column, strict=False):
        line[:] = book.many(column, values)
    return np.split(codes, np.cumsum([len(sequence) for sequence in rows])[:-1]) if rows else []


def padded(sequences: Sequence[Codes]) -> Codes:
    """All sequences in one matrix, with a line of `OUTSIDE` before, between and after them."""
    width = sequences[0].shape[1] if sequences else 0
    line = np.full((1, width), OUTSIDE, np.int32)
    return np.concatenate([line, *(part for s in sequences for part in (s, line))])
