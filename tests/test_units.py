"""Sentences inside paragraphs and bullets. `‖` stands where a unit starts."""

import gzip
import json
import pathlib

import pytest
import spacy

CASES = [
    "새날시는 쉼터를 연다. ‖또 늘릴 계획이다.",
    "□ 새날시는 쉼터를 연다. ‖문은 3월에 연다.",
    "한가람 시장은 “쉼터를 늘리겠다. 예산도 마련했다.”라고 말했다. ‖행사는 끝났다.",
    "한가람 시장은 ‘쉼터를 늘리겠다. 예산도 마련했다.’고 말했다.",
    '한가람 시장은 "쉼터를 늘리겠다. 예산도 마련했다."며 웃었다.',
    "성장률은 3.5%에서 4.2%로 올랐다. ‖물가는 내렸다.",
    "U.S. Steel과 ㈜새날이 손을 잡았다. ‖공장은 내년에 선다.",
    "문의는 누리집(www.saenal.go.kr)에서 하면 된다. ‖전화도 받는다.",
    "2026. 3. 2.(월) 문을 연다. ‖누구나 올 수 있다.",
    "신청 접수 중. ‖마감은 다음 주 금요일.",
    "쉼터를 늘린다(지난해 열 곳. 올해 스무 곳). ‖모두 무료다.",
    "새날시는 쉼터를 연다. 끝.",
    "새날시는 쉼터를 연다. <끝>",
    "돕겠습니다! ‖함께 가시겠습니까? ‖기다리겠습니다.",
    "가람법 제3조제1항에 따라 과태료를 낸다. ‖면제될 수도 있다.",
    "- 물은 아껴 쓰고, 전기는 꺼 둔다.",
    "㈜가람(대표 한새날)은 공장을 짓는다. ‖일자리 300개가 생긴다.",
    "“이제 시작이다.” ‖한 시장은 그렇게 말했다.",
    "한 시장은 “돕겠다.”라며 “기한은 연말까지다.”라고 덧붙였다. ‖박수가 나왔다.",
    "열쇠말: 나눔, 돌봄. ‖모두 스무 곳이다.",
]


@pytest.mark.parametrize("marked", CASES)
def test_units(nlp: spacy.Language, marked: str) -> None:
    doc = nlp(marked.replace("‖", ""))
    assert [doc.text[u["start"] : u["end"]] for u in doc._.units] == [part.strip() for part in marked.split("‖")]
    assert [s.text.strip() for s in doc.sents] == [part.strip() for part in marked.split("‖")]


def test_kind_and_section(nlp: spacy.Language) -> None:
    doc = nlp("새날시 소식이 있어 알린다.\n\n< 돌봄 분야 >\n\n□ 쉼터를 연다. 문은 넓다.\n\n붙임 1. 지도. 끝.")
    assert [(u["kind"], u["section"]) for u in doc._.units] == [
        ("sentence", None),
        ("heading", None),
        ("bullet", 1),
        ("sentence", 1),
        ("boilerplate", None),
    ]


@pytest.mark.real
def test_units_cover_real_releases(nlp: spacy.Language, shared: pathlib.Path, test_split: frozenset[str]) -> None:
    with gzip.open(shared / "real" / "releases-2021.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines][:150]
    for row in rows:
        if row["id"] in test_split:
            continue
        doc = nlp.get_pipe("dajim_units")(nlp.tokenizer(row["text"]))
        at = 0
        for unit in doc._.units:
            assert not doc.text[at : unit["start"]].strip(), row["id"]
            assert unit["end"] > unit["start"] >= at
            at = unit["end"]
        assert not doc.text[at:].strip()
