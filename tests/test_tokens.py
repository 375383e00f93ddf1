"""Tokens partition the surface, and are cut where a name may end."""

import pytest

from pipeline.lexicon import default_lexicon
from pipeline.mentions import known_names
from pipeline.morphology import Settings
from pipeline.sheet import sheets
from pipeline.tokens import tokens
from pipeline.units import Units

TEXTS = (
    "홍길순 통계청장은 3월부터 조사를 넓힌다.",
    "□ 한미 양국은 2,400톤을 나눈다.\n - 새날시(시장 한가람)",
    "‘온기 나눔(ON) 사업’에 AI·빅데이터를 쓴다고 했다.",
    "",
    "A\u3000B\n\n끝.",
)


def read(text: str):
    (sheet,) = sheets([text], Settings())
    Units().annotate([sheet])
    return sheet, tokens(sheet, list(known_names(sheet, default_lexicon())))


@pytest.mark.parametrize("text", TEXTS)
def test_tokens_partition_what_is_not_blank(text):
    _, found = read(text)
    covered = [i for a, b in zip(found.start, found.end, strict=True) for i in range(a, b)]
    assert covered == sorted(set(covered))
    assert {i for i, c in enumerate(text) if not c.isspace()} <= set(covered)
    assert len(found.form) == len(found.tag) == len(found.unit) == len(found)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("홍길순 통계청장은 조사를 넓힌다.", "통계청"),
        ("방위사업청장이 시험장을 찾았다.", "방위사업청"),
        ("한국반도체산업협회장은 지원을 약속했다.", "한국반도체산업협회"),
        ("보건복지부와 함께 연다.", "보건복지부"),
        ("“국가보훈부”의 계획이다.", "국가보훈부"),
    ],
)
def test_a_name_is_a_run_of_whole_tokens(text, name):
    _, found = read(text)
    start = text.index(name)
    assert found.span(start, start + len(name)) is not None


def test_a_span_through_a_token_is_none():
    _, found = read("쉼터를 연다.")
    assert found.span(1, 2) is None


def test_runs_are_the_units():
    text = "새날시는 쉼터를 연다. 행사도 한다.\n\n끝."
    sheet, found = read(text)
    runs = list(found.runs())
    assert [(found.start[a], found.end[b - 1]) for a, b in runs] == [(u["start"], u["end"]) for u in sheet["units"]]
