"""Names, marked in the sentence as annotators mark them (`pipeline.corpus.markup`)."""

import pytest
import spacy

from pipeline.corpus.markup import parse
from pipeline.entities import Entities
from pipeline.lexicon import default_lexicon, entity_id
from pipeline.morphology import Settings
from pipeline.schema import MentionData, Release
from pipeline.sheet import from_releases

CASES = [
    # bodies that the lexicon knows, with particles, titles and short names
    "⟦O|보건복지부⟧는 내년에 상담 창구를 늘린다.",
    "⟦O|보건복지부⟧와 ⟦O|교육부⟧가 함께 추진한다.",
    "⟦O|산림청⟧·⟦O|기상청⟧이 산불 예보를 함께 낸다.",
    "⟦O:과학기술정보통신부|과기정통부⟧도 힘을 보탠다.",
    "⟦O|환경부⟧ 장관은 하천을 둘러봤다.",
    "⟦O|산림청⟧장이 산림 조합을 찾았다.",
    "⟦O|국민건강보험공단⟧에 신청하면 된다.",
    "⟦O:대한민국 정부|정부⟧는 대책을 내놓는다.",
    "⟦O|서울특별시⟧는 쉼터 백 곳을 연다.",
    # places, titles and plain nouns are nothing
    "서울에서 열린 행사에 백 명이 왔다.",
    "경기도 일대에 비가 내렸다.",
    "⟦O|일본 정부⟧는 답을 내놓았다.",
    "정부미 재고가 늘었다.",
    "국회의원 세 명이 참석했다.",
    "다음은 주요 내용이다.",
    "대상은 만 19세 이상 청년이다.",
    "공공기관과 지자체가 함께한다.",
    "관계부처 합동으로 점검한다.",
    "시설공사를 발주한다.",
    # bodies by their form
    "⟦O|가람디지털진흥원⟧은 강좌를 연다.",
    "⟦O|한빛장애인고용협회⟧가 주관한다.",
    "⟦O|㈜새날모터스⟧는 공장을 짓는다.",
    # definitions
    "⟦O|새날온누리재단⟧(이사장 ⟦P|한가람⟧)은 장학금을 준다.",
    "「⟦G|온누리 배움(야간)수당⟧」(이하 ⟦G:온누리 배움(야간)수당|배움(야간)수당⟧)이 나온다. ⟦G:온누리 배움(야간)수당|배움(야간)수당⟧은 달마다 준다.",
    "⟦O|새날온누리재단⟧(이하 ‘⟦O:새날온누리재단|온누리⟧’)은 장학금을 준다. ⟦O:새날온누리재단|온누리⟧는 해마다 뽑는다.",
    # programmes
    "「⟦G|가람하천법⟧」을 고친다.",
    "‘⟦G|동네빵집 다시⟧’ 캠페인을 벌인다.",
    "‘⟦G|새싹 키움 프로그램⟧’을 시작한다.",
    "‘열심히 하겠다’고 말했다.",
    "‘매우 좋음’ 등급을 받았다.",
    "⟦G|개인정보 보호법⟧을 어긴 업체다.",
    # persons
    "⟦P|김한결⟧ 국장은 말했다.",
    "⟦O|산림청⟧ ⟦P|김한결⟧ 산림정책과장은 말했다.",
    "⟦P|김한결⟧ 국장이 왔다. ⟦P|김⟧ 국장은 웃었다.",
    "신임 국장은 말했다.",
    "김치 수출이 늘었다.",
]


@pytest.mark.parametrize("marked", CASES)
def test_mentions(rules: spacy.Language, marked: str) -> None:
    text, expected = parse(f"@@ sentence\n{marked}", doc_id="case")
    doc = rules(text)
    found = [(text[m["start"] : m["end"]], m["label"]) for m in doc._.mentions]
    assert found == [(text[m.span[0] : m.span[1]], m.label) for m in expected.mentions]
    for mention, gold in zip(doc._.mentions, expected.mentions, strict=True):
        assert (mention["start"], mention["end"]) == gold.span
        if gold.entity:
            assert doc._.entities[mention["entity_id"]]["name"] == gold.entity


def test_renamed_bodies_by_date(rules: spacy.Language) -> None:
    doc = rules.tokenizer("안전행정부는 지침을 낸다.")
    doc._.published = "2013-10-21"
    entity = next(iter(rules(doc)._.entities.values()))
    assert entity["name"] == "안전행정부"
    assert entity["successor"]


def test_ids_are_stable_and_by_normalised_name(rules: spacy.Language) -> None:
    one, other = rules("㈜새날모터스는 공장을 짓는다."), rules("오늘 ㈜새날모터스가 문을 연다.")
    assert set(one._.entities) == set(other._.entities)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("(재)가람여성가족재단은 쉼터를 연다.", "가람여성가족재단"),
        ("(사)한빛씨앗연합회는 장터를 연다.", "한빛씨앗연합회"),
        ("새날도시협의회(NCC**)는 회의를 연다.", "새날도시협의회"),
        ("새날도시협의회(NCC)는 회의를 연다.", "새날도시협의회"),
    ],
)
def test_a_name_goes_without_its_legal_form_and_abbreviation(text: str, name: str) -> None:
    (sheet,) = from_releases([Release("a", text, "a")], Settings())
    mention = MentionData(start=0, end=text.index(" ") - 1, label="ORG", unit=0, entity_id="", confidence=None, method="model")
    sheet["mentions"] = [mention]
    Entities(lexicon=default_lexicon()).annotate([sheet])
    (entity,) = sheet["entities"].values()
    assert entity["name"] == name
    assert mention["entity_id"] == entity_id("ORG", name)


def test_entities_on_tokens(rules: spacy.Language) -> None:
    doc = rules("보건복지부는 상담 창구를 늘린다.")
    assert [(e.text, e.label_, e.kb_id_) for e in doc.ents] == [("보건복지부", "ORG", doc._.mentions[0]["entity_id"])]
