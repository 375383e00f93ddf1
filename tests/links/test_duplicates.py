"""Near-duplicates: the same text under another roof, and what only looks like it."""

import datetime
import random

import pytest

from pipeline.links.duplicates import DAYS, originals, profile, same

DAY = datetime.date(2031, 3, 3)
BODY = (
    "늘봄시는 오는 6월부터 강변 산책로 12km에 그늘막 240곳을 세우고, 밤에도 걷기 좋도록 낮은 등불을 달기로 했다.\n"
    "공사는 세 구간으로 나누어 이루어지며, 첫 구간은 8월 말에 문을 연다. 시는 주민 설명회를 네 차례 열어 의견을 들었고, 나무를 베지 않는 쪽으로 설계를 고쳤다.\n"
    "예산은 48억원이며, 그 가운데 절반은 도에서 받는다. 시 관계자는 휠체어와 유아차가 함께 지날 수 있게 폭을 넓힌다고 밝혔다."
)
OTHER = (
    "한빛군은 마을 책방 아홉 곳과 손잡고 저녁마다 낭독회를 연다. 첫 모임은 4월 둘째 주에 군립 도서관 앞마당에서 열린다.\n"
    "군은 책방마다 한 해 600만원을 보태고, 어르신이 오가는 길에 차를 대 준다. 참가 신청은 읍사무소에서 받는다.\n"
    "군수는 책을 사이에 두고 이웃이 만나는 자리가 늘어나면 좋겠다고 말했다. 이듬해에는 모든 면으로 넓힐 생각이다."
)
FOOT = "\n\n더 알고 싶은 기자는 아래 부서로 전화하면 된다. 사진은 군청 자료방에 올려 두었고, 출처만 밝히면 누구나 쓸 수 있다. 내려받기가 안 되면 알려 달라."
WEEKLY = (
    "늘봄시 대기 측정 결과를 알린다. 지난 한 주의 초미세먼지는 평균 {0}㎍/㎥로 앞선 주보다 {1} 달라졌다. 가장 높은 날은 {2}일로 {3}㎍/㎥였고, 가장 낮은 날은 {4}일로 {5}㎍/㎥였다. "
    "측정소 {6}곳 가운데 {7}곳이 기준을 지켰다. 시는 도로 물청소를 하루 {8}차례 하고 공사장 {9}곳을 살폈다. 측정값은 시 누리집에서 한 시간마다 볼 수 있으며, 다음 결과는 한 주 뒤에 나온다."
)


@pytest.mark.parametrize(
    ("a", "b", "days", "expected"),
    [
        (BODY, BODY, 0, True),
        (BODY, "보도자료\n배포일 2031. 3. 3.\n" + BODY, 0, True),  # other header
        (BODY, BODY.replace("늘봄시는", "늘봄시와 푸른도는"), 1, True),  # other issuer
        (BODY, BODY.replace("휠체어", "휠체어나"), 3, True),  # a word mended
        (BODY, BODY.replace("48억원", "49억원"), 1, True),  # a number mended
        (BODY, BODY.replace("·", " ").replace(", ", ",").replace("\n", "\n\n□ "), 0, True),  # set anew
        (BODY, BODY + "\n끝.", DAYS, True),
        (BODY, BODY, DAYS + 1, False),  # a template, however alike
        (BODY, OTHER, 0, False),
        (BODY + FOOT, OTHER + FOOT, 0, False),  # the same small print
        (BODY, BODY.split("\n")[0], 0, False),  # a summary
        (BODY, BODY + "\n" + OTHER, 0, False),  # a collection
        (WEEKLY.format(*range(10, 20)), WEEKLY.format(*range(30, 40)), 7, False),
        (WEEKLY.format(*range(10, 20)), WEEKLY.format(*range(30, 40)), 1, False),  # daily figures
        (WEEKLY.format(*range(10, 20)), WEEKLY.format(*range(10, 20)), 7, False),
        (
            BODY,
            BODY.replace("늘봄시", "샛별시").replace("강변", "바닷가").replace("12km", "7km").replace("240곳", "90곳").replace("48억원", "21억원"),
            2,
            False,
        ),
    ],
)
def test_same(a: str, b: str, days: int, expected: bool) -> None:
    one, other = profile(a, DAY), profile(b, DAY + datetime.timedelta(days=days))
    assert same(one, other) is same(other, one) is expected


@pytest.mark.parametrize(("b", "expected"), [(BODY, True), (BODY + "\n끝.", True), (BODY.replace("48억원", "49억원"), False)])
def test_without_a_date_all_numbers_agree(b: str, expected: bool) -> None:
    assert same(profile(BODY, None), profile(b, DAY)) is expected


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([("b", 0, BODY), ("a", 1, BODY)], {"a": "b"}),  # the date decides
        ([("b", 0, BODY), ("a", 0, BODY)], {"b": "a"}),  # then the id
        ([("b", 0, BODY), ("a", None, BODY)], {"a": "b"}),  # a document without date is later
        ([("a", 0, BODY), ("b", 5, BODY), ("c", 10, BODY)], {"b": "a", "c": "a"}),  # a chain goes to its first
        ([("a", 0, BODY), ("b", 0, OTHER), ("c", 1, OTHER), ("d", 1, BODY)], {"c": "b", "d": "a"}),
        ([("a", 0, ""), ("b", 0, ""), ("c", 0, "!?")], {}),  # nothing to compare
        ([("a", 0, "가"), ("b", 0, "가")], {"b": "a"}),
        ([("a", 0, BODY)], {}),
        ([], {}),
    ],
)
def test_originals(documents: list[tuple[str, int | None, str]], expected: dict[str, str]) -> None:
    texts = {i: text for i, _, text in documents}
    dated = [(i, None if n is None else DAY + datetime.timedelta(days=n)) for i, n, _ in documents]
    for seed in range(4):  # in whatever order they come
        random.Random(seed).shuffle(dated)
        assert originals(dated, texts.__getitem__) == expected


def test_thousands_of_copies_are_no_square() -> None:
    asked = 0

    def text_of(_: str) -> str:
        nonlocal asked
        asked += 1
        return BODY

    found = originals([(f"{n:04}", DAY) for n in range(1500)], text_of)
    assert set(found.values()) == {"0000"} and len(found) == 1499
    assert asked < 4 * 1500
