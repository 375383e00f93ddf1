"""Who acts: `TEXT | ACTORS`, one entry an act, in order; several bodies joined by `+`, ` / ` between acts.

Texts pass through the whole pipeline, so that its status decides which acts there are; where the last sentence alone is meant the entry begins with `…`.
A row that ends in `?` is one that the shipped model gets wrong today.
"""

import datetime

import numpy as np
import pytest

from pipeline.actors import ACT_COLUMNS, COLUMNS, OPTION_COLUMNS, Question, codes_of
from pipeline.candidates import Option
from pipeline.learn.coded import coded
from pipeline.learn.templates import Codebook
from pipeline.schema import Release

CASES = """
산림청은 내년까지 숲길 30km를 정비할 계획이다. | 산림청
환경부가 하천 감시망을 확충하기로 했다. | 환경부
교육부는 내년에 돌봄교실을 늘릴 예정이다. | 교육부
기상청에서는 태풍 예보를 하루 앞당겨 제공할 계획이다. | 기상청
국세청도 납부 기한을 연장하기로 했다. | 국세청
소방청(청장 김한결)은 구급차 50대를 추가로 배치할 예정이다. | 소방청
보건복지부 이새봄 장관은 상담 창구를 늘리겠다고 밝혔다. | 보건복지부
특허청은 심사 인력을 늘리고, 심사 기간을 단축할 계획이다. | 특허청 / 특허청
산림청과 기상청은 산불 예보를 함께 개선하기로 했다. | 산림청+기상청
산림청·기상청은 산불 예보를 고도화할 계획이다. | 산림청+기상청
산림청, 기상청, 소방청은 합동 훈련을 실시할 예정이다. | 산림청+기상청+소방청
산림청은 기상청과 함께 산불 지도를 만들 계획이다. | 산림청+기상청
환경부는 국립공원공단과 공동으로 탐방로를 정비하기로 했다. | 환경부+국립공원공단
관세청은 특허청과 협력하여 위조 상품 단속을 강화할 계획이다. | 관세청+특허청
교육부는 상담 교사를 늘리고, 보건복지부는 상담 전화를 운영할 계획이다. | 교육부 / 보건복지부
해양수산부는 어항을 정비하고, 한국어촌어항공단은 설계를 지원할 예정이다. | 해양수산부 / 한국어촌어항공단
환경부의 지원을 받는 한국환경공단은 충전소를 지을 예정이다. | 한국환경공단
환경부 산하 국립생물자원관은 내년에 표본 목록을 공개할 계획이다. | 국립생물자원관
교육부가 뽑은 대학을 위해 한국연구재단은 연구비를 지원하기로 했다. | 한국연구재단
소방청이 만든 지침에 따라 행정안전부는 점검을 강화할 계획이다. | 행정안전부
기상청의 자료를 활용해 농촌진흥청은 병해충 예보를 제공할 예정이다. | 농촌진흥청
통계청에 따르면 인구가 줄었다. 이에 보건복지부는 돌봄 시설을 늘릴 계획이다. | … 보건복지부
산림청은 숲길을 정비할 계획이다. 내년에는 쉼터도 늘릴 계획이다. | 산림청 / 산림청
국세청은 상담 전화를 늘릴 예정이다. 또한 누리집을 개편할 계획이다. | 국세청 / 국세청
조달청은 심사 절차를 개선할 계획이다. 아울러 수수료도 인하하기로 했다. | 조달청 / 조달청
산림청 김한결 과장은 “숲길을 더 늘리겠다”고 말했다. | 산림청
김한결 산림청장은 “산불 감시를 강화하겠다”고 밝혔다. | 산림청
이새봄 질병관리청 국장은 “예방 접종을 확대하겠다”고 말했다. | 질병관리청
교육부 최누리 과장은 “학교 상담을 강화하고, 인력을 늘리겠다”고 말했다. | 교육부 / 교육부
지방자치단체는 내년부터 쉼터를 운영할 예정이다. | 지방자치단체
수원시는 쉼터를 열 계획이다. 시는 내년에 버스도 늘릴 계획이다. | 수원시 / 수원시
서울시는 청년 주택을 공급할 계획이다. | 서울특별시
부산시와 울산시는 광역 버스를 함께 운영하기로 했다. | 부산광역시+울산광역시
산림청과 환경부는 업무협약을 체결했다. 양 기관은 하천 숲을 조성하기로 했다. | … 산림청+환경부
기상청은 관측소를 신설하고, 노후 장비를 교체하며, 예보관을 양성할 계획이다. | 기상청 / 기상청 / 기상청
농촌진흥청은 종자를 보급했으며, 재배 기술도 보급할 계획이다. | 농촌진흥청 / 농촌진흥청
식품의약품안전처는 해외 직구 식품의 검사를 강화하고 있다. | 식품의약품안전처
한국수자원공사는 노후 관로를 교체하고 있다. | 한국수자원공사
삼성전자는 협력사에 대금을 조기 지급하기로 했다. | 삼성전자
네이버와 카카오는 재난 정보를 함께 제공하기로 했다. | 네이버+카카오
행사에는 산림청 직원 30명이 참석했다. | 없음
산림청은 시민의 참여를 당부했다. | 없음
환경부는 공장을 짓지 않기로 했다. | 없음
통계청은 물가가 2% 올랐다고 밝혔다. | 없음
교육부 장관은 학교를 방문했다. | 없음
"""


def rows() -> list[object]:
    found: list[object] = []
    for line in CASES.strip().splitlines():
        text, _, actors = line.rpartition(" | ")
        wrong = actors.endswith("?")
        marks = [pytest.mark.xfail(strict=False)] if wrong else []
        found.append(pytest.param(text, actors.removesuffix("?").strip(), marks=marks, id=text[:40]))
    return found


def acted(engine, text: str, **metadata) -> list[str]:
    (sheet,) = engine.analyse([Release("a", text, "a", published=datetime.date(2026, 3, 2), **metadata)])
    for commitment in sheet["commitments"]:
        assert commitment["confidence"] is not None
        assert 0 < commitment["confidence"] <= 1
    return ["+".join(c["actors"]) for c in sheet["commitments"]]


@pytest.mark.parametrize(("text", "expected"), rows())
def test_actors(engine, text: str, expected: str) -> None:
    found = acted(engine, text)
    wanted = [] if expected == "없음" else expected.removeprefix("…").strip().split(" / ")
    order = [set(f.split("+")) for f in (found[-len(wanted) :] if expected.startswith("…") else found)]
    assert order == [set(w.split("+")) for w in wanted]


def test_actors_do_not_depend_on_the_company(engine) -> None:
    """The acts of releases are decided side by side; a release alone has the same."""
    texts = [line.rpartition(" | ")[0] for line in CASES.strip().splitlines()]
    together = engine.analyse([Release(str(n), t, "a") for n, t in enumerate(texts)])
    for n in (0, 7, 25):
        (alone,) = engine.analyse([Release(str(n), texts[n], "a")])
        assert [c["actors"] for c in alone["commitments"]] == [c["actors"] for c in together[n]["commitments"]]


def test_an_act_is_coded_once_for_all_its_options() -> None:
    """The codes are those of the rows that training sees, where every option repeats what its act says."""
    questions = []
    for act, size in (("a", 3), ("", 1), ("b", 2)):
        options = [Option((str(n),), (str(n),), ("x",)) for n in range(size)]
        questions.append(Question(options, (act,) * len(ACT_COLUMNS), [(str(n),) * len(OPTION_COLUMNS) for n in range(size)]))
    rows = np.concatenate(coded(Codebook(COLUMNS), [q.mappings() for q in questions]))
    assert codes_of(Codebook(COLUMNS), questions).tolist() == rows.tolist()
