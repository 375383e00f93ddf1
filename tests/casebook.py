"""Reads the tables under `tests/cases`: a case a line, its cells between ` | `; `#` lines are headings.

Below a heading that begins with `# not:` cases are negative. A case that ends in ` ?` is one that goes wrong today.
"""

import pathlib
from dataclasses import dataclass

import pytest

FOLDER = pathlib.Path(__file__).parent / "cases"
TABLES = ("actors", "amounts", "clauses", "times")


@dataclass(frozen=True, slots=True)
class Case:
    """One line of a table. `heading` is the last one above it."""

    heading: str
    cells: tuple[str, ...]
    wrong: bool

    @property
    def negative(self) -> bool:
        return self.heading.startswith("not:")


def cases(table: str, *, about: str = "", other_than: tuple[str, ...] = ()) -> list[Case]:
    """The cases of a table, those alone whose heading holds `about` and none of `other_than`.

    >>> cases("actors")[0]
    Case(heading='one body: particles, titles, brackets', cells=('산림청은 내년까지 숲길 30km를 정비할 계획이다.', '산림청'), wrong=False)
    """
    found, heading = [], ""
    for line in (FOLDER / f"{table}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading = line[1:].strip()
        elif line and about in heading and not any(o in heading for o in other_than):
            found.append(Case(heading, tuple(line.removesuffix(" ?").split(" | ")), line.endswith(" ?")))
    return found


def params(found: list[Case]) -> list[object]:
    """The cells of the cases for `parametrize`, those that go wrong today as expected failures."""
    return [pytest.param(*c.cells, marks=[pytest.mark.xfail(strict=False)] if c.wrong else [], id=" | ".join(c.cells)[:60]) for c in found]
