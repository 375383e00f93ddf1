"""What a sentence says last, as a dictionary form."""

import pytest

from pipeline.morphology import Settings
from pipeline.predicates import predicate
from pipeline.sheet import sheets

LEMMAS = {
    # A footnote mark or a bracket between noun and verb.
    "새날시는 무료 순환버스를 다섯 노선으로 확대*하고 있다.": "확대하다",
    "바뀐 시간표는 다음 달부터 누리집에 공개**된다.": "공개되다",
    "공단은 서류를 세 가지로 최소화***하였다.": "최소화하다",
    "협회는 안내판을 우리말로 정비†한다.": "정비하다",
    "온누리재단은 ‘혁신’한다.": "혁신하다",
    "심사단은 으뜸 마을을 결정(대상 1, 으뜸상 2)하였다.": "결정하다",
    "시는 골목 질서를 확립(붙임 참고)한다.": "확립하다",
    "공단은 나눔 장터에 동참(4.2~4.5)하기로 하였다.": "동참하다",
    # Noun, particle, verb.
    "보건소는 주말마다 놀이터 소독을 하고 있다.": "소독하다",
    "두 기관은 섬마을 진료에 협력을 해 나가기로 하였다.": "협력하다",
    "도서관은 동네 쉼터 역할을 하고 있다.": "역할을 하다",
    "시는 임대료를 반으로 감면키로 했다.": "감면하다",
    "재단은 내년에도 점포 열 곳을 포함키로 하였다.": "포함하다",
    # An adverb that carries the meaning.
    "우리 시는 안전 점검을 철저히 하겠다.": "철저히 하다",
    "양측은 우정을 더욱 공고히 하게 되었다.": "공고히 하다",
    "은행도 나눔에 함께 하겠다.": "함께하다",
    # What closes the sentence in brackets is an aside.
    "- 작은 가게에 카드 수수료 지원(최대 20%)": "지원하다",
    "ㅇ 배움터 열 곳 추가 지정(낮 반(최대 12명), 밤 반(최대 8명))": "지정하다",
    "신청서는 다시 내야 합니다.(단, 재신청 시 수수료 면제)": "내다",
    # Nouns of headlines without a verb in 하다.
    "새날시, 골목 살리기에 박차": "박차를 가하다",
    "한가위 손님맞이에 총력": "총력을 다하다",
    # Reporting with 하다.
    "시장은 통학로를 넓히겠다고 하였다.": "넓히다",
    "국장은 “예산을 두 배로 늘릴 것”이라고 했다.": "늘리다",
    "그는 교실을 더 짓겠다고 한다.": "짓다",
    "조합장은 강둑을 함께 지키자고 했다.": "지키다",
    # A reporting verb behind a bracket or between marks.
    "시는 나루터를 손보겠다고 3일 밝혔다(사진 첨부).": "손보다",
    "청장은 등대를 더 세우겠다고 ‘약속’했다.": "세우다",
}
NOT = {
    "시는 광장을 넓히기로 하였다.": "넓히다",
    "최선을 다하겠다.": "다하다",
    "누구나 빌릴 수 있게 하겠다.": "빌리다",
    "계획을 세우고자 한다.": "세우다",
    "책을 펴내고 있다.": "펴내다",
    "나무를 심는 일을 돕는다.": "돕다",
    "(야간반) 수강생을 모집한다.": "모집하다",
    "새 길(2.4km)을 놓는다.": "놓다",
}


@pytest.mark.parametrize(("text", "lemma"), [*LEMMAS.items(), *NOT.items()])
def test_dictionary_form(text: str, lemma: str) -> None:
    (sheet,) = sheets([text], Settings())
    found = predicate(sheet["morphemes"], 0, len(sheet["morphemes"]["form"]))
    assert found is not None
    assert found.lemma == lemma


@pytest.mark.parametrize("text", ["*하고", "을 하다", "키로 하다", "히 하다", "하다", "*", "고 했다", "다고 하였다"])
def test_fragments_break_nothing(text: str) -> None:
    (sheet,) = sheets([text], Settings())
    found = predicate(sheet["morphemes"], 0, len(sheet["morphemes"]["form"]))
    assert found is None or found.lemma.endswith("다")
