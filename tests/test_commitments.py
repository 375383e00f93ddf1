"""Who does what: one act a row. Each case lists (actors, verb, status) in order."""

import datetime

import pytest

from pipeline.engine import Engine
from pipeline.schema import Release

CASES = [
    ("보건복지부는 내년에 상담 창구를 늘릴 계획이다.", [("보건복지부", "늘리다", "planned")]),
    ("보건복지부는 상담 창구를 늘리고, 환경부는 하천을 살필 예정이다.", [("보건복지부", "늘리다", "planned"), ("환경부", "살피다", "planned")]),
    ("산림청과 기상청은 산불 예보를 함께 내기로 했다.", [("산림청|기상청", "내다", "planned")]),
    ("산림청·기상청은 산불 예보를 고도화한다.", [("산림청|기상청", "고도화하다", "planned")]),
    ("산림청은 기상청과 함께 산불 예보를 개선할 계획이다.", [("산림청|기상청", "개선하다", "planned")]),
    ("환경부의 지원을 받는 한국환경공단은 충전소를 지을 예정이다.", [("한국환경공단", "짓다", "planned")]),
    ("교육부가 뽑은 대학을 위해 한국연구재단은 연구비를 지원한다.", [("한국연구재단", "지원하다", "planned")]),
    ("산림청은 숲길을 정비한다. 내년에는 쉼터도 늘릴 계획이다.", [("산림청", "정비하다", "planned"), ("산림청", "늘리다", "planned")]),
    ("산림청 김한결 과장은 “숲길을 더 늘리겠다”고 말했다.", [("산림청", "늘리다", "planned")]),
    ("산림청은 숲길을 정비하고 있다고 밝혔다.", [("산림청", "정비하다", "ongoing")]),
    ("지방자치단체는 내년부터 쉼터를 운영할 예정이다.", [("지방자치단체", "운영하다", "planned")]),
    (
        "산림청과 환경부는 지난해 하천 지도를 펴냈다. 양 기관은 내년까지 하천 숲을 조성하기로 했다.",
        [("산림청|환경부", "펴내다", "completed"), ("산림청|환경부", "조성하다", "planned")],
    ),
    ("행사에는 산림청 직원 30명이 참석했다.", []),
    ("산림청은 시민의 참여를 당부했다.", []),
    ("산림청은 숲을 없애지 않기로 했다.", []),
]


def read(engine: Engine, text: str, **metadata):
    (sheet,) = engine.analyse([Release("a", text, "a", published=datetime.date(2026, 3, 2), **metadata)])
    for commitment in sheet["commitments"]:
        assert text[commitment["start"] : commitment["end"]] == commitment["action"]
        for evidence in commitment["evidence"]:
            assert 0 <= evidence["start"] < evidence["end"] <= len(text)
    return sheet["commitments"]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_acts(engine: Engine, text: str, expected: list[tuple[str, str, str]]) -> None:
    assert [("|".join(c["actors"]), c["action_lemma"], c["status"]) for c in read(engine, text)] == expected


def test_all_cells_of_an_act(engine: Engine) -> None:
    text = "보건복지부는 내년 상반기까지 「어르신 동행 사업」으로 취약계층 어르신에게 난방비 100억 원을 지원하고 쉼터 20곳을 열 계획이다."
    first, second = read(engine, text)
    assert (first["beneficiary"], first["amount_krw"], first["amount_text"]) == ("취약계층 어르신", 10_000_000_000, "100억 원")
    assert (first["deadline_text"], first["deadline_start"], first["deadline_end"]) == ("내년 상반기까지", "", "2027-06-30")
    assert first["programs"] == ["어르신 동행 사업"]
    assert second["counts"] == ["20 곳"]
    assert {e["field"] for e in first["evidence"]} == {"actor", "action", "program", "beneficiary", "deadline", "amount"}
    for evidence in first["evidence"]:
        if evidence["field"] == "beneficiary":
            assert text[evidence["start"] : evidence["end"]] == "취약계층 어르신"


def test_the_issuer_acts_where_nobody_else_does(engine: Engine) -> None:
    (commitment,) = read(engine, "내년까지 숲길 300km를 정비할 계획이다.", issuer="산림청")
    assert commitment["actors"] == ["산림청"]
    assert "actor" not in {e["field"] for e in commitment["evidence"]}  # it stands nowhere in the text


def test_an_issuer_that_nobody_knows_is_no_actor(engine: Engine) -> None:
    (commitment,) = read(engine, "내년까지 숲길 300km를 정비할 계획이다.", issuer="정비할 계")
    assert commitment["actors"] == []


def test_a_short_form_means_the_body_whose_release_it_is(engine: Engine) -> None:
    first, second = read(engine, "수원시는 쉼터를 연다. 시는 내년에 버스도 늘릴 계획이다.")
    assert first["actors"] == second["actors"] == ["수원시"]


def test_past_times_are_no_deadline(engine: Engine) -> None:
    (commitment,) = read(engine, "산림청은 지난해 정한 방침에 따라 숲길을 정비할 계획이다.")
    assert commitment["deadline_text"] == ""
