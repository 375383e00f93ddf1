"""Blocks by shape."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.layout import blocks, bullet_end

# (text, [(kind, what the block reads)])
CASES = [
    ("새날시는 쉼터를 연다.", [("sentence", "새날시는 쉼터를 연다.")]),
    ("□ 새날시는 쉼터를 연다.\n ㅇ 문은 3월에 연다.", [("bullet", "□ 새날시는 쉼터를 연다."), ("bullet", "ㅇ 문은 3월에 연다.")]),
    ("가람군은 올해 안에 낡은 다리 네 곳을 고치기로 하고 이달부터\n설계에 들어간다.", [("sentence", None)]),
    ("가람군은 다리를 고친다.\n설계는 이달에 시작한다.", [("sentence", "가람군은 다리를 고친다."), ("sentence", "설계는 이달에 시작한다.")]),
    ("가람군은 다리를\n\n고친다.", [("sentence", "가람군은 다리를"), ("sentence", "고친다.")]),
    ("< 추진 배경 >\n\n물이 모자란다.", [("heading", "< 추진 배경 >"), ("sentence", "물이 모자란다.")]),
    ("1. 개요\n\n물이 모자란다.", [("heading", "1. 개요"), ("sentence", "물이 모자란다.")]),
    ("물이 모자란다.\n\n붙임 1. 계획서. 끝.", [("sentence", "물이 모자란다."), ("boilerplate", "붙임 1. 계획서. 끝.")]),
    ("물이 모자란다.\n\n* 자료: 새날연구원", [("sentence", "물이 모자란다."), ("bullet", "* 자료: 새날연구원")]),
    ("물이 모자란다.\n\n담당 부서: 물관리과 (02-123-4567)", [("sentence", "물이 모자란다."), ("boilerplate", "담당 부서: 물관리과 (02-123-4567)")]),
    (
        "표는 다음과 같다.\n구분\n작년\n올해\n관정\n12곳\n20곳",
        [("sentence", "표는 다음과 같다."), *[("table", c) for c in ("구분", "작년", "올해", "관정", "12곳", "20곳")]],
    ),
    ("이름\t수량\n관정\t12곳", [("table", "이름\t수량"), ("table", "관정\t12곳")]),
    ("-3.5% 줄었다.", [("sentence", "-3.5% 줄었다.")]),
    ("① 관정을 판다.\n② 둑을 쌓는다.", [("bullet", "① 관정을 판다."), ("bullet", "② 둑을 쌓는다.")]),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_blocks(text: str, expected: list[tuple[str, str | None]]) -> None:
    found = blocks(text)
    assert [b.kind for b in found] == [kind for kind, _ in expected]
    for block, (_, reads) in zip(found, expected, strict=True):
        assert text[block.start : block.end] == (text if reads is None else reads)


def test_a_headline_and_its_subtitle_are_titles() -> None:
    text = "새날시, 쉼터 스무 곳 문 연다\n- 더위 피할 곳 두 배로 늘어 -\n\n새날시는 올여름 더위를 피할 쉼터를 스무 곳으로 늘려 다음 달부터 차례로 문을 연다고 12일 밝혔다."
    assert [b.kind for b in blocks(text)] == ["title", "title", "sentence"]


def test_the_form_above_the_headline_is_boilerplate() -> None:
    text = "보도자료\n배포일시 2026. 3. 2.\n담당부서\n물관리과 (044-200-1234)\n\n새날시, 쉼터 연다\n\n새날시는 올여름 더위를 피할 쉼터를 스무 곳으로 늘려 다음 달부터 차례로 문을 연다고 12일 밝혔다."
    assert [b.kind for b in blocks(text)] == ["boilerplate"] * 4 + ["title", "sentence"]


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("□ 새날", 1),
        ("ㅇ새날", 1),
        ("- 새날", 1),
        ("* 새날", 1),
        ("①새날", 1),
        ("1. 새날", 2),
        ("가. 새날", 2),
        ("ㅇㅇ 새날", 2),
        ("새날", 0),
        ("-3.5%", 0),
        ("2024년", 0),
        ("1.5배", 0),
    ],
)
def test_bullet_end(text: str, length: int) -> None:
    assert bullet_end(text) == length


@given(st.text(alphabet="가나다 \n\t.□-*12(“)”:|", max_size=200))
def test_blocks_cover_all_but_white_space(text: str) -> None:
    found = blocks(text)
    covered = [False] * len(text)
    for block in found:
        assert block.start < block.end and not text[block.start].isspace() and not text[block.end - 1].isspace()
        for i in range(block.start, block.end):
            assert not covered[i]
            covered[i] = True
    assert all(c or text[i].isspace() for i, c in enumerate(covered))
