"""Status and category of a sentence, as the rules see them."""

import pytest
import spacy

from pipeline.sentences import category_of

STATUS = [
    ("새날시는 내년에 쉼터를 늘릴 계획이다.", "planned"),
    ("새날시는 쉼터를 늘릴 예정이라고 밝혔다.", "planned"),
    ("새날시는 쉼터를 늘리기로 했다.", "planned"),
    ("한가람 시장은 “쉼터를 늘리겠다”고 말했다.", "planned"),
    ("한가람 시장은 “쉼터를 꾸준히 늘려 나가겠습니다.”라고 전했다.", "planned"),
    ("새날시는 3월부터 쉼터를 운영한다.", "planned"),
    ("두 기관은 인력 양성에 뜻을 모았다.", "planned"),
    ("□ 청년 월세 지원 확대", "planned"),
    ("ㅇ 하반기 중 실태조사 실시 예정", "planned"),
    ("새날시는 대책을 검토할 계획이다.", "planned"),
    ("새날시는 쉼터 스무 곳을 운영하고 있다.", "ongoing"),
    ("새 물길을 조성 중이다.", "ongoing"),
    ("새날시는 2019년부터 쉼터를 지원해 왔다.", "ongoing"),
    ("이전 여부를 검토 중이다.", "ongoing"),
    ("새날시는 지난해 쉼터 열 곳을 지원했다.", "completed"),
    ("새날시는 안내서를 발간했다고 밝혔다.", "completed"),
    ("시스템 구축을 완료했다.", "completed"),
    ("한가람 시장은 시민의 참여를 당부했다.", "appeal"),
    ("시민들은 물을 아껴 써야 한다.", "appeal"),
    ("제도 개선이 필요하다.", "appeal"),
    ("많은 참여를 바란다.", "appeal"),
    ("누리집을 참고하시기 바랍니다.", "appeal"),
    ("행사에는 시민 30명이 참석했다.", "none"),
    ("새날시는 12일 간담회를 개최했다.", "none"),
    ("수출은 3.2% 증가했다.", "none"),
    ("일자리가 늘어날 것으로 기대된다.", "none"),
    ("새날시는 이전을 검토하지 않기로 했다.", "none"),
    ("※ 한가위 연휴에는 주차 단속 미시행", "none"),
    ("새날시는 올해 봄 축제를 미개최하고 가을 잔치를 연다.", "planned"),
    ("보조금을 없앨 계획은 없다.", "none"),
    ("쉼터란 더위를 피하는 곳이다.", "none"),
    ("계획은 무산됐다.", "none"),
    ("한가람 시장은 내일 개소식에 참석할 예정이다.", "none"),
    ("< 앞으로의 계획 >", "none"),
    ("보도 내용은 사실이 아니다.", "none"),
]


@pytest.mark.parametrize(("text", "status"), STATUS)
def test_status(rules: spacy.Language, text: str, status: str) -> None:
    assert [u["status"] for u in rules(text)._.units] == [status]


CATEGORY = [
    ("청년 창업 공간을 넓힌다", "startup"),
    ("소상공인 판로 확대를 위해 융자를 늘린다", "small_business"),
    ("하수도와 도로를 새로 깐다", "infrastructure"),
    ("어르신 돌봄을 넓힌다", "welfare"),
    ("온실가스를 줄인다", "environment"),
    ("산불 대응 훈련을 실시한다", "safety"),
    ("수출 상담을 늘린다", "global"),
]


@pytest.mark.parametrize(("text", "category"), CATEGORY)
def test_category(text: str, category: str) -> None:
    assert category_of(text)[0] == category


def test_a_text_without_a_field_has_no_category() -> None:
    assert category_of("곧 다시 만난다") == ()


def test_category_is_none_where_nothing_is_promised(rules: spacy.Language) -> None:
    doc = rules("행사에는 창업자 30명이 참석했다. 많은 참여를 바란다.")
    assert [u["category"] for u in doc._.units] == ["none", "none"]


def test_section_and_issuer_stand_in_for_what_the_sentence_does_not_say(rules: spacy.Language) -> None:
    doc = rules("< 창업 지원 분야 >\n\n□ 내년에 더 넓힐 계획이다.")
    assert doc._.units[1]["category"] == "startup"
    doc = rules.tokenizer("내년에 더 넓힐 계획이다.")
    doc._.issuer = "산림청"
    assert rules(doc)._.units[0]["category"] == "environment"


def test_no_confidence_without_a_model(rules: spacy.Language) -> None:
    doc = rules("새날시는 내년에 쉼터를 늘릴 계획이다.")
    assert doc._.units[0]["status_confidence"] is None
    assert doc._.units[0]["category_confidence"] is None
