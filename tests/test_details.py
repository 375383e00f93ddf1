"""The cells of an act, one case a line: the markup of the corpus says which names there are and what is to be found.

Units, names and the clause are given, so that what is tested is the choice alone. Releases are of Monday, 2 March 2026.
"""

from __future__ import annotations

import datetime
import pathlib

import pytest

from pipeline.corpus.annotation import Annotation
from pipeline.corpus.markup import parse
from pipeline.details import Details, DetailsReader
from pipeline.details.release_day import release_day
from pipeline.details.weights import CELLS, probability
from pipeline.details.weights import read as read_weights
from pipeline.details.weights import write as write_weights
from pipeline.learn.arrays import WeightsError
from pipeline.morphology import Settings
from pipeline.resources import shipped
from pipeline.schema import Release
from pipeline.sheet import from_releases
from pipeline.training.acts import as_labelled

DAY = datetime.date(2026, 3, 2)
WEIGHTS = read_weights(shipped("models", "ko", "dajim_commitments", "details"))

PROGRAMS = [
    # what is done
    ("⟦O|새날시⟧는 ⟦G|온기 쉼터⟧를 연다.", "prog=온기 쉼터"),
    ("⟦O|새날시⟧는 내년에 ⟦G|새싹 펀드⟧를 조성할 계획이다.", "prog=새싹 펀드"),
    ("⟦O|가람부⟧는 다음 달부터 ‘⟦G|동네빵집 다시⟧’ 캠페인을 벌인다.", "prog=동네빵집 다시"),
    ("⟦O|누리은행⟧은 ⟦G|한마음 장터⟧와 ⟦G|두레 장터⟧를 함께 운영하기로 했다.", "prog=한마음 장터 + 두레 장터"),
    ("⟦O|새날시⟧는 ⟦G|청년 온 플랫폼⟧ 누리집을 새로 꾸밀 예정이다.", "prog=청년 온 플랫폼"),
    ("⟦G|제3회 물빛 축제⟧가 오는 5월 강변에서 열린다.", "prog=제3회 물빛 축제"),
    ("⟦G|2026 새날 박람회⟧는 10월 12일부터 사흘간 개최된다.", "prog=2026 새날 박람회"),
    ("⟦O|가람부⟧는 「⟦G|숲길 관리 종합계획⟧」을 마련해 시행한다.", "prog=숲길 관리 종합계획"),
    ("⟦O|한빛재단⟧은 ⟦G|이음 장학금⟧을 신설할 방침이다.", "prog=이음 장학금"),
    ("⟦O|가람부⟧는 ⟦G|새물결 사업⟧에 참여할 기업을 모집한다.", "prog=새물결 사업"),
    ("⟦O|새날시⟧는 ⟦G|든든 급식 카드⟧의 사용처를 넓힐 계획이다.", "prog=든든 급식 카드"),
    ("⟦O|가람도⟧는 ⟦G|바다숨 프로그램⟧을 확대 운영하고 있다.", "prog=바다숨 프로그램"),
    # by which it is done
    ("⟦O|새날시⟧는 ⟦G|새싹 프로그램⟧을 통해 청년 창업을 돕는다.", "prog=새싹 프로그램"),
    ("⟦O|누리은행⟧은 ⟦G|동행 펀드⟧로 소상공인에게 자금을 빌려줄 계획이다.", "prog=동행 펀드"),
    ("신청은 ⟦G|나눔e 누리집⟧에서 받을 예정이다.", "prog=나눔e 누리집"),
    ("⟦O|가람부⟧는 ⟦G|무지개 앱⟧을 활용해 돌봄 신청을 받는다.", "prog=무지개 앱"),
    # a law that is changed is what is done
    ("⟦O|가람부⟧는 「⟦G|새날산업진흥법⟧」 개정안을 입법예고한다.", "prog=새날산업진흥법"),
    # what only stands by
    ("⟦O|가람부⟧는 「⟦G|새날산업진흥법⟧」에 따라 실태를 조사할 계획이다.", ""),
    ("「⟦G|숲가꿈법⟧」 제12조에 따라 산림을 조사하고 있다.", ""),
    ("⟦O|가람부⟧는 「⟦G|물살림법⟧」상 의무를 다하지 않은 업체를 점검할 방침이다.", ""),
    ("⟦O|새날시⟧는 쉼터를 늘릴 계획이다.", ""),
]

MEANT = [  # the programme stands in the unit before
    ("⟦G|물빛 한마당 대회⟧가 5월에 열린다.", "이번 대회에서는 청년 작가에게 전시 기회를 줄 예정이다.", "prog=물빛 한마당 대회"),
    ("⟦O|새날시⟧는 ⟦G|온기 나눔 사업⟧을 시작한다.", "이번 사업으로 쉼터 열 곳을 고칠 계획이다.", "prog=온기 나눔 사업"),
    ("⟦O|새날시⟧는 ⟦G|새물결 협약⟧을 맺었다.", "본 협약에 따라 기술을 함께 개발할 예정이다.", "prog=새물결 협약"),
    ("⟦G|새날 한빛 포럼⟧이 내일 열린다.", "시는 하천을 정비할 계획이다.", ""),
    ("⟦G|새날 한빛 포럼⟧이 내일 열린다.", "이번 조사는 다음 달에 마칠 계획이다.", ""),
]

BENEFICIARIES = [
    ("⟦O|새날시⟧는 소상공인에게 임대료를 지원한다.", "for=소상공인"),
    ("⟦O|새날시⟧는 취약계층 아동에게 책을 보낼 예정이다.", "for=취약계층 아동"),
    ("⟦O|가람부⟧는 청년을 대상으로 교육을 열 계획이다.", "for=청년"),
    ("⟦O|가람부⟧는 구직자를 대상으로 상담을 제공한다.", "for=구직자"),
    ("⟦O|누리은행⟧은 중소기업에 대해 금리를 낮춰 줄 방침이다.", "for=중소기업"),
    ("⟦O|새날시⟧는 어르신들에게 도시락을 나눠 줄 예정이다.", "for=어르신들"),
    ("⟦O|가람부⟧는 수출기업을 지원하기 위해 상담회를 연다.", "for=수출기업"),
    ("⟦O|새날시⟧는 국민이 안심하고 물을 마실 수 있도록 정수장을 고친다.", "for=국민"),
    ("⟦O|새날시⟧는 장애인이 편하게 다닐 수 있도록 승강기를 놓을 계획이다.", "for=장애인"),
    ("⟦O|가람부⟧는 농업인의 부담을 덜기 위해 수수료를 내린다.", "for=농업인"),
    ("⟦O|가람부⟧는 피해자에 대한 보호를 강화할 계획이다.", "for=피해자"),
    ("⟦O|새날시⟧는 우리 기업의 해외 진출을 적극 지원하겠다고 밝혔다.", "for=우리 기업"),
    ("⟦O|새날시⟧는 예비창업자와 소상공인에게 상담을 제공한다.", "for=예비창업자와 소상공인"),
    ("⟦O|가람부⟧는 임신부와 영유아에게 영양제를 나눠 줄 계획이다.", "for=임신부와 영유아"),
    ("⟦O|가람부⟧는 청년에게는 월세를 지원할 계획이다.", "for=청년"),
    ("⟦O|가람도⟧는 어업인에게 면세유를 공급하기로 했다.", "for=어업인"),
    # nobody is named
    ("⟦O|가람부⟧는 충전소를 늘릴 계획이다.", ""),
    ("⟦O|새날시⟧는 하천 산책로를 정비한다.", ""),
    ("⟦O|가람부⟧는 내년에 다리를 놓기로 했다.", ""),
    ("⟦O|가람부⟧는 물 관리 지침을 고칠 예정이다.", ""),
]

SPEAKERS = [
    ("⟦O|산림청⟧ ⟦P|김한결⟧ 국장은 “숲길을 늘리겠다”고 말했다.", "speaker=산림청 김한결 국장"),
    ("⟦P|김한결⟧ ⟦O|새날시⟧ 국장은 “쉼터를 늘리겠다”고 말했다.", "speaker=김한결 새날시 국장"),
    ("⟦P|이가온⟧ ⟦O|가람부⟧ 제1차관은 “규제를 덜겠다”고 강조했다.", "speaker=이가온 가람부 제1차관"),
    ("⟦P|한가람⟧ 시장은 “내년에 두 배로 늘리겠다”고 밝혔다.", "speaker=한가람 시장"),
    ('⟦P|박새봄⟧ ⟦O|한빛연구원⟧장은 "기술을 널리 나누겠다"고 말했다.', "speaker=박새봄 한빛연구원장"),
    ("⟦O|새날시⟧ 관계자는 “가을까지 마치겠다”고 설명했다.", "speaker=새날시 관계자"),
    ("⟦O|가람부⟧ ⟦P|이가온⟧ 차관보는“값을 낮추겠다”라고 밝혔다.", "speaker=가람부 이가온 차관보"),
    ("⟦P|한가람⟧ 조합장은 “물길을 더 내겠다”고 말했다.", "speaker=한가람 조합장"),
    ("⟦O|가람부⟧ 관계자는 숲길을 더 늘릴 계획이라고 밝혔다.", "speaker=가람부 관계자"),
    ("⟦P:한가람|한⟧ 장관은 “현장을 돕겠다”라며 “제도도 고치겠다”라고 덧붙였다.", "speaker=한 장관"),
    ("□ ⟦P|도하늘⟧ ⟦O|누리은행⟧ 행장은 “상생에 앞장서겠다”고 했다.", "speaker=도하늘 누리은행 행장"),
    ("⟦O|누리은행⟧ ⟦P|도하늘⟧ 대표이사는 “기금을 더 내겠다”고 약속했다.", "speaker=누리은행 도하늘 대표이사"),
    ("⟦P|서이든⟧ 권한대행은 “차질 없이 추진하겠다”고 강조했다.", "speaker=서이든 권한대행"),
    ("이에 대해 ⟦P|민다솜⟧ 위원장은 “의견을 듣겠다”고 말했다.", "speaker=민다솜 위원장"),
    # reported, but said by a body; or not reported at all
    ("⟦O|새날시⟧는 쉼터를 늘릴 계획이라고 밝혔다.", ""),
    ("⟦O|가람부⟧(장관 ⟦P|한가람⟧)는 숲길을 늘리기로 했다.", ""),
    ("⟦O|가람부⟧는 ‘숲으로’ 행사를 연다.", ""),
    ("⟦O|새날시⟧는 하천을 정비한다.", ""),
]

DEADLINES = [
    ("⟦O|새날시⟧는 내년 상반기까지 쉼터를 열 계획이다.", "..2027-06-30"),
    ("⟦O|새날시⟧는 오는 5일 설명회를 연다.", "2026-03-05..2026-03-05"),
    ("⟦O|새날시⟧는 4월부터 요금을 내린다.", "2026-04-01.."),
    ("⟦O|새날시⟧는 연말까지 하천을 정비할 계획이다.", "..2026-12-31"),
    ("⟦O|가람부⟧는 2030년까지 충전소를 두 배로 늘린다.", "..2030-12-31"),
    ("⟦O|가람부⟧는 3월 9일부터 20일까지 신청을 받는다.", "2026-03-09..2026-03-20"),
    ("⟦O|가람부⟧는 올해 하반기에 시범 사업을 시작할 예정이다.", "2026-07-01..2026-12-31"),
    ("⟦O|가람부⟧는 다음 달 초 결과를 발표할 예정이다.", "2026-04-01..2026-04-10"),
    ("⟦O|가람부⟧는 이달 말까지 의견을 모으기로 했다.", "..2026-03-31"),
    ("⟦O|가람부⟧는 지난해 세운 방침에 따라 올해 7월 센터를 열 예정이다.", "2026-07-01..2026-07-31"),
    ("⟦O|가람부⟧는 2024년 12월 정한 기준을 내년부터 적용한다.", "2027-01-01.."),
    ("⟦O|가람부⟧는 ’28년 말 완공을 목표로 다리를 놓고 있다.", "..2028-12-31"),
    ("쉼터는 2027년 3월 문을 열 예정이다.", "2027-03-01..2027-03-31"),
    ("⟦O|새날시⟧는 추석 전까지 대금을 지급하기로 했다.", "..2026-09-24"),
    ("설명회는 4월 14일 시청에서 열린다.", "2026-04-14..2026-04-14"),
    # no time of the act
    ("⟦O|새날시⟧와 ⟦O|누리은행⟧은 3월 2일 창업 지원 업무협약을 체결했다.", ""),
    ("⟦O|가람부⟧는 3월 2일(월) 청년 일자리 확대 방안을 발표했다.", ""),
    ("⟦O|가람부⟧는 지난해 정한 방침에 따라 숲길을 정비할 계획이다.", ""),
    ("⟦O|가람부⟧는 쉼터를 늘릴 계획이다.", ""),
    ("⟦O|가람부⟧는 2019년에 비해 두 배로 늘릴 계획이다.", ""),
    ("1988년생부터 지원할 계획이다.", ""),
    ("이날 ⟦O|가람부⟧는 협력을 넓히기로 뜻을 모았다.", ""),
]

POINTING_BACK = [
    ("⟦O|가람부⟧는 3월 9일 창업 잔치를 연다.", "이날 ⟦O|가람부⟧는 새 지원책도 선보인다.", "2026-03-09..2026-03-09"),
    ("⟦O|가람부⟧는 3월 9일부터 11일까지 박람회를 연다고 2일 밝혔다.", "둘째 날에는 상담회를 연다.", "2026-03-10..2026-03-10"),
    ("⟦O|가람부⟧는 3월 9일부터 11일까지 박람회를 연다.", "마지막 날에는 시상식을 연다.", "2026-03-11..2026-03-11"),
    ("공모는 4월 1일부터 5월 31일까지 한다.", "⟦O|가람부⟧는 공모 기간 동안 설명회를 세 차례 연다.", "2026-04-01..2026-05-31"),
    ("장터는 3월 14일에 선다.", "행사 당일 ⟦O|새날시⟧는 셔틀버스를 운행한다.", "2026-03-14..2026-03-14"),
    # nothing to point at, or not what is meant
    ("⟦O|가람부⟧는 쉼터를 늘린다.", "둘째 날에는 상담회를 연다.", ""),
    ("⟦O|가람부⟧는 3월 9일부터 10일까지 박람회를 연다.", "셋째 날에는 상담회를 연다.", ""),
    ("지난해 4월 1일부터 5월 31일까지 공모했다.", "⟦O|가람부⟧는 공모 기간 동안 나온 뜻을 살릴 계획이다.", ""),
]

MONEY = [
    ("⟦O|새날시⟧는 100억 원을 투입해 쉼터를 짓는다.", [10**10]),
    ("지원 한도를 2천만 원에서 3천만 원으로 늘릴 계획이다.", [30_000_000]),
    ("예산을 2,005억 원 → 3,025억 원으로 늘릴 계획이다.", [302_500_000_000]),
    ("국비 80억 원, 지방비 30억 원 등 총 110억 원을 투자할 계획이다.", [11 * 10**9, 8 * 10**9, 3 * 10**9]),
    ("팀당 최대 5천만 원, 모두 10억 원을 지원할 예정이다.", [10**9, 50_000_000]),
    ("565만 달러(약 62억 원)를 지원하기로 했다.", [6_200_000_000, None]),
    ("모은 돈 70억 원 가운데 25억 원을 나루터를 고치는 데 쓸 계획이다.", [2_500_000_000]),
    ("공사비 60억 원 중 도비 18억 원을 지원할 예정이다.", [1_800_000_000]),
    ("사업비 40억 원의 절반인 20억 원은 재단이 댄다.", [2_000_000_000]),
    ("모은 돈 90억 원 가운데 이미 쓴 20억 원을 빼고 둑을 쌓는 데 쓸 계획이다.", [9_000_000_000]),
    ("5억 원을 쓰는 가운데 조합도 2억 원을 보탤 계획이다.", [500_000_000, 200_000_000]),
    ("총 상금 18백만 원에서 상장 7점, 총 상금 28백만 원으로 늘린다.", [28_000_000]),
    ("쉼터를 늘릴 계획이다.", []),
    ("시장 규모 996조 원인 물산업을 키울 계획이다.", []),
    ("전년 매출 30억 원 대비 두 배로 키울 계획이다.", []),
    ("어기면 1억 원 이하의 벌금을 물릴 계획이다.", []),
]

RELEASE_DAYS = [
    ("배포일시 2026. 3. 2.(월) | 담당 새날과\n\n새날시, 쉼터 연다", "2026-03-02"),
    ("보도시점 : 2026. 3. 2.(월) 12:00 이후\n새날시, 쉼터 연다", "2026-03-02"),
    ("2026년 3월 2일 / 즉시 보도 / 새날재단\n\n쉼터 연다", "2026-03-02"),
    ("새날시, 쉼터 연다\n\n(서울=2026년 3월 2일) 새날시는 쉼터를 연다.", "2026-03-02"),
    ("2026. 3. 2. (월)\n새날시, 쉼터 연다", "2026-03-02"),
    ("새날시, 쉼터 연다\n\n새날시는 2026년 3월 2일까지 받는다.", ""),
    ("배포일시 2026. 2. 30.\n새날시는 쉼터를 연다.", ""),
    ("새날시는 쉼터를 연다.", ""),
]


def read(markup: str, status: str = "planned") -> tuple[list[Details], Annotation, str]:
    """The details of the acts of a marked-up release."""
    text, annotation = parse(markup, doc_id="a")
    (sheet,) = from_releases([Release("a", text, "a", published=DAY)], Settings())
    reader = DetailsReader(as_labelled(annotation, sheet), WEIGHTS)
    return [reader.read(act.unit, *act.span, act.status) for act in annotation.acts], annotation, text


def unit(text: str, expected: str = "", status: str = "planned") -> str:
    return f"@@ sentence {status} welfare\n{text}\n>> 새날시 | 하다" + (f" | {expected}" if expected else "") + "\n"


def when(found: Details) -> str:
    return f"{found.deadline.first or ''}..{found.deadline.last or ''}" if found.deadline else ""


@pytest.mark.parametrize(("text", "expected"), PROGRAMS)
def test_programs(text: str, expected: str) -> None:
    (found,), annotation, plain = read(unit(text, expected))
    assert [plain[m["start"] : m["end"]] for m in found.programs] == [plain[slice(*annotation.mentions[p].span)] for p in annotation.acts[0].programs]


@pytest.mark.parametrize(("before", "text", "expected"), MEANT)
def test_a_programme_that_was_named_before(before: str, text: str, expected: str) -> None:
    details, annotation, plain = read(unit(before) + "\n" + unit(text, expected))
    wanted = [plain[slice(*annotation.mentions[p].span)] for p in annotation.acts[1].programs]
    assert [plain[m["start"] : m["end"]] for m in details[1].programs] == wanted


@pytest.mark.parametrize(("text", "expected"), BENEFICIARIES)
def test_beneficiary(text: str, expected: str) -> None:
    (found,), annotation, _ = read(unit(text, expected))
    assert found.beneficiary == annotation.acts[0].beneficiary


@pytest.mark.parametrize(("text", "expected"), SPEAKERS)
def test_speaker(text: str, expected: str) -> None:
    (found,), annotation, _ = read(unit(text, expected))
    assert found.speaker == annotation.acts[0].speaker


@pytest.mark.parametrize(("text", "expected"), DEADLINES)
def test_deadline(text: str, expected: str) -> None:
    (found,), _, _ = read(unit(text))
    assert when(found) == expected


@pytest.mark.parametrize(("text", "expected"), DEADLINES)
def test_what_is_done_has_no_deadline(text: str, expected: str) -> None:
    (found,), _, _ = read(unit(text, status="completed"))
    assert found.deadline is None


@pytest.mark.parametrize(("before", "text", "expected"), POINTING_BACK)
def test_a_time_that_points_back(before: str, text: str, expected: str) -> None:
    details, *_ = read(unit(before) + "\n" + unit(text))
    assert when(details[-1]) == expected


@pytest.mark.parametrize(("text", "expected"), MONEY)
def test_money(text: str, expected: list[int | None]) -> None:
    (found,), _, _ = read(unit(text))
    assert [m.krw for m in found.money] == expected
    assert found.main == (found.money[0] if found.money else None)


@pytest.mark.parametrize(("text", "expected"), RELEASE_DAYS)
def test_release_day(text: str, expected: str) -> None:
    assert str(release_day(text) or "") == expected


def test_evidence_names_every_cell() -> None:
    (found,), _, plain = read(unit("⟦P|김한결⟧ 국장은 “내년 3월까지 ⟦G|동행 펀드⟧로 소상공인에게 100억 원을 빌려주고 점포 20곳을 열겠다”고 말했다."))
    cells = {e["field"]: plain[e["start"] : e["end"]] for e in found.evidence()}
    assert cells["deadline"] == "내년 3월까지"
    assert cells["program"] == "동행 펀드"
    assert cells["amount"] == "100억 원"
    assert cells["count"] == "20곳"


def test_weights_are_shipped_for_every_cell() -> None:
    assert set(WEIGHTS) == set(CELLS)
    assert all(abs(w) < 20 for weights in WEIGHTS.values() for w in weights.values())


@pytest.mark.parametrize(("name", "content"), [("deadline", "{}"), ("deadline", '{"bias": "1"}'), ("deadline", "[]"), ("sum", '{"bias": 1}')])
def test_weights_of_another_kind_are_refused(tmp_path: pathlib.Path, name: str, content: str) -> None:
    write_weights(tmp_path, WEIGHTS)
    assert read_weights(tmp_path) == WEIGHTS
    (tmp_path / f"{name}.json").write_text(content, encoding="utf-8")
    with pytest.raises(WeightsError, match="train the model anew"):
        read_weights(tmp_path)


def test_probability() -> None:
    weights = WEIGHTS["deadline"]
    assert 0 < probability(weights, ["lies=over"]) < probability(weights, ["lies=ahead", "kind=until"]) < 1
