"""The file of categories: what it must look like, and that a user's own takes its place."""

import os
import subprocess
import sys

import pytest

from pipeline.labels import VARIABLE, LabelsError, categories

HEADER = "name\tkorean\tcovers\n"
GOOD = HEADER + "water\t물\trivers and taps\nroads\t길\troads\n"


def test_names_in_the_order_of_the_file(tmp_path):
    (tmp_path / "own.tsv").write_text("# ours\n" + GOOD, encoding="utf-8")
    assert dict(categories(tmp_path / "own.tsv")) == {"water": "물", "roads": "길"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name\tcovers\n", "own.tsv:1: columns"),
        (HEADER + "water\t물\n", "own.tsv:2: 2 cells"),
        (HEADER + "water\t\trivers\n", "own.tsv:2"),
        (GOOD + "water\t물\tagain\n", "own.tsv:4: water stands there twice"),
        (HEADER + "Water!\t물\trivers\n", "own.tsv:2: 'Water!'"),
        (HEADER + "none\t물\trivers\n", "not `none`"),
        (HEADER + "water\t물\trivers\n", "fewer than two"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path, text, says):
    (tmp_path / "own.tsv").write_text(text, encoding="utf-8")
    with pytest.raises(LabelsError, match=says.replace("(", r"\(")):
        categories(tmp_path / "own.tsv")


def test_a_missing_file_names_the_variable(tmp_path):
    with pytest.raises(LabelsError, match=VARIABLE):
        categories(tmp_path / "none.tsv")


def test_the_variable_replaces_the_shipped_ones(tmp_path):
    (tmp_path / "own.tsv").write_text(GOOD, encoding="utf-8")
    code = "from pipeline.schema import CATEGORIES; print(*CATEGORIES)"
    found = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, VARIABLE: str(tmp_path / "own.tsv")}, capture_output=True, text=True, check=True
    )
    assert found.stdout.split() == ["water", "roads", "none"]
