"""What carries on what: whole releases through the pipeline, in our own words. `rensa` and the writer are not in play."""

import datetime
import random

import pytest

import pipeline

PLAN = "중소벤처기업부는 모태펀드 출자 기업을 모집할 계획이다."
DAYS = ("2031-02-03", "2031-06-16", "2031-11-10")


def chain(*texts: str, days: tuple[str, ...] = DAYS) -> list[str]:
    """`later<earlier` for each link, commitments named by the letter of their release."""
    releases = [{"id": "abc"[n], "text": t, "published": d} for n, (t, d) in enumerate(zip(texts, days, strict=False))]
    random.Random(len(texts[0])).shuffle(releases)
    rows = pipeline.extract(releases, workers=1).commitments
    return [f"{c[0]}<{f[0]}" for c, f in zip(rows.commitment_id, rows.follows, strict=True) if isinstance(f, str)]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ((PLAN, "중소벤처기업부는 모태펀드 출자 기업을 선정했다."), ["b<a"]),
        ((PLAN, "중기부는 모태펀드 출자 기업을 모집하고 있다."), ["b<a"]),  # an alias
        (
            (PLAN, "중소벤처기업부는 모태펀드 출자 기업을 모집하고 있다.", "중소벤처기업부는 모태펀드 출자 기업을 선정했다."),
            ["b<a", "c<b"],
        ),  # the nearest
        ((PLAN, "중소벤처기업부는 모태펀드를 통해 기업을 선정했다."), []),  # a means
        ((PLAN, "중소벤처기업부는 모태펀드 평가 위원을 선정했다."), []),  # another part
        ((PLAN, "금융위원회는 모태펀드 출자 기업을 선정했다."), []),  # another body
        ((PLAN, "중소벤처기업부는 수출바우처 출자 기업을 선정했다."), []),  # another programme
        ((PLAN, "중소벤처기업부는 모태펀드 출자 기업을 지원했다."), []),  # another kind of act
        ((PLAN, PLAN), []),  # a plan without a day is not renewed, it is another
        (
            ("중소벤처기업부는 올해 9월까지 모태펀드 출자 기업을 모집할 계획이다.", "중소벤처기업부는 9월까지 모태펀드 출자 기업을 모집하기로 했다."),
            ["b<a"],  # the same promise renewed
        ),
        (("중소벤처기업부는 모태펀드 출자 기업을 선정했다.", "중소벤처기업부는 모태펀드 출자 기업을 선정했다."), []),  # what is done promises nothing
        (("중소벤처기업부는 제3차 모태펀드 출자 기업을 모집할 계획이다.", "중소벤처기업부는 제4차 모태펀드 출자 기업을 선정했다."), []),
        ((PLAN, "중소벤처기업부는 2차 모태펀드 출자 기업을 선정했다."), []),
        (("중소벤처기업부는 9월까지 모태펀드 출자 기업을 모집할 계획이다.", "중소벤처기업부는 2032년 모태펀드 출자 기업을 선정했다."), []),
        ((PLAN, "중소벤처기업부는 지난해 12월 모태펀드 출자 기업을 선정했다."), []),  # before it was promised
        (("관세청은 유튜브 채널을 운영할 계획이다.", "관세청은 유튜브 채널을 운영하고 있다."), []),  # no one programme
    ],
)
def test_follows(texts: tuple[str, ...], expected: list[str]) -> None:
    assert chain(*texts) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (("2031-02-03", "2031-02-04"), ["b<a"]),
        (("2031-02-03", "2031-02-03"), []),  # the same news
        (("2031-06-16", "2031-02-03"), []),  # the plan came after
        (("2031-02-03", "2034-02-03"), []),  # too long ago
        (("", "2031-02-03"), []),
    ],
)
def test_days(days: tuple[str, str], expected: list[str]) -> None:
    assert chain(PLAN, "중소벤처기업부는 모태펀드 출자 기업을 선정했다.", days=days) == expected


def test_not_within_a_release_nor_from_its_duplicate() -> None:
    both = PLAN + " 중소벤처기업부는 모태펀드 출자 기업을 모집하고 있다. 늘어난 수요에 발맞추어 심사 인력도 두 배로 늘린다고 덧붙였다."
    assert chain(both) == []
    assert chain(both, both, days=("2031-02-03", "2031-02-05")) == []


def test_the_library_fills_both() -> None:
    day = datetime.date(2031, 2, 3)
    data = pipeline.extract([{"id": i, "text": PLAN, "published": day.isoformat()} for i in "ba"], workers=1)
    assert data.documents.set_index("doc_id").duplicate_of.fillna("").to_dict() == {"a": "", "b": "a"}
