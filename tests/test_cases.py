"""The tables under `tests/cases` are large, even and mostly right."""

from collections import Counter

import pytest
from casebook import FOLDER, TABLES, cases


def test_every_table_is_read() -> None:
    assert sorted(p.stem for p in FOLDER.iterdir()) == list(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_as_many_negatives_as_positives(table: str) -> None:
    ways = Counter(case.negative for case in cases(table))
    assert min(ways[False], ways[True]) >= 150, ways


@pytest.mark.parametrize("table", TABLES)
def test_few_go_wrong(table: str) -> None:
    found = cases(table)
    assert sum(case.wrong for case in found) <= len(found) / 5


@pytest.mark.parametrize("table", TABLES)
def test_no_case_stands_twice(table: str) -> None:
    assert [
        t
        for t, n in Counter((c.heading.partition(":")[0], "of an act" in c.heading, "money" in c.heading, c.cells) for c in cases(table)).items()
        if n > 1
    ] == []
