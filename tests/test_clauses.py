"""Which acts a unit holds: `STATUS | TEXT | VERB VERB …`, one act a verb; `VERB/STATUS` where a clause has a status of its own.

The status of the unit is given, so that only the cutting is tested. A row marked `?` is one that the shipped model gets wrong today.
"""

import pytest

from pipeline.acts import ACT_STATUSES, Segmenter
from pipeline.predicates import active, predicate
from pipeline.resources import shipped
from pipeline.schema import Release, UnitData
from pipeline.sheet import from_releases

CASES = """
planned | 새날시는 쉼터를 늘리고, 온누리재단은 상담을 맡을 계획이다. | 늘리다 맡다
planned | 가람부는 공공 데이터를 개방하고 스타트업의 서버 비용을 지원할 예정이다. | 개방하다 지원하다 ?
planned | 시는 올해 안에 도서관 두 곳을 짓고, 버스 노선도 손볼 방침이다. | 짓다 손보다
planned | 공단은 4월부터 이동 상담소를 운영하며, 하반기에는 야간 창구를 연다. | 운영하다 열다
planned | 협회는 교재를 새로 펴내는 한편, 강사 300명을 양성할 계획이다. | 펴내다 양성하다
planned | 재단은 청년 작가에게 작업실을 빌려주고, 전시회를 열어 판로를 넓힌다. | 빌리다 넓히다
planned | 두 기관은 기술을 공동으로 개발하고, 성과를 공유하기로 했다. | 개발하다 공유하다
planned | 공사는 노후 관로 40km를 교체하고 누수 감지기를 설치할 예정이다. | 교체하다 설치하다 ?
planned | 구청은 골목마다 조명을 달고 순찰 인력을 두 배로 늘린다. | 달다 늘리다 ?
planned | 센터는 창업 초기 기업을 선발해 사무 공간을 제공하고, 투자 상담을 주선할 계획이다. | 제공하다 주선하다
planned | 은행은 영세 상인에게 금리를 낮춰 주고, 만기를 1년 연장하기로 했다. | 낮추다 연장하다
planned | 도는 산불 감시원을 늘려 배치하고, 무인기 20대를 새로 들여올 계획이다. | 배치하다 들여오다
planned | 군은 경로당에 냉방기를 보급하고, 폭염 기간에는 매일 안부를 확인한다. | 보급하다 확인하다
planned | 학교는 급식실 환기 설비를 고치고 조리 인력을 보강할 예정이다. | 고치다 보강하다
planned | 정부는 관련 법을 고치고, 위반 업체에 대한 과징금을 올릴 방침이다. | 고치다 올리다
planned | 한빛물산은 전기 트럭 200대를 도입하고, 물류 창고에 태양광을 설치한다. | 도입하다 설치하다
planned | 박물관은 소장품 3만 점을 디지털로 전환하고, 누리집에서 무료로 공개할 예정이다. | 전환하다 공개하다
planned | 대학은 인공지능 학과를 신설하고, 기업 현장 실습을 의무화하기로 했다. | 신설하다 의무화하다
planned | 조합은 공동 브랜드를 만들고, 수출 전용 포장재를 개발할 계획이다. | 만들다 개발하다
planned | 진흥원은 예비 창업자 100팀을 뽑고, 팀마다 최대 5천만 원을 지원한다. | 뽑다 지원하다
planned | 연구원은 시제품을 제작하고, 내년부터 현장에서 실증할 계획이다. | 제작하다 실증하다
planned | 항만공사는 부두 하역 장비를 바꾸고 야간 작업등을 확충하기로 했다. | 바꾸다 확충하다 ?
planned | 문화재단은 동네 공연장을 열고, 주말마다 무료 음악회를 선보인다. | 열다 선보이다
planned | 교육청은 돌봄교실을 밤 8시까지 운영하고, 통학 차량도 지원할 예정이다. | 운영하다 지원하다
planned | 산림청은 헬기를 추가로 배치하고, 진화 대원을 600명까지 늘리기로 했다. | 배치하다 늘리다
planned | 누리통신은 섬 지역에 기지국을 세우고, 요금제도 새로 내놓는다. | 세우다 내놓다
planned | 시는 빈집을 사들여 주차장을 만들고, 남은 터에는 텃밭을 가꿀 계획이다. | 만들다 가꾸다
planned | 이번 협약에 따라 재단은 장학금을 지급하고, 회사는 인턴 자리를 제공한다. | 지급하다 제공하다
planned | 위원회는 심사 기준을 공개하고, 이의 신청 창구를 따로 마련하기로 했다. | 공개하다 마련하다
planned | 보건소는 예방 접종 대상을 넓히고, 방문 접종 차량도 운행할 예정이다. | 넓히다 운행하다
planned | 기금은 지역 기업에 500억 원을 보증하며, 수수료도 절반으로 깎아 준다. | 보증하다 깎다
planned | 공원은 낡은 놀이 시설을 철거하고 숲 놀이터를 조성할 방침이다. | 철거하다 조성하다
planned | 체육회는 생활 체육 교실을 늘리며, 장애인 강습반도 개설할 계획이다. | 늘리다 개설하다
planned | 시는 상수도 요금을 감면하고, 지방세 납부를 6개월 유예하기로 했다. | 감면하다 유예하다
planned | 플랫폼 회사는 중개 수수료를 내리고 정산 주기를 이틀로 단축한다. | 내리다 단축하다 ?
planned | 농협은 벼 수매량을 늘리는 한편, 건조 시설 사용료를 받지 않고 빌려준다. | 늘리다 빌리다
planned | 가람청은 위조 상품을 집중 단속하고, 신고 포상금도 올릴 예정이다. | 단속하다 올리다
planned | 김한결 시장은 “어린이 병원을 짓고, 야간 진료를 확대하겠다”고 밝혔다. | 짓다 확대하다
planned | 이새봄 대표는 “올해 공장을 완공하고 200명을 새로 채용할 것”이라고 말했다. | 완공하다 채용하다 ?
planned | 박다온 원장은 “기초 연구를 늘리고, 그 성과를 중소기업에 이전하겠다”고 강조했다. | 늘리다 이전하다
planned | 최누리 이사장은 “학생 상담을 강화하고 장학 제도를 손질할 계획”이라고 전했다. | 강화하다 손질하다
planned | 새날시는 3월 공모를 거쳐 5월에 단체를 선정하고, 6월부터 사업비를 지급한다. | 선정하다 지급하다 ?
planned | 해양청은 어구를 수거하고, 폐어망을 재활용하는 공장을 세울 계획이다. | 수거하다 세우다 ?
planned | 공단은 안전 교육을 실시하며 보호구 구입비도 지원할 계획이다. | 실시하다 지원하다
planned | 시는 전통시장에 배송 센터를 열고, 상인에게 온라인 판매를 가르칠 예정이다. | 열다 가르치다
planned | 새날시는 청년 주택을 공급할 계획이며, 온누리은행은 전세 자금을 낮은 이자로 빌려줄 예정이다. | 공급하다 빌리다 ?
planned | 재단은 6월에 참가자를 모집할 예정이고, 본 행사는 9월에 연다. | 모집하다 열다
planned | 군은 농기계를 무상으로 빌려줄 방침이며, 수리 기사도 상주시키기로 했다. | 빌리다 상주시키다
completed | 공사는 지난해 관로 30km를 교체했고, 올해 초 감시 장치도 설치했다. | 교체하다 설치하다
completed | 시는 공영 주차장 두 곳을 열었으며, 요금도 절반으로 내렸다. | 열다 내리다 ?
completed | 협회는 강사 120명을 양성했고 교재 4종을 펴냈다. | 양성하다 펴내다
completed | 진흥원은 50개사를 선정하고, 모두 20억 원을 지원했다. | 선정하다 지원하다
completed | 은행은 소상공인에게 300억 원을 빌려줬으며, 상담 창구 12곳을 새로 마련했다. | 빌리다 마련하다
completed | 재단은 쉼터를 개소하고 상담사 8명을 배치했다. | 개소하다 배치하다 ?
completed | 회사는 새 단말기를 출시했고, 수리점도 30곳 늘렸다. | 출시하다 늘리다
completed | 연구원은 항체를 개발했으며 기업 두 곳에 기술을 이전했다. | 개발하다 이전하다
completed | 도는 방음벽을 설치하고, 도로 포장도 마쳤다. | 설치하다 마치다
completed | 군은 급식 단가를 올렸고, 친환경 쌀을 모든 학교에 공급했다. | 올리다 공급하다
ongoing | 시는 공공 자전거를 운영하고 있으며, 대여소도 꾸준히 늘리고 있다. | 운영하다 늘리다
ongoing | 센터는 법률 상담을 제공하고 있고, 매달 순회 강좌를 열고 있다. | 제공하다 열다
ongoing | 재단은 미혼모 가정을 돕고 있으며, 기저귀와 분유도 지원하고 있다. | 돕다 지원하다
ongoing | 공단은 누리집으로 민원을 접수하고 있으며, 처리 과정을 문자로 안내하고 있다. | 접수하다 안내하다 ?
ongoing | 회사는 포장재를 종이로 바꾸고 있으며, 배송 차량의 전환도 추진하고 있다. | 바꾸다 추진하다
planned | 공사는 지난달 시험 운행을 마쳤으며, 다음 달 정식으로 개통할 예정이다. | 마치다/completed 개통하다 ?
planned | 재단은 작년에 30명을 뽑았고, 올해는 60명을 선발할 계획이다. | 뽑다/completed 선발하다
planned | 시는 현재 쉼터 5곳을 운영하고 있으며, 내년까지 10곳으로 늘릴 계획이다. | 운영하다/ongoing 늘리다
planned | 협회는 상담 창구를 운영 중이며, 하반기에는 전화 상담도 시작할 예정이다. | 운영하다/ongoing 시작하다
planned | 회사는 지난해 공장을 준공했으며 올해 생산량을 두 배로 확대할 방침이다. | 준공하다/completed 확대하다
planned | 은행은 이미 500억 원을 집행했고, 남은 200억 원은 연말까지 지급한다. | 집행하다/completed 지급하다
planned | 군은 설계를 끝냈으며, 9월에 공사를 시작할 예정이다. | 끝내다/completed 시작하다 ?
planned | 진흥원은 수요 조사를 진행하고 있으며, 결과를 바탕으로 과정을 개설할 계획이다. | 진행하다/ongoing 개설하다
ongoing | 시는 작년에 조례를 제정했으며, 지금은 위원회를 운영하고 있다. | 제정하다/completed 운영하다
ongoing | 재단은 2020년 기금을 조성했고, 해마다 장학생을 지원하고 있다. | 조성하다/completed 지원하다
planned | 새날시는 창업 공간을 늘린다. | 늘리다
planned | 재단은 소상공인을 발굴하고 육성한다. | 육성하다
planned | 시는 시민의 안전을 지키기 위해 순찰을 강화할 계획이다. | 강화하다
planned | 가람부는 비용을 줄이고 품질을 높이기 위해 공동 구매를 추진한다. | 추진하다
planned | 협회는 회원사의 부담을 덜고 경쟁력을 키울 수 있도록 교육비를 지원하기로 했다. | 지원하다
planned | 공단은 신청 절차를 줄이고 서류를 없애는 등 제도를 개선할 예정이다. | 개선하다
planned | 시는 노후 시설을 고치고 조명을 바꾸는 등 시장 환경을 정비할 계획이다. | 정비하다
planned | 재단은 참가비를 받지 않고 강좌를 운영한다. | 운영하다
planned | 연구원은 해외 자료를 모아 안내서를 펴낼 예정이다. | 펴내다
planned | 은행은 앱을 개편해 송금 한도를 늘릴 계획이다. | 늘리다
planned | 센터는 전문가를 초청하여 특강을 연다. | 열다
planned | 군은 폐교를 고쳐서 마을 도서관을 만들기로 했다. | 만들다
planned | 시는 기부금을 모아 어려운 이웃을 돕는 나눔 장터를 열 예정이다. | 열다
planned | 아이를 키우고 일도 하는 부모를 위해 시는 심야 돌봄을 시작한다. | 시작하다 ?
planned | 품질이 좋고 값이 싼 농산물을 파는 직거래 장터를 군이 열 계획이다. | 열다
planned | 구는 혼자 살고 거동이 불편한 어르신에게 도시락을 배달할 예정이다. | 배달하다
planned | 조합은 판로를 넓히고자 온라인 매장을 연다. | 열다
planned | 공사는 사고를 예방하고 승객을 보호하는 승강장 안전문을 설치한다. | 설치하다
planned | 시는 버스와 지하철을 갈아타면서 걷는 거리를 줄이는 환승 센터를 지을 계획이다. | 짓다
planned | 위원회는 현장을 둘러보고 나서 대책을 마련하기로 했다. | 마련하다
planned | 재단은 국내외 전문가의 의견을 듣고 이를 반영해 지침을 만들 예정이다. | 만들다
planned | 회사는 물을 적게 쓰고 전기를 아끼는 세탁기를 개발할 계획이다. | 개발하다
planned | 구는 재활용품을 가져오면 화분으로 바꿔 주는 행사를 연다. | 열다
planned | 새날시는 내년 상반기까지 충전소를 100곳으로 늘려 나갈 계획이다. | 늘리다
planned | 시는 지역 업체와 손잡고 관광 상품을 개발한다. | 개발하다
planned | 김한결 국장은 “현장의 목소리를 듣고 제도를 고쳐 나가겠다”고 말했다. | 고치다
planned | 이새봄 원장은 “앞으로도 최선을 다하겠다”고 밝혔다. | 다하다
planned | 최누리 대표는 “고객의 시간을 아끼고 불편을 덜어 주는 서비스를 내놓겠다”고 말했다. | 내놓다
planned | 박다온 시장은 “작은 가게가 살아나야 도시가 산다며 임대료를 지원하겠다”고 했다. | 지원하다
planned | 교육청은 학생이 안전하고 즐겁게 배울 수 있도록 통학로를 정비한다. | 정비하다
planned | 공단은 어업인이 쉽고 빠르게 신고할 수 있는 앱을 보급할 예정이다. | 보급하다
planned | 진흥원은 창업 아이템을 검증하고 시제품 제작을 돕는 과정을 운영할 계획이다. | 운영하다
planned | 군은 봄에 심고 가을에 거두는 꽃밭을 마을마다 조성한다. | 조성하다 ?
planned | 시는 민간의 창의와 기술을 활용하여 낡은 청사를 새로 지을 방침이다. | 짓다
planned | 보건소는 임신부를 대상으로 태교 교실을 운영한다. | 운영하다
planned | 재단은 신진 작가가 작품을 팔고 이름을 알릴 기회를 마련하기로 했다. | 마련하다
planned | 산을 깎고 길을 내는 대신 도는 기존 철길을 되살릴 계획이다. | 되살리다
planned | 공사는 전력 사용량을 분석하고 예측하는 기술을 도입한다. | 도입하다
planned | 은행은 고객이 지점을 찾지 않고 대출을 받을 수 있게 할 예정이다. | 받다
planned | 협회는 업계의 의견을 모아 정부에 전달할 계획이다. | 전달하다
planned | 새날시, 청년 창업 공간 10곳 연다 | 열다
planned | 온누리재단, 어린이 병동에 책 1만 권 기증 | 기증하다
planned | - 하천 산책로 정비, 쉼터 5곳 설치 - | 정비하다 설치하다
planned | 가람부, 서류 절차 줄이고 처리 기간도 절반으로 단축한다 | 줄이다 단축하다
planned | ㅇ 상담 인력을 늘리고, 야간 전화를 개설함 | 늘리다 개설하다
planned | □ 시는 하반기에 보행로를 넓히고, 자전거 길을 이을 예정임 | 넓히다 잇다
completed | 작년에는 교육생 80명을 배출했다. | 배출하다
completed | 시는 주민 의견을 듣고 반영해 계획을 확정했다. | 확정하다
completed | 재단은 홀로 사는 어르신을 찾아가 말벗이 되는 봉사단을 출범했다. | 출범하다
completed | 연구원은 값이 싸고 가벼운 전지를 개발했다. | 개발하다
completed | 공단은 불필요한 규정을 없애는 등 12개 제도를 고쳤다. | 고치다
completed | 은행은 피해 기업을 돕기 위해 특별 창구를 마련했다. | 마련하다
completed | 회사는 직원과 가족이 함께 쓰는 어린이집을 열었다. | 열다
completed | 군은 낡은 다리를 헐고 새로 놓았다. | 놓다
completed | 협회는 전국을 돌며 설명회를 마쳤다. | 마치다
completed | 도는 예산을 늘려 도서 구입비를 지원했다. | 지원하다
ongoing | 시는 시민이 쉽게 이용할 수 있도록 누리집을 개편하고 있다. | 개편하다
ongoing | 재단은 홀몸 어르신을 찾아가 집을 고쳐 주고 있다. | 고치다
ongoing | 센터는 전문 상담사를 두고 24시간 상담실을 운영하고 있다. | 운영하다
ongoing | 회사는 소음을 줄이고 수명을 늘린 엔진을 시험하고 있다. | 시험하다 ?
ongoing | 공사는 승객 불편을 줄이기 위해 배차 간격을 조정하고 있다. | 조정하다
ongoing | 군은 해마다 귀농인을 모집해 농지를 빌려주고 있다. | 빌리다
planned | 시는 도로를 넓히고 신호 체계를 바꾸고 주차장을 지을 계획이다. | 넓히다 바꾸다 짓다 ?
planned | 재단은 멘토를 연결하고, 사무실을 제공하며, 투자 유치를 도울 예정이다. | 연결하다 제공하다 돕다
planned | 군은 창고를 짓고, 선별기를 들이며, 공동 출하를 지원하기로 했다. | 짓다 들이다 지원하다 ?
planned | 협회는 표준 계약서를 보급하고, 분쟁 조정을 맡으며, 실태 조사도 벌인다. | 보급하다 맡다 벌이다 ?
completed | 공단은 상담소를 열고, 전담 인력을 뽑고, 안내 책자를 배포했다. | 열다 뽑다 배포하다 ?
planned | 대학은 장비를 개방하고, 시는 임차료를 지원하며, 재단은 판로를 개척한다. | 개방하다 지원하다 개척하다 ?
planned | 공사가 땅을 제공하고 조합이 건물을 지어 시가 운영을 맡을 계획이다. | 제공하다 맡다
planned | 회사는 협력사의 대금을 앞당겨 지급하고, 명절 전에는 성과급도 나눠 줄 예정이다. | 지급하다 나누다
planned | 누리집은 5월에 문을 열며, 회원 가입 없이 이용할 수 있다. | 열다 이용하다
"""


def rows() -> list[object]:
    found: list[object] = []
    for line in CASES.strip().splitlines():
        status, text, verbs = (part.strip() for part in line.split(" | "))
        assert status in ACT_STATUSES, line
        wrong = verbs.endswith("?")
        acts = [(v.partition("/")[0], v.partition("/")[2] or status) for v in verbs.removesuffix("?").split()]
        found.append(pytest.param(text, status, acts, marks=[pytest.mark.xfail(strict=True)] if wrong else [], id=text[:40]))
    return found


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return Segmenter.from_disk(shipped("models", "ko", "dajim_commitments", "segmenter"))


@pytest.mark.parametrize(("text", "status", "acts"), rows())
def test_acts_of_a_unit(engine, segmenter: Segmenter, text: str, status: str, acts: list[tuple[str, str]]) -> None:
    (sheet,) = from_releases([Release("a", text, "a")], engine.settings)
    kind = "title" if text[-1] not in ".임함" else "bullet" if text[0] in "□ㅇ" else "sentence"
    sheet["units"] = [
        UnitData(
            start=0, end=len(text), kind=kind, section=None, status=status, status_confidence=None, category="welfare",
            category_confidence=None, secondary=[], speaker="",
        )
    ]  # fmt: skip
    (units,) = segmenter.cut([sheet])
    found = []
    for clause in units[0]:
        said = predicate(sheet["morphemes"], clause.first, clause.stop)
        found.append((active(said.lemma) if said else "", clause.status))
        assert 0 <= clause.start < clause.end <= len(text)
        assert 0 < clause.confidence <= 1
    assert found == acts
