"""What becomes of the spans that the model tags."""

import pytest

from pipeline.morphology import Settings
from pipeline.schema import Release
from pipeline.sheet import from_releases
from pipeline.tagger import _without_marks
from pipeline.tokens import tokens
from pipeline.units import Units


@pytest.mark.parametrize(
    ("text", "tagged", "name"),
    [
        ("새날시는 온터를 연다.", "새날시", "새날시"),
        ("해킹 집단 누리키(Nuriki)의 수법", "(Nuriki)", "Nuriki"),
        ("새날 나들목(IC)과 가람 분기점", "새날 나들목(IC)", "새날 나들목(IC)"),
        ("서울 요금소(TG)∼새날 나들목(IC) 구간", ")∼새날 나들목(IC)", "새날 나들목(IC)"),
        ("새날원(원장 김한결)은 밝혔다.", "새날원(원장", None),
        ("새날시 (…) 연다", "(…)", None),
        ("(주)새날은 공장을 짓는다.", "(주)새날", "(주)새날"),
        ("㈜새날은 공장을 짓는다.", "㈜새날", "㈜새날"),
    ],
)
def test_marks_are_no_part_of_a_name(text, tagged, name):
    (sheet,) = from_releases([Release("a", text, "a")], Settings())
    Units().annotate([sheet])
    found = tokens(sheet)
    start = text.index(tagged)
    span = found.span(start, start + len(tagged))
    assert span is not None
    whole = _without_marks(text, found, span)
    assert name == (whole and text[found.start[whole[0]] : found.end[whole[1] - 1]])
