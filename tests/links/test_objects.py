"""Whether an act is on a programme, and whether one verb carries on another."""

import pytest

from pipeline.links.objects import carries_on, families, target, verb_of

NAME = "새싹 학교"


@pytest.mark.parametrize(
    ("action", "verb", "expected"),
    [
        ("늘봄시는 새싹 학교를 연다.", "열", ""),
        ("늘봄시는 새싹 학교 사업을 시행한다.", "시행하", ""),
        ("새싹 학교 참여 기업을 모집한다.", "모집하", "참여기업"),
        ("새싹 학교의 개막식을 진행했다.", "진행하", "개막식"),
        ("‘달리는 새싹 학교’를 운영하고 있다.", "운영하", "달리는"),
        ("‘새싹 학교’(교장 한가람)를 운영한다.", "운영하", ""),
        ("새싹 학교 운영", "운영하", ""),
        ("새싹 학교 강사 모집", "모집하", "강사"),
        ("새싹 학교가 오는 3월 처음으로 열리고", "열리", ""),
        # a means, a ground, a place, one of several
        ("새싹 학교를 통해 책을 나누어 준다.", "나누", None),
        ("새싹 학교를 위한 예산을 늘린다.", "늘리", None),
        ("새싹 학교에서 강연을 연다.", "열", None),
        ("새싹 학교와 손잡고 강연을 연다.", "열", None),
        ("새싹 학교에 따라 강사를 뽑는다.", "뽑", None),
        ("새싹 학교로 바꾸어 운영한다.", "운영하", None),
        ("새싹 학교를 마친 청년에게 창업 자금을 지원한다.", "지원하", None),
        ("새싹 학교", "열", None),
        ("새싹 학교를 알리는 데 힘쓴다.", "힘쓰", None),  # the verb says too little
    ],
)
def test_target(action: str, verb: str, expected: str | None) -> None:
    start = action.index(NAME)
    assert target(action, start, start + len(NAME), verb) == expected


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        ("모집하", "모집하", True),
        ("모집하", "선정하", True),
        ("선정하", "모집하", False),
        ("수립하", "시행하", True),
        ("착공하", "개통하", True),
        ("개통하", "착공하", False),
        ("개최하", "열", True),
        ("발간하", "지급하", False),
        ("모르는말하", "모르는말하", True),
        ("모르는말하", "선정하", False),
    ],
)
def test_carries_on(earlier: str, later: str, expected: bool) -> None:
    assert carries_on(earlier, later) is expected


@pytest.mark.parametrize(("lemma", "verb"), [("개최되다", "개최하"), ("개최하다", "개최하"), ("열다", "열"), ("되다", "되"), ("", "")])
def test_verb_of(lemma: str, verb: str) -> None:
    assert verb_of(lemma) == verb


def test_the_table_is_in_dictionary_forms() -> None:
    assert all(not v.endswith("다") or v == "다" for v in families())
    assert all(stage >= 1 for stages in families().values() for stage in stages.values())
