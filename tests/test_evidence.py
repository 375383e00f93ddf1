"""Evidence of what no component reads from a place of its own."""

import datetime

import pytest

from pipeline.evidence import completed, words_of
from pipeline.schema import Release


@pytest.mark.parametrize(
    ("text", "issuer", "field", "expected"),
    [
        ("산림청은 내년까지 숲길을 정비할 계획이다.", "", "status", [("정비할 계획이다", "rule")]),
        ("산림청은 숲길을 정비하고 있다.", "", "status", [("정비하고 있다", "rule")]),
        ("산림청은 숲길을 정비했다.", "", "category", [("산림", "rule")]),
        ("내년까지 숲길을 정비할 계획이다.", "산림청", "actor", [("내년까지 숲길을 정비할 계획이다.", "metadata")]),  # nobody is named
        ("산림청 소식\n\n내년까지 숲길을 정비할 계획이다.", "산림청", "actor", [("산림청", "model")]),
        ("산림청은 내년에 길을 정비할 계획이다.", "", "actor", [("산림청", "model")]),
    ],
)
def test_completed(rule_engine, text: str, issuer: str, field: str, expected: list[tuple[str, str]]) -> None:
    (sheet,) = rule_engine.analyse([Release("a", text, "a", issuer=issuer, published=datetime.date(2031, 3, 3))])
    found = completed(sheet, sheet["commitments"][-1])
    assert [(text[e["start"] : e["end"]], e["method"]) for e in found if e["field"] == field] == expected


@pytest.mark.parametrize(
    ("category", "text", "words"),
    [
        ("innovation", "AI 교육을 연다", ["AI", "교육"]),
        ("innovation", "MAIL을 보낸다", []),  # within a Latin word
        ("welfare", "", []),
        ("none", "교육", []),
    ],
)
def test_words_of(category: str, text: str, words: list[str]) -> None:
    assert [m[0] for m in words_of(category, text)] == words
